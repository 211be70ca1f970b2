"""JSON text to payloads, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ctct_migrate.api.conversion import Conversion
from ctct_migrate.bodies import checking
from ctct_migrate.bodies.body_request import BodyRequest, BodyRequestError, slug_of
from ctct_migrate.bodies.json_places import PlacedValue
from ctct_migrate.bodies.placed_bodies import PlacedBody, placed_bodies
from ctct_migrate.bodies.recognising import properties, recognised, resource_names
from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.payload import Account, Fate, Payload, Shape
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.resources.resource import Resource
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.conversion import json_body_rules as catalogue
from ctct_migrate.rules.conversion.bodies import JSON_SYNTAX
from ctct_migrate.rules.phrases import choice, listing, with_article
from ctct_migrate.source import Source, Span
from ctct_migrate.targets import Delivery, target_named
from ctct_migrate.verification.json_bodies import parsed

#: What names of JSON files end in.
_SUFFIXES = (".json", ".jsonl", ".ndjson")

#: What UTF-8 may begin with.
_BOM = b"\xef\xbb\xbf"


def read_bodies(source: Source, request: BodyRequest) -> Conversion:
    """The bodies in a JSON text (one, a list, or JSON Lines: bodies of their own, or the lines that
    `convert` writes) as payloads, each with its source map into the JSON; and what is wrong with
    them.

    A body with an error yields no payload.  Payloads and diagnostics have the 0-based number of the
    body as their `entry`, None for one body that stands alone.  Never raises on bad input; raises
    ValueError for a target that there is not.
    """
    target_named(request.target)
    read = parsed(source)
    if read.problems:
        return Conversion((), read.problems)
    try:
        bodies = list(placed_bodies(source.text))
    except (RecursionError, IndexError, ValueError):
        deep = Reporter(source).at(
            JSON_SYNTAX, 0, 1, "this JSON cannot be read: too deep", help=(JSON_SYNTAX.how,)
        )
        return Conversion((), [deep])
    payloads: list[Payload] = []
    found: list[Diagnostic] = []
    if not bodies:
        start = len(source.text) - len(source.text.lstrip())
        empty = Reporter(source).at(
            catalogue.RESOURCE, start, start + 1, "there is no body in this list",
            label="expected `{`", help=("Give one body, a list of bodies, or JSON Lines.",),
        )  # fmt: skip
        return Conversion((), [empty])
    for body in bodies:
        each = _Reading(source, body, request)
        found += each.diagnostics
        if not any(one.severity is Severity.ERROR for one in each.diagnostics):
            payloads.append(each.payload())
    return Conversion(payloads, sorted(found, key=lambda one: one.span))


def repeated_properties(source: Source) -> list[Diagnostic]:
    """Where an object in a JSON text has a property twice; nothing for a text that cannot be read.
    Never raises on bad input."""
    if parsed(source).problems:
        return []
    try:
        bodies = list(placed_bodies(source.text))
    except (RecursionError, IndexError, ValueError):
        return []
    return [
        found
        for body in bodies
        for found in checking.repeated(Reporter(source, body.entry), body.value)
    ]


def is_body(source: Source, request: BodyRequest) -> bool:
    """Whether a text is to be read as JSON bodies: it begins as JSON does, and the resource is said,
    or it plainly holds bodies of the target."""
    beginning = source.data[:4096].removeprefix(_BOM).lstrip()[:1]
    if beginning not in (b"{", b"["):
        return False
    if request.resource or is_recognised(source, request.target):
        return True
    # JSON that cannot be read is said to be that, unless it may hold a document of v1.
    is_named_so = source.path.lower().endswith(_SUFFIXES)
    return is_named_so and b"<" not in source.data and bool(parsed(source).problems)


def is_recognised(source: Source, target: str) -> bool:
    """Whether a JSON text plainly holds bodies of a target: most properties of each are those of a
    resource.  Never raises on bad input."""
    if parsed(source).problems:
        return False
    try:
        bodies = list(placed_bodies(source.text))
    except (RecursionError, IndexError, ValueError):
        return False
    deliveries = target_named(target).deliveries().values()
    for body in bodies:
        best = recognised(deliveries, body.value.inside)
        known = properties(best[0], "") if best else frozenset[str]()
        if 2 * len(known & body.value.inside.keys()) <= len(body.value.inside):
            return False
    return bool(bodies)


class _Reading:
    """One body."""

    def __init__(self, source: Source, body: PlacedBody, request: BodyRequest):
        self._source, self._placed, self._request = source, body, request
        self._body = body.value
        self._reporter = Reporter(source, body.entry, (request.target,))
        self._delivery: Delivery | None = None
        self._shape = Shape.CREATE
        self._left_out: Sequence[str] = ()
        self.diagnostics = list(self._found())

    # -- what is wrong -------------------------------------------------------------------------------

    def _found(self) -> Iterator[Diagnostic]:
        yield from checking.repeated(self._reporter, self._body)
        delivery = self._recognised()
        if isinstance(delivery, Diagnostic):
            yield delivery
            return
        self._delivery = delivery
        self._shape = self._request.shape or self._fitting(delivery)
        if not (delivery.create or delivery.has_source):
            self._shape = Shape.UPDATE  # the only thing that can be meant
        no_request = self._without_request(delivery)
        if no_request is not None:
            yield no_request
            return
        if self._request.removes:
            yield from self._misplaced(delivery)
            return
        self._left_out = checking.read_only(delivery, self._shape, self._body)
        yield from self._read_only(delivery)
        yield from checking.Checking(
            self._reporter, delivery, self._shape, self._body, self._sent(delivery)
        ).diagnostics()
        yield from self._misplaced(delivery)

    def _sent(self, delivery: Delivery) -> dict[str, Any]:
        """The body as it is sent: without what only the server writes, and with the id that was said
        beside it, where an update has one."""
        own = self._id_name
        said = self._shape is Shape.UPDATE and self._request.number
        known = delivery.table.contract.properties(delivery.schema, self._shape)
        number = {own: self._request.number} if said and f"/{own}" in known else {}
        body = {name: each for name, each in self._body.value.items() if name not in self._left_out}
        return {**number, **body}

    def _recognised(self) -> Delivery | Diagnostic:
        """How the target takes what the body is of; or why that is not clear."""
        target = target_named(self._request.target)
        said = self._request.delivery
        if not isinstance(self._body.value, dict):
            return self._at_start(
                catalogue.TYPE, "a body is an object", "expected `{`", (catalogue.TYPE.how,)
            )
        if said is not None:
            return said
        if self._placed.resource:
            try:
                slug = slug_of(self._request.target, self._placed.resource)
            except BodyRequestError as error:
                return self._at_start(catalogue.RESOURCE, str(error))
            found = target.delivery(slug)
            assert found is not None, "it is one of the target's"
            return found
        likely = recognised(target.deliveries().values(), self._body.inside)
        if len(likely) == 1:
            return likely[0]
        nouns = choice(each.resource for each in likely)
        message = (
            f"this may be the body of {nouns}" if likely else "this is the body of no resource"
        )
        slugs = choice(dict.fromkeys(resource_names(self._request.target).values()))
        return self._at_start(
            catalogue.RESOURCE, message, f"say which: --resource {nouns if likely else 'NAME'}",
            () if likely else (f"Say the resource: `--resource` with {slugs}.",),
        )  # fmt: skip

    def _fitting(self, delivery: Delivery) -> Shape:
        """The shape that a body fits best: a create, an update or a record."""

        def refused(shape: Shape) -> int:
            return len(delivery.table.contract.violations(delivery.schema, shape, self._body.value))

        # What has nothing that only the server writes is no record, though that would take it sooner.
        requests = {Shape.CREATE: delivery.create, Shape.UPDATE: delivery.update}
        written = [
            each for each, steps in requests.items() if steps and self._may_be(each, delivery)
        ]
        return min(written or Shape, key=refused)

    def _may_be(self, shape: Shape, delivery: Delivery) -> bool:
        """Whether a body has nothing but its id that only the server writes in that shape."""
        return set(checking.read_only(delivery, shape, self._body)) <= {self._id_name}

    def _without_request(self, delivery: Delivery) -> Diagnostic | None:
        steps = {
            Shape.CREATE: (delivery.create, "created"),
            Shape.UPDATE: (delivery.update, "replaced"),
        }.get(self._shape)
        if self._request.removes:
            steps = (delivery.remove, "deleted")
        if steps is None or steps[0]:
            return None
        message = f"{with_article(delivery.noun)} cannot be {steps[1]} in {self._request.target}"
        return self._at_start(catalogue.NO_REQUEST, message[:1].lower() + message[1:])

    def _read_only(self, delivery: Delivery) -> Iterator[Diagnostic]:
        """What is left out since only the server writes it: in one diagnostic what it always writes,
        and in one each what it writes as this body is."""
        limits = delivery.table.contract
        always: list[str] = []
        for name in self._left_out:
            if name == self._id_name and self._shape is Shape.UPDATE:
                continue
            if f"/{name}" not in limits.properties(delivery.schema, self._shape):
                always.append(name)
                continue
            message = f"`{name}` is read-only in {with_article(delivery.noun)} such as this one"
            yield self._not_sent(message, [name])
        if len(always) == 1:
            yield self._not_sent(f"`{always[0]}` is written by the server alone", always)
        elif always:
            names = listing(f"`{name}`" for name in always)
            yield self._not_sent(f"{names} are written by the server alone", always)

    def _not_sent(self, message: str, names: Sequence[str]) -> Diagnostic:
        first, *others = [self._body.inside[name].name_place for name in names]
        verb = "is" if len(names) == 1 else "are"
        return self._reporter.at(
            catalogue.READ_ONLY, *first, f"{message}, and {verb} left out", label="not sent",
            help=(catalogue.READ_ONLY.how,), element=f"/{names[0]}",
            labels=[(*each, "not sent") for each in others],
        )  # fmt: skip

    def _misplaced(self, delivery: Delivery) -> Iterator[Diagnostic]:
        """What of the place is not said, or is said in two ways."""
        own = self._body.inside.get(self._id_name)
        number = _text(own.value) if own is not None else None
        if own is not None and number and self._request.number not in ("", number):
            yield self._reporter.at(
                catalogue.PLACE, own.start, own.end,
                f"`{self._id_name}` is {number}, and {self._request.number} was asked for",
                label=f"expected {self._request.number}", help=("Give one of them.",), element=f"/{self._id_name}",
            )  # fmt: skip
        if not self._request.places:
            return
        if self._request.number and not self._names_itself:
            message = f"{self._request.number} is to be replaced, and this would be created"
            yield self._at_start(catalogue.PLACE, message, "expected `--shape update`")
        for owner in _owners(BY_SLUG[delivery.resource]):
            if owner.slug not in self._request.parents:
                yield self._at_start(
                    catalogue.PLACE,
                    f"which {owner.noun} this {delivery.noun} lives in is not said",
                    f"expected `--parent {owner.slug}=ID`",
                )
        if self._names_itself and not self._number(BY_SLUG[delivery.resource]):
            yield self._at_start(
                catalogue.PLACE,
                f"which {delivery.noun} is meant is not said",
                f"expected `{self._id_name}`",
            )

    @property
    def _id_name(self) -> str:
        """Name of the property that holds its own id."""
        collection = self._delivery.collection if self._delivery is not None else None
        return collection.id if collection is not None else "id"

    @property
    def _names_itself(self) -> bool:
        return self._request.removes or self._shape is Shape.UPDATE

    def _at_start(
        self, rule: Any, message: str, label: str = "", help_: tuple[str, ...] = ()
    ) -> Diagnostic:
        start = self._body.start
        return self._reporter.at(
            rule, start, min(self._body.end, start + 1), message, label=label,
            help=help_ or (rule.how,),
        )  # fmt: skip

    # -- the payload ---------------------------------------------------------------------------------

    def _number(self, resource: Resource) -> str | None:
        """The id of what is meant."""
        own = self._body.inside.get(self._id_name)
        said = self._request.number or (_text(own.value) if own is not None else "")
        return said or resource.singleton or None

    def payload(self) -> Payload:
        """The body as it is sent."""
        assert self._delivery is not None, "it was recognised"
        resource = BY_SLUG[self._delivery.resource]
        parents = self._request.parents
        owners = {each.slug for each in _owners(resource)}
        return Payload(
            source=self._source.path,
            entry=self._placed.entry,
            resource=resource.slug,
            shape=self._shape,
            body=self._sent(self._delivery),
            number=self._number(resource) if self._names_itself else None,
            accounts=self._accounts,
            drops=tuple,
            spans=self._spans,
            references={slug: (number,) for slug, number in parents.items() if slug in owners},
            request=dict(self._placed.request),
            ids_of_target=True,
        )

    def _placed_values(self) -> Iterator[tuple[str, PlacedValue]]:
        left_out = {f"/{name}" for name in self._left_out}
        for pointer, value in self._body.everything():
            if f"/{pointer.split('/', 2)[1]}" not in left_out if pointer else True:
                yield pointer, value

    def _spans(self) -> Mapping[str, Span]:
        return {
            pointer: self._source.span(value.start, value.end if pointer else value.start + 1)
            for pointer, value in self._placed_values()
        }

    def _accounts(self) -> tuple[Account, ...]:
        return tuple(
            Account(
                pointer, self._source.span(value.start, value.end), _text(value.value),
                Fate.MAPPED, pointer, "as it is",
            )
            for pointer, value in self._placed_values()
            if not value.inside
        )  # fmt: skip


def _owners(resource: Resource) -> Iterator[Resource]:
    """The resources that one lives in, the innermost first."""
    while resource.owner is not None and resource.owner.to in BY_SLUG:
        resource = BY_SLUG[resource.owner.to]
        yield resource


def _text(value: Any) -> str:
    """A plain value as text; empty for what has none."""
    return (
        str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    )
