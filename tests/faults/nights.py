"""A city on the eve of its next night, the real command on it, and what must be true whatever happened to a run."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from orchestration.intake.archive import Archive
from orchestration.publish.provenance import code_version
from orchestration.resources import exclusive
from orchestration.settings import PROJECT_ROOT, Settings

SAMPLE = PROJECT_ROOT / "data" / "sample" / "torino"
KEY = "the key of these tests and of nothing else"
TODAY, YESTERDAY = "2025-01-31", "2024-12-31"
UNREPEATED = "data_type like 'TIMESTAMP%' or column_name = 'run_id'"
BIN = Path(sys.executable).parent
KILLED = Path(__file__).with_name("killed.py")
LAST_SECONDS = 300
Values = dict[str, str]


def unprivileged() -> list[str]:
    """What makes root obey the permissions of files, as the operator of an installation must."""
    if os.geteuid() or not (tool := shutil.which("setpriv")):
        return []
    return [tool, "--bounding-set", "-dac_override,-dac_read_search", "--"]


@dataclass(frozen=True)
class City:
    """A data folder and its landing."""

    folder: Path

    @property
    def settings(self) -> Settings:
        return Settings(data=self.folder / "data", landing=self.folder / "landing")

    def copied_to(self, folder: Path) -> "City":
        shutil.copytree(self.folder, folder, symlinks=True, dirs_exist_ok=True)
        return City(folder)

    def command(self, *words: str, program: Sequence[str] = (str(BIN / "homes4all"),)) -> list[str]:
        return [*unprivileged(), *program, *words]

    def start(
        self, *, program: Sequence[str] = (str(BIN / "homes4all"),), environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start the nightly run as an operator does."""
        here = {"HOMES4ALL_DATA": str(self.settings.data), "HOMES4ALL_LANDING": str(self.settings.landing_dir)}
        return subprocess.Popen(
            self.command("run", program=program),
            env={**os.environ, **here, "HOMES4ALL_EVALUATION_KEY": KEY, **(environment or {})},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=PROJECT_ROOT,
        )  # fmt: skip

    def run(self, *, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Run to the end; the exit code and what was printed."""
        started = self.start(environment=environment)
        said, _ = started.communicate(timeout=LAST_SECONDS)
        return started.returncode, said

    def values(self) -> Values:
        """A hash of each table of the published file, over all but the run and its time; every block is read."""
        with duckdb.connect(str(self.settings.published_file), read_only=True) as con:
            columns = con.execute(f"""
                select schema_name || '.' || table_name as name, string_agg('"' || column_name || '"', ', ')
                from duckdb_columns() where not internal and not ({UNREPEATED}) group by name order by name
            """).fetchall()
            rows = {
                table: con.execute(f"select {names} from {table} order by all").fetchall() for table, names in columns
            }
        return {table: hashlib.sha256(repr(each).encode()).hexdigest() for table, each in rows.items()}

    def restricted_build(self) -> str:
        """The build of which the restricted file is, read with its key."""
        file = self.settings.restricted_file
        with duckdb.connect() as con:
            con.execute(f"attach '{file}' as given (read_only, encryption_key '{KEY}')")
            con.execute("select count(*), sum(value) from given.evaluation.metric_rows").fetchone()
            row = con.execute("select as_of::varchar from given.evaluation.release").fetchone()
        return row[0] if row else ""

    def deliveries(self) -> list[tuple[str, str]]:
        """Extract and reference date of every accepted delivery, its rows verified."""
        archive = Archive(self.settings.archive_dir)
        found = archive.deliveries()
        for each in found:
            archive.parquet(each)
        return [(each.extract, each.reference_date.isoformat()) for each in found]


@dataclass(frozen=True)
class Eve:
    """The city before its next night, what is published before and after it, and how an unbroken night goes.

    `seconds` is how long that night took, `steps` how many steps it took on disk, by the folder they were taken in.
    """

    city: City
    before: Values
    after: Values
    code: str
    seconds: float
    steps: dict[str, int]

    def check_between(self, city: City) -> str:
        """After a broken run: readers have yesterday's file or today's, whole, and no delivery is there twice."""
        published = city.values()
        if published not in (self.before, self.after):
            raise AssertionError(f"neither yesterday's nor today's file; {self.strangers(published)}")
        assert city.restricted_build() in (YESTERDAY, TODAY)
        assert not city.settings.published_file.with_suffix(".duckdb.wal").exists()
        found = city.deliveries()
        assert len(found) == len(set(found)), "a delivery is there twice"
        assert sum(day == YESTERDAY for _, day in found) == 19, "a delivery was lost"
        return "today's" if published == self.after else "yesterday's"

    def check_after(self, city: City, code: int, said: str) -> None:
        """After the next run: it succeeded, nothing was lost or counted twice, nothing was left lying about."""
        assert code == 0, said
        published = city.values()
        assert published == self.after, self.strangers(published)
        assert city.restricted_build() == TODAY
        found = city.deliveries()
        assert sorted(day for _, day in found) == [YESTERDAY] * 19 + [TODAY] * 19
        assert len(set(found)) == 38
        left = [
            path.name
            for folder in (
                city.settings.archive_dir,
                city.settings.published_file.parent,
                city.settings.restricted_file.parent,
            )
            for path in folder.rglob(".*")
        ]
        assert left == []
        assert [path.name for path in city.settings.build_dir.glob(".current_*")] == []
        with exclusive(city.settings.lock_file):
            pass

    def strangers(self, published: Values) -> str:
        """The tables that hold neither yesterday's rows nor today's, in words; the code is published too."""
        tables = [name for name in {**self.after, **published} if published.get(name) not in self.of(name)]
        changed = "" if code_version() == self.code else " (the sources were changed while the faults were at work)"
        return f"other rows in {', '.join(tables) or 'no table, but not of one night'}{changed}"

    def of(self, table: str) -> tuple[str | None, str | None]:
        """What a table held on either day."""
        return self.before.get(table), self.after.get(table)


def prepared_eve(folder: Path) -> Eve:
    """A city with last night published and today's deliveries in its landing, and how its next night ends.

    It is made once and shared by the processes that test: the first to come makes it, the others wait.
    """
    told = folder / "eve.json"
    with exclusive(folder / "eve.lock", wait=True):
        if not told.exists():
            told.write_text(json.dumps(asdict(made_eve(folder)), default=lambda each: str(each)), encoding="utf-8")
    content = json.loads(told.read_text(encoding="utf-8"))
    return Eve(City(Path(content.pop("city")["folder"])), **content)


def made_eve(folder: Path) -> Eve:
    """The first night, and the next one on a copy, unbroken, its time taken and its steps on disk counted."""
    eve = City(folder / "eve")
    eve.settings.data.mkdir(parents=True)
    shutil.copytree(SAMPLE, eve.settings.landing_dir)
    code, said = eve.run()
    assert code == 0, said
    for path in sorted(eve.settings.landing_dir.iterdir()):
        shutil.copyfile(path, path.with_name(path.name.replace(YESTERDAY, TODAY)))
    unbroken, began = eve.copied_to(folder / "unbroken"), time.monotonic()
    run = unbroken.start(program=[sys.executable, str(KILLED), "-", "0", "after"])
    said, _ = run.communicate(timeout=LAST_SECONDS)
    seconds = time.monotonic() - began
    assert run.returncode == 0, said
    steps = json.loads(said.rsplit("steps: ", 1)[1])
    before, after = eve.values(), unbroken.values()
    assert after != before
    shutil.rmtree(unbroken.folder)
    return Eve(eve, before, after, code_version(), seconds, steps)
