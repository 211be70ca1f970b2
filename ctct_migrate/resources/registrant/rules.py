"""The rules of registrants: what no schema can say of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources.registrant.plain import COSTS, PARTS, adds_up
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.phrases import quoted
from ctct_migrate.rules.values.meanings import readable

_ID = (
    "tag:api.constantcontact.com,2010:/ws/customers/joe/events/a07e1hoasmu0e644426/registrants/abc"
)


def _registrant(cost: str) -> str:
    costs = f"  <Costs><Cost>{cost}</Cost></Costs>\n"
    return f'<Registrant id="{_ID}">\n  <LastName>Byron</LastName>\n{costs}</Registrant>\n'


def _cost(total: str) -> str:
    return f"<Count>2</Count><FeeType>Tasting</FeeType><Rate>15.00</Rate><Total>{total}</Total>"


TOTAL_DIFFERS = Rule(
    "CT443", "cost-total-differs", Severity.WARNING,
    summary="A sum that is not the count times the rate",
    why="v2 has the quantity and what one costs, and no sum of a line: it is left out, since it follows from the two. Here it does not, for a promocode, perhaps, or a change by hand.",
    bad=_registrant(_cost("25.00")), good=_registrant(_cost("30.00")),
    how="Nothing has to be done. The sum is in the list of what was dropped.",
    fact="reference, mapping-v2, Registrant",
)  # fmt: skip

RULES = (TOTAL_DIFFERS,)


def check(context: Context) -> Iterator[Diagnostic]:
    """What is wrong with a registrant that the generic families do not see."""
    costs = context.field(COSTS)
    for cost in costs.elements if costs is not None else ():
        yield from _check_total(context, cost)


def _check_total(context: Context, cost: Element) -> Iterator[Diagnostic]:
    parts = [part for name in PARTS if (part := context.inside(cost, name)) is not None]
    if len(parts) < len(PARTS) or not all(readable(context, each) for each in parts):
        return
    count, rate, total = (each.text.strip() for each in parts)
    if adds_up((count, rate, total)) is False:
        yield context.report.at(
            TOTAL_DIFFERS, *context.value_span(parts[-1]), f"{quoted(total)} is not {count} times {rate}",
            label=f"{Decimal(count) * Decimal(rate)} would be", help=(TOTAL_DIFFERS.how,), element=context.path(parts[-1]),
        )  # fmt: skip
