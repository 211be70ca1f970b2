"""Which target the JSON in an editor is a body of, if it is one: most JSON is not."""

from __future__ import annotations

from ctct_migrate.bodies.reading_bodies import is_recognised
from ctct_migrate.bodies.recognising import properties, recognised
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.source import Source
from ctct_migrate.targets import TARGETS, target_named

#: Names of properties, as far as they can be seen in JSON that cannot be read.
_NAME = late_compile(r'"([\w$.-]{1,80})"\s*:')

#: Fewer known names than these say nothing of JSON that cannot be read.
_ENOUGH = 2


def body_target(source: Source, wanted: str) -> str:
    """The name of the target that a JSON text holds bodies of: one of those that are `wanted` (with
    commas between them), else another one; empty for JSON of any other kind.  Never raises on bad
    input."""
    names = list(dict.fromkeys((*wanted.split(","), *TARGETS)))
    for name in names:
        if is_recognised(source, name):
            return name
    return next((name for name in names if _may_be(source, name)), "")


def _may_be(source: Source, target: str) -> bool:
    """Whether JSON that cannot be read looks like a body: most names in it are known."""
    from ctct_migrate.verification.json_bodies import parsed

    if not parsed(source).problems or "<?xml" in source.text:
        return False
    names = set(_NAME.findall(source.text))
    best = recognised(target_named(target).deliveries().values(), names)
    known = len(names & properties(best[0], "")) if best else 0
    return known >= _ENOUGH and 2 * known > len(names)
