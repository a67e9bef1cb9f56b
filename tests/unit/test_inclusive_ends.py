"""Catches: an end date that a contract states as the last day, and that is read as the day after."""

from pathlib import Path

from expectations.contract import ENDS, load_contracts

ROOT = Path(__file__).parents[2]
STAGING = ROOT / "dbt_project" / "models" / "staging"


def test_every_end_of_a_register_is_turned_by_its_staging_view():
    ends = {
        (source, extract, column.name)
        for (source, extract), contract in load_contracts(ROOT / "expectations" / "contracts").items()
        for column in contract.columns
        if column.name in ENDS
    }
    assert {name for *_, name in ends} == {*ENDS}
    for source, extract, name in ends:
        sql = (STAGING / source / f"stg_{source}__{extract}.sql").read_text(encoding="utf-8")
        assert f"seen_by_as_of('{name}', half_open('{source}', '{extract}', '{name}'))" in sql
