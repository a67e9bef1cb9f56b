"""Catches: a guard that no test holds. Each guard is broken in a copy of the sources, and its tests must fail there."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from faults.guards import GUARDS, Guard

ROOT = Path(__file__).parents[2]
COPIED = ("orchestration", "expectations", "dbt_project", "tests", "pyproject.toml", "data/sample", "docs", "README.md")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("mutants")
    for name in COPIED:
        source = ROOT / name
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "target", "logs"))
        else:
            shutil.copyfile(source, target)
    return root


def passed(root: Path, *tests: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-n", "0", "-x", "-q", "-p", "no:cacheprovider"]
    command += [f"tests/{each}" if "/" in each else f"tests/unit/{each}" for each in tests]
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=False, timeout=1800)
    assert ended.returncode in (0, 1), ended.stdout.decode()[-2000:]
    return ended.returncode == 0


def test_the_copy_passes_unbroken(copy: Path) -> None:
    assert passed(copy, *sorted({each.tests for each in GUARDS}))


@pytest.mark.parametrize("guard", GUARDS, ids=[each.name for each in GUARDS])
def test_a_broken_guard_is_noticed(copy: Path, guard: Guard, tally: Callable[[str, str], None]) -> None:
    path = copy / guard.file
    whole = path.read_text(encoding="utf-8")
    assert whole.count(guard.text) == 1, "the guard is not there, or not once"
    path.write_text(whole.replace(guard.text, guard.broken), encoding="utf-8")
    try:
        assert not passed(copy, guard.tests), f"{guard.tests} passes without this guard"
    finally:
        path.write_text(whole, encoding="utf-8")
    tally("a guard broken in the sources", "noticed by its tests")
