"""The accounting of a payload as a table: v1 path, line, value, where it went, what was done.

Pure layout; what became of each part is found in `mapping`.
"""

from __future__ import annotations

from ctct_migrate.payload import Account, Fate, Payload
from ctct_migrate.render.cells import shown

#: Characters of a value, and of a path, that are shown.
_VALUE, _PATH = 40, 48


def table(payload: Payload) -> str:
    """The lines of the table, with a heading and a count of each fate; ends in a line end."""
    accounts = payload.accounting
    rows = [("v1", "line", "value", "v2", "what was done"), *(_row(each) for each in accounts)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    where = payload.source if payload.entry is None else f"{payload.source}, entry {payload.entry}"
    lines = [f"{where}: {payload.resource} ({payload.shape.value})"]
    for v1, line, value, v2, done in rows:
        lines.append(
            f"  {v1:<{widths[0]}}  {line:>{widths[1]}}  {value:<{widths[2]}}  {v2:<{widths[3]}}  {done}".rstrip()
        )
    counts = {fate: sum(each.fate is fate for each in accounts) for fate in Fate}
    told = ", ".join(f"{count} {fate.value}" for fate, count in counts.items() if count)
    lines.append(f"  {len(accounts)} parts: {told}")
    return "\n".join(lines) + "\n\n"


def _row(account: Account) -> tuple[str, str, str, str, str]:
    done = account.reason or account.fate.value
    if account.fate is not Fate.MAPPED and account.reason:
        done = f"{account.fate.value}: {account.reason}"
    target = f"→ {account.pointer}" if account.pointer else ""
    line = str(account.span.start.line)
    return (
        _clipped(account.path, _PATH, end=True),
        line,
        _clipped(account.value, _VALUE),
        target,
        done,
    )


def _clipped(text: str, length: int, *, end: bool = False) -> str:
    """`text` on one line, cut to `length` characters; its `end` is kept if so asked."""
    text = shown(" ".join(text.split()))
    if len(text) <= length:
        return text
    return "…" + text[1 - length :] if end else text[: length - 1] + "…"
