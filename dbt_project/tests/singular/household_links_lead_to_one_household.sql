-- Links that contradict each other, by delivery and line; a circle is a link whose household goes on under neither key.
with links as (

    select
        links.from_household_id,
        links.to_household_id,
        links.kind,
        origins.household_id as origin_id,
        results.household_id as result_id,
        links._delivery_id,
        links._row,
        count(*) filter (where links.kind = 'new_key')
            over (partition by links.to_household_id) as times_given,
        count(*) over (partition by links.from_household_id, links.kind) as times_left,
        count(*) filter (where links.kind = 'split')
            over (partition by links.to_household_id) as times_split_off
    from {{ ref('stg_municipality__household_links') }} as links
    inner join {{ ref('int_household_keys') }} as origins on links.from_household_id = origins.delivered_id
    inner join {{ ref('int_household_keys') }} as results on links.to_household_id = results.delivered_id

),

circles as (

    select delivered_id
    from {{ ref('int_household_keys') }}
    where key_number > (select count(*) + 1 from {{ ref('int_household_keys') }})

)

select
    _delivery_id,
    _row
from links
where
    from_household_id = to_household_id
    or times_given + times_split_off > 1
    or (kind <> 'split' and times_left > 1)
    or (kind <> 'split' and origin_id <> result_id)
    or to_household_id in (select circles.delivered_id from circles)
