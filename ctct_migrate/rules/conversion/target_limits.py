"""CT701 to CT710: what v2 refuses of a document that v1 took.

The mapping engine makes the v2 body, the contract says what it refuses, and the engine's trace
leads each violation back to the element that the value came from.  Limits stand in the v2 JSON
Schema alone.  What another family has reported, a missing element, a value that is none, content that
is not a whole document, is not reported again.

The engine works on lxml's trees, and on names that are right.  So that one misspelt name or one
lost end tag does not hide a text that is too long, it is then given a copy of the payload as it
was meant (`_Copy`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from typing import Any, Protocol

from lxml import etree

from ctct_migrate.contract.contract import Violation
from ctct_migrate.diagnostics import Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.mapping.complaints import ComplaintKind
from ctct_migrate.mapping.engine import run
from ctct_migrate.mapping.outcome import MappingOutcome, Note
from ctct_migrate.mapping.rows import ConversionOptions, Table
from ctct_migrate.payload import Shape
from ctct_migrate.reader.characters import FORBIDDEN
from ctct_migrate.reader.tree import ATOM, Element, Markup, Text
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.edits import write_value
from ctct_migrate.rules.envelope.named_places import filler_places
from ctct_migrate.rules.phrases import clip, plural, quoted, whole_campaign
from ctct_migrate.rules.values.meanings import email_of, facts_of
from ctct_migrate.rules.values.values import words_for
from ctct_migrate.targets import TARGETS
from ctct_migrate.v1.lexicon import lexicon

_LIMITS = "reference, v2-contract, Campaign"

_URI = "http://api.constantcontact.com/ws/customers/joe/campaigns/1100546096289"


TOO_LONG = Rule(
    "CT701", "too-long", Severity.ERROR,
    summary="A text that is longer than v2 allows",
    why="v1 had no such limit, or a wider one. v2 refuses the whole campaign; to cut the text silently would be to change it.",
    bad="<Name>The spring, summer and autumn readings of the Maple Street book club in Northampton, Massachusetts</Name>",
    good="<Name>Readings of the Maple Street book club</Name>",
    how="Shorten the text. Characters are counted, not bytes.", fact=_LIMITS,
    element="v2",
)  # fmt: skip
TOO_SHORT = Rule(
    "CT702", "too-short", Severity.ERROR,
    summary="A text that is shorter than v2 allows",
    why="v2 takes no address of fewer than six characters, and no empty text where it requires one.",
    bad="<ReplyToEmail><EmailAddress>a@b.c</EmailAddress></ReplyToEmail>",
    good="<ReplyToEmail><EmailAddress>al@b.co</EmailAddress></ReplyToEmail>",
    how="Write it out, or leave the element out where it is not required.", fact=_LIMITS,
)  # fmt: skip
FORMAT = Rule(
    "CT703", "v2-format", Severity.ERROR,
    summary="A value that v1 took and whose form v2 refuses",
    why="v2 is stricter than v1 about the form of some values, of e-mail addresses above all.",
    bad="<FromEmail><EmailAddress>joe@localhost</EmailAddress></FromEmail>",
    good="<FromEmail><EmailAddress>joe@example.com</EmailAddress></FromEmail>",
    how="Write a value that v2 takes: an address needs an `@`, and a domain with a dot in it.", fact=_LIMITS,
)  # fmt: skip
CONTRACT = Rule(
    "CT710", "v2-contract", Severity.ERROR,
    summary="Something else that the v2 contract refuses",
    why="The JSON Schema of v2's API refuses the body that this document converts to. An update, for one, has to say by its number which campaign it replaces.",
    bad=whole_campaign(""), good=whole_campaign(f' id="{_URI}"'),
    how="Correct what the message names.", fact="reference, v2-contract",
)  # fmt: skip

RULES = (TOO_LONG, TOO_SHORT, FORMAT, CONTRACT)

#: Which rule speaks of a keyword of JSON Schema; of others, CT710.
_KEYWORDS = {
    "maxLength": TOO_LONG,
    "minLength": TOO_SHORT,
    "pattern": FORMAT,
    "format": FORMAT,
}

_Place = tuple[Element, str]
"""An element, and the name of the attribute of it, or nothing for its text."""


def check(context: Context) -> Iterator[Diagnostic]:
    """What v2 refuses of an entry, besides what others have reported."""
    payload, resource = context.payload, context.resource
    table = TARGETS[context.target].table(RESOURCES[resource].slug) if resource else None
    if payload is None or resource is None or table is None:
        return
    read = _read(context, payload, resource)
    options = ConversionOptions(
        context.shape or Shape.CREATE, context.zone, context.target, context.choices
    )
    outcome = run(table, read.payload, read.envelope, options)
    if not _violations(outcome) or outcome.number in RESOURCES[resource].built_in:
        return
    trace: list[Note] = []  # which is what costs time, and nothing is wrong with most documents
    found = _violations(run(table, read.payload, read.envelope, options, trace))
    origins = read.origins()
    places = {
        note.pointer: (origins[note.node], note.attribute)
        for note in trace
        if note.pointer and note.node in origins
    }
    reported = {violation.pointer for violation in found if _told(context, violation, places)}
    for violation in found:
        if violation.pointer not in reported:
            yield _refused(context, payload, table, violation, places)


def _violations(outcome: MappingOutcome) -> list[Violation]:
    return [each.detail for each in outcome.complaints if each.kind is ComplaintKind.CONTRACT]


def _told(context: Context, violation: Violation, places: Mapping[str, _Place]) -> bool:
    """Whether another family speaks of it: of what is missing `required`, of values `values`, of
    content `content`, of bytes that no encoding allows `reading`."""
    if violation.keyword == "json":
        return context.source.undecodable is not None
    place = places.get(violation.pointer)
    if place is None:
        # Nothing gave a value, and that is reported: no text is there, or none that can be read.
        return violation.pointer != _NUMBER or _has_filler(context)
    element, attribute = place
    fact = next((fact for each, fact in facts_of(context) if each is element), None)
    if _KEYWORDS.get(violation.keyword) in (TOO_LONG, TOO_SHORT):
        held = fact.type if fact is not None and not attribute else None
        length = len(element.text.strip())
        longest = held.max_length if held is not None else None
        return held is not None and (
            length < held.min_length or (longest is not None and length > longest)
        )
    if fact is None or attribute:
        return False
    if fact.open:
        return violation.keyword == "pattern"  # `content` asks the same schema
    return fact.type is not None and not fact.type.accepts(element.text)


def _has_filler(context: Context) -> bool:
    """Whether it has been said that the ids of the entry are fillers."""
    resource = RESOURCES.get(context.resource or "")
    return resource is not None and bool(filler_places(context, resource))


#: Where a body has the number of its campaign; an update is nothing without it.
_NUMBER = "/id"


def _refused(
    context: Context, payload: Element, table: Table, violation: Violation,
    places: Mapping[str, _Place],
) -> Diagnostic:  # fmt: skip
    place = places.get(violation.pointer)
    rule = _KEYWORDS.get(violation.keyword, CONTRACT)
    if place is None:
        own = payload.attribute("id")
        span = (payload.name_end, payload.name_end)
        if own is not None and own.value_end > own.value_start:
            span = own.value_start, own.value_end
        known = RESOURCES[table.payload]
        return context.report.at(
            CONTRACT, *span, f"an update needs the number of its {known.noun}, and none is given",
            label="expected an `id` that ends in the number",
            help=(f"write `…/{known.collection}/{{number}}` into the {known.name}'s `id`, or create the {known.noun}",),
            element=f"{context.path(payload)}/@id",
        )  # fmt: skip
    element, attribute = place
    name = f"{element.name}/@{attribute}" if attribute else element.name
    start, end = _span(context, element, attribute)
    message, label, help_ = _words(table, violation, name)
    fixes = _address(context, element, attribute) if rule is FORMAT else ()
    better = _rule_of_address(context, element) if rule is FORMAT and not attribute else None
    if better is not None and _IN_NO_ADDRESS.search(element.text):
        rule, help_ = better, better.how
        message = f"{quoted(element.text.strip())} is not an e-mail address"
    return context.report.at(
        rule, start, end, message, label=label, help=(help_,), element=context.path(element) + (f"/@{attribute}" if attribute else ""),
        fixes=fixes,
        severity=Severity.WARNING if _is_forewarned(context, rule) else None,
    )  # fmt: skip


#: What v1 took in no address either: signs that part addresses, names and schemes.
_IN_NO_ADDRESS = re.compile(r"[,;:<>()\[\]\"]")


def _rule_of_address(context: Context, element: Element) -> Rule | None:
    """The rule that speaks of a wrong e-mail address at that place; None where there is another
    value."""
    for each, fact in facts_of(context):
        if each is element and fact.type is not None and fact.type.name.endswith("EmailAddress"):
            return words_for(context, fact.path, fact.type).rule
    return None


def _is_forewarned(context: Context, rule: Rule) -> bool:
    """Whether a text that is too long is not yet in the way of anything."""
    unknown = RESOURCES[context.resource or ""].limits_unknown
    return rule is TOO_LONG and context.shape is None and unknown


def _words(table: Table, violation: Violation, name: str) -> tuple[str, str, str]:
    """Message, label and help."""
    title = table.target
    value = violation.value if isinstance(violation.value, str) else ""
    if violation.keyword == "maxLength":
        length, most = len(value), violation.limit
        return (
            f"`{name}` is {length:,} characters long, {title} allows {most:,}",
            f"{plural(length - most, 'character')} too long",
            f"shorten it to {most:,} characters or fewer",
        )
    if violation.keyword == "minLength":
        return (
            f"{quoted(value)} is too short: {title} requires {plural(violation.limit, 'character')}",
            f"expected {plural(violation.limit, 'character')} or more",
            TOO_SHORT.how,
        )
    if violation.keyword in ("pattern", "format"):
        expected = table.contract.limits(table.resource, violation.pointer).expected
        return (
            f"{title} does not take {quoted(value)} for `{name}`",
            f"expected {expected or f'the form that {title} takes'}",
            FORMAT.how,
        )
    return (
        f"{title} refuses this: {clip(violation.message, 200)}",
        f"refused by {title}",
        CONTRACT.how,
    )


def _span(context: Context, element: Element, attribute: str) -> tuple[int, int]:
    """The value, of several lines the first."""
    own = element.attribute(attribute) if attribute else None
    if own is not None:
        return own.value_start, own.value_end
    if element.elements:
        text = context.source.text[element.open_end : element.close_start]
        start = element.open_end + len(text) - len(text.lstrip())
        end = element.open_end + len(text.rstrip())
    else:
        start, end = context.value_span(element)
    line = context.source.text.find("\n", start, end)
    if line < 0:
        return start, end
    return start, start + len(context.source.text[start:line].rstrip())


def _address(context: Context, element: Element, attribute: str) -> tuple[Fix, ...]:
    """An e-mail address without what v1 let pass around it."""
    meaning = email_of(element.text) if element.name == "EmailAddress" and not attribute else None
    if meaning is None:
        return ()
    safety = Safety.SAFE if meaning.certain else Safety.UNSAFE
    edit = write_value(context, element, meaning.value)
    return context.report.fix(f"Write `{meaning.value}`", edit, safety=safety)


class _Read(Protocol):
    """A payload and its envelope, as lxml has them; `origins` leads from their elements to those
    of the located tree."""

    payload: Any
    envelope: Any

    def origins(self) -> Mapping[Any, Element]: ...


def _read(context: Context, payload: Element, resource: str) -> _Read:
    """What libxml2 read, where all names in it are right; else a copy under the right names."""
    document = context.document
    if document.root is None or document.problems or context.naming.findings:
        return _Copy(context, payload, resource)
    return _Original(context, payload)


class _Original:
    """The payload as libxml2 read it."""

    def __init__(self, context: Context, payload: Element):
        self.document = context.document
        nodes = self.document.nodes
        self.payload = nodes[payload.number]
        self.envelope = nodes[context.envelope.number] if context.envelope is not None else None

    def origins(self) -> Mapping[Any, Element]:
        return self.document.by_node


class _Copy:
    """The payload and what of its envelope the engine looks at, as lxml's elements, under the
    names and in the places that were meant."""

    def __init__(self, context: Context, payload: Element, resource: str):
        self.meant, self.nodes = context.naming.meant, context.document.nodes
        self._origins: dict[Any, Element] = {}
        space = self.space = RESOURCES[resource].dialect.payload_namespace
        self.payload = self._shell(None, payload, resource, space)
        for name, found in context.naming.fields.items():
            if self.nodes and name in lexicon().contents and found[0].namespace == space:
                self._take(found[0], name)
            else:
                self._fill(self._shell(self.payload, found[0], name, space), found[0])
        self.envelope: Any = None
        if context.envelope is not None:
            self.envelope = self._shell(None, context.envelope, "entry", ATOM)
            for name in ("id", "link"):
                for part in context.naming.parts.get(name, ()):
                    self._fill(self._shell(self.envelope, part, name, ATOM), part)

    def origins(self) -> Mapping[Any, Element]:
        return self._origins

    def _shell(self, parent: Any, element: Element, name: str, space: str | None) -> Any:
        """A copy of an element and its attributes, without what stands in it."""
        tag: str = f"{{{space}}}{name}" if space else name
        names: Any = {None: space} if space else None
        try:
            copy = self._made(parent, tag, names)
        except ValueError:  # no name by XML's rules
            copy = self._made(parent, "x", None)
        self._origins[copy] = element
        for attribute in element.attributes:
            if attribute.prefix or attribute.name == "xmlns":
                continue
            with suppress(ValueError):
                copy.set(attribute.name, _characters(attribute.value))
        return copy

    def _take(self, element: Element, name: str) -> None:
        """Puts a copy of what libxml2 read into the payload: HTML is not held to any names."""
        copy = deepcopy(self.nodes[element.number])
        copy.tag, copy.tail = f"{{{self.space}}}{name}" if self.space else name, None
        self.payload.append(copy)
        self._origins[copy] = element

    def _made(self, parent: Any, tag: str, names: Any) -> Any:
        if parent is None:
            return etree.Element(tag, nsmap=names)
        return etree.SubElement(parent, tag, nsmap=names)

    def _fill(self, copy: Any, element: Element) -> None:
        """Puts copies of what stands in `element` into `copy`; not recursive, since HTML nests
        deeply."""
        waiting = [(copy, element)]
        while waiting:
            copy, element = waiting.pop()
            last: Any = None
            runs: list[str] = []  # lxml copies a text whole whenever something is added to it
            for child in element.children:
                if isinstance(child, Text):
                    runs.append(_characters(child.value))
                    continue
                if isinstance(child, Markup) and child.kind != "comment":
                    continue
                _write(copy, last, runs)
                if isinstance(child, Element):
                    last = self._shell(copy, child, self.meant.get(child, child.name), child.space)
                    waiting.append((last, child))
                else:
                    last = _comment(copy, child)
            _write(copy, last, runs)


def _write(parent: Any, last: Any, runs: list[str]) -> None:
    """Puts runs of text after `last`, or first into `parent`, and forgets them."""
    if runs and last is None:
        parent.text = "".join(runs)
    elif runs:
        last.tail = "".join(runs)
    runs.clear()


_HYPHENS = re.compile("-(?=-)")


def _comment(parent: Any, comment: Markup) -> Any:
    # A comment that is not a comment by XML's rules is copied as one: hyphens apart, none at the end.
    node = etree.Comment(_HYPHENS.sub("- ", _characters(comment.value)).rstrip("-"))
    parent.append(node)
    return node


def _characters(text: str) -> str:
    """`text` without what lxml does not take; as long as before."""
    return FORBIDDEN.sub("\ufffd", text)
