"""Catches: a gate that did not run and passes, a file that changed after it was judged, a swap that is not whole."""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.durable import file_sha256
from orchestration.errors import GateRefused
from orchestration.publish.snapshot import copied, publish
from orchestration.publish.verdict import Verdict, judge, read_verdict, verified, write_verdict

CHECK = ("raw", "raw_x/y", "complete")


def record(*, passed: bool = True, severity: str = "error") -> dict[str, object]:
    return {"stage": CHECK[0], "asset": CHECK[1], "check_name": CHECK[2], "severity": severity, "passed": passed}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    warehouse, candidate = tmp_path / "warehouse", tmp_path / "candidate"
    warehouse.write_bytes(b"warehouse")
    candidate.write_bytes(b"candidate")
    return warehouse, candidate


def judged(files: tuple[Path, Path], records: list[dict[str, object]], expected: list[tuple[str, str, str]]) -> Verdict:
    return judge("run", records, expected, *files)


def test_a_passed_check_passes(files: tuple[Path, Path]) -> None:
    assert judged(files, [record()], [CHECK]).passed


def test_a_failed_check_refuses_and_is_named(files: tuple[Path, Path]) -> None:
    verdict = judged(files, [record(passed=False)], [CHECK])
    assert not verdict.passed
    assert verdict.failed == ("raw/raw_x/y/complete",)


def test_a_warning_does_not_refuse(files: tuple[Path, Path]) -> None:
    assert judged(files, [record(passed=False, severity="warning")], [CHECK]).passed


def test_a_check_that_did_not_run_refuses(files: tuple[Path, Path]) -> None:
    assert "did not run" in judged(files, [], [CHECK]).failed[0]


def test_a_verdict_holds_only_for_the_files_it_was_made_of(files: tuple[Path, Path], tmp_path: Path) -> None:
    verdict = judged(files, [record()], [CHECK])
    write_verdict(verdict, tmp_path / "verdict.json")
    read = read_verdict(tmp_path / "verdict.json")
    assert verified(read, *files) == verdict
    for changed in files:
        before = changed.read_bytes()
        changed.write_bytes(before + b".")
        with pytest.raises(GateRefused, match="not the file that was judged"):
            verified(read, *files)
        changed.write_bytes(before)


def test_a_refused_verdict_publishes_nothing(files: tuple[Path, Path]) -> None:
    verdict = judged(files, [record()], [CHECK])
    with pytest.raises(GateRefused, match="refused this build"):
        verified(replace(verdict, passed=False, failed=("a/b/c",)), *files)


def test_no_verdict_no_publication(tmp_path: Path) -> None:
    with pytest.raises(GateRefused, match="no verdict"):
        read_verdict(tmp_path / "verdict.json")


def test_publishing_replaces_whole_and_read_only(files: tuple[Path, Path], tmp_path: Path) -> None:
    published = tmp_path / "published" / "homes4all.duckdb"
    publish(files[1], published, file_sha256(files[1]))
    assert published.read_bytes() == b"candidate"
    assert published.stat().st_mode & 0o777 == 0o444
    assert [path.name for path in published.parent.iterdir()] == ["homes4all.duckdb"]


def test_a_copy_waits_beside_the_published_file(files: tuple[Path, Path], tmp_path: Path) -> None:
    """Of two files that belong together neither is replaced until both are there and are what was judged."""
    published = tmp_path / "published" / "homes4all.duckdb"
    publish(files[0], published, file_sha256(files[0]))
    incoming = copied(files[1], published, file_sha256(files[1]))
    assert incoming.parent == published.parent
    assert incoming.read_bytes() == b"candidate"
    assert published.read_bytes() == files[0].read_bytes()
    with pytest.raises(GateRefused, match="changed after it was judged"):
        copied(files[0], published, file_sha256(files[1]))
    assert [path.name for path in published.parent.iterdir()] == ["homes4all.duckdb"]


def test_publishing_refuses_a_changed_copy_and_an_open_candidate(files: tuple[Path, Path], tmp_path: Path) -> None:
    published = tmp_path / "published" / "homes4all.duckdb"
    publish(files[1], published, file_sha256(files[1]))
    with pytest.raises(GateRefused, match="changed after it was judged"):
        publish(files[0], published, file_sha256(files[1]))
    files[1].with_name("candidate.wal").touch()
    with pytest.raises(GateRefused, match="not closed"):
        publish(files[1], published, file_sha256(files[1]))
    assert published.read_bytes() == b"candidate"
