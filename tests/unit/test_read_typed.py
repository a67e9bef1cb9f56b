"""Catches: a workbook or Parquet file whose typed cells are read otherwise than the same rows as text, or damaged."""

import gzip
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest
from reading import CANONICAL, FIRST, GOOD, HOUSEHOLD, STAYS, outcome, problems


def workbook(*rows: tuple, titles=STAYS.headings) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Dati", 0)
    for row in (titles, *rows):
        sheet.append(row)
    book.create_sheet("Note").append(["not looked at"])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


TYPED = (
    ("S1", HOUSEHOLD, "ALBERGO", 3.1, date(2023, 2, 1), None, 3, 1045.5, 12),
    ("S2", HOUSEHOLD, "RESIDENCE", 'già; "qui"', datetime(2023, 2, 28), date(2023, 3, 3), 2, 45.1, 0),  # noqa: DTZ001
)


def parquet(tmp_path: Path, select: str) -> bytes:
    target = tmp_path / "typed.parquet"
    duckdb.execute(f"COPY ({select}) TO '{target}' (FORMAT parquet)")
    return target.read_bytes()


def typed_parquet(tmp_path: Path, cost: str = "DECIMAL(18,2)") -> bytes:
    columns = ", ".join(STAYS.headings)
    return parquet(
        tmp_path,
        f"""
        SELECT * REPLACE (
            DATA_INGRESSO::DATE AS DATA_INGRESSO, DATA_USCITA::TIMESTAMP AS DATA_USCITA,
            NUM_PERSONE::INTEGER AS NUM_PERSONE, COSTO_NOTTE_EUR::{cost} AS COSTO_NOTTE_EUR,
            QUOTA_NUCLEO_EUR::DOUBLE AS QUOTA_NUCLEO_EUR
        ) FROM (VALUES
            ('S1', '{HOUSEHOLD}', 'ALBERGO', '3.1', '2023-02-01', NULL, 3, '1045.5', 12),
            ('S2', '{HOUSEHOLD}', 'RESIDENCE', 'già; "qui"', '2023-02-28', '2023-03-03', 2, '45.1', 0)
        ) AS t ({columns})
        """,
    )


# --- accepted: the same canonical rows as from text


def test_xlsx(tmp_path):
    assert outcome(workbook(*TYPED), tmp_path, "xlsx") == ([], CANONICAL)


def test_xlsx_of_texts_and_with_blank_rows_at_the_end(tmp_path):
    second = ["S2", HOUSEHOLD, "RESIDENCE", 'già; "qui"', "28/02/2023", "03/03/2023", "2", "45,1", "0"]
    texts = (FIRST.split(";"), second)
    content = workbook(*[tuple(each or None for each in row) for row in texts], (None,) * 9, ("",) * 9)
    assert outcome(content, tmp_path, "xlsx") == ([], CANONICAL)


@pytest.mark.parametrize("cost", ["DECIMAL(18,2)", "DECIMAL(18,6)", "DOUBLE"])
def test_parquet(tmp_path, cost):
    assert outcome(typed_parquet(tmp_path, cost), tmp_path, "parquet") == ([], CANONICAL)


# --- refused


@pytest.mark.parametrize("file_format", ["csv.gz", "parquet", "xlsx"])
def test_a_cut_or_damaged_file(tmp_path, file_format):
    whole = {"csv.gz": gzip.compress(GOOD), "parquet": typed_parquet(tmp_path), "xlsx": workbook(*TYPED)}[file_format]
    assert problems(whole[: len(whole) // 2], tmp_path, file_format) == [("damaged_file", None, ())]
    middle = len(whole) // 2
    damaged = whole[:middle] + bytes(each ^ 0xFF for each in whole[middle : middle + 9]) + whole[middle + 9 :]
    assert problems(damaged, tmp_path / "other", file_format) != []


def test_a_workbook_with_formulas_errors_and_holes(tmp_path):
    first, second = list(TYPED[0]), list(TYPED[1])
    first[7], second[8] = "=1000+45.5", "#N/A"
    content = workbook(tuple(first), tuple(second), (None,) * 9, (*TYPED[1], "more"))
    assert problems(content, tmp_path, "xlsx") == [
        ("error_cell", "QUOTA_NUCLEO_EUR", (3,)),
        ("formula", "COSTO_NOTTE_EUR", (2,)),
        ("blank_line", None, (4,)),
        ("field_count", None, (5,)),
    ]


def test_a_workbook_with_macros(tmp_path):
    content = io.BytesIO(workbook(*TYPED))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    assert problems(content.getvalue(), tmp_path, "xlsx") == [("macros", None, ())]


def test_a_workbook_date_with_a_time_is_no_day(tmp_path):
    row = (*TYPED[0][:4], datetime(2023, 2, 1, 12, 30), *TYPED[0][5:])  # noqa: DTZ001
    assert problems(workbook(row), tmp_path, "xlsx") == [("not_a_date", "DATA_INGRESSO", (2,))]


def test_an_empty_sheet_has_no_headings(tmp_path):
    assert problems(workbook(titles=()), tmp_path, "xlsx") == [("no_headings", None, (1,))]


def test_a_parquet_column_of_lists(tmp_path):
    columns = ", ".join(
        f"['x'] AS {heading}" if heading == "ID_NUCLEO" else f"'x' AS {heading}" for heading in STAYS.headings
    )
    assert problems(parquet(tmp_path, f"SELECT {columns}"), tmp_path, "parquet") == [("column_type", "ID_NUCLEO", ())]
