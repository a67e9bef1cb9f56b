{# A line has a row per band, of which the tightest limit counts. #}
{%- set of_lines = [
    ('max_claims_per_household', 'null', 'max_claims_per_household'),
    ('household_and_line', 'limit_household_line_eur', 'null'),
    ('line', 'limit_line_eur', 'null'),
] -%}

with stated as (

    select
        *,
        scope as applied_limit,
        limit_eur as limited_to_eur,
        null as max_claims
    from {{ ref('int_tariffs_in_force') }}
    where kind = 'limit'
    {%- for limit, amount, claims in of_lines %}
    union all
    select
        *,
        '{{ limit }}' as applied_limit,
        {{ amount }} as limited_to_eur,
        {{ claims }} as max_claims
    from {{ ref('int_tariffs_in_force') }}
    where kind <> 'limit'
    {%- endfor %}

)

select
    contract_id,
    tariff_id,
    min(title_it) as title_it,
    min(title_en) as title_en,
    applied_limit,
    cast(list_position({{ limits_in_order() }}, applied_limit) as integer) as step,
    cast(row_number() over (partition by tariff_id, applied_limit order by binds_from) as integer) as version,
    cast(min(limited_to_eur) as decimal(18, 2)) as limit_eur,
    cast(min(max_claims) as integer) as max_claims,
    binds_from as valid_from,
    -- One that is open in any band is open.
    case when count(binds_until) = count(*) then max(binds_until) end as valid_to,
    any_value(currency) as currency,
    bool_or(illustrative) as illustrative
from stated
where coalesce(limited_to_eur, max_claims) is not null
group by contract_id, tariff_id, applied_limit, binds_from
