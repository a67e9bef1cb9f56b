{#
    Keys are followed twice: from a new key back to the first one, which claims, ledger and statements know; then from
    a household that was merged to the one that goes on. Steps are bounded, so that a circle ends; a test names it.
#}
{{ config(materialized='view') }}

with recursive links as (

    select
        from_household_id,
        to_household_id,
        linked_on,
        kind
    from {{ ref('stg_municipality__household_links') }}

),

linked as (

    select from_household_id as delivered_id
    from links
    union
    select to_household_id as delivered_id
    from links

),

followed as (

    select
        delivered_id,
        delivered_id as first_id,
        0 as steps
    from linked
    union
    select
        followed.delivered_id,
        links.from_household_id as first_id,
        followed.steps + 1 as steps
    from followed
    inner join links on followed.first_id = links.to_household_id and links.kind = 'new_key'
    where followed.steps <= (select count(*) from linked)

),

first_keys as (

    select
        delivered_id,
        arg_max(first_id, row(steps, first_id)) as first_id,
        max(steps) + 1 as key_number
    from followed
    group by delivered_id

),

joined as (

    select
        origins.first_id as from_id,
        results.first_id as to_id,
        links.kind,
        links.linked_on
    from links
    inner join first_keys as origins on links.from_household_id = origins.delivered_id
    inner join first_keys as results on links.to_household_id = results.delivered_id

),

merged as (

    select distinct
        first_id,
        first_id as household_id,
        0 as steps
    from first_keys
    union
    select
        merged.first_id,
        joined.to_id as household_id,
        merged.steps + 1 as steps
    from merged
    inner join joined on merged.household_id = joined.from_id and joined.kind = 'merge'
    where merged.steps <= (select count(*) from linked)

),

survivors as (

    select
        first_id,
        arg_max(household_id, row(steps, household_id)) as household_id
    from merged
    group by first_id

),

split_off as (

    select
        to_id as first_id,
        max(linked_on) as counts_from
    from joined
    where kind = 'split'
    group by to_id

)

select
    first_keys.delivered_id,
    survivors.household_id,
    first_keys.first_id = survivors.household_id as is_of_survivor,
    cast(first_keys.key_number as integer) as key_number,
    split_off.counts_from
from first_keys
inner join survivors on first_keys.first_id = survivors.first_id
left join split_off on first_keys.first_id = split_off.first_id
