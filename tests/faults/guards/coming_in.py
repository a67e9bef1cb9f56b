"""Guards of what comes in: reading, the privacy scan, change gates, checks, and the search for personal data."""

from faults.guards.guard import Guard

TAKE = "orchestration/intake/take.py"
SCAN = "orchestration/intake/scan.py"
CHANGES = "orchestration/intake/changes.py"
CANARIES = "tests/integration/test_canaries.py"
SEARCH = "../integration/test_canaries.py::test_the_search_finds_a_canary_wherever_it_is_put"

COMING_IN = [
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
        "if each.is_personal:",
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
        "a crashed expectation passes",
        "expectations/gate.py",
        "broken = result is None or _crashed(result.exception_info)",
        "broken = False",
        "test_gate.py",
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
]
