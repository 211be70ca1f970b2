"""CT872 and CT873: what v2 changes of an event, or leaves out, besides what its schema refuses."""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Marking, Rule, Severity
from ctct_migrate.mapping.content import decoded
from ctct_migrate.payload import Shape
from ctct_migrate.rules.payload_view import PayloadView
from ctct_migrate.rules.phrases import quoted
from ctct_migrate.targets.v2.event import OPTIONS, OTHER, kind_of

_FACT = "reference, mapping-v2, Event"

OTHER_KIND = Rule(
    "CT872", "event-kind", Severity.WARNING,
    summary="An event of a kind that v2 does not have",
    why="v2 requires one of 24 kinds. The words of v1 are not documented: one that is none of v2's becomes OTHER, as does none at all.",
    bad="", good="",
    how="Write one of v2's words into `EventType`, such as CLASSES_WORKSHOPS, if one of them fits.",
    fact=f"{_FACT}: EventType",
)  # fmt: skip
NOT_TAKEN = Rule(
    "CT873", "payment-option-dropped", Severity.WARNING,
    summary="A way to pay that v2 takes no more",
    why="Google Checkout ended in October 2013, and credit cards are set up in the product: v2 answers both and takes neither. A record keeps them.",
    bad="", good="",
    how="Look whether people can still pay.", fact=f"{_FACT}: PaymentOptions",
    marking=Marking.DEPRECATED,
)  # fmt: skip

RULES = (OTHER_KIND, NOT_TAKEN)

#: The children of an event that are looked at.
NAMES = frozenset({"EventType", "PaymentOptions"})


def remarks(view: PayloadView) -> Iterator[Diagnostic]:
    """What v2 makes of one event that its author should know."""
    if view.shape not in (Shape.CREATE, Shape.UPDATE):
        return
    kind = view.child("EventType")
    if kind is not None and kind.text and kind_of(kind.text) is None:
        yield view.report.at(
            OTHER_KIND, *kind.value_span(), f"{quoted(kind.text)} is none of v2's kinds of events",
            label=f"becomes {OTHER}", help=(OTHER_KIND.how,), element=kind.path,
        )  # fmt: skip
    for row, node, *_ in view.outcome.aside:
        option = view.child_of(node) if row.path == f"{OPTIONS}*/Type" else None
        if option is not None:
            yield view.report.at(
                NOT_TAKEN, *option.value_span(), f"v2 takes {quoted(decoded(node).strip())} no more: it is left out",
                label="dropped", help=(NOT_TAKEN.how,), element=option.path,
            )  # fmt: skip
