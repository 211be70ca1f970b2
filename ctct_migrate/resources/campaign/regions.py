"""CT321: a state that is not in the country beside it; a part of the family `values`.

Which state is in which country is said by the XSD; `suspects` compares them, on the fast path too.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Safety, Severity
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.edits import write_value
from ctct_migrate.rules.fast.suspects import country_of_state, is_state_abroad
from ctct_migrate.rules.phrases import quoted
from ctct_migrate.rules.values.meanings import meant, readable
from ctct_migrate.targets.v2.states_and_countries import (
    ABROAD_PATH,
    COUNTRY_PATH,
    STATE_PATH,
    state_code,
)
from ctct_migrate.v1 import vocabulary

STATE_ELSEWHERE = Rule(
    "CT321", "state-elsewhere", Severity.WARNING,
    summary="A state or province that is not in the organization's country",
    why="Neither server holds the two against each other. The postal address in the footer of every e-mail, which the law asks for, is then one that does not exist.",
    bad="<OrganizationState>ON</OrganizationState>\n<OrganizationCountry>us</OrganizationCountry>",
    good="<OrganizationState>ON</OrganizationState>\n<OrganizationCountry>ca</OrganizationCountry>",
    how="Correct the one of the two that is wrong.",
    fact="schemas/campaign.xsd, StateCode: the states of the US and the provinces of Canada",
)  # fmt: skip

RULES = (STATE_ELSEWHERE,)

_KINDS = {"US": "a state of the US", "CA": "a province of Canada"}


def check(context: Context) -> Iterator[Diagnostic]:
    """Whether the state of an organization is in its country."""
    state, country = context.field(STATE_PATH), context.field(COUNTRY_PATH)
    if state is None or country is None:
        return
    home = country_of_state(state.text, country.text)
    code = state_code(state.text.strip())
    if code is not None and is_state_abroad(state.text, meant(context, COUNTRY_PATH) or ""):
        yield from _check_abroad(context, state, country, code)
        return
    if home is None or code is None:
        return
    if not (readable(context, state) and readable(context, country)):
        return
    given, place = country.text.strip(), vocabulary().states(home)[code]
    edit = write_value(context, country, home.lower())
    yield context.report.at(
        STATE_ELSEWHERE, *context.value_span(state), f"{quoted(state.text.strip())} is {place}, which is not in {quoted(given)}",
        label=_KINDS[home], help=(f"if the state is right, the country is `{home.lower()}`",),
        element=context.path(state), labels=((*context.value_span(country), "the country"),),
        fixes=context.report.fix(f"Write `{home.lower()}` into `{COUNTRY_PATH}`", edit, safety=Safety.UNSAFE),
    )  # fmt: skip


def _check_abroad(
    context: Context, state: Element, country: Element, code: str
) -> Iterator[Diagnostic]:
    """A code of the US or Canada with another country: it may be a region there all the same (`WA`
    is one in Australia), and is sent as such."""
    if not (readable(context, state) and readable(context, country)) or context.text(ABROAD_PATH):
        return  # where the region is given too, that one is sent, and `losses` says so
    known = vocabulary()
    home = "US" if code in known.states("US") else "CA"
    given, place = country.text.strip(), known.states(home)[code]
    yield context.report.at(
        STATE_ELSEWHERE, *context.value_span(state), f"{quoted(state.text.strip())} is {place} in v1's list, and the country is {quoted(given)}",
        label=f"{_KINDS[home]}, unless a region of {quoted(given)} has the same letters", help=(f"it is sent as the region (`international_state`); if the state is right, the country is `{home.lower()}`",),
        element=context.path(state), labels=((*context.value_span(country), "the country"),),
    )  # fmt: skip
