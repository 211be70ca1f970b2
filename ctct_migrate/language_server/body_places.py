"""What stands at a place of a JSON body: which property, and what its schema says of it."""

from __future__ import annotations

from functools import cached_property

from ctct_migrate.bodies.body_request import BodyRequestError, slug_of
from ctct_migrate.bodies.json_places import PlacedValue
from ctct_migrate.bodies.placed_bodies import PlacedBody, placed_bodies
from ctct_migrate.bodies.recognising import recognised
from ctct_migrate.contract.contract import PropertyLimits
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.source import Source
from ctct_migrate.targets import Delivery, target_named


@dataclass(frozen=True)
class BodyPlace:
    """A property, or an item of a list, at which the cursor is.

    pointer     JSON pointer into the body, with 0 for any item of a list
    start, end  where its name stands, or the value where that is what the cursor is on
    on_value    whether it is
    """

    delivery: Delivery
    pointer: str
    value: PlacedValue
    start: int
    end: int
    on_value: bool

    @cached_property
    def limits(self) -> PropertyLimits | None:
        """What the schema says of it; None where it has no such property."""
        try:
            return self.delivery.table.contract.limits(self.delivery.schema, self.pointer)
        except KeyError:
            return None

    @property
    def v1_paths(self) -> list[str]:
        """Where v1 had it: paths below the payload."""
        pointer = self.pointer.replace("/0", "/*")
        rows = self.delivery.table.rows
        found = (row.path for row in rows if row.pointer in (self.pointer, pointer))
        return list(dict.fromkeys(path.replace("*", "") for path in found))


def delivery_of(target: str, body: PlacedBody) -> Delivery | None:
    """How a target takes what a body is of; None where that is not clear."""
    known = target_named(target)
    if body.resource:
        try:
            return known.delivery(slug_of(target, body.resource))
        except BodyRequestError:
            return None
    likely = recognised(known.deliveries().values(), body.value.inside)
    return likely[0] if likely else None


def bodies_of(source: Source) -> list[PlacedBody]:
    """The bodies in a JSON text; none in one that cannot be read."""
    try:
        return list(placed_bodies(source.text))
    except (RecursionError, IndexError, ValueError):
        return []


def body_at(source: Source, target: str, index: int) -> BodyPlace | None:
    """What stands at `index` (characters of the source's text) of a text that holds bodies of a
    target; None outside of all properties."""
    for body in bodies_of(source):
        if body.value.start <= index <= body.value.end:
            delivery = delivery_of(target, body)
            return None if delivery is None else _in(delivery, "", body.value, index)
    return None


def _in(delivery: Delivery, pointer: str, value: PlacedValue, index: int) -> BodyPlace | None:
    for name, inner in value.inside.items():
        token = "0" if isinstance(value.value, list) else name.replace("~", "~0").replace("/", "~1")
        below = f"{pointer}/{token}"
        start, end = inner.name_place
        if inner.name_start is not None and start <= index <= end:
            return BodyPlace(delivery, below, inner, start, end, False)
        if inner.start <= index <= inner.end:
            deeper = _in(delivery, below, inner, index)
            return deeper or BodyPlace(delivery, below, inner, inner.start, inner.end, True)
    return None
