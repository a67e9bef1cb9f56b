{#
    How the total gross saving of a method moves when a household counts once more than it does.

    For a comparison household: the sum, over those it stands for, of its cost less their mean comparison cost, over
    sqrt(n (n - 1)), which makes good that a mean of n lies close to each of few. For a household of the programme: its
    saving less the mean, scaled so that the scatter S of the savings becomes the larger of two. S less the sum of
    s^2 / n: the uncertainty of the mean comparison costs, which the comparison households carry already, is not counted
    twice. And the sum of s^2: what these very households would have cost scatters as their comparison households do,
    often more widely than what they did cost with the programme.
    In hundredths of a cent, so that sums are exact in any order of rows.
#}
with of_pairs as (

    select
        savings.window_months,
        costs.comparison_household_key as household_key,
        costs.comparison_households,
        cast(
            cast(costs.cost_eur - savings.counterfactual_cost_eur as double)
            / sqrt(cast(costs.comparison_households as double) * (costs.comparison_households - 1))
            as decimal(18, 4)
        ) as contribution_eur
    from {{ ref('int_savings_deviations') }} as savings
    inner join {{ ref('int_comparison_costs') }} as costs
        on savings.household_key = costs.household_key and savings.window_months = costs.window_months
    where savings.method = 'comparison_group'

),

of_comparison as (

    select
        'comparison_group' as method,
        window_months,
        household_key,
        sum(contribution_eur) as contribution_eur,
        sum(cast(contribution_eur as decimal(20, 4)) * contribution_eur) as squares,
        sum(cast(contribution_eur as decimal(20, 4)) * contribution_eur * comparison_households) as times_households
    from of_pairs
    group by window_months, household_key

),

-- Of one household's contributions the sum of squares is s^2 / n.
uncertainty as (

    select
        method,
        window_months,
        sum(squares) as counted_twice,
        sum(times_households) as of_comparison
    from of_comparison
    group by method, window_months

),

scatter as (

    select
        method,
        window_months,
        sum(deviation_eur * cast(deviation_eur as decimal(18, 4))) as squares
    from {{ ref('int_savings_deviations') }}
    group by method, window_months

),

contributions as (

    select
        savings.method,
        savings.window_months,
        savings.household_key,
        cast(
            cast(savings.deviation_eur as double)
            * sqrt(greatest(
                1 - coalesce(cast(uncertainty.counted_twice as double) / cast(scatter.squares as double), 0),
                coalesce(cast(uncertainty.of_comparison as double) / cast(scatter.squares as double), 0)
            ))
            as decimal(18, 4)
        ) as contribution_eur
    from {{ ref('int_savings_deviations') }} as savings
    inner join scatter
        on
            savings.method = scatter.method
            and savings.window_months = scatter.window_months
            and scatter.squares > 0
    left join uncertainty on savings.method = uncertainty.method and savings.window_months = uncertainty.window_months
    union all
    select
        method,
        window_months,
        household_key,
        contribution_eur
    from of_comparison

),

sums as (

    select
        method,
        window_months,
        household_key,
        cast(sum(contribution_eur) * 10000 as bigint) as contribution
    from contributions
    group by method, window_months, household_key

)

select
    sums.method,
    sums.window_months,
    follow_up.household_id,
    sums.contribution
from sums
inner join {{ ref('int_household_follow_up') }} as follow_up on sums.household_key = follow_up.household_key
