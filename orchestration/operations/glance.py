"""The state of an installation in words, for a terminal. What is said is found in `status`."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from orchestration.operations.facts import Extract, LastRun, Published, Status

MARKS = {"in_time": " ", "late": "!", "missing": "!"}


def status_lines(found: Status, time_zone: str, let_pass_by: Mapping[str, str]) -> Iterator[str]:
    """The status as lines of text.

    Args:
        time_zone: that of the people who read it.
        let_pass_by: who let a delivery pass, by its id.
    """
    zone = ZoneInfo(time_zone)
    verdict = "all well" if found.ok else f"needs a person: {', '.join(each.code for each in found.problems)}"
    yield f"Homes4All, {clock(found.checked_at, zone)} {time_zone}: {verdict}."
    yield from (f"  PROBLEM  {each.text}" for each in found.problems)
    yield ""
    yield from run_lines(found.last_run, found.checked_at, zone)
    yield from published_lines(found, zone)
    yield from delivery_lines(found, let_pass_by)
    yield from stray_lines(found)
    yield from certified_lines(found, zone)
    used = ", ".join(f"{name} {size(count)}" for name, count in found.disk.used_bytes.items() if count)
    yield f"Disk: {size(found.disk.free_bytes)} free of {size(found.disk.total_bytes)}; used: {used or 'nothing'}."
    others = [each for each in found.warnings if each.code != "delivery_late"]
    yield from (f"Worth a look: {each.text}" for each in others)


def run_lines(run: LastRun, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """How the newest run ended, with the checks that stopped it."""
    if run.began_at is None:
        yield "Last run: at work." if run.outcome == "at_work" else "Last run: none yet."
        return
    began = f"{clock(run.began_at, zone)}, {ago(now - run.began_at)}"
    if run.ended_at is None:
        yield f"Last run: {began}: at work ({run.run_id})."
        return
    ending = {"published": "passed and published", "refused": "refused", "stopped": "stopped before it published"}
    yield f"Last run: {began}: {run.checks} checks, {ending[run.outcome]} ({run.run_id})."
    if run.confirmed_at:
        yield f"  Nothing had changed on {clock(run.confirmed_at, zone)}: all of it was verified again."
    yield from (f"  refused by {each}" for each in run.refused_by)


def published_lines(found: Status, zone: ZoneInfo) -> Iterator[str]:
    """What evaluators see now, openly and with the key."""
    yield published_line(found.published, found.checked_at, zone)
    if found.restricted is None:
        yield "Restricted: not written."
        return
    state = "of the same run" if found.restricted.is_current else "of an earlier run"
    yield f"Restricted: {found.restricted.file}, written {clock(found.restricted.written_at, zone)}, {state}."


def published_line(published: Published | None, now: datetime, zone: ZoneInfo) -> str:
    """The published file in one line."""
    if published is None:
        return "Published: nothing yet."
    sample = ", with illustrative amounts" if published.illustrative else ""
    built = f"{clock(published.built_at, zone)}, {ago(now - published.built_at)}"
    return f"Published: {published.file}, as of {published.as_of}, built {built} by {published.run_id}{sample}."


def delivery_lines(found: Status, let_pass_by: Mapping[str, str]) -> Iterator[str]:
    """The newest accepted delivery of every extract, whether the next is overdue, and the day that all cover."""
    if not found.deliveries:
        yield "Deliveries: none accepted yet."
        return
    late = sum(each.punctuality == "late" for each in found.extracts)
    missing = sum(each.punctuality == "missing" for each in found.extracts)
    covered = f"; complete up to {found.complete_until}" if found.complete_until else ""
    late_text = f"; {late} late" if late else ""
    missing_text = f"; {missing} missing" if missing else ""
    yield f"Deliveries: {found.deliveries} accepted{covered}{late_text}{missing_text}."
    for each in found.extracts:
        yield delivery_line(each)
        if each.delivery_id in let_pass_by:
            yield f"    let pass by {let_pass_by[each.delivery_id]} in spite of {', '.join(each.passed_rules)}"


def delivery_line(each: Extract) -> str:
    """One extract in one line."""
    name = f"{each.source}/{each.extract}"
    if each.punctuality == "missing":
        return f"! {name:<36} never delivered; no run can publish without it"
    if each.delivery_id is None:
        return f"{MARKS[each.punctuality]} {name:<36} never delivered, and need not be"
    late = f"  late since {each.due_on}{', runs refuse' if each.blocks else ''}" if each.punctuality == "late" else ""
    return f"{MARKS[each.punctuality]} {name:<36} {each.reference_date}  {each.rows:>9,} rows  {each.file_name}{late}"


def stray_lines(found: Status) -> Iterator[str]:
    """What lies in the landing and is no delivery."""
    if found.strays:
        yield f"Ignored in the landing: {len(found.strays)}."
        yield from (f"  {each.file_name}: {each.text}" for each in found.strays)


def certified_lines(found: Status, zone: ZoneInfo) -> Iterator[str]:
    """Which payment periods are certified, in the order of certification."""
    if not found.certified:
        yield "Certified: no payment period yet."
        return
    yield f"Certified: {len(found.certified)} payment periods."
    for each in found.certified:
        sample = ", illustrative" if each.illustrative else ""
        day = each.certified_at.astimezone(zone).date()
        yield f"  {each.statement_id}  on {day}, as of {each.as_of}: {each.total_eur:,} EUR{sample}"


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as the clock on the wall says it."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def ago(age: timedelta) -> str:
    """How long ago, in the unit that a person would use."""
    minutes = max(0, int(age.total_seconds() // 60))
    for unit, length in (("day", 1440), ("hour", 60), ("minute", 1)):
        if minutes >= 2 * length or unit == "minute":
            count = minutes // length
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return ""


def size(count: int) -> str:
    """Bytes in the unit that a person would use."""
    amount = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit in ("B", "KiB") else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} TiB"
