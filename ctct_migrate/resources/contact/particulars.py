"""CT341 to CT344: names that do not fit their codes, telephone numbers out of a spreadsheet, and
addresses whose domain is not in ASCII.

None of it is refused by a server; all of it is probably not what was meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources.contact import CONTACT
from ctct_migrate.resources.contact.example_contacts import (
    GOOD,
    LISTS,
    SOURCE,
    contact,
    with_child,
)
from ctct_migrate.resources.contact.plain import PHONES, is_scientific
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.edits import write_value
from ctct_migrate.rules.phrases import quoted
from ctct_migrate.rules.values.meanings import in_ascii, readable
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.v2.contact import contact_country, says_the_same
from ctct_migrate.targets.v2.states_and_countries import state_code
from ctct_migrate.v1 import vocabulary

STATE_DIFFERS = Rule(
    "CT341", "state-name-differs", Severity.WARNING,
    summary="A state whose name is not that of its code",
    why="The server filled the name in from the code. Where the two differ, one of them is wrong; both are sent.",
    bad=contact("<EmailAddress>ada@example.org</EmailAddress>", "<StateCode>MA</StateCode>", "<StateName>Maine</StateName>", SOURCE, LISTS),
    good=with_child("<StateCode>MA</StateCode>"),
    how="Correct the one of the two that is wrong, or leave the name out: the server fills it in.",
    fact="reference, mapping-v2, Contact: StateName",
)  # fmt: skip
COUNTRY_DIFFERS = Rule(
    "CT342", "country-name-differs", Severity.WARNING,
    summary="A country whose name is not that of its code, or is not known",
    why="v2 takes the code of a country alone. The name is read where there is no code; a name that no country has is left out.",
    bad=with_child("<CountryName>Utopia</CountryName>"), good=with_child("<CountryName>United States</CountryName>"),
    how="Write the two-letter code of the country that is meant into `CountryCode`.",
    fact="reference, mapping-v2, Contact: CountryName",
)  # fmt: skip
PHONE = Rule(
    "CT343", "phone-in-powers-of-ten", Severity.WARNING,
    summary="A telephone number as a spreadsheet shows large numbers",
    why="A spreadsheet took the number for a quantity and rounded it: digits are lost, and nobody can be called.",
    bad=with_child("<HomePhone>4.13555E+09</HomePhone>"), good=with_child("<HomePhone>413-555-0101</HomePhone>"),
    how="Write the number from where it was right, as text.",
    fact="design: a value that is lost cannot be made up",
)  # fmt: skip
DOMAIN = Rule(
    "CT344", "non-ascii-domain", Severity.WARNING,
    summary="An address whose domain is not written in ASCII",
    why="Mail servers know such a domain by its ASCII form (`xn--…`), and neither API says that it takes another.",
    bad=contact("<EmailAddress>ada@bücher.example</EmailAddress>", SOURCE, LISTS), good=GOOD,
    how="Write the domain in its ASCII form.",
    fact="RFC 5890, 2.3.2",
)  # fmt: skip

RULES = (STATE_DIFFERS, COUNTRY_DIFFERS, PHONE, DOMAIN)


def check(context: Context) -> Iterator[Diagnostic]:
    """What is odd in the particulars of a contact."""
    yield from _check_state(context)
    yield from _check_country(context)
    for name in PHONES:
        element = context.field(name)
        if element is not None and readable(context, element) and is_scientific(element.text):
            yield context.report.at(
                PHONE, *context.value_span(element), f"{quoted(element.text.strip())} is a telephone number that a spreadsheet rounded",
                label="digits are lost", help=(PHONE.how,), element=context.path(element),
            )  # fmt: skip
    yield from _check_domain(context)


def _both(context: Context, *names: str) -> list[Element] | None:
    """The payload's children of these names, if all are there, say something and can be read."""
    found = []
    for name in names:
        element = context.field(name)
        if element is None or not element.text.strip() or not readable(context, element):
            return None
        found.append(element)
    return found


def _check_state(context: Context) -> Iterator[Diagnostic]:
    both = _both(context, "StateCode", "StateName")
    if both is None:
        return
    code, name = both
    known = state_code(code.text.strip())
    if known is None or says_the_same(code.text, name.text):
        return
    right = vocabulary().states()[known]
    edit = write_value(context, name, right)
    yield context.report.at(
        STATE_DIFFERS, *context.value_span(name), f"{quoted(name.text.strip())} is not the name of {quoted(code.text.strip())}",
        label=f"expected {right}", help=(STATE_DIFFERS.how,), element=context.path(name),
        labels=((*context.value_span(code), f"the code of {right}"),),
        fixes=context.report.fix(f"Write `{right}`", edit, safety=Safety.UNSAFE),
    )  # fmt: skip


def _check_country(context: Context) -> Iterator[Diagnostic]:
    named = _both(context, "CountryName")
    if named is None:
        return
    (name,) = named
    both = _both(context, "CountryCode", "CountryName")
    said, given = contact_country(name.text.strip()), quoted(name.text.strip())
    if both is None:
        if said is None:
            outcome = "is sent as it is" if _counts_name(context) else "is left out"
            yield context.report.at(
                COUNTRY_DIFFERS, *context.value_span(name), f"{given} is not the name of a country, and {outcome}",
                label="no code says which country it is", help=(COUNTRY_DIFFERS.how,), element=context.path(name),
            )  # fmt: skip
        return
    code = both[0]
    known = contact_country(code.text.strip())
    if known is None or known == said:
        return
    yield context.report.at(
        COUNTRY_DIFFERS, *context.value_span(name), f"{given} is not the country of {quoted(code.text.strip())}",
        label="this is sent" if _counts_name(context) else "left out: the code counts",
        help=(COUNTRY_DIFFERS.how,), element=context.path(name),
        labels=((*context.value_span(code), "left out: the name counts" if _counts_name(context) else "this is sent"),),
    )  # fmt: skip


def _counts_name(context: Context) -> bool:
    """Whether the target takes the name of a country rather than its code: which row comes first."""
    table = TARGETS[context.target].table(CONTACT.slug)
    rows = [row.path for row in table.rows if row.pointer] if table is not None else []
    names = [path for path in rows if path in ("CountryCode", "CountryName")]
    return names[:1] == ["CountryName"]


def _check_domain(context: Context) -> Iterator[Diagnostic]:
    address = context.field("EmailAddress")
    if address is None or address.text.isascii() or not readable(context, address):
        return
    _, at, domain = address.text.strip().rpartition("@")
    if not at or domain.isascii():
        return
    yield context.report.at(
        DOMAIN, *context.value_span(address), f"the domain {quoted(domain)} is not written in ASCII",
        label="mail servers know its ASCII form", help=(DOMAIN.how,), element=context.path(address),
        fixes=_in_ascii(context, address, address.text.strip()),
    )  # fmt: skip


def _in_ascii(context: Context, address: Element, text: str) -> tuple[Fix, ...]:
    """The ASCII form, where it says the same and nothing else."""
    right = in_ascii(text)
    if right is None:
        return ()
    return context.report.fix(f"Write `{right}`", write_value(context, address, right))
