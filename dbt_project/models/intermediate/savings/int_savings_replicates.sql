{#
    A Poisson bootstrap: in every replicate each household of either side counts 0, 1, 2, … times, with the probabilities
    of a Poisson distribution of mean 1. How often is read from 16 bits of the MD5 digest of seed, household and block of
    eight replicates, so that it is the same on every machine, in any order of rows and for all methods and windows.
#}
with parameters as (

    select
        {{ parameter('bootstrap_seed', 'bigint') }} as seed,
        {{ within(parameter('bootstrap_replicates', 'integer'), 100, 100000, 'bootstrap_replicates') }} as replicates

),

blocks as (

    select unnest(range((replicates + 7) // 8)) as block
    from parameters

),

households as (

    select distinct household_id
    from {{ ref('int_savings_contributions') }}

),

prefixes as (

    select
        households.household_id,
        parameters.seed || '|' || households.household_id || '|' as prefix
    from households
    cross join parameters

),

digests as (

    select
        prefixes.household_id,
        blocks.block,
        md5_number(prefixes.prefix || blocks.block) as digest
    from prefixes
    cross join blocks

),

-- Halves of 64 bits, which are quicker to shift than the whole.
halves as (

    select
        household_id,
        block,
        cast(digest & 18446744073709551615 as ubigint) as half_0,
        cast(digest >> 64 as ubigint) as half_1
    from digests

),

draws as (

    select
        {%- for number in range(8) %}
        {{ sixteen_bits('half_' ~ number // 4, number % 4) }} as draw_{{ number }},
        {%- endfor %}
        household_id,
        block
    from halves

),

counts as (

    select
        {%- for number in range(8) %}
        {{ poisson_change('draw_' ~ number) }} as change_{{ number }},
        {%- endfor %}
        household_id,
        block
    from draws

),

sums as (

    select
        {%- for number in range(8) %}
        sum(contributions.contribution * counts.change_{{ number }}) as deviation_{{ number }},
        {%- endfor %}
        contributions.method,
        contributions.window_months,
        counts.block
    from counts
    inner join {{ ref('int_savings_contributions') }} as contributions
        on counts.household_id = contributions.household_id
    group by contributions.method, contributions.window_months, counts.block

),

replicates as (

    {%- for number in range(8) %}
    select
        method,
        window_months,
        8 * block + {{ number }} as replicate,
        deviation_{{ number }} as deviation
    from sums
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    replicates.method,
    replicates.window_months,
    cast(replicates.replicate as integer) as replicate,
    cast(cast(replicates.deviation as decimal(28, 0)) * 0.0001 as decimal(18, 4)) as deviation_eur
from replicates
inner join parameters on replicates.replicate < parameters.replicates
