select
    profiles.arm || ', ' || profiles.enrolled_in as _subject,
    count(*) as households
from {{ ref('household_profiles') }} as profiles
cross join {{ ref('release_terms') }} as terms
group by
    profiles.arm,
    profiles.enrolled_in,
    profiles.pathway,
    profiles.economic_capacity,
    profiles.household_size_band,
    profiles.district,
    terms.minimum_group
having count(*) < terms.minimum_group
