"""The playground as users start it: a program on a port of this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMAND = (sys.executable, "-m", "ctct_migrate", "playground", "--no-browser")


class RunningPlayground:
    """One that runs: its `address`, which ends in a slash, its process, and what `close` printed."""

    def __init__(self, folder: Path, *arguments: str):
        environment = {**os.environ, "TMPDIR": str(folder), "HOME": str(folder)}
        self.process = subprocess.Popen(
            [*COMMAND, *arguments], cwd=folder, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()
        self.printed = ""

    @property
    def port(self) -> int:
        return int(self.address.rstrip("/").rpartition(":")[2])

    def close(self) -> int:
        """Ends it as Ctrl-C does; its exit status."""
        self.process.send_signal(signal.SIGINT)
        output, errors = self.process.communicate(timeout=30)
        self.printed = output + errors
        return self.process.returncode


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[RunningPlayground]:
    """A playground that runs in `folder`."""
    playground = RunningPlayground(folder, *arguments)
    try:
        yield playground
    finally:
        if playground.process.poll() is None:
            playground.close()
