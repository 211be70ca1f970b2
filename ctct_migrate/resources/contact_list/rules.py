"""The rules of contact lists: what no schema can say of them."""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.payload import Shape
from ctct_migrate.resources.contact_list import CONTACT_LIST
from ctct_migrate.resources.contact_list.plain import HIDDEN, SIGNUP
from ctct_migrate.rules.context import Context
from ctct_migrate.targets import TARGETS

NOT_HIDDEN = Rule(
    "CT808", "list-not-hidden", Severity.WARNING,
    summary="A contact list that v1 did not offer on sign-up forms becomes an active one",
    why="v1 wrote `No` in the `DisplayOnSignup` of every list that was made through the API, whatever its owner wanted. To make all these lists hidden would hide lists that nobody meant to hide, so that a request makes them active; a record says HIDDEN.",
    bad="<DisplayOnSignup>No</DisplayOnSignup>", good="<DisplayOnSignup>Yes</DisplayOnSignup>",
    how="Nothing has to be done if the list may be offered. Else set `status` to `HIDDEN` in the body.",
    fact="reference, mapping-v2, ContactList: DisplayOnSignup",
)  # fmt: skip

RULES = (NOT_HIDDEN,)


def check(context: Context) -> Iterator[Diagnostic]:
    """Whether a request makes a list active that was not offered to those who sign up."""
    flag = context.field(SIGNUP)
    if context.shape not in (Shape.CREATE, Shape.UPDATE) or flag is None:
        return
    table = TARGETS[context.target].table(CONTACT_LIST.slug)
    if table is None or not any(row.path == SIGNUP and row.pointer for row in table.rows):
        return  # the target has no hidden lists
    if flag.text.strip() == HIDDEN:
        yield context.report.at(
            NOT_HIDDEN, *context.value_span(flag), "this list was not offered on sign-up forms, and becomes an active one",
            label="ACTIVE is sent, not HIDDEN", help=(NOT_HIDDEN.how,), element=flag.path,
        )  # fmt: skip
