"""How long does it take to lint or convert one small file, from the shell's point of view?

    python bench/startup.py [--runs 15] [FILE]

Runs `ctct-migrate lint FILE` (a sample without mistakes, if none is named; then also `convert` of it,
and `lint` of a copy with one mistake) and, by turns, a bare Python that imports lxml and click, without
which there is no such command, so that whatever else the machine does weighs on all alike.  Prints
the seconds of each and the ratio to the bare one: the smallest and the median, of wall clock and of
processor time (user and system), which other programs disturb less.  The ratio of the first is to be
at most 2.5.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "samples" / "good" / "campaign-001.xml"
PROGRAM = str(Path(sys.executable).with_name("ctct-migrate"))
BARE = [sys.executable, "-c", "import lxml.etree, click"]
OURS = [PROGRAM, "lint", str(SAMPLE)]


def compiled() -> None:
    """Compiled modules are part of an installation: what is measured makes and finds them."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def taken(command: list[str]) -> tuple[float, float]:
    """Seconds of wall clock and of processor time that a process takes from start to end."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    ended, after = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode in (0, 1), command  # 1: it found the mistake
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return ended - started, used


def with_mistake(folder: str) -> Path:
    """A copy of the sample in which one value is none of those that are allowed."""
    text = SAMPLE.read_text(encoding="utf-8")
    wrong = text.replace("<ViewAsWebpage>NO<", "<ViewAsWebpage>Nope<")
    assert wrong != text
    path = Path(folder) / "mistake.xml"
    path.write_text(wrong, encoding="utf-8")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("file", nargs="?")
    parser.add_argument("--runs", type=int, default=15)
    arguments = parser.parse_args()
    compiled()
    with tempfile.TemporaryDirectory() as folder:
        commands = {"lint": [PROGRAM, "lint", arguments.file]}
        if arguments.file is None:
            commands = {
                "lint": OURS,
                "convert": [PROGRAM, "convert", str(SAMPLE)],
                "lint with a mistake": [PROGRAM, "lint", str(with_mistake(folder))],
            }
        rounds = [
            (taken(BARE), {name: taken(command) for name, command in commands.items()})
            for _ in range(arguments.runs + 1)
        ][1:]  # the first warms up
    for kind, measured in enumerate(("wall clock", "processor")):
        bare = [each[0][kind] for each in rounds]
        print(f"{measured}: bare {min(bare):.3f} s")
        for name in commands:
            ours = [each[1][name][kind] for each in rounds]
            pairs = median(one / other for other, one in zip(bare, ours, strict=True))
            print(
                f"  {name:20} {min(ours):.3f} s  ratio of minima {min(ours) / min(bare):.2f}, "
                f"of medians {median(ours) / median(bare):.2f}, median of pairs {pairs:.2f}"
            )


if __name__ == "__main__":
    main()
