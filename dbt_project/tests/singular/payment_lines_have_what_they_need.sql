-- What a line of the outcome contract needs and does not have: a number to measure improvement against, a saving.
select distinct
    'tariff ' || improvements.tariff_id || ': ' || split_part(improvements.occurrence, '|', 1) || ' from '
    || split_part(improvements.occurrence, '|', 2)
    || ' has no value of the programme, or none above zero to compare it with' as _subject
from {{ ref('int_improvements_claimed') }} as improvements
where improvements.amount_eur is null
union all
select distinct
    'tariff '
    || tariffs.tariff_id
    || ': there is no saving by '
    || coalesce(tariffs.savings_method, 'the payable method')
    || ' over ' || tariffs.window_months || ' months' as _subject
from {{ ref('stg_chamber__outcome_tariffs') }} as tariffs
where
    tariffs.kind = 'share_of_savings'
    and not exists (
        select savings.household_id from {{ ref('household_savings') }} as savings
        where
            savings.window_months = tariffs.window_months
            and savings.method
            = coalesce(tariffs.savings_method, {{ parameter('payable_savings_method', 'varchar') }})
    )
    and exists (select households.household_id from {{ ref('enrolled_households') }} as households)
