"""Catches: a file that has its name before its bytes are on the disk, or a name that a loss of power takes back."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orchestration.durable import settle, settle_folder, write
from orchestration.publish.snapshot import publish


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What was done to the disk, in order: which path was waited for, and which was given its name."""
    taken: list[str] = []
    paths: dict[int, str] = {}

    def noting(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def acting(*args: Any, **kwargs: Any) -> Any:
            made = act(*args, **kwargs)
            if name == "open" and str(args[0]).startswith(str(tmp_path)):
                paths[made] = Path(args[0]).name
            elif name == "fsync":
                taken.append(f"sync {paths.get(args[0])}")
            elif name in ("replace", "rename"):
                taken.append(f"name {Path(args[1]).name}")
            return made

        return acting

    for name in ("open", "fsync", "replace", "rename"):
        monkeypatch.setattr(os, name, noting(name, getattr(os, name)))
    return taken


def test_a_file_is_on_the_disk_before_it_has_its_name_and_the_name_before_it_counts(
    tmp_path: Path, steps: list[str]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "partial").write_text("x")
    settle(folder / "partial", folder / "file")
    assert steps == ["sync partial", "name file", "sync folder"]
    assert (folder / "file").stat().st_mode & 0o777 == 0o444


def test_a_record_is_written_the_same_way(tmp_path: Path, steps: list[str]) -> None:
    write(tmp_path / "folder" / "record", "x")
    assert steps == ["sync .record.tmp", "name record", "sync folder"]


def test_a_folder_is_on_the_disk_with_all_its_files_before_it_has_its_name(tmp_path: Path, steps: list[str]) -> None:
    partial = tmp_path / "partial"
    partial.mkdir()
    for name in ("a", "b"):
        (partial / name).write_text(name)
    settle_folder(partial, tmp_path / "folder")
    assert steps == ["sync a", "sync b", "sync partial", "name folder", f"sync {tmp_path.name}"]


def test_the_published_file_is_swapped_the_same_way(tmp_path: Path, steps: list[str]) -> None:
    from orchestration.durable import file_sha256

    (tmp_path / "candidate").write_bytes(b"new")
    (tmp_path / "published").mkdir()
    left = tmp_path / "published" / ".file.incoming"  # what a killed run left, read-only
    left.write_bytes(b"cut")
    left.chmod(0o444)
    publish(tmp_path / "candidate", tmp_path / "published" / "file", file_sha256(tmp_path / "candidate"))
    assert steps == ["sync .file.incoming", "sync .file.incoming", "name file", "sync published"]
    assert (tmp_path / "published" / "file").read_bytes() == b"new"
