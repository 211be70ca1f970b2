"""CT504: texts for people that were encoded once more than XML asks; a part of the family
`content`.

Content that is encoded twice as a whole, markup and all, is told by `content` itself.  What is
left of a reference in a text is found by `suspects`, on the fast path too.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Safety, Severity
from ctct_migrate.reader.characters import FORBIDDEN, raw_indices
from ctct_migrate.reader.tree import Element, Text
from ctct_migrate.rules.content.content_places import ElementContent
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.edits import EditText
from ctct_migrate.rules.fast.suspects import REFERENCE_LEFT, REFERENCE_TWICE, plain_texts
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

REFERENCE_IN_XHTML = Rule(
    "CT505", "xhtml-reference-twice", Severity.WARNING,
    summary="A reference in XHTML content that is encoded once more",
    why="v1 stored ISO-8859-1, and support's advice for other letters in XHTML campaigns was a reference that is encoded twice: v1 decoded it. v2 keeps content as it is given, so that readers of the e-mail would see `&#336;` in place of the letter.",
    bad="<EmailContentFormat>XHTML</EmailContentFormat>\n<EmailContent>&lt;html&gt;&lt;body&gt;&amp;amp;#336;&lt;/body&gt;&lt;/html&gt;</EmailContent>",
    good="<EmailContentFormat>XHTML</EmailContentFormat>\n<EmailContent>&lt;html&gt;&lt;body&gt;&amp;#336;&lt;/body&gt;&lt;/html&gt;</EmailContent>",
    how="Encode the reference once less.",
    fact="reference, v1-atom, What v1 minded and what it did not: Character set",
)  # fmt: skip

RULES = (LEFT_OVER, REFERENCE_IN_XHTML)


def check(context: Context) -> Iterator[Diagnostic]:
    """One diagnostic for each text of a campaign in which a reference is left."""
    if context.resource != "Campaign":
        return
    for name in sorted(plain_texts()):
        element = context.field(name)
        if element is None or element.elements or not element.closed:
            continue
        found = list(_left_over(context.source.text, element))
        if found and untroubled(context, element.start, element.end):
            yield _told(context, element, found)
    yield from _in_text_content(context)
    yield from _in_xhtml(context)


def _in_text_content(context: Context) -> Iterator[Diagnostic]:
    """The text version, of which HTML and references say nothing to its readers."""
    element = context.field("EmailTextContent")
    if element is None or not element.closed:
        return
    inner = element.elements
    holders = [element, *inner] if not inner or not inner[0].elements else []
    if not ElementContent(context.source.text, element).value.lstrip().startswith("<Text"):
        return  # `content` speaks of it
    found = [edit for each in holders for edit in _left_over(context.source.text, each)]
    if all(edit[2] in ("&lt;", "<", ">") for edit in found):
        return  # a text that speaks of tags, which stand in `<Text>`
    if found and untroubled(context, element.start, element.end):
        yield _told(context, element, sorted(found))


def _in_xhtml(context: Context) -> Iterator[Diagnostic]:
    """CT505: references whose ampersand is encoded once more."""
    element = context.field("EmailContent")
    if element is None or context.text("EmailContentFormat") != "XHTML" or not element.closed:
        return
    content = ElementContent(context.source.text, element)
    edits: list[EditText] = []
    certain = True
    if content.has_markup:
        for each in element.walk():
            edits += _left_over(context.source.text, each)
        certain = all(edit[2] not in ("&amp;", "&lt;", "&gt;", "&", "<", ">") for edit in edits)
    else:
        for match in REFERENCE_TWICE.finditer(content.value):
            piece = next(
                (p for p in content.pieces if p.offset <= match.start() < p.offset + len(p.value)),
                None,
            )
            start, end = content.span(*match.span(1))
            edits.append(
                (start, end, "&amp;" if piece is not None and piece.form == "text" else "&")
            )
            certain = certain and match[0][5] == "#"
    if not edits or not untroubled(context, element.start, element.end):
        return
    start, end, _ = edits[0]
    text = context.source.text
    end = max(end, text.find(";", end) + 1) if not content.has_markup else end
    helps = ["readers of the e-mail would see the reference, not its letter"]
    if len(edits) > 1:
        helps.append(f"{plural(len(edits) - 1, 'more place')} like this in the same element")
    yield context.report.at(
        REFERENCE_IN_XHTML, start, end, f"{quoted(clip(text[start:end]))} is encoded once more than v2 decodes",
        label="expected it encoded once less", help=helps, element=context.path(element),
        fixes=context.report.fix("Encode it once less", *edits, safety=Safety.SAFE if certain else Safety.UNSAFE),
    )  # fmt: skip


def _left_over(text: str, element: Element) -> Iterator[EditText]:
    """The edits that decode what is left of references."""
    for run in element.texts:
        yield from _in_run(text, run)


def _in_run(text: str, run: Text) -> Iterator[EditText]:
    start = run.start + 9 if run.cdata else run.start
    raw = text[start : run.end]
    found = list(REFERENCE_LEFT.finditer(run.value))
    places = raw_indices(raw, (index for match in found for index in match.span()))
    for match in found:
        if run.cdata:
            at, end = start + match.start(), start + match.end()
        else:
            at, end = start + next(places), start + next(places)
            if text[at:end] == match[0]:
                continue  # encoded once, and stands for nothing: reported as malformed
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
    return FORBIDDEN.sub("", html.unescape(reference)).replace("\ufffd", "")


def _told(context: Context, element: Element, found: list[EditText]) -> Diagnostic:
    start, end, meant = found[0]
    value = " ".join(element.text.split())
    plain = REFERENCE_LEFT.sub(lambda match: _meaning(match[0]), value)
    helps = [f"people would read {quoted(value)}; {quoted(plain)} was meant"]
    if len(found) > 1:
        helps.append(f"{plural(len(found) - 1, 'more place')} like this in the same element")
    return context.report.at(
        LEFT_OVER, start, end, f"{quoted(clip(context.source.text[start:end]))} is encoded twice",
        label="expected it encoded once" if meant else "stands for a character that XML does not have",
        help=helps, element=context.path(element),
        fixes=context.report.fix("Decode it once" if meant else "Delete it", *found, safety=Safety.UNSAFE),
    )  # fmt: skip
