"""How often one small mistake gives one error, and what the safe fixes make of it.

Takes each good sample and makes one mistake in it: loses one character, puts in one structural
character, or changes two neighbours round.  Every such mutant of every sample can be made; they
are 850,000, so that a run draws a number of them (`--sample`, the same ones for the same
`--seed`) and says how many it drew.

What is counted.  A structural character is one of `< > " ' / = & ;`.  A mutant that is well-formed
and gives no error holds no mistake that a reader could know of (a letter of a text is missing): it
is not counted.  A mutant that is malformed and gives no error is counted, as a miss.  Of those
that are counted:

one error       exactly one diagnostic of severity error
restored        the safe fixes give the sample back, byte for byte
left malformed  the safe fixes changed the file, and it is not well-formed
worse           more errors after the safe fixes than before

With `--named`, the second table: each kind of mistake of `tests/mutants.py`, which are larger ones
that people make, and the share that gives exactly one error which overlaps the mistake.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from mutants import Mutant, mutants  # noqa: E402

from ctct_migrate import Diagnostic, Severity, fix, lint, read  # noqa: E402

STRUCTURAL = "<>\"'/=&;"

#: The kinds of mistake, as the table names them.
LOSS, INSERTION, SWAP = "lost", "put in", "swapped"


@cache
def samples() -> list[Path]:
    """The samples without errors that are plain UTF-8 without a byte order mark."""
    found = []
    for path in sorted((ROOT / "samples").glob("*/*.xml")):
        if path.parent.name == "bad":
            continue
        data = path.read_bytes()
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            continue
        declared_other = 'encoding="UTF-8"' not in text[:80] and "encoding=" in text[:80]
        plain = not text.startswith("\ufeff") and not declared_other and "\x00" not in text
        if plain and not _errors(lint(read(data))):
            found.append(path)
    return found


@dataclass(frozen=True, slots=True)
class Slip:
    """One small mistake: what is done to which sample at which character; `character` is the one
    that is lost or put in, or the two that are swapped, as they were."""

    sample: str
    kind: str
    at: int
    character: str

    @property
    def is_structural(self) -> bool:
        """Whether a structural character is concerned."""
        return any(each in STRUCTURAL for each in self.character)

    def text(self) -> str:
        """The sample with the mistake."""
        text, at = _text(self.sample), self.at
        if self.kind == LOSS:
            return text[:at] + text[at + 1 :]
        if self.kind == INSERTION:
            return text[:at] + self.character + text[at:]
        return text[:at] + self.character[::-1] + text[at + 2 :]


@cache
def _text(sample: str) -> str:
    return (ROOT / sample).read_bytes().decode("utf-8")


def slips() -> Iterator[Slip]:
    """Every mistake that can be made in the samples, each text once."""
    for path in samples():
        sample = str(path.relative_to(ROOT))
        for at in range(len(_text(sample))):
            for kind in (LOSS, INSERTION, SWAP):
                yield from _at(sample, kind, at)


def _at(sample: str, kind: str, at: int) -> list[Slip]:
    """The mistakes of one kind at one character; none where the text would not change, or where
    the same text comes of one at the character before."""
    text = _text(sample)
    before, here = text[at - 1 : at], text[at]
    if kind == LOSS:
        return [Slip(sample, kind, at, here)] if before != here else []
    if kind == INSERTION:
        return [Slip(sample, kind, at, put) for put in STRUCTURAL if put != before]
    pair = text[at : at + 2]
    return [Slip(sample, kind, at, pair)] if len(set(pair)) == 2 else []


def drawn(number: int, seed: int, *, structural: bool = False) -> list[Slip]:
    """`number` of the mistakes, the same for the same `seed`, a third of each kind, each character
    of the samples as likely as any other; with `structural` only those that concern a structural
    character."""
    chance = random.Random(seed)
    names = [str(path.relative_to(ROOT)) for path in samples()]
    lengths = [len(_text(name)) for name in names]
    chosen: dict[Slip, None] = {}
    for kind in (LOSS, INSERTION, SWAP):
        wanted = len(chosen) + number // 3
        while len(chosen) < wanted:
            (name,) = chance.choices(names, lengths)
            found = _at(name, kind, chance.randrange(len(_text(name))))
            slip = chance.choice(found) if found else None
            if slip is not None and (slip.is_structural or not structural):
                chosen[slip] = None
    return list(chosen)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one mistake."""

    slip: Slip
    counted: bool
    errors: int
    restored: bool
    left_malformed: bool
    worse: bool
    said: tuple[str, ...]


def outcome(slip: Slip) -> Outcome:
    """Lints and fixes one mutant."""
    data = slip.text().encode("utf-8", "surrogatepass")
    document = read(data)
    errors = _errors(lint(document))
    if not errors and document.root is not None:
        return Outcome(slip, False, 0, False, False, False, ())
    fixed, _ = fix(document)
    after = read(fixed)
    return Outcome(
        slip,
        counted=True,
        errors=len(errors),
        restored=fixed == _text(slip.sample).encode(),
        left_malformed=fixed != data and after.root is None,
        worse=fixed != data and len(_errors(lint(after))) > len(errors),
        said=tuple(
            f"{each.span.start.line}:{each.span.start.column} {each.code} {each.message}"
            for each in errors[:4]
        ),
    )


def _errors(found: list[Diagnostic]) -> list[Diagnostic]:
    return [each for each in found if each.severity is Severity.ERROR]


@dataclass(slots=True)
class Tally:
    """Counts of one row of the table."""

    tried: int = 0
    counted: int = 0
    one: int = 0
    restored: int = 0
    left_malformed: int = 0
    worse: int = 0

    def add(self, each: Outcome) -> None:
        """Counts one outcome."""
        self.tried += 1
        self.counted += each.counted
        self.one += each.counted and each.errors == 1
        self.restored += each.restored
        self.left_malformed += each.left_malformed
        self.worse += each.worse

    def row(self, name: str) -> str:
        """The row, with shares of what was counted."""
        shares = (
            f"{100 * part / self.counted if self.counted else 0:8.2f} %"
            for part in (self.one, self.restored, self.left_malformed, self.worse)
        )
        return f"{name:30} {self.tried:7} {self.counted:7} " + " ".join(shares)


def tallies(outcomes: list[Outcome]) -> dict[str, Tally]:
    """The rows of the table by name; `all structural` and `all` are the last."""
    rows: dict[str, Tally] = {}
    for kind in (LOSS, INSERTION, SWAP):
        for structural in (True, False):
            rows[f"{'structural' if structural else 'other'} {kind}"] = Tally()
    rows["all structural"], rows["all"] = Tally(), Tally()
    for each in outcomes:
        what = "structural" if each.slip.is_structural else "other"
        rows[f"{what} {each.slip.kind}"].add(each)
        if each.slip.is_structural:
            rows["all structural"].add(each)
        rows["all"].add(each)
    return rows


def _place(slip: Slip) -> str:
    """What a mistake is made in, for the list of the worst."""
    text, at = _text(slip.sample), slip.at
    for opening, closing, what in (
        ("<!--", "-->", "comment"),
        ("<![CDATA[", "]]>", "CDATA"),
        ("<?", "?>", "declaration"),
    ):
        begin = text.rfind(opening, 0, at + len(opening))
        if begin >= 0 and at < text.find(closing, begin) + len(closing):
            return what
    opened = text.rfind("<", 0, at + 1)
    if opened >= 0 and text.find(">", opened) >= at:
        if text.startswith("</", opened):
            return "end tag"
        return "attribute" if " " in text[opened:at] else "start tag"
    return "reference" if text.rfind("&", max(0, at - 6), at + 1) >= 0 else "text"


def _print_worst(outcomes: list[Outcome], limit: int) -> None:
    """Where the misses are, by kind, character and place, with an example of each."""
    groups: dict[tuple[str, ...], list[Outcome]] = defaultdict(list)
    counts: Counter[tuple[str, ...]] = Counter()
    for each in outcomes:
        if not each.counted:
            continue
        for miss, is_miss in (
            ("not one error", each.errors != 1),
            ("not restored", not each.restored),
            ("LEFT MALFORMED", each.left_malformed),
            ("WORSE", each.worse),
        ):
            if is_miss:
                shown = each.slip.character if each.slip.kind != SWAP else "."
                key = (miss, each.slip.kind, repr(shown), _place(each.slip))
                groups[key].append(each)
                counts[key] += 1
    for key, count in counts.most_common():
        print(f"\n{' '.join(key)}: {count}")
        for each in groups[key][:limit]:
            text, at = each.slip.text(), each.slip.at
            print(
                f"  {each.slip.sample}@{at}: {text[max(0, at - 30) : at]!r} | {text[at : at + 30]!r}"
            )
            for line in each.said:
                print(f"      {line[:150]}")


# -- the second table ---------------------------------------------------------------------------


#: The code of a misspelt element.
_MISSPELT = "CT302"


def errors_of(mutant: Mutant) -> list[Diagnostic]:
    """The errors that a mutant gives."""
    return _errors(lint(read(mutant.text.encode("utf-8", "surrogatepass"))))


def overlaps(mutant: Mutant, diagnostic: Diagnostic) -> bool:
    """Whether the diagnostic's span, or that of one of its labels, touches the mistake."""
    start = len(mutant.text[: mutant.start].encode("utf-8", "surrogatepass"))
    end = len(mutant.text[: mutant.end].encode("utf-8", "surrogatepass"))
    spans = [diagnostic.span, *(label.span for label in diagnostic.labels)]
    return any(span.start.offset <= end and start <= span.end.offset for span in spans)


def is_hit(mutant: Mutant) -> bool:
    """Whether the mutant gives exactly one error, and that at its place; of a name in the wrong letter
    case that only the server writes, exactly one warning, since it is read all the same."""
    found = lint(read(mutant.text.encode("utf-8", "surrogatepass")))
    errors = _errors(found) or [each for each in found if each.code == _MISSPELT]
    return len(errors) == 1 and overlaps(mutant, errors[0])


def _named(shown: str | None) -> None:
    tally: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for path in samples():
        for mutant in mutants(path.read_text("utf-8")):
            hit = is_hit(mutant)
            tally[mutant.mutator][0] += hit
            tally[mutant.mutator][1] += 1
            if shown == mutant.mutator and not hit:
                guilty = mutant.text[max(0, mutant.start - 20) : mutant.end + 20]
                print(f"{path.name}: …{guilty[:160]!r}…")
                for each in errors_of(mutant):
                    where = each.span.start
                    print(f"    {where.line}:{where.column} {each.code} {each.message}")
    hits, total = (sum(column) for column in zip(*tally.values(), strict=True))
    rows = sorted(tally.items(), key=lambda item: (item[1][0] / item[1][1], item[0]))
    for name, (hit, count) in [*rows, ("all", [hits, total])]:
        print(f"{name:30} {hit:6} of {count:6}  {100 * hit / count:6.2f} %")


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=6000, help="mutants to draw; 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--structural", action="store_true", help="only structural characters")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--worst", type=int, metavar="N", help="list the misses, N of each kind")
    parser.add_argument("--named", action="store_true", help="the table of named mistakes")
    parser.add_argument("--show", metavar="NAME", help="the misses of one named mistake")
    options = parser.parse_args()
    if options.named or options.show:
        _named(options.show)
        return
    if options.sample:
        chosen = drawn(options.sample, options.seed, structural=options.structural)
    else:
        chosen = [slip for slip in slips() if slip.is_structural or not options.structural]
    with ProcessPoolExecutor(options.jobs) as pool:
        outcomes = list(pool.map(outcome, chosen, chunksize=50))
    columns = ("made", "counted", "one error", "restored", "malformed", "worse")
    print(f"{'':30} {columns[0]:>7} {columns[1]:>7} " + " ".join(f"{c:>10}" for c in columns[2:]))
    for name, tally in tallies(outcomes).items():
        if tally.tried:
            print(tally.row(name))
    if options.worst:
        _print_worst(outcomes, options.worst)


if __name__ == "__main__":
    main()
