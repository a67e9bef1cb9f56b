"""Catches: a file taken for another extract, a stranger let in, a half-written file read, a wrong heading tolerated."""

import os
from datetime import date
from pathlib import Path

import pytest

from expectations.contract import load_contracts
from orchestration.intake.findings import RULES, Unreadable
from orchestration.intake.identify import identify, match_headings

CONTRACTS = load_contracts(Path(__file__).parents[2] / "expectations" / "contracts")
STAYS = CONTRACTS["municipality", "temporary_stays"]
TODAY = date(2025, 1, 1)


def dropped(landing: Path, name: str) -> Path:
    path = landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x", encoding="utf-8")
    return path


def rules(path: Path, landing: Path) -> list[str]:
    with pytest.raises(Unreadable) as problem:
        identify(path, landing, CONTRACTS, TODAY)
    return [each.rule for each in problem.value.findings]


@pytest.mark.parametrize("file_format", ["csv", "csv.gz", "parquet", "xlsx"])
def test_a_name_says_extract_date_and_format(tmp_path, file_format):
    found = identify(dropped(tmp_path, f"temporary_stays_2024-12-31.{file_format}"), tmp_path, CONTRACTS, TODAY)
    assert (found.contract, found.reference_date, found.format) == (STAYS, date(2024, 12, 31), file_format)


def test_a_control_file_has_the_name_of_its_delivery(tmp_path):
    control = identify(dropped(tmp_path, "temporary_stays_2024-12-31.control.csv"), tmp_path, CONTRACTS, TODAY)
    assert control.format == "control.csv"
    assert control.control_name == "temporary_stays_2024-12-31.control.csv"


def test_a_folder_named_after_the_source_will_do(tmp_path):
    path = dropped(tmp_path, "municipality/temporary_stays_2024-12-31.csv")
    assert identify(path, tmp_path, CONTRACTS, TODAY).contract == STAYS


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("soggiorni_2024-12-31.csv", "unknown_name"),
        ("temporary_stays_2024-12-31.txt", "unknown_name"),
        ("temporary_stays_2024-12-31.csv.zip", "unknown_name"),
        ("temporary_stays_2024-12-31.control.csv.gz", "unknown_name"),
        ("provider/temporary_stays_2024-12-31.control.csv", "wrong_folder"),
        ("temporary_stays_2042-12-31.control.csv", "future_reference_date"),
        ("temporary_stays_20241231.csv", "unknown_name"),
        ("temporary_stays_2024-02-30.csv", "unknown_name"),
        ("temporary_stays.csv", "unknown_name"),
        ("README", "unknown_name"),
        ("provider/temporary_stays_2024-12-31.csv", "wrong_folder"),
        ("old/municipality/temporary_stays_2024-12-31.csv", "wrong_folder"),
        ("temporary_stays_2042-12-31.csv", "future_reference_date"),
    ],
)
def test_a_stranger_is_refused(tmp_path, name, rule):
    assert rules(dropped(tmp_path, name), tmp_path) == [rule]


def test_links_and_pipes_are_refused(tmp_path):
    link = tmp_path / "temporary_stays_2024-12-31.csv"
    link.symlink_to(dropped(tmp_path, "elsewhere"))
    assert rules(link, tmp_path) == ["not_a_plain_file"]
    pipe = tmp_path / "temporary_stays_2024-11-30.csv"
    os.mkfifo(pipe)
    assert rules(pipe, tmp_path) == ["not_a_plain_file"]


def heading_problems(found: list[str]) -> list[tuple[str, str | None, str]]:
    with pytest.raises(Unreadable) as problem:
        match_headings(found, STAYS, CONTRACTS)
    assert all(each.lines == (1,) for each in problem.value.findings)
    return [(each.rule, each.column, each.message) for each in problem.value.findings]


def test_columns_are_found_by_name_in_any_order():
    places = match_headings(list(reversed(STAYS.headings)), STAYS, CONTRACTS)
    assert places["stay_id"] == len(STAYS.columns) - 1
    assert places["household_copayment_eur"] == 0


def test_accents_may_be_composed_or_not():
    households = CONTRACTS["municipality", "households"]
    apart = [heading.replace("À", "A\u0300") for heading in households.headings]
    assert match_headings(apart, households, CONTRACTS)["economic_capacity"] == 6


def test_a_missing_column():
    found = [heading for heading in STAYS.headings if heading != "NUM_PERSONE"]
    assert [each[:2] for each in heading_problems(found)] == [("missing_column", "NUM_PERSONE")]


def test_an_extra_column_is_named_by_its_place_alone():
    ((rule, column, message),) = heading_problems([*STAYS.headings, "Maria Rossi"])
    assert (rule, column) == ("extra_column", None)
    assert "10" in message
    assert "Rossi" not in message


def test_a_renamed_heading():
    found = ["PERSONE" if heading == "NUM_PERSONE" else heading for heading in STAYS.headings]
    ((rule, column, message),) = heading_problems(found)
    assert (rule, column) == ("renamed_column", "NUM_PERSONE")
    assert "number 7" in message


def test_a_heading_in_other_letters_is_renamed():
    found = [heading.lower() if heading == "NUM_PERSONE" else heading for heading in STAYS.headings]
    assert heading_problems(found)[0][:2] == ("renamed_column", "NUM_PERSONE")


def test_a_heading_twice():
    assert heading_problems([*STAYS.headings, "NUM_PERSONE"])[0][:2] == ("duplicate_column", "NUM_PERSONE")


def test_all_problems_of_the_headings_at_once():
    found = ["X", *STAYS.headings[1:5], *STAYS.headings[6:], "Y"]
    assert [each[:2] for each in heading_problems(found)] == [
        ("renamed_column", "ID_SOGGIORNO"),
        ("missing_column", "DATA_USCITA"),
        ("extra_column", None),
    ]


def test_the_headings_of_another_extract_are_recognised():
    ((rule, _, message),) = heading_problems(list(CONTRACTS["municipality", "evictions"].headings))
    assert rule == "wrong_extract"
    assert "evictions" in message


def test_no_headings_at_all():
    ((rule, _, message),) = heading_problems(["S1", "h_0123456789abcdef01234567", "ALBERGO"])
    assert rule == "no_headings"
    assert "ALBERGO" not in message


def test_no_rule_is_worded_with_angle_brackets_which_pages_take_for_a_tag_and_hide() -> None:
    assert [name for name, texts in RULES.items() if any(sign in text for text in texts for sign in "<>")] == []
