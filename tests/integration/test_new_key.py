"""Catches: a change of the partners' key as docs/partners.md describes it that is let in unasked, or moves a figure."""

import gzip
import re
import secrets
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from command_line import homes4all
from conftest import SAMPLE, City

from expectations.contract import Contract, load_contracts

DAY, LATER = "2024-12-31", "2025-01-31"
TABLES = ("metrics.results", "metrics.survival_curves", "savings.by_method", "payments.lines", "payments.statements")
RULES = {"rows_vanished", "identity_changed_household_id"}


def export(contract: Contract, folder: Path) -> Path:
    """The delivery of an extract as its register would export it: a CSV, with an identifier for each pseudonym."""
    source = next(SAMPLE.glob(f"{contract.extract}_*"))
    target = folder / f"{contract.extract}.csv"
    if source.suffix == ".gz":
        target.write_bytes(gzip.decompress(source.read_bytes()))
    elif source.suffix == ".parquet":
        duckdb.execute(f"copy (from '{source}') to '{target}' (header)")
    else:
        target.write_bytes(source.read_bytes())
    target.write_bytes(re.sub(rb"h_([0-9a-f]{24})", rb"Nucleo \1", target.read_bytes()))
    return target


def figures(database: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    """What the tables of results say, but for what is made from pseudonyms: the key of the units, bootstrap draws."""
    columns = "columns(c -> c not in ('units_key', 'run_id') and c not like 'ci_%_eur')"
    return {table: database.execute(f"select {columns} from {table} order by all").fetchall() for table in TABLES}


def intervals(database: duckdb.DuckDBPyConnection) -> list[tuple[Decimal, Decimal]]:
    """The bootstrap intervals of savings."""
    drawn = "from savings.by_method where ci_low_eur is not null order by method, window_months"
    return database.execute(f"select ci_low_eur, ci_high_eur {drawn}").fetchall()


def households(database: duckdb.DuckDBPyConnection) -> set[str]:
    return {name for (name,) in database.execute("select household_id from core.enrolled_households").fetchall()}


@pytest.mark.thorough
def test_another_key_is_asked_about_and_moves_no_figure(
    city: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contracts = load_contracts(city.settings.contracts)
    keyed = [each for each in contracts.values() if any(column.name == "household_id" for column in each.columns)]
    assert len(keyed) == 9
    key = tmp_path / "new.key"
    key.write_text(secrets.token_hex(32))
    key.chmod(0o600)
    names = []
    (tmp_path / "work").mkdir()
    for contract in keyed:
        heading = next(column.heading for column in contract.columns if column.name == "household_id")
        names.append(f"{contract.extract}_{LATER}.csv")
        target = city.settings.landing_dir / names[-1]
        arguments = ("--columns", heading, "--key-file", str(key), "--out", str(tmp_path / "work" / target.name))
        assert homes4all("pseudonymise", str(export(contract, tmp_path)), *arguments) == 0, capsys.readouterr().err
        (tmp_path / "work" / target.name).rename(target)
    with city.built() as built, city.published() as published:
        before, shown_before, old = figures(built), figures(published), households(built)
        drawn_before = intervals(built)
    file_before = city.settings.published_file.read_bytes()
    folders = ("--data", str(city.settings.data), "--landing", str(city.settings.landing_dir))
    capsys.readouterr()

    assert homes4all("run", *folders) == 3
    told = capsys.readouterr().out
    assert [name for name in names if f"homes4all accept {name}" not in told] == []
    assert city.settings.published_file.read_bytes() == file_before

    for name in names[:-1]:
        accepted = ("accept", name, "--reason", "The key was changed on 31 January.", "--by", "Ada Rossi")
        assert homes4all(*accepted, *folders) == 0
    assert homes4all("run", *folders) == 3, "one that is not accepted is enough"
    assert city.settings.published_file.read_bytes() == file_before
    last = ("accept", names[-1], "--reason", "The key was changed on 31 January.", "--by", "Ada Rossi")
    assert homes4all(*last, *folders) == 0
    assert homes4all("run", *folders) == 0, capsys.readouterr()

    with city.built() as built, city.published() as published:
        assert figures(built) == before
        drawn = list(zip(intervals(built), drawn_before, strict=True))
        assert drawn
        assert drawn != [(was, was) for _, was in drawn]
        assert all(
            abs(now - was) < (high - low) / 4
            for ends, (low, high) in drawn
            for now, was in zip(ends, (low, high), strict=True)
        )
        assert households(built).isdisjoint(old)
        assert len(households(built)) == len(old)
        assert figures(published) == shown_before
        passed = published.execute("select passed_rules from provenance.deliveries where passed_rules is not null")
        rules = [set(each.split(", ")) for (each,) in passed.fetchall()]
    assert len(rules) == len(names)
    assert all(each & RULES for each in rules)
