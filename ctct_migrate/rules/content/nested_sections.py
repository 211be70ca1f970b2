"""CT123: a CDATA section that was put into another one.

A CDATA section holds characters as they are, so that the inner `<![CDATA[` is text: the first thing
that readers of the e-mail see.  Looked for on the fast path too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.fast.signs import Signs
from ctct_migrate.rules.fast.suspects import SECTION_AS_TEXT, contents, plain_texts
from ctct_migrate.rules.values.meanings import untroubled

NESTED_SECTION = Rule(
    "CT123", "nested-section", Severity.WARNING,
    summary="A CDATA section inside a CDATA section",
    why="A program wrapped a text that was wrapped already. The inner `<![CDATA[` is part of the text: readers of the e-mail see it.",
    bad="<Subject><![CDATA[<![CDATA[Salt & pepper]]></Subject>",
    good="<Subject><![CDATA[Salt & pepper]]></Subject>",
    how="Delete the inner `<![CDATA[`, and wrap the text once.",
    fact="XML 1.0, 2.7: CDATA sections cannot nest",
)  # fmt: skip

RULES = (NESTED_SECTION,)

#: The beginnings of sections at the beginning of a text.
_BEGINNINGS = late_compile(rf"\s*+((?:{re.escape(SECTION_AS_TEXT)}\s*+)++)")

#: A section that begins with the beginning of another; in a well-formed text there is no other way for
#: one to be in a text.
_IN_ANOTHER = late_compile(rf"{re.escape(SECTION_AS_TEXT)}\s*+{re.escape(SECTION_AS_TEXT)}")


def may_report(signs: Signs) -> bool:
    """Whether a section can stand in another."""
    return not signs.has_sound_texts


def check(context: Context) -> Iterator[Diagnostic]:
    """One diagnostic for each text of a payload that begins with the mark of a section."""
    if context.resource is None:
        return
    document = context.document
    if document.root is not None and _IN_ANOTHER.search(document.source.text) is None:
        return
    for name in sorted(plain_texts(context.resource) | contents(context.resource)):
        element = context.field(name)
        if element is None or not element.closed:
            continue
        run = next((each for each in element.texts if not each.is_blank), None)
        if run is None or not untroubled(context, element.start, element.end):
            continue
        start = run.start + len(SECTION_AS_TEXT) if run.cdata else run.start
        written = _BEGINNINGS.match(context.source.text, start, run.end)
        if written is not None:
            yield _reported(context, element, written.span(1))


def _reported(context: Context, element: Element, place: tuple[int, int]) -> Diagnostic:
    return context.report.at(
        NESTED_SECTION, *place, f"the text of `{element.name}` begins with `{SECTION_AS_TEXT}`: a CDATA section stands in another",
        label="readers see this", help=(NESTED_SECTION.how,), element=context.path(element),
        fixes=context.report.fix(f"Delete the inner `{SECTION_AS_TEXT}`", (*place, "")),
    )  # fmt: skip
