"""CT1: what makes a document malformed, in the user's terms.

Each `Problem` that the scanner noted becomes one diagnostic; `_WORDS` says by which function of
`malformed_tags`, `malformed_text` and `malformed_document`.  The rules themselves stand in
`malformed_rules`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from ctct_migrate.diagnostics import Diagnostic, Fix
from ctct_migrate.late_dataclass import replace
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.problems import Problem
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.phrases import plural
from ctct_migrate.rules.wellformed import malformed_document, malformed_tags, malformed_text
from ctct_migrate.rules.wellformed import malformed_rules as rule
from ctct_migrate.rules.wellformed.problem_words import Breakage

#: Breakages of one kind in one element that are reported one by one.
_MOST = 50


def check(document: Document) -> Iterator[Diagnostic]:
    """One diagnostic for each breakage; libxml2's own words if the scanner saw none."""
    report = Reporter(document.source)
    if document.problems:
        yield from _breakages(document, report)
        return
    if document.root is not None or _told_elsewhere(document):
        return
    error = document.syntax_error
    if error is not None:
        yield _unexplained(document, report, error)


def _breakages(document: Document, report: Reporter) -> Iterator[Diagnostic]:
    """One diagnostic for each breakage that the scanner saw."""
    reported: Counter[tuple[str, Element | None]] = Counter()
    every = Counter((problem.kind, problem.element) for problem in document.problems)
    every.update(document.uncounted)
    countless = {kind for kind, _ in document.uncounted}
    endless = {each.element for each in document.problems if each.kind == "too-many"}
    others = _others(document, every)
    glued = any(problem.kind == "second-root" for problem in document.problems)
    around = [
        (each.start, each.end)
        for each in document.problems
        if each.kind == "text-outside-root"
        and malformed_document.is_padding(document.source.text[each.start : each.end])
    ]
    for problem in document.problems:
        if glued and problem.kind == "late-xml-declaration" and problem.detail["where"] == "after":
            continue  # it belongs to the second document
        if problem.kind == "bad-character" and any(
            start <= problem.start < end for start, end in around
        ):
            continue  # what stands around the document is reported as a whole
        words = _WORDS.get(problem.kind)
        kind = (problem.kind, problem.element)
        reported[kind] += 1
        if words is None or reported[kind] > _MOST:
            continue
        diagnostic = words(Breakage(document, report, problem))
        more = every[kind] - _MOST
        if reported[kind] == _MOST and more > 0:
            note = f"{plural(more, 'more place')} like this in the same element are not listed"
            diagnostic = replace(diagnostic, help=(*diagnostic.help, note))
            diagnostic = _fixing_all(document, report, diagnostic, others.get(kind, ()))
        if (
            problem.kind in countless or problem.element in endless
        ):  # a part of them fixed is nothing fixed
            diagnostic = replace(diagnostic, fixes=())
        yield diagnostic


#: Kinds whose places have nothing to do with one another, so that one fix may be for many.
_ALIKE = frozenset(
    {
        "unquoted-attribute",
        "undefined-entity",
        "bare-ampersand",
        "unescaped-less-than",
        "bad-character",
        "stray-section-end",
    }
)


def _others(
    document: Document, every: Counter[tuple[str, Element | None]]
) -> dict[tuple[str, Element | None], list[Problem]]:
    """The breakages after the first `_MOST` of their kind and element."""
    found: dict[tuple[str, Element | None], list[Problem]] = {}
    met: Counter[tuple[str, Element | None]] = Counter()
    for problem in document.problems:
        kind = (problem.kind, problem.element)
        if every[kind] > _MOST and problem.kind in _ALIKE:
            met[kind] += 1
            if met[kind] > _MOST:
                found.setdefault(kind, []).append(problem)
    return found


def _fixing_all(
    document: Document, report: Reporter, last: Diagnostic, others: Sequence[Problem]
) -> Diagnostic:
    """The last one that is listed, with a fix for those as well that are not."""
    if not others or not last.fixes:
        return last
    own = last.fixes[0]
    edits = list(own.edits)
    for problem in others:
        for fix in _WORDS[problem.kind](Breakage(document, report, problem)).fixes[:1]:
            if fix.safety is own.safety:
                edits.extend(fix.edits)
    title = f"{own.title}, and so in the places that are not listed"
    return replace(last, fixes=(Fix(title, own.safety, tuple(edits)),))


def _told_elsewhere(document: Document) -> bool:
    """Whether a rule about reading says why libxml2 does not take the document."""
    decoding = document.source.decoding
    return (
        document.cut
        or document.is_misnamed
        or decoding.contradicted
        or not decoding.known
        or document.source.undecodable is not None
    )


def _unexplained(document: Document, report: Reporter, error: tuple[int, int, str]) -> Diagnostic:
    """libxml2 refuses what the scanner took: its place, and that it is malformed."""
    line, column, words = error
    source = document.source
    start = source.index(line + source.first_line - 1, column)
    return report.at(
        rule.NOT_WELL_FORMED, start, min(len(source.text), start + 1), "this is not well-formed XML",
        label=words[:1].lower() + words[1:], help=(rule.NOT_WELL_FORMED.how,),
    )  # fmt: skip


_WORDS: dict[str, Callable[[Breakage], Diagnostic]] = {
    "undefined-entity": malformed_text.undefined_entity,
    "bare-ampersand": malformed_text.bare_ampersand,
    "unescaped-less-than": malformed_text.less_than,
    "unclosed-element": malformed_tags.unclosed,
    "crossed-tags": malformed_tags.crossed,
    "stray-end-tag": malformed_tags.stray,
    "unquoted-attribute": malformed_tags.unquoted,
    "duplicate-attribute": malformed_tags.duplicate,
    "text-outside-root": malformed_document.outside,
    "second-root": malformed_document.second_root,
    "bad-character": malformed_text.bad_character,
    "xml-declaration": malformed_document.declaration,
    "late-xml-declaration": malformed_document.late_declaration,
    "raw-html": malformed_text.raw_html,
    "truncated": malformed_document.truncated,
    "undeclared-prefix": malformed_tags.undeclared,
    "bad-comment": malformed_text.comment,
    "malformed-tag": malformed_tags.malformed,
    "unterminated-section": malformed_text.unterminated,
    "stray-section-end": malformed_text.section_end,
}
