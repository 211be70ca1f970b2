"""CT400 and CT415: what a document has to have and does not have.

What is required, and when, is said by the XSD (`minOccurs`, `use`, `f:required`), and all of it is
held to, in every resource.  A resource may name a rule with better words for an element
(`Resource.missing`).  Present and empty is missing too.  An element that is misspelt or stands
elsewhere is found all the same.

Decided here, since the sources leave it open:

* Without a shape a document is held to what a create needs, whatever its state: the server's own
  answers have all of it, but for the listing of a feed, which gets one diagnostic for all that it
  lacks (CT415).
* A record needs no more than what every document of the resource has, which the XSD requires
  without a condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from ctct_migrate.clark_names import local_name
from ctct_migrate.diagnostics import Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources import BY_SLUG, RESOURCES, Resource
from ctct_migrate.rules.content.content_places import ElementContent
from ctct_migrate.rules.context import Context, Reporter
from ctct_migrate.rules.edits import hole, is_empty, write_field
from ctct_migrate.rules.fast.raw_payload import RawSubject, path_of, start_tags
from ctct_migrate.rules.fast.signs import Signs
from ctct_migrate.rules.nearness import squeezed
from ctct_migrate.rules.own_rules import own_rules
from ctct_migrate.rules.phrases import listing
from ctct_migrate.rules.required.missing_rules import FEED_SUMMARY, MISSING_ELEMENT, RULES
from ctct_migrate.rules.required.necessity import Mark, needed
from ctct_migrate.rules.values.meanings import facts_of, says, untroubled
from ctct_migrate.rules.values.uris import is_uri
from ctct_migrate.source import Source
from ctct_migrate.v1 import AttributeFact, ElementFact, Vocabulary, vocabulary

__all__ = ["RULES", "check", "is_held_to_all", "is_listing", "lacks", "place_of"]

#: What a flag says that asks for texts, by the conditions of the XSD.
_YES = "YES"


def may_report(signs: Signs) -> bool:
    """Whether anything can be missing in a payload."""
    if signs.is_listing:
        return True
    if not (signs.has_right_payload and signs.converts):
        asked = signs.questions
        if not signs.is_only_wrong_in_values or signs.doubts(asked.flags | asked.contents):
            return True
    return not (signs.has_required and signs.is_plain_itself)


def check(context: Context) -> Iterator[Diagnostic]:
    """What is missing in an entry's payload."""
    payload = context.payload
    if payload is None or context.resource is None or not context.whole:
        return
    if is_listing(context):
        yield from _check_listing(context, payload)
    own, held_to_all = own_rules(context.resource), is_held_to_all(context)
    conditions: dict[str, list[ElementFact]] = {}
    for fact in _required(vocabulary(), context.resource):
        if fact.name in own.spoken_of:
            continue
        if "=" in fact.required_when:
            conditions.setdefault(fact.required_when, []).append(fact)
        elif fact.required or (held_to_all and not own.is_excused(context, fact)):
            yield from _check_field(context, payload, fact)
    if held_to_all:
        for condition, facts in conditions.items():
            if says(context, condition):
                yield from _check_together(context, payload, condition, facts)
    yield from _check_inside(context, payload)


def is_held_to_all(context: Context) -> bool:
    """Whether an entry has to have what a new resource needs: neither a record nor a listing."""
    return context.shape is not Shape.RECORD and not is_listing(context)


@cache
def _required(facts: Vocabulary, resource: str) -> tuple[ElementFact, ...]:
    """The children of a payload that are required in any case or in some."""
    children = (facts.element(resource, name) for name in facts.children(resource))
    return tuple(
        fact for fact in children if fact is not None and (fact.required or fact.required_when)
    )


def _rule(context: Context, path: str) -> Rule:
    """The rule that speaks of a missing element."""
    declared = RESOURCES.get(context.resource or "")
    code = declared.missing.get(path, "") if declared is not None else ""
    return own_rules(context.resource).rule(code) or MISSING_ELEMENT


def _help(rule: Rule, fact: ElementFact) -> str:
    """What to do: in a rule's own words, or in those of the XSD."""
    if rule is not MISSING_ELEMENT or not fact.meaning:
        return rule.how
    return f"add `<{fact.name}>`: {fact.meaning[:1].lower()}{fact.meaning[1:]}"


# -- a listing ----------------------------------------------------------------------------------


def is_listing(context: Context) -> bool:
    """Whether the entry is one of a feed that says no more than a listing of the resource does."""
    declared = RESOURCES.get(context.resource or "")
    fields = context.naming.fields.keys()
    return (
        declared is not None
        and bool(declared.listed)
        and context.entry.index is not None
        and bool(fields)
        and fields <= declared.listed
    )


def _check_listing(context: Context, payload: Element) -> Iterator[Diagnostic]:
    resource, path = RESOURCES[context.resource or ""], context.path(payload)
    if context.shape is not Shape.RECORD:
        names = context.naming.fields
        yield _only_lists(context.report, resource, payload, path, names, context.shape)


def remarks(source: Source, root: Any, listed: Sequence[RawSubject]) -> Iterator[Diagnostic]:
    """That entries only list their resources, where no shape was asked for; given in the order of a
    document in which nothing is wrong, of which `root` is the root element.  Raises UnclearPlace."""
    tags = start_tags(source.text, root, [each.payload for each in listed])
    for each, tag in zip(listed, tags, strict=True):
        report, resource = Reporter(source, each.index), BY_SLUG[each.table.resource]
        names = {local_name(child.tag) for child in each.payload.iterchildren("*")}
        yield _only_lists(report, resource, tag, path_of(each.payload), names, None)


def _only_lists(
    report: Reporter, resource: Resource, payload: Element, path: str, names: Iterable[str],
    shape: Shape | None,
) -> Diagnostic:  # fmt: skip
    """That an entry, of whose payload the start tag counts, has no more children than those."""
    noun = resource.noun
    asked = f", too little to {shape.value}" if shape is not None else ""
    return report.at(
        FEED_SUMMARY, payload.name_start, payload.name_end,
        f"this entry only lists the {noun}: {listing(sorted(names))}{asked}",
        label=f"expected the whole {noun}", help=(FEED_SUMMARY.how,), element=path,
        severity=None if shape is None else Severity.ERROR,
    )  # fmt: skip


# -- one child of the payload -------------------------------------------------------------------


def lacks(context: Context, name: str) -> bool:
    """Whether the payload's child `name` is missing, or says nothing."""
    element = context.field(name)
    if element is None:
        return True
    if not (is_empty(element) or own_rules(context.resource).says_nothing(context, name)):
        return False
    fact = vocabulary().element(context.resource or "", name)
    if fact is not None and any(
        each.required and element.attribute(each.name) is not None for each in fact.attributes
    ):
        return False  # what it says stands in an attribute
    return untroubled(context, element.start, element.end)


def place_of(context: Context, parent: Element, name: str) -> int:
    """Where the child `name` of the payload, or what should stand in it, is missing."""
    element = context.field(name)
    if element is None:
        return context.insertion(parent)
    if is_empty(element):
        return hole(context, element)
    content = ElementContent(context.source.text, element)  # an empty wrapper
    inner = element.elements
    return hole(context, inner[0]) if inner else content.place(content.value.index(">") + 1)


def _check_field(context: Context, payload: Element, fact: ElementFact) -> Iterator[Diagnostic]:
    name = fact.name
    if not lacks(context, name):
        return
    rule, there = _rule(context, name), context.field(name)
    at = place_of(context, payload, name)
    meaning = _in_short(fact.meaning)
    yield context.report.at(
        rule, at, at,
        f"`{payload.name}` has no `{name}`" if there is None else f"`{name}` is empty",
        label=_expected(name, meaning) if there is None else f"expected {meaning or 'text here'}",
        help=(_help(rule, fact),), element=context.path(payload, name) if there is None else context.path(there),
        fixes=_guess(context, payload, name),
    )  # fmt: skip


def _in_short(meaning: str) -> str:
    meaning = meaning.partition(";")[0].partition(",")[0]
    return meaning[:1].lower() + meaning[1:]


def _expected(name: str, meaning: str) -> str:
    return f"expected `<{name}>`" + (f": {meaning}" if meaning else "")


def _guess(context: Context, payload: Element, name: str) -> tuple[Fix, ...]:
    """What may be meant where nothing is said: what is unique in an account was usually the title
    of the entry too."""
    title = context.part("title")
    value = own_rules(context.resource).guess(context, name)
    if name == RESOURCES[context.resource or ""].key and title is not None:
        value = value or " ".join(title.text.split())
    if not value:
        return ()
    edit = write_field(context, payload, name, value)
    return context.report.fix(f"Write `{value}`", edit, safety=Safety.UNSAFE)


# -- further inside -----------------------------------------------------------------------------


def _check_inside(context: Context, payload: Element) -> Iterator[Diagnostic]:
    """What is missing in the payload's children, and attributes that are missing anywhere."""
    for element, fact in facts_of(context):
        children, attributes = _needed(fact.root, fact.path)
        if not (children or attributes):
            continue
        if not (element.closed and untroubled(context, element.start, element.open_end)):
            continue
        if element is not payload:
            for child in children:
                yield from _check_child(context, element, child)
        for attribute in attributes:
            if any(squeezed(each.name) == squeezed(attribute.name) for each in element.attributes):
                continue
            at = element.name_end
            yield context.report.at(
                MISSING_ELEMENT, at, at, f"`{element.name}` has no `{attribute.name}`",
                label=f"expected `{attribute.name}`" + (f": {_in_short(attribute.meaning)}" if attribute.meaning else ""),
                help=(MISSING_ELEMENT.how,), element=f"{context.path(element)}/@{attribute.name}",
            )  # fmt: skip


@cache
def _needed(root: str, path: str) -> tuple[tuple[ElementFact, ...], tuple[AttributeFact, ...]]:
    """What the element at `path` below `root` cannot be without: children (of the root itself, `check`
    speaks), and attributes but for URIs, of which the family `values` speaks."""
    known = vocabulary()
    fact = known.element(root, path)
    assert fact is not None, "the path is that of a fact"
    children = (known.element(root, f"{path}/{name}") for name in fact.children if path)
    return (
        tuple(child for child in children if child is not None and child.required),
        tuple(each for each in fact.attributes if each.required and not is_uri(each.type)),
    )


def _check_child(context: Context, parent: Element, fact: ElementFact) -> Iterator[Diagnostic]:
    there = context.inside(parent, fact.name)
    if there is None and fact.name in context.naming.displaced:
        return
    if there is not None and not (is_empty(there) and not fact.accepts("")):
        return
    if there is not None and not untroubled(context, there.start, there.end):
        return
    rule, meaning = _rule(context, fact.path), _in_short(fact.meaning)
    at = context.insertion(parent) if there is None else hole(context, there)
    yield context.report.at(
        rule, at, at,
        f"`{parent.name}` has no `{fact.name}`" if there is None else f"`{fact.name}` is empty",
        label=_expected(fact.name, meaning) if there is None else f"expected {meaning or 'text here'}",
        help=(_help(rule, fact),), element=context.path(parent, fact.name) if there is None else context.path(there),
    )  # fmt: skip


# -- required together --------------------------------------------------------------------------


def _check_together(
    context: Context, payload: Element, condition: str, facts: list[ElementFact]
) -> Iterator[Diagnostic]:
    """One diagnostic for all that one flag requires.  There is no fix: the words are not known, and
    turning the flag round would say the opposite of what the document says."""
    missing = [fact.name for fact in facts if lacks(context, fact.name)]
    name, _, value = condition.partition("=")
    flag = context.field(name)
    if not missing or (value == _YES and flag is not None and flag.text.strip() != _YES):
        return  # of a flag that is not written as it should be, `values` speaks first
    rule = _rule(context, missing[0])
    there = [each for each in missing if context.field(each) is not None]
    place = (there or missing)[0]
    at = place_of(context, payload, place)
    listed = listing(f"`{each}`" for each in missing)
    lack = "empty" if len(there) == len(missing) else "missing"
    wanted = "text here" if there else listing(f"`<{each}>`" for each in missing)
    cause = Mark(*context.value_span(flag), f"{value} requires it") if flag is not None else None
    start, end, label, labels = needed(Mark(at, at, f"expected {wanted}"), cause, not there)
    yield context.report.at(
        rule, start, end, f"`{name}` is {value}, but {listed} {'is' if len(missing) == 1 else 'are'} {lack}",
        label=label, help=(rule.how,), element=context.path(payload, place),
        labels=labels,
    )  # fmt: skip
