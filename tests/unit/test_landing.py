"""Catches: a stray file that stops a night, and a delivery that is lost in silence because it is misnamed."""

from pathlib import Path

import pytest
from reading import CONTRACTS

from orchestration.intake.findings import RULES
from orchestration.intake.landing import Found, found_in

TAX_CODE = "RSSMRA80A01L219M"


def dropped(landing: Path, name: str) -> Path:
    path = landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x", encoding="utf-8")
    return path


def seen(landing: Path) -> dict[str, str | None]:
    return {each.name: each.stray for each in found_in(landing, CONTRACTS)}


@pytest.mark.parametrize(
    "name",
    [
        "households_2024-12-31.csv",
        "households_2024-12-31.control.csv",
        "households_2024-13-31.csv",
        "households_20241231.csv",
        "households_24-12-31.csv",
        "households.csv",
        "households_2024-12-31.txt",
        "households_2024-12-31.xls",
        "households_2024-12-31.pdf",
        "households_2024-12-31",
        "Households_2024-12-31.CSV",
        "Copia di households_2024-12-31.csv",
        "households_2024-12-31 (1).csv",
        "household_2024-12-31.csv",
        "enrollments_2024-12-31.parquet",
        "Temporary Stays 2024-12-31.xlsx",
        "municipality/households_2024-12-31.csv",
        "old/households_2024-12-31.csv",
    ],
)
def test_what_looks_like_a_delivery_is_judged_and_not_passed_over(tmp_path, name):
    dropped(tmp_path, name)
    found = seen(tmp_path)
    assert found[name] is None
    assert {*found} <= {name, "old"}


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("Thumbs.db", "stray_left_behind"),
        ("desktop.ini", "stray_left_behind"),
        (".DS_Store", "stray_left_behind"),
        ("municipality/.DS_Store", "stray_left_behind"),
        ("~$households_2024-12-31.xlsx", "stray_left_behind"),
        (".~lock.households_2024-12-31.csv#", "stray_left_behind"),
        (".households_2024-12-31.csv.X7sQ2a", "stray_left_behind"),
        ("households_2024-12-31.csv.filepart", "stray_upload"),
        ("households_2024-12-31.csv.crdownload", "stray_upload"),
        ("households_2024-12-31.csv.part", "stray_upload"),
        ("households_2024-12-31.csv.tmp", "stray_upload"),
        ("Relazione annuale.pdf", "stray_file"),
        ("Verbale evictions.docx", "stray_file"),
        ("notes.txt", "stray_file"),
        ("README", "stray_file"),
        ("soggiorni_2024-12-31.csv", "stray_table"),
        ("bilancio 2024-12.xlsx", "stray_table"),
    ],
)
def test_what_is_no_delivery_is_a_stray(tmp_path, name, rule):
    dropped(tmp_path, name)
    assert seen(tmp_path) == {name: rule}
    assert all(RULES[rule])


def test_a_folder_is_told_once_with_all_that_is_in_it(tmp_path):
    for name in ("__MACOSX/._households_2024-12-31.csv", "__MACOSX/notes.txt", ".Trash/households_2024-12-31.csv"):
        dropped(tmp_path, name)
    (tmp_path / "municipality").mkdir()
    (tmp_path / "provider" / "old").mkdir(parents=True)
    assert seen(tmp_path) == {
        "__MACOSX": "stray_folder", ".Trash": "stray_left_behind", "provider/old": "stray_folder",
    }  # fmt: skip


def test_links_are_judged_by_their_name(tmp_path):
    landing = tmp_path / "landing"
    landing.mkdir()
    for name in ("households_2024-12-31.csv", "elsewhere"):
        (landing / name).symlink_to(tmp_path)
    assert seen(landing) == {"households_2024-12-31.csv": None, "elsewhere": "stray_file"}


def test_a_personal_name_is_withheld_of_deliveries_and_strays(tmp_path):
    dropped(tmp_path, f"{TAX_CODE}.pdf")
    dropped(tmp_path, f"households_{TAX_CODE}.csv")
    found: list[Found] = list(found_in(tmp_path, CONTRACTS))
    assert [(each.is_personal, each.stray) for each in found] == [(True, "stray_file"), (True, None)]
    assert TAX_CODE not in "".join(each.name for each in found)


def test_nothing_in_the_landing(tmp_path):
    assert seen(tmp_path) == seen(tmp_path / "missing") == {}
