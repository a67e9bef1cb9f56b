"""What a contract is: frozen objects, and the expectations that its columns already imply.

Loading and checking contract files belongs in `expectations.contract`, running expectations in `expectations.gate`,
what the change rules mean in `expectations.changes`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from expectations.dates import DateRange, Span

Severity = Literal["error", "warning"]

ROW_WISE = {
    "expect_column_values_to_not_be_null",
    "expect_column_values_to_be_null",
    "expect_column_values_to_be_in_set",
    "expect_column_values_to_match_regex",
    "expect_column_values_to_be_between",
    "expect_column_pair_values_a_to_be_greater_than_b",
}


@dataclass(frozen=True)
class Column:
    """One column: its canonical name, its native heading and what a value may be.

    `key` is the place in the primary key, from 1, or 0; `native_values` maps native to canonical categories. An
    `optional` column may be missing from a file, and is then empty in every row. `inclusive_end` says that a day is the
    last one, and not the day after it.
    """

    name: str
    heading: str
    title_it: str
    description: str
    dtype: str
    required: bool = False
    key: int = 0
    native_values: Mapping[str, str] | None = None
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    optional: bool = False
    inclusive_end: bool = False
    dates: DateRange | None = None


@dataclass(frozen=True)
class FileFormat:
    """How the source writes its files."""

    formats: tuple[str, ...]
    encodings: tuple[str, ...]
    delimiter: str
    date_format: str
    decimal_separator: str
    thousands_separator: str
    true_value: str
    false_value: str


@dataclass(frozen=True)
class Expectation:
    """One thing expected of the rows, in the words of Great Expectations and in a sentence."""

    name: str
    description: str
    severity: Severity
    type: str
    kwargs: Mapping[str, Any]
    description_it: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the sentence is about."""
        single = (self.kwargs.get(name) for name in ("column", "column_A", "column_B", "start", "end", "day"))
        return (*(name for name in single if name), *self.kwargs.get("column_list", ()))

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that must be there, those of a row condition included."""
        return tuple(
            dict.fromkeys(
                (
                    *self.columns,
                    *self.kwargs.get("by", ()),
                    *self.kwargs.get("only", ()),
                    *self.kwargs.get("apart", ()),
                    *_condition_columns(self.kwargs.get("row_condition")),
                )
            )
        )

    @property
    def is_row_wise(self) -> bool:
        """Whether each row is judged by its own values, so that a long table may be checked in parts."""
        return self.type in ROW_WISE and "mostly" not in self.kwargs

    def on(self, reference_date: date) -> "Expectation":
        """The same, with days in the place of what is counted from the reference date of a file."""
        days = {name: each.after(reference_date) for name, each in self.kwargs.items() if isinstance(each, Span)}
        return replace(self, kwargs=MappingProxyType({**self.kwargs, **days})) if days else self


def _condition_columns(condition: object) -> Iterator[str]:
    if isinstance(condition, Mapping):
        if "column" in condition:
            yield condition["column"]["name"]
        for each in condition.get("conditions", ()):
            yield from _condition_columns(each)


@dataclass(frozen=True)
class ChangeRule:
    """One thing that must not change, or not by much, from one delivery to the next; `limits` are its thresholds."""

    name: str
    kind: str
    severity: Severity
    column: str | None
    limits: Mapping[str, Decimal]
    description: str
    description_it: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the sentence is about."""
        return (self.column,) if self.column else ()


@dataclass(frozen=True)
class Contract:
    """What one extract or one published table must look like; `file` is None for a table.

    An `optional` extract need not ever be delivered; its table is empty then.
    """

    source: str
    extract: str
    version: str
    description: str
    columns: tuple[Column, ...]
    file: FileFormat | None
    expectations: tuple[Expectation, ...]
    path: Path
    changes: tuple[ChangeRule, ...] = ()
    title_it: str = ""
    optional: bool = False
    contact: str = ""

    @property
    def delivered_by(self) -> str:
        """Whom to ask for a delivery: the contact that the contract names, else its source."""
        return self.contact or self.source

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that together identify a row, in order."""
        return _key(self.columns)

    @property
    def headings(self) -> tuple[str, ...]:
        """The native headings, in the order of the contract."""
        return tuple(column.heading for column in self.columns)

    def has_headings(self, found: Iterable[str]) -> bool:
        """Whether these are its headings, whatever their order; optional ones may be missing."""
        owed = {column.heading for column in self.columns if not column.optional}
        return owed <= {*found} <= {*self.headings}

    def on(self, reference_date: date) -> "Contract":
        """The contract as it binds a file of a reference date."""
        return replace(self, expectations=tuple(each.on(reference_date) for each in self.expectations))


def _key(columns: Sequence[Column]) -> tuple[str, ...]:
    return tuple(column.name for column in sorted(columns, key=lambda each: each.key) if column.key)


def implied_expectations(columns: Sequence[Column], *, is_file: bool) -> Iterator[Expectation]:
    """What keys, patterns and ranges imply. For a table also what the strict reader enforces on a file."""
    if key := _key(columns):
        yield _unique(key)
    for column in columns:
        name = column.name
        if not is_file and column.required:
            yield Expectation(
                f"{name}_given", f"{name} is never empty.", "error", "expect_column_values_to_not_be_null",
                {"column": name}, f"{name} non è mai vuoto.",
            )  # fmt: skip
        if not is_file and column.native_values:
            yield Expectation(
                f"{name}_known", f"{name} is one of the agreed values.", "error", "expect_column_values_to_be_in_set",
                {"column": name, "value_set": sorted(column.native_values.values())},
                f"{name} è uno dei valori concordati.",
            )  # fmt: skip
        if column.pattern:
            yield Expectation(
                f"{name}_pattern", f"{name} has the agreed form.", "error", "expect_column_values_to_match_regex",
                {"column": name, "regex": column.pattern}, f"{name} ha la forma concordata.",
            )  # fmt: skip
        if column.minimum is not None or column.maximum is not None:
            english, italian = _range(column.minimum, column.maximum)
            yield Expectation(
                f"{name}_range", f"{name} is {english}.", "error", "expect_column_values_to_be_between",
                {"column": name, "min_value": column.minimum, "max_value": column.maximum}, f"{name} è {italian}.",
            )  # fmt: skip
        if column.dates:
            yield from _dates(column, column.dates)


def _unique(key: tuple[str, ...]) -> Expectation:
    names = " + ".join(key)
    english, italian = f"No two rows have the same {names}.", f"Non ci sono due righe con lo stesso {names}."
    if len(key) == 1:
        return Expectation(
            "key_unique", english, "error", "expect_column_values_to_be_unique", {"column": key[0]}, italian
        )
    kwargs = {"column_list": list(key), "ignore_row_if": "never"}
    return Expectation("key_unique", english, "error", "expect_compound_columns_to_be_unique", kwargs, italian)


def _range(minimum: float | None, maximum: float | None) -> tuple[str, str]:
    if minimum is None:
        return f"at most {maximum}", f"al massimo {maximum}"
    if maximum is None:
        return f"at least {minimum}", f"almeno {minimum}"
    return f"between {minimum} and {maximum}", f"tra {minimum} e {maximum}"


def _dates(column: Column, dates: DateRange) -> Iterator[Expectation]:
    """That a day is one of its register; and, where it may be planned ahead, that it has come."""
    name, kind, first = column.name, "expect_column_values_to_be_between", dates.earliest
    english, italian = "Correct the day", "Correggere la data"
    if not column.required:
        english += "; where there is none, leave the cell empty (no 9999-12-31)"
        italian += "; se non c'è, lasciare vuota la cella (niente 31/12/9999)"
    if not dates.latest.count:
        english += "; rows of later days belong in the next delivery"
        italian += "; le righe di giorni successivi vanno nella prossima consegna"
    yield Expectation(
        f"{name}_range",
        f"The day must lie between {first} and {dates.latest.in_english} in the file's name. {english}.",
        "error",
        kind,
        {"column": name, "min_value": first, "max_value": dates.latest},
        f"La data deve stare tra il {first:%d/%m/%Y} e {dates.latest.in_italian} nel nome del file. {italian}.",
    )
    if dates.noted_after is not None:
        yield Expectation(
            f"{name}_planned",
            f"The day is no later than {dates.noted_after.in_english} in the file's name; a planned day is let pass, "
            "and counts once it has come.",
            "warning",
            kind,
            {"column": name, "max_value": dates.noted_after},
            f"La data non supera {dates.noted_after.in_italian} nel nome del file; una data prevista è ammessa, e "
            "conta quando è arrivata.",
        )
