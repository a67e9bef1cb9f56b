{#
    With what weight a household enters the comparison of covariates. Before matching: every household of the programme
    at enrolment; every comparison household once, as long after its latest sign of need as the median programme
    household, within the time in which that need is open. After: those matched, a pair weighing 1 / n for the
    comparison household, which stands on the days of its pairs.
#}
with median_lag as (

    select cast(quantile_disc(open_from - index_on, 0.5) as integer) as days
    from {{ ref('int_comparison_subjects') }}
    where arm = 'programme'

),

latest as (

    select
        subjects.household_key,
        subjects.open_from,
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

window_lengths as (

    select distinct window_months
    from {{ ref('int_savings_windows') }}

),

matched as (

    select distinct
        household_key,
        window_months
    from {{ ref('int_comparison_pairs') }}

)

select
    window_lengths.window_months,
    'before' as stage,
    'comparison' as arm,
    latest.household_key,
    latest.open_from,
    latest.day,
    cast(1 as decimal(20, 10)) as weight
from latest
cross join window_lengths
union all
select
    window_months,
    'before' as stage,
    'programme' as arm,
    household_key,
    window_start as open_from,
    window_start as day,
    cast(1 as decimal(20, 10)) as weight
from {{ ref('int_savings_windows') }}
union all
select
    windows.window_months,
    'after' as stage,
    'programme' as arm,
    windows.household_key,
    windows.window_start as open_from,
    windows.window_start as day,
    cast(1 as decimal(20, 10)) as weight
from {{ ref('int_savings_windows') }} as windows
inner join matched
    on windows.household_key = matched.household_key and windows.window_months = matched.window_months
union all
select
    window_months,
    'after' as stage,
    'comparison' as arm,
    comparison_household_key as household_key,
    open_from,
    null as day,
    cast(sum(weight) as decimal(20, 10)) as weight
from {{ ref('int_comparison_pairs') }}
group by window_months, comparison_household_key, open_from
