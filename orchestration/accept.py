"""`homes4all accept`: a named person lets a delivery pass that the change gates refused, on record for good.

Only change rules can be let pass; what is wrong with a file itself never. The next run takes the file in.
"""

from datetime import datetime
from pathlib import Path

from orchestration.durable import file_sha256
from orchestration.errors import GateRefused, UsageError
from orchestration.intake.archive import Acceptance, Archive, Refusal
from orchestration.resources import exclusive
from orchestration.settings import Settings


def accept(settings: Settings, delivery: str, *, reason: str, by: str | None, now: datetime) -> Acceptance:
    """Record that a person lets a refused delivery pass: these bytes, these rules, compared with that very delivery.

    Args:
        settings: of the installation.
        delivery: name of the file in the landing, or id of its refusal.
        reason: in words, for those who look at it later; it is not published.
        by: the person's name; of the settings where none is given.
        now: when it is let pass.

    Raises:
        UsageError: no name, no reason, or no such refusal; or it was let pass already.
        GateRefused: it was refused for something that nobody may let pass.
        RunLocked: a run is at work on the same data folder.
    """
    person, why = " ".join((by or settings.accepted_by or "").split()), " ".join(reason.split())
    if not person:
        raise UsageError("Who lets it pass? Give your name: --by NAME, or HOMES4ALL_ACCEPTED_BY in the environment.")
    if not why:
        raise UsageError('Why is it right? Give the reason: --reason "…".')
    with exclusive(settings.lock_file):
        archive = Archive(settings.archive_dir)
        refusal = refusal_of(archive, settings.landing_dir, delivery)
        if others := sorted({*refusal.rules} - {*refusal.change_rules}):
            raise GateRefused(
                f"{refusal.file_name} was refused for {', '.join(others)}: that can only be put right in the file. "
                "What a person can let pass are changes since the delivery before."
            )
        acceptance = Acceptance(
            delivery_id=refusal.delivery_id,
            file_name=refusal.file_name,
            file_sha256=refusal.file_sha256,
            rules=refusal.change_rules,
            compared_with=refusal.compared_with,
            reason=why,
            accepted_by=person,
            accepted_at=now,
        )
        for earlier in archive.acceptances(refusal.delivery_id):
            if earlier.compared_with == acceptance.compared_with and {*earlier.rules} >= {*acceptance.rules}:
                raise UsageError(
                    f"{earlier.accepted_by} let {refusal.file_name} pass on {earlier.accepted_at:%Y-%m-%d}. "
                    "The next run takes it in."
                )
        archive.record_acceptance(acceptance)
    return acceptance


def refusal_of(archive: Archive, landing: Path, delivery: str) -> Refusal:
    """The refusal that a person means.

    Raises:
        UsageError: there is none, or the file is no longer the one that was refused.
    """
    refusals = archive.refusals()
    if named := next((each for each in refusals if each.delivery_id == delivery), None):
        return named
    of_file = [each for each in refusals if each.file_name == delivery]
    if not of_file:
        raise UsageError(f"{delivery} is no refused file. `homes4all status` and the archive's refused/ say which are.")
    path = landing / delivery
    if not path.is_file():
        raise UsageError(f"{delivery} is no longer in the landing; drop it again, or give the id of its refusal.")
    sha256 = file_sha256(path)
    if same := next((each for each in of_file if each.file_sha256 == sha256), None):
        return same
    raise UsageError(f"{delivery} is not the file that was refused: it has changed since. Start a run first.")
