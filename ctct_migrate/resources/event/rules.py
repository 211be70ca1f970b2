"""The rules of events: what no schema can say of them."""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources.event import EVENT
from ctct_migrate.resources.event.fee import FEE
from ctct_migrate.resources.event.plain import (
    END,
    OPTIONS,
    START,
    TYPES,
    URL,
    ends_first,
    is_summary,
)
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.phrases import quoted
from ctct_migrate.rules.values.meanings import readable
from ctct_migrate.rules.values.urls import check_url
from ctct_migrate.targets import TARGETS

_FACT = "reference, v1-resources, Event"
_MAPPING = "reference, mapping-v2, Event"


def _event(*children: str) -> str:
    inner = "".join(f"  {child}\n" for child in ("<Name>Tasting</Name>", *children))
    return f"<Event>\n{inner}</Event>\n"


def _dates(start: str, end: str) -> str:
    return _event(f"<StartDate>{start}</StartDate>", f"<EndDate>{end}</EndDate>")


def _types(*types: str) -> str:
    inner = "".join(f"<RegistrationType>{each}</RegistrationType>" for each in types)
    return _event(f"<RegistrationTypes>{inner}</RegistrationTypes>")


def _fees(*fees: tuple[str, str]) -> str:
    inner = "".join(
        f"<EventFee><Label>{label}</Label><Fee>{fee}</Fee><FeeScope>BOTH</FeeScope></EventFee>"
        for label, fee in fees
    )
    return _types(f"<EventFees>{inner}</EventFees>")


ENDS_FIRST = Rule(
    "CT438", "ends-before-start", Severity.ERROR,
    summary="An event that ends before it starts",
    why="One of the two dates is wrong, often because their offsets differ, or because day and month were taken for each other. v2 takes no such event; a record keeps both dates as they are.",
    bad=_dates("2011-05-11T20:30:00-04:00", "2011-05-11T18:00:00-04:00"),
    good=_dates("2011-05-11T18:00:00-04:00", "2011-05-11T20:30:00-04:00"),
    how="Correct the date that is wrong.", fact=_FACT,
)  # fmt: skip
SAME_LABEL = Rule(
    "CT439", "fee-label-twice", Severity.ERROR,
    summary="Two fees of one event with one label",
    why="v2 knows the fees of an event by their labels, and refuses a second one with the same. Where both say the same, it is sent once.",
    bad=_fees(("Tasting", "15.00"), ("Tasting", "20.00")), good=_fees(("Tasting", "15.00"), ("Late tasting", "20.00")),
    how="Give one of the two another label.", fact="reference, v2-resources, Eventspot: Fee",
)  # fmt: skip
SEVERAL_TYPES = Rule(
    "CT871", "several-registration-types", Severity.WARNING,
    summary="An event with several kinds of registration",
    why="v1 let an event have several kinds, each with its own limits. v2 has one: the limits of the first are kept, the others are in the list of what was dropped. The fees of all of them are kept.",
    bad=_types("<Name>Members</Name><GuestLimit>1</GuestLimit>", "<Name>Others</Name><GuestLimit>2</GuestLimit>"),
    good=_types("<Name>Members</Name><GuestLimit>1</GuestLimit>"),
    how="Put the kind that counts first, or make an event for each.", fact=f"{_MAPPING}: RegistrationTypes",
)  # fmt: skip
FURTHER_FEE = Rule(
    "CT874", "early-or-late-fee", Severity.WARNING,
    summary="A fee for those who register early or late, without the date",
    why="v2 needs the date until which the early fee holds, or from which the late one does. v1 did not say it in the event, so that a new fee has one amount; a record keeps all three.",
    bad="", good="",
    how="Set the date and the fee in v2, by hand or with a body of your own.", fact=f"{_MAPPING}: EventFees",
)  # fmt: skip
NO_PAYEE = Rule(
    "CT875", "check-without-payee", Severity.ERROR,
    summary="An event that is paid by check, of which nobody says to whom",
    why="v2 requires `payable_to` with CHECK, and v1 has no place for it.",
    bad="", good="",
    how="Take the option CHECK out, or add `payable_to` to the body and send that.", fact=f"{_MAPPING}: PaymentAddress",
)  # fmt: skip
NO_ACCOUNT = Rule(
    "CT876", "paypal-without-account", Severity.ERROR,
    summary="An event that is paid by PayPal, of which nobody says into which account",
    why="v2 requires `paypal_account_email` with PAYPAL.",
    bad="", good="",
    how="Write the address of the account into `PayPalAccountEmail`.", fact="reference, v2-resources, Eventspot: Event",
)  # fmt: skip

SUMMARY = Rule(
    "CT878", "event-summary", Severity.WARNING,
    summary="An event of a listing, which lacks what people pay and how they register",
    why="v1's listing of events left out fees, ways to pay and the limits of the registration. An event that is made of such an entry has none of them; an update would empty what is there, and is refused.",
    bad="", good="",
    how="Take the event's own document, from the URI in its `id`.",
    fact="reference, mapping-v2, Rules for all: summary documents",
)  # fmt: skip

RULES = (ENDS_FIRST, SAME_LABEL, SEVERAL_TYPES, FURTHER_FEE, NO_PAYEE, NO_ACCOUNT, SUMMARY)

_REQUESTS = (Shape.CREATE, Shape.UPDATE)


def check(context: Context) -> Iterator[Diagnostic]:
    """What is wrong with an event that the generic families do not see."""
    yield from check_url(context, URL)
    yield from _check_dates(context)
    yield from _check_types(context)
    payload = context.payload
    if context.shape in _REQUESTS and payload is not None and is_summary(context.naming.fields):
        updates = context.shape is Shape.UPDATE
        yield context.report.at(
            SUMMARY, payload.name_start, payload.name_end,
            "this entry only lists the event" + (", and an update would empty the rest" if updates else ""),
            label="fees, ways to pay and limits are not in it", help=(SUMMARY.how,), element=context.path(payload),
            severity=Severity.ERROR if updates else None,
        )  # fmt: skip
    if context.shape in _REQUESTS and TARGETS[context.target].table(EVENT.slug) is not None:
        yield from _check_payment(context)


def _check_dates(context: Context) -> Iterator[Diagnostic]:
    start, end = context.field(START), context.field(END)
    if start is None or end is None or not (readable(context, start) and readable(context, end)):
        return
    if ends_first(start.text.strip(), end.text.strip()):
        yield context.report.at(
            ENDS_FIRST, *context.value_span(end), "the event ends before it starts",
            label="expected a date after the start", help=(ENDS_FIRST.how,), element=context.path(end),
            labels=((*context.value_span(start), "it starts here"),),
            severity=Severity.ERROR if context.shape in _REQUESTS else Severity.WARNING,
        )  # fmt: skip


def _check_types(context: Context) -> Iterator[Diagnostic]:
    parent = context.field(TYPES)
    if parent is None:
        return
    types = [each for each in parent.elements if each.name == "RegistrationType"]
    for each in types[1:2]:
        yield context.report.at(
            SEVERAL_TYPES, each.name_start, each.name_end, f"this event has {len(types)} kinds of registration",
            label="the limits of the first one are kept", help=(SEVERAL_TYPES.how,), element=context.path(each),
            labels=((types[0].name_start, types[0].name_end, "the first one"),),
        )  # fmt: skip
    fees = [fee for each in types for fee in _inside(each, "EventFees", "EventFee")]
    yield from _check_labels(context, fees)
    made = TARGETS[context.target].delivery(EVENT.slug)
    if context.asked is Shape.CREATE and made is not None and FEE.slug in made.parts:
        for fee in fees:
            yield from _check_further(context, fee)


def _check_labels(context: Context, fees: list[Element]) -> Iterator[Diagnostic]:
    seen: dict[str, Element] = {}
    for fee in fees:
        label = context.inside(fee, "Label")
        if label is None or not label.text.strip() or not readable(context, label):
            continue
        first = seen.setdefault(label.text.strip(), fee)
        if first is fee or _values(first) == _values(fee):
            continue
        at = context.inside(first, "Label") or first
        yield context.report.at(
            SAME_LABEL, *context.value_span(label), f"another fee of this event is called {quoted(label.text.strip())} too",
            label="expected a label of its own", help=(SAME_LABEL.how,), element=context.path(label),
            labels=((*context.value_span(at), "the other one"),),
            severity=Severity.ERROR if context.asked in _REQUESTS else Severity.WARNING,
        )  # fmt: skip


def _values(fee: Element) -> dict[str, str]:
    """What a fee says."""
    return {each.name: each.text.strip() for each in fee.elements if each.text.strip()}


def _check_further(context: Context, fee: Element) -> Iterator[Diagnostic]:
    for name, word in (("EarlyFee", "early"), ("LateFee", "late")):
        further = context.inside(fee, name)
        if further is None or not further.text.strip() or not readable(context, further):
            continue
        yield context.report.at(
            FURTHER_FEE, *context.value_span(further), f"v1 does not say who is {word} for this fee: it is left out",
            label="needs a date that v1 does not have", help=(FURTHER_FEE.how,), element=context.path(further),
        )  # fmt: skip


def _check_payment(context: Context) -> Iterator[Diagnostic]:
    parent = context.field(OPTIONS)
    options = parent.elements if parent is not None else []
    kinds = {
        kind.text.strip(): kind
        for option in options
        if (kind := context.inside(option, "Type")) is not None
    }
    account = any(
        (found := context.inside(option, "PayPalAccountEmail")) is not None and found.text.strip()
        for option in options
    )
    for word, rule, wrong in (("CHECK", NO_PAYEE, True), ("PAYPAL", NO_ACCOUNT, not account)):
        if word in kinds and wrong:
            yield context.report.at(
                rule, *context.value_span(kinds[word]), f"nobody says {'to whom checks are made out' if word == 'CHECK' else 'into which account is paid'}",
                label="the target requires it", help=(rule.how,), element=context.path(kinds[word]),
            )  # fmt: skip


def _inside(element: Element, *names: str) -> Iterator[Element]:
    """The elements at a path below another one."""
    if not names:
        yield element
        return
    for child in element.elements:
        if child.name == names[0]:
            yield from _inside(child, *names[1:])
