"""The restricted file for accredited evaluators, encrypted: households' rows with keys of this release, exact figures.

What a household's rows show stands in the dbt models of `evaluation`; here they are re-keyed and written, nothing else.
"""

import secrets
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path

import duckdb

from expectations.contract import Contract
from expectations.gate import CheckResult, run_gate
from expectations.quoting import literal
from orchestration.errors import GateRefused
from orchestration.keys import key_in, strong
from orchestration.publish.release import as_gate_reads_it, write_table
from orchestration.settings import Settings

REKEYED = ("household_id", "claim_id")
# Published tables that evaluators get as the build has them, with all that is withheld elsewhere. Each has a name of
# its own, since the gates judge the published table, too.
EXACT = {
    f"exact.{table}": table
    for table in (
        "metrics.results", "metrics.survival_curves", "savings.by_method", "savings.match_quality", "payments.lines",
        "payments.limits_applied", "payments.statements", "payments.adjustments",
    )
}  # fmt: skip
NO_KEY = "not written: no key is set (HOMES4ALL_EVALUATION_KEY_FILE)"


def evaluation_key(settings: Settings) -> str | None:
    """The key that the restricted file is encrypted with; none if the operator has set none.

    Raises:
        UsageError: the key file is missing, open to others or empty, or the key is too short.
    """
    if settings.evaluation_key_file is not None:
        return key_in(settings.evaluation_key_file, "evaluation")
    if settings.evaluation_key is not None:
        return strong(settings.evaluation_key.get_secret_value(), "evaluation")
    return None


def exact_contracts(published: Mapping[str, Contract]) -> dict[str, Contract]:
    """The contracts of the tables that the restricted file holds as the build has them."""
    return {name: published[table] for name, table in EXACT.items()}


def sources(code_version: str) -> dict[str, str]:
    """SQL for each restricted table over the build, before its keys are replaced."""
    tables = ("household_profiles", "housing_spells", "metric_rows", "saving_rows", "claim_rows")
    queries = {f"evaluation.{table}": f"select * from evaluation.{table}" for table in tables}
    queries |= {name: f"select * from {table}" for name, table in EXACT.items()}
    queries["evaluation.release"] = f"""
        select build.run_id, terms.as_of, {literal(code_version)} as code_version,
            terms.date_precision, terms.minimum_group,
            (select count(*) from evaluation.household_profiles) as households,
            (select count(*) from core.enrolled_households)
            - (select count(*) from evaluation.household_profiles) as households_left_out
        from provenance.build as build cross join evaluation.release_terms as terms"""
    return queries


def write_restricted(
    warehouse: Path, target: Path, contracts: Mapping[str, Contract], key: str, *, code_version: str
) -> dict[str, list[CheckResult]]:
    """Write the encrypted file and run the restricted contracts on every table; returns what they said, by table.

    Keys come from a secret that is forgotten with this call, so rows of two releases cannot be linked, and rows are
    ordered by them.

    Raises:
        GateRefused: the file cannot be encrypted here, or a promised table is not made.
    """
    queries = sources(code_version)
    if missing := sorted(set(contracts) ^ set(queries)):
        raise GateRefused(f"Restricted tables and their contracts do not fit: {', '.join(missing)}.")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    made: dict[str, list[CheckResult]] = {}
    with duckdb.connect() as con:
        con.execute("set temp_file_encryption = true")
        con.execute(f"attach {literal(str(warehouse))} as homes4all (read_only)")
        _attach_encrypted(con, target, key)
        con.execute("use homes4all")
        con.execute("set variable release_secret = ?", [secrets.token_hex(32)])
        for table, query in queries.items():
            write_table(con, contracts[table], _rekeyed(query, contracts[table]))
            made[table] = run_gate(contracts[table], as_gate_reads_it(con, f"from release.{contracts[table].extract}"))
        con.execute("checkpoint release")
        con.execute("detach release")
    return made


def _rekeyed(query: str, contract: Contract) -> str:
    """The query with every identifier replaced by a key of this release."""
    keys = ", ".join(
        f"left(sha256(getvariable('release_secret') || {literal(name)} || {name}), 20) as {name}"
        for name in REKEYED
        if name in {column.name for column in contract.columns}
    )
    return f"select * replace ({keys}) from ({query})" if keys else query


def _attach_encrypted(con: duckdb.DuckDBPyConnection, target: Path, key: str) -> None:
    """Attach the new file as `release`; DuckDB encrypts with the library that its extension httpfs brings."""
    folder = files("duckdb_extension_httpfs") / "extensions" / f"v{duckdb.__version__}"
    try:
        with as_file(folder / "httpfs.duckdb_extension") as extension:
            con.load_extension(str(extension))
        con.execute(f"attach {literal(str(target))} as release (encryption_key {literal(key)})")
    except duckdb.Error:
        raise GateRefused(
            "The restricted file cannot be encrypted: DuckDB and its extension httpfs do not fit, or the folder cannot "
            "be written. Install from requirements.lock and start the whole nightly job."
        ) from None
