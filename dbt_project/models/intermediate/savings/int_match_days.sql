{#
    On which day, and with what weight, a household enters the comparison of covariates. Before matching: every household
    of the programme at enrolment; every comparison household once, as long after its latest sign of need as the median
    programme household, within the time in which that need is open. After: those matched, each comparison household on
    the days from which it stands for them, a pair weighing 1 / n.
#}
with median_lag as (

    select cast(quantile_disc(open_from - index_on, 0.5) as integer) as days
    from {{ ref('int_comparison_subjects') }}
    where arm = 'programme'

),

latest as (

    select
        subjects.household_key,
        subjects.arm,
        greatest(
            subjects.open_from,
            least(
                subjects.open_until - 1, subjects.index_on + case when subjects.is_trial then 0 else median_lag.days end
            )
        ) as day
    from {{ ref('int_comparison_subjects') }} as subjects
    cross join median_lag
    where subjects.arm = 'comparison'
    qualify
        row_number() over (
            partition by subjects.household_key order by subjects.index_on desc, subjects.open_from desc
        ) = 1

),

windows as (

    select distinct window_months
    from {{ ref('int_savings_windows') }}

),

before as (

    select
        windows.window_months,
        latest.arm,
        latest.household_key,
        latest.day
    from latest
    cross join windows
    union all
    select
        window_months,
        'programme' as arm,
        household_key,
        window_start as day
    from {{ ref('int_savings_windows') }}

)

select
    window_months,
    'before' as stage,
    arm,
    household_key,
    day,
    cast(1 as decimal(18, 10)) as weight
from before
union all
select distinct
    windows.window_months,
    'after' as stage,
    'programme' as arm,
    windows.household_key,
    windows.window_start as day,
    cast(1 as decimal(18, 10)) as weight
from {{ ref('int_savings_windows') }} as windows
inner join {{ ref('int_comparison_pairs') }} as pairs
    on windows.household_key = pairs.household_key and windows.window_months = pairs.window_months
union all
select
    window_months,
    'after' as stage,
    'comparison' as arm,
    comparison_household_key as household_key,
    followed_from as day,
    {{ quotient('sum(1)', 'max(comparison_households)', scale=10, numerator_scale=0, denominator_scale=0) }} as weight
from {{ ref('int_comparison_pairs') }}
group by window_months, comparison_household_key, followed_from, comparison_households
