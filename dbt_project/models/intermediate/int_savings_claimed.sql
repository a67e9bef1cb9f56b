{#
    The share of a saving is due when its window is complete, by the method that is payable on that day. Taken per household, a negative saving pays nothing; taken in
    total it lowers what the others earned, and the sum to date is never below zero.
#}
with payable as (

    {{ parameter_through_time('payable_savings_method', 'varchar') }}

),

shared as (

    select
        tariffs.tariff_id,
        tariffs.valid_from as tariff_valid_from,
        tariffs.scope,
        tariffs.share,
        coalesce(tariffs.outcome, 'saving_' || tariffs.window_months || 'm') as outcome,
        savings.household_id,
        savings.window_end as achieved_on,
        savings.adjusted_saving_eur,
        savings.method,
        savings.window_start,
        savings.illustrative,
        cast(tariffs.share as decimal(10, 6)) * savings.adjusted_saving_eur as share_eur
    from {{ ref('household_savings') }} as savings
    inner join payable
        on {{ binds_on('payable', 'savings.window_end') }}
    inner join {{ ref('int_tariffs_in_force') }} as tariffs
        on
            tariffs.kind = 'share_of_savings'
            and savings.method = coalesce(tariffs.savings_method, payable.value)
            and savings.window_months = tariffs.window_months
            and savings.window_end >= tariffs.binds_from
            and coalesce(savings.window_end < tariffs.binds_until, true)
    where savings.is_complete

),

summed as (

    select
        *,
        sum(share_eur) over (
            partition by tariff_id order by achieved_on, household_id
            rows between unbounded preceding and current row
        ) as share_to_date_eur
    from shared
    where {{ is_claimable('shared') }}

)

select
    tariff_id,
    tariff_valid_from,
    outcome,
    household_id,
    '' as occurrence,
    achieved_on,
    cast(adjusted_saving_eur as decimal(18, 4)) as quantity,
    share,
    {{ round_eur(
        "case when scope = 'household' then greatest(share_eur, 0)"
        ~ " else cast(greatest(share_to_date_eur, 0) as decimal(18, 2))"
        ~ " - cast(greatest(share_to_date_eur - share_eur, 0) as decimal(18, 2)) end"
    ) }} as amount_eur,
    'saving by ' || method || ' from ' || window_start || ' to ' || achieved_on as evidence,
    illustrative
from summed
