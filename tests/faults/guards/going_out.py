"""Guards of what goes out: disclosure control, the auditor, keys, exports and the report."""

from faults.guards.guard import Guard

DISCLOSURE = "orchestration/publish/disclosure.py"
JUDGE = "orchestration/audit/judge.py"
PARAMETERS = "orchestration/publish/parameters.py"
ROUNDING = "orchestration/publish/rounding.py"
SUPPRESS = "orchestration/publish/suppress.py"
CHOICE = "orchestration/publish/choice.py"
EXPORT = "orchestration/publish/export.py"
SHEET = "orchestration/audit/sheet.py"
METRICS = "orchestration/audit/metrics.py"
GROWTH = "orchestration/publish/growth.py"
CURVES = "orchestration/publish/curves.py"

GOING_OUT = [
    Guard("threshold one lower", DISCLOSURE, "{count} < {limit})", "{count} < {limit} - 1)", "test_disclosure.py"),
    Guard("ones are shown", DISCLOSURE, "({count} > 0 and", "({count} > 1 and", "test_disclosure.py"),
    Guard("no legal floor", PARAMETERS, "max(threshold, LEGAL_FLOOR)", "threshold", "test_disclosure_parameters.py"),
    Guard(
        "the rest of a rate is shown",
        DISCLOSURE,
        'or (is_of_units and {is_small("denominator - numerator", limit)})',
        "",
        "test_disclosure.py",
    ),
    Guard("two possible values are enough", SHEET, "POSSIBLE_VALUES = 3", "POSSIBLE_VALUES = 2", "test_audit.py"),
    Guard(
        "earlier releases are forgotten", METRICS, "for row in [*rows, *earlier]:", "for row in rows:", "test_audit.py"
    ),
    Guard("the auditor sees no margins", METRICS, "sheet.equals(terms, 0.0)", "pass", "test_audit.py"),
    Guard(
        "what the auditor finds stops nothing",
        JUDGE,
        "passed=not told and not broken,",
        "passed=not broken,",
        "test_audit_judge.py",
    ),
    Guard("the savings are not audited", JUDGE, "*exposed_by_savings(con, limit),", "", "test_audit_judge.py"),
    Guard("growth is not audited", JUDGE, "*exposed_by_growth(con, limit, said),", "", "test_audit_judge.py"),
    Guard(
        "one more than before is shown",
        GROWTH,
        'is_small("abs(counts.count - earlier.count)", limit)',
        'is_small("abs(counts.count - earlier.count) - 1", limit)',
        "test_growth.py",
    ),
    Guard(
        "a curve forgets earlier releases",
        CURVES,
        "(first == last or (first < last and (first == BEFORE or is_whole))) and 0 < abs(now - count) < limit",
        "False",
        "test_curves.py",
    ),
    Guard(
        "the auditor lets grow by one",
        "orchestration/audit/earlier.py",
        "0 < abs(count - one.count) < threshold",
        "1 < abs(count - one.count) < threshold",
        "test_growth.py",
    ),
    Guard(
        "a curve forgets what happened between two months of an earlier release",
        CURVES,
        "(first <= then[:, 0]) & (then[:, 1] <= last) &",
        "(first == then[:, 0]) & (then[:, 1] == last) &",
        "test_curves.py",
    ),
    Guard(
        "the auditor forgets it",
        "orchestration/audit/curves.py",
        "(away > 0) & (away < threshold)",
        "(away > 1) & (away < threshold)",
        "test_growth.py",
    ),
    Guard(
        "a small count of an earlier release is taken for hidden",
        CHOICE,
        "worth, must - known, set",
        "worth, must, set",
        "test_suppress.py",
    ),
    Guard(
        "nobody remembers how many there were",
        "orchestration/publish/attack.py",
        "            if least > 0",
        "            if least < 0",
        "test_suppress.py",
    ),
    Guard(
        "the auditor does not remember how many there were",
        METRICS,
        "if least > 0 and all(",
        "if least < 0 and all(",
        "test_audit.py",
    ),
    Guard(
        "sizes that tell a count stay",
        SUPPRESS,
        "        if not more:",
        "        if True:",
        "test_suppress.py",
    ),
    Guard(
        "rows of deliveries are counted",
        DISCLOSURE,
        "case when stage = 'release' then rows_checked end",
        "rows_checked",
        "test_disclosure.py",
    ),
    Guard(
        "a curve tells of what is withheld",
        "orchestration/publish/followed.py",
        "least_events > greatest(0, events - {APART})",
        "least_events > greatest(0, events)",
        "test_followed.py",
    ),
    Guard(
        "a curve tells of the rest of what is withheld",
        "orchestration/publish/followed.py",
        "least_rest > greatest(0, rest - {APART})",
        "least_rest > greatest(0, rest)",
        "test_followed.py",
    ),
    Guard(
        "the auditor does not look from the curves to the metrics",
        METRICS,
        "if told := curves.get(row.curve):",
        "if told := None:",
        "test_audit.py",
    ),
    Guard("rounding is left out", ROUNDING, "if not base:", "if base:", "test_rounding.py"),
    Guard("rounded down only", ROUNDING, "(round({count}", "(floor({count}", "test_rounding.py"),
    Guard(
        "rates of exact counts",
        ROUNDING,
        "else {numerator} / nullif({denominator}",
        "else numerator / nullif(denominator",
        "test_rounding.py",
    ),
    Guard(
        "small counts are hidden alone",
        SUPPRESS,
        "while found := cuts(left := ways(cells)):",
        "while found := cuts(left := []):",
        "test_suppress.py",
    ),
    Guard(
        "the cohort is hidden in one metric alone",
        CHOICE,
        "row.is_small or row.units_key in hidden",
        "row.is_small",
        "test_suppress.py",
    ),
    Guard(
        "few events between two months are shown",
        CURVES,
        "0 < count < limit",
        "0 < count < limit - 1",
        "test_curves.py",
    ),
    Guard(
        "a short key will do",
        "orchestration/keys.py",
        "if len(key) < KEY_LENGTH:",
        "if len(key) < KEY_LENGTH - 1:",
        "test_evaluation_key.py",
    ),
    Guard(
        "an open key file will do",
        "orchestration/keys.py",
        "if path.stat().st_mode & FOR_OTHERS:",
        "if False:",
        "test_evaluation_key.py",
    ),
    Guard("an export runs formulas", EXPORT, '        cell.data_type = "s"', "        pass", "test_export.py"),
    Guard(
        "an export goes into a folder that holds something",
        EXPORT,
        "if target.exists() and (not target.is_dir() or any(target.iterdir())):",
        "if False:",
        "test_export.py",
    ),
    Guard(
        "a certified period is paid by its lines too",
        "orchestration/publish/indigo.py",
        "statements.period_start = lines.period_start",
        "false",
        "test_indigo.py",
    ),
    Guard(
        "a sum that does not say that more is withheld",
        "orchestration/council/charts.py",
        'MORE if each.has_more else ""',
        '""',
        "test_council.py",
    ),
    Guard(
        "a report of another file is taken for that of the published one",
        "orchestration/council/kept.py",
        '(found["published"], found["files"]) == (file_sha256(settings.published_file), hashes)',
        'found["files"] == hashes',
        "test_status.py",
    ),
]
