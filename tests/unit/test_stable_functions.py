"""Catches: a value that is kept or compared across runs and rests on a function that an upgrade may change."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import PROJECT_ROOT

# Of DuckDB: their value may change with its version, from run to run, or with the clock.
UNSTABLE = re.compile(
    r"\b(hash|random|setseed|uuid\w*|gen_random_uuid|md5_number\w*|nextval|now|today|current_date|current_time\w*"
    r"|get_current_\w+|transaction_timestamp|approx_\w+|reservoir_quantile)\s*\(|\b(using sample|tablesample)\b",
    re.IGNORECASE,
)
OF_PYTHON = {"hash", "uuid1", "uuid4", "urandom", "token_hex"}
# Where one is meant, and why it may be.
MEANT = {
    ("orchestration/intake/stand_ins.py", "hash"): "duplicates within one file, forgotten afterwards",
    ("orchestration/publish/restricted.py", "token_hex"): "keys that no other release can be linked by",
    ("dbt_project/models/intermediate/savings/int_savings_replicates.sql", "md5_number"): "pinned below",
}


def sql_of(path: Path) -> Iterator[str]:
    """The SQL of a model, or every text of a module, in which its SQL is."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        yield re.sub(r"--[^\n]*|\{#.*?#\}", "", text, flags=re.DOTALL)
        return
    documented = {
        id(node.body[0].value)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            yield node.value


def called(path: Path) -> Iterator[str]:
    """The functions that a module calls, by their last name."""
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield getattr(node.func, "id", getattr(node.func, "attr", ""))


def found() -> set[tuple[str, str]]:
    folders = [(PROJECT_ROOT / "dbt_project", "*.sql"), (PROJECT_ROOT / "orchestration", "*.py"),
               (PROJECT_ROOT / "expectations", "*.py")]  # fmt: skip
    paths = [path for folder, pattern in folders for path in folder.rglob(pattern) if "target" not in path.parts]
    assert len(paths) > 200
    unstable = {
        (path, next(filter(None, match.groups())).lower())
        for path in paths
        for text in sql_of(path)
        for match in UNSTABLE.finditer(text)
    }
    unstable |= {(path, name) for path in paths for name in called(path) if name in OF_PYTHON}
    return {(path.relative_to(PROJECT_ROOT).as_posix(), name) for path, name in unstable}


def test_what_is_kept_rests_on_no_function_whose_value_may_change() -> None:
    assert found() == set(MEANT)


@pytest.mark.parametrize(
    ("sql", "is_unstable"),
    [
        ("bit_xor(hash(x))", True),
        ("select random ()", True),
        ("uuid()", True),
        ("sha256(x)", False),
        ("rehash(x)", False),
    ],
)
def test_it_is_seen(sql: str, *, is_unstable: bool) -> None:
    assert bool(UNSTABLE.search(sql)) == is_unstable


def test_md5_is_what_the_standard_says_and_its_number_what_it_was() -> None:
    """RFC 1321; keys of units are the first 64 bits, resampling takes both halves as they stand in the number."""
    digest = "900150983cd24fb0d6963f7d28e17f72"
    with duckdb.connect() as con:
        row = con.execute(
            "select md5('abc'), cast('0x' || left(md5('abc'), 16) as ubigint), cast(md5_number('abc') as varchar)"
        ).fetchone()
    number = int.from_bytes(bytes.fromhex(digest), "little")
    assert row == (digest, int(digest[:16], 16), str(number))
