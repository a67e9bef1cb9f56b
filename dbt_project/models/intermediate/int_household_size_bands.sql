with starts as (

    select unnest({{ parameter('household_size_band_starts', 'integer[]') }}) as members_from

),

bands as (

    select
        members_from,
        lead(members_from) over (order by members_from) as next_members_from
    from starts

)

select
    members_from,
    next_members_from - 1 as members_to,
    case
        when min(members_from) over () <> 1
            then error('measurement parameter household_size_band_starts must begin with 1')
        when next_members_from is null then members_from || '+'
        when next_members_from - 1 = members_from then cast(members_from as varchar)
        else members_from || '–' || (next_members_from - 1)
    end as household_size_band
from bands
