with totals as (

    select
        method,
        window_months,
        count(*) as households,
        -- By the calendar alone: days that were lost to a death would tell of it.
        {{ quotient('sum(least(window_end, ' ~ observed_until() ~ ') - window_start)', 'sum(window_days)', scale=2) }}
            as elapsed_share,
        cast(sum(observed_cost_eur) as decimal(18, 2)) as observed_cost_eur,
        cast(sum(counterfactual_cost_eur) as decimal(18, 2)) as counterfactual_cost_eur,
        cast(sum(gross_saving_eur) as decimal(18, 2)) as gross_saving_eur,
        cast(sum(adjusted_saving_eur) as decimal(18, 2)) as adjusted_saving_eur,
        bool_or(illustrative) as illustrative
    from {{ ref('household_savings') }}
    group by method, window_months

),

intervals as (

    select
        method,
        window_months,
        count(*) as replicates,
        quantile_disc(deviation_eur, 0.025) as low_eur,
        quantile_disc(deviation_eur, 0.975) as high_eur
    from {{ ref('int_savings_replicates') }}
    group by method, window_months

),

-- All programme costs up to as_of for a year of stable housing that they brought; none while one has no price yet.
stable_years as (

    select {{ quotient(
        "cast((select case when bool_and(prices.price_factor is not null) then sum(cast(costs.amount_eur as decimal(28, 2)) * prices.price_factor) end from " ~ ref('stg_finance__programme_costs')
        ~ " as costs inner join " ~ ref('int_price_factors')
        ~ " as prices on date_trunc('month', costs.month) = prices.month) as decimal(24, 6)) * 365.25",
        "sum(stable_days.value)", scale=2, numerator_scale=8
    ) }} as cost_eur
    from {{ ref('metric_stable_days') }} as stable_days
    inner join {{ ref('enrolled_households') }} as households
        on stable_days.household_id = households.household_id and households.arm = 'programme'

),

payable as (

    select
        {{ one_of(parameter('payable_savings_method', 'varchar'), savings_methods(), 'payable_savings_method') }}
            as method,
        {{ parameter('bootstrap_seed', 'bigint') }} as bootstrap_seed

)

select
    totals.method,
    totals.window_months,
    totals.households,
    totals.elapsed_share,
    totals.observed_cost_eur,
    totals.counterfactual_cost_eur,
    totals.gross_saving_eur,
    {{ per_household('totals.gross_saving_eur') }} as gross_saving_per_household_eur,
    {%- for bound in ['low', 'high'] %}
    {{ round_eur('totals.gross_saving_eur + intervals.' ~ bound ~ '_eur') }} as ci_{{ bound }}_eur,
    {{ per_household('totals.gross_saving_eur + intervals.' ~ bound ~ '_eur') }} as ci_{{ bound }}_per_household_eur,
    {%- endfor %}
    case when intervals.replicates is not null then 'poisson_bootstrap_percentile_95' else 'none' end
        as interval_method,
    payable.bootstrap_seed,
    coalesce(intervals.replicates, 0) as bootstrap_replicates,
    totals.adjusted_saving_eur,
    costs.costs_from,
    costs.costs_to,
    costs.programme_costs_city_eur,
    costs.programme_costs_all_eur,
    cast(totals.adjusted_saving_eur - costs.programme_costs_city_eur as decimal(18, 2)) as net_saving_eur,
    {{ per_household('totals.adjusted_saving_eur - costs.programme_costs_city_eur') }}
        as net_saving_per_household_eur,
    {%- for funder, name in [('city', 'benefit_cost_ratio'), ('all', 'benefit_cost_ratio_all_costs')] %}
    {{ quotient('totals.adjusted_saving_eur', 'costs.programme_costs_' ~ funder ~ '_eur') }} as {{ name }},
    {%- endfor %}
    stable_years.cost_eur as cost_per_stable_household_year_eur,
    totals.method = payable.method as is_payable,
    'published' as status,
    totals.illustrative,
    {{ as_of() }} as as_of
from totals
inner join {{ ref('int_savings_programme_costs') }} as costs
    on totals.method = costs.method and totals.window_months = costs.window_months
left join intervals on totals.method = intervals.method and totals.window_months = intervals.window_months
cross join stable_years
cross join payable
order by totals.method, totals.window_months
