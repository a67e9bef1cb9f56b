"""One row of a metric at household grain, and how it is compared with what dbt made of it."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

SCALE = Decimal("0.0001")


class Row(NamedTuple):
    """Whether a subject counts in a metric, on which day, and what it adds; excluded rows add nothing."""

    counted_on: date
    in_denominator: bool
    in_numerator: bool
    is_excluded: bool
    value: Decimal | None
    weight: Decimal | None
    wave: str | None = None


def decimal(number: int | Decimal) -> Decimal:
    """Four decimals, half away from zero, as all metric rows are kept."""
    return Decimal(number).quantize(SCALE, ROUND_HALF_UP)


def counted(
    on: date, value: int | Decimal, *, hit: bool = True, weight: int | Decimal = 1, wave: str | None = None
) -> Row:
    """A row in the denominator."""
    return Row(on, True, hit, False, decimal(value), decimal(weight), wave)


def share(on: date, hit: bool, wave: str | None = None) -> Row:
    """A row in the denominator of a share."""
    return counted(on, int(hit), hit=hit, wave=wave)


def excluded(on: date, wave: str | None = None) -> Row:
    """A row that the definition leaves out."""
    return Row(on, False, False, True, None, None, wave)
