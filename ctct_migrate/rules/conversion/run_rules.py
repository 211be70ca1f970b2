"""CT625 to CT632: what a document is not right about because of what other documents of the run say.

Which documents there are, and what they say, is for the caller to know; here are the rules, and the
places that they point at.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Concern, Diagnostic, Rule, Severity
from ctct_migrate.mapping.rows import KnownKey
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources import BY_SLUG, RESOURCES, Resource
from ctct_migrate.resources.resource import Quotation, account_in
from ctct_migrate.rules.context import Context, attribute_span
from ctct_migrate.rules.phrases import plural, quoted
from ctct_migrate.source import Source, Span

_CONSENT = "reference, mapping-v2, Contact: Consent"

MISSING = Rule(
    "CT625", "list-not-in-run", Severity.INFO,
    summary="A contact list that documents name and that is not among them",
    why="It is reported once for each list, at the first document that names it, and only where the run holds any list. The number is taken for that of a list which the account has: right if it is there already, since v2 kept the numbers.",
    bad="", good="",
    how="Give the list's document in the same run, if it is to be created there; or say with `--list-map` which list it is now.",
    fact="reference, v2-contract, Endpoints: ids",
)  # fmt: skip
TWICE = Rule(
    "CT626", "address-twice", Severity.WARNING,
    summary="Two documents of one run are the contact with one address",
    why="A contact is known by its address, in which letter case and blanks do not count. Sent as new ones, the second one meets an address that is taken; as updates, it undoes the first.",
    bad="", good="",
    how="Leave out the one that is not wanted, usually the older one.",
    fact="reference, v1-resources, Contact: Known rejections",
)  # fmt: skip
OPTED_OUT = Rule(
    "CT627", "opted-out-elsewhere", Severity.ERROR,
    summary="A contact that another document of the run says has opted out",
    why="A contact that is created anew, or put on a list, is an active subscriber, whatever it was before. Another document says that this person wants no e-mails (`Do Not Mail`), and only this person may undo that. The order of the documents does not matter; `lint` without `--shape` warns.",
    bad="", good="",
    how="Leave this contact out. If the person came back afterwards, leave out the document that says otherwise.",
    fact=_CONSENT,
)  # fmt: skip
REMOVED = Rule(
    "CT628", "removed-elsewhere", Severity.WARNING,
    summary="A contact that another document of the run says was taken off all lists",
    why="A contact that is created anew is an active subscriber. Another document says that it was `Removed`: it was on no list, so that nobody mailed it.",
    bad="", good="",
    how="Leave this contact out, unless it is to be mailed again.",
    fact=_CONSENT,
)  # fmt: skip
STRANGERS = Rule(
    "CT629", "members-not-in-run", Severity.INFO,
    summary="Members of a list of which no document of the run is the contact",
    why="It is reported once for each list, and only where the run holds any contact. A member has an address and a name alone: where no document is the contact, nothing else of it is converted.",
    bad="", good="",
    how="Give the documents of these contacts in the same run.",
    fact="reference, v1-resources, ContactList and its members",
)  # fmt: skip
DISAGREEING = Rule(
    "CT630", "members-not-on-list", Severity.WARNING,
    summary="Members of a list whose contacts do not name that list",
    why="It is reported once for each list. The list's members and the contact's own document were taken from the account at different times, or one of them was changed. What is converted puts the contact on the lists of its own document.",
    bad="", good="",
    how="Take the newer one, and correct the other.",
    fact="reference, v1-resources, ContactList and its members",
)  # fmt: skip
NOT_VERIFIED = Rule(
    "CT631", "address-not-verified", Severity.WARNING,
    summary="An address of a campaign that the account has not verified",
    why="A campaign is sent from verified addresses alone. The account's addresses are among the documents, and say that this one is still pending.",
    bad="", good="",
    how="Verify the address in the account's settings, or use one that is verified.",
    fact="reference, mapping-v2, Email",
)  # fmt: skip
NOT_IN_ACCOUNT = Rule(
    "CT632", "address-not-in-account", Severity.WARNING,
    summary="An address of a campaign that is not one of the account's",
    why="A campaign is sent from verified addresses of the account alone. The account's addresses are among the documents, and this one is not one of them.",
    bad="", good="",
    how="Add the address to the account and verify it, or use one that is verified.",
    fact="reference, mapping-v2, Email",
)  # fmt: skip

RULES = (
    MISSING, TWICE, OPTED_OUT, REMOVED, STRANGERS, DISAGREEING, NOT_VERIFIED, NOT_IN_ACCOUNT,
)  # fmt: skip


def wish_elsewhere(
    context: Context, resource: Resource, said: str, *, opted_out: bool, stops: bool
) -> Diagnostic:
    """CT627, or CT628, about a contact of which `said`, a place, says what it wants; `stops` says
    that it would be created."""
    start, end, path = _key_place(context, resource)
    rule = OPTED_OUT if opted_out else REMOVED
    return context.report.at(
        rule, start, end, _wish_message(resource.noun, said, opted_out=opted_out),
        label=_wish_label(opted_out=opted_out), help=(rule.how,), element=path,
        severity=rule.severity if stops else Severity.WARNING,
    )  # fmt: skip


def row_opted_out(
    source: Source, entry: int | None, span: Span, said: str, *, opted_out: bool, stops: bool
) -> Diagnostic:
    """The same about a row of a form, whose address stands at `span`."""
    rule = OPTED_OUT if opted_out else REMOVED
    severity = rule.severity if stops else Severity.WARNING
    return Diagnostic(
        path=source.path, entry=entry, span=span, severity=severity, code=rule.code, name=rule.name,
        message=_wish_message("row's contact", said, opted_out=opted_out),
        label=_wish_label(opted_out=opted_out), help=(rule.how,), concern=rule.concern,
    )  # fmt: skip


def _wish_message(noun: str, said: str, *, opted_out: bool) -> str:
    what = "opted out" if opted_out else "was taken off all lists"
    return f"this {noun} {what}, as {said} says, and would be mailed"


def _wish_label(*, opted_out: bool) -> str:
    return "only this person may undo it" if opted_out else "on no list there"


def key_twice(context: Context, resource: Resource, key: str, first: str) -> Diagnostic:
    """CT626, about a contact whose address another document has too; `first` is its place."""
    start, end, path = _key_place(context, resource)
    return context.report.at(
        TWICE, start, end, f"{quoted(key)} is the address of another {resource.noun} of this run too",
        label=f"also in {first}", help=(TWICE.how,), element=path,
    )  # fmt: skip


def gap(context: Context, kind: str, to: Resource, number: str, count: int) -> Diagnostic | None:
    """CT625, CT629 or CT630, about the resource `to` of that v1 id, at the entry that names it
    first; `count` resources name it so.  None where the entry does not name it any more."""
    start, end = _naming(context, to, number)
    if end < 0:
        return None
    which, noun = f"{to.noun} {quoted(number)}", RESOURCES[context.resource or ""].noun
    if kind == "missing":
        rule = MISSING
        message = f"{which} is not in this run"
        label = "taken for an id that the account has"
        if count > 1:
            label += f"; {count:,} documents name it"
    elif kind == "strangers":
        rule = STRANGERS
        message = (
            f"of {which}, {_are(count, noun)} in no {_contact(context)}'s document of this run"
        )
        label = "the first one" if count > 1 else ""
    else:
        rule = DISAGREEING
        message = f"of {which}, {plural(count, noun)} {'has' if count == 1 else 'have'} a {_contact(context)}'s document that does not name the list"
        label = "the first one" if count > 1 else ""
    return context.report.at(
        rule, start, end, message, label=label, help=(rule.how,), element=context.path(context.payload),
    )  # fmt: skip


def _are(count: int, noun: str) -> str:
    return f"{plural(count, noun)} {'is' if count == 1 else 'are'}"


def _contact(context: Context) -> str:
    """What a member is besides: the other resource that it names and that may be mailed."""
    for reference in RESOURCES[context.resource or ""].references:
        other = BY_SLUG.get(reference.to)
        if other is not None and other.recipient is not None:
            return other.noun
    return "contact"


def quoted_keys(context: Context, known: dict[str, list[KnownKey]]) -> Iterator[Diagnostic]:
    """CT631 and CT632, about the addresses that an entry quotes; `known` is what the run knows, by
    slug."""
    resource = RESOURCES.get(context.resource or "")
    for quotation in resource.quotations if resource is not None else ():
        element = context.field(quotation.path)
        if element is None or not known.get(quotation.to):
            continue
        link = context.inside(element, quotation.link)
        attribute = link.attribute("id") if link is not None else None
        account = (account_in(attribute.value) if attribute is not None else "") or _account(
            context
        )
        keys = [each for each in known[quotation.to] if each.is_of(account)]
        found = _quoted_key(context, quotation, element, keys) if keys else None
        if found is not None:
            yield found


def _account(context: Context) -> str:
    """The account that an entry is of, as any of its URIs says; empty where none does."""
    waiting = [context.envelope or context.payload]
    while waiting:
        element = waiting.pop()
        if element is None:
            continue
        for attribute in element.attributes:
            if attribute.name in ("id", "href") and (found := account_in(attribute.value)):
                return found
        if element.name == "id" and (found := account_in(element.text)):
            return found
        waiting += reversed(element.elements)
    return ""


def _quoted_key(
    context: Context, quotation: Quotation, element: Element, keys: list[KnownKey]
) -> Diagnostic | None:
    to = BY_SLUG[quotation.to]
    child, link = context.inside(element, quotation.key), context.inside(element, quotation.link)
    attribute = link.attribute("id") if link is not None else None
    text = child.text.strip() if child is not None else ""
    if text and child is not None:
        from ctct_migrate.targets.bulk_activity import address_key

        same = [each for each in keys if address_key(each.key) == address_key(text)]
        start, end = context.value_span(child)
    elif attribute is not None:
        number = to.id_in(attribute.value)
        same = [each for each in keys if each.number == number]
        start, end = attribute_span(attribute)
        if not same:
            return None  # whoever needs the address says that it is not known
    else:
        return None
    if any(each.usable for each in same):
        return None
    rule = NOT_VERIFIED if same else NOT_IN_ACCOUNT
    said = same[0].key if same else text
    message = (
        f"{quoted(said)} is not verified" if same else f"{quoted(said)} is no {to.noun} of this run"
    )
    label = (
        f"pending, as {same[0].place} says"
        if same
        else f"expected one of those in {keys[0].place.rpartition(':')[0]}"
    )
    return context.report.at(
        rule, start, end, message, label=label, help=(rule.how,), element=context.path(element),
        concern=Concern.V1,
    )  # fmt: skip


def _key_place(context: Context, resource: Resource) -> tuple[int, int, str]:
    element = context.field(resource.key)
    if element is not None:
        return *context.value_span(element), context.path(element)
    payload = context.payload
    assert payload is not None, "somebody has read its key"
    return payload.name_start, payload.name_end, context.path(payload)


def _naming(context: Context, to: Resource, number: str) -> tuple[int, int]:
    """Where an entry names a resource: the first `id` or link with that number in it."""
    waiting = [context.envelope or context.payload]
    while waiting:
        element = waiting.pop()
        if element is None:
            continue
        for name in ("id", "href"):
            attribute = element.attribute(name)
            if attribute is not None and to.id_in(attribute.value) == number:
                return attribute_span(attribute)
        waiting += reversed(element.elements)
    return 0, -1
