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
    said: Said, threshold: int, subject: str, measure: str, count: float, month: int = 0, *, until: date | None = None
) -> bool:
    """Whether an earlier release, that had seen another stretch of an open period, counted a few more or less."""
    return any(
        0 < abs(count - one.count) < threshold
        for one in said.get((subject, measure), ())
        if one.month == month and (one.until is None or one.until != until)
    )


def exposed_by_growth(con: duckdb.DuckDBPyConnection, threshold: int, said: Said) -> list[str]:
    """The rows of the other tables whose counts are shown and few away from those of an earlier release."""
    return sorted(
        {
            name
            for name, subject, measure, count in con.execute("""
                select method || ', window of ' || window_months || ' months', method || ' ' || window_months,
                    'households', truth.households
                from savings.by_method as truth
                inner join release.savings.by_method as shown using (method, window_months)
                where shown.households is not null or shown.gross_saving_eur is not null
                union all
                select 'match quality, window of ' || window_months || ' months', window_months::varchar,
                    unnest(['enrolled', 'matched', 'matched within the district']),
                    unnest([truth.programme_households, truth.matched_households, truth.matched_within_district])
                from savings.match_quality as truth
                inner join release.savings.match_quality as shown using (window_months, covariate)
                where shown.programme_households is not null
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
        | exposed_curves(con, threshold, said)
    )


def exposed_curves(con: duckdb.DuckDBPyConnection, threshold: int, said: Said) -> set[str]:
    """The months of curves that an earlier release makes tell of few: newly at risk, with a new event, or dead."""
    told: set[str] = set()
    before: dict[tuple[str, str], int] = {}
    for curve, category, month, measure, count in con.execute("""
        with truth as (
            select curve, category, months, at_risk, sum(events) over upward as events,
                sum(competing) over upward as died
            from metrics.survival_curves
            window upward as (partition by curve, category order by months)
        )
        select curve, category, months, unnest(['at_risk', 'events', 'died']),
            unnest([truth.at_risk, truth.events, case when shown.incidence is not null then truth.died end])
        from truth inner join release.metrics.survival_curves as shown using (curve, category, months)
        where shown.at_risk is not null or shown.survival is not null
        order by all
    """).fetchall():
        for one in said.get((f"{curve} {category}", measure), ()) if count is not None else ():
            away = count - one.count
            is_nested = one.month >= month if measure == "at_risk" else one.month <= month
            stretches = [away]
            if measure == "events" and one.month == month:
                place = (one.release, one.subject)
                stretches.append(away - before.get(place, away))
                before[place] = away
            if is_nested and any(0 < abs(few) < threshold for few in stretches):
                told.add(f"{curve} {category}, month {month} beside an earlier release")
    return told
