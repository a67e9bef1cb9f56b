"""Catches: a full disk, a locked folder, a damaged archive or a wrong clock that costs more than a night."""

import errno
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from faults.nights import City, Eve

Tally = Callable[[str, str], None]
REFUSED, MACHINE = 3, 5
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


@pytest.mark.parametrize("free", [64 << 10, 1 << 20, 8 << 20, 14 << 20], ids=["64k", "1M", "8M", "14M"])
def test_a_full_disk(eve: Eve, tmp_path: Path, free: int, tally: Tally) -> None:
    with small_disk(tmp_path / "disk", f"{used(eve.city.folder) + free}") as enlarge:
        city = eve.city.copied_to(tmp_path / "disk")
        code, said = city.run()
        assert code not in (0, REFUSED), said
        assert "Traceback" not in said
        assert os.strerror(errno.ENOSPC) in said or "dbt" in said, said
        tally(f"disk full, {free >> 10} KiB left: exit {code}", eve.check_between(city))
        enlarge("2g")
        eve.check_after(city, *city.run())


@pytest.mark.parametrize("folder", ["published", "archive", "build", "dagster"])
def test_a_folder_that_cannot_be_written(eve: Eve, tmp_path: Path, folder: str, tally: Tally) -> None:
    city = eve.city.copied_to(tmp_path)
    locked = [path for path in (city.settings.data / folder).rglob("*") if path.is_dir() and not path.is_symlink()]
    locked.append(city.settings.data / folder)
    modes = {path: path.stat().st_mode for path in locked}
    for path in locked:
        path.chmod(0o555)
    code, said = city.run()
    assert code == MACHINE, said
    assert os.strerror(errno.EACCES) in said
    assert "Traceback" not in said
    tally(f"{folder} cannot be written: exit {code}", eve.check_between(city))
    for path, mode in modes.items():
        path.chmod(mode)
    eve.check_after(city, *city.run())


def one_byte(path: Path) -> None:
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.chmod(0o644)
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize(
    ("where", "damage"),
    [("parquet/municipality/temporary_stays/*", one_byte), ("parquet/municipality/temporary_stays/*", Path.unlink),
     ("register/*", one_byte), ("register/*", cut), ("register/*", lambda path: path.write_bytes(b""))],
    ids=["a byte of rows", "rows gone", "a byte of the register", "register cut", "register emptied"],
)  # fmt: skip
def test_a_damaged_archive(eve: Eve, tmp_path: Path, where: str, damage: Callable[[Path], None], tally: Tally) -> None:
    city = eve.city.copied_to(tmp_path)
    for path in city.settings.landing_dir.glob("*2025-01-31*"):
        path.unlink()
    path = next(iter(sorted(city.settings.archive_dir.glob(where))))
    whole = path.read_bytes()
    if damage is not cut and damage is not Path.unlink:
        path.chmod(0o644)
    damage(path)
    code, said = city.run()
    assert code not in (0, 2, 4), said
    assert path.name in said
    assert "restore" in said
    assert city.values() == eve.before
    tally(f"{where.split('/')[0]} damaged: exit {code}", "yesterday's")
    path.unlink(missing_ok=True)
    path.write_bytes(whole)
    assert city.run()[0] == 0
    assert city.values() == eve.before


@pytest.mark.skipif(FAKETIME is None, reason="To jump the clock, run `apt-get install libfaketime` first.")
@pytest.mark.parametrize(("jump", "expected"), [("-3y", REFUSED), ("-1d", 0), ("+10y", 0)])
def test_a_clock_that_jumps(eve: Eve, tmp_path: Path, jump: str, expected: int, tally: Tally) -> None:
    city = eve.city.copied_to(tmp_path)
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
    for name in ("manifest.json", "partial_parse.msgpack", "run_results.json"):
        cut(city.settings.dbt_target / name)


@pytest.mark.parametrize("lost", [renamed_and_lost, registered_and_lost, parsed_and_lost])
def test_power_that_fails(eve: Eve, tmp_path: Path, lost: Callable[[City], None], tally: Tally) -> None:
    city = eve.city.copied_to(tmp_path)
    lost(city)
    readers_had = eve.check_between(city)
    code, said = city.run()
    for path in city.settings.archive_dir.glob("register/.*"):
        path.unlink()
    eve.check_after(city, code, said)
    tally(f"power lost: {lost.__name__.replace('_', ' ')}", readers_had)
