select
    metrics.metric_id,
    metrics.metric_version,
    metrics.household_id,
    coalesce(metrics.wave, '') as wave,
    {{ coarsened('metrics.counted_on') }} as counted_in,
    metrics.in_denominator,
    metrics.in_numerator,
    metrics.exclusion_reason,
    metrics.value,
    metrics.weight,
    {{ coarsened('metrics.achieved_on') }} as achieved_in
from {{ ref('household_metrics') }} as metrics
inner join {{ ref('household_profiles') }} as profiles
    on metrics.household_id = profiles.household_id
