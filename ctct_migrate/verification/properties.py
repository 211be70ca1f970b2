"""Properties: what in a body is not a property of the target, and whose body it may be instead.

A property that the target does not have is reported once, whatever it holds; if it is one of the
target's misspelt, together with what is missing for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from ctct_migrate.contract.contract import Contract
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.divergence import short
from ctct_migrate.mapping.equivalence import DifferenceKind, LocatedDifference
from ctct_migrate.mapping.rows import Table
from ctct_migrate.payload import Shape
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.rules.nearness import nearest
from ctct_migrate.rules.phrases import listing, plural, with_article
from ctct_migrate.targets import TARGETS, Target

#: How many properties of a foreign body are named.
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Misnamed:
    """A property that the target does not have.

    pointer  its JSON pointer in the body
    located  the first difference that it makes
    meant    the first of those that are explained by it: what the XML says under the right name
    message, label, help  as a `Diagnostic` has them
    """

    pointer: str
    located: LocatedDifference
    meant: LocatedDifference | None
    message: str
    label: str
    help: tuple[str, ...]


@cache
def _known(contract: Contract, resource: str) -> frozenset[str]:
    """The pointers of all properties of a resource, in whatever shape; `*` for places in lists."""
    return frozenset(
        _starred(pointer) for shape in Shape for pointer in contract.properties(resource, shape)
    )


@cache
def _names(contract: Contract, resource: str, parent: str) -> tuple[str, ...]:
    """The names of the properties right in `parent`, a starred pointer."""
    start = f"{parent}/"
    rest = (
        each[len(start) :] for each in sorted(_known(contract, resource)) if each.startswith(start)
    )
    return tuple(name for name in rest if "/" not in name and name != "*")


def _noun(slug: str) -> str:
    """How messages call a resource."""
    return BY_SLUG[slug].noun


def _starred(pointer: str) -> str:
    return "/".join("*" if token.isdigit() else token for token in pointer.split("/"))


def other_resource(table: Table, target: Target, body: dict[str, Any]) -> str:
    """Why a body is not one of the table's resource, as a sentence; empty where it may be one."""
    contract, noun = table.contract, _noun(table.resource)
    names = [name for name, value in body.items() if value not in (None, "", [], {})]
    if not names:
        return f"the JSON is the empty object, and the XML is {with_article(noun)}"
    telling = [name for name in names if name != "id"] or names
    own = _names(contract, table.resource, "")
    mine = sum(nearest(name, own) is not None for name in telling)
    others = {
        other: sum(name in _names(contract, other, "") for name in telling)
        for other, delivery in target.deliveries().items()
        if other != table.resource and delivery.has_source
    }
    best = max(others, key=lambda name: others[name], default="")
    fits = ""
    if not _fits(contract, table.resource, body):
        elsewhere = _other_target(table.resource, target, body)
        if elsewhere is not None:
            return (
                f"this is the body of {with_article(noun)} for {elsewhere.title}, and the XML is "
                f"compared for {target.title}; say `--target {elsewhere.name}`"
            )
        told = mine == len(telling)  # all of it may be of this resource, of which parts are missing
        alike = (
            other
            for other in others
            if not told or (others[other] == mine > 1 and not BY_SLUG[other].read_only)
        )
        fits = next((other for other in alike if _fits(contract, other, body)), "")
    best = fits or best
    if best and (fits or (others[best] > mine and 2 * mine < len(telling))):
        return (
            f"this is the body of {with_article(_noun(best))}, and the XML is {with_article(noun)}"
        )
    if mine:
        return ""
    inner = next((n for n in telling if isinstance(body[n], dict) and _is_one(own, body[n])), None)
    if inner is not None:
        return f"the body stands in `{inner}`, and {table.target} has its properties at the top"
    shown = listing([f"`{name[:40]}`" for name in telling[:_NAMED]])
    more = f" and {len(telling) - _NAMED} more" if len(telling) > _NAMED else ""
    return f"this is not the body of {with_article(noun)}, which has none of {shown}{more}"


def _other_target(resource: str, target: Target, body: dict[str, Any]) -> Target | None:
    """Another target of which a body is one of a resource, or None."""
    for other in TARGETS.values():
        table = other.table(resource)
        if other is not target and table is not None and _fits(table.contract, resource, body):
            return other
    return None


def _fits(contract: Contract, resource: str, body: dict[str, Any]) -> bool:
    """Whether a body can be sent as one of a resource."""
    if BY_SLUG[resource].read_only:
        return contract.is_valid(resource, Shape.RECORD, body)
    without = {name: value for name, value in body.items() if name != "id"}
    return any(
        contract.is_valid(resource, shape, each)
        for shape in (Shape.CREATE, Shape.UPDATE)
        for each in (body, without)
    )


def _is_one(own: Sequence[str], inner: dict[str, Any]) -> bool:
    return bool(inner) and 2 * sum(name in own for name in inner) >= len(inner)


def sorted_out(
    table: Table, found: Iterable[LocatedDifference]
) -> tuple[list[LocatedDifference], list[Misnamed]]:
    """The differences that are reported one by one, and the properties that the target does
    not have."""
    contract, resource = table.contract, table.resource
    rest: list[LocatedDifference] = []
    unknown: dict[str, list[LocatedDifference]] = {}
    for each in found:
        pointer = _unknown(contract, resource, each.difference.pointer)
        if each.difference.kind is DifferenceKind.UNEXPECTED and pointer:
            unknown.setdefault(pointer, []).append(each)
        else:
            rest.append(each)
    misnamed = []
    for pointer, held in unknown.items():
        parent, _, name = pointer.rpartition("/")
        lacking = _lacking(rest, parent)
        meant = nearest(name, lacking) or nearest(
            name, _names(contract, resource, _starred(parent))
        )
        missing = lacking.get(meant, []) if meant else []
        rest = [each for each in rest if each not in missing]
        misnamed.append(_misnamed(table, pointer, held, meant, missing))
    return rest, misnamed


def _unknown(contract: Contract, resource: str, pointer: str) -> str:
    """The shortest beginning of a pointer that is not a property of the target; empty if all of it is."""
    tokens = pointer.split("/")[1:]
    at = ""
    for token in tokens:
        at += f"/{token}"
        if not token.isdigit() and _starred(at) not in _known(contract, resource):
            return at
    return ""


def _lacking(rest: Iterable[LocatedDifference], parent: str) -> dict[str, list[LocatedDifference]]:
    """The missing properties right in `parent`, each with what is missing of it."""
    found: dict[str, list[LocatedDifference]] = {}
    start = f"{parent}/"
    for each in rest:
        difference = each.difference
        if difference.kind is DifferenceKind.MISSING and difference.pointer.startswith(start):
            name = difference.pointer[len(start) :].partition("/")[0]
            found.setdefault(name, []).append(each)
    return found


def _misnamed(
    table: Table,
    pointer: str,
    held: Sequence[LocatedDifference],
    meant: str | None,
    missing: Sequence[LocatedDifference],
) -> Misnamed:
    parent = pointer.rpartition("/")[0]
    shown = f"`{pointer.removeprefix('/')[:80]}`"
    if meant is None:
        value = f" (`{short(held[0].difference.found)}`)" if len(held) == 1 else ""
        return Misnamed(
            pointer, held[0], None, f"{table.target} has no property {shown}",
            "nothing here becomes one",
            (f"leave it out{value}: {table.target} takes no notice of it, or refuses the body",),
        )  # fmt: skip
    right = {each.difference.pointer.removeprefix(f"{parent}/{meant}"): each for each in missing}
    given = {each.difference.pointer.removeprefix(pointer): each for each in held}
    wrong = [
        rest for rest in right.keys() | given.keys()
        if rest not in right or rest not in given
        or right[rest].difference.expected != given[rest].difference.found
    ]  # fmt: skip
    help: tuple[str, ...] = ()
    if missing and wrong:
        expected = (
            f"its value is not the right one either: expected `{short(missing[0].difference.expected)}`"
            if len(right) == 1
            else f"{plural(len(wrong), 'value')} in it are not right either"
        )
        help = (expected,)
    elif not missing:
        help = (f"the XML says nothing of `{meant}`, or the JSON has it already",)
    return Misnamed(
        pointer, held[0], missing[0] if missing else None,
        f"{table.target} has no property {shown}: did you mean `{meant}`?", f"expected it as `{meant}`", help,
    )  # fmt: skip
