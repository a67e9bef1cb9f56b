"""Which keys stand for one household, by the municipality's links: asked where two deliveries or rows are compared.

Which key a household goes on under is decided in the models (`int_household_keys`).
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

LINKS = ("municipality", "household_links")


def same_household(links: Path | None, as_of: date = date.max) -> Mapping[str, str]:
    """One of the keys of its household for every key that was replaced, given or merged; empty without links.

    Args:
        links: the rows of a delivery of links, if there is one.
        as_of: merges after this day are not seen.
    """
    if links is None:
        return {}
    pairs = duckdb.execute(
        "select from_household_id, to_household_id from read_parquet($file) "
        "where kind = 'new_key' or (kind = 'merge' and linked_on <= $as_of) order by all",
        {"file": str(links), "as_of": as_of.isoformat()},
    ).fetchall()
    stands_for: dict[str, str] = {}

    def top(key: str) -> str:
        while (other := stands_for.setdefault(key, key)) != key:
            key = other
        return key

    for one, other in pairs:
        stands_for[top(one)] = top(other)
    return {key: top(key) for key in [*stands_for]}
