"""The accounting of a payload as a table: v1 path, line, value, where it went, what was done.

Pure layout; what became of each part is found in `mapping`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ctct_migrate.output.cells import shown
from ctct_migrate.payload import Account, Fate, Payload

#: Characters of a value, and of a path, that are shown.
_VALUE, _PATH = 40, 48


#: More parts of one element than this that went the same way come as one line.
_MANY = 3


def accounting(payload: Payload) -> str:
    """The table of a payload."""
    where = payload.source if payload.entry is None else f"{payload.source}, entry {payload.entry}"
    return table(f"{where}: {payload.resource} ({payload.shape.value})", payload.accounting)


def table(title: str, accounts: Sequence[Account]) -> str:
    """The lines of a table, with a heading and a count of each fate; ends in a line end.  What
    stands in markup goes where the markup goes, and is counted alone."""
    rows = [("v1", "line", "value", "body", "what was done"), *_rows(accounts)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [title]
    for v1, line, value, v2, done in rows:
        lines.append(
            f"  {v1:<{widths[0]}}  {line:>{widths[1]}}  {value:<{widths[2]}}  {v2:<{widths[3]}}  {done}".rstrip()
        )
    counts = {fate: sum(each.fate is fate for each in accounts) for fate in Fate}
    told = ", ".join(f"{count} {fate.value}" for fate, count in counts.items() if count)
    lines.append(f"  {len(accounts)} parts: {told}")
    return "\n".join(lines) + "\n\n"


_Row = tuple[str, str, str, str, str]


def _rows(accounts: Sequence[Account]) -> Iterator[_Row]:
    """A row for each account, but for the parts of markup."""
    at = 0
    while at < len(accounts):
        account = accounts[at]
        yield _row(account)
        at += 1
        inside = _parts(accounts, at, account)
        if inside > _MANY:
            yield f"  … {inside} parts in it, likewise", "", "", "", ""
            at += inside


def _parts(accounts: Sequence[Account], at: int, account: Account) -> int:
    """How many accounts from `at` on are of parts of the one before, and of one fate with it."""
    if not account.pointer or "/" in account.pointer[1:]:
        return 0
    count = 0
    for part in accounts[at:]:
        if not part.path.startswith(f"{account.path}/"):
            break
        if part.pointer != account.pointer and part.fate is not Fate.IGNORED:
            return 0
        count += 1
    return count


def _row(account: Account) -> _Row:
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
