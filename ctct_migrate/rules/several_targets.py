"""What is said of one document for several targets, as one list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.late_dataclass import replace

#: What makes two diagnostics the same.
_Key = tuple[object, ...]


def joined(found: Mapping[str, Sequence[Diagnostic]]) -> Iterator[Diagnostic]:
    """The diagnostics of each target, by its name, each once.  What is said for some of them alone
    has their names in `targets`, and at the end of its message."""
    targets: dict[_Key, dict[str, None]] = {}
    first: dict[_Key, Diagnostic] = {}
    for name, diagnostics in found.items():
        for each in diagnostics:
            key = _key(each, name)
            targets.setdefault(key, {})[name] = None
            first.setdefault(key, each)
    for key, each in first.items():
        names = tuple(targets[key])
        if len(names) == len(found) and not each.targets:
            yield each
        else:
            words = f"{each.message} [{', '.join(names)}]"
            yield replace(each, message=words, targets=names)


def _key(diagnostic: Diagnostic, target: str) -> _Key:
    """What makes two diagnostics the same: all but the name of the target that they speak of."""
    message = _named(target).sub("", diagnostic.message)
    return diagnostic.code, diagnostic.entry, diagnostic.span, diagnostic.severity, message


@cache
def _named(name: str) -> re.Pattern[str]:
    """What finds a target's name in a message."""
    return re.compile(rf"\b{re.escape(name)}\b")
