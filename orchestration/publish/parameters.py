"""What the Chamber has decided about disclosure control: its parameters in force, never below the legal floor."""

from dataclasses import dataclass

import duckdb

from orchestration.errors import GateRefused

LEGAL_FLOOR = 3


@dataclass(frozen=True)
class Disclosure:
    """How small a count must be to be withheld, and to what the others are rounded.

    Attributes:
        threshold: counts from 1 up to the one below it are withheld.
        rounding_base: counts are rounded to its nearest multiple; 0 for no rounding.
    """

    threshold: int
    rounding_base: int


def disclosure_in_force(con: duckdb.DuckDBPyConnection) -> Disclosure:
    """The parameters of the attached build on its `as_of`.

    Raises:
        GateRefused: the Chamber has not delivered the threshold, or a parameter is not a whole number or negative.
    """
    threshold = _in_force(con, "disclosure_threshold")
    if threshold is None:
        raise GateRefused("measurement_parameters: 'disclosure_threshold' is missing; ask the Chamber to deliver it.")
    return Disclosure(max(threshold, LEGAL_FLOOR), _in_force(con, "rounding_base") or 0)


def _in_force(con: duckdb.DuckDBPyConnection, name: str) -> int | None:
    row = con.execute(
        """
        select try_cast(value as double)
        from staging.stg_chamber__measurement_parameters
        where name = ? and valid_from <= (select as_of from provenance.build)
        order by valid_from desc
        limit 1
        """,
        [name],
    ).fetchone()
    if row is None:
        return None
    if row[0] is None or row[0] < 0 or row[0] != int(row[0]):
        raise GateRefused(f"measurement_parameters: '{name}' must be a whole number, 0 or more; ask the Chamber.")
    return int(row[0])
