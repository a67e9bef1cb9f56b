select
    spells.household_id,
    spells.spell_number,
    spells.state,
    spells.is_stably_housed,
    {{ coarsened('spells.started_on') }} as started_in,
    {{ coarsened('spells.ended_on - 1') }} as ended_in,
    cast(spells.ended_on - spells.started_on as integer) as days
from {{ ref('household_spells') }} as spells
inner join {{ ref('household_profiles') }} as profiles
    on spells.household_id = profiles.household_id
