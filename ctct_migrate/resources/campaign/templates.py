"""CT802 and CT805: campaigns that leave something to the account or to a template.

A STOCK campaign was made from a template, and its content is not in the document; nor is that of a
TEMPLATE_V2 campaign that comes without.  What v1 filled in from the account is left to v2.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources.campaign.addresses import account_variables
from ctct_migrate.rules.content.content_places import ElementContent
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.phrases import quoted
from ctct_migrate.rules.values.meanings import meant
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.v2.campaign import STOCK as STOCK_TYPE
from ctct_migrate.targets.v2.campaign import TEMPLATE
from ctct_migrate.targets.v2.states_and_countries import ACCOUNT_VARIABLE as VARIABLE
from ctct_migrate.v1 import ElementFact, vocabulary

STOCK = Rule(
    "CT802", "stock-campaign", Severity.ERROR,
    summary="A campaign from a template, without its content, cannot be created",
    why="A STOCK campaign was made from a template in the user interface. Its content is not exposed by the API, nor writable, so a new one would be empty. The same holds for a TEMPLATE_V2 campaign whose content is not in the document.",
    bad="<CampaignType>STOCK</CampaignType>", good="<CampaignType>CUSTOM</CampaignType>",
    how="Update it where it exists (`--shape update`), keep it as a record (`--shape record`), or copy it in the user interface.",
    fact="reference, v1-atom, Campaign: CampaignType; v2-contract, Endpoints",
)  # fmt: skip
ACCOUNT_VARIABLE = Rule(
    "CT805", "account-variable", Severity.WARNING,
    summary="A variable of v1's in the address of the organization",
    why="v1 put the account's own address in place of `$ACCOUNT.ORGANIZATIONNAME` and its like. v2 would print the words themselves in the footer of every e-mail. The footer is left out, so that v2 uses the account's address, which is what they meant.",
    bad="<OrganizationName>$ACCOUNT.ORGANIZATIONNAME</OrganizationName>", good="<OrganizationName>Maple Street Books</OrganizationName>",
    how="Nothing has to be done if the account has an address. Else write the address itself, all of it.",
    fact="reference, v1-atom, What v1 minded and what it did not: Account variables; v2-contract, Campaign: message_footer",
)  # fmt: skip

RULES = (STOCK, ACCOUNT_VARIABLE)

_TYPE, _FORMAT = "CampaignType", "EmailContentFormat"


def check(context: Context) -> Iterator[Diagnostic]:
    """What of a campaign is left to the account, or cannot be made without its template."""
    kind = context.field(_TYPE)
    if context.shape is Shape.CREATE and kind is not None and is_template(context):
        what = meant(context, _TYPE)
        lacking = "" if what == STOCK_TYPE else " without its content"
        label = "its content is not exposed, nor writable"
        yield context.report.at(
            STOCK, *context.value_span(kind), f"a {what} campaign{lacking} cannot be created through the API",
            label="its content is not in the document" if lacking else label, help=(STOCK.how,), element=kind.path,
        )  # fmt: skip
    variables = account_variables(context)
    if variables:
        yield _left_to_account(context, variables)


def _left_to_account(context: Context, variables: list[Element]) -> Diagnostic:
    first, *others = variables
    return context.report.at(
        ACCOUNT_VARIABLE, *context.value_span(first),
        f"{quoted(first.text.strip())} is a variable that v1 filled in, and {TARGETS[context.target].title} would print as it is",
        label="the footer is left to the account", help=(ACCOUNT_VARIABLE.how,), element=first.path,
        labels=[(*context.value_span(each), "a variable too") for each in others],
    )  # fmt: skip


def is_substituted(text: str) -> bool:
    """Whether a text is a variable that v1 filled in from the account."""
    return VARIABLE.search(text) is not None


def is_template(context: Context) -> bool:
    """Whether the campaign was made from a template, and its content is not in the document: a
    STOCK campaign, or a TEMPLATE_V2 without content."""
    kind = meant(context, _TYPE)
    return kind == STOCK_TYPE or (kind == TEMPLATE and context.field("EmailContent") is None)


def is_excused(context: Context, fact: ElementFact) -> bool:
    """Whether the campaign may be one from a template; a type that is none is reported by `values`."""
    unknown = bool(context.text(_TYPE)) and meant(context, _TYPE) is None
    return fact.required_when == "custom" and (unknown or is_template(context))


def guess(context: Context, name: str) -> str:
    """What the child `name`, which is missing, was probably meant to say; empty for nothing."""
    return _format(context) if name == _FORMAT else ""


def _format(context: Context) -> str:
    """The format that the content seems to have."""
    element = context.field("EmailContent")
    if element is None:
        return ""
    formats = vocabulary().element("Campaign", _FORMAT)
    known = [value.value for value in formats.enumeration] if formats else []
    start = ElementContent(context.source.text, element).value.lstrip()[:200].upper()
    # `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"` names both: the longer one says it.
    named = [name for name in known if start.startswith("<!DOCTYPE") and f" {name} " in start]
    return max(named, key=len) if named else (known or [""])[0]
