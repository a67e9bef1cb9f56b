"""Catches: a delivery in whatever state that is read as other numbers than it holds, or brings the intake down.

Five thousand mutants of the sample, in every extract and format: each is accepted and equal to a plain reading, or
refused with reasons in both languages. None raises, takes more than 2 GiB or more than a minute.
"""

from collections import Counter
from collections.abc import Callable

import pytest

from faults.fuzzing import judge_all
from faults.fuzzing import tally as by_mutation

SEED, MUTANTS = 20250131, 5_000


def test_every_mutant_is_read_rightly_or_refused_with_reasons(
    capsys: pytest.CaptureFixture[str], tally: Callable[[str, str, int], None]
) -> None:
    """Nor are all refused: a reader that refuses everything is safe and useless, and would prove nothing here."""
    verdicts = judge_all(SEED, range(MUTANTS))
    with capsys.disabled():
        print(f"\n{by_mutation(verdicts)}")
    outcomes = Counter((each.file_format, each.outcome) for each in verdicts)
    for (file_format, outcome), times in outcomes.items():
        tally(f"deliveries gone wrong, {file_format}", outcome, times)
    assert len(verdicts) == MUTANTS
    assert [(each.number, each.mutation, each.file_format, each.defect) for each in verdicts if each.defect] == []
    for file_format in ("csv", "csv.gz", "xlsx", "parquet"):
        assert MUTANTS / 80 < outcomes[file_format, "accepted"] < MUTANTS / 4
