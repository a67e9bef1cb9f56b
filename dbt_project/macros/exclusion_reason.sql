{#
    Why a household is left out of a metric that follows it from placement to the day before `window_end`; none if it is
    in. Whether the window could be observed depends on the day of placement alone. Who died in it is left out, unless
    `is_known`: what the metric asks was answered before the death.
#}
{% macro exclusion_reason(window_end, is_known='false') -%}
    case
        when placed_on is null and died_on is not null then 'died_before_placement'
        when placed_on is null then 'not_yet_placed'
        when {{ window_end }} > {{ observed_until() }} then 'not_yet_observed'
        when died_on < {{ window_end }} and not {{ is_known }} then 'died_in_window'
    end
{%- endmacro %}
