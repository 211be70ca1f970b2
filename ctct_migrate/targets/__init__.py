"""The other side: what v1 documents are converted for and sent to, one folder for a target, and the
one list of them.

A new target is a folder here, its JSON Schemas in `schemas/NAME`, and one line in `TARGETS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ctct_migrate.targets.target import Delivery, Target
from ctct_migrate.targets.v2.target import V2
from ctct_migrate.targets.v3.target import V3

#: Every target, by its name.
TARGETS: Mapping[str, Target] = MappingProxyType({target.name: target for target in (V2, V3)})


def target_named(name: str) -> Target:
    """The target of that name.  Raises ValueError, whose one line names the nearest one or all of
    them, if there is none."""
    target = TARGETS.get(name)
    if target is not None:
        return target
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), TARGETS, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"expected {', '.join(TARGETS)}"
    raise ValueError(f"there is no target `{name}`; {hint}")


def targets_named(names: str | Iterable[str]) -> tuple[str, ...]:
    """The names of one or more targets, each once: of a text in which commas separate them, or of
    several texts.  Raises ValueError for one that there is not, and for none."""
    texts = names.split(",") if isinstance(names, str) else list(names)
    found = tuple(dict.fromkeys(target_named(text.strip()).name for text in texts))
    if not found:
        raise ValueError(f"no target is named; expected {', '.join(TARGETS)}")
    return found


__all__ = ["TARGETS", "Delivery", "Target", "target_named", "targets_named"]
