{# The day up to which every register is complete. Nothing reads the clock. #}
{% macro as_of() -%}
    (select build.as_of from {{ source('provenance', 'build') }} as build)
{%- endmacro %}


{#
    The day before which everything is observed: a register is complete up to and including its last day, so the night
    that begins on `as_of` counts. Open intervals are cut here, and a window is observed if it ends here or earlier.
#}
{% macro observed_until() -%}
    ({{ as_of() }} + 1)
{%- endmacro %}


{# A date, or a column that came to be known on it, as far as it was known on the day of the build. #}
{% macro seen_by_as_of(date_column, column=none) -%}
    case when {{ date_column }} <= {{ as_of() }} then {{ column or date_column }} end
{%- endmacro %}
