{# Rents beyond these shares of the market rent of their dwelling, by delivery and line and never by value. #}
{% test within_market(model, column_name, dwellings, market_rent, at_least, at_most) %}

    select
        tenancies._delivery_id,
        tenancies._row
    from {{ model }} as tenancies
    inner join {{ dwellings }} as dwellings on tenancies.dwelling_id = dwellings.dwelling_id
    where
        dwellings.{{ market_rent }} > 0
        and tenancies.{{ column_name }}
        not between {{ at_least }} * dwellings.{{ market_rent }} and {{ at_most }} * dwellings.{{ market_rent }}

{% endtest %}
