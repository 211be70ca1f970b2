"""CT401 to CT416: what a document has to have and does not have.

What is required, and when, is said by the XSD (`minOccurs`, `f:required`) and, of the address, by
the v2 JSON Schema; `requirements.RULE_OF` says which rule speaks of
which element.  Present and empty is missing
too.  An element that is misspelt or stands elsewhere is found all the same.

Decided here, since the sources leave it open:

* Without a shape a document is held to what a create needs, whatever its Status: the server's own
  answers have all of it, but for the listing of a campaigns feed, which gets one diagnostic for
  all that it lacks (CT415).
* A record needs no more than every campaign has, which is its name.
* The content of a STOCK campaign is not in the document, and not missed; nor is that of a
  TEMPLATE_V2 that comes without.
* A US organization has to have a state; one without a country lacks the country (CT413), and
  whether it lacks a state is not said before that is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ctct_migrate.contract import contract
from ctct_migrate.diagnostics import Diagnostic, Fix, Safety, Severity
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.content.content_places import ElementContent
from ctct_migrate.rules.content.html_content import says_nothing
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.edits import (
    hole,
    is_empty,
    write_child,
    write_field,
    write_value,
)
from ctct_migrate.rules.phrases import listing
from ctct_migrate.rules.required.missing_rules import (
    FEED_SUMMARY,
    MISSING_STATE,
    PARTIAL_ADDRESS,
    RULE_OF,
    RULES,
    UNRESOLVED_EMAIL,
)
from ctct_migrate.rules.values.meanings import is_template, meant, says, untroubled
from ctct_migrate.targets.v2.campaign import CAMPAIGN
from ctct_migrate.targets.v2.states_and_countries import ACCOUNT_VARIABLE, STATE_PATH, state_code
from ctct_migrate.v1 import ElementFact, Vocabulary, vocabulary

__all__ = ["RULES", "check"]

#: What an entry of a campaigns feed says of a campaign (reference, v1-atom; schemas/campaign.xsd).
_LISTED = frozenset({"Name", "Status", "Date"})

_ADDRESSES = ("FromEmail", "ReplyToEmail")

_TYPE = "CampaignType"

#: What a flag says that asks for texts, by the conditions of the XSD.
_YES = "YES"


def check(context: Context) -> Iterator[Diagnostic]:
    """What is missing in an entry's payload."""
    payload = context.payload
    if payload is None or context.resource is None or not context.whole:
        return
    listing_only = _is_listing(context)
    if listing_only:
        yield from _check_listing(context, payload)
    record = listing_only or context.shape is Shape.RECORD
    conditions: dict[str, list[ElementFact]] = {}
    for fact in _required(context.resource):
        if "=" in fact.required_when:
            conditions.setdefault(fact.required_when, []).append(fact)
        elif fact.required or not (record or _is_excused(context, fact)):
            yield from _check_field(context, payload, fact)
    if not record:
        for condition, facts in conditions.items():
            if says(context, condition):
                yield from _check_together(context, payload, condition, facts)
        yield from _check_address(context, payload)
    for name in _ADDRESSES:
        yield from _check_email(context, name)


def _required(resource: str) -> tuple[ElementFact, ...]:
    """The children of a payload that are required in any case or in some."""
    return _required_by(vocabulary(), resource)


@cache
def _required_by(facts: Vocabulary, resource: str) -> tuple[ElementFact, ...]:
    children = (facts.element(resource, name) for name in facts.children(resource))
    return tuple(
        fact
        for fact in children
        if fact is not None and (fact.required or fact.required_when) and fact.name in RULE_OF
    )


def _is_excused(context: Context, fact: ElementFact) -> bool:
    """Whether the campaign may be one from a template; a type that is none is told by `values`."""
    unknown = bool(context.text(_TYPE)) and meant(context, _TYPE) is None
    return fact.required_when == "custom" and (unknown or is_template(context))


# -- a listing ----------------------------------------------------------------------------------


def _is_listing(context: Context) -> bool:
    """Whether the entry is one of a feed that says no more than a listing does."""
    fields = context.naming.fields.keys()
    return (
        context.resource == "Campaign"
        and context.entry.index is not None
        and bool(fields)
        and fields <= _LISTED
    )


def _check_listing(context: Context, payload: Element) -> Iterator[Diagnostic]:
    if context.shape is Shape.RECORD:
        return
    asked = f", too little to {context.shape.value}" if context.shape is not None else ""
    yield context.report.at(
        FEED_SUMMARY, payload.name_start, payload.name_end,
        f"this entry only lists the campaign: {listing(sorted(context.naming.fields))}{asked}",
        label="expected the whole campaign", help=(FEED_SUMMARY.how,), element=context.path(payload),
        severity=None if context.shape is None else Severity.ERROR,
    )  # fmt: skip


# -- one element --------------------------------------------------------------------------------


def _lacks(context: Context, name: str) -> bool:
    """Whether the payload's child `name` is missing, or says nothing."""
    element = context.field(name)
    if element is None:
        return True
    return says_nothing(context, name) and untroubled(context, element.start, element.end)


def _place(context: Context, parent: Element, name: str) -> int:
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
    if name in _ADDRESSES:
        yield from _check_from(context, payload, fact)
        return
    if not _lacks(context, name):
        return
    there = context.field(name)
    at = _place(context, payload, name)
    meaning = fact.meaning.partition(";")[0].partition(",")[0]
    meaning = meaning[:1].lower() + meaning[1:]
    yield context.report.at(
        RULE_OF[name], at, at,
        f"`{payload.name}` has no `{name}`" if there is None else f"`{name}` is empty",
        label=f"expected `<{name}>`: {meaning}" if there is None else f"expected {meaning}",
        help=(RULE_OF[name].how,), element=context.path(payload, name) if there is None else context.path(there),
        fixes=_guess(context, payload, name),
    )  # fmt: skip


def _guess(context: Context, payload: Element, name: str) -> tuple[Fix, ...]:
    """What may be meant where nothing is said: a campaign was named like its entry, and most
    content is HTML."""
    title = context.part("title")
    guesses = {
        "Name": " ".join(title.text.split()) if title is not None else "",
        "EmailContentFormat": _format(context),
    }
    value = guesses.get(name, "")
    if not value:
        return ()
    edit = write_field(context, payload, name, value)
    return context.report.fix(f"Write `{value}`", edit, safety=Safety.UNSAFE)


def _format(context: Context) -> str:
    """The format that the content seems to have."""
    element = context.field("EmailContent")
    if element is None:
        return ""
    formats = vocabulary().element("Campaign", "EmailContentFormat")
    known = [value.value for value in formats.enumeration] if formats else []
    start = ElementContent(context.source.text, element).value.lstrip()[:200].upper()
    # `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"` names both: the longer one says it.
    named = [name for name in known if start.startswith("<!DOCTYPE") and f" {name} " in start]
    return max(named, key=len) if named else (known or [""])[0]


# -- the sender ---------------------------------------------------------------------------------


def _check_from(context: Context, payload: Element, fact: ElementFact) -> Iterator[Diagnostic]:
    element = context.field(fact.name)
    rule, meaning = RULE_OF[fact.name], "the address that the campaign is sent from"
    if element is None:
        at, message = context.insertion(payload), f"`{payload.name}` has no `{fact.name}`"
        label, path = f"expected `<{fact.name}>`: {meaning}", context.path(payload, fact.name)
    elif _is_unsaid(context, element) and context.inside(element, "Email") is None:
        address = context.inside(element, "EmailAddress")
        at = hole(context, element if address is None else address)
        if address is None and element.elements:
            at = context.insertion(element)
        message, label = f"`{fact.name}` has no address", "expected `<EmailAddress>`"
        path = context.path(element)
    else:
        return
    yield context.report.at(rule, at, at, message, label=label, help=(rule.how,), element=path)


def _is_unsaid(context: Context, element: Element) -> bool:
    """Whether an address is not in its element: not even where it does not belong."""
    address = context.inside(element, "EmailAddress")
    said = address is not None and not is_empty(address)
    told = element.filled or context.naming.displaced.get("EmailAddress")
    return not (said or told) and untroubled(context, element.start, element.end)


def _check_email(context: Context, name: str) -> Iterator[Diagnostic]:
    """CT416: the number of an address, and not the address."""
    element = context.field(name)
    number = context.inside(element, "Email") if element is not None else None
    if element is None or number is None or not _is_unsaid(context, element):
        return
    address = context.inside(element, "EmailAddress")
    at = context.insertion(element) if address is None else hole(context, address)
    yield context.report.at(
        UNRESOLVED_EMAIL, at, at, f"`{name}` links to an e-mail address, but does not say which it is",
        label="expected `<EmailAddress>`" if address is None else "expected an address such as joe@example.com",
        help=(UNRESOLVED_EMAIL.how,), element=context.path(element, "EmailAddress"),
        labels=((number.start, number.name_end, "only a link to it"),),
        fixes=_resolved(context, element, number),
    )  # fmt: skip


def _resolved(context: Context, element: Element, number: Element) -> tuple[Fix, ...]:
    """Certain where the campaign's other address has the same number and is written out."""
    wanted = number.attribute("id")
    for name in _ADDRESSES:
        other = context.field(name)
        same = context.inside(other, "Email") if other is not None else None
        attribute = same.attribute("id") if same is not None else None
        address = context.inside(other, "EmailAddress") if other is not None else None
        if other is element or wanted is None or attribute is None or address is None:
            continue
        if attribute.value == wanted.value and address.text.strip():
            value = address.text.strip()
            edit = write_child(context, element, "EmailAddress", value)
            return context.report.fix(f"Write `{value}`, the same as in `{name}`", edit)
    return ()


# -- required together --------------------------------------------------------------------------


def _check_together(
    context: Context, payload: Element, condition: str, facts: list[ElementFact]
) -> Iterator[Diagnostic]:
    """One diagnostic for all that one flag requires."""
    missing = [fact.name for fact in facts if _lacks(context, fact.name)]
    name, _, value = condition.partition("=")
    flag = context.field(name)
    if not missing or (value == _YES and flag is not None and flag.text.strip() != _YES):
        return  # of a flag that is not written as it should be, `values` speaks first
    rule = RULE_OF[missing[0]]
    if rule is MISSING_STATE and account_variables(context):
        return
    if rule is MISSING_STATE:
        yield _missing_state(context, payload, flag)
        return
    there = [each for each in missing if context.field(each) is not None]
    place = (there or missing)[0]
    at = _place(context, payload, place)
    listed = listing(f"`{each}`" for each in missing)
    lack = "empty" if len(there) == len(missing) else "missing"
    yield context.report.at(
        rule, at, at, f"`{name}` is {value}, but {listed} {'is' if len(missing) == 1 else 'are'} {lack}",
        label="expected text here" if there else f"expected {' and '.join(f'`<{each}>`' for each in missing)}",
        help=(rule.how,), element=context.path(payload, place),
        fixes=_without_flag(context, flag, value),
        labels=((*context.value_span(flag), f"{value} requires it"),) if flag is not None else (),
    )  # fmt: skip


def _without_flag(context: Context, flag: Element | None, value: str) -> tuple[Fix, ...]:
    """A guess: what the flag asks for is not wanted."""
    fact = vocabulary().element("Campaign", flag.name) if flag is not None else None
    other = [each.value for each in fact.enumeration if each.value != value] if fact else []
    if flag is None or len(other) != 1:
        return ()
    edit = write_value(context, flag, other[0])
    return context.report.fix(f"Write `{other[0]}` into `{flag.name}`", edit, safety=Safety.UNSAFE)


# -- the address --------------------------------------------------------------------------------


def _missing_state(context: Context, payload: Element, country: Element | None) -> Diagnostic:
    there = context.field(STATE_PATH)
    at = _place(context, payload, STATE_PATH)
    code = _state_elsewhere(context)
    fixes: tuple[Fix, ...] = ()
    if code is not None:
        edit = write_field(context, payload, STATE_PATH, code)
        fixes = context.report.fix(f"Write `{code}`, as `{_ABROAD}` says", edit)
    return context.report.at(
        MISSING_STATE, at, at,
        "the US organization has no `OrganizationState`" if there is None else "`OrganizationState` of the US organization is empty",
        label="expected `<OrganizationState>` with a two-letter code such as MA or TX" if there is None else "expected a two-letter code such as MA or TX",
        help=(MISSING_STATE.how,), element=context.path(payload, STATE_PATH), fixes=fixes,
        labels=((*context.value_span(country), "in the US a state is required"),) if country is not None else (),
    )  # fmt: skip


_ABROAD = "OrganizationInternationalState"


def _state_elsewhere(context: Context) -> str | None:
    """The state of a US organization that was put into the element for regions abroad."""
    code = state_code(context.text(_ABROAD) or "")
    return code if code in vocabulary().states("US") else None


def account_variables(context: Context) -> list[Element]:
    """The elements of the organization's address that hold a variable of v1's, which stands for
    the account's own address."""
    found = (context.field(name) for name in _address_fields())
    return sorted(
        (each for each in found if each is not None and ACCOUNT_VARIABLE.search(each.text)),
        key=lambda element: element.start,
    )


@cache
def _address_fields() -> dict[str, str]:
    """The elements that make an address, with their properties in v2's footer."""
    whole = "/message_footer"
    needs = CAMPAIGN.wholes[whole].needs
    return {
        row.path: row.pointer.rpartition("/")[2]
        for row in reversed(CAMPAIGN.rows)
        if row.pointer.rpartition("/")[0] == whole and row.pointer.rpartition("/")[2] in needs
    }


def _check_address(context: Context, payload: Element) -> Iterator[Diagnostic]:
    if context.resource != "Campaign":
        return
    fields = _address_fields()
    given = frozenset(fields[name] for name in fields if not _lacks(context, name))
    if not given or account_variables(context):
        return  # of v1's variables `conversions` speaks
    required = _required_of_address(given, context.shape or Shape.CREATE)
    missing = [
        name
        for name in vocabulary().children("Campaign")
        if fields.get(name) in required and _lacks(context, name)
    ]
    if not missing:
        return
    there = [name for name in missing if context.field(name) is not None]
    at = _place(context, payload, (there or missing)[0])
    listed = listing(f"`{name}`" for name in missing)
    yield context.report.at(
        PARTIAL_ADDRESS, at, at, f"the address of the organization lacks {listed}",
        label="expected text here" if there else f"expected {listing(f'`<{name}>`' for name in missing)}",
        help=(PARTIAL_ADDRESS.how,), element=context.path(payload, (there or missing)[0]),
    )  # fmt: skip


@cache
def _required_of_address(given: frozenset[str], shape: Shape) -> frozenset[str]:
    """What v2 requires of an address besides what is given, whatever its country."""
    body = {"message_footer": dict.fromkeys(given - {"country", "state"}, "-")}
    found = contract.violations("campaign", shape, body)
    return frozenset(
        violation.pointer.rpartition("/")[2]
        for violation in found
        if violation.keyword == "required" and violation.pointer.startswith("/message_footer/")
    )
