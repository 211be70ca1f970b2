"""CT701 to CT710: what v2 refuses of a document that v1 took.

The mapping engine makes the v2 body, the contract says what it refuses, and the engine's trace
leads each violation back to the element that the value came from.  Limits stand in the v2 JSON
Schema alone.  What another family has reported, a missing element, a value that is none, content that
is not a whole document, is not reported again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ctct_migrate.contract.contract import Violation
from ctct_migrate.diagnostics import Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.mapping.complaints import ComplaintKind
from ctct_migrate.mapping.outcome import MappingOutcome
from ctct_migrate.mapping.rows import Table
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.edits import write_value
from ctct_migrate.rules.envelope.named_places import filler_places
from ctct_migrate.rules.fast.signs import Signs
from ctct_migrate.rules.phrases import clip, plural, quoted, unseen, whole_campaign
from ctct_migrate.rules.values.meanings import email_of, fact_of
from ctct_migrate.rules.values.values import words_for

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
    how="Write a value that is taken: an address needs an `@`, and a domain with a dot in it.", fact=_LIMITS,
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


def may_report(signs: Signs) -> bool:
    """Whether the target can refuse anything."""
    if signs.has_right_payload and signs.converts:
        return False
    return not signs.has_right_names or bool(_violations(signs.outcome))


def check(context: Context) -> Iterator[Diagnostic]:
    """What v2 refuses of an entry, besides what others have reported."""
    payload, resource, view = context.payload, context.resource, context.view
    if payload is None or resource is None or view is None:
        return
    table = view.table
    outcome, trace = view.traced
    found = _violations(outcome)
    if not found or outcome.number in RESOURCES[resource].built_in:
        return
    origins, pointers = view.read.origins(), {violation.pointer for violation in found}
    places = {
        note.pointer: (origins[note.node], note.attribute)
        for note in trace
        if note.pointer and note.pointer in pointers and note.node in origins
    }
    reported = {
        violation.pointer
        for violation in found
        if _is_of_target(table, violation) or _told(context, violation, places)
    }
    # What is not of the form is not said to be too short besides.
    formless = {each.pointer for each in found if _KEYWORDS.get(each.keyword) is FORMAT}
    for violation in found:
        if violation.keyword == "minLength" and violation.pointer in formless:
            continue
        if violation.pointer not in reported:
            yield _refused(context, payload, table, violation, places)


def _violations(outcome: MappingOutcome) -> list[Violation]:
    return [each.detail for each in outcome.complaints if each.kind is ComplaintKind.CONTRACT]


def _is_of_target(table: Table, violation: Violation) -> bool:
    """Whether the target's own rules speak of it: of what may stand nowhere in a text, and of some
    values that are made of several elements."""
    composition = table.composed.get(violation.pointer)
    return violation.keyword == "not" or (composition is not None and composition.is_told)


def _told(context: Context, violation: Violation, places: Mapping[str, _Place]) -> bool:
    """Whether another family speaks of it: of what is missing `required`, of values `values`, of
    content `content`, of bytes that no encoding allows `reading`."""
    if violation.keyword == "json":
        return context.source.undecodable is not None
    place = places.get(violation.pointer)
    if place is None:
        # Nothing gave a value, and that is reported: no text is there, or none that can be read.
        return violation.pointer != _NUMBER or _has_filler(context)
    if any(violation.value in resource.built_in for resource in RESOURCES.values()):
        return True  # one that v1 kept itself, such as the list `active`
    element, attribute = place
    fact = fact_of(context, element)
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
    seen = unseen(element.text) if rule is FORMAT and not attribute else ()
    better = _rule_of_address(context, element) if rule is FORMAT and not attribute else None
    if better is not None and _IN_NO_ADDRESS.search(element.text):
        rule, help_ = better, better.how
        message = f"{quoted(element.text.strip())} is not an e-mail address"
    return context.report.at(
        rule, start, end, message, label=label, help=(*seen, help_), element=context.path(element) + (f"/@{attribute}" if attribute else ""),
        fixes=fixes,
        severity=Severity.WARNING if _is_forewarned(context, rule) else None,
    )  # fmt: skip


#: What v1 took in no address either: signs that part addresses, names and schemes.
_IN_NO_ADDRESS = late_compile(r"[,;:<>()\[\]\"]")


def _rule_of_address(context: Context, element: Element) -> Rule | None:
    """The rule that speaks of a wrong e-mail address at that place; None where there is another
    value."""
    fact = fact_of(context, element)
    if fact is not None and fact.type is not None and fact.type.name.endswith("EmailAddress"):
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
