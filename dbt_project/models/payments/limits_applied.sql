{%- set amounts = [
    'amount_before_limits_eur',
    'amount_after_max_claims_eur',
    'amount_after_household_line_eur',
    'amount_after_household_eur',
    'amount_after_line_eur',
    'amount_after_period_eur',
    'amount_eur',
] -%}

with cuts as (

    {%- for limit in limits_in_order() %}
    {%- set before, after = amounts[loop.index0], amounts[loop.index] %}
    select
        {{ loop.index }} as step,
        '{{ limit }}' as applied_limit,
        contract_id,
        tariff_id,
        period,
        coalesce(household_id, dwelling_id) as unit_id,
        smallest_count,
        {{ before }} as amount_before_eur,
        {{ after }} as amount_after_eur,
        currency,
        illustrative
    from {{ ref('claims') }}
    where {{ before }} <> {{ after }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    cuts.contract_id,
    cuts.tariff_id,
    periods.period_type,
    cuts.period,
    periods.period_start,
    periods.period_end,
    cast(cuts.step as integer) as step,
    cuts.applied_limit,
    count(*) as claims,
    count(distinct cuts.unit_id) as units,
    cast(min(cuts.smallest_count) as decimal(18, 4)) as smallest_count,
    cast(sum(cuts.amount_before_eur) as decimal(18, 2)) as amount_before_eur,
    cast(sum(cuts.amount_after_eur) as decimal(18, 2)) as amount_after_eur,
    cast(sum(cuts.amount_before_eur - cuts.amount_after_eur) as decimal(18, 2)) as amount_cut_eur,
    any_value(cuts.currency) as currency,
    'published' as status,
    bool_or(cuts.illustrative) as illustrative,
    {{ as_of() }} as as_of
from cuts
inner join {{ ref('payment_periods') }} as periods on cuts.period = periods.period
group by
    cuts.contract_id, cuts.tariff_id, periods.period_type, cuts.period, periods.period_start, periods.period_end,
    cuts.step, cuts.applied_limit
