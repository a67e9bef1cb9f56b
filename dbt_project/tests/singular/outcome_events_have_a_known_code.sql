-- Outcome events whose code the Chamber does not know (parameter outcome_codes): by delivery and line.
with known as (

    {{ outcome_codes() }}

)

select
    events._delivery_id,
    events._row
from {{ ref('stg_support__outcome_events') }} as events
left join known on events.outcome_code = known.outcome_code
where known.outcome_code is null
