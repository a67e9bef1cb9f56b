{% set covariates = ['members', 'minors', 'members_with_disability', 'priority_points', 'prior_temporary_nights'] %}
with days_compared as (

    select distinct
        household_key,
        day
    from {{ ref('int_match_days') }}

),

stays as (

    select
        follow_up.household_key,
        stays.started_on,
        stays.ended_on
    from {{ ref('int_stays_merged') }} as stays
    inner join {{ ref('int_household_follow_up') }} as follow_up on stays.household_id = follow_up.household_id

),

prior_nights as (

    select
        compared.household_key,
        compared.day,
        sum({{ nights_within('compared.day - 365', 'compared.day') }}) as nights
    from days_compared as compared
    inner join stays
        on
            compared.household_key = stays.household_key
            and compared.day - 365 < stays.ended_on
            and compared.day > stays.started_on
    group by compared.household_key, compared.day

),

households as (

    select
        follow_up.household_key,
        households.members,
        households.minors,
        households.members_with_disability
    from {{ ref('stg_municipality__households') }} as households
    inner join {{ ref('int_household_follow_up') }} as follow_up on households.household_id = follow_up.household_id

),

needs as (

    select
        follow_up.household_key,
        needs.started_on,
        needs.ended_on,
        needs.priority_points
    from {{ ref('int_household_needs') }} as needs
    inner join {{ ref('int_household_follow_up') }} as follow_up on needs.household_id = follow_up.household_id

),

described as (

    select
        days.window_months,
        days.stage,
        days.arm,
        cast(days.weight as decimal(20, 10)) as weight,
        cast(households.members as decimal(12, 2)) as members,
        cast(households.minors as decimal(12, 2)) as minors,
        cast(households.members_with_disability as decimal(12, 2)) as members_with_disability,
        cast(needs.priority_points as decimal(12, 2)) as priority_points,
        cast(coalesce(prior_nights.nights, 0) as decimal(12, 2)) as prior_temporary_nights
    from {{ ref('int_match_days') }} as days
    inner join households on days.household_key = households.household_key
    left join needs
        on
            days.household_key = needs.household_key
            and days.day >= needs.started_on
            and days.day < needs.ended_on
    left join prior_nights on days.household_key = prior_nights.household_key and days.day = prior_nights.day

),

summed as (

    select
        {%- for covariate in covariates %}
        sum(weight) filter (where {{ covariate }} is not null) as {{ covariate }}_weight,
        sum(weight * {{ covariate }}) as {{ covariate }}_sum,
        sum(weight * cast({{ covariate }} * {{ covariate }} as decimal(18, 4))) as {{ covariate }}_squares,
        {%- endfor %}
        window_months,
        stage,
        arm
    from described
    group by window_months, stage, arm

)

{% for covariate in covariates -%}
select
    window_months,
    '{{ covariate }}' as covariate,
    stage,
    arm,
    {{ covariate }}_weight as known_weight,
    {{ covariate }}_sum as weighted_sum,
    {{ covariate }}_squares as weighted_squares
from summed
{% if not loop.last -%}
union all
{% endif -%}
{%- endfor %}
