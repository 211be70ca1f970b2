"""The price of a full check and conversion, beside what checks less: the figures of docs/explanation/speed.md.

    python -m bench.speed [--count 3000] [--rounds 5] [--large 0]

Runs whole commands by turns on the same documents (`bench.corpus`) and prints medians as ratios: `lint`
and `convert` against a script that validates and dumps JSON (`bench/peer.py`), against lxml parsing
alone, and against xmllint; then, in one process, a document with a mistake against its parsing, and
other resources against campaigns by the byte; an entry of a feed against the same document as a file; and
one small file against a Python that imports lxml and click.  `--large 200000` compares a run of so many
with one of 2,000, which takes half an hour.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from time import process_time

from lxml import etree

from bench import archives, startup, tracking
from bench.conversion import page
from bench.corpus import build, document
from ctct_migrate import convert, lint, read

Row = tuple[str, float, float]


def peer(corpus: Path) -> Iterator[Sequence[str]]:
    output = corpus.parent / f"{corpus.name}-peer.jsonl"
    script = str(Path(__file__).with_name("peer.py"))
    yield (sys.executable, script, str(archives.schema()), str(corpus), str(output))
    output.unlink()


PEER = archives.Contender("a script that parses, validates and dumps JSON, pool of two", peer)


def commands(corpus: Path, rounds: int) -> Iterator[Row]:
    """Whole commands on a folder of campaigns."""
    everyone = (archives.XMLLINT, archives.LXML, PEER, archives.LINT, archives.CONVERT)
    cost = archives.side_by_side(everyone, corpus, rounds)
    ours, lint_ = cost[archives.CONVERT], cost[archives.LINT]
    alone, only = cost[archives.LXML], cost[archives.XMLLINT]
    yield (
        "lint + convert, processor, against the validating script",
        ours.processor / cost[PEER].processor,
        1.0,
    )
    yield "lint + convert, processor, against lxml parsing", ours.processor / alone.processor, 4.5
    yield (
        "lint + convert, wall on two cores, against xmllint validating",
        ours.wall / only.wall,
        1.5,
    )
    yield "lint, wall, against xmllint validating", lint_.wall / only.wall, 1.2


def feeds(corpus: Path, count: int, rounds: int) -> Iterator[Row]:
    """The same documents as one feed."""
    feed = corpus.with_name(f"{corpus.name}-feed")
    if not feed.exists():
        build(feed, count, form="feed")
    pairs = [
        (archives.measured(archives.CONVERT, corpus), archives.measured(archives.CONVERT, feed))
        for _ in range(rounds)
    ]
    ratio = median(entry.processor / file.processor for file, entry in pairs)
    yield "an entry of a feed, against the same document as a file", ratio, 1.1


def taken(call: Callable[[bytes], object], data: Sequence[bytes]) -> float:
    """Seconds of processor time for all of `data`."""
    started = process_time()
    for each in data:
        call(each)
    return process_time() - started


def _both(data: bytes) -> None:
    made = convert(read(data), "record")
    made.diagnostics  # noqa: B018 - worked out when it is asked for
    for payload in made:
        payload.dropped  # noqa: B018


def mistakes(count: int, rounds: int) -> Iterator[Row]:
    """Documents with one mistake, in one process."""
    every = (document(number) for number in range(count))
    wrong = [each for each in every if read(each).root is not None and lint(read(each))]
    pairs = [
        (taken(etree.fromstring, wrong), taken(lambda d: lint(read(d)), wrong))
        for _ in range(rounds)
    ]
    yield "a document with one mistake, against parsing it", median(b / a for a, b in pairs), 10


def opens(folder: Path) -> bytes:
    """A feed of some hundreds of opens."""
    made = folder / "tracking"
    if not made.exists():
        tracking.build(made, 3_000)
    files = sorted(made.glob("*-opens.xml"), key=lambda each: each.stat().st_size)
    return files[len(files) // 2].read_bytes()


def resources(folder: Path, rounds: int) -> Iterator[Row]:
    """Pages of other resources, by the byte, against campaigns, in one process."""
    right = [each for each in map(document, range(120)) if not lint(read(each), "record")]
    lists = (archives.ROOT / "samples" / "archive" / "contact-lists-feed.xml").read_bytes()
    tried = {"contacts": page(), "lists": lists, "tracking rows": opens(folder)}
    for name, data in tried.items():
        pairs = [(taken(_both, right), taken(_both, [data] * 10)) for _ in range(rounds)]
        ratio = median(
            (other / (10 * len(data))) / (one / sum(map(len, right))) for one, other in pairs
        )
        yield f"{name}: per byte, against campaigns", ratio, 1.2


def small(rounds: int) -> Iterator[Row]:
    """One small file, as a command."""
    pairs = [(startup.taken(startup.BARE), startup.taken(startup.OURS)) for _ in range(3 * rounds)]
    ratio = median(ours[1] / bare[1] for bare, ours in pairs)
    yield 'lint of one small file, against `python -c "import lxml.etree, click"`', ratio, 2.5


def growth(folder: Path, large: int, rounds: int) -> Iterator[Row]:
    """A large run against a small one."""
    few = 2_000
    one = archives.side_by_side([archives.CONVERT], archives.corpus_of(folder, few, 1), rounds)
    other = archives.side_by_side([archives.CONVERT], archives.corpus_of(folder, large, 1), 1)
    a, b = one[archives.CONVERT], other[archives.CONVERT]
    yield f"time a document at {large:,} against {few:,}", (b.wall / large) / (a.wall / few), 1.05
    yield f"memory at {large:,} against {few:,}", b.memory / a.memory, 1.05


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--count", type=int, default=3_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--large", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=archives.ROOT / "build" / "bench")
    given = parser.parse_args()
    startup.compiled()
    corpus = archives.corpus_of(given.folder, given.count, 1)
    print("| | goal | measured | |\n|---|---:|---:|---|")
    parts = [
        commands(corpus, given.rounds),
        mistakes(400, given.rounds),
        feeds(corpus, given.count, given.rounds),
        small(given.rounds),
        resources(given.folder, given.rounds),
    ]
    if given.large:
        parts.append(growth(given.folder, given.large, given.rounds))
    for part in parts:
        for name, ratio, goal in part:
            met = "" if ratio <= goal else "missed"
            print(f"| {name} | ≤ {goal:g} × | {ratio:.2f} × | {met} |", flush=True)


if __name__ == "__main__":
    main()
