"""The tables of a statement: their columns, how they come out of a build, and how the ledger reads them again.

Claims and results are taken from the build as they stand there; lines and limits are sums over the statement's own
claims, so that they come to its amounts even where a claim of the period was certified before.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.statements.causes import Cause
from orchestration.statements.ledger import Adjustment, Claim, Entries
from orchestration.statements.record import Statement

TABLES = ("claims", "adjustments", "lines", "limits_applied", "results")
IDENTITY = "claim_id, household_id, dwelling_id, tariff_id, kind, outcome, period"
CLAIM_COLUMNS = f"""{IDENTITY}, contract_id, tariff_valid_from, achieved_on, quantity, unit_price_eur, share,
    amount_before_limits_eur, amount_after_max_claims_eur, amount_after_household_line_eur, amount_after_household_eur,
    amount_after_line_eur, amount_after_period_eur, amount_eur, smallest_count, currency, evidence, illustrative"""
# Each limit with the amounts before and after it, in the order in which they apply.
LIMITS = (
    ("max_claims_per_household", "amount_before_limits_eur", "amount_after_max_claims_eur"),
    ("household_and_line", "amount_after_max_claims_eur", "amount_after_household_line_eur"),
    ("household", "amount_after_household_line_eur", "amount_after_household_eur"),
    ("line", "amount_after_household_eur", "amount_after_line_eur"),
    ("period", "amount_after_line_eur", "amount_after_period_eur"),
    ("contract", "amount_after_period_eur", "amount_eur"),
)
# What a table holds beside its figures, to recognise rows within the software; no figure, and compared by nobody.
BOOKKEEPING: Mapping[str, tuple[str, ...]] = {"results": ("units_key",)}
MONEY, COUNT, TEXT = pa.decimal128(18, 2), pa.decimal128(18, 4), pa.string()
ADJUSTMENTS = pa.schema(
    {
        "claim_id": TEXT, "household_id": TEXT, "dwelling_id": TEXT, "tariff_id": TEXT, "kind": TEXT, "outcome": TEXT,
        "period": TEXT, "previous_statement": TEXT, "old_quantity": COUNT, "new_quantity": COUNT,
        "old_before_limits_eur": MONEY, "new_before_limits_eur": MONEY, "old_amount_eur": MONEY,
        "new_amount_eur": MONEY, "difference_eur": MONEY, "reason": TEXT, "caused_by": TEXT,
        "caused_by_files": TEXT, "smallest_count": COUNT, "illustrative": pa.bool_(),
    }
)  # fmt: skip
CLAIM_FACTS = f"{IDENTITY}, quantity, amount_before_limits_eur, amount_eur, smallest_count, illustrative"
ADJUSTED_FACTS = (
    f"{IDENTITY}, new_quantity, new_before_limits_eur, new_amount_eur, smallest_count, illustrative, "
    "old_quantity, old_before_limits_eur, old_amount_eur, previous_statement"
)


def frozen_sql() -> dict[str, str]:
    """SQL of every table over the build `homes4all`, the claims chosen (`fresh`) and the adjustments (`adjusted`)."""
    cuts = " union all ".join(
        f"select {step} as step, '{limit}' as applied_limit, contract_id, tariff_id, claim_id, {before} as before_eur, "
        f"{after} as after_eur, illustrative from frozen.claims where {before} <> {after}"
        for step, (limit, before, after) in enumerate(LIMITS, 1)
    )
    return {
        "claims": f"select {CLAIM_COLUMNS} from homes4all.payments.claims semi join fresh using (claim_id)",
        "adjustments": "from adjusted",
        "lines": """
            with titles as (
                select distinct tariff_id, valid_from, title_it, title_en
                from homes4all.staging.stg_chamber__outcome_tariffs
            )
            select claims.contract_id, claims.tariff_id, titles.title_it, titles.title_en, claims.tariff_valid_from,
                claims.kind, claims.outcome, claims.unit_price_eur, claims.share, count(*) as claims,
                count(distinct coalesce(claims.household_id, claims.dwelling_id)) as units,
                cast(sum(case when amount_after_max_claims_eur = amount_before_limits_eur then quantity else 0 end)
                    as decimal(18, 4)) as quantity,
                cast(sum(amount_before_limits_eur) as decimal(18, 2)) as amount_before_limits_eur,
                cast(sum(amount_eur) as decimal(18, 2)) as amount_eur,
                bool_or(claims.illustrative) as illustrative
            from frozen.claims as claims
            left join titles
                on titles.tariff_id = claims.tariff_id and titles.valid_from = claims.tariff_valid_from
            group by all""",
        "limits_applied": f"""
            select step, applied_limit, contract_id, tariff_id, count(*) as claims,
                cast(sum(before_eur) as decimal(18, 2)) as amount_before_eur,
                cast(sum(after_eur) as decimal(18, 2)) as amount_after_eur,
                cast(sum(before_eur - after_eur) as decimal(18, 2)) as amount_cut_eur,
                bool_or(illustrative) as illustrative
            from ({cuts})
            group by step, applied_limit, contract_id, tariff_id""",
        "results": f"""
            select results.* exclude ({", ".join(BOOKKEEPING["results"])})
            from homes4all.metrics.results as results
            inner join homes4all.payments.payment_periods as periods
                on periods.period_type = results.period_type and periods.period_start = results.period_start
            where periods.period = $period""",
    }


def claims_in(con: duckdb.DuckDBPyConnection) -> list[Claim]:
    """All claims of a build."""
    return [Claim(*row) for row in con.execute(f"select {CLAIM_FACTS} from homes4all.payments.claims").fetchall()]


def entries_of(statement: Statement) -> Entries:
    """What a certified statement holds, as the ledger reads it."""
    with duckdb.connect() as con:
        claims = con.execute(f"select {CLAIM_FACTS} from read_parquet($file)", {"file": str(statement.table("claims"))})
        fresh = tuple(Claim(*row) for row in claims.fetchall())
        adjusted = con.execute(
            f"select {ADJUSTED_FACTS} from read_parquet($file)", {"file": str(statement.table("adjustments"))}
        ).fetchall()
    return Entries(statement.statement_id, fresh, tuple(_adjustment(row) for row in adjusted))


def _adjustment(row: tuple[Any, ...]) -> Adjustment:
    *now, quantity, before_limits, amount, previous_statement = row
    claim = Claim(*now)
    previous = Claim(**{**vars(claim), "quantity": quantity, "before_limits_eur": before_limits, "amount_eur": amount})
    return Adjustment(claim, previous, previous_statement)


def adjustment_rows(entries: Entries, found: Mapping[str, Cause], files: Mapping[str, str]) -> pa.Table:
    """The adjustments as a table; `found` are their causes by claim, `files` the names of deliveries by id."""
    rows = [_row(each, found[each.claim.claim_id], files) for each in entries.adjustments]
    return pa.Table.from_pylist(rows, schema=ADJUSTMENTS)


def _row(adjustment: Adjustment, cause: Cause, files: Mapping[str, str]) -> dict[str, Any]:
    claim = adjustment.claim
    amounts: dict[str, Decimal] = {
        "old_quantity": adjustment.old_quantity,
        "new_quantity": claim.quantity,
        "old_before_limits_eur": adjustment.old_before_limits_eur,
        "new_before_limits_eur": claim.before_limits_eur,
        "old_amount_eur": adjustment.old_amount_eur,
        "new_amount_eur": claim.amount_eur,
        "difference_eur": adjustment.difference_eur,
    }
    names = ("claim_id", "household_id", "dwelling_id", "tariff_id", "kind", "outcome", "period", "illustrative")
    return {
        **{name: getattr(claim, name) for name in names},
        **amounts,
        "smallest_count": claim.smallest_count,
        "previous_statement": adjustment.previous_statement,
        "reason": cause.reason,
        "caused_by": ", ".join(cause.delivery_ids) or None,
        "caused_by_files": ", ".join(sorted(files[each] for each in cause.delivery_ids)) or None,
    }
