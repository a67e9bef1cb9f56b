"""Catches: a delivery blocked for what changed that gets through, or that a person lets pass and nobody can see it."""

from pathlib import Path

import duckdb
import pytest
from command_line import homes4all
from conftest import City

NEXT = "temporary_stays_2025-01-31.csv"


def command(city: City, *arguments: str) -> int:
    """The command on a city and its landing."""
    return homes4all(*arguments, "--data", city.settings.data, "--landing", city.settings.landing_dir)


def provenance(file: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_a_blocked_delivery_is_let_pass_published_and_recorded(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    stays = city.settings.landing_dir / "temporary_stays_2024-12-31.csv"
    lines = stays.read_bytes().splitlines(keepends=True)
    (city.settings.landing_dir / NEXT).write_bytes(b"".join(lines[:-100]))
    before = city.settings.published_file.read_bytes()

    assert command(city, "run") == 3
    told = capsys.readouterr().out
    assert NEXT in told
    assert "delivery before" in told
    assert f"homes4all accept {NEXT}" in told
    assert city.settings.published_file.read_bytes() == before

    assert command(city, "accept", NEXT, "--reason", "Stays of 2021 were archived.") == 2
    assert "--by" in capsys.readouterr().err
    assert command(city, "accept", NEXT, "--reason", "Old stays were archived.", "--by", "Ada Rossi") == 0
    assert "Recorded for good: Ada Rossi" in capsys.readouterr().out

    assert command(city, "run") == 0
    published = city.settings.published_file
    assert provenance(published, "select deliveries_let_pass from provenance.runs") == [(1,)]
    passed = "select file_name, passed_rules from provenance.deliveries where passed_rules is not null"
    assert provenance(published, passed) == [(NEXT, "rows_vanished")]
    check = """
        select severity, passed, description like '%named person%', rows_failed from provenance.checks
        where asset = 'deliveries_municipality/temporary_stays' and check_name = 'rows_vanished'
    """
    assert provenance(published, check) == [("warning", False, True, None)]
    assert b"Rossi" not in published.read_bytes()

    capsys.readouterr()
    homes4all("status", "--data", city.settings.data)
    assert "let pass by Ada Rossi in spite of rows_vanished" in capsys.readouterr().out
