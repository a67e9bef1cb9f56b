"""Catches: a malformed text file read anyway, a value guessed, rounded or lost, a wrong line, a value in a message."""

import gzip
import io
import zipfile
from datetime import date

import pytest
from reading import CANONICAL, CONTRACTS, FIRST, GOOD, HEADINGS, HOUSEHOLD, SECOND, STAYS, outcome, problems, text

from orchestration.intake.findings import Finding
from orchestration.intake.identify import Identity
from orchestration.intake.read import read

# --- accepted: in whatever way it is written, the same canonical rows


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        b"\xef\xbb\xbf" + GOOD,
        GOOD.decode().encode("cp1252"),
        GOOD.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"45,1;", b"45,1000;"),
        GOOD.replace(b"45,1;", b"45,10000;"),
        GOOD.replace(b"1.045,50", b"1045,5"),
        GOOD.replace(b"ALBERGO", b'"ALBERGO"'),
    ],
    ids=["utf-8", "bom", "cp1252", "crlf", "bom+crlf", "zeros", "zeros beyond the scale", "no thousands", "quoted"],
)
def test_csv_in_all_its_quirks(tmp_path, content):
    assert outcome(content, tmp_path) == ([], CANONICAL)


def test_gzip(tmp_path):
    assert outcome(gzip.compress(GOOD), tmp_path, "csv.gz") == ([], CANONICAL)


def test_reordered_columns_are_read_by_name(tmp_path):
    order = [8, 0, 7, 1, 6, 2, 5, 3, 4]
    lines = [line.split(";") for line in (HEADINGS, FIRST)]
    content = text(*(";".join(fields[place] for place in order) for fields in lines))
    assert outcome(content, tmp_path) == ([], CANONICAL[:1])


def test_headings_alone_are_no_rows(tmp_path):
    assert outcome(text(HEADINGS), tmp_path) == ([], [])


def test_a_partner_writes_the_other_way(tmp_path):
    content = text("month,category,amount_eur,funded_by", '2023-01-01,"staff, own",-1234.5,city')
    rows = [("2023-01-01", "staff, own", "-1234.50", "city", 2)]
    assert outcome(content, tmp_path, contract=CONTRACTS["finance", "programme_costs"]) == ([], rows)


def test_truth_values(tmp_path):
    costs = CONTRACTS["chamber", "unit_costs"]
    head = ",".join(costs.headings)
    content = text(head, "c,1,,10,night,2023-01-01,,s,true", "c,1,,10,night,2023-01-01,,s,yes")
    findings, rows = outcome(content, tmp_path, contract=costs)
    assert [(each.rule, each.column, each.lines) for each in findings] == [("not_a_truth_value", "illustrative", (3,))]
    assert rows[0][-2] == "true"


# --- refused: the file as a whole


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [("empty_file", None, ())]),
        (b"\xef\xbb\xbf", [("empty_file", None, ())]),
        (GOOD[:-1], [("cut_last_line", None, (3,))]),
        (GOOD[: len(GOOD) // 2], [("cut_last_line", None, (2,))]),
        (GOOD.replace(b"\n", b"\r\n", 1), [("line_endings", None, ())]),
        (GOOD.replace(b"\n", b"\r"), [("line_endings", None, ()), ("cut_last_line", None, (1,))]),
        (GOOD.replace(b"3.1", b"3\0001"), [("nul_bytes", None, ())]),
        (GOOD.replace(b"3.1", b"3\x1b1"), [("control_characters", None, ())]),
        (GOOD.decode().encode("utf-16"), [("nul_bytes", None, ()), ("cut_last_line", None, (4,))]),
        (GOOD.replace(b"3.1", b"\x81\x8d"), [("encoding", None, (2,))]),
        (GOOD.replace(b";", b","), [("wrong_delimiter", None, (1,))]),
        (text(FIRST, SECOND), [("no_headings", None, (1,))]),
        (text('"' + HEADINGS, FIRST), [("quotes", None, (1,))]),
        (gzip.compress(GOOD), [("wrong_file_type", None, ())]),
        (b"%PDF-1.7\n", [("wrong_file_type", None, ())]),
    ],
    ids=[
        "empty", "only a mark", "cut last line", "cut in half", "mixed endings", "old mac", "nul", "control", "utf-16",
        "neither encoding", "delimiter", "no headings", "quote in headings", "gzip as csv", "pdf as csv",
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_file(tmp_path, content, expected):
    assert problems(content, tmp_path) == expected


def test_a_zip_renamed_to_csv(tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("temporary_stays_2023-03-31.csv", GOOD)
    assert problems(content.getvalue(), tmp_path) == [("wrong_file_type", None, ())]
    assert problems(content.getvalue(), tmp_path, "xlsx") == [("wrong_file_type", None, ())]


def test_the_wrong_delimiter_is_said_as_such(tmp_path):
    findings, _ = outcome(GOOD.replace(b";", b"\t"), tmp_path)
    assert findings[0].message == "columns are separated by a tab and not by a semicolon"


def test_a_partner_without_cp1252_must_send_utf8(tmp_path):
    content = text("month,category,amount_eur,funded_by", "2023-01-01,società,1,city").decode().encode("cp1252")
    costs = CONTRACTS["finance", "programme_costs"]
    assert problems(content, tmp_path, contract=costs) == [("encoding", None, (2,))]


# --- refused: lines


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("", "blank_line"),
        ("   ", "blank_line"),
        (FIRST + ";", "field_count"),
        (FIRST.removesuffix(";12"), "field_count"),
        (FIRST.replace("3.1", '"3.1'), "quotes"),
        (FIRST.replace("3.1", '3"1'), "quotes"),
        (FIRST.replace("3.1", '"3"1'), "quotes"),
        (FIRST.replace("3.1", '"3;1;"'), None),
    ],
)
def test_a_line_that_is_no_row_keeps_its_number(tmp_path, line, rule):
    found = problems(text(HEADINGS, FIRST, line, SECOND.replace("RESIDENCE", "TENDA")), tmp_path)
    assert found == [*([(rule, None, (3,))] if rule else []), ("unknown_category", "TIPO_STRUTTURA", (4,))]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("", "blank_line"),
        ("   ", "blank_line"),
        (FIRST + ";", "field_count"),
        (FIRST + ";x", "field_count"),
        (FIRST.removesuffix(";12"), "field_count"),
        (FIRST.replace("3.1", '3"1'), "quotes"),
        (FIRST.replace("3.1", '"3.1"'), None),
        (FIRST.replace("3.1", " "), None),
    ],
)
def test_a_line_that_is_no_row_keeps_its_number_among_lines_that_are(tmp_path, line, rule):
    """Where all other lines are plain, and DuckDB's own reader might be trusted with the file."""
    found = problems(text(HEADINGS, FIRST, line, FIRST.replace("ALBERGO", "TENDA")), tmp_path)
    assert found == [*([(rule, None, (3,))] if rule else []), ("unknown_category", "TIPO_STRUTTURA", (4,))]


def test_delimiters_too_many_do_not_make_up_for_a_line_without_any(tmp_path):
    lines = [FIRST + ";"] * FIRST.count(";")
    found = problems(text(HEADINGS, *lines, ""), tmp_path)
    assert found == [("blank_line", None, (len(lines) + 2,)), ("field_count", None, tuple(range(2, len(lines) + 2)))]


@pytest.mark.parametrize("native", ["3.1", '"3.1"', "", '""', " 3.1", "NULL", "già", "3\\1", "'3.1'", "#3.1"])
def test_a_text_is_read_as_it_stands(tmp_path, native):
    findings, rows = outcome(text(HEADINGS, FIRST.replace("3.1", native), FIRST.replace("S1", "S2")), tmp_path)
    assert findings == []
    assert [row[3] for row in rows] == [native.strip('"') or None, "3.1"]


def test_a_line_break_in_quotes(tmp_path):
    assert problems(text(HEADINGS, FIRST.replace("3.1", '"3\n1"'), SECOND), tmp_path) == [("quotes", None, (2, 3))]


def test_a_cut_line_in_the_middle(tmp_path):
    assert problems(text(HEADINGS, FIRST, SECOND[:30], FIRST), tmp_path)[0] == ("field_count", None, (3,))


# --- refused: values


@pytest.mark.parametrize(
    ("good", "bad", "rule", "column"),
    [
        (";3;", ";3x;", "not_an_integer", "NUM_PERSONE"),
        (";3;", ";3,0;", "not_an_integer", "NUM_PERSONE"),
        (";3;", "; 3;", "not_an_integer", "NUM_PERSONE"),
        (";3;", ";3.00;", "not_an_integer", "NUM_PERSONE"),
        (";3;", ";9999999999;", "number_too_large", "NUM_PERSONE"),
        (";3;", ";;", "missing_value", "NUM_PERSONE"),
        ("1.045,50", "12.34,5", "not_a_number", "COSTO_NOTTE_EUR"),
        ("1.045,50", "1.0455,0", "not_a_number", "COSTO_NOTTE_EUR"),
        ("1.045,50", "1,045.50", "not_a_number", "COSTO_NOTTE_EUR"),
        ("1.045,50", "1045.5", "not_a_number", "COSTO_NOTTE_EUR"),
        ("1.045,50", "1O45,5", "not_a_number", "COSTO_NOTTE_EUR"),
        ("1.045,50", "1e3", "not_a_number", "COSTO_NOTTE_EUR"),
        ("1.045,50", ",5", "not_a_number", "COSTO_NOTTE_EUR"),
        ("1.045,50", "+5", "not_a_number", "COSTO_NOTTE_EUR"),
        ("1.045,50", "€ 5", "not_a_number", "COSTO_NOTTE_EUR"),
        ("1.045,50", "5,00001", "too_many_decimals", "COSTO_NOTTE_EUR"),
        ("1.045,50", "123456789012345,5", "number_too_large", "COSTO_NOTTE_EUR"),
        ("01/02/2023", "31/02/2023", "not_a_date", "DATA_INGRESSO"),
        ("01/02/2023", "29/02/2023", "not_a_date", "DATA_INGRESSO"),
        ("01/02/2023", "2023-02-01", "not_a_date", "DATA_INGRESSO"),
        ("01/02/2023", "1/2/2023", "not_a_date", "DATA_INGRESSO"),
        ("01/02/2023", "01/02/23", "not_a_date", "DATA_INGRESSO"),
        ("01/02/2023", "02/13/2023", "not_a_date", "DATA_INGRESSO"),
        ("01/02/2023", "01/02/2023 00:00", "not_a_date", "DATA_INGRESSO"),
        ("ALBERGO", "TENDA", "unknown_category", "TIPO_STRUTTURA"),
        ("ALBERGO", "Albergo", "unknown_category", "TIPO_STRUTTURA"),
        ("ALBERGO", "hotel", "unknown_category", "TIPO_STRUTTURA"),
        ("ALBERGO", "", "missing_value", "TIPO_STRUTTURA"),
        ("S1", "", "missing_value", "ID_SOGGIORNO"),
        ("S1", "  ", "missing_value", "ID_SOGGIORNO"),
    ],
)
def test_a_wrong_value_is_named_by_line_column_and_rule(tmp_path, good, bad, rule, column):
    content = text(HEADINGS, SECOND, FIRST.replace(good, bad, 1))
    findings, rows = outcome(content, tmp_path)
    assert [(each.rule, each.column, each.lines) for each in findings] == [(rule, column, (3,))]
    assert [row[-1] for row in rows] == [2]


@pytest.mark.parametrize(
    ("good", "native", "canonical"),
    [
        ("1.045,50", "-1.234.567,8901", "-1234567.8901"),
        ("1.045,50", "007", "7.0000"),
        (";3;", ";1.234;", "1234"),
        ("01/02/2023", "29/02/2024", "2024-02-29"),
    ],
)
def test_a_right_value_is_read_exactly(tmp_path, good, native, canonical):
    findings, (row,) = outcome(text(HEADINGS, FIRST.replace(good, native, 1)), tmp_path)
    assert findings == []
    assert canonical in row


def test_all_problems_at_once_and_without_a_value(tmp_path):
    bad = f"S3;{HOUSEHOLD};TENDA;;31/02/2023;;tre;5,00001;"
    findings, rows = outcome(text(HEADINGS, *[bad] * 30, "Maria Rossi", FIRST), tmp_path)
    lines = tuple(range(2, 22))
    assert [(each.rule, each.column, each.lines, each.count) for each in findings] == [
        ("personal_name", "ID_SOGGIORNO", (32,), 1),
        ("field_count", None, (32,), 1),
        ("unknown_category", "TIPO_STRUTTURA", lines, 30),
        ("not_a_date", "DATA_INGRESSO", lines, 30),
        ("not_an_integer", "NUM_PERSONE", lines, 30),
        ("too_many_decimals", "COSTO_NOTTE_EUR", lines, 30),
        ("missing_value", "QUOTA_NUCLEO_EUR", lines, 30),
    ]
    assert [row[-1] for row in rows] == [33]
    assert_no_value(findings, "TENDA", "31/02", "tre", "5,00001", "Rossi", HOUSEHOLD)


def assert_no_value(findings: list[Finding], *values: str) -> None:
    for each in findings:
        assert not any(value in f"{each.message} {each.message_it} {each.column}" for value in values)


def test_many_lines_keep_their_numbers_across_chunks_and_threads(tmp_path):
    lines = 200_000
    rows = [FIRST.replace("S1", f"S{number}") for number in range(2, lines + 2)]
    rows[123_456] = rows[123_456].replace("ALBERGO", "TENDA")
    findings, read_rows = outcome(text(HEADINGS, *rows, end="\r\n"), tmp_path)
    assert [(each.rule, each.lines) for each in findings] == [("unknown_category", (123_458,))]
    assert all(row[0] == f"S{row[-1]}" for row in read_rows)
    assert len(read_rows) == lines - 1


def test_very_many_rows_are_checked_in_parts_with_the_same_outcome(tmp_path, monkeypatch):
    rows = [FIRST.replace("S1", f"S{number}") for number in range(2, 6_002)]
    rows[1] = rows[5_000] = rows[1].replace(";3;", ";0;")
    (tmp_path / "delivered").write_bytes(text(HEADINGS, *rows))
    with read(tmp_path / "delivered", Identity(STAYS, date(2023, 3, 31), "csv"), CONTRACTS, tmp_path) as readable:
        at_once = readable.check()
        monkeypatch.setattr("orchestration.intake.read.MANY", 2_000)
        monkeypatch.setattr("orchestration.intake.read.PART", 2_000)
        in_parts = readable.check()
    assert in_parts == at_once
    failed = {each.name: each.lines for each in in_parts if not each.passed}
    assert failed == {"key_unique": (3, 5_002), "persons_range": (3, 5_002)}
