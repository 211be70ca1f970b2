"""How fast archives are linted and converted, beside the tools that do less.

    python bench/archives.py [--count 20000] [--rounds 5] [--large 200000] [--folder build/bench]

Builds the corpus (`bench.corpus`), runs everything side by side, `--rounds` times in turn, and
prints medians and ratios as a table in Markdown; docs/explanation/speed.md carries it.  Times are of whole
commands, start-up included; processor time is that of a command and all its processes; memory is
the largest resident set of any one of them.

The anchors: `xmllint --noout --schema` on the same files and schema, which validates and does
nothing else; lxml parsing the same files in one process, the least that whatever uses libxml2 from Python
takes; and `xmlschema-validate`, which is timed on the first `--slow` documents and compared by
the document.
"""

from __future__ import annotations

import argparse
import atexit
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.corpus import build  # noqa: E402
from ctct_migrate.v1.whole_schema import write_whole_schema  # noqa: E402

BIN = Path(sys.executable).parent
PROGRAM = (sys.executable, "-m", "ctct_migrate")

#: File names that go to one xmllint: a command line holds about two megabytes.
_AT_ONCE = 10_000

_LXML = """
import os, sys
from lxml import etree
parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
size = 0
for folder, folders, names in os.walk(sys.argv[1]):
    folders.sort()
    for name in sorted(names):
        with open(os.path.join(folder, name), "rb") as stream:
            data = stream.read()
        size += len(data)
        try:
            etree.fromstring(data, parser)
        except etree.XMLSyntaxError:
            pass
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: seconds by the clock, seconds of processors, bytes of memory."""

    wall: float
    processor: float
    memory: int


@dataclass(frozen=True, slots=True)
class Contender:
    """Something that is timed: `run` gives the command lines for a corpus, which are run one
    after the other.  `statuses` are the exit statuses with which it has done its work."""

    name: str
    run: Callable[[Path], Iterator[Sequence[str]]]
    statuses: range = range(2)


def measured(contender: Contender, corpus: Path) -> Cost:
    """What its commands took together."""
    wall = processor = 0.0
    memory = 0
    for command in contender.run(corpus):
        began = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall += time.perf_counter() - began
        code = process.returncode = os.waitstatus_to_exitcode(status)
        if code not in contender.statuses:
            raise SystemExit(f"{' '.join(map(str, command[:6]))} …: exit status {code}")
        processor += usage.ru_utime + usage.ru_stime
        memory = max(memory, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
    return Cost(wall, processor, memory)


def files(corpus: Path) -> list[str]:
    return sorted(str(path) for path in corpus.rglob("*.xml"))


@cache
def schema() -> Path:
    """One schema for whole documents, in a folder that goes at the end."""
    folder = Path(tempfile.mkdtemp(prefix="ctct-migrate-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return write_whole_schema(folder)


def xmllint(corpus: Path) -> Iterator[Sequence[str]]:
    names = files(corpus)
    for at in range(0, len(names), _AT_ONCE):
        yield ("xmllint", "--noout", "--schema", str(schema()), *names[at : at + _AT_ONCE])


def lxml_alone(corpus: Path) -> Iterator[Sequence[str]]:
    yield (sys.executable, "-c", _LXML, str(corpus))


def lint(corpus: Path) -> Iterator[Sequence[str]]:
    yield (*PROGRAM, "lint", "--format", "concise", str(corpus))


def convert(corpus: Path) -> Iterator[Sequence[str]]:
    output = corpus.parent / f"{corpus.name}.jsonl"
    output.unlink(missing_ok=True)
    yield (*PROGRAM, "convert", "--shape", "record", "-o", str(output), str(corpus))
    output.unlink()


def convert_in_one(corpus: Path) -> Iterator[Sequence[str]]:
    for command in convert(corpus):
        yield (*command, "-j", "1")


def xmlschema(count: int) -> Callable[[Path], Iterator[Sequence[str]]]:
    """The command of the package xmlschema, on the first `count` documents."""

    def run(corpus: Path) -> Iterator[Sequence[str]]:
        command = str(BIN / "xmlschema-validate")
        yield (command, "--schema", str(schema()), *files(corpus)[:count])

    return run


#: xmllint's exit status is about the last of its files: 1 malformed, 3 not valid.
XMLLINT = Contender("xmllint --noout --schema", xmllint, range(4))
LXML = Contender("lxml parsing alone, one process", lxml_alone)
LINT = Contender("lint", lint)
CONVERT = Contender("lint + convert to JSON Lines", convert)
SINGLE = Contender("lint + convert to JSON Lines, -j 1", convert_in_one)


def side_by_side(
    contenders: Sequence[Contender], corpus: Path, rounds: int
) -> dict[Contender, Cost]:
    """The medians: each contender once a round, so that what disturbs one disturbs all."""
    costs: dict[Contender, list[Cost]] = {contender: [] for contender in contenders}
    for number in range(rounds):
        for contender in contenders:
            costs[contender].append(measured(contender, corpus))
            sys.stderr.write(
                f"round {number + 1} of {rounds}: {contender.name}: "
                f"{costs[contender][-1].wall:.2f} s\n"
            )
    return {contender: median(found) for contender, found in costs.items()}


def median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.processor for cost in costs),
        int(statistics.median(cost.memory for cost in costs)),
    )


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([f"**{title}**", "", *lines, ""])


def times(found: dict[Contender, Cost], count: int, total: int) -> str:
    rows = [
        (
            contender.name,
            f"{cost.wall:.2f} s",
            f"{cost.processor:.2f} s",
            f"{cost.processor / count * 1e6:.0f} µs",
            f"{total / cost.wall / 1e6:.0f} MB/s",
            f"{cost.memory / 1e6:.0f} MB",
        )
        for contender, cost in found.items()
    ]
    head = ("", "wall", "processor", "processor a document", "", "largest process")
    return table(f"{count:,} documents, {total / 1e6:.0f} MB, medians", head, rows)


def targets(
    found: dict[Contender, Cost],
    slow: float,
    ours: float,
    large: tuple[Cost, Cost, int, int] | None,
) -> str:
    """`slow` and `ours` are seconds a document, of xmlschema and of `lint`."""
    rows = [
        ("lint + convert, wall, against xmllint", found[CONVERT].wall / found[XMLLINT].wall, 1.0),
        ("lint + convert, processor, against lxml", found[CONVERT].processor / found[LXML].processor, 2.2),
        ("lint, wall, against xmllint", found[LINT].wall / found[XMLLINT].wall, 0.8),
    ]  # fmt: skip
    told = [_target(name, ratio, f"at most {most}", ratio <= most) for name, ratio, most in rows]
    if large:
        small, big, few, many = large
        each = (big.wall / many) / (small.wall / few)
        told.append(
            _target(f"time a document, {many:,} against {few:,}", each, "at most 1.1", each <= 1.1)
        )
        grown = big.memory / small.memory
        told.append(
            _target(f"memory, {many:,} against {few:,}", grown, "at most 1.1", grown <= 1.1)
        )
        told.append(
            ("largest process", f"{big.memory / 1e6:.0f} MB", "at most 120 MB",
             "yes" if big.memory <= 120e6 else "no")
        )  # fmt: skip
    faster = slow / ours
    told.append(_target("lint, times faster than xmlschema", faster, "at least 30", faster >= 30))
    return table("Targets", ("", "measured", "wanted", "met"), told)


def _target(name: str, ratio: float, wanted: str, met: bool) -> tuple[str, str, str, str]:
    return name, f"{ratio:.2f} ×", wanted, "yes" if met else "no"


def machine() -> str:
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    processors = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    )
    version = subprocess.run(["xmllint", "--version"], capture_output=True, text=True, check=True)
    libxml = version.stderr.split("\n")[0].rpartition(" ")[2]
    return (
        f"{model}, {processors} processors, {platform.system()}, Python "
        f"{platform.python_version()}, xmllint with libxml2 {libxml}"
    )


def corpus_of(folder: Path, count: int, seed: int) -> Path:
    path = folder / f"corpus-{count}-{seed}"
    if not path.exists():
        sys.stderr.write(f"building {count} documents in {path}\n")
        unfinished = path.with_name(f"{path.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        build(unfinished, count, seed).rename(path)
    return path


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=20_000, help="documents of the comparison")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slow", type=int, default=300, help="documents for xmlschema")
    parser.add_argument("--large", type=int, default=0, help="documents of the large run (200000)")
    parser.add_argument("--few", type=int, default=2_000, help="documents it is compared with")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench")
    options = parser.parse_args(arguments)
    if shutil.which("xmllint") is None:
        raise SystemExit("xmllint is missing (apt-get install libxml2-utils)")
    corpus = corpus_of(options.folder, options.count, options.seed)
    total = sum(Path(name).stat().st_size for name in files(corpus))
    contenders = (XMLLINT, LXML, LINT, CONVERT, SINGLE)
    found = side_by_side(contenders, corpus, options.rounds)
    slow = side_by_side(
        [Contender("xmlschema-validate", xmlschema(options.slow), range(256))], corpus, 1
    )
    slow_cost = next(iter(slow.values()))
    large = None
    if options.large:
        small = side_by_side(
            [CONVERT], corpus_of(options.folder, options.few, options.seed), options.rounds
        )[CONVERT]
        big = side_by_side([CONVERT], corpus_of(options.folder, options.large, options.seed), 1)
        large = (small, big[CONVERT], options.few, options.large)
    sys.stdout.write(f"{machine()}\n\n")
    sys.stdout.write(times(found, options.count, total) + "\n")
    sys.stdout.write(
        targets(found, slow_cost.wall / options.slow, found[LINT].wall / options.count, large)
    )


if __name__ == "__main__":
    main()
