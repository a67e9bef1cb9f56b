{#
    A factor takes an amount of its month to the mean price of the base year: mean of the base year's months / index of
    the month, to ten decimals; 1 where no base year is set. A month is needed if a night, an enrolment or a programme
    cost that savings count falls into it, or if it belongs to the base year. A window of no day counts none.
#}
with span as (

    select
        {{ months_after('min(prior_start)', '-4') }} as starts_on,
        max(observed_until) filter (where window_start < observed_until) as ends_on
    from {{ ref('int_savings_windows') }}

),

stays as (

    select
        checked_in_on as started_on,
        coalesce(checked_out_on, {{ observed_until() }}) as ended_on
    from {{ ref('stg_municipality__temporary_stays') }}

),

amounts as (

    select
        cast(unnest(generate_series(
            date_trunc('month', started_on), cast(ended_on - 1 as timestamp), interval 1 month
        )) as date) as month
    from stays
    where started_on < ended_on
    union all
    select cast(date_trunc('month', window_start) as date) as month
    from {{ ref('int_savings_windows') }}
    union all
    select cast(date_trunc('month', month) as date) as month
    from {{ ref('stg_finance__programme_costs') }}

),

base_months as (

    select
        cast(unnest(generate_series(
            make_timestamp(price_base_year, 1, 1, 0, 0, 0),
            make_timestamp(price_base_year, 12, 1, 0, 0, 0),
            interval 1 month
        )) as date) as month
    from {{ ref('int_price_base') }}
    where price_base_year is not null

),

months as (

    select
        amounts.month,
        bool_or(amounts.month < span.ends_on and {{ months_after('amounts.month', '1') }} > span.starts_on) as is_needed
    from amounts
    cross join span
    group by amounts.month
    union all
    select
        month,
        true as is_needed
    from base_months
    where month not in (select amounts.month from amounts)

),

index_values as (

    select
        month,
        count(*) as index_values_found,
        min(index_value) as index_value
    from {{ ref('stg_chamber__price_index') }}
    group by month

),

base_year as (

    select
        sum(index_values.index_value) as index_sum,
        count(*) as index_months
    from base_months
    inner join index_values on base_months.month = index_values.month

)

select
    months.month,
    coalesce(months.is_needed or months.month in (select base_months.month from base_months), false)
    and base.price_base_year is not null as is_needed,
    cast(coalesce(index_values.index_values_found, 0) as integer) as index_values_found,
    index_values.index_value,
    cast(
        case
            when base.price_base_year is null then 1
            else {{ quotient(
                'base_year.index_sum', 'base_year.index_months * index_values.index_value', scale=10
            ) }}
        end as decimal(18, 10)
    ) as price_factor
from months
cross join {{ ref('int_price_base') }} as base
cross join base_year
left join index_values on months.month = index_values.month
