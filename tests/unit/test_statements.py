"""Catches: a certified statement that can be changed, replaced, removed or half written without anybody noticing."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.certify import Origin, refuse_again, refuse_untimely
from orchestration.durable import file_sha256, sealed, unsealed
from orchestration.errors import GateRefused, UsageError
from orchestration.statements.content import table_content
from orchestration.statements.draft import Period
from orchestration.statements.record import Statement, Totals, UsedDelivery
from orchestration.statements.store import StatementDamaged, Statements

NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
USED = UsedDelivery(
    "d1", "provider", "tenancies", date(2024, 12, 31), "tenancies_2024-12-31.csv", 9, "f" * 64, "a" * 64
)


def certified(statements: Statements, period: str, amount: str = "10.00") -> Statement:
    earlier = statements.all()
    with statements.scratch() as folder:
        with duckdb.connect() as con:
            con.execute(f"copy (select 'c' as claim_id, {amount}::decimal(18, 2) as amount_eur) "
                        f"to '{folder / 'claims.parquet'}' (format parquet)")  # fmt: skip
            content = table_content(con, f"'{folder / 'claims.parquet'}'")
        (folder / "statement_it.html").write_text("<p>da firmare</p>")
        statement = Statement(
            folder=statements.root / period,
            statement_id=period,
            number=len(earlier) + 1,
            period_type="quarter",
            period_start=date(2023, 4, 1),
            period_end=date(2023, 7, 1),
            certified_at=NOW,
            as_of=date(2024, 12, 31),
            run_id="run",
            code_version="0.1.0+abc",
            illustrative=True,
            deliveries=(USED,),
            totals=Totals(1, Decimal(amount), 0, Decimal("0.00"), Decimal(amount)),
            tables={"claims": content},
            previous=earlier[-1].content_hash if earlier else None,
            content_hash="",
            files={path.name: file_sha256(path) for path in folder.iterdir()},
        )
        statement = replace(statement, content_hash=statement.committed())
        statements.settle(folder, statement)
    return statement


@pytest.fixture
def statements(tmp_path: Path) -> Statements:
    found = Statements(tmp_path / "statements")
    certified(found, "2023Q2")
    certified(found, "2023Q1", "20.50")
    return found


def writable(folder: Path) -> Path:
    folder.chmod(0o755)
    for path in folder.iterdir():
        path.chmod(0o644)
    return folder


def test_what_was_certified_is_read_back_as_it_was_in_order(statements: Statements) -> None:
    first, second = statements.checked()
    assert (first.statement_id, second.statement_id, second.previous) == ("2023Q2", "2023Q1", first.content_hash)
    assert first.totals == Totals(1, Decimal("10.00"), 0, Decimal("0.00"), Decimal("10.00"))
    assert (first.deliveries, first.certified_at) == ((USED,), NOW)
    assert {path.stat().st_mode & 0o777 for path in first.folder.iterdir()} == {0o444}
    assert first.folder.stat().st_mode & 0o777 == 0o555


def changed_bytes(folder: Path) -> None:
    path = folder / "statement_it.html"
    path.write_text(path.read_text() + " ")


def changed_amount(folder: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"copy (select 'c' as claim_id, 11::decimal(18, 2) as amount_eur) to '{folder}/claims.parquet'")


def resealed(folder: Path) -> None:
    """A forger who knows the seals: other values, hashes and checksum made to fit."""
    changed_amount(folder)
    record = unsealed(folder / "statement.json")
    record["files"]["claims.parquet"] = file_sha256(folder / "claims.parquet")
    (folder / "statement.json").write_text(sealed(record))


def resealed_total(folder: Path) -> None:
    record = unsealed(folder / "statement.json")
    record["totals"]["total_eur"] = "99.00"
    (folder / "statement.json").write_text(sealed(record))


def unsealed_total(folder: Path) -> None:
    path = folder / "statement.json"
    path.write_text(path.read_text().replace('"10.00"', '"99.00"'))


TAMPERING: dict[str, tuple[Callable[[Path], object], str]] = {
    "page": (changed_bytes, "statement_it.html was changed"),
    "amount": (changed_amount, "claims.parquet was changed"),
    "amount and hashes": (resealed, "values of claims are not those"),
    "total and checksum": (resealed_total, "its record is not the one"),
    "total": (unsealed_total, "was changed after it was written"),
    "file gone": (lambda folder: (folder / "claims.parquet").unlink(), "claims.parquet is missing"),
    "file added": (lambda folder: (folder / "note.txt").write_text("x"), "note.txt was added"),
    "record gone": (lambda folder: (folder / "statement.json").unlink(), "missing or damaged"),
    "no parquet": (lambda folder: (folder / "claims.parquet").write_bytes(b"PAR1"), "claims.parquet was changed"),
}


@pytest.mark.parametrize(("tamper", "says"), TAMPERING.values(), ids=TAMPERING.keys())
def test_a_changed_statement_is_detected(statements: Statements, tamper: Callable[[Path], object], says: str) -> None:
    tamper(writable(statements.root / "2023Q2"))
    with pytest.raises(StatementDamaged, match=says):
        statements.checked()


def test_a_statement_that_is_gone_or_renamed_is_detected(statements: Statements) -> None:
    shutil.rmtree(writable(statements.root / "2023Q2"))
    with pytest.raises(StatementDamaged, match="does not follow"):
        statements.all()
    (statements.root / "2023Q1").rename(statements.root / "2023Q3")
    with pytest.raises(StatementDamaged, match="its record is of 2023Q1"):
        statements.all()


def test_a_crash_leaves_nothing_half(statements: Statements) -> None:
    def crash() -> None:
        with statements.scratch() as folder:
            (folder / "claims.parquet").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crash()
    left = statements.root / ".certify-killed"
    left.mkdir(mode=0o500)
    assert len(statements.checked()) == 2
    with statements.scratch():
        assert not left.exists()
    assert sorted(path.name for path in statements.root.iterdir()) == ["2023Q1", "2023Q2"]


def test_a_statement_is_never_written_over(statements: Statements) -> None:
    before = {path: path.read_bytes() for path in (statements.root / "2023Q2").iterdir()}
    with pytest.raises(FileExistsError):
        certified(statements, "2023Q2", "5.00")
    assert {path: path.read_bytes() for path in (statements.root / "2023Q2").iterdir()} == before


def test_an_unknown_statement_is_named_with_those_there_are(statements: Statements) -> None:
    with pytest.raises(UsageError, match=r"no statement `2024Q1`\. Certified: 2023Q2, 2023Q1"):
        statements.one("2024Q1")


def test_the_hash_is_of_values_and_not_of_bytes_or_order() -> None:
    with duckdb.connect() as con:
        con.execute("create table a as from (values (1, 'x', 1.50), (2, null, 0.00)) t(n, s, d)")
        con.execute("create table b as from a order by n desc")
        con.execute("create table c as from (values (1, 'x', 1.50), (2, '', 0.00)) t(n, s, d)")
        con.execute("create table e as select n::bigint as n, s, d from a")
        same, other, typed = (table_content(con, name) for name in ("b", "c", "e"))
        assert table_content(con, "a") == same
        assert same.rows == 2
        assert len({same.sha256, other.sha256, typed.sha256}) == 3


QUARTER = Period("2023Q3", "quarter", date(2023, 7, 1), date(2023, 10, 1))


def test_a_period_that_is_not_over_and_an_earlier_day_are_refused(statements: Statements) -> None:
    known = statements.all()
    origin = Origin("run", date(2024, 12, 31), "0.1.0+abc", ())
    refuse_untimely(QUARTER, origin, known)
    refuse_untimely(QUARTER, replace(origin, as_of=date(2023, 9, 30)), [])
    with pytest.raises(UsageError, match=r"last day of 2023Q3 is 2023-09-30, .* complete up to 2023-09-29"):
        refuse_untimely(QUARTER, replace(origin, as_of=date(2023, 9, 29)), [])
    with pytest.raises(GateRefused, match="2023Q1 already knew 2024-12-31"):
        refuse_untimely(QUARTER, replace(origin, as_of=date(2024, 12, 30)), known)
    with pytest.raises(UsageError, match="2023Q1 was certified on 2025-01-02"):
        refuse_again("2023Q1", known)
