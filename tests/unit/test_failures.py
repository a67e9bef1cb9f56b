"""Catches: a full disk that reads as an error of the data, and another library's message that gets through."""

import errno
import os

import dagster as dg
import duckdb
import pytest

from orchestration.assets.models import refuse_errors
from orchestration.dbt_project import refuse_full_disk
from orchestration.errors import GateRefused, MachineRefused
from orchestration.failures import EXIT_CODE, readable_failures

FULL = 'IO Error: Could not write file "scratch/x": No space left on device'


def test_a_full_disk_is_the_machine_s_whoever_met_it() -> None:
    for error in (OSError(errno.ENOSPC, "x", "somewhere"), duckdb.IOException(FULL)):
        with pytest.raises(dg.Failure) as failed, readable_failures():
            raise error
        assert failed.value.metadata[EXIT_CODE].value == MachineRefused.exit_code
        assert os.strerror(errno.ENOSPC) in (failed.value.description or "")
    with pytest.raises(MachineRefused):
        refuse_full_disk([{"message": None}, {"message": f"Runtime Error\n  {FULL}"}])


def test_other_errors_of_duckdb_keep_their_text_to_themselves() -> None:
    with pytest.raises(duckdb.ConversionException), readable_failures():
        raise duckdb.ConversionException("Could not convert string 'Maria Rossi' to INT32")
    with pytest.raises(GateRefused) as refused:
        refuse_errors(
            [{"unique_id": "model.homes4all.claims", "status": "error", "message": "Conversion Error: 'Maria Rossi'"}]
        )
    assert "Maria" not in str(refused.value)
