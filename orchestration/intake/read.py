"""The strict reader: one staged file against its contract, all problems at once.

Every format is brought into one table of text, canonicalised by one set of rules, and checked by the gate. Nothing is
kept but what the caller writes out.
"""

import functools
import operator
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from expectations.contract import Contract, Expectation, FileFormat
from expectations.gate import CheckResult, run_gate
from expectations.quoting import identifier, literal
from expectations.sql import is_supported, run_sql
from orchestration.errors import disk_full
from orchestration.intake.canonical import canonicalise
from orchestration.intake.csv_file import load_csv
from orchestration.intake.delivered import Texts, create_delivered, faulty_lines
from orchestration.intake.findings import Finding, Unreadable, finding
from orchestration.intake.identify import Identity, match_headings
from orchestration.intake.parquet_file import load_parquet
from orchestration.intake.scan import scan
from orchestration.intake.stage import make_plain, require_format
from orchestration.intake.stand_ins import columns_of, stand_ins

if TYPE_CHECKING:
    import pandas as pd

MEMORY = "1GB"
MANY = 100_000  # rows, from which stand-ins are quicker than the rows themselves
PART = 1_000_000
VECTOR = 2048  # rows that DuckDB hands over at a time


@dataclass(frozen=True)
class ReadFile:
    """A file that could be read: its rows in a scratch database, `typed` and as `canonical` text, and what is wrong."""

    con: duckdb.DuckDBPyConnection
    contract: Contract
    rows: int
    findings: tuple[Finding, ...]

    def check(self) -> list[CheckResult]:
        """The contract's expectations, run on the rows that could be read.

        Where there are very many rows, stand-ins are asked first; what does not hold of them is asked of all rows.
        """
        expectations = self.contract.expectations
        if self.rows <= MANY:
            return run_gate(self.contract, next(self._frames(self._typed(expectations), self.rows)))
        results: dict[str, CheckResult] = {}
        for group in stand_ins(expectations):
            for each in self._run(group.expectations, group.rows, PART if group.is_divisible else self.rows):
                if each.passed:
                    results[each.name] = replace(each, rows=self.rows)
        left = [each for each in expectations if each.name not in results]
        for part, size in (
            ([each for each in left if not each.is_row_wise], self.rows),
            ([each for each in left if each.is_row_wise], PART),
        ):
            results |= {each.name: each for each in self._run(part, self._typed(part), size)}
        return [results[each.name] for each in expectations]

    def _run(self, expectations: Sequence[Expectation], rows: str, size: int) -> list[CheckResult]:
        """The outcomes on the rows of a query, so many at a time."""
        asked = replace(self.contract, expectations=tuple(expectations))
        parts = (run_gate(asked, frame) for frame in self._frames(rows, size)) if expectations else ()
        return [functools.reduce(operator.add, same) for same in zip(*parts, strict=True)]

    def check_in_sql(self) -> list[CheckResult]:
        """The same without Great Expectations, whose import takes seconds; the gate judges only what SQL cannot."""
        expectations = self.contract.expectations
        in_sql = [each for each in expectations if is_supported(each)]
        others = [each for each in expectations if each not in in_sql]
        results = {each.name: each for each in run_sql(self.con, "typed", in_sql)}
        if others:
            frame = next(self._frames(self._typed(others), self.rows))
            results |= {each.name: each for each in run_gate(replace(self.contract, expectations=tuple(others)), frame)}
        return [results[each.name] for each in expectations]

    def _typed(self, expectations: Sequence[Expectation]) -> str:
        """SQL for the columns that expectations look at, and `_row`."""
        return f"SELECT {', '.join(['_row', *columns_of(expectations)])} FROM typed"

    def _frames(self, rows: str, size: int) -> Iterator["pd.DataFrame"]:
        """What a query answers, so many rows at a time, those of the file in its order; at least one frame."""
        answer = self.con.execute(rows)
        vectors = size // VECTOR + 1
        frame = answer.fetch_df_chunk(vectors)
        while True:
            yield frame
            frame = answer.fetch_df_chunk(vectors)
            if frame.empty:
                return

    def write_parquet(self, target: Path, delivery_id: str) -> None:
        """Write the canonical text of all rows, with where they came from; a check may go on meanwhile."""
        names = ", ".join(identifier(column.name) for column in self.contract.columns)
        rows = f"SELECT {names}, {literal(delivery_id)} AS _delivery_id, _row FROM canonical"
        with self.con.cursor() as own:
            own.execute(f"COPY ({rows}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd)")


@contextmanager
def read(
    staged: Path, identity: Identity, contracts: Mapping[tuple[str, str], Contract], scratch: Path
) -> Iterator[ReadFile]:
    """Read a staged file strictly; `scratch` is a private folder that the caller removes.

    Raises:
        Unreadable: the file as a whole is not what the contract says; holds everything that was found.
    """
    contract, file = identity.contract.on(identity.reference_date), identity.contract.file
    if file is None:
        raise ValueError(f"{contract.extract} is not delivered as a file")
    require_format(staged, identity.format)
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        con.execute(f"SET memory_limit = '{MEMORY}'")
        con.execute(f"SET temp_directory = {literal(str(scratch / 'spill'))}")
        texts = _load(con, staged, identity, file, scratch)
        findings = [*scan(con, texts.headings, contract), *texts.findings]
        if texts.fatal:
            raise Unreadable(*findings, *texts.fatal)
        try:
            places = match_headings(texts.headings, contract, contracts)
        except Unreadable as problem:
            raise Unreadable(*findings, *problem.findings) from problem
        contract = _as_delivered(contract, places)
        create_delivered(con, contract, places, is_stored=texts.is_stored)
        named = {each.rule for each in findings}
        findings += [each for each in faulty_lines(con) if each.rule not in named]
        findings += canonicalise(con, contract, file)
        (rows,) = con.execute("SELECT count(*) FROM canonical").fetchone() or (0,)
        yield ReadFile(con, contract, rows, tuple(findings))


def _as_delivered(contract: Contract, places: Collection[str]) -> Contract:
    """The contract as it binds a file: of a column that is not there no value is required."""
    columns = (each if each.name in places else replace(each, required=False) for each in contract.columns)
    return replace(contract, columns=tuple(columns))


def _load(con: duckdb.DuckDBPyConnection, staged: Path, identity: Identity, file: FileFormat, scratch: Path) -> Texts:
    """Bring a file of any format into `texts`."""
    contract = identity.contract
    try:
        if identity.format == "parquet":
            return load_parquet(con, staged, contract, file)
        if identity.format == "xlsx":
            from orchestration.intake.xlsx_file import load_xlsx  # what it imports takes half a second

            return load_xlsx(con, staged, contract, file)
        plain = scratch / "plain.csv"
        text = make_plain(staged, plain, compressed=identity.format.endswith(".gz"), encodings=file.encodings)
        return load_csv(con, plain, text, contract, file)
    except duckdb.OutOfMemoryException as error:
        raise Unreadable(finding("too_large")) from error
    except duckdb.Error as error:
        if full := disk_full(str(error)):
            raise full from None
        raise Unreadable(finding("damaged_file")) from error
