"""CT430: ids that are broken over lines.

v1's documentation broke the long ids of its second dialect over lines, and so do programs that wrap
text.  The conversion reads such an id without the white space in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Concern, Diagnostic, Rule, Severity
from ctct_migrate.reader.tree import Attribute, Element
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.context import Context, attribute_span
from ctct_migrate.rules.edits import write_attribute, write_value
from ctct_migrate.rules.fast.signs import Signs
from ctct_migrate.rules.phrases import clip, quoted

BROKEN_ID = Rule(
    "CT430", "broken-id", Severity.WARNING,
    summary="An id that is broken over lines",
    why="No URI has white space in it. Some ids of v1 are long, and its documentation broke them over lines. The conversion takes the white space out.",
    bad="""\
<atom:entry xmlns:atom="http://www.w3.org/2005/Atom">
  <atom:id>tag:api.constantcontact.com,2010:/ws/customers/joe/events/a07e1ho
asmu0e644426</atom:id>
  <atom:content><Event><Name>Book fair</Name></Event></atom:content>
</atom:entry>
""",
    good="""\
<atom:entry xmlns:atom="http://www.w3.org/2005/Atom">
  <atom:id>tag:api.constantcontact.com,2010:/ws/customers/joe/events/a07e1hoasmu0e644426</atom:id>
  <atom:content><Event><Name>Book fair</Name></Event></atom:content>
</atom:entry>
""",
    how="Write the id on one line, without white space.",
    fact="reference, v1-resources, Registrant", concern=Concern.V1,
)  # fmt: skip

RULES = (BROKEN_ID,)

#: White space of XML.
_SPACE = " \t\r\n"

#: What a URI of a resource has in it.
_ACCOUNT = "/ws/customers/"


def without_breaks(context: Context, value: str) -> str | None:
    """The URI that was broken; None for one that is whole, is no URI of a resource, or stands in a
    document whose dialect breaks none."""
    value = value.strip(_SPACE)
    if not _breaks_ids(context):
        return None
    if not any(space in value for space in _SPACE):
        return None
    joined = "".join(value.split())
    return joined if _ACCOUNT in joined else None


def _breaks_ids(context: Context) -> bool:
    """Whether a document is in a dialect whose ids were broken."""
    resource = RESOURCES.get(context.resource or "")
    return resource is not None and resource.dialect.breaks_ids


def may_report(signs: Signs) -> bool:
    """Whether an id can be broken: none is that the schemas take."""
    return signs.resource.dialect.breaks_ids and not signs.is_valid


def check(context: Context) -> Iterator[Diagnostic]:
    """The ids and links of an entry that are broken."""
    if not _breaks_ids(context):
        return
    payload = context.payload
    for element in context.naming.parts.get("id", ()):
        joined = without_breaks(context, element.text)
        if joined is not None and not element.elements:
            edit = write_value(context, element, joined)
            yield _said(context, context.value_span(element), joined, edit, context.path(element))
    for link in context.naming.parts.get("link", ()):
        yield from _attribute(context, link, "href")
    waiting = [payload] if payload is not None else []
    while waiting:
        element = waiting.pop()
        yield from _attribute(context, element, "id")
        waiting += element.elements


def _attribute(context: Context, element: Element, name: str) -> Iterator[Diagnostic]:
    attribute: Attribute | None = element.attribute(name)
    joined = without_breaks(context, attribute.value) if attribute is not None else None
    if attribute is not None and joined is not None:
        edit = write_attribute(context, attribute, joined)
        path = f"{context.path(element)}/@{name}"
        yield _said(context, attribute_span(attribute), joined, edit, path)


def _said(
    context: Context, span: tuple[int, int], joined: str, edit: tuple[int, int, str], path: str
) -> Diagnostic:
    return context.report.at(
        BROKEN_ID, *span, f"{quoted(joined)} is broken over lines",
        label="white space in an id", help=(BROKEN_ID.how,), element=path,
        fixes=context.report.fix(f"Write `{clip(joined, 60)}` without white space", edit),
    )  # fmt: skip
