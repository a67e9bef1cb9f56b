with first_days as (

    select min(enrolled_on) as first_on
    from {{ ref('enrolled_households') }}
    union all
    select min(tenancies.started_on) as first_on
    from {{ ref('stg_provider__tenancies') }} as tenancies
    inner join {{ ref('enrolled_households') }} as households
        on tenancies.household_id = households.household_id
    union all
    select min(assessments.assessed_on) as first_on
    from {{ ref('stg_support__assessments') }} as assessments
    inner join {{ ref('enrolled_households') }} as households
        on assessments.household_id = households.household_id
    union all
    select min(activities.performed_on) as first_on
    from {{ ref('stg_support__support_activities') }} as activities
    inner join {{ ref('enrolled_households') }} as households
        on activities.household_id = households.household_id
    union all
    select min(coalesce(available_from, acquired_on)) as first_on
    from {{ ref('stg_provider__dwellings') }}

),

programme as (

    select
        min(first_on) as starts_on,
        {{ observed_until() }} as ends_on
    from first_days

),

calendar as (

    {%- for period_type in ['month', 'quarter', 'year'] %}
    select
        '{{ period_type }}' as period_type,
        cast(unnest(generate_series(
            date_trunc('{{ period_type }}', starts_on), ends_on - 1, interval 1 {{ period_type }}
        )) as date) as period_start
    from programme
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

phases as (

    select
        value as period,
        valid_from as period_start,
        lead(valid_from) over (order by valid_from) as next_start
    from {{ ref('stg_chamber__measurement_parameters') }}
    where name = 'programme_phase' and metric_id is null

)

select
    period_type,
    case period_type
        when 'month' then strftime(period_start, '%Y-%m')
        when 'quarter' then year(period_start) || 'Q' || quarter(period_start)
        else cast(year(period_start) as varchar)
    end as period,
    period_start,
    case period_type
        when 'month' then {{ months_after('period_start', 1) }}
        when 'quarter' then {{ months_after('period_start', 3) }}
        else {{ months_after('period_start', 12) }}
    end as period_end
from calendar
union all
select
    'phase' as period_type,
    phases.period,
    phases.period_start,
    coalesce(phases.next_start, programme.ends_on) as period_end
from phases
cross join programme
union all
select
    'programme_to_date' as period_type,
    'programme_to_date' as period,
    starts_on as period_start,
    ends_on as period_end
from programme
where starts_on is not null
