"""The guards that `test_mutants` breaks, one at a time: a list, and nothing that runs."""

from typing import NamedTuple


class Guard(NamedTuple):
    """What goes wrong without it, where it stands, what it says, what is put in its place, and who must notice."""

    name: str
    file: str
    text: str
    broken: str
    tests: str


DISCLOSURE = "orchestration/publish/disclosure.py"
SHEET, METRICS = "orchestration/audit/sheet.py", "orchestration/audit/metrics.py"
JUDGE = "orchestration/audit/judge.py"
PARAMETERS = "orchestration/publish/parameters.py"
ROUNDING = "orchestration/publish/rounding.py"
GROWTH, CURVES = "orchestration/publish/growth.py", "orchestration/publish/curves.py"
SUPPRESS = "orchestration/publish/suppress.py"
EXPORT = "orchestration/publish/export.py"
DURABLE = "orchestration/durable.py"
VERDICT = "orchestration/publish/verdict.py"
SNAPSHOT = "orchestration/publish/snapshot.py"
RESOURCES = "orchestration/resources.py"
TAKE = "orchestration/intake/take.py"
ARCHIVE = "orchestration/intake/archive.py"
SCAN = "orchestration/intake/scan.py"
CHANGES = "orchestration/intake/changes.py"
CANARIES = "tests/integration/test_canaries.py"
SEARCH = "../integration/test_canaries.py::test_the_search_finds_a_canary_wherever_it_is_put"

GUARDS = [
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
        "return any(0 < abs(count) < limit for count in more)",
        "return False",
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
        "a cohort is hidden in one metric alone",
        SUPPRESS,
        "suppressed(table, limit, hidden, sizes)",
        "suppressed(table, limit, frozenset(), sizes)",
        "test_suppress.py",
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
        "orchestration/publish/suppress.py",
        "while found := cuts(cells):",
        "while found := set():",
        "test_suppress.py",
    ),
    Guard(
        "the cohort is hidden in one metric alone",
        "orchestration/publish/suppress.py",
        "row.is_small or row.units_key in hidden",
        "row.is_small",
        "test_suppress.py",
    ),
    Guard(
        "few events between two months are shown",
        "orchestration/publish/curves.py",
        "0 < count < limit",
        "0 < count < limit - 1",
        "test_curves.py",
    ),
    Guard("a failed check passes", VERDICT, "passed=not failed,", "passed=True,", "test_verdict.py"),
    Guard(
        "a check that did not run passes", VERDICT, "sorted(never_ran + refused)", "sorted(refused)", "test_verdict.py"
    ),
    Guard("the verdict is not read", VERDICT, "if not verdict.passed:", "if False:", "test_verdict.py"),
    Guard(
        "the judged files are not hashed again",
        VERDICT,
        "or file_sha256(path) != judged:",
        "or False:",
        "test_verdict.py",
    ),
    Guard("the copy is not hashed", SNAPSHOT, "if file_sha256(incoming) != sha256:", "if False:", "test_verdict.py"),
    Guard(
        "no wait for the bytes",
        DURABLE,
        "    sync(partial)\n    partial.chmod(mode)",
        "    partial.chmod(mode)",
        "test_durable.py",
    ),
    Guard(
        "no wait for the name",
        DURABLE,
        "    partial.replace(path)\n    sync(path.parent)",
        "    partial.replace(path)",
        "test_durable.py",
    ),
    Guard("a file stays writable", DURABLE, "    partial.chmod(mode)\n", "", "test_durable.py"),
    Guard(
        "a seal is not checked", DURABLE, "or checksum != text_sha256(canonical_json(record))", "", "test_archive.py"
    ),
    Guard(
        "rows are not hashed",
        ARCHIVE,
        "if file_sha256(path) != delivery.parquet_sha256:",
        "if False:",
        "test_archive.py",
    ),
    Guard(
        "a file that grows is read",
        "orchestration/intake/stage.py",
        "if any(getattr(before, name) != getattr(after, name)",
        "if any(False and getattr(after, name)",
        "test_take.py",
    ),
    Guard(
        "one column fewer is scanned",
        SCAN,
        "for place, heading in enumerate(headings):",
        "for place, heading in enumerate(headings[:-1]):",
        "test_scan.py",
    ),
    Guard(
        "headings are not scanned",
        SCAN,
        "hits = [] if column else list(_recognised([(heading, 1, [1])], kinds))",
        "hits = []",
        "test_scan.py",
    ),
    Guard(
        "broken lines are not scanned",
        SCAN,
        'broken = _hits(con, "_whole", IN_TEXT, None)',
        "broken = []",
        "test_scan.py",
    ),
    Guard(
        "quotes are taken for text",
        "orchestration/intake/csv_file.py",
        """if known.signs['"'] or width == 1""",
        "if width == 1",
        "test_read.py",
    ),
    Guard(
        "one delimiter too many at the end of a line is not seen",
        "orchestration/intake/csv_file.py",
        " or known.signs[delimiter] != known.lines * (width - 1):",
        ":",
        "test_read.py",
    ),
    Guard(
        "lines that a fast reader leaves out are not missed",
        "orchestration/intake/csv_file.py",
        "    if rows + 1 != known.lines:",
        "    if False:",
        "test_read.py",
    ),
    Guard(
        "values that are lost on the way are not missed",
        "orchestration/intake/canonical.py",
        "if not _every_value_is_there(con, readings):",
        "if False:",
        "test_read.py",
    ),
    Guard(
        "what does not hold of a stand-in is not asked of the rows",
        "orchestration/intake/read.py",
        "                if each.passed:",
        "                if True:",
        "test_stand_ins.py",
    ),
    Guard(
        "what rests on more than single rows is asked of single rows",
        "expectations/model.py",
        'self.type in ROW_WISE and "mostly" not in self.kwargs',
        'self.type.startswith("expect_column_")',
        "test_stand_ins.py",
    ),
    Guard(
        "file names are not scanned",
        TAKE,
        "if is_personal_name(PurePosixPath(drop.name)):",
        "if False:",
        "test_scan.py",
    ),
    Guard(
        "checksums of tax codes do not count",
        "orchestration/intake/personal.py",
        "def has_vat_number(text: str) -> bool:\n",
        "def has_vat_number(text: str) -> bool:\n    return False\n",
        "test_personal.py",
    ),
    Guard(
        "one more row may vanish",
        CHANGES,
        'failed > rule.limits["rows"]',
        'failed > rule.limits["rows"] + 1',
        "test_changes.py",
    ),
    Guard(
        "one day later is not late",
        CHANGES,
        "is_late = today > due",
        "is_late = today > due + timedelta(days=1)",
        "test_changes.py",
    ),
    Guard(
        "anything can be let pass",
        "orchestration/accept.py",
        "if others := sorted({*refusal.rules} - {*refusal.change_rules}):",
        "if others := []:",
        "test_accept.py::test_what_is_wrong_with_the_file_itself_is_never_let_pass",
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
    Guard(
        "a crashed expectation passes",
        "expectations/gate.py",
        "broken = result is None or _crashed(result.exception_info)",
        "broken = False",
        "test_gate.py",
    ),
    Guard("two runs hold the lock", RESOURCES, "fcntl.LOCK_EX, wait", "fcntl.LOCK_SH, wait", "test_jobs.py"),
    Guard(
        "a file says what it is before its bytes are on the disk",
        DURABLE,
        "    sync(partial)\n    partial.chmod(mode)\n    partial.replace(path)\n",
        "    partial.chmod(mode)\n    partial.replace(path)\n    sync(path)\n",
        "test_durable.py",
    ),
    Guard(
        "what a killed run left stays",
        ARCHIVE,
        '        for left in self.root.glob("*/.*.tmp"):\n            left.unlink()\n',
        "",
        "test_archive.py",
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
    *(
        Guard(f"the search for canaries {what}", CANARIES, guard, broken, SEARCH)
        for what, guard, broken in (
            ("does not unpack gzip", 'if path.suffix == ".gz":', 'if path.suffix == ".none":'),
            ("does not unpack workbooks", "elif zipfile.is_zipfile(path):", "elif False:"),
            ("does not read Parquet", 'elif path.suffix == ".parquet":', 'elif path.suffix == ".none":'),
            ("does not read DuckDB", 'elif path.suffix == ".duckdb":', 'elif path.suffix == ".none":'),
            ("passes over names", 'found[f"name {where}"] = where.encode()', "pass"),
            ("knows one case", "canary, canary.lower(), canary.upper(),", "canary,"),
            ("knows one encoding", '("utf-8", "utf-16-le")', '("utf-8",)'),
            ("stops at the first folder", '(folder / name).rglob("*")', '(folder / name).glob("*")'),
        )
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
