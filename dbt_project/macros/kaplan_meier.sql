{#
    The Kaplan-Meier and Aalen-Johansen estimates of every curve of a relation that holds one row per curve and distinct
    time, with the columns `entered` (those at risk from this time on), `events`, `censored` and `competing`: of the
    censored, those whom a competing event befell.
    A row each: at_risk (entered by this time and not ended before), survival just after the time, the 95 % band of its
    log-log transform with Greenwood's variance, and incidence, the share that has had the event by then: each time adds
    what of those free of either event so far have it now. The band does not exist where survival is 0 or 1. A time at
    which all those at risk end, while others are still to enter, says nothing of these: it is passed over, since
    nobody would be left ever after. Ten decimals, so that a comparison with one half does not hang on the last bit of
    a double.
#}
{% macro kaplan_meier(relation, curve_columns, time) -%}
    {%- set curve = curve_columns | join(', ') -%}
    {%- set z = '1.959963984540054' -%}
    {%- set spread -%} {{ z }} * sqrt(variance) / abs(ln(survival)) {%- endset -%}
    {%- set kept_events -%} case when events = at_risk and is_followed_by_others then 0 else events end {%- endset -%}
    {%- set takes_all -%} events + competing = at_risk and is_followed_by_others {%- endset -%}
    select
        {{ curve }},
        {{ time }},
        cast(entered as bigint) as entered,
        cast(at_risk as bigint) as at_risk,
        cast(events as bigint) as events,
        cast(censored as bigint) as censored,
        cast(competing as bigint) as competing,
        cast(survival as decimal(18, 10)) as survival,
        {%- for column, sign in [('ci_low', ''), ('ci_high', '-')] %}
        cast(
            case when survival > 0 and survival < 1 then pow(survival, exp({{ sign }}{{ spread }})) end
            as decimal(18, 10)
        ) as {{ column }},
        {%- endfor %}
        cast(incidence as decimal(18, 10)) as incidence
    from (
        select
            *,
            product(1 - kept_events / at_risk) over up_to_now as survival,
            sum(kept_events / nullif(cast(at_risk as double) * (at_risk - kept_events), 0)) over up_to_now as variance,
            sum(case when {{ takes_all }} then 0 else free_so_far * events / at_risk end) over up_to_now as incidence
        from (
            select
                *,
                {{ kept_events }} as kept_events,
                coalesce(
                    product(case when {{ takes_all }} then 1 else 1 - (events + competing) / at_risk end) over (
                        partition by {{ curve }} order by {{ time }} rows between unbounded preceding and 1 preceding
                    ),
                    1
                ) as free_so_far
            from (
                select
                    *,
                    sum(entered) over up_to_now - sum(events + censored) over up_to_now + events + censored as at_risk,
                    sum(entered) over (partition by {{ curve }}) > sum(entered) over up_to_now as is_followed_by_others
                from {{ relation }}
                window up_to_now as (
                    partition by {{ curve }} order by {{ time }} rows between unbounded preceding and current row
                )
            )
        )
        window up_to_now as (
            partition by {{ curve }} order by {{ time }} rows between unbounded preceding and current row
        )
    )
{%- endmacro %}
