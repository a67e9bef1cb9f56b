-- Every version that has begun; one that ended stays, since it still decides what happened in its time.
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
    valid_to,
    {{ in_words('outcome', 'it') }} as outcome_it,
    {{ in_words('outcome', 'en') }} as outcome_en,
    {{ in_words('unit', 'it') }} as unit_it,
    {{ in_words('unit', 'en') }} as unit_en,
    {{ in_words('direction', 'it') }} as direction_it,
    {{ in_words('direction', 'en') }} as direction_en,
    {{ in_words('formula', 'it') }} as formula_it,
    {{ in_words('formula', 'en') }} as formula_en
from {{ ref('stg_chamber__metric_definitions') }}
order by metric_id, version
