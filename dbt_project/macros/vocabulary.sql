{# Words of the measurement model that more than one model needs, each in its one place. #}

{# States in which a household is stably housed. #}
{% macro is_stably_housed(state) -%}
    {{ state }} in ('programme_tenancy', 'stable_elsewhere')
{%- endmacro %}


{# Destinations that are permanent. #}
{% macro is_permanent(exit_destination) -%}
    {{ exit_destination }} in ('public_housing', 'private_lease', 'family_permanent', 'owned')
{%- endmacro %}


{# Months after placement at which retention is measured: the N of housing_retention_Nm. #}
{% macro retention_months() -%}
    {{ return([12]) }}
{%- endmacro %}


{# Every metric that the models compute. #}
{% macro computed_metric_ids() -%}
    {%- set metric_ids = [
        'households_enrolled',
        'people_enrolled',
        'minors_enrolled',
        'people_with_disability_enrolled',
        'homes_retained',
        'homes_entered',
        'waiting_days_mean',
        'rent_saving_eur_month_mean',
        'temporary_nights_12m_before',
        'temporary_nights_12m_after',
        'settled_rate_at_wave',
    ] -%}
    {%- for months in retention_months() -%}
        {%- do metric_ids.append('housing_retention_' ~ months ~ 'm') -%}
    {%- endfor -%}
    {{ return(metric_ids) }}
{%- endmacro %}
