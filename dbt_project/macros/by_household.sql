{#
    The rows of an extract, each under the first key of its household (int_household_keys). Rows of a household that
    split off which begin before it did, by the column `day`, are history and told by the rows of the other.
#}
{% macro by_household(relation, day=none) -%}
    select * replace (coalesce(linked_id, household_id) as household_id)
    from ({{ with_keys(relation) }})
    {%- if day %}
    where coalesce(cast({{ day }} as date) >= counts_from, true)
    {%- endif %}
{%- endmacro %}


{#
    The register of households with one row each, `by` other columns: the row of the newest key of the household that
    goes on, with the earliest registration under any of its keys; one that split off is registered when it did.
#}
{% macro one_row_a_household(relation, by=[]) -%}
    {%- set own = (['coalesce(linked_id, household_id)'] + by) | join(', ') -%}
    select
        * replace (
            coalesce(linked_id, household_id) as household_id,
            cast(
                min(greatest(cast(registered_on as date), counts_from)) over (partition by {{ own }}) as varchar
            ) as registered_on
        )
    from ({{ with_keys(relation) }})
    qualify
        row_number() over (
            partition by {{ own }}
            order by coalesce(is_of_survivor, true) desc, key_number desc nulls last, _row
        ) = 1
{%- endmacro %}


{# The rows of an extract with what is known of the key that each stands under. #}
{% macro with_keys(relation) -%}
    select
        delivered.*,
        keys.household_id as linked_id,
        keys.is_of_survivor,
        keys.key_number,
        keys.counts_from
    from {{ relation }} as delivered
    left join {{ ref('int_household_keys') }} as keys on delivered.household_id = keys.delivered_id
{%- endmacro %}


{#
    A table whose keys others name: households by the first key of each, and the keys of those whose merger is delivered
    but happens after the day of the build: the register has dropped their row, others may still name them.
#}
{% macro followed(relation, field) -%}
    {%- if field == 'household_id' -%}
    (
        select households.household_id
        from ({{ by_household(relation) }}) as households
        union all
        select links.from_household_id as household_id
        from {{ source('raw_municipality', 'household_links') }} as links
        where links.kind = 'merge' and cast(links.linked_on as date) > {{ as_of() }}
    )
    {%- else -%}
    {{ relation }}
    {%- endif -%}
{%- endmacro %}
