-- Enrolments that ended because the household withdrew, was evicted or moved, and the tenancy that goes on for more
-- than a month after: by delivery and line. Who completed stays in the home, and a home may pass on after a death.
with left_for_good as (

    select
        household_id,
        exited_on,
        _delivery_id,
        _row
    from {{ ref('stg_provider__enrolments') }}
    where exit_reason in ('withdrew', 'evicted', 'moved')

),

going_on as (

    select
        left_for_good._delivery_id as enrolment_delivery_id,
        left_for_good._row as enrolment_row,
        tenancies._delivery_id as tenancy_delivery_id,
        tenancies._row as tenancy_row
    from left_for_good
    inner join {{ ref('stg_provider__tenancies') }} as tenancies
        on
            left_for_good.household_id = tenancies.household_id
            and left_for_good.exited_on >= tenancies.started_on
            and {{ months_after('left_for_good.exited_on', '1') }}
            < coalesce(tenancies.ended_on, {{ observed_until() }})

)

select
    enrolment_delivery_id as _delivery_id,
    enrolment_row as _row
from going_on
union
select
    tenancy_delivery_id as _delivery_id,
    tenancy_row as _row
from going_on
