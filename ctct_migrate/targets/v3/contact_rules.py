"""CT740, CT741 and CT860: what is to be said of a contact for v3, besides what its schema refuses.

v3 takes where a contact stands, so that who opted out in v1 is created there as unsubscribed; and it
knows custom fields by ids of its own, so that somebody has to say which one takes which value
(reference, mapping-v3, Contact).
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.mapping.rows import ConversionOptions, UnreadableValue
from ctct_migrate.payload import Shape
from ctct_migrate.resources.contact import CUSTOM_FIELDS
from ctct_migrate.resources.contact.example_contacts import GOOD, with_child
from ctct_migrate.resources.contact.standing import Standing, standing_of
from ctct_migrate.rules.payload_view import PayloadView
from ctct_migrate.targets.v3 import consent_rules
from ctct_migrate.targets.v3.contact_values import custom_value

_FACT = "reference, mapping-v3, Contact"

UNMAPPED = Rule(
    "CT740", "custom-field-unmapped", Severity.ERROR,
    summary="A custom field of which nobody says what it is called in v3",
    why="v1 numbered its fifteen custom fields. v3 knows fields by ids of its own and by the labels that the account's owner gave them, and how v1's numbers are called there is not published. A value in the wrong field would be worse than none.",
    bad=with_child("<CustomField1>Mysteries</CustomField1>"), good=GOOD,
    how="Say which field takes it, by its label in the account: `--custom-field CustomField1=LABEL`, or `CustomField1 = \"LABEL\"` in the table `custom-fields` of the configuration. `--custom-field CustomField1=` leaves the value out.",
    fact=f"{_FACT}: CustomField1..15", target="v3",
)  # fmt: skip
PENDING = Rule(
    "CT741", "pending-confirmation", Severity.WARNING,
    summary="A contact that has not confirmed the wish to be mailed",
    why="It becomes `pending_confirmation`: it gets no e-mails until it confirms. Whether v3 mails such a contact and asks, when it is created, is not documented: for an archive that would be an e-mail to everybody who never answered.",
    bad=with_child("<Status>Unconfirmed</Status>"), good=GOOD,
    how="Send one such contact first, to an address of your own; or leave them out.",
    fact=f"{_FACT}: Status Unconfirmed", target="v3",
)  # fmt: skip
OPTED_OUT_KEPT = Rule(
    "CT860", "opted-out-kept", Severity.INFO,
    summary="A contact that does not want to be mailed, and is created as such",
    why="v3 takes the permission of a contact: `unsubscribed` keeps the opt-out, so that nobody can put this person on a list again by mistake. Such a contact is on no list; lists that its document names are left out.",
    bad=with_child("<Status>Do Not Mail</Status>"), good=GOOD,
    how="Nothing has to be done.",
    fact=f"{_FACT}: Status Do Not Mail", target="v3",
)  # fmt: skip

CONTRADICTED = Rule(
    "CT744", "opt-out-contradicted", Severity.WARNING,
    summary="A contact that is Active and has opted out",
    why="v1 wrote `OptOutTime`, `OptOutSource` and `OptOutReason` on contacts that are not to be mailed. `Status` counts, and this contact is created as one that may be mailed.",
    bad=with_child("<OptOutTime>2012-01-01T00:00:00Z</OptOutTime>"), good=GOOD,
    how="Find out which of the two is right before it is sent.",
    fact="reference, v1-resources, Contact", target="v3",
)  # fmt: skip

RULES = (UNMAPPED, PENDING, OPTED_OUT_KEPT, CONTRADICTED, *consent_rules.RULES)

#: What is looked at of a document in which nothing is wrong: its custom fields are mapped, or it has no
#: body.
NAMES = frozenset({"Status", "ContactLists", "OptOutTime", "OptOutSource", "OptOutReason"})

_REQUESTS = (Shape.CREATE, Shape.UPDATE)


def remarks(view: PayloadView) -> Iterator[Diagnostic]:
    """What v3 makes of one contact that its author should know."""
    if view.shape is not Shape.RECORD:
        yield from _fields(view)
        yield from _opted_out(view)
    if view.shape in _REQUESTS:
        yield from _status(view)


def _fields(view: PayloadView) -> Iterator[Diagnostic]:
    options = ConversionOptions(view.shape or Shape.CREATE, choices=view.choices)
    for name in CUSTOM_FIELDS:
        child = view.child(name)
        if child is None or not child.text or child.has_elements:
            continue
        try:
            custom_value(name, child.text, options)
        except UnreadableValue:
            yield view.report.at(
                UNMAPPED, *child.value_span(), f"nobody says which custom field of v3 takes `{name}`",
                label=f"say it with `--custom-field {name}=LABEL`", help=(UNMAPPED.how.replace(CUSTOM_FIELDS[0], name),),
                element=child.path,
            )  # fmt: skip


#: What v1 wrote of contacts that opted out.
_OPTED_OUT = ("OptOutTime", "OptOutSource", "OptOutReason")


def _opted_out(view: PayloadView) -> Iterator[Diagnostic]:
    status = view.child("Status")
    if status is not None and standing_of(status.text) not in (Standing.ACTIVE, Standing.NONE):
        return
    said = (view.child(name) for name in _OPTED_OUT)
    first = next((each for each in said if each is not None and each.text), None)
    if first is not None:
        yield view.report.at(
            CONTRADICTED, *first.value_span(), f"this contact opted out, as `{first.name}` says, and is created as one that may be mailed",
            label="what is right?", help=(CONTRADICTED.how,), element=first.path,
        )  # fmt: skip


def _status(view: PayloadView) -> Iterator[Diagnostic]:
    status = view.child("Status")
    if status is None or status.has_elements:
        return
    found = standing_of(status.text)
    if found is Standing.UNCONFIRMED:
        yield view.report.at(
            PENDING, *status.value_span(), "this contact has not confirmed that it wants to be mailed",
            label="becomes pending_confirmation", help=(PENDING.how,), element=status.path,
        )  # fmt: skip
    elif found is Standing.DO_NOT_MAIL:
        lists = view.child("ContactLists")
        more = [(*lists.name_span, "left out")] if lists is not None and lists.has_elements else []
        act = "created" if view.shape is Shape.CREATE else "changed"
        yield view.report.at(
            OPTED_OUT_KEPT, *status.value_span(), f"this contact opted out, and is {act} as unsubscribed, on no list",
            label="becomes unsubscribed", help=(OPTED_OUT_KEPT.how,), element=status.path,
            labels=more,
        )  # fmt: skip
