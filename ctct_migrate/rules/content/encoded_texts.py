"""CT504: texts for people that were encoded once more than XML asks, in every resource.

What is left of a reference in a text is found by `suspects`, on the fast path too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from ctct_migrate.diagnostics import Diagnostic, Rule, Safety, Severity
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.characters import FORBIDDEN, raw_indices, surrogate_pair
from ctct_migrate.reader.tree import Element, Text
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.edits import EditText
from ctct_migrate.rules.fast.signs import Signs
from ctct_migrate.rules.fast.suspects import REFERENCE_LEFT, plain_texts
from ctct_migrate.rules.phrases import clip, plural, quoted
from ctct_migrate.rules.values.meanings import untroubled

LEFT_OVER = Rule(
    "CT504", "encoded-text", Severity.WARNING,
    summary="A text that is encoded twice",
    why="It was escaped by hand and then again by an XML library. These texts hold no markup and are shown as they are: a subject line would read `Salt &amp; pepper`.",
    bad="<Subject>Salt &amp;amp; pepper</Subject>", good="<Subject>Salt &amp; pepper</Subject>",
    how="Encode the text once: give it to the XML library as it is.",
    fact="XML 1.0, 2.4; reference, v1-atom, Campaign: these elements hold text",
)  # fmt: skip

RULES = (LEFT_OVER,)


def may_report(signs: Signs) -> bool:
    """Whether a text can be encoded twice."""
    return not signs.has_sound_texts


def check(context: Context) -> Iterator[Diagnostic]:
    """One diagnostic for each text of a payload in which a reference is left."""
    if context.resource is None:
        return
    for name in sorted(plain_texts(context.resource)):
        element = context.field(name)
        if element is None or element.has_elements or not element.closed:
            continue
        found = list(left_over(context.source.text, element))
        if found and untroubled(context, element.start, element.end):
            yield reported(context, element, found)


def left_over(text: str, element: Element) -> Iterator[EditText]:
    """The edits that decode what is left of references."""
    for run in element.texts:
        yield from _in_run(text, run)


def _in_run(text: str, run: Text) -> Iterator[EditText]:
    start = run.start + 9 if run.cdata else run.start
    raw = text[start : run.end]
    found = list(REFERENCE_LEFT.finditer(run.value))
    places = raw_indices(raw, (index for match in found for index in match.span()))
    first: EditText | None = None  # the first half of a surrogate pair
    for match, following in zip_longest(found, found[1:]):
        if run.cdata:
            at, end = start + match.start(), start + match.end()
        else:
            at, end = start + next(places), start + next(places)
            if text[at:end] == match[0]:
                continue  # encoded once, and stands for nothing: reported as malformed
        pair = surrogate_pair(run.value, match.start(), len(run.value))
        if first is not None:
            yield first[0], end, first[2]
            first = None
        elif pair is not None and following is not None and following.end() == pair[1]:
            first = (at, end, chr(pair[0]))
        else:
            yield at, end, _plain(match[0], cdata=run.cdata)


def _plain(reference: str, *, cdata: bool) -> str:
    """What is meant by a reference that is left, as the document has to write it; nothing where it
    stands for a character that XML does not have."""
    char = _meaning(reference)
    if char in ("&", "<") and not cdata:
        return {"&": "&amp;", "<": "&lt;"}[char]
    return char


def _meaning(reference: str) -> str:
    """The character that a reference which matches `REFERENCE_LEFT` stands for in HTML, which reads
    numbers of windows-1252 too; empty where XML does not have it."""
    from html import unescape

    return FORBIDDEN.sub("", unescape(reference)).replace("\ufffd", "")


#: Two references, of which the first may be to the first half of a surrogate pair.
_PAIR = late_compile(r"&#[0-9xXa-fA-F]{5,6};&#[0-9xXa-fA-F]{5,6};")


def _of_pair(match: re.Match[str]) -> str:
    pair = surrogate_pair(match[0], 0, len(match[0]))
    return match[0] if pair is None else chr(pair[0])


def reported(context: Context, element: Element, found: list[EditText]) -> Diagnostic:
    """What is said of an element with references that are left, `found` being the edits that
    decode them."""
    start, end, meant = found[0]
    value = " ".join(element.text.split())
    whole = _PAIR.sub(_of_pair, value)
    plain = REFERENCE_LEFT.sub(lambda match: _meaning(match[0]), whole)
    helps = [f"people would read {quoted(value)}; {quoted(plain)} was meant"]
    if len(found) > 1:
        helps.append(f"{plural(len(found) - 1, 'more place')} like this in the same element")
    return context.report.at(
        LEFT_OVER, start, end, f"{quoted(clip(context.source.text[start:end]))} is encoded twice",
        label="expected it encoded once" if meant else "stands for a character that XML does not have",
        help=helps, element=context.path(element),
        fixes=context.report.fix("Decode it once" if meant else "Delete it", *found, safety=Safety.UNSAFE),
    )  # fmt: skip
