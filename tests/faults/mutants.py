"""Deliveries gone wrong: a good one, and all that can happen to a file on its way.

A mutant is made from a seed and a number alone, so that each can be made again. What should become of it stands in
`plain_reading` and `fuzzing`.
"""

import gzip
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reading import CONTRACTS

from expectations.contract import Contract
from faults.good import WRITERS, as_text, table
from faults.spoiled_containers import PARQUETS, WORKBOOKS, part_bomb, rows_without_end
from faults.spoiled_text import BYTES, ENCODERS, TABLES, TEXTS, long_line, text_bomb

FORMATS = ("csv", "csv.gz", "xlsx", "parquet")
BOMBS = {"csv.gz": text_bomb, "xlsx": part_bomb, "parquet": rows_without_end, "csv": long_line}
BOMB_EVERY = 250


@dataclass(frozen=True)
class Mutant:
    """One file, and the one thing that was done to it."""

    number: int
    mutation: str
    contract: Contract
    file_format: str
    content: bytes


def mutant(seed: int, number: int) -> Mutant:
    """The mutant of that number; every extract, format and mutation comes round."""
    rng = random.Random(f"{seed} {number}")
    contracts = [*CONTRACTS.values()]
    contract, file_format = contracts[number % len(contracts)], FORMATS[number // len(contracts) % len(FORMATS)]
    rows = [list(row) for row in table(contract.source, contract.extract)]
    content = WRITERS[file_format](rows, contract)
    if number % BOMB_EVERY == 0:
        bomb = BOMBS[file_format]
        source = as_text(rows, contract) if file_format == "csv.gz" else content
        return Mutant(number, bomb.__name__, contract, file_format, bomb(source, rng))
    special = {"csv": (*TEXTS, *ENCODERS), "csv.gz": (*TEXTS, *ENCODERS), "xlsx": WORKBOOKS, "parquet": PARQUETS}
    changes: list[Callable[..., Any]] = [*TABLES, *BYTES, *special[file_format], *special[file_format]]
    change = rng.choice(changes)
    if change in TABLES:
        for _ in range(rng.choice([1, 1, 3])):
            change(rows, rng)
        content = WRITERS[file_format](rows, contract)
    elif change in (*TEXTS, *ENCODERS):
        changed = change(as_text(rows, contract).decode(), rng)
        content = changed if isinstance(changed, bytes) else changed.encode()
        content = gzip.compress(content, 1, mtime=0) if file_format == "csv.gz" else content
    else:
        content = change(content, rng)
    return Mutant(number, change.__name__, contract, file_format, content)
