"""What can be sent as JSON: the requests of each resource of a target, as a table made from its
deliveries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ctct_migrate.resources import BY_SLUG
from ctct_migrate.targets import Delivery, Target
from ctct_migrate.targets.target import Step

_HEADINGS = ("`--resource`", "`--parent`", "create", "`--shape update`", "`--delete`")


def requests_page(targets: Sequence[Target]) -> str:
    """A table for each target, as Markdown."""
    return "\n".join(f"### {target.title}\n\n{_table(target)}" for target in targets)


def _table(target: Target) -> str:
    rows = [_HEADINGS, ("---",) * len(_HEADINGS), *_rows(target)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _rows(target: Target) -> Iterator[tuple[str, ...]]:
    for slug, delivery in target.deliveries().items():
        calls = [_calls(steps) for steps in (delivery.create, delivery.update, delivery.remove)]
        if any(calls):
            yield f"`{slug}`", _owners(delivery), *calls


def _calls(steps: Sequence[Step]) -> str:
    return ", ".join(dict.fromkeys(f"{step.method} `/{step.path}`" for step in steps))


def _owners(delivery: Delivery) -> str:
    """What has to be said of where it lives, the outermost first."""
    found: list[str] = []
    owner = BY_SLUG[delivery.resource].owner
    while owner is not None and owner.to in BY_SLUG:
        found.insert(0, f"`{owner.to}=ID`")
        owner = BY_SLUG[owner.to].owner
    return " ".join(found)
