"""CT404, CT407, CT413 and CT416: addresses of a campaign, which are missing in whole or in part.

The sender's e-mail address, and the postal address of the organization, of which the JSON Schema of
the target says what has to be there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from ctct_migrate.diagnostics import Diagnostic, Fix
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources.campaign.required_elements import (
    MISSING_FROM_EMAIL,
    MISSING_STATE,
    PARTIAL_ADDRESS,
    UNRESOLVED_EMAIL,
)
from ctct_migrate.resources.email import EMAIL
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.edits import hole, is_empty, write_child, write_field
from ctct_migrate.rules.phrases import listing
from ctct_migrate.rules.required.missing import is_held_to_all, lacks, place_of
from ctct_migrate.rules.required.necessity import Mark, needed
from ctct_migrate.rules.values.meanings import says, untroubled
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.v2.states_and_countries import (
    ABROAD_PATH,
    ACCOUNT_VARIABLE,
    COUNTRY_PATH,
    STATE_PATH,
    state_code,
)
from ctct_migrate.v1 import vocabulary

SENDER, _REPLY = "FromEmail", "ReplyToEmail"

#: The condition under which the XSD requires the state.
_IN_THE_US = f"{COUNTRY_PATH}=us"


def check(context: Context) -> Iterator[Diagnostic]:
    """What is missing in the addresses of a campaign."""
    payload = context.payload
    if payload is None or not context.whole:
        return
    if is_held_to_all(context):
        yield from _check_from(context, payload)
        if (
            says(context, _IN_THE_US)
            and lacks(context, STATE_PATH)
            and not account_variables(context)
        ):
            yield _missing_state(context, payload, context.field(COUNTRY_PATH))
        yield from _check_address(context, payload)
    for name in (SENDER, _REPLY):
        yield from _check_email(context, name)


# -- the sender ---------------------------------------------------------------------------------


def _check_from(context: Context, payload: Element) -> Iterator[Diagnostic]:
    element = context.field(SENDER)
    rule, meaning = MISSING_FROM_EMAIL, "the address that the campaign is sent from"
    if element is None:
        at, message = context.insertion(payload), f"`{payload.name}` has no `{SENDER}`"
        label, path = f"expected `<{SENDER}>`: {meaning}", context.path(payload, SENDER)
    elif _is_unsaid(context, element) and context.inside(element, "Email") is None:
        address = context.inside(element, "EmailAddress")
        at = hole(context, element if address is None else address)
        if address is None and element.elements:
            at = context.insertion(element)
        message, label = f"`{SENDER}` has no address", "expected `<EmailAddress>`"
        path = context.path(element)
    else:
        return
    yield context.report.at(rule, at, at, message, label=label, help=(rule.how,), element=path)


def _is_unsaid(context: Context, element: Element) -> bool:
    """Whether an address is not in its element: not even where it does not belong."""
    address = context.inside(element, "EmailAddress")
    said = address is not None and not is_empty(address)
    reported = element.filled or context.naming.displaced.get("EmailAddress")
    return not (said or reported) and untroubled(context, element.start, element.end)


def _check_email(context: Context, name: str) -> Iterator[Diagnostic]:
    """CT416: the number of an address, and not the address."""
    element = context.field(name)
    number = context.inside(element, "Email") if element is not None else None
    if element is None or number is None or not _is_unsaid(context, element):
        return
    link = number.attribute("id")
    if link is not None and context.choices.known(EMAIL.slug, link.value) is not None:
        return  # another document of the run says which it is
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
    for name in (SENDER, _REPLY):
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


# -- the address --------------------------------------------------------------------------------


def _missing_state(context: Context, payload: Element, country: Element | None) -> Diagnostic:
    there = context.field(STATE_PATH)
    at = place_of(context, payload, STATE_PATH)
    code = _state_elsewhere(context)
    fixes: tuple[Fix, ...] = ()
    if code is not None:
        edit = write_field(context, payload, STATE_PATH, code)
        fixes = context.report.fix(f"Write `{code}`, as `{ABROAD_PATH}` says", edit)
    wanted = "a two-letter code such as MA or TX"
    if there is None:
        wanted = f"`<OrganizationState>` with {wanted}"
    why = "in the US a state is required"
    cause = Mark(*context.value_span(country), why) if country is not None else None
    start, end, label, labels = needed(Mark(at, at, f"expected {wanted}"), cause, there is None)
    return context.report.at(
        MISSING_STATE, start, end,
        "the US organization has no `OrganizationState`" if there is None else "`OrganizationState` of the US organization is empty",
        label=label, help=(MISSING_STATE.how,), element=context.path(payload, STATE_PATH), fixes=fixes,
        labels=labels,
    )  # fmt: skip


def _state_elsewhere(context: Context) -> str | None:
    """The state of a US organization that was put into the element for regions abroad."""
    code = state_code(context.text(ABROAD_PATH) or "")
    return code if code in vocabulary().states("US") else None


def account_variables(context: Context) -> list[Element]:
    """The elements of the organization's address that hold a variable of v1's, which stands for
    the account's own address."""
    footer = _footer_of(context)
    found = (context.field(name) for name in (footer.fields if footer is not None else ()))
    return sorted(
        (each for each in found if each is not None and ACCOUNT_VARIABLE.search(each.text)),
        key=lambda element: element.start,
    )


class _Footer(NamedTuple):
    """Where a target has the address of the organization: the pointer of the object, and the
    elements that make it, with their properties there."""

    pointer: str
    fields: Mapping[str, str]


@cache
def _footer(target: str, shape: Shape) -> _Footer | None:
    """Where a target has the address in bodies of a shape; None for nowhere."""
    table = TARGETS[target].table("campaign")
    for pointer, whole in table.wholes.items() if table is not None else ():
        assert table is not None
        fields = {
            row.path: row.pointer.rpartition("/")[2]
            for row in reversed(table.rows)
            if row.pointer.rpartition("/")[0] == pointer
            and row.pointer.rpartition("/")[2] in whole.needs
            and shape in row.shapes
        }
        if fields:
            return _Footer(pointer, fields)
    return None


def _footer_of(context: Context) -> _Footer | None:
    return _footer(context.target, context.shape or Shape.CREATE)


def _check_address(context: Context, payload: Element) -> Iterator[Diagnostic]:
    footer = _footer_of(context)
    fields = footer.fields if footer is not None else {}
    given = frozenset(fields[name] for name in fields if not lacks(context, name))
    if not given or account_variables(context):
        return  # of v1's variables `conversions` speaks
    required = _required_of_address(context.target, given, context.shape or Shape.CREATE)
    missing = [
        name
        for name in vocabulary().children("Campaign")
        if fields.get(name) in required and lacks(context, name)
    ]
    if not missing:
        return
    there = [name for name in missing if context.field(name) is not None]
    at = place_of(context, payload, (there or missing)[0])
    listed = listing(f"`{name}`" for name in missing)
    wanted = "text here" if there else listing(f"`<{name}>`" for name in missing)
    parts = [context.field(name) for name in fields if not lacks(context, name)]
    part = min((each for each in parts if each is not None), key=lambda each: each.start)
    cause = Mark(part.name_start, part.name_end, "this makes a whole address necessary")
    start, end, label, labels = needed(Mark(at, at, f"expected {wanted}"), cause, not there)
    yield context.report.at(
        PARTIAL_ADDRESS, start, end, f"the address of the organization lacks {listed}",
        label=label, help=(PARTIAL_ADDRESS.how,), element=context.path(payload, (there or missing)[0]),
        labels=labels,
    )  # fmt: skip


@cache
def _required_of_address(target: str, given: frozenset[str], shape: Shape) -> frozenset[str]:
    """What a target requires of an address besides what is given, whatever its country."""
    footer = _footer(target, shape)
    if footer is None:
        return frozenset()
    body: Any = dict.fromkeys(given - {"country", "country_code", "state", "state_code"}, "-")
    for token in reversed(footer.pointer.split("/")[1:]):
        body = [body] if token.isdigit() else {token: body}
    found = TARGETS[target].contract.violations("campaign", shape, body)
    return frozenset(
        violation.pointer.rpartition("/")[2]
        for violation in found
        if violation.keyword == "required" and violation.pointer.startswith(f"{footer.pointer}/")
    )
