{#
    The Kaplan-Meier estimate of every curve of a relation that holds one row per curve and distinct time, with the
    columns `events` and `censored`. A row each: at_risk (events and censored of this time and later), survival just
    after the time, and the 95 % band of its log-log transform with Greenwood's variance. The band does not exist where
    survival is 0 or 1. Ten decimals, so that a comparison with one half does not hang on the last bit of a double.
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
        cast(survival as decimal(18, 10)) as survival,
        {%- for column, sign in [('ci_low', ''), ('ci_high', '-')] %}
        cast(
            case when survival > 0 and survival < 1 then pow(survival, exp({{ sign }}{{ spread }})) end
            as decimal(18, 10)
        ) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            *,
            product(1 - events / at_risk) over up_to_now as survival,
            sum(events / nullif(cast(at_risk as double) * (at_risk - events), 0)) over up_to_now as variance
        from (
            select
                *,
                sum(events + censored) over (
                    partition by {{ curve }} order by {{ time }} rows between current row and unbounded following
                ) as at_risk
            from {{ relation }}
        )
        window up_to_now as (
            partition by {{ curve }} order by {{ time }} rows between unbounded preceding and current row
        )
    )
{%- endmacro %}
