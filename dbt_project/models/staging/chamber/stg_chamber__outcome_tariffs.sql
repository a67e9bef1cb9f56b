with source as (

    select * from {{ source('raw_chamber', 'outcome_tariffs') }}

),

renamed as (

    select
        tariff_id,
        contract_id,
        title_it,
        title_en,
        outcome,
        kind,
        coalesce(requires, 'placement') as requires,
        coalesce(cast(pays_after_exit_days as integer), 0) as pays_after_exit_days,
        cast(unit_price_eur as decimal(18, 4)) as unit_price_eur,
        cast(share as decimal(9, 6)) as share,
        savings_method,
        scope,
        cast(window_months as integer) as window_months,
        cast(qualifying_days as integer) as qualifying_days,
        pays_from,
        cast(band_from_percent as decimal(9, 4)) as band_from_percent,
        cast(band_to_percent as decimal(9, 4)) as band_to_percent,
        cast(price_per_point_eur as decimal(18, 4)) as price_per_point_eur,
        measured_over,
        cast(follow_up_months as integer) as follow_up_months,
        cast(max_claims_per_household as integer) as max_claims_per_household,
        cast(limit_household_line_eur as decimal(18, 2)) as limit_household_line_eur,
        cast(limit_line_eur as decimal(18, 2)) as limit_line_eur,
        cast(limit_eur as decimal(18, 2)) as limit_eur,
        currency,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        cast(illustrative as boolean) as illustrative,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    tariff_id,
    contract_id,
    title_it,
    title_en,
    outcome,
    kind,
    requires,
    pays_after_exit_days,
    unit_price_eur,
    share,
    savings_method,
    scope,
    window_months,
    qualifying_days,
    pays_from,
    band_from_percent,
    band_to_percent,
    price_per_point_eur,
    measured_over,
    follow_up_months,
    max_claims_per_household,
    limit_household_line_eur,
    limit_line_eur,
    limit_eur,
    currency,
    valid_from,
    valid_to,
    illustrative,
    _delivery_id,
    _row
from renamed
where valid_from <= {{ as_of() }}
