"""CT370 to CT373: texts for people that a program spoilt on their way, in every resource.

They are well-formed and allowed, so that nothing else would say anything, and people would read
them: letters of a wrong encoding, the mark of a lost character, line breaks in a text of one line,
and the word that a program prints for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ctct_migrate.diagnostics import Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.reader.characters import escape, raw_indices
from ctct_migrate.reader.tree import Element, Text
from ctct_migrate.rules.context import Context, trimmed
from ctct_migrate.rules.edits import EditText
from ctct_migrate.rules.fast.garbled import LOST, MARK, garbled
from ctct_migrate.rules.fast.questions import questions
from ctct_migrate.rules.fast.signs import Signs
from ctct_migrate.rules.fast.suspects import (
    LINES,
    contents,
    one_line_texts,
    plain_texts,
    real_encoding,
    stands_for_nothing,
)
from ctct_migrate.rules.phrases import clip, plural, quoted
from ctct_migrate.rules.values.meanings import readable, untroubled

GARBLED = Rule(
    "CT370", "garbled-text", Severity.WARNING,
    summary="A text that was read in the wrong encoding",
    why="Its bytes are UTF-8, and a program took them for windows-1252 or another encoding, and saved what it saw. `Ã©` was `é`, and `â€™` was an apostrophe. People would read it as it stands.",
    bad="<Subject>CafÃ© LumiÃ¨re</Subject>", good="<Subject>Café Lumière</Subject>",
    how="Apply the fix where it says what was meant, and look for the place where the text was read: it has to be read as UTF-8.",
    fact="Unicode, 3.9: UTF-8",
)  # fmt: skip
LOST_CHARACTER = Rule(
    "CT371", "lost-character", Severity.WARNING,
    summary="The mark of a character that was lost",
    why="A program writes U+FFFD where it could not read a character. Which one it was is not in the document any more, and people would read the mark.",
    bad="<Subject>Caf\N{REPLACEMENT CHARACTER} Central</Subject>", good="<Subject>Café Central</Subject>",
    how="Write the character that was meant, or take the text from where it came from.",
    fact="Unicode, 5.22: U+FFFD REPLACEMENT CHARACTER",
)  # fmt: skip
LINE_BREAK = Rule(
    "CT372", "line-break", Severity.WARNING,
    summary="A line break in a text of one line",
    why="A subject line, a sender's name and the name of a resource are one line. A line break in them is sent along, and is what a program or a hand put there to fold a long line.",
    bad="<Subject>Spring is here,\n  and so are we</Subject>", good="<Subject>Spring is here, and so are we</Subject>",
    how="Write it in one line.",
    fact="RFC 5322, 2.2: a header field is one line",
)  # fmt: skip
NOTHING = Rule(
    "CT373", "word-for-nothing", Severity.WARNING,
    summary="The word that a program prints where it has no value",
    why="`undefined`, `null`, `NaN` and `None` are what JavaScript, PHP, Java and Python print for a value that is not there. People would read the word.",
    bad="<Subject>undefined</Subject>", good="<Subject>Spring is here</Subject>",
    how="Write the text, and look for the place in the program where it gets lost.",
    fact="reference, v1-atom, Campaign: these elements hold text",
)  # fmt: skip
STRAY_MARK = Rule(
    "CT376", "byte-order-mark-in-text", Severity.WARNING,
    summary="A byte order mark inside the document",
    why="U+FEFF marks the beginning of a file. Where a file was read with its mark and pasted into the document, the mark is a character of the text, invisible, and in the content of an e-mail it stands before `<html>`, where some readers show it.",
    bad="<Subject>\ufeffSpring is here</Subject>", good="<Subject>Spring is here</Subject>",
    how="Delete it, and read files as UTF-8 with a mark (`utf-8-sig` in Python).",
    fact="Unicode, 23.8: byte order mark",
)  # fmt: skip

RULES = (GARBLED, LOST_CHARACTER, LINE_BREAK, NOTHING, STRAY_MARK)

#: A place in an element's text: start and end in the document's text, and what is written instead.
Place = EditText

#: Finds places in a value: 0-based starts and ends, and what is written instead.
Spans = Callable[[str], Iterable[tuple[int, int, str]]]


def may_report(signs: Signs) -> bool:
    """Whether a text can be spoilt."""
    return not signs.has_sound_texts


def check(context: Context) -> Iterator[Diagnostic]:
    """What was spoilt in the texts of a payload: each thing once for each text."""
    if context.resource is None:
        return
    one_line = one_line_texts(context.resource)
    for name in sorted(plain_texts(context.resource)):
        element = context.field(name)
        if element is None or not readable(context, element):
            continue
        text = element.text
        if not text.isascii():
            yield from _check_characters(context, element)
        if name in one_line and LINES.search(text.strip()) is not None:
            yield _broken(context, element)
        if stands_for_nothing(name, text):
            yield context.report.at(
                NOTHING, *context.value_span(element), f"{quoted(text.strip())} is what programs print for a value that is not there",
                label="expected a text", help=(NOTHING.how,), element=context.path(element),
            )  # fmt: skip

    yield from _check_contents(context, context.resource)


def _check_contents(context: Context, resource: str) -> Iterator[Diagnostic]:
    """What was spoilt in the content of an e-mail, where it is not written as elements."""
    wrapped = questions(resource).wrapped
    for name in sorted(contents(resource)):
        element = context.field(name)
        if element is None or not element.closed or (element.has_elements and name not in wrapped):
            continue
        if untroubled(context, element.start, element.end):
            yield from _check_characters(context, element, is_content=True)


def _check_characters(
    context: Context, element: Element, *, is_content: bool = False
) -> Iterator[Diagnostic]:
    if all(run.value.isascii() for run in _runs(element)):
        return  # nothing of what is looked for is ASCII
    wrong: list[Place] = []
    if real_encoding(context.source) is None:  # else the whole document is read in the wrong one
        wrong = list(_places(context, element, garbled_spans))
    if wrong:
        start, end, meant = wrong[0]
        written = context.source.text[start:end]
        yield _said(
            context, element, GARBLED, wrong, f"{quoted(written)} was read in the wrong encoding",
            f"`{meant}` was meant", GARBLED.how,
            context.report.fix("Write what was meant", *wrong, safety=Safety.UNSAFE),
        )  # fmt: skip
    lost = list(_places(context, element, lambda value: _all_of(value, LOST)))
    if lost:
        yield _said(
            context, element, LOST_CHARACTER, lost, f"a character of {quoted(element.text)} was lost",
            f"only the mark `{LOST}` is left of it", LOST_CHARACTER.how,
        )  # fmt: skip
    marks = list(_places(context, element, lambda value: _all_of(value, MARK)))
    if is_content:  # anywhere else it may serve the lay-out
        first = next((run.value for run in _runs(element) if not run.is_blank), "")
        marks = marks[:1] if first.lstrip().startswith(MARK) else []
    if marks:
        yield stray_mark(context, element, marks)


def stray_mark(context: Context, element: Element, marks: list[Place]) -> Diagnostic:
    """What is said of byte order marks in an element; `marks` deletes them."""
    return _said(
        context, element, STRAY_MARK, marks, f"`{element.name}` has a byte order mark in it",
        "`U+FEFF`, which is invisible", STRAY_MARK.how,
        context.report.fix("Delete it" if len(marks) == 1 else "Delete all of them", *marks),
    )  # fmt: skip


def _said(
    context: Context, element: Element, rule: Rule, places: list[Place], message: str, label: str,
    how: str, fixes: tuple[Fix, ...] = (),
) -> Diagnostic:  # fmt: skip
    helps = [how]
    if len(places) > 1:
        helps.append(f"{plural(len(places) - 1, 'more place')} like this in the same element")
    start, end, _ = places[0]
    return context.report.at(
        rule, start, end, message, label=label, help=helps, element=context.path(element), fixes=fixes
    )  # fmt: skip


def _broken(context: Context, element: Element) -> Diagnostic:
    text = context.source.text
    runs = element.filled
    start, end = trimmed(text, runs[0])[0], trimmed(text, runs[-1])[1]
    fixes: tuple[Fix, ...] = ()
    whole = " ".join(element.text.split())
    if len(runs) == 1:
        edit = (start, end, whole if runs[0].cdata else escape(whole))
        fixes = context.report.fix("Write it in one line", edit, safety=Safety.UNSAFE)
    count = len(LINES.findall(element.text.strip()))
    return context.report.at(
        LINE_BREAK, start, end, f"`{element.name}` has {'a line break' if count == 1 else plural(count, 'line break')} in it",
        label=f"expected one line: {quoted(clip(whole))}", help=("it is sent with the line break as it stands",),
        element=context.path(element), fixes=fixes,
    )  # fmt: skip


# -- where they stand -----------------------------------------------------------------------------


def garbled_spans(value: str) -> Iterable[tuple[int, int, str]]:
    """Start, end and meaning of each garbled place of a value."""
    return ((each.start, each.end, each.meant) for each in garbled(value))


def _all_of(value: str, character: str) -> Iterable[tuple[int, int, str]]:
    at = value.find(character)
    while at >= 0:
        yield at, at + 1, ""
        at = value.find(character, at + 1)


def _places(context: Context, element: Element, spans: Spans) -> Iterator[Place]:
    for run in _runs(element):
        yield from places_in(context.source.text, run, spans(run.value))


def _runs(element: Element) -> Iterator[Text]:
    """The runs of text in an element and in what stands in it."""
    for child in element.children:
        if isinstance(child, Text):
            yield child
        elif isinstance(child, Element):
            yield from _runs(child)


def places_in(text: str, run: Text, spans: Iterable[tuple[int, int, str]]) -> Iterator[Place]:
    """Where spans of the value of a run stand in the document's text."""
    found = list(spans)
    start = run.start + 9 if run.cdata else run.start
    if run.cdata:
        yield from ((start + first, start + last, meant) for first, last, meant in found)
        return
    raw = text[start : run.end]
    at = raw_indices(raw, (index for first, last, _ in found for index in (first, last)))
    for _, _, meant in found:
        yield start + next(at), start + next(at), escape(meant)
