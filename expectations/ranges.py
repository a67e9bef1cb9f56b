"""Expectations about rows that belong together: ranges that must not overlap, or leave no hole.

Great Expectations has none across rows; these run in the same gate, on the same frame.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

DISJOINT = "expect_ranges_to_be_disjoint"
GAPLESS = "expect_ranges_to_be_gapless"


def misplaced(frame: "pd.DataFrame", kind: str, kwargs: Mapping[str, Any]) -> "pd.Series":
    """Which rows have a half-open range that overlaps the one before it, or (for `GAPLESS`) does not touch it.

    Args:
        frame: one row per range; rows without a start have none.
        kind: `DISJOINT` or `GAPLESS`.
        kwargs: `by` (the columns that group ranges), `start` and `end` (an empty end is open); where given, `only` (the
            values that columns of the rows in question have) and `apart` (columns whose values tell ranges apart). Rows
            of a group with the very same range are one range, unless those columns tell them apart.
    """
    by, start, end = list(kwargs["by"]), kwargs["start"], kwargs["end"]
    asked = frame[start].notna()
    for column, value in kwargs.get("only", {}).items():
        asked &= frame[column] == value
    same = [*by, *kwargs.get("apart", ()), start, end]
    ranges = frame[asked].drop_duplicates(same).sort_values([*by, start])
    before = ranges.groupby(by, dropna=False)
    follows = before.cumcount() > 0
    end_before = before[end].shift()
    wrong = follows & (end_before.isna() | (ranges[start] < end_before))
    if kind == GAPLESS:
        wrong |= follows & (ranges[start] > end_before)
    return wrong.reindex(frame.index, fill_value=False)
