"""CT325: `xsi:nil` and `xsi:type`, which programs write that make XML of an object by themselves.

Reported once for an entry, or for what a feed says of itself, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Concern, Diagnostic, Rule, Safety, Severity
from ctct_migrate.held_results import cached_while_held
from ctct_migrate.reader.tree import Attribute, Element
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.fast.suspects import INSTANCE
from ctct_migrate.rules.phrases import plural
from ctct_migrate.source import Source
from ctct_migrate.v1.lexicon import lexicon

INSTANCE_ATTRIBUTE = Rule(
    "CT325", "instance-attribute", Severity.ERROR,
    summary="An `xsi:nil` or `xsi:type`, which v1's elements do not have",
    why="Serializers write them to read their own objects back. The schema lets no element be nil and names no such types; what is in the element counts without them.",
    bad='<GreetingString xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"></GreetingString>',
    good="<GreetingString></GreetingString>",
    how="Delete it. An element without a value is written empty, or left out.",
    fact="XML Schema 1.0, 2.6; schemas/campaign.xsd",
    concern=Concern.V1,
)  # fmt: skip

RULES = (INSTANCE_ATTRIBUTE,)

_NAMES = ("nil", "type")


@cached_while_held  # an entry of thousands is no reason to search all of the text again
def _may_stand(source: Source) -> bool:
    """Whether an attribute of these names, which need a prefix, may stand in a document."""
    text = source.text
    return any(f":{name}" in text for name in _NAMES)


def instance_attributes(
    report: Reporter, element: Element, *, without: str = ""
) -> Iterator[Diagnostic]:
    """One diagnostic for `element` and all in it; elements called `without` and contents are not
    looked into."""
    text = report.source.text
    if not _may_stand(report.source):
        return
    contents = lexicon().contents
    found: list[tuple[Element, Attribute]] = []
    waiting = [element]
    while waiting:
        at = waiting.pop()
        found += (
            (at, each)
            for each in at.attributes
            if each.namespace == INSTANCE and each.name in _NAMES
        )
        if at.name not in contents:
            waiting += [each for each in reversed(at.elements) if each.name != without]
    if not found:
        return
    edits = []
    for _, attribute in found:
        start = attribute.start
        while text[start - 1].isspace():
            start -= 1
        edits.append((start, attribute.end, ""))
    filled = any(each.value.strip() in ("true", "1") and at.filled for at, each in found)
    first, attribute = found[0]
    more = f"; {plural(len(found) - 1, 'more place')} like this" if len(found) > 1 else ""
    yield report.at(
        INSTANCE_ATTRIBUTE, attribute.start, attribute.end, f"`{attribute.qname}` on `{first.name}` means nothing to v1{more}",
        label="not an attribute of the format", help=(INSTANCE_ATTRIBUTE.how,),
        element=f"{first.path}/@{attribute.qname}",
        fixes=report.fix("Delete it" if len(found) == 1 else "Delete them all", *edits, safety=Safety.UNSAFE if filled else Safety.SAFE),
    )  # fmt: skip
