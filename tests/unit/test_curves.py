"""Catches: a month of a curve from which few events, or few followed no longer, can be told."""

import pytest

from orchestration.publish.curves import EarlierCurve, Month, few_died, shown_months

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


def entering(*steps: tuple[int, int, int]) -> list[Month]:
    """A curve of those who enter, have the event and are censored in each month, the first at its beginning."""
    rows, at_risk = [], 0
    for months, (entered, events, censored) in enumerate(steps):
        at_risk += entered - events - censored
        rows.append(Month("waiting", "all", months, at_risk, events, censored))
    return rows


@pytest.mark.parametrize(
    ("steps", "months"),
    [
        (((20, 0, 0), (0, 6, 0), (6, 0, 0), (0, 20, 0)), [0, 1, 2, 3]),
        (((20, 0, 0), (0, 6, 0), (4, 0, 0), (0, 18, 0)), [2, 3]),  # at months 0 and 1 four are still to enter
        (((20, 0, 0), (4, 6, 0), (8, 0, 0), (0, 26, 0)), [0, 2, 3]),
        (((4, 0, 0), (4, 0, 0), (8, 0, 0), (0, 16, 0)), [1, 2, 3]),
    ],
)
def test_few_who_enter_or_are_still_to_enter_are_not_told(
    steps: tuple[tuple[int, int, int], ...], months: list[int]
) -> None:
    keys = shown_months(entering(*steps), LIMIT, {})
    assert sorted(month for _, _, month in keys) == months


def again(rows: list[Month], then: EarlierCurve) -> list[int]:
    """The months that may be shown of a curve after an earlier release of it."""
    keys = shown_months(rows, LIMIT, {}, {("housing_survival", "all"): [then]})
    return sorted(months for _, _, months in keys)


@pytest.mark.parametrize(("more", "is_shown"), [(0, True), (1, False), (4, False), (5, True), (-3, False)])
def test_few_who_came_since_an_earlier_release_are_not_told(more: int, *, is_shown: bool) -> None:
    rows = curve("all", (0, 0), at_risk=100 + more)
    assert (0 in again(rows, EarlierCurve({0: 100}, {0: 0}))) == is_shown
    assert again(rows, EarlierCurve({}, {})) == [0, 1]


@pytest.mark.parametrize(("events", "is_shown"), [(10, True), (11, False), (14, False), (15, True)])
def test_few_new_events_are_not_told(events: int, *, is_shown: bool) -> None:
    rows = curve("all", (events, 0), at_risk=100 + events)
    assert (1 in again(rows, EarlierCurve({}, {1: 10}))) == is_shown


def test_who_was_at_risk_at_a_later_month_then_is_so_now_at_an_earlier_one() -> None:
    rows = curve("all", (0, 10), (0, 10), at_risk=62)
    assert again(rows, EarlierCurve({2: 50}, {})) == [0, 2]  # 52 at month 1 are two more than the 50 of then at month 2


def test_an_event_up_to_an_earlier_month_then_is_one_up_to_a_later_one_now() -> None:
    rows = curve("all", (6, 0), (0, 0), (6, 0))
    assert again(rows, EarlierCurve({}, {1: 4})) == [0, 3]


def test_few_new_events_between_two_months_that_both_releases_show_are_not_told() -> None:
    rows = curve("all", (15, 0), (12, 0), at_risk=100)
    assert again(rows, EarlierCurve({}, {1: 10, 2: 20})) == [0, 1]  # five new up to month 1, seven up to month 2


def test_any_month_tells_how_many_were_at_the_beginning() -> None:
    rows = curve("all", (0, 3), (0, 7), at_risk=102)
    assert again(rows, EarlierCurve({0: 100}, {})) == []
    assert again(rows, EarlierCurve({0: 97}, {})) == [0, 2]


def test_few_new_events_in_a_stretch_that_holds_one_of_then_are_not_told() -> None:
    """The earlier release told ten from month 1 to 3; twelve up to month 4 would tell of the two besides."""
    rows = curve("all", (15, 0), (5, 0), (0, 0), (7, 0))
    assert again(rows, EarlierCurve({}, {1: 9, 3: 19})) == [0, 1, 2]


def test_a_horizon_that_is_told_ends_a_stretch() -> None:
    rows = curve("all", (15, 0), (12, 0), (0, 0))
    then = {("housing_survival", "all"): [EarlierCurve({}, {1: 10, 3: 20})]}
    # Up to month 3 there are 27, of which another figure tells: seven new, of whom five in month 1.
    keys = shown_months(rows, LIMIT, {("housing_survival", "all"): {3}}, then)
    assert sorted(months for _, _, months in keys) == [0, 2, 3]


@pytest.mark.parametrize(
    ("died", "then", "expected"),
    [((0, 6, 0), {0: 0, 1: 6, 2: 6}, set()), ((0, 8, 0), {1: 6}, {1}), ((0, 6, 8), {1: 6, 2: 12}, {2}),
     ((0, 6, 2), {0: 0, 1: 6}, {2}), ((0, 11, 6), {1: 6, 2: 11}, {2})],
)  # fmt: skip
def test_incidence_ends_where_it_would_tell_few_new_deaths(
    died: tuple[int, ...], then: dict[int, int], expected: set[int]
) -> None:
    rows = [Month("waiting", "all", months, 100, 0, 0, count) for months, count in enumerate(died)]
    shown = {("waiting", "all", row.months) for row in rows}
    found = few_died(rows, shown, LIMIT, {("waiting", "all"): [EarlierCurve(died=then)]})
    assert {months for _, _, months in found} == expected
