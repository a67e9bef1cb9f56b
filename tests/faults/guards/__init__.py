"""The guards that `test_mutants` breaks, one at a time: lists, and nothing that runs."""

from faults.guards.coming_in import COMING_IN
from faults.guards.going_out import GOING_OUT
from faults.guards.guard import Guard
from faults.guards.kept import KEPT
from faults.guards.paid import PAID
from faults.guards.year import YEAR

__all__ = ["GUARDS", "Guard"]

GUARDS = [*COMING_IN, *GOING_OUT, *KEPT, *PAID, *YEAR]
