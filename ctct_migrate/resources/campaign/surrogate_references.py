"""CT506: an emoji in a campaign's HTML as two references, to the halves of a surrogate pair.

In the XML itself such references are malformed, and the family of broken XML says so; encoded, or
in CDATA, they are text to XML, and go into the e-mail as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.reader.characters import raw_indices, surrogate_pair
from ctct_migrate.reader.tree import Text
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.edits import EditText
from ctct_migrate.rules.fast.suspects import SURROGATE_REFERENCE
from ctct_migrate.rules.phrases import clip, plural, quoted
from ctct_migrate.rules.values.meanings import untroubled

SURROGATES = Rule(
    "CT506", "surrogate-references", Severity.WARNING,
    summary="A reference in HTML to one half of a character",
    why="An emoji is two code units in UTF-16, and Java or JavaScript that encodes unit by unit writes two references. HTML reads each of them as U+FFFD: readers of the e-mail see two question marks in place of the emoji.",
    bad="<EmailContent>&lt;html&gt;&lt;body&gt;Hi &amp;#55357;&amp;#56842;&lt;/body&gt;&lt;/html&gt;</EmailContent>",
    good="<EmailContent>&lt;html&gt;&lt;body&gt;Hi &amp;#128522;&lt;/body&gt;&lt;/html&gt;</EmailContent>",
    how="Write one reference to the character, by its code point.",
    fact="HTML, 13.2.5.80: numeric character reference end state; Unicode, 3.9, D91",
)  # fmt: skip

RULES = (SURROGATES,)


def check(context: Context) -> Iterator[Diagnostic]:
    """One diagnostic for EmailContent, with a safe fix where all halves stand in pairs."""
    element = context.field("EmailContent")
    if element is None or element.has_elements or not element.closed:
        return
    found = [each for run in element.texts for each in _in_run(context.source.text, run)]
    if not found or not untroubled(context, element.start, element.end):
        return
    edits = [edit for edit in found if edit[2]]
    start, end, meant = edits[0] if edits else found[0]
    written = context.source.text[start:end]
    helps = ["readers of the e-mail would see `\N{REPLACEMENT CHARACTER}`"]
    if len(found) > 1:
        helps.append(f"{plural(len(found) - 1, 'more place')} like this in the same element")
    if meant:
        message = (
            f"{quoted(clip(written))} is one character as two references, which HTML does not read"
        )
        label = f"expected `{meant}`"
    else:
        message = f"{quoted(clip(written))} is a reference to half a character"
        label = "the other half is missing"
        helps.append("write the character that was meant, or delete the reference")
    yield context.report.at(
        SURROGATES, start, end, message, label=label, help=helps, element=context.path(element),
        fixes=context.report.fix("Write one reference to the character", *edits) if edits else (),
    )  # fmt: skip


def _in_run(text: str, run: Text) -> Iterator[EditText]:
    """Where references to halves of characters stand, each with the reference that is right; with
    nothing for half a pair."""
    start = run.start + 9 if run.cdata else run.start
    value, after = run.value, 0
    spans: list[tuple[int, int, str]] = []
    for match in SURROGATE_REFERENCE.finditer(value):
        if match.start() < after:
            continue  # the second half
        pair = surrogate_pair(value, match.start(), len(value))
        after = match.end() if pair is None else pair[1]
        spans.append((match.start(), after, "" if pair is None else f"&#{pair[0]};"))
    if run.cdata:
        yield from ((start + first, start + last, meant) for first, last, meant in spans)
        return
    raw = text[start : run.end]
    places = raw_indices(raw, (index for first, last, _ in spans for index in (first, last)))
    for _, _, meant in spans:
        first, last = start + next(places), start + next(places)
        if not text[first:last].startswith("&#"):  # encoded once: the family of broken XML says so
            yield first, last, meant.replace("&", "&amp;")
