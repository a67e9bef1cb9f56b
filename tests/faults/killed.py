"""The command, killed at its n-th step on disk in a folder: `python killed.py FOLDER N before|after run`.

A step is a wait for the disk or a rename below a folder of that name, wherever in the process it is made. N = 0 kills
at none; what was counted, by folder, is said at the end.
"""

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDERS = ("archive", "published", "restricted")
STEPS = ("fsync", "replace", "rename")


def main() -> None:
    """Count the steps and kill this very process at the one that was asked for."""
    folder, at, when = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    sys.argv = ["homes4all", *sys.argv[4:]]
    taken: Counter[str] = Counter()

    def stepping(step: Callable[..., Any]) -> Callable[..., Any]:
        def taking(*args: Any, **kwargs: Any) -> Any:
            where = folder_of(args[-1])
            taken[where] += 1
            is_it = where == folder and taken[where] == at
            if is_it and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            made = step(*args, **kwargs)
            if is_it:
                os.kill(os.getpid(), signal.SIGKILL)
            return made

        return taking

    from orchestration.cli import main as command

    for name in STEPS:
        setattr(os, name, stepping(getattr(os, name)))
    try:
        command()
    finally:
        print(f"steps: {json.dumps(taken)}")


def folder_of(target: int | str | Path) -> str:
    """The folder of the data folder in which an open file, or the new name of one, lies."""
    path = Path(f"/proc/self/fd/{target}").readlink() if isinstance(target, int) else Path(str(target))
    return next((name for name in FOLDERS if name in path.parts), "")


if __name__ == "__main__":
    main()
