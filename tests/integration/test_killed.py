"""Catches: a run killed while it takes in that loses or doubles a delivery, or touches what readers have.

One kill of the hundred of `tests/faults/test_kills.py`, so that every `make test` holds one.
"""

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from conftest import City
from faults import nights
from reading import CONTRACTS

from orchestration.durable import file_sha256
from orchestration.intake.archive import Archive
from orchestration.intake.take import take_in

MIDST = 60  # of the steps on disk in which nineteen deliveries are taken in


def test_a_run_that_is_killed_while_it_takes_in(city: City, tmp_path: Path) -> None:
    for path in sorted(city.settings.landing_dir.iterdir()):
        shutil.copyfile(path, path.with_name(path.name.replace(nights.YESTERDAY, nights.TODAY)))
    killed, before = nights.City(tmp_path), file_sha256(city.settings.published_file)
    run = killed.start(program=[sys.executable, str(nights.KILLED), "archive", str(MIDST), "before"])
    said, _ = run.communicate(timeout=nights.LAST_SECONDS)
    assert run.returncode == -9, said
    assert file_sha256(city.settings.published_file) == before
    found = killed.deliveries()
    assert 19 < len(found) < 38
    assert len(set(found)) == len(found)

    archive = Archive(city.settings.archive_dir)
    outcomes = [each.outcome for each in take_in(city.settings.landing_dir, archive, CONTRACTS, now=datetime.now(UTC))]
    assert outcomes.count("accepted") == 38 - len(found)
    assert outcomes.count("known") == len(found)
    assert sorted(day for _, day in killed.deliveries()) == [nights.YESTERDAY] * 19 + [nights.TODAY] * 19
    assert list(archive.root.rglob(".*")) == []
