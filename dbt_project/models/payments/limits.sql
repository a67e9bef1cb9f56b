{#
    Limits of the newest version of a line or limit hold for all its claims, so that an amended limit is one limit and not
    two. A line has a row per band, of which the tightest counts.
#}
{%- set of_lines = [
    ('max_claims_per_household', 'null', 'max_claims_per_household'),
    ('household_and_line', 'limit_household_line_eur', 'null'),
    ('line', 'limit_line_eur', 'null'),
] -%}

with newest as (

    select
        *,
        min(valid_from) over (partition by tariff_id) as first_valid_from
    from {{ ref('stg_chamber__outcome_tariffs') }}
    qualify valid_from = max(valid_from) over (partition by tariff_id)

),

stated as (

    select
        *,
        scope as applied_limit,
        limit_eur as limited_to_eur,
        null as max_claims
    from newest
    where kind = 'limit'
    {%- for limit, amount, claims in of_lines %}
    union all
    select
        *,
        '{{ limit }}' as applied_limit,
        {{ amount }} as limited_to_eur,
        {{ claims }} as max_claims
    from newest
    where kind <> 'limit'
    {%- endfor %}

)

select
    tariff_id,
    min(title_it) as title_it,
    min(title_en) as title_en,
    applied_limit,
    cast(list_position({{ limits_in_order() }}, applied_limit) as integer) as step,
    cast(min(limited_to_eur) as decimal(18, 2)) as limit_eur,
    cast(min(max_claims) as integer) as max_claims,
    min(first_valid_from) as valid_from,
    -- One that is open in any band is open.
    case when count(valid_to) = count(*) then max(valid_to) end as valid_to,
    any_value(currency) as currency,
    bool_or(illustrative) as illustrative
from stated
where coalesce(limited_to_eur, max_claims) is not null
group by tariff_id, applied_limit
