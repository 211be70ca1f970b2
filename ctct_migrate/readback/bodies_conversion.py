"""Bodies of one target as bodies of another, with what is wrong with them at its place in the JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from ctct_migrate.api.conversion import Conversion
from ctct_migrate.bodies import checking
from ctct_migrate.bodies.json_places import PlacedValue, character_place
from ctct_migrate.bodies.placed_bodies import placed_bodies, placed_lines
from ctct_migrate.bodies.recognising import recognised
from ctct_migrate.contract.contract import Violation
from ctct_migrate.diagnostics import Diagnostic, Label
from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.mapping.complaints import ComplaintKind
from ctct_migrate.mapping.engine import run
from ctct_migrate.mapping.payloads import payload_of
from ctct_migrate.mapping.rows import DEFAULT_TARGET, NO_CHOICES, Choices, ConversionOptions
from ctct_migrate.payload import Account, Dropped, Fate, Payload, Shape
from ctct_migrate.readback.v1_text import V1Text, chosen_in, left_over, v1_text
from ctct_migrate.reader.document import Document
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.rules.context import Context, Reporter
from ctct_migrate.rules.conversion import target_limits, target_rules
from ctct_migrate.rules.conversion.bodies import NO_RESOURCE, NOT_CARRIED, WRONG_TYPE
from ctct_migrate.rules.conversion.converting import decided
from ctct_migrate.rules.conversion.json_body_rules import LIMIT, PROPERTY
from ctct_migrate.rules.conversion.losses import UNACCOUNTED
from ctct_migrate.rules.conversion.placeless import PLACELESS
from ctct_migrate.rules.fast.fast_path import outcome_of
from ctct_migrate.source import Source, Span
from ctct_migrate.targets import Delivery, target_named
from ctct_migrate.verification.json_bodies import parsed


def convert_bodies(
    source: Source,
    shape: Shape | str = Shape.CREATE,
    *,
    origin: str = "v2",
    target: str = "v3",
    time_zone: tzinfo | None = None,
    choices: Choices = NO_CHOICES,
) -> Conversion:
    """The bodies in a JSON text (one, a list, or JSON Lines: bodies of their own, or the lines that
    `convert` writes), which are of the target named `origin`, as bodies for `target`; and what is wrong
    with them, at its place in the JSON.

    Payloads and diagnostics have the 0-based number of the body as their `entry`, None for one body
    that stands alone.  Never raises on bad input; raises ValueError for a shape or a target that
    there is not.
    """
    options = ConversionOptions(Shape(shape), time_zone, target_named(target).name, choices)
    known = target_named(origin).deliveries()
    deliveries = {slug: each for slug, each in known.items() if each.has_source}
    read = parsed(source)
    if read.problems and not read.bodies:
        if source.text.lstrip()[:1] == "<":
            how = f"Leave out `--from {origin}`: a v1 document is converted as it is."
            return Conversion((), [replace(each, help=(how,)) for each in read.problems])
        return Conversion((), read.problems)
    try:
        given = placed_lines(source.text) if read.problems else placed_bodies(source.text)
        bodies = [(each.entry, each.value) for each in given]
    except RecursionError:
        deep = PlacedValue(None, 0, len(source.text))
        return Conversion((), [_of_no_resource(Reporter(source), deep, origin)])
    payloads: list[Payload] = []
    found: list[Diagnostic] = [*read.problems]
    for index, body in bodies:
        reporter = Reporter(source, index)
        delivery = next(iter(recognised(deliveries.values(), body.inside)), None)
        if delivery is None or not isinstance(body.value, dict):
            found.append(_of_no_resource(reporter, body, origin))
            continue
        slug = next(slug for slug, each in deliveries.items() if each is delivery)
        if target_named(target).delivery(slug) is None:
            found.append(_without_place(reporter, body, slug, target))
            continue
        each = _Readback(source, index, body, delivery, options)
        found += each.diagnostics()
        payloads += each.payloads()
    return Conversion(payloads, sorted(found, key=lambda each: each.span))


def _of_no_resource(reporter: Reporter, body: PlacedValue, origin: str) -> Diagnostic:
    return reporter.at(
        NO_RESOURCE, body.start, min(body.end, body.start + 1), f"this is the body of no resource of {origin}",
        label="expected a campaign, a schedule, a contact or a contact list", help=(NO_RESOURCE.how,),
    )  # fmt: skip


def _without_place(reporter: Reporter, body: PlacedValue, slug: str, target: str) -> Diagnostic:
    api, noun = target_named(target), BY_SLUG[slug].noun
    instead = api.instead.get(slug)
    return reporter.at(
        PLACELESS, body.start, min(body.end, body.start + 1), f"{api.title} has no place for {noun}s: this one is skipped",
        label="skipped", help=(*((instead,) if instead else ()), PLACELESS.how),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Place:
    """A value of the body: where its v1 text stands, its pointer, and its place in the JSON."""

    start: int
    end: int
    pointer: str
    value: PlacedValue


#: Characters of a value of a wrong type that are marked.
_MARKED = 40


class _Readback:
    """One body on its way."""

    def __init__(
        self,
        source: Source,
        index: int | None,
        body: PlacedValue,
        delivery: Delivery,
        options: ConversionOptions,
    ):
        self.source, self.index, self.body, self.delivery = source, index, body, delivery
        chosen = chosen_in(delivery.table, body.value)
        self.options = replace(options, choices=options.choices.chosen(chosen))
        self.reporter = Reporter(source, index)
        self.written: V1Text = v1_text(delivery.table, body.value)
        self.document = Document(Source(source.path, self.written.text.encode("utf-8", "replace")))
        self.places = [
            _Place(each.start, each.end, each.pointer, value)
            for each in self.written.written
            if (value := body.at(each.pointer)) is not None
        ]
        self.names = self._property_names()

    # -- what is said --------------------------------------------------------------------------------

    def diagnostics(self) -> list[Diagnostic]:
        """What is wrong with the body for the new target, and what is not carried over."""
        wrong = list(self._wrong_types())
        if wrong:
            return wrong
        found = [*self._not_carried(), *map(self._in_json, self._judged[0])]
        if any(each.code == UNACCOUNTED.code for each in found) and (own := self._refused()):
            # Why nothing is made of it is plain in the old target's own words, and at its place.
            found = [each for each in found if each.code != UNACCOUNTED.code] + own
        return list({(each.code, each.span): each for each in reversed(found)}.values())

    def _refused(self) -> list[Diagnostic]:
        """What the old target itself would refuse of the body."""
        left_out = checking.read_only(self.delivery, Shape.CREATE, self.body)
        sent = {name: each for name, each in self.body.value.items() if name not in left_out}
        made = checking.Checking(self.reporter, self.delivery, Shape.CREATE, self.body, sent)
        return [each for each in made.diagnostics() if each.code != PROPERTY.code]

    def _wrong_types(self) -> Iterator[Diagnostic]:
        """Values of which nothing can be read, since they are of another type than the old target
        has, or no dates."""
        contract, schema = self.delivery.table.contract, self.delivery.schema
        for each in contract.violations(schema, "record", self.body.value):
            place = self.body.at(each.pointer)
            if each.keyword == "type" and place is not None and place.value is not None:
                yield self.reporter.at(
                    WRONG_TYPE, place.start, min(place.end, place.start + _MARKED), each.message,
                    label="of another type than expected", help=(WRONG_TYPE.how,), element=each.pointer,
                )  # fmt: skip
            elif each.keyword == "format" and place is not None and not self._is_read_only(each):
                yield self.reporter.at(
                    LIMIT, place.start, min(place.end, place.start + _MARKED), each.message,
                    help=(LIMIT.how,), element=each.pointer,
                )  # fmt: skip

    def _is_read_only(self, violation: Violation) -> bool:
        contract, schema = self.delivery.table.contract, self.delivery.schema
        return contract.limits(schema, re.sub(r"/[0-9]+", "/0", violation.pointer)).read_only

    def payloads(self) -> Iterator[Payload]:
        """The body for the new target, unless something is in the way."""
        if any(True for _ in self._wrong_types()):
            return
        for each in self._judged[1]:
            payload = payload_of(self.document, each, self.options)
            yield replace(
                payload,
                entry=self.index,
                accounts=lambda made=payload: tuple(map(self._account, made.accounting)),  # type: ignore[misc]
                drops=lambda made=payload: self._drops(made),  # type: ignore[misc]
                spans=lambda made=payload: self._spans(made),  # type: ignore[misc]
            )

    @property
    def _judged(self) -> tuple[list[Diagnostic], list[Any]]:
        if not hasattr(self, "_found"):
            self._found = self._judge()
        return self._found

    def _judge(self) -> tuple[list[Diagnostic], list[Any]]:
        (entry,) = self.document.entries
        options = self.options
        context = Context(
            self.document, entry, options.shape, options.time_zone, options.target, options.choices
        )
        said = [*target_limits.check(context), *target_rules.check(context)]
        said = [replace(each, targets=(options.target,)) for each in said]
        mapped = outcome_of(self.document, entry, options)
        if mapped is not None and mapped.outcome.body is None and self._lacks_owner_alone(mapped):
            # A body does not say what it belongs to: the URL does.
            body = mapped.outcome.attempt
            mapped = replace(mapped, outcome=replace(mapped.outcome, body=body, complaints=[]))
            return said, [mapped]
        return decided(self.document, options.shape, options, said)

    @staticmethod
    def _lacks_owner_alone(mapped: Any) -> bool:
        return all(each.kind is ComplaintKind.NO_NUMBER for each in mapped.outcome.complaints)

    def _not_carried(self) -> Iterator[Diagnostic]:
        """What of the body v1 has no word for."""
        (entry,) = self.document.entries
        assert entry.payload is not None, "the text is a payload"
        node = self.document.nodes[entry.payload.number]
        shape = replace(self.options, shape=Shape.RECORD, target=DEFAULT_TARGET)
        rebuilt = run(self.delivery.table, node, None, shape).attempt
        for pointer in left_over(self.body.value, rebuilt):
            place = self.body.at(pointer)
            if place is None or self._is_about_itself(pointer):
                continue
            name = pointer[1:]
            start, end = place.start, place.end
            if place.name_start is not None and place.name_end is not None:
                start, end = place.name_start, place.name_end
            yield self.reporter.at(
                NOT_CARRIED, start, end, f"`{name}` is not carried over to {self.options.target}",
                label="left out", help=(NOT_CARRIED.how,), element=pointer,
            )  # fmt: skip

    def _is_about_itself(self, pointer: str) -> bool:
        """Whether a property only says what its resource is called by on the old target."""
        limits = self.delivery.table.contract
        try:
            return (
                pointer.endswith("/id") and limits.limits(self.delivery.schema, pointer).read_only
            )
        except KeyError:
            return False

    # -- where ---------------------------------------------------------------------------------------

    def _property_names(self) -> dict[str, str]:
        """What v1's elements are called in the body: by the name of the element."""
        by_table = {
            row.path.split("/")[0].rstrip("*"): row.pointer.replace("/*", "")[1:]
            for row in reversed(self.delivery.table.rows)
            if row.pointer.startswith("/") and not row.path.startswith(("entry", "@"))
        }
        return by_table | {each.name: each.pointer[1:] for each in reversed(self.written.written)}

    def _in_json(self, diagnostic: Diagnostic) -> Diagnostic:
        """A diagnostic on the v1 text as one on the JSON."""
        pointer, leaf = self._pointer(diagnostic.span), diagnostic.element.rpartition("/")[2]
        # What stands deeper is called by its own place: several elements have one of that name.
        names = {**({leaf: pointer[1:]} if pointer else {}), **self.names}
        message = re.sub(r"`(\w+)`", lambda m: f"`{names.get(m[1], m[1])}`", diagnostic.message)
        return replace(
            diagnostic,
            path=self.source.path,
            entry=self.index,
            span=self._span(diagnostic.span),
            message=message.replace("` is YES", "` is true"),
            element=pointer,
            labels=tuple(Label(self._span(each.span), each.text) for each in diagnostic.labels),
            fixes=(),
        )

    def _place(self, span: Span) -> _Place | None:
        """The value whose v1 text a span is in, or whose element it names."""
        start = self.document.source.character(span.start.offset)
        following = (each for each in self.places if start < each.end or start == each.start)
        return next(following, None)

    def _pointer(self, span: Span) -> str:
        place = self._place(span)
        return place.pointer if place is not None else ""

    def _span(self, span: Span) -> Span:
        """Where in the JSON stands what stands at a span of the v1 text."""
        place = self._place(span)
        if place is None:
            return self.source.span(self.body.start, min(self.body.end, self.body.start + 1))
        value = place.value
        start = self.document.source.character(span.start.offset)
        end = self.document.source.character(span.end.offset)
        if start < place.start or not isinstance(value.value, str):
            if value.name_start is not None and value.name_end is not None:
                return self.source.span(value.name_start, value.name_end)
            return self.source.span(value.start, value.end)
        text = self.written.text
        before = len(_decoded(text[place.start : start])) - self._wrapper(place)
        length = len(_decoded(text[start : min(end, place.end)]))
        first = character_place(self.source.text, value.start, max(0, before))
        last = character_place(self.source.text, value.start, max(0, before) + length)
        return self.source.span(first, max(first, min(last, value.end - 1)))

    def _wrapper(self, place: _Place) -> int:
        """Characters that stand in the v1 text before the value itself, such as `<Text>`."""
        written = _decoded(self.written.text[place.start : place.end])
        found = written.find(str(place.value.value))
        return max(0, found)

    def _account(self, account: Account) -> Account:
        place = self._place(account.span)
        value = account.value
        if place is not None and not isinstance(place.value.value, dict | list):
            value = _text_of(place.value.value)
        return Account(
            (place.pointer if place is not None else "") or account.path,
            self._span(account.span),
            value,
            account.fate,
            account.pointer,
            account.reason,
        )

    def _drops(self, made: Payload) -> tuple[Dropped, ...]:
        found = []
        for account in map(self._account, made.accounting):
            if account.fate is Fate.DROPPED and account.value.strip():
                line = account.span.start.line
                found.append(Dropped(account.path, line, account.value.strip(), account.reason))
        return tuple(found)

    def _spans(self, made: Payload) -> dict[str, Span]:
        return {pointer: self._span(span) for pointer, span in made.source_map.items()}


def _text_of(value: Any) -> str:
    """A plain JSON value as text: a text itself, anything else as JSON writes it."""
    return value if isinstance(value, str) else json.dumps(value)


def _decoded(text: str) -> str:
    from ctct_migrate.reader.characters import resolve

    return resolve(text)
