{#
    The programme's life tables to date on a grid of months. A month's row is of its end: events and censored fell in
    [months - 1, months), at_risk have entered by `months` and are followed to it or beyond, and survival is that of all
    who completed them, as in housing_survival_Nm; incidence is the share that had the event before. Days of waiting are
    months of 30.4375 days.
#}
{%- set days_of_month = '30.4375' -%}

with steps as (

    select
        curve,
        case when breakdown = 'all' then 'all' else breakdown || ':' || category end as category,
        case when curve = 'waiting' then cast(duration as double) / {{ days_of_month }} else duration end as duration,
        entered,
        events,
        censored,
        competing,
        survival,
        ci_low,
        ci_high,
        incidence
    from {{ ref('int_survival_steps') }}
    where period_type = 'programme_to_date' and breakdown in ('all', 'pathway', 'economic_capacity')

),

by_month as (

    select
        curve,
        category,
        cast(floor(duration) as integer) + 1 as months,
        sum(events) as events,
        sum(censored) as censored,
        sum(competing) as competing,
        min(survival) as survival,
        arg_max(ci_low, duration) as ci_low,
        arg_max(ci_high, duration) as ci_high,
        max(incidence) as incidence
    from steps
    group by curve, category, floor(duration)

),

entries as (

    select
        curve,
        category,
        cast(ceil(duration) as integer) as months,
        sum(entered) as entered
    from steps
    group by curve, category, ceil(duration)

),

grid as (

    select
        curve,
        category,
        unnest(generate_series(0, max(months))) as months
    from by_month
    group by curve, category

),

running as (

    select
        {%- for column in ['survival', 'ci_low', 'ci_high', 'incidence'] %}
        last_value(by_month.{{ column }} ignore nulls) over (
            partition by grid.curve, grid.category
            order by grid.months
            rows between unbounded preceding and current row
        ) as {{ column }},
        {%- endfor %}
        grid.curve,
        grid.category,
        grid.months,
        coalesce(by_month.events, 0) as events,
        coalesce(by_month.censored, 0) as censored,
        coalesce(by_month.competing, 0) as competing,
        sum(coalesce(entries.entered, 0) - coalesce(by_month.events + by_month.censored, 0)) over (
            partition by grid.curve, grid.category
            order by grid.months
            rows between unbounded preceding and current row
        ) as at_risk
    from grid
    left join entries
        on grid.curve = entries.curve and grid.category = entries.category and grid.months = entries.months
    left join by_month
        on grid.curve = by_month.curve and grid.category = by_month.category and grid.months = by_month.months

)

select
    curve,
    category,
    cast(months as integer) as months,
    cast(at_risk as bigint) as at_risk,
    cast(events as bigint) as events,
    cast(censored as bigint) as censored,
    cast(competing as bigint) as competing,
    cast(
        case when at_risk > 0 or survival = 0 then coalesce(survival, 1) end
        as decimal(18, 4)
    ) as survival,
    cast(case when at_risk > 0 then ci_low end as decimal(18, 4)) as ci_low,
    cast(case when at_risk > 0 then ci_high end as decimal(18, 4)) as ci_high,
    cast(
        case when at_risk > 0 or survival = 0 then coalesce(incidence, 0) end
        as decimal(18, 4)
    ) as incidence
from running
order by curve, category, months
