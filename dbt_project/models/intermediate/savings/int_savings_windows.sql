with windows as (

    select
        household_id,
        household_key,
        enrolled_on as window_start,
        follow_up_ends_on,
        unnest({{ parameter('savings_window_months', 'integer[]') }}) as window_months
    from {{ ref('enrolled_households') }}
    where arm = 'programme'

),

dated as (

    select
        household_id,
        household_key,
        window_months,
        window_start,
        {{ months_after('window_start', 'window_months') }} as window_end,
        {{ months_after('window_start', '-window_months') }} as prior_start,
        follow_up_ends_on
    from windows

)

select
    household_id,
    household_key,
    window_months,
    window_start,
    window_end,
    prior_start,
    greatest(window_start, least(window_end, follow_up_ends_on)) as observed_until,
    cast(greatest(window_start, least(window_end, follow_up_ends_on)) - window_start as integer) as observed_days,
    cast(window_end - window_start as integer) as window_days,
    cast(window_start - prior_start as integer) as prior_days,
    window_end <= follow_up_ends_on as is_complete
from dated
