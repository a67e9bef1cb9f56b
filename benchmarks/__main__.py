"""`make bench`: measure the parts asked for, print a table, keep the figures in `benchmarks/results/<date>.json`."""

import argparse
import json
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.measure import ROOT, machine
from benchmarks.parts import PARTS

RESULTS = ROOT / "benchmarks" / "results"
Measurement = dict[str, Any]  # machine, measured_at and figures, as the file keeps them


def shown(title: str, figures: dict[str, Any]) -> Table:
    """Figures as a table, a line each."""
    table = Table(title=title, title_justify="left", header_style="bold")
    table.add_column("what")
    table.add_column("figure", justify="right")

    def add(name: str, value: object) -> None:
        if isinstance(value, dict):
            for key, each in value.items():
                add(f"{name} · {key}" if name else key, each)
        else:
            table.add_row(name, f"{value:,}" if isinstance(value, int | float) else str(value))

    add("", figures)
    return table


def with_earlier(newest: Measurement, before: Measurement | None) -> Measurement:
    """The newest measurement of a part; what it did not measure again stays as `earlier`, with its machine and time."""
    older = [before, *before.get("earlier", [])] if before else []
    left = [
        {
            "machine": each["machine"],
            "measured_at": each["measured_at"],
            "figures": {name: figure for name, figure in each["figures"].items() if name not in newest["figures"]},
        }
        for each in older
    ]
    earlier = [each for each in left if each["figures"]]
    return {**newest, "earlier": earlier} if earlier else newest


def main() -> None:
    """Measure; what other parts, or other sizes, measured on the same day stays."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"which: {' '.join(PARTS)}; all where none is named")
    parser.add_argument("--households", type=int, nargs="*", help="sizes instead of the usual ones")
    chosen = parser.parse_args()
    if unknown := {*chosen.parts} - {*PARTS}:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{datetime.now(UTC):%Y-%m-%d}.json"
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    console = Console(width=110)
    console.print(machine())
    for name in chosen.parts or PARTS:
        part, usual = PARTS[name]
        of = machine()
        figures = part(tuple(chosen.households or usual))
        when = datetime.now(UTC).isoformat(timespec="seconds")
        kept[name] = with_earlier({"machine": of, "measured_at": when, "figures": figures}, kept.get(name))
        file.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        console.print(shown(name, figures))
    console.print(f"Kept in {file.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
