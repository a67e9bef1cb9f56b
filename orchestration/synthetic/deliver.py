"""Deliver a synthetic city: one file per extract, dressed as its source would, and the Chamber's tables beside them.

The Chamber's tables are no simulation: they are kept in `chamber/*.csv` with canonical columns and can be delivered
without a city.
"""

import json
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path

import pandas as pd

from expectations.contract import Contract
from orchestration.synthetic.native import Dress, write_native
from orchestration.synthetic.simulate import Frames, build_city
from orchestration.synthetic.spec import CitySpec
from orchestration.synthetic.truth import truth_of

CHAMBER = "chamber"
PLAIN = Dress()
DRESSES = {
    "households": Dress(encoding="cp1252", line_end="\r\n"),
    "waiting_list": Dress(format="csv.gz"),
    "temporary_stays": Dress(line_end="\r\n", byte_order_mark=True),
    "dwellings": Dress(format="xlsx"),
    "assessments": Dress(format="parquet"),
}


def write_deliveries(
    frames: Mapping[tuple[str, str], pd.DataFrame],
    contracts: Mapping[tuple[str, str], Contract],
    out: Path,
    reference_date: date,
    *,
    quirks: bool = True,
) -> list[Path]:
    """Write canonical frames as native files of one reference date and return their paths.

    Without `quirks` every file is a plain CSV in UTF-8; delimiter, dates and decimals stay those of its contract.
    """
    out.mkdir(parents=True, exist_ok=True)
    return [
        write_native(frame, contracts[name], out, reference_date, DRESSES.get(name[1], PLAIN) if quirks else PLAIN)
        for name, frame in frames.items()
    ]


def chamber_frames(contracts: Mapping[tuple[str, str], Contract]) -> Frames:
    """The Chamber's tables as canonical frames, one per extract that the Chamber has a contract for."""
    frames: Frames = {}
    for (source, extract), contract in contracts.items():
        if source == CHAMBER:
            with (files("orchestration.synthetic") / "chamber" / f"{extract}.csv").open(encoding="utf-8") as file:
                text = pd.read_csv(file, dtype="str", keep_default_na=False, na_values=[""])
            columns = (each for each in contract.columns if each.name in text or not each.optional)
            frames[source, extract] = pd.DataFrame({each.name: _typed(text[each.name], each.dtype) for each in columns})
    return frames


def _typed(text: pd.Series, dtype: str) -> pd.Series:
    if dtype == "BOOLEAN":
        return text.map({"true": True, "false": False})
    if dtype == "INTEGER":
        return text.astype("Int64")
    return text.astype("Float64") if dtype.startswith("DECIMAL") else text


def write_chamber(contracts: Mapping[tuple[str, str], Contract], out: Path, reference_date: date) -> list[Path]:
    """Deliver the Chamber's tables alone: definitions, targets, parameters, unit costs, baselines, tariffs, FOI."""
    return write_deliveries(chamber_frames(contracts), contracts, out, reference_date)


def generate(
    spec: CitySpec,
    contracts: Mapping[tuple[str, str], Contract],
    out: Path,
    *,
    quirks: bool = True,
    truth_file: Path | None = None,
) -> list[Path]:
    """Simulate a city and deliver all its extracts into a folder; return the deliveries' paths.

    The true effect goes to `truth_file`, by default `truth.json` beside the folder: what lies in it is delivered.
    """
    city = build_city(spec)
    written = write_deliveries(city.frames, contracts, out, spec.reference_date, quirks=quirks)
    written += write_deliveries(chamber_frames(contracts), contracts, out, spec.reference_date, quirks=quirks)
    text = json.dumps(truth_of(city), indent=2, ensure_ascii=False) + "\n"
    (truth_file or out.parent / "truth.json").write_text(text, encoding="utf-8")
    return written
