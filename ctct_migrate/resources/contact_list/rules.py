"""The rules of contact lists: what no schema can say of them."""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.payload import Shape
from ctct_migrate.resources.contact_list.plain import HIDDEN, SIGNUP
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.payload_view import PayloadView

NOT_HIDDEN = Rule(
    "CT808", "list-not-hidden", Severity.WARNING,
    summary="A contact list that v1 did not offer on sign-up forms becomes an active one",
    why="v1 wrote `No` in the `DisplayOnSignup` of every list that was made through the API, whatever its owner wanted. To make all these lists hidden would hide lists that nobody meant to hide, so that a request makes them active; a record says HIDDEN.",
    bad="<DisplayOnSignup>No</DisplayOnSignup>", good="<DisplayOnSignup>Yes</DisplayOnSignup>",
    how="Nothing has to be done if the list may be offered. Else set `status` to `HIDDEN` in the body.",
    fact="reference, mapping-v2, ContactList: DisplayOnSignup",
)  # fmt: skip

RULES = (NOT_HIDDEN,)

REMARKED = frozenset({SIGNUP})


def check(context: Context) -> Iterator[Diagnostic]:
    """Whether a request makes a list active that was not offered to those who sign up."""
    if context.view is not None:
        yield from remarks(context.view)


def remarks(view: PayloadView) -> Iterator[Diagnostic]:
    """The same."""
    flag = view.child(SIGNUP)
    if view.shape not in (Shape.CREATE, Shape.UPDATE) or flag is None:
        return
    if not any(row.path == SIGNUP and row.pointer for row in view.table.rows):
        return  # the target has no hidden lists
    if flag.text.strip() == HIDDEN:
        yield view.report.at(
            NOT_HIDDEN, *flag.value_span(), "this list was not offered on sign-up forms, and becomes an active one",
            label="ACTIVE is sent, not HIDDEN", help=(NOT_HIDDEN.how,), element=flag.path,
        )  # fmt: skip
