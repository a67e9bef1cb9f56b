"""A city whose registers write the last day of a stay or tenancy, not the day after: contracts that say so."""

import re
import shutil
from pathlib import Path

from orchestration.settings import Settings

LAST_DAYS = {"municipality/temporary_stays": "checked_out_on", "provider/tenancies": "ended_on"}
INCLUSIVE = "          - property: inclusiveEnd\n            value: true\n"


def contracts_with_last_days(folder: Path) -> Path:
    """The contracts, copied to a folder; ends of stays and tenancies are the last day in them."""
    shutil.copytree(Settings().contracts, folder)
    for extract, column in LAST_DAYS.items():
        path = folder / f"{extract}.odcs.yaml"
        place = re.compile(rf"(      - name: {column}\n(?:        .*\n)*?        customProperties:\n)")
        text, found = place.subn(rf"\1{INCLUSIVE}", path.read_text(encoding="utf-8"))
        assert found == 1, path
        path.write_text(text, encoding="utf-8")
    return folder
