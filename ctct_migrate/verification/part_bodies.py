"""Bodies of parts: which of the bodies that `verify` is given are those of parts of a resource, such as
the fees of an event, and of which part each of them is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ctct_migrate.late_dataclass import replace
from ctct_migrate.mapping.rows import ConversionOptions
from ctct_migrate.payload import Shape
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.rules.fast.fast_path import MappedPayload, parts_of
from ctct_migrate.targets import TARGETS
from ctct_migrate.verification.json_bodies import Body
from ctct_migrate.verification.properties import other_resource


class PartBodies:
    """The bodies of parts of the payloads of a document, and `others`, which are those of the payloads
    themselves."""

    def __init__(
        self,
        seen: Sequence[MappedPayload],
        bodies: Sequence[Body],
        shape: Shape | None,
        options: ConversionOptions,
    ):
        self._shape, self._options = shape, options
        self._only = len(bodies) == 1
        self._target = TARGETS[options.target]
        slugs = {slug for place in seen for slug in self._slugs(place)}
        self._bodies = {slug: [b for b in bodies if self._is_of(slug, b, seen)] for slug in slugs}
        taken = {id(body) for found in self._bodies.values() for body in found}
        self.others = [body for body in bodies if id(body) not in taken]

    def of(self, place: MappedPayload) -> Iterator[tuple[MappedPayload, Body | None]]:
        """The parts of a payload, each with its body.  None of them is missed where no body of any is
        given, or one body in all; a body that is of no part is given to one that is left, which it differs from."""
        for slug in self._slugs(place):
            waiting = [b for b in self._bodies[slug] if b.entry in (None, place.index)]
            if not waiting:
                continue
            shapes = (self._shape,) if self._shape is not None else (Shape.CREATE, Shape.RECORD)
            parts = list(self._parts(place, slug, shapes))
            given = [self._taken(slug, waiting, each) for each in parts]
            for part, body in zip(parts, given, strict=True):
                body = body or (waiting.pop(0) if waiting and not self._only else None)
                if body is not None:
                    self._bodies[slug] = [b for b in self._bodies[slug] if b is not body]
                if body is not None or not self._only:
                    yield part, body

    def _taken(self, slug: str, waiting: list[Body], part: MappedPayload) -> Body | None:
        """The first waiting body that has the key of a part, which waits no more"""
        delivery = self._target.delivery(slug)
        key = delivery.key_of(part.outcome.attempt) if delivery is not None else ""
        same = (b for b in waiting if delivery is not None and delivery.key_of(b.value) == key)
        found = next(same, None)
        if found is not None:
            waiting.remove(found)
        return found

    @property
    def left(self) -> int:
        """How many bodies are of no part."""
        return sum(map(len, self._bodies.values()))

    def stands_alone(self, place: MappedPayload) -> bool:
        """Whether no body of the payload itself is made, or one of a part is all that was given, so that
        none is missed."""
        if not self._slugs(place) or self.others:
            return False
        asked = self._shape in (Shape.CREATE, Shape.UPDATE)
        resource = BY_SLUG[place.table.resource]
        recorded = asked and resource.is_recorded_alone(self._options.choices)
        return recorded or self._only

    def _slugs(self, place: MappedPayload) -> tuple[str, ...]:
        delivery = self._target.delivery(place.table.resource)
        return tuple(delivery.parts) if delivery is not None else ()

    def _parts(
        self, place: MappedPayload, slug: str, shapes: Sequence[Shape]
    ) -> Iterator[MappedPayload]:
        """The parts of that kind, in the first shape in which there are any."""
        for shape in shapes:
            found = parts_of(place, replace(self._options, shape=shape), shape)
            made = [each for each in found if each.table.resource == slug]
            if made:
                yield from made
                return

    def _is_of(self, slug: str, body: Body, seen: Sequence[MappedPayload]) -> bool:
        """Whether a body is of a part of that kind, and of none of the payloads themselves."""
        table = self._target.table(slug)
        if table is None or not isinstance(body.value, dict):
            return False
        wholes = [place.table for place in seen if slug in self._slugs(place)]
        return not other_resource(table, self._target, body.value) and all(
            other_resource(whole, self._target, body.value) for whole in wholes
        )
