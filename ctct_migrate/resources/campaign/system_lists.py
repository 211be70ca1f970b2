"""CT374: lists that v1 made itself among the lists of a campaign."""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Safety, Severity
from ctct_migrate.resources.contact_list import CONTACT_LIST
from ctct_migrate.rules.context import Context, attribute_span
from ctct_migrate.rules.phrases import quoted
from ctct_migrate.rules.values.meanings import untroubled

SYSTEM_LIST = Rule(
    "CT374", "campaign-on-system-list", Severity.ERROR,
    summary="A list that v1 made itself among the lists of a campaign",
    why="`active`, `do-not-mail` and `removed` are not lists that an e-mail can be sent to: they say in which state contacts are. v2 has no such lists, and whoever is on `do-not-mail` must not be mailed.",
    bad="""\
<ContactLists>
  <ContactList id="http://api.constantcontact.com/ws/customers/joe/lists/active"/>
</ContactLists>""",
    good="""\
<ContactLists>
  <ContactList id="http://api.constantcontact.com/ws/customers/joe/lists/1"/>
</ContactLists>""",
    how="Take the list out; name the lists that the campaign goes to by their numbers.",
    fact="reference, v1-resources, ContactList: System lists",
)  # fmt: skip

RULES = (SYSTEM_LIST,)


def check(context: Context) -> Iterator[Diagnostic]:
    """Each such list."""
    element = context.field("ContactLists")
    named = element.elements if element is not None else ()
    for each in named:
        attribute = each.attribute("id")
        if attribute is None or not untroubled(context, each.start, each.end):
            continue
        number = CONTACT_LIST.id_in(attribute.value)
        if number not in CONTACT_LIST.built_in:
            continue
        fix = context.report.fix("Take it out", (each.start, each.end, ""), safety=Safety.UNSAFE)
        yield context.report.at(
            SYSTEM_LIST, *attribute_span(attribute), f"{quoted(number)} is a list that v1 kept itself: no e-mail can be sent to it",
            label="expected the number of a list", help=(SYSTEM_LIST.how,),
            element=f"{context.path(each)}/@id", fixes=fix if len(named) > 1 else (),
        )  # fmt: skip
