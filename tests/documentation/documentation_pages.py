"""Runs what a page of the documentation shows, as a reader would, and says where the page is wrong.

What is run:

- the commands in blocks marked `console`: lines that begin with `$ `, in one shell for the whole page, so that
  `export` and files last.  The lines after a command are what it prints, to either stream;
- in what is printed, a line `…` stands for any number of lines, and `…` in a line for any characters;
- a block after `<!-- file: NAME -->` is written to that file first;
- a `console` block after `<!-- second terminal -->` is started, and ended when the page is over.  It has to print
  the lines that are shown; then the page goes on.

Blocks marked otherwise, `text` for example, are for reading.  Pages run in a folder of their own that holds the
repository's `samples/`.  A server of a page takes a free port, which stands for the page's 8787 from
there on.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_BLOCK = re.compile(
    r"^(?:<!-- (?P<mark>file: (?P<file>\S+)|second terminal) -->\n+)?"
    r"^```(?P<language>\w*)\n(?P<text>(?:.*\n)*?)^```$",
    re.M,
)
_PORT = "8787"
#: Longer than any page takes, on a busy machine too.
_SECONDS = 300.0


@dataclass(frozen=True)
class Block:
    """A block of code: its language, its text, the file that it is (or empty), and whether it belongs
    into another terminal."""

    language: str
    text: str
    file: str = ""
    elsewhere: bool = False

    def commands(self) -> Iterator[tuple[str, str]]:
        """Each command with what it is to print."""
        for part in re.split(r"^\$ ", self.text, flags=re.M)[1:]:
            command, _, shown = part.partition("\n")
            while command.endswith("\\"):
                more, _, shown = shown.partition("\n")
                command = f"{command}\n{more.removeprefix('> ')}"
            yield command, shown


def blocks(page: Path) -> list[Block]:
    """The blocks of code of a page, in their order."""
    return [
        Block(
            found["language"],
            found["text"],
            found["file"] or "",
            found["mark"] == "second terminal",
        )
        for found in _BLOCK.finditer(page.read_text("utf-8"))
    ]


def runnable_pages() -> list[str]:
    """The pages with something to run, relative to the repository."""
    pages = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    found = [page for page in pages if any(each.language == "console" for each in blocks(page))]
    return [page.relative_to(ROOT).as_posix() for page in found]


def as_pattern(shown: str) -> str:
    """What is shown as a regular expression."""
    lines = []
    for line in shown.splitlines():
        if line == "…":
            lines.append("(?:.*\n)*")
        else:
            lines.append(".*".join(map(re.escape, line.split("…"))) + "\n")
    return "".join(lines)


class Shell:
    """A shell in a folder, which runs one command after the other."""

    def __init__(self, folder: Path):
        self._folder = folder
        binaries = Path(sys.executable).parent
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("CTCT_")},
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
            "NO_COLOR": "1",
            "LC_ALL": "C.UTF-8",
        }
        self._background: list[subprocess.Popen[str]] = []
        self._main = self._start(["bash", "--norc", "--noprofile"])
        self._clock = threading.Timer(_SECONDS, lambda: _end(self._main))
        self._clock.start()

    def __enter__(self) -> Shell:
        return self

    def __exit__(self, *_: object) -> None:
        self._clock.cancel()
        for process in (*self._background, self._main):
            _end(process)
            for stream in (process.stdin, process.stdout):
                if stream:
                    stream.close()

    def _start(self, command: list[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=True,
        )

    def run(self, command: str) -> tuple[int, str]:
        """The exit status of a command, and what it printed."""
        assert self._main.stdin
        assert self._main.stdout
        self._main.stdin.write(f"{{ {command}\n}} </dev/null; printf '\\036%s\\n' $?\n")
        self._main.stdin.flush()
        printed = ""
        for line in self._main.stdout:
            before, mark, status = line.partition("\x1e")
            printed += before
            if mark:
                return int(status), printed
        raise AssertionError(f"the shell ended in `{command}`, after it printed:\n{printed}")

    def run_elsewhere(self, command: str, lines: int) -> str:
        """Starts a command that goes on, and returns the first lines that it prints."""
        process = self._start(["bash", "--norc", "--noprofile", "-c", f"exec {command}"])
        self._background.append(process)
        assert process.stdout
        return "".join(process.stdout.readline() for _ in range(lines))


def _end(process: subprocess.Popen[str]) -> None:
    """Ends a process and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    process.wait(30)


def run_page(page: Path, folder: Path) -> None:
    """Runs a page in a folder.  Raises AssertionError where it does not show what happens."""
    (folder / "samples").symlink_to(ROOT / "samples", target_is_directory=True)
    port = _PORT
    with Shell(folder) as shell:
        for block in blocks(page):
            if block.file:
                (folder / block.file).write_text(block.text.replace(_PORT, port), "utf-8")
            elif block.language == "console":
                for command, shown in block.commands():
                    status = 0
                    if block.elsewhere:
                        command = command.replace(f"--port {_PORT}", "--port 0")
                        printed = shell.run_elsewhere(command, shown.count("\n"))
                        taken = re.search(r"http://127\.0\.0\.1:(\d+)", printed)
                        port = taken[1] if taken else port
                    else:
                        command = command.replace(_PORT, port)
                        status, printed = shell.run(command)
                    assert status in (0, 1), f"$ {command}\nexit status {status}\n{printed}"
                    assert re.fullmatch(as_pattern(shown.replace(_PORT, port)), printed), (
                        f"{page.name} shows something else than is printed:\n$ {command}\n{printed}"
                    )
