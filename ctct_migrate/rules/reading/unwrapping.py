"""CT016 to CT027 and CT036: documents that were copied out of something else, and what is wrong inside them.

One habit is one diagnostic, with one fix that takes the whole document out.  What is wrong in
the document itself is reported beside it, where it stands in the wrapping; its fixes wait until it has
been taken out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ctct_migrate.diagnostics import Diagnostic, Edit, Fix, Label, Rule, Safety, Severity
from ctct_migrate.late_dataclass import replace
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.wrappings import Wrapping
from ctct_migrate.reader.wrappings.pieces import Pieces
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.phrases import GOOD_ENTRY
from ctct_migrate.source import Source, Span

_FACT = "XML 1.0, 2.1: a document begins with its declaration or its root"
_HEAD = '<entry xmlns="http://www.w3.org/2005/Atom">'


def _rule(number: int, name: str, summary: str, why: str, bad: str, how: str) -> Rule:
    return Rule(f"CT{number:03}", name, Severity.ERROR, summary, why, bad, GOOD_ENTRY, how, _FACT)


def _escaped(text: str) -> str:
    return text.replace('"', '\\"').replace("\n", "\\n")


STRING_LITERAL = _rule(
    16, "string-literal", "The document was copied as a string literal of a program",
    "Between the quotes of a program a line end is written `\\n` and a quote `\\\"`. Copied so, it is not XML: every attribute is malformed.",
    f'xml = "{_escaped(GOOD_ENTRY)}"',
    "Let the program print the string, and save what it prints; or apply the fix.",
)  # fmt: skip
DOUBLED_QUOTES = _rule(
    17, "doubled-quotes", "The document was copied with all its quotes doubled",
    "Visual Basic, SQL and CSV write a quote inside quotes twice. Copied so, it is not XML: every attribute is malformed.",
    GOOD_ENTRY.replace('"', '""'),
    "Let the program print the string, or take the field out of the table, and save that; or apply the fix.",
)  # fmt: skip
IN_JSON = _rule(
    18, "document-in-json", "The document stands in a JSON text",
    "A log or a recording keeps the document as a string in JSON. It has to be taken out before it can be checked or converted.",
    f'{{"body": "{_escaped(GOOD_ENTRY)}"}}',
    "Take the string out and decode it, as `jq -r .body` does; or apply the fix.",
)  # fmt: skip
IN_YAML = _rule(
    19, "document-in-yaml", "The document stands in a YAML text",
    "A recording of requests (a VCR cassette) keeps the document as a text in YAML. It has to be taken out before it can be checked or converted.",
    "body: |\n" + "".join(f"  {line}" for line in GOOD_ENTRY.splitlines(keepends=True)),
    "Take the text out; or apply the fix.",
)  # fmt: skip
HTTP_MESSAGE = _rule(
    20, "http-message", "The lines of an HTTP message stand around the document",
    "The document is the body of the message alone. Its start line, its headers and the boundaries of its parts are not XML.",
    "POST /ws/customers/joe/campaigns HTTP/1.1\nContent-Type: application/atom+xml\n\n" + GOOD_ENTRY,
    "Save the body alone; or apply the fix.",
)  # fmt: skip
FORM_BODY = _rule(
    21, "form-body", "The document is encoded with percent signs, as in a form or a URL",
    "v1 takes the document as the body of a request, not as a field of a form. Encoded with percent signs it is not XML.",
    "xml=" + "".join(c if c.isalnum() else f"%{ord(c):02X}" for c in GOOD_ENTRY),
    "Decode it; or apply the fix. When it is sent, it is the whole body, with the type `application/atom+xml`.",
)  # fmt: skip
ENCODED = _rule(
    22, "encoded-document", "The document is in base64, or in another encoding of transport",
    "E-mails, logs and queues encode what they carry. The document has to be decoded before it can be checked or converted.",
    GOOD_ENTRY.replace("=", "=3D"),
    "Decode it, as `base64 -d` does; or apply the fix.",
)  # fmt: skip
DUMPED = _rule(
    23, "dumped-object", "What a program prints of an object in memory, not a document",
    "`print_r`, `var_dump`, `inspect` and Perl's `HASH(0x…)` show what a program holds. The program has to write the document itself.",
    "HASH(0x55d0c8a1e2f8)",
    "Print the document's text: in PHP `$xml->asXML()`, in Perl `$doc->toString`, in Python `etree.tostring(tree)`, in Java a `Transformer`.",
)  # fmt: skip
TEMPLATE = _rule(
    24, "unrendered-template", "A template that was not rendered",
    "`{{…}}`, `{%…%}`, `${…}`, `<?php…?>` and `<%…%>` stand for what a program was to fill in. Sent as they are, they are what readers see, or what makes the document malformed.",
    "<Subject>{{ campaign.subject }}</Subject>",
    "Run the program that fills the template in, and save what it writes.",
)  # fmt: skip
CONFLICT = _rule(
    25, "merge-conflict", "A merge left both sides of a conflict in the file",
    "`<<<<<<<`, `=======` and `>>>>>>>` are git's marks around two versions of the same lines. The file is not a document until one of them is chosen.",
    GOOD_ENTRY.replace("  <author>", "<<<<<<< HEAD\n  <author>", 1).replace(
        "</author>\n", "</author>\n=======\n  <author><name>Joe</name></author>\n>>>>>>> theirs\n", 1
    ),
    "Choose the lines that are right, and delete the others and the marks.",
)  # fmt: skip
PREFIXES = _rule(
    26, "line-prefixes", "Something stands before each line of the document",
    "E-mails quote with `>`, listings number their lines, differences mark them with `+`. None of it belongs to the document.",
    "".join(f"> {line}" for line in GOOD_ENTRY.splitlines(keepends=True)),
    "Copy the document from where it is whole; or apply the fix.",
)  # fmt: skip
IN_TEXT = _rule(
    27, "document-in-text", "The document stands in a page, a mail or another document",
    "What stands around it, a fence of Markdown or the `pre` of a page, is not part of the document.",
    f"```xml\n{GOOD_ENTRY}```\n",
    "Copy the document alone; or apply the fix.",
)  # fmt: skip
DAMAGED_TAGS = _rule(
    36, "damaged-tags", "All tags are damaged in the same way",
    "A search-and-replace, a text processor or a font has changed the brackets of the tags, or taken the `/` out of the end tags. None of them is a tag of XML.",
    GOOD_ENTRY.replace("<", "‹").replace(">", "›"),
    "Write `<` and `>` around tags, and end tags as `</name>`; or apply the fix.",
)  # fmt: skip

RULES = (
    STRING_LITERAL, DOUBLED_QUOTES, IN_JSON, IN_YAML, HTTP_MESSAGE, FORM_BODY, ENCODED, DUMPED,
    TEMPLATE, CONFLICT, PREFIXES, IN_TEXT, DAMAGED_TAGS,
)  # fmt: skip

_BY_NAME = {rule.name: rule for rule in RULES}

_LABELS = {
    "string-literal": "expected the text itself, not how a program writes it",
    "doubled-quotes": "expected one quote, not two",
    "document-in-json": "the document begins here",
    "document-in-yaml": "the document is the value of this key",
    "http-message": "not part of the document",
    "form-body": "the document begins here",
    "encoded-document": "expected the decoded document",
    "dumped-object": "expected a document",
    "unrendered-template": "the program that fills this in was not run",
    "merge-conflict": "a conflict begins here",
    "line-prefixes": "not part of the document",
    "document-in-text": "not part of the document",
    "damaged-tags": "the first of them",
}

Inspect = Callable[[Document], list[Diagnostic]]
"""What finds all diagnostics of a document."""


def check(document: Document, inspect: Inspect) -> Iterator[Diagnostic]:
    """What a document is wrapped in, and what is wrong with the document inside; nothing for one
    that is not wrapped."""
    wrapping = document.wrapping
    if wrapping is None:
        return
    yield _wrapped(document.source, wrapping)
    if wrapping.choices:
        pieces = wrapping.choices[0].pieces
        inner = Document(Source(document.path, pieces.data))
        for diagnostic in inspect(inner):
            yield _moved(diagnostic, document.source, pieces)


def _wrapped(source: Source, wrapping: Wrapping) -> Diagnostic:
    rule = _BY_NAME[wrapping.kind]
    safety = Safety.SAFE if wrapping.exact else Safety.UNSAFE
    fixes = tuple(
        Fix(choice.title, safety, (_edit(source, choice.pieces),)) for choice in wrapping.choices
    )
    helps = [wrapping.note] if wrapping.note else []
    if not wrapping.note or wrapping.kind == "dumped-object":
        helps.append(rule.how if fixes else rule.how.replace("; or apply the fix", ""))
    message = f"this is {wrapping.what}, not the document itself"
    if rule is DAMAGED_TAGS:
        message = wrapping.what
    return Reporter(source).at(
        rule, wrapping.start, wrapping.end, message,
        label=_LABELS[wrapping.kind], help=helps, fixes=fixes,
    )  # fmt: skip


def _edit(source: Source, pieces: Pieces) -> Edit:
    """The edit that puts the unwrapped document in the place of everything; a byte order mark
    stays."""
    text = pieces.data.decode(source.decoding.encoding, "surrogateescape")
    start = source.offset(0)
    return Edit(start, source.offset(len(source.text)), text.removeprefix("\ufeff"))


def _moved(diagnostic: Diagnostic, source: Source, pieces: Pieces) -> Diagnostic:
    """A diagnostic on the unwrapped document, at its place in the wrapping."""

    def moved(span: Span) -> Span:
        first, last = span.start.offset, span.end.offset
        start, _ = pieces.place(first)
        if last <= first:
            return source.span(start, start)
        _, end = pieces.place(last - 1)
        return source.span(start, max(end, start))

    labels = tuple(Label(moved(label.span), label.text) for label in diagnostic.labels)
    return replace(diagnostic, span=moved(diagnostic.span), labels=labels, fixes=(), members=())
