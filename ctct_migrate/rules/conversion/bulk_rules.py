"""CT830 to CT833: what becomes of contacts in requests about many.

Which contacts are in one request is for the caller to know; here are the rules, and the places that
they point at.
"""

from __future__ import annotations

from collections.abc import Iterable

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.late_dataclass import replace
from ctct_migrate.payload import Payload
from ctct_migrate.rules.phrases import quoted
from ctct_migrate.source import Source, Span

_FACT = "reference, mapping-v2, Many contacts"

BULK_TWICE = Rule(
    "CT830", "bulk-twice", Severity.WARNING,
    summary="One address twice among the contacts of one request",
    why="A contact is known by its address, in which letter case and blanks do not count. Twice in one request it would count twice, and nobody could tell which values stay.",
    bad="", good="",
    how="Nothing has to be done: it is sent once.", fact=_FACT,
)  # fmt: skip
BULK_DIFFERS = Rule(
    "CT831", "bulk-differs", Severity.WARNING,
    summary="One address twice among the contacts of one request, with different values",
    why="The contact is sent once, with the values of the document that came first. What the other says is left out.",
    bad="", good="",
    how="Leave out the document that is not right, usually the older one.", fact=_FACT,
)  # fmt: skip
BULK_LEFT_OUT = Rule(
    "CT832", "bulk-left-out", Severity.WARNING,
    summary="Properties of contacts that a request about many has no place for",
    why="An import has no middle name, no note and no second part of a postal code; a removal has addresses alone. What is left out stays as it is in the account.",
    bad="", good="",
    how="Send these contacts one by one if it matters: convert them without `--bulk`, or send them with `--bulk never`.", fact=_FACT,
)  # fmt: skip
BULK_NO_LIST = Rule(
    "CT833", "bulk-no-list", Severity.ERROR,
    summary="A member of a list of which no list is known",
    why="A line of a list's members names its list in the URI of its `edit` link alone. Without it there is no telling which list the contact is on.",
    bad="", good="",
    how="Add `<link rel=\"edit\" href=\"/ws/customers/…/lists/NUMBER/members/…\"/>` to the entry.",
    fact="reference, v1-resources, ContactList and its members",
)  # fmt: skip

SENT_ALONE = Rule(
    "CT861", "not-in-import", Severity.INFO,
    summary="A contact that an import would change, and that is created by itself",
    why="An import of v3 makes every new contact implicit, by the account's owner, and takes addresses of 50 characters and telephone numbers of the US alone. Who signed up, who has not confirmed, who opted out, and whose address or number an import does not take, is created by a request of its own, which says all of it.",
    bad="", good="",
    how="Nothing has to be done. Such contacts take a call each.",
    fact="reference, mapping-v3, Contact: Bulk import",
)  # fmt: skip

NOT_TAKEN = Rule(
    "CT862", "not-in-request", Severity.ERROR,
    summary="A contact that a request about many does not take",
    why="Of a member of a list nothing is known but its address, so that it cannot be created by itself where an import does not take it, such as for an address of more than 50 characters. Of a removal, who opted out is left out, since that person is on no list.",
    bad="", good="",
    how="Give the contact's own document, and convert it without `--bulk`. Of a removal, nothing has to be done.",
    fact="reference, v3-contract, Bulk activities",
)  # fmt: skip

RULES = (BULK_TWICE, BULK_DIFFERS, BULK_LEFT_OUT, BULK_NO_LIST, SENT_ALONE, NOT_TAKEN)


def span_of(payload: Payload, pointer: str) -> Span | None:
    """Where the property at a pointer of a payload, or what is in it, comes from."""
    spans = payload.source_map
    if pointer in spans:
        return spans[pointer]
    inside = (span for each, span in spans.items() if each.startswith(f"{pointer}/"))
    return next(inside, None)


def _at(
    source: Source, payload: Payload, rule: Rule, span: Span, message: str, label: str,
    help: Iterable[str] = (),
) -> Diagnostic:  # fmt: skip
    return Diagnostic(
        path=source.path, entry=payload.entry, span=span, severity=rule.severity, code=rule.code,
        name=rule.name, message=message, label=label, help=tuple(help) or (rule.how,),
    )  # fmt: skip


def twice(
    source: Source, payload: Payload, pointer: str, address: str, first: str, *, differs: bool
) -> Diagnostic | None:
    """CT830 or CT831, about the payload whose address, at that JSON pointer, is in the request
    already; `first` says where the one stands that is kept."""
    rule = BULK_DIFFERS if differs else BULK_TWICE
    span = span_of(payload, pointer)
    if span is None:
        return None
    values = f"with other values: those of {first} are kept" if differs else "and is sent once"
    return _at(
        source, payload, rule, span, f"{quoted(address)} is in the same request already, {values}",
        f"the first is in {first}",
    )  # fmt: skip


def left_out(
    source: Source, payload: Payload, pointer: str, contacts: int, activity: str
) -> Diagnostic | None:
    """CT832, about the first payload that has a property which the request has no place for."""
    span = span_of(payload, pointer)
    if span is None:
        return None
    name = pointer.rpartition("/")[2]
    who = "one contact" if contacts == 1 else f"{contacts:,} contacts"
    return _at(
        source, payload, BULK_LEFT_OUT, span, f"`{activity}` has no place for `{name}`: it is left out of {who}",
        "the first one" if contacts > 1 else "left out",
    )  # fmt: skip


def sent_alone(
    source: Source, payload: Payload, pointer: str, activity: str, why: str
) -> Diagnostic:
    """CT861, about a contact that is no part of a request about many; `pointer` leads to its
    address, `why` says in a clause what the request would change."""
    span = span_of(payload, pointer) or source.span(0, 0)
    return _at(
        source, payload, SENT_ALONE, span, f"this contact is not in `{activity}`, and is created by itself",
        why,
    )  # fmt: skip


def not_taken(
    source: Source, payload: Payload, pointer: str, activity: str, why: str, *, lost: bool
) -> Diagnostic:
    """CT862, about a contact that a request about many does not take, and that is not created by
    itself; `pointer` leads to its address, `why` says it in a clause, `lost` whether anybody misses
    it."""
    span = span_of(payload, pointer) or source.span(0, 0)
    found = _at(source, payload, NOT_TAKEN, span, f"`{activity}` does not take this contact", why)
    return found if lost else replace(found, severity=Severity.INFO)


def no_list(source: Source, payload: Payload, pointer: str) -> Diagnostic:
    """CT833, about a member of a list that is not known; `pointer` leads to its address."""
    span = span_of(payload, pointer) or source.span(0, 0)
    return _at(
        source, payload, BULK_NO_LIST, span, "this entry does not say of which list it is a member",
        "expected a link to the member of a list in its entry",
    )  # fmt: skip
