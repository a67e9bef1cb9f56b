{#
    A comparison household is taken from the day that lies as long after its sign of need as the enrolment lay after that
    of the programme household, if the same need is still its current one then, and only if it is followed for as many
    days: nobody is chosen for what happened later. Same district where there are enough, else the whole city; where
    there are not enough in the city, the household has no comparison.
#}
with parameters as (

    select {{ within(parameter('comparison_minimum_matches', 'integer'), 2, 1000000, 'comparison_minimum_matches') }}
        as minimum_matches

),

programme as (

    select
        windows.household_id,
        windows.window_months,
        windows.observed_days,
        subjects.stratum,
        subjects.district,
        cast(windows.window_start - subjects.index_on as integer) as lag_days
    from {{ ref('int_savings_windows') }} as windows
    inner join {{ ref('int_comparison_subjects') }} as subjects
        on windows.household_id = subjects.household_id and subjects.arm = 'programme'

),

eligible as (

    select
        programme.household_id,
        programme.window_months,
        comparison.household_id as comparison_household_id,
        coalesce(bool_or(programme.district = comparison.district and not comparison.is_trial), false)
            as is_same_district,
        max(comparison.index_on + programme.lag_days) as followed_from
    from programme
    inner join {{ ref('int_comparison_subjects') }} as comparison
        on
            programme.stratum = comparison.stratum
            and comparison.arm = 'comparison'
            and comparison.index_on + programme.lag_days >= comparison.open_from
            and comparison.index_on + programme.lag_days < comparison.open_until
            and comparison.index_on + programme.lag_days + programme.observed_days <= comparison.follow_up_ends_on
    group by programme.household_id, programme.window_months, comparison.household_id

),

counted as (

    select
        household_id,
        window_months,
        count(*) as in_city,
        count(*) filter (where is_same_district) as in_district
    from eligible
    group by household_id, window_months

),

judged as (

    select
        counted.household_id,
        counted.window_months,
        counted.in_district >= parameters.minimum_matches as is_within_district,
        case when counted.in_district >= parameters.minimum_matches then counted.in_district else counted.in_city end
            as comparison_households
    from counted
    cross join parameters
    where counted.in_city >= parameters.minimum_matches

)

select
    eligible.household_id,
    eligible.window_months,
    eligible.comparison_household_id,
    eligible.followed_from,
    judged.is_within_district,
    cast(judged.comparison_households as integer) as comparison_households
from eligible
inner join judged
    on eligible.household_id = judged.household_id and eligible.window_months = judged.window_months
where eligible.is_same_district or not judged.is_within_district
