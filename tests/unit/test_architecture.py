"""Catches: an import that goes up, Dagster inside a domain package, a catch-all, a private Dagster import."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from expectations.contract import OUTPUTS

ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / "orchestration").rglob("*.py"), *(ROOT / "expectations").rglob("*.py")])
BY_LEVEL = {
    1: {"durable", "errors", "keys", "settings"},
    2: {"audit", "council", "intake", "publish", "report", "resources", "statements", "synthetic"},
    3: {
        "accept", "assets", "catalogue", "certify", "checks", "dbt_process", "dbt_project", "explain", "failures",
        "jobs", "lineage", "notify", "operations", "pseudonymise", "rebuild", "run_lock", "run_store", "tidy",
        "unchanged", "unit_tests", "verify",
    },
    4: {"definitions", "runner"},
    5: {"cli", "cli_evaluators", "cli_operations", "cli_partners", "cli_report", "cli_statements"},
}  # fmt: skip
LEVELS = {name: level for level, names in BY_LEVEL.items() for name in names}
DOMAIN = {"audit", "council", "intake", "operations", "publish", "report", "statements", "synthetic"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert all(name.name != "*" for name in node.names), f"{path}: star import"
            yield node.module


def part(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down_only(path: Path) -> None:
    parts = path.relative_to(ROOT).with_suffix("").parts
    package, own = parts[0], parts[1] if len(parts) > 1 else ""
    for module in imports(path):
        assert not module.startswith("dagster._"), f"private import {module}"
        if package == "expectations":
            assert not module.startswith(("orchestration", "dagster", "dbt"))
            continue
        if own in DOMAIN:
            assert not module.startswith(("dagster", "dbt")), f"{module} in a domain package"
        if module.startswith("orchestration.") and own in LEVELS:
            assert LEVELS[part(module)] <= LEVELS[own], f"{own} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_catch_all(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else ""
            assert caught not in {"", "Exception", "BaseException"}


def test_every_module_has_a_level() -> None:
    names = {
        path.relative_to(ROOT / "orchestration").parts[0].removesuffix(".py")
        for path in FILES
        if "orchestration" in path.parts
    }
    assert names - {"__init__"} <= set(LEVELS)


def test_great_expectations_has_one_home() -> None:
    users = {path.name for path in FILES if any(module.startswith("great_expectations") for module in imports(path))}
    assert users == {"gate.py"}


def test_every_extract_has_a_staging_model() -> None:
    contracts = (ROOT / "expectations" / "contracts").glob("*/*.odcs.yaml")
    for contract in contracts:
        source, extract = contract.parent.name, contract.name.removesuffix(".odcs.yaml")
        if source not in OUTPUTS:
            model = ROOT / "dbt_project" / "models" / "staging" / source / f"stg_{source}__{extract}.sql"
            assert model.exists(), f"{source}/{extract} has a contract and no staging model"
