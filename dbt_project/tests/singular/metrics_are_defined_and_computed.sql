-- A metric that is defined but not computed, or computed but not defined, by its id.
with computed as (

    select unnest({{ computed_metric_ids() }}) as metric_id
    union
    select metric_id from {{ ref('household_metrics') }}

),

computed_by_models as (

    select unnest({{ computed_metric_ids() }}) as metric_id

)

select coalesce(definitions.metric_id, computed.metric_id) as _subject
from computed
full outer join {{ ref('definitions') }} as definitions
    on computed.metric_id = definitions.metric_id
where computed.metric_id is null or definitions.metric_id is null
union
select computed.metric_id as _subject
from computed
where computed.metric_id not in (select computed_by_models.metric_id from computed_by_models)
