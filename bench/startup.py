"""How long does it take to lint one small file, from the shell's point of view?

    python bench/startup.py [--runs 15] [FILE]

Runs `ctct-migrate lint FILE` and, by turns, a bare Python that imports lxml and click, without
which there is no such command, so that whatever else the machine does weighs on both alike.  Prints
the seconds of each and their ratio: the smallest and the median, of wall clock and of processor
time (user and system), which other programs disturb less.  The ratio is to be at most 2.5.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "samples" / "good" / "campaign-001.xml"
BARE = [sys.executable, "-c", "import lxml.etree, click"]
OURS = [str(Path(sys.executable).with_name("ctct-migrate")), "lint", str(SAMPLE)]


def compiled() -> None:
    """Compiled modules are part of an installation: what is measured makes and finds them."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def taken(command: list[str]) -> tuple[float, float]:
    """Seconds of wall clock and of processor time that a process takes from start to end."""
    before, started = os.times(), time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    ended, after = time.perf_counter(), os.times()
    used = after.children_user + after.children_system
    return ended - started, used - before.children_user - before.children_system


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("file", nargs="?", default=SAMPLE)
    parser.add_argument("--runs", type=int, default=15)
    arguments = parser.parse_args()
    compiled()
    ours = [*OURS[:-1], str(arguments.file)]
    pairs = [(taken(BARE), taken(ours)) for _ in range(arguments.runs + 1)][
        1:
    ]  # the first warms up
    for kind, name in enumerate(("wall clock", "processor")):
        bare = [pair[0][kind] for pair in pairs]
        lint = [pair[1][kind] for pair in pairs]
        print(
            f"{name:10}  bare {min(bare):.3f} s  lint {min(lint):.3f} s  "
            f"ratio of minima {min(lint) / min(bare):.2f}, of medians "
            f"{median(lint) / median(bare):.2f}, median of pairs "
            f"{median(one / other for other, one in zip(bare, lint, strict=True)):.2f}"
        )


if __name__ == "__main__":
    main()
