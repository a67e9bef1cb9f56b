{#
    Why a household is left out of a metric that follows it for a window after placement, asked in this order; none if
    `is_known`, whether what the metric asks of the window is known already. A death before that ends every window.
#}
{% macro exclusion_reason(is_known) -%}
    case
        when placed_on is null and died_on is not null then 'died_before_placement'
        when placed_on is null then 'not_yet_placed'
        when {{ is_known }} then null
        when died_on is not null then 'died_in_window'
        else 'not_yet_observed'
    end
{%- endmacro %}
