"""CT339, CT810 to CT813 and CT815: whether a contact may be mailed, and who said so.

The costliest mistake there is: somebody who opted out, posted anew with a list, is an active
subscriber again (reference, mapping-v2, Contact: Consent).  What only a request would do is said
only where one is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ctct_migrate.diagnostics import Concern, Diagnostic, Rule, Safety, Severity
from ctct_migrate.mapping.rows import OF_REQUEST, Table
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources.contact import CONTACT, SUMMARY
from ctct_migrate.resources.contact.example_contacts import (
    ADDRESS,
    GOOD,
    LISTS,
    contact,
    with_child,
)
from ctct_migrate.resources.contact.plain import BY_CONTACT
from ctct_migrate.resources.contact.standing import Standing, standing_of
from ctct_migrate.rules.context import Context, Reporter
from ctct_migrate.rules.edits import is_empty, write_field
from ctct_migrate.rules.envelope.named_places import naming_places
from ctct_migrate.rules.payload_view import PayloadView
from ctct_migrate.rules.phrases import quoted
from ctct_migrate.rules.values.meanings import meant, readable
from ctct_migrate.targets import TARGETS
from ctct_migrate.v1 import vocabulary

_CONSENT = "reference, mapping-v2, Contact: Consent"

NO_SOURCE = Rule(
    "CT339", "missing-opt-in-source", Severity.ERROR,
    summary="A new contact of which nobody says who put it on its lists",
    why="v1 required `OptInSource`. It says whether the account's owner or the contact acted, and so whether a welcome e-mail goes out. A request to v2 that says nothing is taken for the owner's act, and so is the body that is made.",
    bad=contact(ADDRESS, LISTS), good=GOOD,
    how="Add `<OptInSource>`: ACTION_BY_CUSTOMER where the account's owner acted, ACTION_BY_CONTACT where the contact did, who then gets the welcome e-mail.",
    fact="reference, v1-resources, Contact: Elements",
    concern=Concern.V1,
)  # fmt: skip
OPTED_OUT = Rule(
    "CT810", "contact-opted-out", Severity.ERROR,
    summary="A contact that does not want to be mailed, and would be",
    why="A contact that is created anew, or put on a list, is an active subscriber, whatever it was before. This one opted out (`Do Not Mail`), and only this person may undo that.",
    bad=with_child("<Status>Do Not Mail</Status>"), good=with_child("<Status>Active</Status>"),
    how="Leave the contact out, or keep it as a record (`--shape record`). To have it in v2 as one that opted out, create it by hand and delete it at once: DELETE opts out.",
    fact=_CONSENT,
)  # fmt: skip
REMOVED = Rule(
    "CT811", "contact-removed", Severity.ERROR,
    summary="A contact that was taken off all lists, and would be mailed again",
    why="A contact that is created anew has to be on a list, and is an active subscriber. This one was `Removed`: it was on no list.",
    bad=with_child("<Status>Removed</Status>"), good=with_child("<Status>Active</Status>"),
    how="Leave the contact out, or keep it as a record (`--shape record`). If it is to be mailed again, give it its lists and take `Status` out.",
    fact=_CONSENT,
)  # fmt: skip
UNCONFIRMED = Rule(
    "CT812", "contact-unconfirmed", Severity.WARNING,
    summary="A contact that has not confirmed the wish to be mailed",
    why="Where an account asks for confirmation, an `Unconfirmed` contact gets no e-mails until it confirms. Created in an account that does not ask, it is an active subscriber at once. That it has confirmed is never sent.",
    bad=with_child("<Status>Unconfirmed</Status>"), good=with_child("<Status>Active</Status>"),
    how="Leave it out where the new account does not ask for confirmation.",
    fact=_CONSENT,
)  # fmt: skip
WELCOME = Rule(
    "CT813", "welcome-mail", Severity.WARNING,
    summary="A contact that gets a welcome e-mail when it is sent",
    why="`ACTION_BY_CONTACT` says that the contact acted, and becomes ACTION_BY_VISITOR in the request: v2 then mails the welcome. For contacts that are moved from an archive, that is an e-mail to everybody.",
    bad=contact(ADDRESS, "<OptInSource>ACTION_BY_CONTACT</OptInSource>", LISTS), good=GOOD,
    how="Convert with `--opt-in-by owner`, which makes it the act of the account's owner, if no welcome is wanted.",
    fact=_CONSENT,
)  # fmt: skip
SUMMARY_ONLY = Rule(
    "CT815", "contact-summary", Severity.WARNING,
    summary="A contact of a listing, which lacks most of what the contact has",
    why="v1's listings of contacts left out names, addresses and custom fields. A contact that is made of such an entry has none of them; an update would empty what is there, and is refused.",
    bad="", good=GOOD,
    how="Take the contact's own document, from the URI in its `id`.",
    fact="reference, mapping-v2, Rules for all: summary documents",
)  # fmt: skip

RULES = (NO_SOURCE, OPTED_OUT, REMOVED, UNCONFIRMED, WELCOME, SUMMARY_ONLY)

_REQUESTS = (Shape.CREATE, Shape.UPDATE)


def check(context: Context) -> Iterator[Diagnostic]:
    """What is to be said of a contact's consent."""
    yield from _check_source(context)
    if context.shape in _REQUESTS:
        yield from _check_standing(context)
        yield from _check_welcome(context)
        yield from _check_summary(context)


def remarks(view: PayloadView) -> Iterator[Diagnostic]:
    """What is to be said of the consent of a contact that is sent though nothing is wrong with it."""
    if view.shape not in _REQUESTS:
        return
    status, source = view.child("Status"), view.child("OptInSource")
    says_state = not takes_state(view.table, view.shape)
    if says_state and status is not None and standing_of(status.text) is Standing.UNCONFIRMED:
        yield _unconfirmed(view.report, status.value_span(), status.path)
    if not has_source(view.table) or view.choices.opt_in_by == "owner":
        return
    lists = view.child("ContactLists")
    is_listed = lists is not None and lists.has_elements
    if is_listed and source is not None and source.text == BY_CONTACT:
        yield _welcome(view.report, source.value_span(), source.text, source.path)


def takes_state(table: Table | None, shape: Shape | None) -> bool:
    """Whether a target takes where a contact stands, so that what v1 says of it is sent."""
    return table is not None and any(
        row.path == "Status" and row.pointer and shape in row.shapes for row in table.rows
    )


def has_source(table: Table | None) -> bool:
    """Whether who acts is a part of the request to a target, and so decides about a welcome."""
    return table is not None and any(
        row.path == "OptInSource" and row.pointer[:1] == OF_REQUEST for row in table.rows
    )


def _table(context: Context) -> Table | None:
    return TARGETS[context.target].table(CONTACT.slug)


def is_refused(context: Context, status: str) -> bool:
    """Whether nothing is made of a contact with that `Status`."""
    table = _table(context)
    refused = table.refused.get(context.shape, ()) if table is not None and context.shape else ()
    return any(
        each.path == "Status" and each.forbids is not None and each.forbids(status)
        for each in refused
    )


def is_existing(context: Context) -> bool:
    """Whether the document says which contact of the account it is, as the server's answers do."""
    return bool(naming_places(context, CONTACT))


def standing(context: Context) -> Standing:
    """Where the contact stands, by its `Status` as it is or as it was meant."""
    status = context.field("Status")
    if status is None:
        return Standing.NONE
    found = standing_of(status.text)
    return standing_of(meant(context, "Status") or "") if found is Standing.UNKNOWN else found


def has_lists(context: Context) -> bool:
    """Whether the contact names a list."""
    lists = context.field("ContactLists")
    return lists is not None and not is_empty(lists)


def _check_source(context: Context) -> Iterator[Diagnostic]:
    """What clients wrote has a source; what the server answered of one contact has it in each
    list."""
    payload, source = context.payload, context.field("OptInSource")
    if payload is None or not context.whole or context.shape is Shape.RECORD:
        return
    if source is not None and (not is_empty(source) or not readable(context, source)):
        return
    if context.field("InsertTime") is not None or context.entry.index is not None:
        return
    at = context.insertion(payload) if source is None else source.open_end
    edit = write_field(context, payload, "OptInSource", "ACTION_BY_CUSTOMER")
    yield context.report.at(
        NO_SOURCE, at, at,
        f"`{payload.name}` has no `OptInSource`" if source is None else "`OptInSource` is empty",
        label="expected `<OptInSource>`: who acted", help=(NO_SOURCE.how,),
        element=context.path(payload, "OptInSource"),
        fixes=context.report.fix("Write that the account's owner acted", edit, safety=Safety.UNSAFE),
    )  # fmt: skip


def _check_standing(context: Context) -> Iterator[Diagnostic]:
    status = context.field("Status")
    if status is None or not readable(context, status):
        return
    # What another word was meant to say is reported of the word itself.
    creates, found = context.shape is Shape.CREATE, standing_of(status.text)
    if found is Standing.REMOVED and is_refused(context, status.text):
        yield _about(context, REMOVED, status, "this contact was taken off all lists, and would be mailed again")  # fmt: skip
    elif takes_state(_table(context), context.shape):
        return  # it stands there as it stood here, and the target's own rules say the rest
    elif found is Standing.DO_NOT_MAIL and (creates or has_lists(context)):
        act = "would be mailed" if creates else "would be put on a list"
        yield _about(context, OPTED_OUT, status, f"this contact opted out, and {act}")
    elif found is Standing.REMOVED and has_lists(context):
        yield _about(
            context, REMOVED, status, "this contact was taken off all lists, and would be mailed again",
            Severity.WARNING,
        )  # fmt: skip
    elif found is Standing.UNCONFIRMED:
        yield _unconfirmed(context.report, context.value_span(status), context.path(status))


def _about(
    context: Context, rule: Rule, status: Element, message: str, severity: Severity | None = None
) -> Diagnostic:
    labels = {
        OPTED_OUT: "only this person may undo it",
        REMOVED: "on no list",
    }
    return context.report.at(
        rule, *context.value_span(status), message, label=labels[rule], help=(rule.how,),
        element=context.path(status), severity=severity,
    )  # fmt: skip


def _unconfirmed(report: Reporter, place: tuple[int, int], path: str) -> Diagnostic:
    return report.at(
        UNCONFIRMED, *place, "this contact has not confirmed that it wants to be mailed",
        label="not yet a subscriber", help=(UNCONFIRMED.how,), element=path,
    )  # fmt: skip


def _check_welcome(context: Context) -> Iterator[Diagnostic]:
    source = context.field("OptInSource")
    if source is None or not readable(context, source) or context.choices.opt_in_by == "owner":
        return
    if not has_source(_table(context)):
        return  # who acts is no part of the request, and decides about no welcome
    if meant(context, "OptInSource") == BY_CONTACT and has_lists(context):
        place, text = context.value_span(source), source.text.strip()
        yield _welcome(context.report, place, text, context.path(source))


def _welcome(report: Reporter, place: tuple[int, int], text: str, path: str) -> Diagnostic:
    return report.at(
        WELCOME, *place, f"{quoted(text)} sends a welcome e-mail to this contact",
        label="becomes ACTION_BY_VISITOR", help=(WELCOME.how,), element=path,
    )  # fmt: skip


def _check_summary(context: Context) -> Iterator[Diagnostic]:
    """An entry of a listing that names lists all the same, so that it can be created."""
    payload = context.payload
    if payload is None or context.entry.index is None or not has_lists(context):
        return
    if not _details().isdisjoint(context.naming.fields):
        return
    if SUMMARY.isdisjoint(context.naming.fields.keys() - {"EmailAddress", "OptInSource"}):
        return  # what a client wrote, with no more than it had to
    updates = context.shape is Shape.UPDATE
    yield context.report.at(
        SUMMARY_ONLY, payload.name_start, payload.name_end,
        "this entry only lists the contact" + (", and an update would empty the rest" if updates else ""),
        label="names, postal address and custom fields are not in it", help=(SUMMARY_ONLY.how,),
        element=context.path(payload), severity=Severity.ERROR if updates else None,
    )  # fmt: skip


@cache
def _details() -> frozenset[str]:
    """The children that a contact's own document has, and a listing has not."""
    return frozenset(vocabulary().children("Contact")) - SUMMARY - {"ContactLists", "link"}
