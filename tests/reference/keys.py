"""Which household a key stands for: a new key follows its history, a merge joins two, a split leaves the history once.

A household is known by its first key, that of the one which goes on. Links that happen after `as_of` are not seen; a
new key is a name and holds for all time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from reference.terms import Row


@dataclass(frozen=True)
class Keys:
    """The municipality's links, as they are known."""

    links: Sequence[Row]
    as_of: date

    @cached_property
    def older(self) -> dict[str, str]:
        """The key that each new one was given for."""
        return {row["to_household_id"]: row["from_household_id"] for row in self.links if row["kind"] == "new_key"}

    @cached_property
    def merged(self) -> dict[str, str]:
        """By its first key, each household that was merged, and the one that it was merged into."""
        return {self.first(row["from_household_id"]): row["to_household_id"] for row in self._happened("merge")}

    @cached_property
    def split_on(self) -> dict[str, date]:
        """By its first key, each household that split off, and the day from which it has rows of its own."""
        return {self.first(row["to_household_id"]): row["linked_on"] for row in self._happened("split")}

    def _happened(self, kind: str) -> list[Row]:
        return [row for row in self.links if row["kind"] == kind and row["linked_on"] <= self.as_of]

    def first(self, key: str) -> str:
        """The first key of the household that a key was given to."""
        while key in self.older:
            key = self.older[key]
        return key

    def age(self, key: str) -> int:
        """How many keys the household had before this one."""
        return 1 + self.age(self.older[key]) if key in self.older else 0

    def household(self, key: str) -> str:
        """The household that goes on, by its first key."""
        first = self.first(key)
        while first in self.merged:
            first = self.first(self.merged[first])
        return first

    def goes_on(self, key: str) -> bool:
        """Whether a key is one of a household that was not merged into another."""
        return self.household(key) == self.first(key)

    def counts(self, key: str, begins_on: date) -> bool:
        """Whether a row is the household's own: what began before it split off is told by the household it left."""
        since = self.split_on.get(self.first(key))
        return since is None or begins_on >= since
