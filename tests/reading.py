"""One contract, rows of it, and a file read as the intake reads it: what was found and what is archived."""

from datetime import date
from pathlib import Path

import duckdb

from expectations.contract import load_contracts
from orchestration.intake.findings import Unreadable
from orchestration.intake.identify import Identity
from orchestration.intake.read import read

CONTRACTS = load_contracts(Path(__file__).parents[1] / "expectations" / "contracts")
STAYS = CONTRACTS["municipality", "temporary_stays"]
HEADINGS = ";".join(STAYS.headings)
HOUSEHOLD = "h_0123456789abcdef01234567"
FIRST = f"S1;{HOUSEHOLD};ALBERGO;3.1;01/02/2023;;3;1.045,50;12"
SECOND = f'S2;{HOUSEHOLD};RESIDENCE;"già; ""qui""";28/02/2023;03/03/2023;2;45,1;0,0000'
CANONICAL = [
    ("S1", HOUSEHOLD, "hotel", "3.1", "2023-02-01", None, "3", "1045.5000", "12.0000", 2),
    ("S2", HOUSEHOLD, "residence", 'già; "qui"', "2023-02-28", "2023-03-03", "2", "45.1000", "0.0000", 3),
]


def text(*lines: str, end: str = "\n") -> bytes:
    return "".join(line + end for line in lines).encode()


GOOD = text(HEADINGS, FIRST, SECOND)


def outcome(content: bytes, tmp_path: Path, file_format: str = "csv", contract=STAYS):
    """The findings on a file, and its canonical rows as they are archived."""
    tmp_path.mkdir(exist_ok=True)
    staged = tmp_path / "delivered"
    staged.write_bytes(content)
    identity = Identity(contract, date(2023, 3, 31), file_format)
    try:
        with read(staged, identity, CONTRACTS, tmp_path) as readable:
            readable.write_parquet(tmp_path / "rows.parquet", "d1")
            findings = readable.findings
    except Unreadable as problem:
        return list(problem.findings), []
    rows = duckdb.execute("SELECT * EXCLUDE (_delivery_id) FROM read_parquet(?)", [str(tmp_path / "rows.parquet")])
    return list(findings), rows.fetchall()


def problems(content: bytes, tmp_path: Path, file_format: str = "csv", contract=STAYS):
    findings, _ = outcome(content, tmp_path, file_format, contract)
    return [(each.rule, each.column, each.lines) for each in findings]
