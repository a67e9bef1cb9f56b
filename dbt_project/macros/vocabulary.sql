{# Words of the measurement model that more than one model needs, each in its one place. #}

{# States in which a household is stably housed. #}
{% macro is_stably_housed(state) -%}
    {{ state }} in ('programme_tenancy', 'stable_elsewhere')
{%- endmacro %}


{# Destinations that are permanent. #}
{% macro is_permanent(exit_destination) -%}
    {{ exit_destination }} in ('public_housing', 'private_lease', 'family_permanent', 'owned')
{%- endmacro %}


{# Months after placement at which retention and survival are measured: the N of housing_retention_Nm. #}
{% macro retention_months() -%}
    {{ return([6, 12, 24]) }}
{%- endmacro %}


{# The metrics of a family that is measured at several months. #}
{% macro metric_ids_by_months(family, months) -%}
    {%- set metric_ids = [] -%}
    {%- for number in months -%}
        {%- do metric_ids.append(family ~ '_' ~ number ~ 'm') -%}
    {%- endfor -%}
    {{ return(metric_ids) }}
{%- endmacro %}


{# Last day after placement on which a night counts as a return, by the N of return_to_temporary_Nm. #}
{% macro return_days() -%}
    {{ return({6: 180, 12: 365, 24: 730}) }}
{%- endmacro %}


{#
    Metrics with several rows a household or dwelling, which are one in every reporting period that any of them falls
    into; and of these the ones whose denominator is the number of households, not a sum of weights.
#}
{% macro metrics_of_several_rows() -%}
    {{ return(['support_hours_per_household', 'rent_to_market_ratio', 'occupancy_rate']) }}
{%- endmacro %}


{% macro counted_once_a_period() -%}
    {{ return(['support_hours_per_household']) }}
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
        'waiting_days_median',
        'temporary_nights_12m_before',
        'temporary_nights_12m_after',
        'dwellings_mobilised',
        'vacancy_to_let_days_mean',
        'occupancy_rate',
        'rent_saving_eur_month_mean',
        'rent_to_market_ratio',
        'housing_cost_overburden_rate',
        'stable_days',
        'evictions_averted',
        'exits_to_permanent_rate',
        'support_hours_per_household',
        'employment_gain',
        'permanent_contract_gain',
        'income_change_eur_month_mean',
        'wellbeing_change_mean',
        'settled_rate_at_wave',
    ] -%}
    {{ return(
        metric_ids
        + metric_ids_by_months('housing_retention', retention_months())
        + metric_ids_by_months('housing_survival', retention_months())
        + metric_ids_by_months('return_to_temporary', return_days())
    ) }}
{%- endmacro %}


{# How the counterfactual of a saving is found. #}
{% macro savings_methods() -%}
    {{ return(['contract_baseline', 'pre_post', 'comparison_group']) }}
{%- endmacro %}
