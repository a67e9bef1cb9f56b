"""Catches: rows of households that are readable without the key, linkable between releases, or alone in a profile; and
a figure that evaluators do not get as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from conftest import KEY, City

from expectations.contract import load_published
from expectations.quoting import literal
from orchestration.publish.provenance import code_version
from orchestration.publish.restricted import EXACT, exact_contracts, write_restricted

PROFILE = "arm, enrolled_in, pathway, economic_capacity, household_size_band, district"


@contextmanager
def opened(file: Path, key: str = KEY) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute(f"attach {literal(str(file))} as given (read_only, encryption_key {literal(key)})")
        con.execute("use given")
        yield con


def keys(file: Path) -> set[str]:
    with opened(file) as con:
        return {key for (key,) in con.execute("select household_id from evaluation.household_profiles").fetchall()}


@pytest.fixture(scope="module")
def again(published_city: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same build, given once more."""
    file = tmp_path_factory.mktemp("again") / "homes4all_evaluation.duckdb"
    contracts = load_published(published_city.settings.contracts, "restricted")
    contracts |= exact_contracts(load_published(published_city.settings.contracts))
    build = published_city.settings.build_dir / "current" / "homes4all.duckdb"
    write_restricted(build, file, contracts, KEY, code_version=code_version())
    return file


def test_every_profile_is_shared_by_five(published_city: City) -> None:
    with opened(published_city.settings.restricted_file) as con:
        groups = con.execute(f"select count(*) from evaluation.household_profiles group by {PROFILE}").fetchall()
        assert min(count for (count,) in groups) >= 5
        total = con.execute("select households, households + households_left_out from evaluation.release").fetchall()
    with published_city.built() as con:
        enrolled = con.execute("select count(*) from core.enrolled_households").fetchall()
    households = sum(count for (count,) in groups)
    assert total == [(households, count) for (count,) in enrolled]


def test_rows_are_of_households_with_a_profile_and_add_up(published_city: City) -> None:
    with opened(published_city.settings.restricted_file) as con:
        for table in ("housing_spells", "metric_rows", "saving_rows", "claim_rows"):
            stray = con.execute(f"""
                select count(*) from evaluation.{table}
                where household_id not in (select household_id from evaluation.household_profiles)
            """).fetchone()
            assert stray == (0,), table
        given = con.execute("select count(*), sum(amount_eur) from evaluation.claim_rows").fetchall()
    with published_city.built() as con:
        expected = con.execute("""
            select count(*), sum(amount_eur) from payments.claims
            where household_id is null or household_id in (select household_id from evaluation.household_profiles)
        """).fetchall()
    assert given == expected
    assert given[0][0] > 0


def test_days_are_coarsened(published_city: City) -> None:
    with opened(published_city.settings.restricted_file) as con:
        columns = con.execute("""
            select table_name, column_name from duckdb_columns()
            where database_name = 'given' and data_type = 'DATE' and column_name like '%\\_in' escape '\\'
        """).fetchall()
        assert len(columns) >= 8
        for table, column in columns:
            finer = con.execute(
                f"select count(*) from evaluation.{table} where {column} <> date_trunc('quarter', {column})"
            ).fetchone()
            assert finer == (0,), f"{table}.{column}"


def test_two_releases_cannot_be_linked_by_key(published_city: City, again: Path) -> None:
    first, second = keys(published_city.settings.restricted_file), keys(again)
    assert len(first) == len(second) > 0
    assert not first & second


def test_no_identifier_of_the_registers_is_in_it(published_city: City) -> None:
    with published_city.built() as con:
        registered = {key for (key,) in con.execute("select household_id from core.enrolled_households").fetchall()}
        registered |= {key for (key,) in con.execute("select claim_id from payments.claims").fetchall()}
    with opened(published_city.settings.restricted_file) as con:
        text = con.execute("""
            select schema_name || '.' || table_name, column_name from duckdb_columns()
            where database_name = 'given' and data_type = 'VARCHAR'
        """).fetchall()
        for table, column in text:
            shown = {value for (value,) in con.execute(f"select distinct {column} from {table}").fetchall()}
            assert not shown & registered, f"{table}.{column}"


def test_it_is_encrypted_and_for_the_group_alone(published_city: City) -> None:
    file = published_city.settings.restricted_file
    assert file.stat().st_mode & 0o777 == 0o440
    assert file.parent.stat().st_mode & 0o777 == 0o750
    raw = file.read_bytes()
    assert not any(word in raw for word in (b"programme_tenancy", b"household_profiles", b"new_home"))
    assert not any(key.encode() in raw for key in keys(file))
    with pytest.raises(duckdb.Error, match="encrypt"), duckdb.connect(str(file), read_only=True):
        pass
    with pytest.raises(duckdb.InvalidInputException, match="Wrong encryption key"), opened(file, KEY[::-1]):
        pass


def test_the_key_is_in_no_file_of_the_run(published_city: City) -> None:
    files = [path for path in published_city.settings.data.rglob("*") if path.is_file() and not path.is_symlink()]
    assert len(files) > 50
    assert [path.name for path in files if KEY.encode() in path.read_bytes()] == []


def test_it_explains_itself(published_city: City) -> None:
    with opened(published_city.settings.restricted_file) as con:
        silent = con.execute("""
            select table_name, column_name from duckdb_columns() where database_name = 'given' and comment is null
        """).fetchall()
    assert silent == []


@pytest.mark.parametrize("folder", ["archive", "build", "dagster"])
def test_folders_with_rows_are_the_operator_s_alone(published_city: City, folder: str) -> None:
    assert (published_city.settings.data / folder).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("table", EXACT.values())
def test_evaluators_get_the_figures_as_they_are(published_city: City, table: str) -> None:
    """Also what is withheld in the published file; statements are there once one is certified."""
    with opened(published_city.settings.restricted_file) as con:
        names = [name for (name,) in con.execute(f"select column_name from (describe {table})").fetchall()]
        columns = ", ".join(f'"{name}"' for name in names)
        given = con.execute(f"select {columns} from {table} order by all").fetchall()
    with published_city.built() as con:
        assert given == con.execute(f"select {columns} from {table} order by all").fetchall()
    assert given or table in ("payments.adjustments", "payments.statements")
