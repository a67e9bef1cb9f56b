{# Every day of every reporting period, so that what is counted on a day finds its periods by equality. #}
{% macro days_of_periods() -%}
    select
        period_type,
        period_start,
        period_end,
        cast(unnest(generate_series(period_start, period_end - 1, interval 1 day)) as date) as day
    from {{ ref('reporting_periods') }}
{%- endmacro %}
