"""Are all outputs the same as before?  3,000 documents of all resources, with everything that is made of them.

    python bench/outputs.py FILE                 writes a line for each document and target
    python bench/outputs.py --compare OLD NEW    says which documents differ; exit status 1 if any do

A line holds the name of a document, the target, and a checksum of each output: the diagnostics with
their spans, labels and fixes; and for each shape the bodies with their source maps, accounts, what is
dropped, ids and references.  The documents are a third each: all samples; mutants of the samples,
evenly taken from all that `tests/mutants.py` makes; campaigns of `bench.corpus`.  `make outputs BASE=main`
compares this tree with another revision.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples"
sys.path.insert(0, str(ROOT / "tests"))  # before `bench`, which has a `mutants` of its own
sys.path.append(str(ROOT))

from mutants import mutants  # noqa: E402

from bench.corpus import document as campaign  # noqa: E402
from ctct_migrate import Shape, convert, lint, read  # noqa: E402

#: Documents in all.
COUNT = 3_000

TARGETS = ("v2", "v3")


def documents() -> Iterator[tuple[str, bytes]]:
    """Names and bytes of all documents; the same for everybody."""
    samples = {
        path.relative_to(SAMPLES).as_posix(): path.read_bytes()
        for path in sorted(SAMPLES.rglob("*.xml"))
    }
    yield from samples.items()
    left = COUNT - len(samples)
    each = left // 2 // len(samples) + 1
    made = 0
    for name, data in samples.items():
        try:
            every = list(mutants(data.decode("utf-8")))
        except UnicodeDecodeError:
            continue
        for at in range(min(each, len(every))):
            mutant = every[at * len(every) // each if len(every) > each else at]
            text = mutant.text.encode("utf-8", "surrogatepass")
            yield f"{name} {mutant.mutator} {at}", text
            made += 1
    for number in range(left - made):
        yield f"campaign {number}", campaign(number)


def outputs(name: str, data: bytes, target: str) -> dict[str, str]:
    """Checksums of everything that is made of a document for a target."""
    found = {
        "document": name,
        "target": target,
        "lint": _sum(_diagnostics(lint(read(data), target=target))),
    }
    for shape in Shape:
        made = convert(read(data), shape, target=target)
        found[shape.value] = _sum(
            [
                (
                    payload.entry, payload.resource, payload.body, payload.number, payload.part,
                    sorted(payload.references.items()), sorted(payload.request.items()),
                    [(pointer, str(span)) for pointer, span in payload.source_map.items()],
                    [str(each) for each in payload.accounting], [str(each) for each in payload.dropped],
                )
                for payload in made
            ]
        )  # fmt: skip
        found[f"{shape.value} diagnostics"] = _sum(_diagnostics(made.diagnostics))
    return found


def _diagnostics(found: object) -> list[str]:
    return [repr(each) for each in found]  # type: ignore[attr-defined]


def _sum(value: object) -> str:
    text = json.dumps(value, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _lines(given: tuple[str, bytes]) -> str:
    name, data = given
    return "".join(f"{json.dumps(outputs(name, data, each))}\n" for each in TARGETS)


def compared(old: Path, new: Path) -> int:
    """Prints which outputs differ; how many documents do."""
    before, after = (
        {(each["document"], each["target"]): each for each in map(json.loads, path.open())}
        for path in (old, new)
    )
    differing = 0
    for key in before | after:
        one, other = before.get(key, {}), after.get(key, {})
        names = [name for name in one | other if one.get(name) != other.get(name)]
        if names:
            differing += 1
            print(f"{key[0]} ({key[1]}): {', '.join(names)}")
    print(f"{len(after)} outputs, {differing} differ")
    return differing


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--compare", nargs=2, type=Path, metavar=("OLD", "NEW"))
    given = parser.parse_args()
    if given.compare:
        return 1 if compared(*given.compare) else 0
    if given.file is None:
        parser.error("FILE or --compare is needed")
    given.file.parent.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(2) as pool, given.file.open("w") as stream:
        stream.writelines(pool.map(_lines, documents(), chunksize=20))
    return 0


if __name__ == "__main__":
    sys.exit(main())
