"""Catches: a full disk, a locked folder, a damaged archive or a wrong clock that costs more than a night."""

import errno
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from faults.nights import YESTERDAY, City, Eve
from orchestration.council.kept import is_kept

Tally = Callable[[str, str], None]
REFUSED, MACHINE, NO_REPORT = 3, 5, 6
FREE = (64 << 10, 1 << 20, 8 << 20, 14 << 20)  # bytes that a night finds on the disk
FAKETIME = next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Callable[[str], None]]:
    """A file system of its own; what is given can make it larger."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=False)
    if mounted.returncode:
        pytest.skip("A file system of its own cannot be mounted here: run `make faults` as root to fill a disk.")

    def enlarge(size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)

    try:
        yield enlarge
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def used(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if not path.is_symlink())


def test_a_disk_that_fills_night_after_night(eve: Eve, tmp_path: Path, tally: Tally) -> None:
    """Each night has a little more room than the one before, and dies a little later."""
    with small_disk(tmp_path / "disk", "2g") as resize:
        city = eve.city.copied_to(tmp_path / "disk")
        for free in FREE:
            resize(str(used(city.folder) + free))
            code, said = city.run()
            assert code not in (0, REFUSED), said
            assert "Traceback" not in said
            assert os.strerror(errno.ENOSPC) in said or "dbt" in said, said
            tally(f"disk full, {free >> 10} KiB left: exit {code}", eve.check_between(city))
        resize("2g")
        eve.check_after(city, *city.run())


def test_folders_that_cannot_be_written(eve: Eve, tmp_path: Path, tally: Tally) -> None:
    city = eve.city.copied_to(tmp_path)
    for folder in ("dagster", "build", "archive", "published", "restricted"):
        with locked(city.settings.data / folder):
            code, said = city.run()
        assert code == MACHINE, said
        assert os.strerror(errno.EACCES) in said
        assert "Traceback" not in said
        readers_had = eve.check_between(city)
        assert (readers_had, city.restricted_build()) == ("yesterday's", YESTERDAY)
        tally(f"{folder} cannot be written: exit {code}", readers_had)
    with locked(city.settings.reports_dir):
        code, said = city.run()
    assert (code, eve.check_between(city)) == (NO_REPORT, "today's"), said
    assert "was published, but its report was not written" in said
    tally(f"reports cannot be written: exit {code}", "today's")
    eve.check_after(city, *city.run())
    assert is_kept(city.settings)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """A folder with all below it, read-only."""
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())]
    modes = {path: path.stat().st_mode for path in folders}
    for path in folders:
        path.chmod(0o555)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def one_byte(path: Path) -> None:
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.chmod(0o644)
    os.truncate(path, path.stat().st_size // 2)


DAMAGE: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a byte of rows": ("parquet/municipality/temporary_stays/*", one_byte),
    "rows gone": ("parquet/municipality/temporary_stays/*", Path.unlink),
    "a byte of the register": ("register/*", one_byte),
    "register cut": ("register/*", cut),
    "register emptied": ("register/*", lambda path: (path.chmod(0o644), path.write_bytes(b""))),
}


def test_a_damaged_archive(eve: Eve, tmp_path: Path, tally: Tally) -> None:
    """The stays of the day are still to come, so the damaged ones of the day before are needed."""
    city = eve.city.copied_to(tmp_path)
    for name, (where, damage) in DAMAGE.items():
        path = min(city.settings.archive_dir.glob(where))
        whole, mode = path.read_bytes(), path.stat().st_mode
        damage(path)
        code, said = city.run()
        assert code not in (0, 2, 4), f"{name}: {said}"
        assert path.name in said
        assert "restore" in said
        assert city.values() == eve.before
        tally(f"archive damaged, {name}: exit {code}", "yesterday's")
        path.unlink(missing_ok=True)
        path.write_bytes(whole)
        path.chmod(mode)
        assert eve.check_between(city) == "yesterday's"
    eve.check_after(city, *city.run())


@pytest.mark.skipif(
    FAKETIME is None, reason="No libfaketime to jump the clock with; on Debian `make fault-tools` installs it."
)
@pytest.mark.parametrize("jumps", [{"-3y": REFUSED, "-1d": 0}, {"+10y": 0}], ids=["back", "forth"])
def test_a_clock_that_jumps(eve: Eve, tmp_path: Path, jumps: dict[str, int], tally: Tally) -> None:
    city = eve.city.copied_to(tmp_path)
    for jump, expected in jumps.items():
        code, said = city.run(environment={"LD_PRELOAD": str(FAKETIME), "FAKETIME": jump})
        assert code == expected, said
        readers_had = eve.check_between(city)
        assert readers_had == ("yesterday's" if expected else "today's")
        tally(f"the clock is off by {jump}: exit {code}", readers_had)
    eve.check_after(city, *city.run())


def renamed_and_lost(city: City) -> None:
    """The published file as it was before its rename, which never reached the disk; the copy beside it, cut."""
    incoming = city.settings.published_file.with_name(f".{city.settings.published_file.name}.incoming")
    shutil.copyfile(city.settings.published_file, incoming)
    cut(incoming)
    incoming.chmod(0o444)


def registered_and_lost(city: City) -> None:
    """A register entry whose rename never reached the disk: its rows are there, its partial file is cut."""
    rows = next(city.settings.archive_dir.glob("parquet/*/tenancies/*"))
    shutil.copyfile(rows, rows.with_name(f"{'0' * 64}.parquet"))
    partial = city.settings.archive_dir / "register" / ".0123456789abcdef.json.tmp"
    partial.write_text('{"checksum": "')
    scratch = city.settings.archive_dir / ".intake-lost"
    scratch.mkdir()
    (scratch / "delivered").write_text("half a li")


def parsed_and_lost(city: City) -> None:
    """What dbt writes without waiting for the disk, cut in the middle."""
    written = [path for path in city.settings.dbt_target.iterdir() if path.is_file()]
    assert len(written) > 1
    for path in written:
        cut(path)


def test_power_that_fails(eve: Eve, tmp_path: Path, tally: Tally) -> None:
    """All that had not reached the disk is lost at once."""
    city = eve.city.copied_to(tmp_path)
    for lost in (renamed_and_lost, registered_and_lost, parsed_and_lost):
        lost(city)
        tally(f"power lost: {lost.__name__.replace('_', ' ')}", eve.check_between(city))
    eve.check_after(city, *city.run())
