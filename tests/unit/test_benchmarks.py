"""Catches: a figure that is kept as if another machine, or another hour, had measured it; one that is lost."""

from benchmarks.__main__ import Measurement, with_earlier


def measured(at: str, **figures: int) -> Measurement:
    return {"machine": {"cores": 2, "load_before": at}, "measured_at": at, "figures": figures}


def test_every_figure_keeps_its_own_machine_and_time() -> None:
    first = with_earlier(measured("10:00", small=1, big=2), None)
    assert first == measured("10:00", small=1, big=2)
    second = with_earlier(measured("11:00", big=3), first)
    assert second == {**measured("11:00", big=3), "earlier": [measured("10:00", small=1)]}
    third = with_earlier(measured("12:00", huge=4), second)
    assert third["earlier"] == [measured("11:00", big=3), measured("10:00", small=1)]
    assert with_earlier(measured("13:00", small=5, big=6, huge=7), third) == measured("13:00", small=5, big=6, huge=7)
