"""The UI as an operator starts it, in a process of its own that ends with the test."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

UP_WITHIN = 120  # seconds, on a machine with other work
ENDS_WITHIN = 60


@contextmanager
def serving(
    command: Sequence[str], environment: Mapping[str, str], log: Path, *, deaf: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    """Start it in a session of its own; `deaf` to SIGINT, as a shell starts what goes to the background."""
    with log.open("w") as told:
        started = subprocess.Popen(
            command, env=environment, stdout=told, stderr=told, start_new_session=True,
            preexec_fn=_ignore_interrupts if deaf else None,
        )  # fmt: skip
        try:
            yield started
        finally:
            end(started)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def end(started: subprocess.Popen[bytes]) -> None:
    """Ask a process and its children to end; those that do not within a minute are killed."""
    with suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGTERM)
        for _ in range(ENDS_WITHIN):
            started.poll()
            os.killpg(started.pid, 0)
            time.sleep(1)
        os.killpg(started.pid, signal.SIGKILL)
    started.wait(timeout=ENDS_WITHIN)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return asking.getsockname()[1]


def wait_until_up(port: int, started: subprocess.Popen[bytes], log: Path) -> None:
    """Until the UI answers; what it said, if it does not."""
    for _ in range(UP_WITHIN):
        assert started.poll() is None, log.read_text()
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=30).close()
            return
        time.sleep(1)
    raise AssertionError(log.read_text())
