"""Which counts are few away from what an earlier release said of the same: the two together tell the few."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import duckdb

from orchestration.publish.growth import Earlier

# By subject and measure: at which month, seen until when, how many.
Said = Mapping[tuple[str, str], Sequence[Earlier]]


def by_subject(earlier: Iterable[Earlier]) -> Said:
    """What was said, by whom it was said of."""
    found: dict[tuple[str, str], list[Earlier]] = defaultdict(list)
    for one in earlier:
        found[one.subject, one.measure].append(one)
    return found


def is_few_away(
    said: Said, threshold: int, subject: str, measure: str, count: float, month: int = 0, *, until: date | None = None,
    of_parts: bool = True,
) -> bool:  # fmt: skip
    """Whether an earlier release, that had seen another stretch of an open period, counted a few more or less.

    Of those counted up to a month, or followed from a month on, it may have counted a part.

    Args:
        of_parts: whether counts of a part are compared, too.
    """
    return any(
        0 < abs(count - one.count) < threshold
        for one in said.get((subject, measure), ())
        if (one.month == month or (of_parts and is_part(measure, one.month, month)))
        and (one.until is None or one.until != until)
    )


def is_part(measure: str, then: int, now: int) -> bool:
    """Whether those counted at a month then are among those of a month now."""
    return {"events": then <= now, "at_risk": then >= now}.get(measure, then == now)


def least_of(said: Said, subject: str, measure: str, count: float) -> float:
    """The most that an earlier release said of a count and that it may still be: the least that a reader expects."""
    return max((one.count for one in said.get((subject, measure), ()) if one.count <= count), default=0)


def exposed_by_growth(con: duckdb.DuckDBPyConnection, threshold: int, said: Said) -> list[str]:
    """The rows of the other tables whose counts are shown and few away from those of an earlier release."""
    return sorted(
        {
            name
            for name, subject, measure, count in con.execute("""
                select method || ', window of ' || window_months || ' months', 'savings ' || window_months,
                    'households', truth.households
                from savings.by_method as truth
                inner join release.savings.by_method as shown using (method, window_months)
                where shown.households is not null or shown.gross_saving_eur is not null
                union all
                select 'match quality, window of ' || window_months || ' months', 'savings ' || window_months,
                    'households',
                    unnest([truth.programme_households, truth.matched_households, truth.matched_within_district])
                from savings.match_quality as truth
                inner join release.savings.match_quality as shown using (window_months, covariate)
                where shown.programme_households is not null
                union all
                select distinct 'households that waited, window of ' || windows.window_months || ' months',
                    'savings ' || windows.window_months, 'households', truth.followed
                from (
                    select sum(events + censored)::bigint as followed
                    from metrics.survival_curves where curve = 'waiting' and category = 'all'
                ) as truth
                cross join savings.by_method as windows
                where exists (
                    select * from release.metrics.survival_curves as shown
                    where shown.curve = 'waiting' and shown.category = 'all' and shown.at_risk is not null
                )
                union all
                select 'limits of ' || tariff_id || ' in ' || period,
                    concat_ws(' ', 'limits', tariff_id, period, step), 'claims', truth.claims
                from payments.limits_applied as truth
                inner join release.payments.limits_applied as shown using (tariff_id, period, step)
                where (shown.claims is not null or shown.amount_cut_eur is not null)
                    and truth.period_start not in (select period_start from payments.statements)
                union all
                select 'lines of ' || period || ', ' || tariff_id,
                    concat_ws(' ', tariff_id, tariff_valid_from, period, truth.unit_price_eur, truth.share),
                    'claims', truth.claims
                from payments.lines as truth
                inner join release.payments.lines as shown using (tariff_id, tariff_valid_from, period, is_open)
                where shown.amount_eur is not null
                    and truth.period_start not in (select period_start from payments.statements)
                    and shown.unit_price_eur is not distinct from truth.unit_price_eur
                    and shown.share is not distinct from truth.share
                union all
                select 'rows of ' || source || ' ' || extract, source || ' ' || extract, 'rows', truth."rows"
                from provenance.deliveries as truth
                inner join release.provenance.deliveries as shown using (delivery_id, source, extract)
                where source <> 'chamber' and shown."rows" is not null
            """).fetchall()
            if is_few_away(said, threshold, subject, measure, count)
        }
    )
