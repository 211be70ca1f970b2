"""CT024 and CT023 in values: what a program was to fill in, and did not, and objects in memory that
it printed in the place of a text.

One habit is one diagnostic for a document, however many places it has; what other families say
of a value that was never filled in follows from it, and is left out (`without`).  The contents,
EmailContent above all, are not asked: e-mails may speak of such things.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import Element, Markup, Text
from ctct_migrate.reader.wrappings.dumps import value_printed_by
from ctct_migrate.reader.wrappings.templates import placeholder
from ctct_migrate.rules.context import Reporter, trimmed
from ctct_migrate.rules.fast.suspects import has_suspect_bytes
from ctct_migrate.rules.phrases import plural, quoted
from ctct_migrate.rules.reading.unwrapping import DUMPED, TEMPLATE
from ctct_migrate.v1.lexicon import lexicon

#: Places that are named in the help.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Leftover:
    """A value that was not filled in.

    start, end  what shows it, in characters of the text
    element     the element that it stands in
    what        `Perl prints of a reference`, for an object in memory; else empty
    """

    start: int
    end: int
    element: Element
    what: str = ""


def leftovers(document: Document) -> list[Leftover]:
    """All of them, in the order of the document."""
    if not has_suspect_bytes(document.source) or document.tree is None:
        return []
    contents = {*lexicon().contents, "StyleSheet"}
    found: list[Leftover] = []
    waiting = [document.tree]
    while waiting:
        element = waiting.pop()
        if element.name in contents:
            continue
        found.extend(_in_element(document.source.text, element))
        waiting.extend(reversed(element.elements))
    return found


def _in_element(text: str, element: Element) -> Iterator[Leftover]:
    for attribute in element.attributes:
        place = placeholder(attribute.value)
        if place is not None and attribute.value_end > attribute.value_start:
            yield Leftover(attribute.value_start, attribute.value_end, element)
    for child in element.children:
        if isinstance(child, Markup):
            target = child.value.split(None, 1)[:1]
            if child.kind == "pi" and target and target[0].lower() in ("php", "="):
                yield Leftover(child.start, child.end, element)
        elif isinstance(child, Text) and not child.cdata and not child.is_blank:
            value = child.value
            start, end = trimmed(text, child)
            if (what := value_printed_by(value.strip())) is not None:
                yield Leftover(start, end, element, what)
            elif (place := placeholder(value)) is not None:
                at = text.find(value[slice(*place)], child.start, child.end)
                if at >= 0:
                    start, end = at, at + place[1] - place[0]
                yield Leftover(start, end, element)


def check(document: Document) -> Iterator[Diagnostic]:
    """One diagnostic for each of the two habits."""
    found = leftovers(document)
    dumps = [each for each in found if each.what]
    templates = [each for each in found if not each.what]
    report = Reporter(document.source)
    if templates:
        written = document.source.text[templates[0].start : templates[0].end]
        yield _one(
            report, TEMPLATE, templates, f"{quoted(written)} was never filled in",
            "expected what the template's program puts here",
        )  # fmt: skip
    if dumps:
        written = document.source.text[dumps[0].start : dumps[0].end]
        yield _one(
            report, DUMPED, dumps, f"{quoted(written)} is what {dumps[0].what}", "expected a text"
        )


def _one(
    report: Reporter, rule: Rule, found: list[Leftover], message: str, label: str
) -> Diagnostic:
    helps = [rule.how.replace("; or apply the fix", "")]
    if len(found) > 1:
        names = list(dict.fromkeys(f"`{each.element.name}`" for each in found[1:]))
        more = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
        helps.append(f"{plural(len(found) - 1, 'more place')} like this: {more}")
    first = found[0]
    return report.at(
        rule, first.start, first.end, message, label=label, help=helps, element=first.element.path
    )


def without(document: Document, found: list[Diagnostic]) -> list[Diagnostic]:
    """`found` without what follows from values that were never filled in; what makes the document
    malformed stays."""
    own = (TEMPLATE.code, DUMPED.code)
    if not any(each.code in own for each in found):
        return found
    offset = document.source.offset
    ends: dict[int, int] = {}
    leaves: dict[Element, bool] = {}  # one element may hold thousands of them
    for each in leftovers(document):
        element = each.element
        if element not in leaves:
            leaves[element] = not element.elements
        whole = leaves[element]
        start, end = (element.start, element.end) if whole else (each.start, each.end)
        ends[offset(start)] = max(offset(end), ends.get(offset(start), 0))
    starts = sorted(ends)

    def follows(diagnostic: Diagnostic) -> bool:
        start, end = diagnostic.span.start.offset, diagnostic.span.end.offset
        # Leaves and places in text are apart, or one place lies in the tag of another's element.
        near = bisect_right(starts, start)
        return any(end <= ends[low] for low in starts[max(0, near - 2) : near])

    return [each for each in found if each.code < "CT2" or not follows(each)]
