"""What `fix` prints: what was fixed, what was refused and why, and what is left.

    a.xml:23 CT311 Write `NO`
    a.xml:40 CT114 not fixed: Encode the whole content (it would cause an error in line 40: …)
    a.xml:26:21: CT310 error: `cmp_grt_name` is not a greeting name

Lines of the document as it was, in its order; those that are left are of the document as it is
now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.fixing import Applied, Refusal
from ctct_migrate.output.cells import shown

#: How many diagnostics that are left are listed of one document, and of a run.
MOST_LEFT = 10
MOST_LEFT_IN_ALL = 50


def applied_lines(name: str, applied: Iterable[Applied]) -> Iterator[str]:
    """A line for each fix; those that say the same of one line are one."""
    told = Counter((each.position.line, each.diagnostic.code, each.fix.title) for each in applied)
    for (number, code, title), times in told.items():
        again = f" (×{times})" if times > 1 else ""
        yield f"{shown(name)}:{number} {code} {shown(title)}{again}"


def refused_lines(name: str, refused: Iterable[Refusal]) -> Iterator[str]:
    """A line for each reason, at the first fix that it holds for."""
    by_reason: dict[str, list[Refusal]] = {}
    for each in refused:
        by_reason.setdefault(each.reason, []).append(each)
    for reason, all_of_it in by_reason.items():
        first = all_of_it[0]
        more = len(all_of_it) - 1
        others = f", nor {more:,} more" if more else ""
        yield (
            f"{shown(name)}:{first.position.line} {first.diagnostic.code} not fixed: "
            f"{shown(first.fix.title)}{others} ({shown(reason)})"
        )


def left_lines(left: Iterable[Diagnostic], most: int) -> Iterator[str]:
    """The first `most` of the diagnostics that are left, as in `lint --format concise`."""
    yield from map(str, islice(left, most))
