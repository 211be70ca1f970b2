"""CT332, CT336 to CT338 and CT814: the lists that a contact is on.

A PUT makes them the whole set, so that an empty one takes the contact off all lists; a POST needs
one at least (reference, v1-resources, Contact: Semantics of a write; Known rejections).
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from ctct_migrate.diagnostics import Concern, Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import Attribute, Element
from ctct_migrate.resources.contact import CONTACT
from ctct_migrate.resources.contact.consent import has_lists, is_existing, standing
from ctct_migrate.resources.contact.example_contacts import (
    ADDRESS,
    GOOD,
    LISTS,
    SOURCE,
    contact,
    list_uri,
    lists,
)
from ctct_migrate.resources.contact.standing import Standing
from ctct_migrate.resources.contact_list import CONTACT_LIST
from ctct_migrate.rules.context import Context, attribute_span
from ctct_migrate.rules.edits import hole, write_value
from ctct_migrate.rules.phrases import quoted
from ctct_migrate.rules.required.missing import is_listing
from ctct_migrate.rules.values.meanings import meant, readable, untroubled
from ctct_migrate.targets import TARGETS

_REJECTIONS = "reference, v1-resources, Contact: Known rejections"

WITHOUT_LIST = Rule(
    "CT332", "contact-without-list", Severity.ERROR,
    summary="A contact that is on no list",
    why="v1 answered a new contact without a list with a 400, `The new contact must contain at least on valid ContactList`, and so did it where an update was sent by POST; v2 requires a list too. In an update the lists are the whole set: what is not there is left.",
    bad=contact(ADDRESS, SOURCE), good=GOOD,
    how="Add `<ContactLists>` with a `<ContactList id=\"…/lists/{number}\"/>` for each list.",
    fact=_REJECTIONS,
)  # fmt: skip
REMOVAL_BY_CONTACT = Rule(
    "CT336", "removal-by-contact", Severity.ERROR,
    summary="A contact that is taken off all lists by an act of its own",
    why="v1 answered an empty `ContactLists` with `ACTION_BY_CONTACT` with a 400 from November 2013 on: only the account's owner removes a contact; one who does not want to be mailed opts out.",
    bad=contact(ADDRESS, "<OptInSource>ACTION_BY_CONTACT</OptInSource>", "<ContactLists></ContactLists>").replace(
        "/1.0/\"", "/1.0/\" id=\"http://api.constantcontact.com/ws/customers/joe/contacts/7\""
    ),
    good=GOOD,
    how="Write ACTION_BY_CUSTOMER into `OptInSource` where the account's owner removes the contact.",
    fact=_REJECTIONS,
)  # fmt: skip
OTHER_ACCOUNT = Rule(
    "CT337", "list-of-another-account", Severity.ERROR,
    summary="A list of another account",
    why="The URI of a list has the user name of its account. v1 answered one of another account with a 400; in v2 the number alone is sent, and is that of another list, or of none.",
    bad=contact(ADDRESS, SOURCE, lists(list_uri("3"), list_uri("4", "ann"))),
    good=contact(ADDRESS, SOURCE, lists(list_uri("3"), list_uri("4"))),
    how="Write the URI of the list in the contact's own account.",
    fact=_REJECTIONS,
)  # fmt: skip
SYSTEM_LIST = Rule(
    "CT338", "contact-on-system-list", Severity.ERROR,
    summary="A list that v1 made itself among the lists of a contact",
    why="`active`, `do-not-mail` and `removed` are not lists that somebody can be put on: they say in which state contacts are. v2 has no such lists.",
    bad=contact(ADDRESS, SOURCE, lists(list_uri("3"), list_uri("active"))), good=contact(ADDRESS, SOURCE, LISTS),
    how="Take the list out; name the lists that the contact is on by their numbers.",
    fact="reference, v1-resources, ContactList: System lists",
)  # fmt: skip
LEAVES_ALL = Rule(
    "CT814", "leaves-all-lists", Severity.WARNING,
    summary="An update that takes a contact off all lists",
    why="The lists of an update are the whole set. Without one the contact is on no list and gets no e-mails (`REMOVED`); the account's owner may add it again. That v2 takes an empty list is our reading: it is not documented.",
    bad=contact(ADDRESS, SOURCE, "<ContactLists></ContactLists>").replace(
        "/1.0/\"", "/1.0/\" id=\"http://api.constantcontact.com/ws/customers/joe/contacts/7\""
    ),
    good=GOOD,
    how="Name the lists that the contact is to stay on, or accept that it leaves them.",
    fact="reference, mapping-v2, Contact: Consent",
)  # fmt: skip

RULES = (WITHOUT_LIST, REMOVAL_BY_CONTACT, OTHER_ACCOUNT, SYSTEM_LIST, LEAVES_ALL)

_USER = late_compile(r"/ws/customers/([^/\s\"'<>]+)/")


def check(context: Context) -> Iterator[Diagnostic]:
    """What is wrong with the lists of a contact."""
    if context.payload is None:
        return
    removals = list(_check_removal(context)) if context.shape is not Shape.RECORD else []
    yield from removals or _check_some(context, context.payload)
    yield from _check_each(context, context.payload)


# -- whether it is on a list ----------------------------------------------------------------------


def _check_some(context: Context, payload: Element) -> Iterator[Diagnostic]:
    element, shape = context.field("ContactLists"), context.shape
    if has_lists(context) or shape is Shape.RECORD or not context.whole or is_listing(context):
        return
    if element is not None and not untroubled(context, element.start, element.end):
        return
    if shape is Shape.UPDATE and element is not None:
        yield context.report.at(
            LEAVES_ALL, element.name_start, element.name_end, "the update takes this contact off all its lists",
            label="an empty list of lists is sent", help=(LEAVES_ALL.how,), element=context.path(element),
        )  # fmt: skip
        return
    if shape is Shape.CREATE and not standing(context).may_be_created:
        return  # which says more, or a reason to be on no list
    existing = shape is None and is_existing(context)
    if existing and standing(context) in (Standing.REMOVED, Standing.DO_NOT_MAIL):
        return  # so they are
    at = context.insertion(payload) if element is None else hole(context, element)
    said = "`Contact` has no `ContactLists`" if element is None else "`ContactLists` names no list"
    yield context.report.at(
        WITHOUT_LIST, at, at, said, label='expected `<ContactList id="…"/>`: a list that the contact is on',
        help=(WITHOUT_LIST.how,), element=context.path(payload, "ContactLists"),
        severity=Severity.WARNING if existing else None,
        concern=None if _is_list_required(context) else Concern.V1,
    )  # fmt: skip


def _is_list_required(context: Context) -> bool:
    """Whether the target takes no new contact without a list."""
    table = TARGETS[context.target].table(CONTACT.slug)
    if table is None:
        return False
    tops = {
        row.pointer.split("/")[1]
        for row in table.rows
        if row.path.startswith("ContactLists/") and row.pointer
    }
    return not tops.isdisjoint(table.contract.required(CONTACT.slug, Shape.CREATE))


def _check_removal(context: Context) -> Iterator[Diagnostic]:
    source, element = context.field("OptInSource"), context.field("ContactLists")
    if source is None or element is None or has_lists(context) or not readable(context, source):
        return
    if not is_existing(context) or meant(context, "OptInSource") != "ACTION_BY_CONTACT":
        return
    by_owner = context.choices.opt_in_by == "owner"
    edit = write_value(context, source, "ACTION_BY_CUSTOMER")
    yield context.report.at(
        REMOVAL_BY_CONTACT, *context.value_span(source), "only the account's owner may take a contact off all lists",
        label="expected ACTION_BY_CUSTOMER", help=(REMOVAL_BY_CONTACT.how,), element=context.path(source),
        labels=((element.start, element.name_end, "it names no list"),),
        fixes=context.report.fix("Write `ACTION_BY_CUSTOMER`", edit, safety=Safety.UNSAFE),
        concern=Concern.V1 if by_owner else None,
    )  # fmt: skip


# -- which lists they are -------------------------------------------------------------------------


def _check_each(context: Context, payload: Element) -> Iterator[Diagnostic]:
    element = context.field("ContactLists")
    named = list(_named(context, element)) if element is not None else []
    own = _own_user(context, payload)
    for at, (each, attribute) in enumerate(named):
        number = CONTACT_LIST.id_in(attribute.value)
        if number in CONTACT_LIST.built_in:
            yield context.report.at(
                SYSTEM_LIST, *attribute_span(attribute), f"{quoted(number)} is a list that v1 kept itself: nobody can be put on it",
                label="expected the number of a list", help=(SYSTEM_LIST.how,),
                element=f"{context.path(each)}/@id", fixes=_without(context, each) if len(named) > 1 else (),
            )  # fmt: skip
            continue
        user = _user(attribute.value)
        other = own or (_user(named[0][1].value) if at else "")
        if user and other and user != other:
            yield context.report.at(
                OTHER_ACCOUNT, *attribute_span(attribute), f"this list is of the account {quoted(user)}, the contact of {quoted(other)}",
                label=f"expected a list of {quoted(other)}", help=(OTHER_ACCOUNT.how,),
                element=f"{context.path(each)}/@id",
            )  # fmt: skip


def _named(context: Context, element: Element) -> Iterator[tuple[Element, Attribute]]:
    """The lists in an element that have an `id` which can be read."""
    for each in element.elements:
        attribute = each.attribute("id")
        if attribute is not None and untroubled(context, attribute.start, attribute.end):
            yield each, attribute


def _without(context: Context, element: Element) -> tuple[Fix, ...]:
    edit = (element.start, element.end, "")
    return context.report.fix("Take it out", edit, safety=Safety.UNSAFE)


def _own_user(context: Context, payload: Element) -> str:
    """The user name of the account that the contact is of, by its own URI; empty where it has
    none."""
    own, entry = payload.attribute("id"), context.part("id")
    found = [own.value if own is not None else "", entry.text if entry is not None else ""]
    return next((user for user in map(_user, found) if user), "")


def _user(uri: str) -> str:
    """The user name in a URI, in one form; empty for none."""
    match = _USER.search(uri)
    return unquote(match[1]).casefold() if match else ""
