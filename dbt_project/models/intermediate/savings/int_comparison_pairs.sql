{#
    A comparison household is taken from the day that lies as long after its sign of need as the enrolment lay after that
    of the programme household, if the same need is still its current one then, and only if it is followed for as many
    days: nobody is chosen for what happened later. Same district where there are enough, else the whole city; where
    there are not enough in the city, the household has no comparison. The city is asked for those alone who need it.
#}
{%- set reaches = {
    'district': 'asking.district = comparison.district and not comparison.is_trial',
    'city': 'true',
} -%}

with parameters as (

    select {{ within(parameter('comparison_minimum_matches', 'integer'), 2, 1000000, 'comparison_minimum_matches') }}
        as minimum_matches

),

asking_district as (

    select
        windows.household_key,
        windows.window_months,
        windows.observed_days,
        subjects.stratum,
        subjects.district,
        cast(windows.window_start - subjects.index_on as integer) as lag_days
    from {{ ref('int_savings_windows') }} as windows
    inner join {{ ref('int_comparison_subjects') }} as subjects
        on windows.household_key = subjects.household_key and subjects.arm = 'programme'

),
{%- for reach, is_near in reaches.items() %}
{%- if reach == 'city' %}

asking_city as (

    select asking_district.*
    from asking_district
    left join enough_in_district as enough
        on
            asking_district.household_key = enough.household_key
            and asking_district.window_months = enough.window_months
    where enough.household_key is null

),
{%- endif %}

found_in_{{ reach }} as (

    select
        asking.household_key,
        asking.window_months,
        comparison.household_key as comparison_household_key,
        max(comparison.index_on + asking.lag_days) as followed_from
    from asking_{{ reach }} as asking
    inner join {{ ref('int_comparison_subjects') }} as comparison
        on
            asking.stratum = comparison.stratum
            and {{ is_near }}
            and comparison.arm = 'comparison'
            and comparison.index_on + asking.lag_days >= comparison.open_from
            and comparison.index_on + asking.lag_days < comparison.open_until
            and comparison.index_on + asking.lag_days + asking.observed_days <= comparison.follow_up_ends_on
    group by asking.household_key, asking.window_months, comparison.household_key

),

enough_in_{{ reach }} as (

    select
        household_key,
        window_months,
        count(*) as comparison_households
    from found_in_{{ reach }}
    group by household_key, window_months
    having count(*) >= (select parameters.minimum_matches from parameters)

){{ ',' if not loop.last }}
{%- endfor %}

{% for reach in reaches -%}
select
    found.household_key,
    found.window_months,
    found.comparison_household_key,
    found.followed_from,
    {{ 'true' if reach == 'district' else 'false' }} as is_within_district,
    cast(enough.comparison_households as integer) as comparison_households
from found_in_{{ reach }} as found
inner join enough_in_{{ reach }} as enough
    on found.household_key = enough.household_key and found.window_months = enough.window_months
{% if not loop.last -%}
union all
{% endif -%}
{%- endfor %}
