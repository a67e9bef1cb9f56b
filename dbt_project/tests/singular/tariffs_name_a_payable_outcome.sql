-- Tariff lines whose outcome is nothing that their kind can pay for: by delivery and line, never by value.
with codes as (

    {{ outcome_codes() }}

),

countable as (

    select definitions.metric_id as outcome
    from {{ ref('definitions') }} as definitions
    where definitions.formula in ('count', 'rate') or (definitions.formula = 'sum' and definitions.unit <> 'days')
    union all
    select codes.outcome_code as outcome
    from codes

)

select
    tariffs._delivery_id,
    tariffs._row
from {{ ref('stg_chamber__outcome_tariffs') }} as tariffs
where
    case tariffs.kind
        when 'per_outcome' then tariffs.outcome not in (select countable.outcome from countable)
        when 'per_day' then tariffs.outcome <> 'stable_days'
        when 'improvement_bands'
            then tariffs.outcome not in (
                    select definitions.metric_id from {{ ref('definitions') }} as definitions
                    where definitions.formula not in ('count', 'sum')
                )
        else false
    end
