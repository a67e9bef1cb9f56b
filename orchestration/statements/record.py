"""A certified statement as its record says: what was frozen, out of what, and the hash of all that. No file is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from orchestration.intake.archive import Delivery
from orchestration.statements.content import TableContent, content_hash


@dataclass(frozen=True)
class UsedDelivery:
    """A delivery that a statement rests on, and the hashes of its file and of its rows in the archive."""

    delivery_id: str
    source: str
    extract: str
    reference_date: date
    file_name: str
    rows: int
    file_sha256: str
    parquet_sha256: str


@dataclass(frozen=True)
class Totals:
    """What a statement comes to: claims certified, adjustments of earlier ones, and both together, in euros."""

    claims: int
    claims_eur: Decimal
    adjustments: int
    adjustments_eur: Decimal
    total_eur: Decimal


@dataclass(frozen=True)
class Statement:
    """A certified statement as its record says. `number` counts certifications from 1; `previous` is a content hash.

    `measurement_model` is the version of the rules of measurement that it was computed by.
    """

    folder: Path
    statement_id: str
    number: int
    period_type: str
    period_start: date
    period_end: date
    certified_at: datetime
    as_of: date
    run_id: str
    code_version: str
    illustrative: bool
    deliveries: tuple[UsedDelivery, ...]
    totals: Totals
    tables: Mapping[str, TableContent]
    previous: str | None
    content_hash: str
    files: Mapping[str, str]
    measurement_model: int = 1

    def table(self, name: str) -> Path:
        """The file of one of its tables."""
        return self.folder / f"{name}.parquet"

    def as_record(self) -> dict[str, Any]:
        """The statement as it is written down."""
        return RECORDED.dump_python(self, mode="json", exclude={"folder"})

    def committed(self) -> str:
        """The hash of all that is certified: period, day, deliveries, values, rules, and the statement before it.

        When, by whom and with which software it was computed is on record, and no part of what must come out again.
        """
        names = ["statement_id", "number", "period_type", "period_start", "period_end", "as_of", "illustrative",
                 "deliveries", "totals", "tables", "previous"]  # fmt: skip
        if self.measurement_model > 1:  # the first statements did not say it
            names.append("measurement_model")
        record = self.as_record()
        return content_hash({name: record[name] for name in names})


RECORDED = TypeAdapter(Statement)


def statement_of(record: Mapping[str, Any], folder: Path) -> Statement:
    """The statement that a record describes.

    Raises:
        ValueError: the record lacks something, or holds what it cannot.
    """
    return RECORDED.validate_python({**record, "folder": folder})


def used(delivery: Delivery) -> UsedDelivery:
    """A delivery of the archive as a statement records it."""
    return UsedDelivery(**{name: getattr(delivery, name) for name in UsedDelivery.__dataclass_fields__})
