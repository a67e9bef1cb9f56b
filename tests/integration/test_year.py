"""Catches: money that moves because time passes. A city's ordinary year, with all that is corrected and changed in it.

A short year in every run of the tests, with a night at the end of each quarter, of which the first and the newest
statement are verified; ten years of nights a month in `make faults`. `tests/year` says what happens and what must be
true after each step.
"""

from pathlib import Path

import pytest
from year.course import Year, quarter_ends
from year.town import month_ends

# Nights of fourteen that the auditor of disclosure may refuse, until figures that moved by few are held.
MOST_HELD_BACK = 4


def test_a_short_year(tmp_path: Path) -> None:
    year = Year(seed=11, households=80, folder=tmp_path)
    year.run(quarter_ends(), verify_each=False)
    assert not year.wrong, year.story()
    assert not year.held_back, year.story()
    assert len(year.at.certified) >= 6
    assert year.compared > 500


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(10))
def test_an_ordinary_year(seed: int, tmp_path: Path) -> None:
    year = Year(seed=100 + seed, households=300, folder=tmp_path)
    year.run(list(month_ends()), verify_each=True)
    assert not year.wrong, year.story()
    assert len(year.held_back) <= MOST_HELD_BACK, year.story()
    assert len(year.at.certified) >= 6
    assert year.compared > 4000
