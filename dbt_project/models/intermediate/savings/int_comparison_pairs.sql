{#
    A comparison household is taken from the day that lies as long after its sign of need as the enrolment lay after that
    of the programme household, if the same need is still its current one then, and only if it is followed for as many
    days: nobody is chosen for what happened later. Same district where there are enough, else the whole city; where
    there are not enough in the city, the household has no comparison. The city is asked for those alone who need it,
    and pairs are kept narrow: they are the one table that grows with the square of the city.
#}
with parameters as (

    select {{ within(parameter('comparison_minimum_matches', 'integer'), 2, 1000000, 'comparison_minimum_matches') }}
        as minimum_matches

),

programme as (

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

comparison as (

    select
        household_key,
        stratum,
        district,
        is_trial,
        index_on,
        open_from,
        open_until,
        follow_up_ends_on,
        min(index_on) over signs = max(index_on) over signs as is_sole
    from {{ ref('int_comparison_subjects') }}
    where arm = 'comparison' and stratum is not null
    window signs as (partition by household_key, stratum)

),

found_in_district as (

    {{ comparison_found('programme', 'asking.district = comparison.district and not comparison.is_trial') }}

),

enough_in_district as (

    {{ comparison_enough('found_in_district') }}

),

without_enough as (

    select programme.*
    from programme
    left join enough_in_district as enough
        on programme.household_key = enough.household_key and programme.window_months = enough.window_months
    where enough.household_key is null

),

found_in_city as (

    {{ comparison_found('without_enough', 'true') }}

),

enough_in_city as (

    {{ comparison_enough('found_in_city') }}

)

{% for reach in ['district', 'city'] -%}
select
    found.household_key,
    found.window_months,
    found.comparison_household_key,
    found.open_from,
    found.followed_from,
    {{ 'true' if reach == 'district' else 'false' }} as is_within_district,
    enough.comparison_households,
    enough.weight
from found_in_{{ reach }} as found
inner join enough_in_{{ reach }} as enough
    on found.household_key = enough.household_key and found.window_months = enough.window_months
{% if not loop.last -%}
union all
{% endif -%}
{%- endfor %}
