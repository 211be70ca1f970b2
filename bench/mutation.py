"""How often one mistake gives one error, in the right place.

Takes each good sample, makes one mistake of each kind at each place where it can be made
(`tests/mutants.py`), lints the mutant, and prints the share of mutants that give exactly one error
which overlaps the mistake, by mutator.  `make mutation` runs it; docs/lint.md carries its figures.
With `--show NAME`, prints what the mutants of one mutator give where that is not one error.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from mutants import Mutant, mutants  # noqa: E402

from ctct_migrate import Diagnostic, Severity, lint, read  # noqa: E402


def samples() -> list[Path]:
    """The good samples that are plain UTF-8 without a byte order mark."""
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
        if not text.startswith("\ufeff") and not declared_other and "\x00" not in text:
            found.append(path)
    return found


def errors_of(mutant: Mutant) -> list[Diagnostic]:
    """The errors that a mutant gives."""
    found = lint(read(mutant.text.encode("utf-8", "surrogatepass")))
    return [each for each in found if each.severity is Severity.ERROR]


def overlaps(mutant: Mutant, diagnostic: Diagnostic) -> bool:
    """Whether the diagnostic's span, or that of one of its labels, touches the mistake."""
    start = len(mutant.text[: mutant.start].encode("utf-8", "surrogatepass"))
    end = len(mutant.text[: mutant.end].encode("utf-8", "surrogatepass"))
    spans = [diagnostic.span, *(label.span for label in diagnostic.labels)]
    return any(span.start.offset <= end and start <= span.end.offset for span in spans)


def is_hit(mutant: Mutant) -> bool:
    """Whether the mutant gives exactly one error, and that at its place."""
    errors = errors_of(mutant)
    return len(errors) == 1 and overlaps(mutant, errors[0])


def main() -> None:
    """Prints the table, or the misses of one mutator."""
    shown = sys.argv[2] if sys.argv[1:2] == ["--show"] else None
    tally: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for path in samples():
        text = path.read_text("utf-8")
        if any(d.severity is Severity.ERROR for d in lint(read(text.encode()))):
            print(f"{path}: not a good sample", file=sys.stderr)
            continue
        for mutant in mutants(text):
            hit = is_hit(mutant)
            tally[mutant.mutator][0] += hit
            tally[mutant.mutator][1] += 1
            if shown == mutant.mutator and not hit:
                guilty = mutant.text[max(0, mutant.start - 20) : mutant.end + 20]
                print(f"{path.name}: …{guilty[:160]!r}…")
                for each in errors_of(mutant):
                    print(
                        f"    {each.span.start.line}:{each.span.start.column} {each.code} {each.message} [{each.label}]"
                    )
    if shown is not None:
        return
    hits, total = (sum(column) for column in zip(*tally.values(), strict=True))
    for name, (hit, count) in sorted(
        tally.items(), key=lambda item: (item[1][0] / item[1][1], item[0])
    ):
        print(f"{name:30} {hit:6} of {count:6}  {100 * hit / count:6.2f} %")
    print(f"{'all':30} {hits:6} of {total:6}  {100 * hits / total:6.2f} %")


if __name__ == "__main__":
    main()
