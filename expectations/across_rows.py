"""Expectations about rows that belong together: ranges, evidence that is used once, payments under a ceiling.

Great Expectations has none across rows; these run in the same gate, on the same frame. Each says which rows are wrong.
"""

import unicodedata
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

DISJOINT = "expect_ranges_to_be_disjoint"
GAPLESS = "expect_ranges_to_be_gapless"
UNITS = 10_000  # amounts come as floats with up to four decimals; whole numbers add up exactly


def overlapping(frame: "pd.DataFrame", kwargs: Mapping[str, Any]) -> "pd.Series":
    """Which rows have a half-open range that overlaps the one before it.

    Args:
        frame: one row per range; rows without a start have none.
        kwargs: `by` (the columns that group ranges), `start` and `end` (an empty end is open); where given, `only` (the
            values that columns of the rows in question have) and `apart` (columns whose values tell ranges apart). Rows
            of a group with the very same range are one range, unless those columns tell them apart.
    """
    return _misplaced(frame, kwargs, may_leave_holes=True)


def not_touching(frame: "pd.DataFrame", kwargs: Mapping[str, Any]) -> "pd.Series":
    """Which rows have a half-open range that does not begin where the one before it ends; as `overlapping`."""
    return _misplaced(frame, kwargs, may_leave_holes=False)


def _misplaced(frame: "pd.DataFrame", kwargs: Mapping[str, Any], *, may_leave_holes: bool) -> "pd.Series":
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
    if not may_leave_holes:
        wrong |= follows & (ranges[start] > end_before)
    return wrong.reindex(frame.index, fill_value=False)


def repeated(frame: "pd.DataFrame", kwargs: Mapping[str, Any]) -> "pd.Series":
    """Which rows have the same texts in `column_list` as another, however they are typed."""
    return frame[kwargs["column_list"]].map(as_read).duplicated(keep=False)


def shared(frame: "pd.DataFrame", kwargs: Mapping[str, Any]) -> "pd.Series":
    """Which rows have the text of `column`, however it is typed, in common with rows that differ in `by`."""
    texts = frame[[kwargs["column"], *kwargs["by"]]].map(as_read)
    owners = texts.drop_duplicates().groupby(kwargs["column"]).size()
    return texts[kwargs["column"]].map(owners).fillna(1) > 1


def as_read(text: Any) -> Any:
    """A text as people tell it from others: blanks, small or capital letters and forms of a sign do not count."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()) if isinstance(text, str) else text


def above_ceiling(frame: "pd.DataFrame", kwargs: Mapping[str, Any]) -> "pd.Series":
    """Which rows have a ceiling (`column_A`) below the sum of all amounts (`column_B`) up to their day (`day`)."""
    ceiling, amount = ((frame[kwargs[name]] * UNITS).round() for name in ("column_A", "column_B"))
    by_day = amount.groupby(frame[kwargs["day"]]).sum().sort_index().cumsum()
    return frame[kwargs["day"]].map(by_day) > ceiling


JUDGES: Mapping[str, Callable[["pd.DataFrame", Mapping[str, Any]], "pd.Series"]] = {
    DISJOINT: overlapping,
    GAPLESS: not_touching,
    "expect_texts_to_be_unique": repeated,
    "expect_text_to_belong_to_one": shared,
    "expect_sum_to_date_to_be_within": above_ceiling,
}
