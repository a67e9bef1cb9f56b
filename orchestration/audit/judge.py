"""What an attacker can work out of a release: the judge of what `suppress` chose, with which it shares no line.

It takes from the candidate what is shown, from the build what the rows stand for, and states for itself what adds up.
For every count that was withheld because it is small it computes by linear programming the range that remains open,
over all that is shown, now and in earlier releases. Fewer than three possible values, and nothing is published.
"""

from collections.abc import Sequence

import duckdb

from expectations.gate import CheckResult
from orchestration.audit.cells import cells, old_cells, reporting_periods
from orchestration.audit.curves import exposed_by_curves, exposed_by_later_curves, shown_curves
from orchestration.audit.earlier import by_subject, exposed_by_growth
from orchestration.audit.metrics import exposed
from orchestration.audit.tables import (
    exposed_by_horizons,
    exposed_by_payments,
    exposed_by_savings,
    not_rounded,
)
from orchestration.publish.growth import Earlier
from orchestration.publish.ledger import Known

CHECK = "withheld_counts_stay_unknown"
DESCRIPTION = "No count that is withheld can be worked out from what this release and the earlier ones show."
NAMED = 10
LEGAL_FLOOR = 3


def audit(
    con: duckdb.DuckDBPyConnection,
    threshold: int,
    known: Sequence[Known] = (),
    earlier: Sequence[Earlier] = (),
    *,
    rounding_base: int = 0,
) -> CheckResult:
    """Judge the candidate attached as `release` to its build; a failure names the cells, never a value.

    Args:
        known: what earlier releases have shown and is still true.
        earlier: what earlier releases have counted, true or not.
        rounding_base: to whose multiples counts must be rounded; the judge takes even these for exact.
    """
    limit = max(threshold, LEGAL_FLOOR)
    said = by_subject(earlier)
    found, curves = cells(con, limit, said), shown_curves(con)
    try:
        told = [
            *exposed(found, limit, old_cells(con, known), curves, reporting_periods(con)),
            *exposed_by_curves(curves, limit),
            *exposed_by_later_curves(curves, found, limit, said),
            *exposed_by_horizons(found, limit),
            *exposed_by_payments(con, limit),
            *exposed_by_savings(con, limit),
            *exposed_by_growth(con, limit, said),
            *not_rounded(con, rounding_base),
        ]
    except ArithmeticError:
        return _result([], rows=len(found), broken=True)
    return _result(told, rows=len(found))


def _result(told: Sequence[str], *, rows: int, broken: bool = False) -> CheckResult:
    more = f" and {len(told) - NAMED} more" if len(told) > NAMED else ""
    return CheckResult(
        name=CHECK,
        description=f"{DESCRIPTION} These can: {'; '.join(told[:NAMED])}{more}." if told else DESCRIPTION,
        severity="error",
        passed=not told and not broken,
        rows=rows,
        failed=len(told),
        lines=(),
        columns=(),
        broken=broken,
    )
