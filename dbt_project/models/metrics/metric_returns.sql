with windows as (

    {%- for months, days in return_days().items() %}
    select
        household_id,
        enrolled_on,
        placed_on,
        died_on,
        'return_to_temporary_{{ months }}m' as metric_id,
        {{ days }} as days
    from {{ ref('enrolled_households') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

returns as (

    select
        households.household_id,
        min(greatest(spells.started_on, households.placed_on + 1)) as returned_on
    from {{ ref('enrolled_households') }} as households
    inner join {{ ref('household_spells') }} as spells
        on
            households.household_id = spells.household_id
            and spells.state = 'temporary'
            and households.placed_on + 1 < spells.ended_on
    group by households.household_id

),

followed as (

    select
        windows.*,
        returns.returned_on,
        windows.placed_on + windows.days + 1 as window_ends_on,
        coalesce(returns.returned_on <= windows.placed_on + windows.days, false) as has_returned_so_far
    from windows
    left join returns on windows.household_id = returns.household_id

),

judged as (

    select
        *,
        {{ exclusion_reason('window_ends_on', is_known='has_returned_so_far') }} as exclusion_reason
    from followed

),

answered as (

    select
        *,
        exclusion_reason is null and has_returned_so_far as has_returned
    from judged

)

select
    metric_id,
    cast(null as integer) as metric_version,
    household_id,
    cast(null as varchar) as dwelling_id,
    coalesce(placed_on, enrolled_on) as counted_on,
    cast(null as varchar) as wave,
    exclusion_reason is null as in_denominator,
    has_returned as in_numerator,
    exclusion_reason,
    cast(case when exclusion_reason is null then cast(has_returned as integer) end as decimal(18, 4)) as value,
    cast(case when exclusion_reason is null then 1 end as decimal(18, 4)) as weight,
    case when has_returned then returned_on end as achieved_on,
    'placed on ' || placed_on || coalesce(', first temporary night ' || returned_on, ', no temporary night since')
        as evidence
from answered
