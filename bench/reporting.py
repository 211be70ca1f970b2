"""What does reporting cost, against a clean run over the same document?

    python bench/reporting.py [--runs 15] [--errors 50]

Takes a feed of campaigns without mistakes, puts errors into a copy of it (a greeting name that
there is not, a yes-no that is neither), and times both by turns: the whole command, and `lint` and
the drawing of the text in one process.  Prints the smallest and the median times and their ratios.
A run that reports is to cost at most three times a clean one.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from ctct_migrate import lint, read
from ctct_migrate.output.document_report import DocumentReport, Style
from ctct_migrate.output.text import render

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "good" / "campaign-001.xml"

#: Campaigns in the feed; each takes two errors.
ENTRIES = 25

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>http://api.constantcontact.com/ws/customers/joe/campaigns</id>
<title type="text">Campaigns</title>
<updated>2010-11-13T20:03:35.000Z</updated>
<author><name>Constant Contact</name></author>
{entries}
</feed>
"""

#: What is right, and what is written in its place.
MISTAKES = (
    (re.compile(r"<GreetingName>[^<]*<"), "<GreetingName>cmp_grt_name<"),
    (re.compile(r"<PermissionReminder>[^<]*<"), "<PermissionReminder>maybe<"),
)


def clean() -> str:
    """A feed without mistakes."""
    entry = re.sub(r"<\?xml[^>]*\?>", "", SAMPLE.read_text(encoding="utf-8")).strip()
    numbers = range(1100546096289, 1100546096289 + ENTRIES)
    return FEED.format(
        entries="\n".join(re.sub(r"(?<=/campaigns/)\d+", str(number), entry) for number in numbers)
    )


def spoilt(text: str, errors: int) -> str:
    """The feed with so many errors in it."""
    for at, (pattern, wrong) in enumerate(MISTAKES):
        text = pattern.sub(wrong, text, count=(errors + at) // len(MISTAKES))
    return text


def reported(data: bytes) -> str:
    """What a run over the document prints."""
    document = read(data)
    report = DocumentReport(document.source, tuple(lint(document)))
    return "".join(render([report], Style()))


def taken(call: Callable[[], object], times: int) -> float:
    """Milliseconds of one call, out of several."""
    started = perf_counter()
    for _ in range(times):
        call()
    return (perf_counter() - started) / times * 1e3


def show(name: str, pairs: list[tuple[float, float]]) -> None:
    """A line about pairs of milliseconds, the clean one first."""
    clean_times, spoilt_times = ([pair[at] for pair in pairs] for at in (0, 1))
    print(
        f"{name:11} clean {min(clean_times):6.1f} ms  errors {min(spoilt_times):6.1f} ms  "
        f"ratio of minima {min(spoilt_times) / min(clean_times):.2f}, "
        f"median of pairs {median(b / a for a, b in pairs):.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--errors", type=int, default=50)
    arguments = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    text = clean()
    data = [each.encode() for each in (text, spoilt(text, arguments.errors))]
    found = [len(lint(read(each))) for each in data]
    if found != [0, arguments.errors]:
        raise SystemExit(f"expected 0 and {arguments.errors} diagnostics, found {found}")
    print(f"{len(data[0])} bytes, {arguments.errors} errors")
    with TemporaryDirectory() as folder:
        commands = []
        for name, each in zip(("clean.xml", "errors.xml"), data, strict=True):
            (Path(folder) / name).write_bytes(each)
            program = str(Path(sys.executable).with_name("ctct-migrate"))
            commands.append([program, "lint", str(Path(folder) / name)])
        pairs = []
        for _ in range(arguments.runs + 1):
            one, other = (
                taken(lambda command=command: subprocess.run(command, capture_output=True), 1)
                for command in commands
            )
            pairs.append((one, other))
        show("command", pairs[1:])  # the first warms up
    pairs = []
    for _ in range(arguments.runs):
        one, other = (taken(lambda each=each: reported(each), 5) for each in data)
        pairs.append((one, other))
    show("in process", pairs)


if __name__ == "__main__":
    main()
