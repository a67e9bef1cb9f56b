"""Catches: a released version's statement that this one no longer reads, finds intact, or rebuilds as it must.

An upgrade of DuckDB, pandas or dbt that changes a byte of what is hashed, or a figure, fails here.
"""

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from command_line import homes4all
from conftest import PROJECT_ROOT, settings_for

from orchestration.durable import file_sha256, sealed
from orchestration.publish.provenance import MEASUREMENT_MODEL
from orchestration.settings import Settings
from orchestration.statements.content import file_contents
from orchestration.statements.store import Statements, damages

FIXTURES = PROJECT_ROOT / "tests" / "fixtures" / "statements"
# By version and statement, the rules it was computed by and what amended ones give otherwise: a line of it each.
EXPECTED: dict[tuple[str, str], tuple[int, set[str]]] = {
    ("0.1.0", "2022Q4"): (1, set()),
    ("0.1.0", "2023Q4"): (1, set()),
}
VERSION, LAST = "0.1.0", "2023Q4"


@pytest.fixture
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """The data folder of a released version."""
    shutil.copytree(FIXTURES / request.param, tmp_path / "data")
    return settings_for(tmp_path / "data", tmp_path / "landing")


def test_every_fixture_is_expected() -> None:
    found = {(path.parts[-4], path.parts[-2]) for path in FIXTURES.glob("*/statements/*/statement.json")}
    assert found == set(EXPECTED)
    assert sum(path.stat().st_size for path in FIXTURES.glob("*/**/*") if path.is_file()) < len(found) * 2**19


@pytest.mark.parametrize(("data", "statement"), EXPECTED, indirect=["data"])
def test_a_statement_is_intact_and_rebuilt(
    data: Settings, statement: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    rules, lines = EXPECTED[request.node.callspec.params["data"], statement]
    assert Statements(data.statements_dir).one(statement).measurement_model == rules
    code = homes4all("verify", statement, "--data", data.data)
    told = capsys.readouterr().out
    assert f"Intact: seals, files and values of {statement}" in told
    differing = {line.split(": ")[0].removeprefix("DIFFERENT  ") for line in told.splitlines() if "DIFFERENT" in line}
    assert (differing, code) == (lines, 7 if lines else 0), told
    assert "results: " in told
    assert "units_key" in told.partition("no figure: ")[2] or rules > 1


def raised(settings: Settings, *, measurement_model: int) -> None:
    """Every claim of the last statement a euro higher, and hashes, record and seal made to fit."""
    statement = Statements(settings.statements_dir).one(LAST)
    claims = statement.table("claims")
    with duckdb.connect() as con:
        con.execute(f"create table claims as from '{claims}'")
        con.execute("update claims set amount_eur = amount_eur + 1 where tariff_id = 'TP-DAYS'")
        claims.unlink()
        con.execute(f"copy claims to '{claims}' (format parquet)")
    content = file_contents({"claims": claims})["claims"]
    assert content
    files = {**statement.files, claims.name: file_sha256(claims)}
    tables = {**statement.tables, "claims": content}
    other = replace(statement, files=files, tables=tables, measurement_model=measurement_model)
    other = replace(other, content_hash=other.committed())
    (statement.folder / "statement.json").unlink()
    (statement.folder / "statement.json").write_text(sealed(other.as_record()), encoding="utf-8")
    assert damages(Statements(settings.statements_dir).one(LAST)) == []


@pytest.mark.parametrize("data", [VERSION], indirect=True)
@pytest.mark.parametrize(("rules", "code"), [(1, 7), (MEASUREMENT_MODEL, 3)])
def test_figures_may_differ_under_other_rules_alone(
    data: Settings, rules: int, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    raised(data, measurement_model=rules)
    assert homes4all("verify", LAST, "--data", data.data) == code
    told = capsys.readouterr()
    assert "Intact: " in told.out
    assert "claims, line TP-DAYS: " in told.out
    assert "TP-RET12" not in told.out
    assert ("rebuilds it identically" in told.err) == (code == 7)
    assert f"from version {rules} to {MEASUREMENT_MODEL} (see CHANGELOG.md)" in told.err or code == 3
