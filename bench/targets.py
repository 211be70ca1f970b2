"""How much longer does a conversion for v3 take than one for v2?

    python -m bench.targets [--runs 15]

Converts the same documents by turns for the two targets, in one process: the campaigns of
`bench.conversion`, in each form of content, and all samples that both take.  Prints microseconds and
ratios, of the smallest and of the median times: of the bodies alone, which is to be at most 1.3, and
with what v3 says of each document (`Conversion.diagnostics`), such as what it loses and changes.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import process_time

from bench.conversion import documents
from ctct_migrate import convert, read

SAMPLES = Path(__file__).resolve().parents[1] / "samples"


def corpus() -> list[bytes]:
    """The samples of which both targets make something, and nothing is wrong."""
    found = []
    for path in sorted(SAMPLES.rglob("*.xml")):
        data = path.read_bytes()
        made = [convert(read(data), target=target) for target in ("v2", "v3")]
        if all(each.ok and len(each) for each in made) and not made[0].diagnostics:
            found.append(data)
    return found


def taken(data: Sequence[bytes], target: str, times: int, *, told: bool = False) -> float:
    """Microseconds of processor time for one document; `told`: with its diagnostics."""
    started = process_time()
    for _ in range(times):
        for each in data:
            made = convert(read(each), target=target)
            if told:
                made.diagnostics  # noqa: B018 - worked out when it is asked for
    return (process_time() - started) / (times * len(data)) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    given = {form: [data] for form, data in documents().items()}
    for name, data in {**given, "samples": corpus()}.items():
        times = 30 if len(data) == 1 else 2
        rounds = [
            (
                taken(data, "v2", times),
                taken(data, "v3", times),
                taken(data, "v3", times, told=True),
            )
            for _ in range(runs)
        ]
        v2, v3, told = (min(each[at] for each in rounds) for at in range(3))
        print(
            f"{name:9} {len(data):3} documents  v2 {v2:6.0f} µs  v3 {v3:6.0f} µs  "
            f"ratio of minima {v3 / v2:.2f}, median {median(b / a for a, b, _ in rounds):.2f}; "
            f"told {told / v2:.2f}, median {median(c / a for a, _, c in rounds):.2f}"
        )


if __name__ == "__main__":
    main()
