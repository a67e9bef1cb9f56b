{% set covariates = ['members', 'minors', 'members_with_disability', 'priority_points', 'prior_temporary_nights'] %}
with days_compared as (

    select distinct
        household_id,
        day
    from {{ ref('int_match_days') }}

),

prior_nights as (

    select
        compared.household_id,
        compared.day,
        sum({{ nights_within('compared.day - 365', 'compared.day') }}) as nights
    from days_compared as compared
    inner join {{ ref('int_stays_merged') }} as stays
        on
            compared.household_id = stays.household_id
            and compared.day - 365 < stays.ended_on
            and compared.day > stays.started_on
    group by compared.household_id, compared.day

),

described as (

    select
        days.window_months,
        days.stage,
        days.arm,
        days.weight,
        cast(households.members as decimal(12, 2)) as members,
        cast(households.minors as decimal(12, 2)) as minors,
        cast(households.members_with_disability as decimal(12, 2)) as members_with_disability,
        cast(needs.priority_points as decimal(12, 2)) as priority_points,
        cast(coalesce(prior_nights.nights, 0) as decimal(12, 2)) as prior_temporary_nights
    from {{ ref('int_match_days') }} as days
    inner join {{ ref('stg_municipality__households') }} as households on days.household_id = households.household_id
    left join {{ ref('int_household_needs') }} as needs
        on
            days.household_id = needs.household_id
            and days.day >= needs.started_on
            and days.day < needs.ended_on
    left join prior_nights on days.household_id = prior_nights.household_id and days.day = prior_nights.day

),

valued as (

    {%- for covariate in covariates %}
    select
        window_months,
        stage,
        arm,
        '{{ covariate }}' as covariate,
        {{ covariate }} as covariate_value,
        weight
    from described
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    window_months,
    covariate,
    stage,
    arm,
    sum(weight) filter (where covariate_value is not null) as known_weight,
    sum(cast(weight as decimal(20, 10)) * covariate_value) as weighted_sum,
    sum(cast(weight as decimal(20, 10)) * cast(covariate_value * covariate_value as decimal(18, 4))) as weighted_squares
from valued
group by window_months, covariate, stage, arm
