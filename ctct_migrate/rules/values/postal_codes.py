"""CT377: US postal codes that a spreadsheet took for numbers: `2451` and `2451.0` for `02451`.

Asked by the resources that have an address; `is_postal_code_in_doubt` is asked on the fast path.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.edits import write_value
from ctct_migrate.rules.fast.suspects import is_postal_code_in_doubt, meant_postal_code
from ctct_migrate.rules.phrases import quoted
from ctct_migrate.rules.values.meanings import readable

POSTAL_CODE = Rule(
    "CT377", "us-postal-code", Severity.WARNING,
    summary="A US postal code without its five digits",
    why="A ZIP code has five digits, and may have four more after a hyphen. A spreadsheet takes it for a number: it drops the zeros in front, and may add `.0`. It is printed so in the footer of every e-mail.",
    bad="<OrganizationCountry>us</OrganizationCountry>\n<OrganizationPostalCode>2451</OrganizationPostalCode>",
    good="<OrganizationCountry>us</OrganizationCountry>\n<OrganizationPostalCode>02451</OrganizationPostalCode>",
    how="Write all five digits, and keep the column of postal codes as text.",
    fact="USPS, Publication 28, 242: ZIP code",
)  # fmt: skip

RULES = (POSTAL_CODE,)


def check_postal_code(context: Context, name: str, country: str) -> Iterator[Diagnostic]:
    """What is said of the postal code in the child `name`, for the country in the child `country`."""
    element = context.field(name)
    if element is None or not readable(context, element):
        return
    text = element.text.strip()
    if not is_postal_code_in_doubt(text, context.text(country) or ""):
        return
    meant = meant_postal_code(text)
    fixes: tuple[Fix, ...] = ()
    if meant is not None:
        edit = write_value(context, element, meant)
        fixes = context.report.fix(f"Write `{meant}`", edit, safety=Safety.UNSAFE)
    yield context.report.at(
        POSTAL_CODE, *context.value_span(element), f"{quoted(text)} is not a postal code of the US, which has five digits",
        label=f"probably `{meant}`" if meant else "expected five digits such as 02451",
        help=(POSTAL_CODE.how,), element=context.path(element), fixes=fixes,
    )  # fmt: skip
