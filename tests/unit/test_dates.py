"""Catches: a day that its register cannot hold, taken in from any format, or refused where it may be planned."""

import gzip
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest
from openpyxl import Workbook
from reading import CONTRACTS, HOUSEHOLD, STAYS

from expectations.dates import DateRange, Span, UnknownDateRange, date_range
from orchestration.intake.check import Checked, check_files

DAY = date(2024, 12, 31)
TENANCIES = CONTRACTS["provider", "tenancies"]


def stays(path: Path, rows: Sequence[tuple[date, date | None]]) -> Path:
    """A delivery of stays from and to the days given, in the format that its name states."""
    cells = [
        (f"S{number}", HOUSEHOLD, "ALBERGO", None, start, end, 3, "45,50", "12,00")
        for number, (start, end) in enumerate(rows)
    ]
    if path.suffix == ".xlsx":
        write_workbook(path, cells)
        return path
    if path.suffix == ".parquet":
        types = ", ".join(f"{column.heading} {column.dtype}" for column in STAYS.columns)
        with duckdb.connect() as con:
            con.execute(f"CREATE TABLE stays ({types})")
            con.executemany(f"INSERT INTO stays VALUES ({', '.join('?' * len(STAYS.columns))})",
                            [(*row[:7], "45.50", "12") for row in cells])  # fmt: skip
            con.execute(f"COPY stays TO '{path}' (FORMAT parquet)")
        return path
    lines = [";".join(STAYS.headings)]
    lines += [
        ";".join(
            each.strftime("%d/%m/") + f"{each.year:04}" if isinstance(each, date) else str(each or "") for each in row
        )
        for row in cells
    ]
    content = "".join(f"{line}\r\n" for line in lines).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def write_workbook(path: Path, cells: Sequence[tuple[object, ...]]) -> None:
    book = Workbook()
    sheet = book.create_sheet(index=0)
    book.remove(book.worksheets[1])
    sheet.append(STAYS.headings)
    for row in cells:
        sheet.append([*row[:7], 45.5, 12])
        for cell in sheet[sheet.max_row][4:6]:
            cell.number_format = "dd/mm/yyyy"
    book.save(path)


def native(cell: object) -> str:
    if isinstance(cell, date):
        return f"{cell:%d/%m}/{cell.year:04}"
    return "" if cell is None else str(cell)


def verdict(path: Path) -> Checked:
    (checked,) = check_files([path], CONTRACTS, today=DAY)
    return checked


def told(checked: Checked) -> list[tuple[str, str | None, tuple[int, ...]]]:
    return [(each.rule, each.column, each.lines) for each in checked.findings]


@pytest.mark.parametrize("suffix", ["csv", "csv.gz", "parquet", "xlsx"])
@pytest.mark.parametrize(
    ("start", "end", "rule", "column"),
    [
        (date(2032, 1, 1), None, "checked_in_on_range", "DATA_INGRESSO"),
        (date(2025, 1, 1), None, "checked_in_on_range", "DATA_INGRESSO"),
        (date(1989, 12, 31), date(2024, 1, 1), "checked_in_on_range", "DATA_INGRESSO"),
        (date(2024, 1, 1), date(2026, 1, 1), "checked_out_on_range", "DATA_USCITA"),
        (date(2024, 1, 1), date(9999, 12, 31), "checked_out_on_range", "DATA_USCITA"),
    ],
)
def test_a_day_outside_of_its_range_refuses_by_name_column_and_line(tmp_path, suffix, start, end, rule, column):
    good = (date(2024, 1, 1), date(2024, 2, 1))
    checked = verdict(stays(tmp_path / f"temporary_stays_{DAY}.{suffix}", [good, (start, end)]))
    assert told(checked) == [(rule, column, (3,))]
    (finding,) = checked.findings
    for text in (finding.message, finding.message_it):
        assert str(start.year) not in text.replace("1990", "").replace("9999", "")


def test_the_first_century_is_a_slip_too(tmp_path):
    path = stays(tmp_path / f"temporary_stays_{DAY}.csv", [(date(24, 10, 17), None)])
    assert told(verdict(path)) == [("checked_in_on_range", "DATA_INGRESSO", (2,))]


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx"])
def test_the_first_and_the_last_day_of_a_range_are_in_it(tmp_path, suffix):
    rows = [(date(1990, 1, 1), DAY), (DAY, None)]
    checked = verdict(stays(tmp_path / f"temporary_stays_{DAY}.{suffix}", rows))
    assert (checked.findings, checked.notes) == ((), ())


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx"])
def test_a_planned_end_is_let_pass_and_noted(tmp_path, suffix):
    rows = [(date(2024, 1, 1), DAY), (date(2024, 1, 1), date(2025, 1, 1)), (date(2024, 1, 1), date(2025, 12, 31))]
    checked = verdict(stays(tmp_path / f"temporary_stays_{DAY}.{suffix}", rows))
    assert checked.findings == ()
    assert [(each.rule, each.column, each.lines) for each in checked.notes] == [
        ("checked_out_on_planned", "DATA_USCITA", (3, 4))
    ]


@pytest.mark.parametrize("day", ["03/08/2922", "30/02/2922", "31/02/2024", "2922-08-03", "3-8-2922"])
def test_a_day_is_never_told_as_a_phone_number(tmp_path, day):
    path = stays(tmp_path / f"temporary_stays_{DAY}.csv", [(date(2024, 1, 1), None)])
    path.write_bytes(path.read_bytes().replace(b"01/01/2024", day.encode()))
    (found,) = told(verdict(path))
    assert found in [("checked_in_on_range", "DATA_INGRESSO", (2,)), ("not_a_date", "DATA_INGRESSO", (2,))]


def test_a_phone_number_in_a_column_of_dates_is_still_one(tmp_path):
    path = stays(tmp_path / f"temporary_stays_{DAY}.csv", [(date(2024, 1, 1), None)])
    path.write_bytes(path.read_bytes().replace(b"01/01/2024", b"+39 347 123 4567"))
    assert ("personal_phone_number", "DATA_INGRESSO", (2,)) in told(verdict(path))


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda each: each.extract)
def test_every_range_is_told_in_both_languages(contract):
    told = {each.name: each for each in contract.expectations}
    for column in contract.columns:
        if column.dates:
            own = told[f"{column.name}_range"]
            assert f"{column.dates.earliest:%d/%m/%Y}" in own.description_it
            assert "reference date" in own.description
            assert (f"{column.name}_planned" in told) == (column.dates.noted_after is not None)


def test_a_span_is_counted_from_the_reference_date():
    assert Span(0, "days").after(DAY) == DAY
    assert Span(1, "days").after(DAY) == date(2025, 1, 1)
    assert Span(1, "years").after(date(2024, 2, 29)) == date(2025, 2, 28)
    assert Span(4, "years").after(date(2024, 2, 29)) == date(2028, 2, 29)
    assert (Span(1, "years").in_english, Span(2, "days").in_italian) == (
        "1 year after the reference date", "2 giorni dopo la data di riferimento",
    )  # fmt: skip


def test_a_range_is_read_as_stated():
    stated = {"earliest": "1990-01-01", "latest": "10 years", "noted_after": "0 days"}
    assert date_range(stated) == DateRange(date(1990, 1, 1), Span(10, "years"), Span(0, "days"))
    with pytest.raises(UnknownDateRange, match="is missing"):
        date_range(None)
