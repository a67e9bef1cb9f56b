"""Catches: a column, a line, a heading or a file name that is not scanned, a good delivery refused, a value shown."""

from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp

import pytest
from conftest import SAMPLE
from reading import CONTRACTS, FIRST, GOOD, HEADINGS, HOUSEHOLD, SECOND, STAYS, outcome, text

from orchestration.intake import scan
from orchestration.intake.archive import Archive
from orchestration.intake.findings import RULES
from orchestration.intake.identify import Identity, identify
from orchestration.intake.personal import KINDS
from orchestration.intake.read import read
from orchestration.intake.stage import copy_in
from orchestration.intake.take import take_in

TAX_CODE = "RSSMRA80A01H501U"
NOW = datetime(2025, 1, 1, 2, tzinfo=UTC)


def personal(content: bytes, tmp_path, **where):
    findings, _ = outcome(content, Path(mkdtemp(dir=tmp_path)), **where)
    return [(each.rule, each.column, each.lines) for each in findings if each.rule.startswith("personal")]


@pytest.mark.parametrize("place", range(len(STAYS.columns)))
def test_every_column_is_scanned(tmp_path, place):
    fields = FIRST.split(";")
    fields[place] = f"x {TAX_CODE}"
    column = STAYS.columns[place].heading
    assert personal(text(HEADINGS, FIRST, ";".join(fields)), tmp_path) == [("personal_tax_code", column, (3,))]


def test_a_column_beyond_the_contract_and_its_heading_are_scanned(tmp_path):
    extra = text(f"{HEADINGS};NOTE", f"{FIRST};nata il 12/05/1980")
    findings, rows = outcome(extra, tmp_path)
    assert [(each.rule, each.column) for each in findings] == [("personal_birthday", None), ("extra_column", None)]
    assert "number 10" in findings[0].message
    assert rows == []
    assert personal(text(f"{HEADINGS};{TAX_CODE}", f"{FIRST};"), tmp_path) == [("personal_tax_code", None, (1,))]


def test_lines_that_are_not_in_order_are_scanned(tmp_path):
    cases = [f"{FIRST};{TAX_CODE}", f'{FIRST};"{TAX_CODE}', f'"{TAX_CODE}']
    for line in cases:
        assert ("personal_in_broken_line", None, (3,)) in personal(text(HEADINGS, FIRST, line), tmp_path)


def test_a_file_without_the_agreed_headings_is_scanned_and_its_dates_are_dates(tmp_path):
    assert personal(text(FIRST, SECOND.replace("S2", TAX_CODE)), tmp_path) == [("personal_tax_code", None, (2,))]
    with_bars = GOOD.replace(b";", b"|").replace(b"S1", TAX_CODE.encode())
    assert personal(with_bars, tmp_path) == [("personal_tax_code", None, (2,))]


def test_a_day_is_a_birthday_only_where_no_date_belongs(tmp_path):
    assert personal(GOOD, tmp_path) == []
    ethos = GOOD.replace(b"3.1", b"12/05/1980")
    assert personal(ethos, tmp_path) == [("personal_birthday", "CODICE_ETHOS", (2,))]
    note = text("month,category,amount_eur,funded_by", "2023-01-01,from 2022-09-01,1,city")
    assert personal(note, tmp_path, contract=CONTRACTS["finance", "programme_costs"]) == []


def test_names_stand_out_in_keys_alone(tmp_path):
    assert personal(GOOD.replace(b"S1", b"Rossi Maria"), tmp_path) == [("personal_name", "ID_SOGGIORNO", (2,))]
    household = GOOD.replace(HOUSEHOLD.encode(), b"rossi maria", 1)
    assert personal(household, tmp_path) == [("personal_name", "ID_NUCLEO", (2,))]
    assert personal(GOOD.replace(b"3.1", b"casa piccola"), tmp_path) == []


@pytest.mark.parametrize(("valid", "others", "found"), [(1, 0, True), (3, 3, True), (3, 4, False)])
def test_bare_numbers_count_from_half_of_their_length(tmp_path, valid, others, found):
    """Eleven digits may be a VAT number by chance; a column of keys of eleven digits is no list of firms."""
    firms = ["00743110157", "01114601006", "00159560366"][:valid]
    keys = [*firms, *(f"9{number:010}" for number in range(others))]
    lines = [FIRST.replace("S1", key) for key in keys]
    rules = {rule for rule, _, _ in personal(text(HEADINGS, *lines), tmp_path)}
    assert rules == ({"personal_vat_number"} if found else set())


def test_the_value_is_in_no_finding_and_both_languages_speak(tmp_path):
    content = text(f"{HEADINGS};{TAX_CODE}", f"{FIRST};nome@esempio.it")
    findings, _ = outcome(content, tmp_path)
    assert len(findings) == 3
    for each in findings:
        assert each.message_it
        assert not any(value in str(each) for value in (TAX_CODE, "esempio"))


def test_every_kind_has_its_rule():
    assert {scan.RULES.get(kind, f"personal_{kind}") for kind in KINDS} <= set(RULES)
    assert set(scan.CANDIDATES) == set(KINDS)


@pytest.mark.parametrize("path", sorted(SAMPLE.glob("*.*")), ids=lambda path: path.name)
def test_the_sample_holds_nothing_personal(tmp_path, path):
    identity: Identity = identify(path, SAMPLE, CONTRACTS, NOW.date())
    with read(copy_in(path, tmp_path).path, identity, CONTRACTS, tmp_path) as readable:
        assert readable.findings == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("households_2024-12-31.csv", False),
        ("municipality/temporary_stays_2024-12-31.csv.gz", False),
        ("stranger_2025-01-31.csv", False),
        ("Read me.txt", False),
        (f"households_{TAX_CODE}.csv", True),
        (f"{TAX_CODE.lower()}/households_2024-12-31.csv", True),
        ("nome@esempio.it.csv", True),
        ("tel_3331234567.xlsx", True),
        ("nato 12-05-1980_2024-12-31.csv", True),
        ("Mario_Rossi.csv", True),
    ],
)
def test_names_of_files(name, expected):
    assert scan.is_personal_name(PurePosixPath(name)) is expected


def test_a_personal_file_name_is_refused_and_kept_nowhere(tmp_path):
    landing = tmp_path / "landing"
    landing.mkdir()
    (landing / f"temporary_stays_{TAX_CODE}.csv").write_bytes(GOOD)
    (verdict,) = take_in(landing, Archive(tmp_path / "archive"), CONTRACTS, now=NOW)
    assert (verdict.outcome, verdict.is_blocking) == ("refused", True)
    assert [each.rule for each in verdict.findings] == ["personal_file_name"]
    kept = "".join(f"{each} {each.read_text()}" for each in (tmp_path / "archive").rglob("*") if each.is_file())
    assert "personal_file_name" in kept
    assert TAX_CODE not in f"{kept} {verdict}"
