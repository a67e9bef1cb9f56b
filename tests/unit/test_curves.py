"""Catches: a month of a curve from which few events, or few followed no longer, can be told."""

import pytest

from orchestration.publish.curves import Month, shown_months

LIMIT = 5


def curve(category: str, *steps: tuple[int, int], at_risk: int = 100) -> list[Month]:
    """A curve of the events and censored of each month."""
    rows = []
    for months, (events, censored) in enumerate([(0, 0), *steps]):
        at_risk -= events + censored
        rows.append(Month("housing_survival", category, months, at_risk, events, censored))
    return rows


def shown(*curves: list[Month], told: tuple[int, ...] = ()) -> dict[str, list[int]]:
    breakdowns = {"all": told, "pathway": told}
    rows = [row for each in curves for row in each]
    keys = shown_months(rows, LIMIT, {("housing_survival", name): months for name, months in breakdowns.items()})
    return {each[0].category: sorted(m for _, category, m in keys if category == each[0].category) for each in curves}


def test_months_are_put_together_until_enough_has_happened() -> None:
    assert shown(curve("all", (2, 0), (2, 0), (1, 0), (0, 0), (4, 6), (1, 0))) == {"all": [0, 3, 4, 6]}


@pytest.mark.parametrize(("step", "is_shown"), [((5, 0), True), ((4, 0), False), ((0, 5), True), ((5, 4), False)])
def test_events_and_those_followed_no_longer_are_each_enough(step: tuple[int, int], *, is_shown: bool) -> None:
    assert (1 in shown(curve("all", step))["all"]) == is_shown


def test_few_left_are_not_shown() -> None:
    assert shown(curve("all", (50, 0), (46, 0))) == {"all": [0, 1]}
    assert shown(curve("all", (50, 0), (45, 0))) == {"all": [0, 1, 2]}


def test_events_told_elsewhere_lie_far_enough_from_the_months_shown() -> None:
    events = curve("all", (6, 0), (2, 0), (4, 0), (0, 0))
    assert shown(events) == {"all": [0, 1, 3, 4]}
    # Up to month 2 there were 8: with month 1 they would tell 2, and with month 3 they would tell 4.
    assert shown(events, told=(2,)) == {"all": [0, 2]}


def test_categories_share_their_months_and_are_among_those_of_all() -> None:
    one = curve("pathway:new_home", (3, 0), (3, 0), (5, 0), (5, 0))
    other = curve("pathway:retained_home", (3, 0), (4, 0), (0, 0), (0, 0))
    both = curve("all", (6, 0), (7, 0), (5, 0), (5, 0), at_risk=200)
    assert shown(both, one, other) == {
        "all": [0, 1, 2, 3, 4], "pathway:new_home": [0, 2, 3, 4], "pathway:retained_home": [0, 2, 3, 4],
    }  # fmt: skip
