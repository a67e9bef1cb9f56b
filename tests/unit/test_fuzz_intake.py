"""Catches: what `tests/faults/test_fuzz.py` catches, on its first mutants: seconds instead of minutes."""

from faults.fuzzing import judge, tally
from faults.mutants import FORMATS

SEED = 20250131


def test_the_first_mutants_are_read_rightly_or_refused_with_reasons() -> None:
    verdicts = [judge(SEED, number) for number in range(1, 161)]  # every extract in every format, twice
    assert [(each.number, each.mutation, each.defect) for each in verdicts if each.defect] == []
    accepted = {each.file_format for each in verdicts if each.outcome == "accepted"}
    assert accepted == set(FORMATS), tally(verdicts)
