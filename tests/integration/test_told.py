"""Catches: a run that fails and tells nobody, tells twice, or says of the published file what is not true."""

from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

import dagster as dg
import pytest
from conftest import City
from listening import webhook

from orchestration import runner
from orchestration.errors import Homes4AllError, RunLocked
from orchestration.jobs import COMMAND, NIGHTLY, STARTED_BY, tell_death, tell_failure
from orchestration.notify import REASONS
from orchestration.resources import exclusive
from orchestration.runner import run_nightly
from orchestration.settings import Settings


def test_a_failed_check_is_told_once(city: City) -> None:
    (city.settings.landing_dir / "temporary_stays_2025-01-31.csv").write_text("no;such;heading\r\n")
    with webhook() as heard:
        outcome = run_nightly(city.settings.model_copy(update={"webhook": heard.address}))
    assert outcome.refusals
    (told,) = heard.told
    assert (told["run_id"], told["step"], told["published"]) == (outcome.run_id, "deliveries", False)
    assert REASONS[3][0] in told["text"]


def test_a_lock_held_is_told_once(city: City) -> None:
    with webhook() as heard, exclusive(city.settings.lock_file), pytest.raises(RunLocked):
        run_nightly(city.settings.model_copy(update={"webhook": heard.address}))
    (told,) = heard.told
    assert told["run_id"] is None
    assert REASONS[4][1] in told["text"]


def test_a_lock_that_is_taken_after_the_first_look_is_told_once(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "exclusive", lambda *_, **__: nullcontext())
    with webhook() as heard, exclusive(city.settings.lock_file), pytest.raises(Homes4AllError):
        run_nightly(city.settings.model_copy(update={"webhook": heard.address}))
    (told,) = heard.told
    assert (told["step"], told["published"]) == (None, False)


def test_the_message_of_a_step_depends_on_its_place(city: City) -> None:
    """A step after publication says that the new file is published, one of a run that has not, that it is not."""
    with city.published() as con:
        ((published_by,),) = con.sql("select run_id from provenance.runs").fetchall()

    @dg.op
    def council_report() -> None:
        raise dg.Failure("it could not be written")

    with webhook() as heard:
        hook = tell_failure(city.settings.model_copy(update={"webhook": heard.address}))

        @dg.job(hooks={hook})
        def night() -> None:
            council_report()

        own = published_by.split("_")[1] + "-0000-0000-0000-000000000000"
        for run_id in (own, "00000000-0000-0000-0000-000000000000"):
            night.execute_in_process(run_id=run_id, raise_on_error=False)
    after, before = heard.told
    assert (after["step"], after["published"]) == ("council_report", True)
    assert "The new file is published" in after["text"]
    assert before["published"] is False


def told_of_failure(settings: Settings, stage: dg.OpDefinition, tags: Mapping[str, str]) -> str:
    """What Dagster's own process does of a nightly run that has failed; returns the run's id."""
    graph = dg.GraphDefinition(name=NIGHTLY, node_defs=[stage])
    with dg.DagsterInstance.ephemeral() as instance:
        result = graph.to_job().execute_in_process(instance=instance, raise_on_error=False, tags=tags)
        run = instance.get_run_by_id(result.run_id)
        assert run
        if result.success:
            instance.report_run_failed(run)
        record = instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.PIPELINE_FAILURE).records[0]
        event = record.event_log_entry.dagster_event
        assert event
        context = dg.build_run_status_sensor_context("run_died", event, instance, run)
        tell_death(settings)(context.for_run_failure())
    return run.run_id


@pytest.mark.parametrize(
    ("tags", "has_failed_step", "told"),
    [({}, False, 1), ({}, True, 0), ({STARTED_BY: COMMAND}, False, 0)],
    ids=["its process died", "its step has told", "its command tells"],
)
def test_a_run_that_died_is_told(tags: dict[str, str], has_failed_step: bool, told: int, tmp_path: Path) -> None:
    @dg.op
    def stage() -> None:
        if has_failed_step:
            raise dg.Failure("refused")

    with webhook() as heard:
        run_id = told_of_failure(Settings(data=tmp_path, webhook=heard.address), stage, tags)
    assert len(heard.told) == told
    assert all(each["run_id"] == run_id and REASONS[None][0] in each["text"] for each in heard.told)


def test_a_run_that_met_another_at_work_says_so(tmp_path: Path) -> None:
    @dg.op
    def stage() -> None: ...

    settings = Settings(data=tmp_path)
    with webhook() as heard, exclusive(settings.lock_file):
        told_of_failure(settings.model_copy(update={"webhook": heard.address}), stage, {})
    (told,) = heard.told
    assert REASONS[4][1] in told["text"]
