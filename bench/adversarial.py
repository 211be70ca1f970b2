"""How long may a bad document take?

    python -m bench.adversarial [--find] [--small 16] [--limit 5]

Documents in which one thing is repeated in one place (`adversarial_documents`: all things in all
places), linted, fixed and converted.  `--find` tries every one of them at two small sizes and
names those whose time more than doubles (by some margin) with their size, or which are slow
already.  Without it, the slowest things of that kind are timed at 256 KB, 512 KB and 1 MB, and a
table is printed: seconds, and how the time grows with each doubling.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from time import process_time
from types import FrameType

from bench.adversarial_documents import WHAT, WHERE, repeated
from ctct_migrate import convert, fix, lint, read


class _TooLong(BaseException):
    """The time is up."""


def _lint(data: bytes) -> None:
    lint(read(data))


def _fix(data: bytes) -> None:
    fix(read(data))


def _convert(data: bytes) -> None:
    convert(read(data))


COMMANDS: dict[str, Callable[[bytes], None]] = {"lint": _lint, "fix": _fix, "convert": _convert}


def seconds(command: Callable[[bytes], None], data: bytes, limit: float) -> float:
    """Processor seconds of `command` on `data`; infinite beyond `limit`."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    started = process_time()
    try:
        command(data)
    except _TooLong:
        return float("inf")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return process_time() - started


def find(
    small: int, places: list[str], things: list[str], commands: list[str], per_mb: float
) -> Iterator[tuple[str, str, str, float, float]]:
    """Command, thing and place, with the seconds at two sizes, of what is suspicious."""
    slow = per_mb * small / 1024  # what is allowed at the small size
    for where in places:
        for what in things:
            for name in commands:
                command = COMMANDS[name]
                try:
                    first = seconds(command, repeated(what, where, small * 1024), slow * 4)
                    if first < slow / 6:
                        continue
                    second = seconds(command, repeated(what, where, small * 2048), slow * 8)
                except (Exception, _TooLong) as error:  # the limit may pass at the very end
                    print("CRASH", name, what, where, repr(error)[:200], flush=True)
                    continue
                if second > 2.6 * first or second > 2 * slow:
                    yield name, what, where, first, second


#: What is timed for the table: the things that took longest when nothing was bounded.
TIMED = (
    ("less-than", "alone"), ("less-than", "in-html"), ("end", "in-payload"),
    ("crossed-many", "in-payload"), ("empty", "in-payload"), ("different-starts", "in-html"),
    ("attribute-unquoted", "in-root-tag"), ("attribute-curly", "in-root-tag"),
    ("attribute-equals", "in-payload-tag"), ("doctype-subset", "behind-declaration"),
    ("comment-begun", "in-html"), ("instruction-begun", "in-text"),
    ("declaration-begun", "in-reminder"), ("comment-begun", "in-directive"),
    ("directive-codes", "in-directive"), ("amp-twice", "in-subject"), ("ampersand-space", "in-html"),
    ("nbsp", "in-html"), ("numeric-begun", "in-name"), ("list-bad", "in-lists"),
    ("unknown-each", "in-payload"), ("default-namespace", "in-payload"),
    ("email-content-begun", "in-payload"), ("entry-empty", "in-feed"), ("blank", "in-date"),
    ("address-angle", "in-address"), ("c1", "in-name"),
)  # fmt: skip

SIZES = (256, 512, 1024)  #: KB


def _named(what: str) -> str:
    text = WHAT[what].strip()
    return f"`{text}`" if text and text.isprintable() else what


def table(limit: float) -> Iterator[str]:
    """The lines of the table."""
    yield "| repeated | where | 256 KB | 512 KB | 1 MB | growth | fix | convert |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|"
    for command in COMMANDS.values():
        command(repeated("less-than", "in-html", 100))  # what is compiled and read once
    for what, where in TIMED:
        documents = [repeated(what, where, size * 1024) for size in SIZES]
        linted = [seconds(COMMANDS["lint"], data, limit) for data in documents]
        others = [seconds(COMMANDS[name], documents[-1], limit) for name in ("fix", "convert")]
        growth = (linted[-1] / linted[0]) ** 0.5
        shown = " | ".join(f"{each:.2f}" for each in linted)
        rest = " | ".join(f"{each:.2f}" for each in others)
        yield f"| {_named(what)} | {where} | {shown} | {growth:.1f} | {rest} |"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--find", action="store_true")
    parser.add_argument("--small", type=int, default=16, metavar="KB")
    parser.add_argument("--limit", type=float, default=5)
    parser.add_argument("--places", default=",".join(WHERE))
    parser.add_argument("--things", default=",".join(WHAT))
    parser.add_argument("--commands", default="lint")
    given = parser.parse_args()
    if given.find:
        for name, what, where, first, second in find(
            given.small,
            given.places.split(","),
            given.things.split(","),
            given.commands.split(","),
            given.limit,
        ):
            print(
                f"{name:8}{what:24}{where:26}{first:8.3f}{second:8.3f}  {second / first:.1f}",
                flush=True,
            )
    else:
        for line in table(given.limit * 8):
            print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
