-- A new version stands beside the old one until the old one's last day of validity.
select
    metric_id,
    version,
    title_it,
    title_en,
    description_it,
    description_en,
    outcome,
    unit,
    direction,
    formula,
    standard_ref,
    minimum_denominator,
    valid_from,
    valid_to
from {{ ref('stg_chamber__metric_definitions') }}
where coalesce(valid_to > {{ as_of() }}, true)
order by metric_id, version
