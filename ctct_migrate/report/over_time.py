"""What is counted over time, such as opens, in spans of time that fit into a chart: months where there are
few, else quarters, else years.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

#: Bars with labels of seven letters that fit side by side.
_MOST = 14

#: Years, beyond which those without anything are left out: one of the dates is nonsense.
_YEARS = 60


def _quarter(month: str) -> str:
    return f"{month[:4]} Q{(int(month[5:7]) + 2) // 3}"


def _year(month: str) -> str:
    return month[:4]


def _months(first: str, last: str) -> list[str]:
    """All months from one to another."""
    low, high = (int(each[:4]) * 12 + int(each[5:7]) - 1 for each in (first, last))
    return [f"{at // 12:04}-{at % 12 + 1:02}" for at in range(low, high + 1)]


def over_time(
    months: Mapping[str, Counter[str]],
) -> tuple[Sequence[str], list[tuple[str, list[int]]]]:
    """The names of what is counted, in a fixed order, and each span of time with its counts in that
    order; spans between without anything are there too."""
    names = sorted({name for counts in months.values() for name, count in counts.items() if count})
    if not names:
        return [], []
    known = sorted(months)
    every = known
    if int(known[-1][:4]) - int(known[0][:4]) <= _YEARS:
        every = _months(known[0], known[-1])
    span: Callable[[str], str] = str
    for span in (str, _quarter, _year):
        if len(set(map(span, every))) <= _MOST:
            break
    totals: dict[str, Counter[str]] = {span(month): Counter() for month in every}
    for month, counts in months.items():
        totals[span(month)].update(counts)
    return names, [(label, [counts[name] for name in names]) for label, counts in totals.items()]
