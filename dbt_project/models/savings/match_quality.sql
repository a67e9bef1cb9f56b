with moments as (

    select
        window_months,
        covariate,
        stage,
        arm,
        cast(weighted_sum as double) / nullif(cast(known_weight as double), 0) as mean,
        cast(weighted_squares as double) / nullif(cast(known_weight as double), 0)
        - power(cast(weighted_sum as double) / nullif(cast(known_weight as double), 0), 2) as variance
    from {{ ref('int_match_covariates') }}

),

differences as (

    select
        window_months,
        covariate,
        {%- for stage in ['before', 'after'] %}
        max(mean) filter (where stage = '{{ stage }}' and arm = 'programme')
        - max(mean) filter (where stage = '{{ stage }}' and arm = 'comparison') as difference_{{ stage }},
        {%- endfor %}
        -- Both differences in standard deviations of before, so that a match cannot look good by a wider spread.
        sqrt(
            nullif(
                greatest(sum(variance) filter (where stage = 'before'), 0) / 2, 0
            )
        ) as spread
    from moments
    group by window_months, covariate

),

programme as (

    select
        window_months,
        count(*) as programme_households
    from {{ ref('int_savings_windows') }}
    group by window_months

),

matched as (

    select distinct
        window_months,
        household_key,
        is_within_district
    from {{ ref('int_comparison_pairs') }}

),

counted as (

    select
        window_months,
        count(*) as matched_households,
        count(*) filter (where is_within_district) as matched_within_district
    from matched
    group by window_months

),

weights as (

    select
        window_months,
        household_key,
        sum(weight) as weight
    from {{ ref('int_match_subjects') }}
    where stage = 'after' and arm = 'comparison'
    group by window_months, household_key

),

effective as (

    select
        window_months,
        count(*) as comparison_households,
        cast(
            cast(sum(weight) as double) * cast(sum(weight) as double)
            / cast(sum(cast(weight * weight as decimal(38, 20))) as double)
            as decimal(18, 2)
        ) as effective_sample_size
    from weights
    group by window_months

)

select
    differences.window_months,
    differences.covariate,
    programme.programme_households,
    coalesce(counted.matched_households, 0) as matched_households,
    coalesce(counted.matched_within_district, 0) as matched_within_district,
    coalesce(effective.comparison_households, 0) as comparison_households,
    effective.effective_sample_size,
    cast(differences.difference_before / differences.spread as decimal(18, 4)) as standardised_difference_before,
    cast(differences.difference_after / differences.spread as decimal(18, 4)) as standardised_difference_after,
    'published' as status,
    {{ as_of() }} as as_of
from differences
inner join programme on differences.window_months = programme.window_months
left join counted on differences.window_months = counted.window_months
left join effective on differences.window_months = effective.window_months
order by differences.window_months, differences.covariate
