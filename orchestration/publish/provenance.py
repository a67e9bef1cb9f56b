"""What a release says of its own origin: code version, deliveries, checks and dictionary.

Only facts about files and checks belong here, never about households.
"""

import hashlib
from importlib.metadata import version
from pathlib import Path

from expectations.contract import Contract
from orchestration.settings import PROJECT_ROOT

# The rules of measurement that this software computes by. It is raised with every release that amends them, as the
# CHANGELOG says: what a lower one certified may come out otherwise by today's rules. What does not say it has 1.
MEASUREMENT_MODEL = 2
CODE_FOLDERS = ("orchestration", "expectations", "dbt_project")
CODE_SUFFIXES = {".py", ".sql", ".yml", ".yaml", ".csv", ".jinja", ".typ"}


def code_version(root: Path = PROJECT_ROOT) -> str:
    """The package's version and a hash over every source file: the same code, the same text."""
    digest = hashlib.sha256()
    files = (path for folder in CODE_FOLDERS for path in (root / folder).rglob("*"))
    for path in sorted(path for path in files if path.suffix in CODE_SUFFIXES):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return f"{version('homes4all')}+{digest.hexdigest()[:12]}"


def dictionary(contracts: list[Contract]) -> list[tuple[str, str | None, str | None, str]]:
    """One row per published table and column: table, column, type, description."""
    rows: list[tuple[str, str | None, str | None, str]] = []
    for contract in sorted(contracts, key=lambda each: each.extract):
        rows.append((contract.extract, None, None, contract.description))
        rows += [(contract.extract, column.name, column.dtype, column.description) for column in contract.columns]
    return rows
