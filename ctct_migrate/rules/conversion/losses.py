"""CT8: what conversion changes, drops or cannot do.

What became of each part of a document stands in its accounting (`Payload.accounting`); here is
only what its author should be told.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.mapping.emptying import emptied_by
from ctct_migrate.mapping.rows import ConversionOptions
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.phrases import listing, quoted
from ctct_migrate.rules.required.missing import account_variables
from ctct_migrate.rules.values.meanings import is_template, meant
from ctct_migrate.v1 import vocabulary

DROPPED = Rule(
    "CT801", "dropped-element", Severity.INFO,
    summary="An element that v2 has no place for",
    why="It was seen in documents though v1's documentation does not have it. v1 took it; v2 has no property for it, so its value is left out.",
    bad="<ShowAgent>YES</ShowAgent>", good="<ViewAsWebpage>NO</ViewAsWebpage>",
    how="Nothing has to be done. The value is in the list of what was dropped.",
    fact="reference, v1-atom, Campaign: seen in the wild and not in the documentation",
)  # fmt: skip
STOCK = Rule(
    "CT802", "stock-campaign", Severity.ERROR,
    summary="A campaign from a template, without its content, cannot be created",
    why="A STOCK campaign was made from a template in the user interface. Its content is not exposed by the API, nor writable, so a new one would be empty. The same holds for a TEMPLATE_V2 campaign whose content is not in the document.",
    bad="<CampaignType>STOCK</CampaignType>", good="<CampaignType>CUSTOM</CampaignType>",
    how="Update it where it exists (`--shape update`), keep it as a record (`--shape record`), or copy it in the user interface.",
    fact="reference, v1-atom, Campaign: CampaignType; v2-contract, Endpoints",
)  # fmt: skip
EMPTIES = Rule(
    "CT803", "update-empties", Severity.WARNING,
    summary="Properties that the update would empty",
    why="PUT replaces the whole campaign: what is left out of the body is emptied on the server.",
    bad="<!-- no GreetingString -->", good="<GreetingString>Greetings!</GreetingString>",
    how="Add what should stay, or accept that it is emptied.",
    fact="reference, v2-contract, Endpoints: PUT replaces",
)  # fmt: skip
UNACCOUNTED = Rule(
    "CT804", "unaccounted", Severity.ERROR,
    summary="A part of the document that the conversion could not read",
    why="Whatever is in the document has to be in the v2 JSON or in the list of what was dropped. This part is in neither, so no JSON is made.",
    bad="<!-- ctct-migrate: ignore CT302 -->\n<ViewAsWebpage>perhaps</ViewAsWebpage>",
    good="<ViewAsWebpage>YES</ViewAsWebpage>",
    how="Correct the value as the label says.", fact="design: nothing is lost in silence",
)  # fmt: skip
ACCOUNT_VARIABLE = Rule(
    "CT805", "account-variable", Severity.WARNING,
    summary="A variable of v1's in the address of the organization",
    why="v1 put the account's own address in place of `$ACCOUNT.ORGANIZATIONNAME` and its like. v2 would print the words themselves in the footer of every e-mail. The footer is left out, so that v2 uses the account's address, which is what they meant.",
    bad="<OrganizationName>$ACCOUNT.ORGANIZATIONNAME</OrganizationName>", good="<OrganizationName>Maple Street Books</OrganizationName>",
    how="Nothing has to be done if the account has an address. Else write the address itself, all of it.",
    fact="reference, v1-atom, What v1 minded and what it did not: Account variables; v2-contract, Campaign: message_footer",
)  # fmt: skip
NOT_EQUIVALENT = Rule(
    "CT850", "not-equivalent", Severity.ERROR,
    summary="A v2 body that does not say what the XML says",
    why="`verify` compares a v2 body, made by any program, with what the XML converts to.",
    bad="", good="",
    how="Correct the program that made the body, at the property named.",
    fact="reference, v2-contract, v1 to v2",
)  # fmt: skip

#: Properties that a message names at most.
_SHOWN = 5

RULES = (DROPPED, STOCK, EMPTIES, UNACCOUNTED, ACCOUNT_VARIABLE, NOT_EQUIVALENT)


def check(context: Context) -> Iterator[Diagnostic]:
    """What conversion does to one campaign that its author should know."""
    if context.resource != "Campaign":
        return
    for name in sorted(vocabulary().undocumented("Campaign")):
        element = context.field(name)
        if element is not None and (element.text.strip() or element.elements):
            start, end = element.name_start, element.name_end
            yield context.report.at(
                DROPPED, start, end, f"v2 has no place for `{name}`: {quoted(element.text.strip())} is dropped"
                if element.text.strip() else f"v2 has no place for `{name}`: it is dropped",
                label="dropped", help=(DROPPED.how,), element=element.path,
            )  # fmt: skip
    kind = context.field("CampaignType")
    if context.shape is Shape.CREATE and kind is not None and is_template(context):
        what = meant(context, "CampaignType")
        lacking = "" if what == "STOCK" else " without its content"
        label = "its content is not exposed, nor writable"
        yield context.report.at(
            STOCK, *context.value_span(kind), f"a {what} campaign{lacking} cannot be created through the API",
            label="its content is not in the document" if lacking else label, help=(STOCK.how,), element=kind.path,
        )  # fmt: skip
    variables = account_variables(context)
    if variables:
        yield _left_to_account(context, variables)
    if context.shape is Shape.UPDATE:
        yield from _emptied(context)


def _left_to_account(context: Context, variables: list[Element]) -> Diagnostic:
    first, *others = variables
    return context.report.at(
        ACCOUNT_VARIABLE, *context.value_span(first),
        f"{quoted(first.text.strip())} is a variable that v1 filled in, and v2 would print as it is",
        label="the footer is left to the account", help=(ACCOUNT_VARIABLE.how,), element=first.path,
        labels=[(*context.value_span(each), "a variable too") for each in others],
    )  # fmt: skip


def _emptied(context: Context) -> Iterator[Diagnostic]:
    """What an update would empty."""
    from ctct_migrate.rules.fast.fast_path import outcomes

    payload = context.payload
    assert payload is not None
    for seen in outcomes(
        context.document, ConversionOptions(Shape.UPDATE, context.zone, context.target)
    ):
        if seen.index != context.entry.index:
            continue
        emptied = emptied_by(seen.table, seen.outcome)
        if emptied:
            names = [f"`{pointer[1:]}`" for pointer in emptied]
            shown = (
                listing(names)
                if len(names) <= _SHOWN
                else f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more properties"
            )
            yield context.report.at(
                EMPTIES, payload.name_start, payload.name_end, f"the update would empty {shown}",
                label="PUT replaces the whole campaign", help=(EMPTIES.how,), element=payload.path,
            )  # fmt: skip
