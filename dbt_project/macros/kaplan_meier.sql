{#
    The Kaplan-Meier and Aalen-Johansen estimates of every curve of a relation that holds one row per curve and distinct
    time, with the columns `events`, `censored` and `competing`: of the censored, those whom a competing event befell.
    A row each: at_risk (events and censored of this time and later), survival just after the time, the 95 % band of its
    log-log transform with Greenwood's variance, and incidence, the share that has had the event by then: each time adds
    what of those free of either event so far have it now. The band does not exist where survival is 0 or 1. Ten
    decimals, so that a comparison with one half does not hang on the last bit of a double.
#}
{% macro kaplan_meier(relation, curve_columns, time) -%}
    {%- set curve = curve_columns | join(', ') -%}
    {%- set z = '1.959963984540054' -%}
    {%- set spread -%} {{ z }} * sqrt(variance) / abs(ln(survival)) {%- endset -%}
    select
        {{ curve }},
        {{ time }},
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
            product(1 - events / at_risk) over up_to_now as survival,
            sum(events / nullif(cast(at_risk as double) * (at_risk - events), 0)) over up_to_now as variance,
            sum(free_so_far * events / at_risk) over up_to_now as incidence
        from (
            select
                *,
                coalesce(
                    product(1 - (events + competing) / at_risk) over (
                        partition by {{ curve }} order by {{ time }} rows between unbounded preceding and 1 preceding
                    ),
                    1
                ) as free_so_far
            from (
                select
                    *,
                    sum(events + censored) over (
                        partition by {{ curve }} order by {{ time }} rows between current row and unbounded following
                    ) as at_risk
                from {{ relation }}
            )
        )
        window up_to_now as (
            partition by {{ curve }} order by {{ time }} rows between unbounded preceding and current row
        )
    )
{%- endmacro %}
