"""CT375: a resource that another one names twice, such as a list of a campaign.

The mapping engine sends it once (`mapping.engine`), by the number that is sent; the fast path asks
the engine.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Safety, Severity
from ctct_migrate.reader.tree import Attribute, Element
from ctct_migrate.resources import BY_SLUG, RESOURCES
from ctct_migrate.rules.context import Context, attribute_span
from ctct_migrate.rules.fast.signs import Signs
from ctct_migrate.rules.phrases import quoted
from ctct_migrate.rules.values.meanings import untroubled

TWICE = Rule(
    "CT375", "named-twice", Severity.WARNING,
    summary="The same list, or another resource, is named twice",
    why="Naming it once more says nothing: the body has it once. Where a number was copied and not changed, the list that was meant is not in the document.",
    bad="""\
<ContactLists>
  <ContactList id="http://api.constantcontact.com/ws/customers/joe/lists/1"/>
  <ContactList id="http://api.constantcontact.com/ws/customers/joe/lists/1"/>
</ContactLists>""",
    good="""\
<ContactLists>
  <ContactList id="http://api.constantcontact.com/ws/customers/joe/lists/1"/>
  <ContactList id="http://api.constantcontact.com/ws/customers/joe/lists/2"/>
</ContactLists>""",
    how="Take one of the two out, or write the number of the list that was meant.",
    fact="reference, mapping-v2: duplicates once",
)  # fmt: skip

RULES = (TWICE,)


def may_report(signs: Signs) -> bool:
    """Whether a resource can be named twice: the engine and the rules of the resource see to it."""
    return not (signs.has_right_ids and signs.is_plain_itself)


def check(context: Context) -> Iterator[Diagnostic]:
    """Each resource that is named once more."""
    declared = RESOURCES.get(context.resource or "")
    for reference in declared.references if declared is not None else ():
        named = BY_SLUG.get(reference.to)
        path = reference.paths[0]
        if named is None or "*" not in path:
            continue
        seen: dict[str, Attribute] = {}
        for element, attribute in _named(context, path):
            number = named.id_in(attribute.value)
            if number is None:
                continue
            first = seen.setdefault(number, attribute)
            if first is attribute:
                continue
            edit = (element.start, element.end, "")
            yield context.report.at(
                TWICE, *attribute_span(attribute), f"the {named.noun} {quoted(number)} is named twice",
                label="named before, and sent once", labels=((*attribute_span(first), "here first"),),
                help=(TWICE.how,), element=f"{context.path(element)}/@{attribute.name}",
                fixes=context.report.fix("Take it out", edit, safety=Safety.UNSAFE),
            )  # fmt: skip


def _named(context: Context, path: str) -> Iterator[tuple[Element, Attribute]]:
    """The elements and attributes at a v1 path of a repeated element: `ContactLists/ContactList*/@id`."""
    parent, _, rest = path.partition("/")
    name, _, attribute = rest.partition("*/@")
    outer = context.field(parent)
    for element in outer.elements if outer is not None else ():
        found = element.attribute(attribute)
        if context.naming.meant.get(element, element.name) != name or found is None:
            continue
        if untroubled(context, element.start, element.end):
            yield element, found
