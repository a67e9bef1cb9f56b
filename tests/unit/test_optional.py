"""Catches: an optional column or extract that must be there after all, or that is not checked once it is there."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from reading import CANONICAL, CONTRACTS, FIRST, HEADINGS, SECOND, STAYS, outcome, problems, text

from orchestration.assets.deliveries import acceptance
from orchestration.durable import file_sha256
from orchestration.errors import GateRefused
from orchestration.intake.archive import Archive, Delivery
from orchestration.intake.identify import match_headings
from orchestration.intake.links import LINKS
from orchestration.intake.load import chosen_as_of, load_warehouse
from orchestration.operations.glance import delivery_line
from orchestration.operations.status import punctuality
from orchestration.report.extracts import extract_files
from orchestration.statements.knowledge import Knowledge, Reading, differences

PLACE = STAYS.headings.index("NUM_PERSONE")
NO_PERSONS = [(*row[:PLACE], None, *row[PLACE + 1 :]) for row in CANONICAL]
MAYBE = replace(  # it is required: a value in every row, if the column is there
    STAYS, columns=tuple(replace(each, optional=each.name == "persons") for each in STAYS.columns)
)
EVICTIONS = replace(
    CONTRACTS["municipality", "evictions"],
    optional=True,
    changes=tuple(each for each in CONTRACTS["municipality", "evictions"].changes if each.kind != "late"),
)
WITH_OPTIONAL = {key: each for key, each in CONTRACTS.items() if key != LINKS}
WITH_OPTIONAL |= {("municipality", "evictions"): EVICTIONS, ("municipality", "temporary_stays"): MAYBE}
NOW = datetime(2025, 1, 1, 2, tzinfo=UTC)


def table(*, persons: bool) -> tuple[list[str], list[list[str]]]:
    kept = [place for place in range(len(STAYS.headings)) if persons or place != PLACE]
    lines = [line.replace('"già; ""qui"""', "x").split(";") for line in (FIRST, SECOND)]
    return [STAYS.headings[each] for each in kept], [[line[each] for each in kept] for line in lines]


def as_csv(headings: list[str], lines: list[list[str]]) -> bytes:
    return text(";".join(headings), *(";".join(each) for each in lines))


def as_xlsx(headings: list[str], lines: list[list[str]]) -> bytes:
    book, written = openpyxl.Workbook(), io.BytesIO()
    for row in (headings, *lines):
        book.worksheets[0].append(row)
    book.save(written)
    return written.getvalue()


def as_parquet(headings: list[str], lines: list[list[str]]) -> bytes:
    written = io.BytesIO()
    pq.write_table(pa.table(dict(zip(headings, zip(*lines, strict=True), strict=True))), written)
    return written.getvalue()


@pytest.mark.parametrize(
    ("file_format", "write"),
    [("csv", as_csv), ("xlsx", as_xlsx), ("parquet", as_parquet)],
    ids=["csv", "xlsx", "parquet"],
)
def test_an_optional_column_that_is_not_there_is_empty_in_every_row(tmp_path, file_format, write):
    missing, there = write(*table(persons=False)), write(*table(persons=True))
    expected = [tuple("x" if value == 'già; "qui"' else value for value in row) for row in NO_PERSONS]
    assert outcome(missing, tmp_path / "a", file_format, MAYBE) == ([], expected)
    assert [each.rule for each in outcome(missing, tmp_path / "b", file_format, STAYS)[0]] == ["missing_column"]
    assert outcome(there, tmp_path / "c", file_format, MAYBE)[1][0] == CANONICAL[0]


def test_an_optional_column_that_is_there_is_checked_as_usual(tmp_path):
    without, other = text(HEADINGS, FIRST.replace(";3;1.045", ";;1.045")), text(HEADINGS, FIRST.replace(";3;", ";x;"))
    assert problems(without, tmp_path / "a", contract=MAYBE) == [("missing_value", "NUM_PERSONE", (2,))]
    assert problems(other, tmp_path / "b", contract=MAYBE) == [("not_an_integer", "NUM_PERSONE", (2,))]


def test_a_stranger_is_refused_beside_an_optional_column_that_is_not_there(tmp_path):
    headings = [*table(persons=False)[0], "ALTRO"]
    content = as_csv(headings, [[*line, "x"] for line in table(persons=False)[1]])
    assert [each[0] for each in problems(content, tmp_path, contract=MAYBE)] == ["extra_column"]


def test_the_headings_of_another_extract_are_known_without_its_optional_columns():
    other = CONTRACTS["municipality", "waiting_list"]
    with pytest.raises(Exception, match="temporary_stays"):
        match_headings(table(persons=False)[0], other, WITH_OPTIONAL)


def archived(folder, *, without: str, day: date = date(2024, 12, 31), lacks: str = "") -> Archive:
    """A delivery of one row of every extract but one, as an older contract that did not know a column had it."""
    archive = Archive(folder / "archive")
    folder.mkdir(exist_ok=True)
    for number, (source, extract) in enumerate(WITH_OPTIONAL):
        if extract == without:
            continue
        path = folder / f"{extract}.parquet"
        names = [each.name for each in WITH_OPTIONAL[source, extract].columns if each.name != lacks]
        listed = ", ".join(f"'v' as {name}" for name in names)
        duckdb.execute(f"copy (select {listed}, 'd' as _delivery_id, 2 as _row) to '{path}' (format parquet)")
        sha = file_sha256(path)
        name = f"{extract}_{day}.csv"
        archive.accept(Delivery(f"{number:016x}", source, extract, day, name, "f", 1, sha, "1.0.0", NOW), path)
    return archive


def test_what_is_optional_and_was_not_delivered_is_in_the_warehouse_and_empty(tmp_path):
    archive = archived(tmp_path, without="evictions", lacks="persons")
    with duckdb.connect() as con:
        rows = load_warehouse(con, archive, WITH_OPTIONAL, as_of=date(2024, 12, 31), run_id="r")
        assert (rows["municipality", "evictions"], rows["municipality", "temporary_stays"]) == (0, 1)
        for key in (("municipality", "evictions"), ("municipality", "temporary_stays")):
            known = {name for name, *_ in con.execute(f"describe raw_municipality.{key[1]}").fetchall()}
            assert known == {*(each.name for each in WITH_OPTIONAL[key].columns), "_delivery_id", "_row"}
        assert con.execute("select stay_id, persons from raw_municipality.temporary_stays").fetchall() == [("v", None)]


def test_what_is_not_optional_is_still_owed(tmp_path):
    archive = archived(tmp_path, without="waiting_list")
    with duckdb.connect() as con, pytest.raises(GateRefused, match="municipality/waiting_list"):
        load_warehouse(con, archive, WITH_OPTIONAL, as_of=date(2024, 12, 31), run_id="r")
    assert not acceptance(CONTRACTS["municipality", "waiting_list"], None, []).passed
    assert punctuality(CONTRACTS["municipality", "waiting_list"], None, NOW.date()).punctuality == "missing"


def test_an_optional_extract_is_neither_missing_nor_late_and_holds_no_day_back(tmp_path):
    assert acceptance(EVICTIONS, None, []).passed
    found = punctuality(EVICTIONS, None, NOW.date())
    assert (found.punctuality, found.blocks) == ("in_time", False)
    assert "need not be" in delivery_line(found)
    latest = archived(tmp_path, without="").latest()
    latest["municipality", "evictions"] = replace(latest["municipality", "evictions"], reference_date=date(2023, 1, 31))
    assert chosen_as_of(latest, WITH_OPTIONAL, None) == date(2024, 12, 31)
    assert chosen_as_of(latest, CONTRACTS, None) == date(2023, 1, 31)


def test_the_page_of_an_extract_says_what_is_optional(tmp_path):
    made = extract_files({("municipality", "evictions"): EVICTIONS}, tmp_path)  # a sample without it
    page = made["evictions.md"].decode()
    assert "it need not ever be delivered" in page
    assert "## Esempio" not in page
    assert made["templates/evictions_AAAA-MM-GG.csv"]


def test_the_first_delivery_of_an_optional_extract_is_the_cause_of_what_it_changes(tmp_path):
    before, after = archived(tmp_path / "a", without="evictions"), archived(tmp_path / "b", without="")
    names = ("household_id", "added_later", "_delivery_id")
    columns = (*((name, "VARCHAR") for name in names), ("_row", "INTEGER"))
    views = {
        "stg_municipality__evictions": "create view staging.stg_municipality__evictions as "
        "select household_id, added_later, _delivery_id, _row from raw_municipality.evictions",
        "int_household_keys": "create view intermediate.int_household_keys as "
        "select null as delivered_id, null as household_id",
    }
    key = ("municipality", "evictions")
    was = Knowledge(tuple(before.deliveries()), date(2024, 12, 31), "v")
    now = Knowledge(tuple(after.deliveries()), date(2024, 12, 31), "v")
    (found,) = differences(after, Reading({key: columns}, views), was, now)
    assert (found.extract, found.delivery_id, found.about) == ("evictions", after.latest()[key].delivery_id, {"v"})
