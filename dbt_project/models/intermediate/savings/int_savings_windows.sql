{# A household has the windows that the Chamber lists on the day they end, or today while they go on. #}
with lists as (

    {{ parameter_through_time('savings_window_months', 'varchar') }}

),

listed as (

    select
        valid_from,
        valid_until,
        unnest({{ whole_numbers('value', 'savings_window_months') }}) as window_months
    from lists

),

lengths as (

    select distinct window_months
    from listed

),

dated as (

    select
        households.household_id,
        households.household_key,
        households.enrolled_on as window_start,
        lengths.window_months,
        {{ months_after('households.enrolled_on', 'lengths.window_months') }} as window_end,
        {{ months_after('households.enrolled_on', '-lengths.window_months') }} as prior_start,
        least(households.follow_up_ends_on, known.priced_until) as follow_up_ends_on
    from {{ ref('enrolled_households') }} as households
    cross join lengths
    cross join {{ ref('int_prices_known') }} as known
    where households.arm = 'programme'

),

observed as (

    select
        *,
        greatest(window_start, least(window_end, follow_up_ends_on)) as observed_until,
        least(window_end, {{ as_of() }}) as measured_on
    from dated

)

select
    observed.household_id,
    observed.household_key,
    observed.window_months,
    observed.window_start,
    observed.window_end,
    observed.prior_start,
    observed.observed_until,
    observed.measured_on,
    cast(observed.observed_until - observed.window_start as integer) as observed_days,
    cast(observed.window_end - observed.window_start as integer) as window_days,
    cast(observed.window_start - observed.prior_start as integer) as prior_days,
    observed.window_end <= observed.follow_up_ends_on as is_complete
from observed
inner join listed
    on
        observed.window_months = listed.window_months
        and {{ binds_on('listed', 'observed.measured_on') }}
