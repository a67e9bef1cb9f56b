"""Stand-ins: few and short rows that answer for very many, so that a gate is quickly through with them.

Where each row is judged by its own values, what holds of all the different values holds of all rows; and keys are
unique if their hashes are. What does not hold of a stand-in says nothing yet: it must be asked of the rows themselves.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from expectations.model import Expectation
from expectations.quoting import identifier

UNIQUE = ("expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique")


@dataclass(frozen=True)
class StandIn:
    """Expectations, and SQL for rows that stand in for those of the table `typed`.

    `is_divisible` says that they may be looked at in parts.
    """

    expectations: tuple[Expectation, ...]
    rows: str
    is_divisible: bool


def stand_ins(expectations: Sequence[Expectation]) -> Iterator[StandIn]:
    """Stand-ins for as many expectations as have one; those that look at the same columns share it."""
    for each in expectations:
        if each.type in UNIQUE and "row_condition" not in each.kwargs:  # a condition is not about hashes
            hashed = ", ".join(f"hash({name}) AS {name}" for name in columns_of([each]))
            yield StandIn((each,), f"SELECT {hashed} FROM typed", is_divisible=False)
    groups: dict[frozenset[str], list[Expectation]] = {}
    for each in sorted(expectations, key=lambda each: -len(each.reads)):
        if each.is_row_wise:
            own = frozenset(each.reads)
            groups.setdefault(next((wider for wider in groups if own <= wider), own), []).append(each)
    for group in groups.values():
        yield StandIn(tuple(group), f"SELECT DISTINCT {', '.join(columns_of(group))} FROM typed", is_divisible=True)


def columns_of(expectations: Iterable[Expectation]) -> list[str]:
    """The columns that expectations look at, as SQL takes them."""
    return [identifier(name) for name in dict.fromkeys(name for each in expectations for name in each.reads)]
