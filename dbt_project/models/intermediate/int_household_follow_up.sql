{#
    A death ends follow-up if it is the household's: of a household of one, or with no later tenancy. Where a tenancy
    begins on that day or later, it has passed to those who survive.
#}
{%- set dated_extracts = {
    'stg_municipality__households': 'registered_on',
    'stg_municipality__waiting_list': 'applied_on',
    'stg_municipality__temporary_stays': 'checked_in_on',
    'stg_municipality__evictions': 'ordered_on',
    'stg_provider__enrolments': 'enrolled_on',
    'stg_provider__tenancies': 'started_on',
    'stg_support__support_activities': 'performed_on',
    'stg_support__assessments': 'assessed_on',
    'stg_support__outcome_events': 'achieved_on',
} -%}

with contacts as (

    {%- for extract, first_date in dated_extracts.items() %}
    select
        household_id,
        {{ first_date }} as contact_on
    from {{ ref(extract) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

first_contacts as (

    select
        household_id,
        min(contact_on) as first_contact_on
    from contacts
    group by household_id

),

deaths_reported as (

    select
        household_id,
        exited_on as died_on
    from {{ ref('stg_provider__enrolments') }}
    where exit_reason = 'deceased'
    union all
    select
        household_id,
        ended_on as died_on
    from {{ ref('stg_provider__tenancies') }}
    where end_reason = 'deceased'

),

-- As it was at its enrolments: the register no longer counts who has died.
of_one as (

    select household_id
    from {{ ref('int_households_described') }}
    group by household_id
    having max(members) = 1

),

last_tenancies as (

    select
        household_id,
        max(started_on) as started_on
    from {{ ref('stg_provider__tenancies') }}
    where coalesce(started_on < ended_on, true)
    group by household_id

),

deaths as (

    select
        reported.household_id,
        min(reported.died_on) as died_on
    from deaths_reported as reported
    left join of_one on reported.household_id = of_one.household_id
    left join last_tenancies on reported.household_id = last_tenancies.household_id
    where of_one.household_id is not null or coalesce(last_tenancies.started_on < reported.died_on, true)
    group by reported.household_id

)

select
    first_contacts.household_id,
    cast(row_number() over (order by first_contacts.household_id) as integer) as household_key,
    first_contacts.first_contact_on,
    deaths.died_on,
    least(deaths.died_on, {{ observed_until() }}) as follow_up_ends_on
from first_contacts
left join deaths on first_contacts.household_id = deaths.household_id
