{% set covariates = ['members', 'minors', 'members_with_disability', 'priority_points'] %}
with described as (

    select
        {%- for covariate in covariates %}
        cast(subjects.{{ covariate }} as decimal(12, 2)) as {{ covariate }},
        {%- endfor %}
        matched.window_months,
        matched.stage,
        matched.arm,
        matched.weight
    from {{ ref('int_match_subjects') }} as matched
    inner join {{ ref('int_comparison_subjects') }} as subjects
        on
            matched.household_key = subjects.household_key
            and matched.open_from = subjects.open_from
            and matched.arm = subjects.arm

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
        arm,
        sum(weight) as weight
    from described
    group by window_months, stage, arm

),

stays as (

    select
        follow_up.household_key,
        stays.started_on,
        stays.ended_on
    from {{ ref('int_stays_merged') }} as stays
    inner join {{ ref('int_household_follow_up') }} as follow_up on stays.household_id = follow_up.household_id

),

asked as (

    select
        window_months,
        stage,
        arm,
        null as for_household_key,
        household_key,
        day,
        weight
    from {{ ref('int_match_subjects') }}
    where day is not null
    union all
    select
        window_months,
        'after' as stage,
        'comparison' as arm,
        household_key as for_household_key,
        comparison_household_key as household_key,
        followed_from as day,
        weight
    from {{ ref('int_comparison_pairs') }}

),

-- Those who spent no night in temporary accommodation in the year before add nothing.
prior_nights as (

    select
        asked.window_months,
        asked.stage,
        asked.arm,
        asked.weight,
        sum({{ nights_within('asked.day - 365', 'asked.day') }}) as nights
    from asked
    inner join stays
        on
            asked.household_key = stays.household_key
            and asked.day - 365 < stays.ended_on
            and asked.day > stays.started_on
    group by
        asked.window_months, asked.stage, asked.arm, asked.for_household_key, asked.household_key, asked.weight

),

summed_nights as (

    select
        window_months,
        stage,
        arm,
        sum(cast(weight as decimal(20, 10)) * cast(nights as decimal(12, 2))) as weighted_sum,
        sum(cast(weight as decimal(20, 10)) * cast(nights * nights as decimal(18, 4))) as weighted_squares
    from prior_nights
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
union all
{% endfor -%}
select
    summed.window_months,
    'prior_temporary_nights' as covariate,
    summed.stage,
    summed.arm,
    summed.weight as known_weight,
    coalesce(nights.weighted_sum, 0) as weighted_sum,
    coalesce(nights.weighted_squares, 0) as weighted_squares
from summed
left join summed_nights as nights
    on
        summed.window_months = nights.window_months
        and summed.stage = nights.stage
        and summed.arm = nights.arm
