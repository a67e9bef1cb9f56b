"""The command as a person types it, in this process."""

import sys

import pytest

from orchestration.cli import main


def homes4all(*arguments: object) -> int:
    """Run it to its end; the exit code."""
    before, sys.argv = sys.argv, ["homes4all", *map(str, arguments)]
    try:
        with pytest.raises(SystemExit) as stopped:
            main()
    finally:
        sys.argv = before
    return int(stopped.value.code or 0)
