"""The command, killed at its n-th step on disk: `python killed.py N before|after run`; N = 0 counts the steps instead.

A step is a wait for the disk or a rename, wherever in the process it is made.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

STEPS = ("fsync", "replace", "rename")


def main() -> None:
    """Count the steps and kill this very process at the one that was asked for."""
    at, when = int(sys.argv[1]), sys.argv[2]
    sys.argv = ["homes4all", *sys.argv[3:]]
    taken = 0

    def stepping(step: Callable[..., Any]) -> Callable[..., Any]:
        def taking(*args: Any, **kwargs: Any) -> Any:
            nonlocal taken
            taken += 1
            if taken == at and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            made = step(*args, **kwargs)
            if taken == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return made

        return taking

    from orchestration.cli import main as command

    for name in STEPS:
        setattr(os, name, stepping(getattr(os, name)))
    try:
        command()
    finally:
        print(f"steps: {taken}")


if __name__ == "__main__":
    main()
