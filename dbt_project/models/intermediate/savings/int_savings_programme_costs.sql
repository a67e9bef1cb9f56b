{#
    The programme costs that a method's saving is held against: of the months into which a day of any household's window
    falls, as far as observed, in the prices of the base year, not discounted. A method that has no counterfactual for
    some households bears the share of its households' observed days.
#}
with span as (

    select
        window_months,
        cast(date_trunc('month', min(window_start)) as date) as costs_from,
        cast(
            date_trunc('month', max(observed_until) filter (where window_start < observed_until) - 1) as date
        ) as costs_to,
        cast(sum(observed_days) as decimal(12, 0)) as observed_days
    from {{ ref('int_savings_windows') }}
    group by window_months

),

costs as (

    select
        costs.month,
        costs.funded_by,
        cast(costs.amount_eur as decimal(28, 2)) * prices.price_factor as amount_eur
    from {{ ref('stg_finance__programme_costs') }} as costs
    inner join {{ ref('int_price_factors') }} as prices on date_trunc('month', costs.month) = prices.month

),

costs_of_windows as (

    select
        span.window_months,
        span.costs_from,
        span.costs_to,
        span.observed_days,
        coalesce(sum(costs.amount_eur), 0) as all_eur,
        coalesce(sum(costs.amount_eur) filter (where costs.funded_by = 'city'), 0) as city_eur
    from span
    left join costs on costs.month between span.costs_from and span.costs_to
    group by span.window_months, span.costs_from, span.costs_to, span.observed_days

),

methods as (

    select
        method,
        window_months,
        cast(sum(observed_days) as decimal(12, 0)) as observed_days
    from {{ ref('household_savings') }}
    group by method, window_months

)

select
    methods.method,
    methods.window_months,
    costs.costs_from,
    costs.costs_to,
    {{ quotient(
        'cast(costs.city_eur as decimal(22, 4)) * methods.observed_days', 'costs.observed_days',
        scale=2, denominator_scale=0
    ) }}
        as programme_costs_city_eur,
    {{ quotient(
        'cast(costs.all_eur as decimal(22, 4)) * methods.observed_days', 'costs.observed_days',
        scale=2, denominator_scale=0
    ) }}
        as programme_costs_all_eur
from methods
inner join costs_of_windows as costs on methods.window_months = costs.window_months
