"""CT504 and CT505: references that are encoded twice in the contents of a campaign.

Content that is encoded twice as a whole, markup and all, is reported by `html_content`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Safety, Severity
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.rules.content.content_places import ElementContent
from ctct_migrate.rules.content.encoded_texts import left_over, reported
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.edits import EditText
from ctct_migrate.rules.fast.suspects import REFERENCE_TWICE
from ctct_migrate.rules.phrases import clip, plural, quoted
from ctct_migrate.rules.values.meanings import untroubled

REFERENCE_IN_XHTML = Rule(
    "CT505", "xhtml-reference-twice", Severity.WARNING,
    summary="A reference in XHTML content that is encoded once more",
    why="v1 stored ISO-8859-1, and support's advice for other letters in XHTML campaigns was a reference that is encoded twice: v1 decoded it. v2 keeps content as it is given, so that readers of the e-mail would see `&#336;` in place of the letter.",
    bad="<EmailContentFormat>XHTML</EmailContentFormat>\n<EmailContent>&lt;html&gt;&lt;body&gt;&amp;amp;#336;&lt;/body&gt;&lt;/html&gt;</EmailContent>",
    good="<EmailContentFormat>XHTML</EmailContentFormat>\n<EmailContent>&lt;html&gt;&lt;body&gt;&amp;#336;&lt;/body&gt;&lt;/html&gt;</EmailContent>",
    how="Encode the reference once less.",
    fact="reference, v1-atom, What v1 minded and what it did not: Character set",
)  # fmt: skip

RULES = (REFERENCE_IN_XHTML,)


def check(context: Context) -> Iterator[Diagnostic]:
    """References that are encoded twice in the text version and in XHTML."""
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
    found = [edit for each in holders for edit in left_over(context.source.text, each)]
    if all(edit[2] in ("&lt;", "<", ">") for edit in found):
        return  # a text that speaks of tags, which stand in `<Text>`
    if found and untroubled(context, element.start, element.end):
        yield reported(context, element, sorted(found))


#: An ampersand as it is written in text, before what may be the rest of a reference.
_AMPERSAND = late_compile(r"&(?:amp|#0*+38|#[xX]0*+26);[\w#&]++;", re.ASCII)


def _may_hold_references(written: str) -> bool:
    """Whether a text may hold references once it is decoded, by how it is written in a well-formed
    document."""
    return "&" in written and ("<![CDATA[" in written or _AMPERSAND.search(written) is not None)


def _in_xhtml(context: Context) -> Iterator[Diagnostic]:
    """CT505: references whose ampersand is encoded once more."""
    element = context.field("EmailContent")
    if element is None or context.text("EmailContentFormat") != "XHTML" or not element.closed:
        return
    written = context.source.text[element.open_end : element.close_start]
    if context.document.root is not None and not _may_hold_references(written):
        return
    content = ElementContent(context.source.text, element)
    edits: list[EditText] = []
    certain = True
    if content.has_markup:
        for each in element.walk():
            edits += left_over(context.source.text, each)
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
        REFERENCE_IN_XHTML, start, end, f"{quoted(clip(text[start:end]))} is encoded once more than it is decoded",
        label="expected it encoded once less", help=helps, element=context.path(element),
        fixes=context.report.fix("Encode it once less", *edits, safety=Safety.SAFE if certain else Safety.UNSAFE),
    )  # fmt: skip
