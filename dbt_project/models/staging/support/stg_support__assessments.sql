-- Of households that were merged, both assessed at one wave, the assessment of the one that goes on counts.
with source as (

    {{ by_household(source('raw_support', 'assessments'), 'assessed_on') }}

),

renamed as (

    select
        assessment_id,
        household_id,
        cast(assessed_on as date) as assessed_on,
        wave,
        housing_situation,
        cast(adults as integer) as adults,
        cast(adults_employed as integer) as adults_employed,
        cast(adults_permanent_contract as integer) as adults_permanent_contract,
        cast(monthly_income_eur as decimal(18, 2)) as monthly_income_eur,
        cast(monthly_housing_cost_eur as decimal(18, 2)) as monthly_housing_cost_eur,
        cast(wellbeing_score as decimal(4, 2)) as wellbeing_score,
        coalesce(is_of_survivor, true) as is_of_survivor,
        _delivery_id,
        cast(_row as integer) as _row
    from source

)

select
    assessment_id,
    household_id,
    assessed_on,
    wave,
    housing_situation,
    adults,
    adults_employed,
    adults_permanent_contract,
    monthly_income_eur,
    monthly_housing_cost_eur,
    wellbeing_score,
    _delivery_id,
    _row
from renamed
where assessed_on <= {{ as_of() }}
qualify
    row_number() over (
        partition by household_id, wave order by is_of_survivor desc, assessed_on desc, assessment_id asc
    ) = 1
