{# The limits of a contract in the order in which they apply. #}
{% macro limits_in_order() -%}
    {{ return(['max_claims_per_household', 'household_and_line', 'household', 'line', 'period', 'contract']) }}
{%- endmacro %}


{#
    What one limit leaves of the `amount` of each claim of the relation `before`, as the CTE and column `after_<limit>`; the
    amount may be a number of claims. Needs `with recursive`.

    Claims count together towards a limit, of the same `counted_within` where that is given, and are paid in the order in
    which they were achieved; one that is in none of `counted_within` has no limit. A version of the limit leaves room for
    its amount less what was paid under the versions before, and never for less than nothing: a limit lowered later takes
    nothing back. Within a version a claim pays the growth of the limited sum to date, so that a credit gives room again.
#}
{% macro apply_limit(limit, counted_within, before, amount) -%}
    {%- set to_date -%}
        sum(claims.{{ amount }}) over (
            partition by claims.counted_together, claims.{{ limit }}_limit_version
            order by claims.achieved_on, claims.tariff_id, claims.claim_id
            rows between unbounded preceding and current row
        )
    {%- endset -%}
    {{ limit }}_claims as (

        select
            *,
            {{ limit }}_limit_id {{- " || ' ' || " ~ counted_within if counted_within }} as counted_together
        from {{ before }}

    ),

    {{ limit }}_sums as (

        select
            counted_together,
            {{ limit }}_limit_version as version,
            {{ limit }}_most as most,
            sum({{ amount }}) as claimed,
            row_number() over (partition by counted_together order by {{ limit }}_limit_version) as place
        from {{ limit }}_claims
        where counted_together is not null
        group by counted_together, {{ limit }}_limit_version, {{ limit }}_most

    ),

    {{ limit }}_rooms as (

        select
            counted_together,
            version,
            place,
            cast(most as decimal(38, 2)) as room,
            cast(least(most, claimed) as decimal(38, 2)) as paid
        from {{ limit }}_sums
        where place = 1
        union all
        select
            sums.counted_together,
            sums.version,
            sums.place,
            cast(greatest(sums.most - rooms.paid, 0) as decimal(38, 2)) as room,
            cast(
                rooms.paid + least(greatest(sums.most - rooms.paid, 0), sums.claimed) as decimal(38, 2)
            ) as paid
        from {{ limit }}_rooms as rooms
        inner join {{ limit }}_sums as sums
            on rooms.counted_together = sums.counted_together and rooms.place + 1 = sums.place

    ),

    after_{{ limit }} as (

        select
            claims.* exclude (counted_together),
            cast(
                case
                    when rooms.room is null then claims.{{ amount }}
                    else least(rooms.room, {{ to_date }}) - least(rooms.room, {{ to_date }} - claims.{{ amount }})
                end
                as decimal(18, 2)
            ) as after_{{ limit }}
        from {{ limit }}_claims as claims
        left join {{ limit }}_rooms as rooms
            on
                claims.counted_together = rooms.counted_together
                and claims.{{ limit }}_limit_version = rooms.version

    )
{%- endmacro %}
