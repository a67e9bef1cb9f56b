with valid_versions as (

    select *
    from {{ ref('stg_chamber__metric_definitions') }}
    where coalesce(valid_to > {{ as_of() }}, true)
    qualify row_number() over (partition by metric_id order by version desc) = 1

)

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
from valid_versions
order by metric_id
