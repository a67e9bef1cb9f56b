"""Catches: personal data in a delivery that leaves a trace anywhere: in the archive, a build, a log, Dagster's home.

One run of the real command over deliveries with made-up canaries, in every format, in columns of every kind, in
headings, in broken lines and in names of files; then every byte below the data folder is searched, also unpacked.
"""

import gzip
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest
from conftest import SAMPLE

from orchestration.settings import PROJECT_ROOT

CANARIES = {
    "tax_code": "ZZZCNR80A01H501U",
    "iban": "IT60X0542811101000000123456",
    "email_address": "canary.delle.prove@esempio.it",
    "phone_number": "+39 333 8712345",
    "name": "Canarino Zeffirino",
    "birthday": "13/07/1961",
}
DAY = "2025-01-31"
STAYS = (SAMPLE / "temporary_stays_2024-12-31.csv").read_bytes().decode("utf-8-sig").split("\r\n")
COLUMNS = STAYS[0].split(";")


def stays() -> list[str]:
    """The City's stays, each canary once in the key, in a category, in free text, in a date and in a number."""
    lines = STAYS[:60]
    places = [place for place in range(len(COLUMNS)) if place != 1]
    cells = [(canary, place) for canary in CANARIES.values() for place in places]
    for number, (canary, place) in enumerate(cells, start=1):
        fields = lines[number].split(";")
        fields[place] = canary
        lines[number] = ";".join(fields)
    return [*lines, f'"{";".join(CANARIES.values())}']


def frame(extract: str) -> pd.DataFrame:
    return pd.read_csv(SAMPLE / f"{extract}_2024-12-31.csv", dtype=str, keep_default_na=False).head(20)


def planted(extract: str, column: str) -> pd.DataFrame:
    """An extract with every canary in one column, and in a column of its own with a canary as heading."""
    rows = frame(extract)
    rows.loc[: len(CANARIES) - 1, column] = list(CANARIES.values())
    return rows.assign(**{CANARIES["email_address"]: CANARIES["tax_code"]})


def workbook(rows: pd.DataFrame) -> bytes:
    book, target = openpyxl.Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in [list(rows.columns), *rows.to_numpy().tolist()]:
        sheet.append(row)
    sheet.cell(5, 1, date(1961, 7, 13))
    book.save(target)
    return target.getvalue()


def deliveries(landing: Path) -> None:
    landing.mkdir()
    text = "\r\n".join(stays()).encode() + b"\r\n"
    (landing / f"temporary_stays_{DAY}.csv").write_bytes(text)
    (landing / f"waiting_list_{DAY}.csv.gz").write_bytes(gzip.compress(text))
    (landing / f"enrolments_{DAY}.xlsx").write_bytes(workbook(planted("enrolments", "household_id")))
    planted("tenancies", "tenancy_id").to_parquet(landing / f"tenancies_{DAY}.parquet")
    damaged = workbook(planted("evictions", "ID_PROCEDURA;ID_NUCLEO;DATA_PROVVEDIMENTO;ESITO;DATA_ESITO"))
    (landing / f"evictions_{DAY}.xlsx").write_bytes(damaged[: len(damaged) // 2])
    (landing / f"households_{DAY}.csv").write_text(f"{';'.join(CANARIES.values())}\n", encoding="utf-8")
    (landing / f"support_activities_{CANARIES['tax_code']}.csv").write_bytes(b"a\n")
    folder = landing / CANARIES["name"]
    folder.mkdir()
    (folder / f"outcome_events_{DAY}.csv").write_bytes(b"a\n")


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Everything that one run wrote and said, by where it stands."""
    folder = tmp_path_factory.mktemp("canaries")
    deliveries(folder / "landing")
    (folder / "tmp").mkdir()
    command = [sys.executable, "-c", "from orchestration.cli import main; main()", "run"]
    command += ["--data", str(folder / "data"), "--landing", str(folder / "landing")]
    ran = subprocess.run(
        command, cwd=PROJECT_ROOT, capture_output=True, check=False, env={**os.environ, "TMPDIR": str(folder / "tmp")}
    )
    assert ran.returncode == 3, ran.stderr.decode()
    written = {**everything(folder, "data"), **everything(folder, "tmp")}
    return {"stdout": ran.stdout, "stderr": ran.stderr, **written}


def everything(folder: Path, name: str) -> dict[str, bytes]:
    """Every byte below a folder in a folder, names of files included, by where it stands."""
    found = {}
    for path in (folder / name).rglob("*"):
        where = str(path.relative_to(folder))
        found[f"name {where}"] = where.encode()
        if path.is_file() and not path.is_symlink():
            found[where] = path.read_bytes()
            found |= {f"{where} {part}": content for part, content in unpacked(path)}
    return found


def unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    """What compression hides in a file: gzip, zip, Parquet and DuckDB."""
    if path.suffix == ".gz":
        yield "unpacked", gzip.decompress(path.read_bytes())
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist())
    elif path.suffix == ".parquet":
        yield "rows", str(duckdb.execute("FROM read_parquet(?)", [str(path)]).fetchall()).encode()
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as con:
            for (table,) in con.execute("SELECT table_schema || '.' || table_name FROM information_schema.tables"
                                        " WHERE table_type = 'BASE TABLE'").fetchall():  # fmt: skip
                yield table, str(con.execute(f"FROM {table}").fetchall()).encode()


def places(found: dict[str, bytes], kind: str) -> list[str]:
    """Where a canary stands, in whatever form it may have been written."""
    canary = CANARIES[kind]
    forms = {canary, canary.lower(), canary.upper(), canary.replace(" ", ""), canary.replace(" ", "_")}
    if kind == "birthday":
        forms |= {"1961-07-13"}
    sought = {form.encode(coding) for form in forms for coding in ("utf-8", "utf-16-le")}
    return [where for where, content in found.items() if any(form in content for form in sought)]


@pytest.mark.parametrize("kind", CANARIES)
def test_a_canary_leaves_no_trace(traces: dict[str, bytes], kind: str) -> None:
    assert places(traces, kind) == []


@pytest.mark.parametrize("kind", CANARIES)
def test_the_search_finds_a_canary_wherever_it_is_put(tmp_path: Path, kind: str) -> None:
    """A search that finds nothing proves nothing: a canary in every kind of file, and in a file's name."""
    canary, folder = CANARIES[kind], tmp_path / "data" / "deep"
    folder.mkdir(parents=True)
    (folder / canary.replace(" ", "_").replace("/", "-")).touch()
    (folder / "log.txt").write_bytes(b"\xff\x00 ..." + canary.upper().encode())
    (folder / "wide.bin").write_bytes(canary.encode("utf-16-le"))
    (folder / "rows.csv.gz").write_bytes(gzip.compress(canary.encode()))
    (folder / "rows.xlsx").write_bytes(workbook(pd.DataFrame({"column": ["", canary]})))
    pd.DataFrame({"column": [canary] * 3}).to_parquet(folder / "rows.parquet", compression="zstd")
    with duckdb.connect(str(folder / "rows.duckdb")) as con:
        con.execute("create table kept as select repeat('.', 50) as other, ? as cell", [canary])
    found = [where.removeprefix("data/deep/") for where in places(everything(tmp_path, "data"), kind)]
    assert {"log.txt", "wide.bin", "rows.csv.gz unpacked", "rows.parquet rows", "rows.duckdb main.kept"} <= {*found}
    assert any(where.startswith("rows.xlsx xl/") for where in found)
    assert any(where.startswith("name ") for where in found) or kind == "birthday"


def test_the_search_would_find_one(traces: dict[str, bytes]) -> None:
    """The names of the headings are everywhere that findings are: in the report, in Dagster's store, on the screen."""
    told = {where for where, content in traces.items() if b"ID_SOGGIORNO" in content}
    assert any("refused" in where for where in told)
    assert any(where.startswith("data/dagster") for where in told)
    assert "stdout" in told


def test_every_refusal_says_what_was_found_and_where(traces: dict[str, bytes]) -> None:
    told = traces["stdout"].decode()
    for name in (f"temporary_stays_{DAY}.csv", f"enrolments_{DAY}.xlsx", f"tenancies_{DAY}.parquet"):
        assert name in told
    for words in ("a tax code", "an IBAN", "an e-mail address", "a phone number", "a date of birth", "the name of a"):
        assert words in told
    assert told.count("name withheld") == 3, "two files, and a folder that is ignored"


def test_nothing_was_kept(traces: dict[str, bytes]) -> None:
    assert not [where for where in traces if "parquet" in where or ".intake-" in where or "scratch" in where]
