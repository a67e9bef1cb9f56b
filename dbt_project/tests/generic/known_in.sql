{# Rows whose value is not known in another table, by delivery and line and never by value. #}
{% test known_in(model, column_name, to, field) %}

    select
        child._delivery_id,
        child._row
    from {{ model }} as child
    where
        child.{{ column_name }} is not null
        and child.{{ column_name }} not in (select parent.{{ field }} from {{ followed(to, field) }} as parent where parent.{{ field }} is not null)

{% endtest %}
