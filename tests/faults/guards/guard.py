"""What a guard is, to those who break it."""

from typing import NamedTuple


class Guard(NamedTuple):
    """What goes wrong without it, where it stands, what it says, what is put in its place, and who must notice."""

    name: str
    file: str
    text: str
    broken: str
    tests: str
