"""Catches: a pilot total that is off, a run that is not repeatable, a published file that does not explain itself."""

import json
import shutil
from datetime import date
from decimal import Decimal

import dagster as dg
import duckdb
import pytest
from conftest import City

from expectations.contract import OUTPUTS
from orchestration.definitions import build_defs
from orchestration.errors import GateRefused, UsageError
from orchestration.failures import failure_of
from orchestration.runner import run_nightly

PILOT = "period_type = 'phase' and period_start = date '2022-09-01'"
UNREPEATED = {"provenance.runs": "* exclude (run_id, built_at)"}


def pilot(con: duckdb.DuckDBPyConnection, metric: str, breakdown: str = "all", category: str = "all") -> tuple:
    row = con.execute(
        f"""
        select "value", status from metrics.results
        where metric_id = ? and breakdown = ? and category = ? and {PILOT}
        """,
        [metric, breakdown, category],
    ).fetchone()
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("metric", "breakdown", "category", "value"),
    [
        ("households_enrolled", "all", "all", "18"),
        ("households_enrolled", "economic_capacity", "none", "5"),
        ("households_enrolled", "economic_capacity", "partial", "13"),
        ("people_enrolled", "all", "all", "49"),
        ("minors_enrolled", "all", "all", "16"),
        ("homes_retained", "all", "all", "11"),
        ("homes_entered", "all", "all", "8"),
        ("rent_saving_eur_month_mean", "all", "all", "66.00"),
        ("rent_saving_eur_month_mean", "economic_capacity", "none", "139.00"),
        ("waiting_days_mean", "all", "all", "138"),
    ],
)
def test_the_pilot_comes_out_as_published(
    published_city: City, metric: str, breakdown: str, category: str, value: str
) -> None:
    with published_city.published() as con:
        assert pilot(con, metric, breakdown, category) == (Decimal(value), "published")


def test_three_people_with_disability_are_counted_and_withheld(published_city: City) -> None:
    with published_city.built() as con:
        assert pilot(con, "people_with_disability_enrolled")[0] == 3
    with published_city.published() as con:
        assert pilot(con, "people_with_disability_enrolled") == (None, "suppressed")


def published_values(city: City) -> dict[str, list[tuple]]:
    with city.published() as con:
        tables = con.execute("select schema_name || '.' || table_name from duckdb_tables() order by 1").fetchall()
        return {
            table: con.execute(f"select {UNREPEATED.get(table, '*')} from {table} order by all").fetchall()
            for (table,) in tables
        }


def test_two_runs_on_the_same_archive_give_the_same_values(city: City) -> None:
    before, restricted = published_values(city), city.settings.restricted_file.read_bytes()
    assert run_nightly(city.settings).refusals == ()
    assert published_values(city) == before
    assert city.settings.restricted_file.read_bytes() == restricted, "written without a key"


def test_an_earlier_day_gives_what_was_true_up_to_that_day(city: City) -> None:
    shutil.rmtree(city.settings.ledger_dir)  # as if nothing of later days had been published
    assert run_nightly(city.settings, as_of=date(2023, 7, 31)).refusals == ()
    with city.published() as con:
        assert con.execute("select distinct as_of from metrics.results").fetchall() == [(date(2023, 7, 31),)]
        assert con.execute("select max(period_start) <= date '2023-07-31' from metrics.results").fetchone() == (True,)
        so_far = con.execute("""
            select "value" from metrics.results
            where metric_id = 'households_enrolled' and period_type = 'programme_to_date' and breakdown = 'all'
        """).fetchone()
        assert so_far == (18,)
        retained = con.execute("""
            select sum(denominator) from metrics.results
            where metric_id = 'housing_retention_12m' and period_type = 'month' and status = 'published'
        """).fetchone()
        assert retained in ((0,), (None,))
    with city.built() as con:
        later = con.execute("select count(*) from core.household_spells where ended_on > date '2023-08-01'").fetchone()
        assert later == (0,)


def test_a_day_beyond_the_registers_is_refused(city: City) -> None:
    with pytest.raises(UsageError, match="complete up to 2024-12-31"):
        run_nightly(city.settings, as_of=date(2030, 1, 1))


def test_every_table_and_column_explains_itself(published_city: City) -> None:
    with published_city.published() as con:
        silent = con.execute("""
            select table_name, column_name from duckdb_columns() where comment is null and not internal
            union all
            select table_name, '' from duckdb_tables() where comment is null
        """).fetchall()
        assert silent == []
        columns = con.execute("select count(*) from duckdb_columns() where not internal").fetchone()
        described = con.execute("select count(*) from provenance.dictionary where column_name is not null").fetchone()
        assert columns == described


def test_the_published_file_holds_no_household(published_city: City) -> None:
    content = published_city.settings.published_file.read_bytes()
    with published_city.built() as con:
        households = con.execute("select household_id from staging.stg_municipality__households").fetchall()
    assert not [True for (household,) in households if household.encode() in content]


def test_publishing_alone_after_a_failed_gate_publishes_nothing(city: City) -> None:
    import dagster as dg

    from orchestration.assets.releases import CANDIDATE
    from orchestration.definitions import build_defs

    (city.settings.landing_dir / "temporary_stays_2025-01-31.csv").write_text("wrong\n")
    assert run_nightly(city.settings).refusals
    before = city.settings.published_file.read_bytes()
    defs = build_defs(city.settings)
    published = [key for key in defs.resolve_asset_graph().get_all_asset_keys() if key.path[0] in {*OUTPUTS}]
    assert CANDIDATE not in published
    with dg.DagsterInstance.get() as instance:
        result = defs.get_implicit_global_asset_job_def().execute_in_process(
            asset_selection=published, instance=instance, raise_on_error=False
        )
    assert not result.success
    assert city.settings.published_file.read_bytes() == before


def test_a_run_whose_software_is_changed_meanwhile_publishes_nothing(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is published names the code that made it; half a run of either is the work of neither."""
    defs = build_defs(city.settings)
    monkeypatch.setattr("orchestration.assets.releases.code_version", lambda: "0.1.0+another")
    before = (city.settings.build_dir / "current" / "verdict.json").read_bytes()
    with dg.DagsterInstance.ephemeral() as instance:
        result = defs.get_implicit_global_asset_job_def().execute_in_process(
            asset_selection=[dg.AssetKey(["release", "candidate"])], instance=instance, raise_on_error=False
        )
    assert not result.success
    assert "The software was changed while this run was at work" in str(failure_of(result))
    assert (city.settings.build_dir / "current" / "verdict.json").read_bytes() == before


def test_a_reader_sees_one_version_and_does_not_hinder_the_run(city: City) -> None:
    with city.published() as reader:
        before = reader.execute("select run_id from provenance.runs").fetchone()
        assert run_nightly(city.settings).refusals == ()
        assert reader.execute("select run_id from provenance.runs").fetchone() == before
        assert reader.execute("select count(*) > 0 from metrics.results").fetchone() == (True,)


def test_a_missing_extract_is_named(city: City) -> None:
    for path in (city.settings.archive_dir / "register").iterdir():
        if '"evictions"' in path.read_text():
            path.unlink()
    next(city.settings.landing_dir.glob("evictions_*")).unlink()
    outcome = run_nightly(city.settings)
    assert "evictions" in " ".join(outcome.refusals)
    assert GateRefused.exit_code == 3


def test_every_dbt_test_is_a_check_in_the_ui(city: City) -> None:
    manifest = json.loads((city.settings.dbt_target / "manifest.json").read_text(encoding="utf-8"))
    tests = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "test"}
    definitions = [each for each in build_defs(city.settings).assets or () if isinstance(each, dg.AssetsDefinition)]
    checks = {key.name for each in definitions for key in each.check_keys}
    assert tests - checks == set()
