-- Outcome events whose code was not one of the Chamber's (parameter outcome_codes) on their day: by delivery and line.
with known as (

    {{ outcome_codes() }}

)

select
    events._delivery_id,
    events._row
from {{ ref('stg_support__outcome_events') }} as events
left join known
    on
        events.outcome_code = known.outcome_code
        and {{ binds_on('known', 'events.achieved_on') }}
where known.outcome_code is null
