"""CT0: what cannot be read as a v1 document at all.

A file of the wrong kind gets one diagnostic that says what it is, and nothing else is said of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.document import WITHOUT_COUNTERPART, Document, other_payload
from ctct_migrate.reader.sniffing import EBCDIC
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources import NAMES, RESOURCES
from ctct_migrate.rules.content.content_places import decoded_once
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.nearness import nearest
from ctct_migrate.rules.otherroots import what_it_is
from ctct_migrate.rules.phrases import (
    GOOD_ENTRY,
    article,
    choice,
    clip,
    listing,
    plural,
    quoted,
    several,
)
from ctct_migrate.rules.reading import encodings
from ctct_migrate.rules.reading.service_documents import service_document
from ctct_migrate.rules.wellformed.malformed_document import PROGRAM_OUTPUT, output_before
from ctct_migrate.rules.wellformed.malformed_rules import STRAY
from ctct_migrate.v1.lexicon import lexicon

_SITE_OWNER = """\
<entry xmlns="http://www.w3.org/2005/Atom">
  <id>data:,none</id><title type="text"/><updated>2010-11-13T20:03:35.000Z</updated>
  <author><name>Constant Contact</name></author>
  <content type="application/vnd.ctct+xml">
    <SiteOwner xmlns="http://ws.constantcontact.com/ns/1.0/"/>
  </content>
</entry>
"""

_TRANSPORT = "reference, v1-atom, Transport"

EMPTY = Rule(
    "CT001", "empty-document", Severity.ERROR,
    summary="The file is empty",
    why="There is nothing to check and nothing to convert: an export or a download was probably cut off before its first byte.",
    bad="", good=GOOD_ENTRY,
    how="Fetch or export the document again.",
    fact="XML 1.0, 2.1: a document has exactly one root element",
)  # fmt: skip
BINARY = Rule(
    "CT002", "binary-document", Severity.ERROR,
    summary="The file is not text",
    why="An archive, an image or a database was given where an XML document is expected. Nothing in it can be checked.",
    bad="\x00\x01\x02\x03binary", good=GOOD_ENTRY,
    how="Give the XML itself, or an archive by its own name: of those in a folder, the ones whose names end in .zip, .tar, .tar.gz, .xml.gz and the like are opened.",
    fact="XML 1.0, 2.2: a document is text",
)  # fmt: skip
JSON = Rule(
    "CT003", "json-document", Severity.ERROR,
    summary="The file is JSON, not XML",
    why="v1 documents are Atom XML. A JSON file is probably a v2 body already, or another API's answer.",
    bad='{"name": "Spring sale"}', good=GOOD_ENTRY,
    how="Give the v1 XML. To check or send a body of v2 or v3, say what it is of with `--resource`; to compare one with its XML use `ctct-migrate verify XML JSON`.",
    fact=_TRANSPORT,
)  # fmt: skip
HTML = Rule(
    "CT004", "html-page", Severity.ERROR,
    summary="The file is an HTML page, not a v1 document",
    why="v1 answered failures with an HTML error page. Saved under the name of a document, it looks like one until it is opened.",
    bad="<html><head><title>Error report</title></head><body><h1>HTTP Status 403</h1></body></html>",
    good=GOOD_ENTRY,
    how="Send the request again, and save the document that comes instead of this page. HTML meant as a campaign's content belongs, encoded, in EmailContent.",
    fact="reference, v1-atom, Transport: failures",
)  # fmt: skip
SERVICE = Rule(
    "CT005", "service-document", Severity.ERROR,
    summary="The file is a service document",
    why="A service document lists collections: those of an account, or the feeds of the events of a campaign or a contact. It holds no resource itself.",
    bad='<service xmlns="http://www.w3.org/2007/app"><workspace/></service>',
    good=GOOD_ENTRY,
    how="Convert the feeds themselves, found at the `href` of each `collection`.",
    fact="reference, v1-resources, Service document",
)  # fmt: skip
DOCTYPE = Rule(
    "CT006", "doctype", Severity.ERROR,
    summary="The document has a document type declaration",
    why="A DOCTYPE can define entities that grow without bound or fetch files. v1 documents never have one, so the document is refused unread.",
    bad='<?xml version="1.0"?>\n<!DOCTYPE entry [<!ENTITY a "b">]>\n<entry xmlns="http://www.w3.org/2005/Atom"/>',
    good=GOOD_ENTRY,
    how="Delete the declaration. Entities that it defined have to be written out, as text or as numeric references such as `&#160;`.",
    fact="XML 1.0, 2.8; the reference's documents have none",
)  # fmt: skip
TOO_LARGE = Rule(
    "CT010", "too-large", Severity.ERROR,
    summary="The document is too large to be read whole",
    why="A single entry of this size is not a campaign; feeds of any size are read entry by entry.",
    bad="", good=GOOD_ENTRY,
    how="Check what the file is. Feeds are streamed when they are given as files.",
    fact="a limit of this program, see docs/reference/inputs.md",
)  # fmt: skip
NOT_V1 = Rule(
    "CT011", "not-v1-document", Severity.ERROR,
    summary="The root is not an entry, a feed or a resource of v1",
    why="It is XML, but not of the v1 API, so there is nothing to check it against.",
    bad='<rss version="2.0"><channel/></rss>', good=GOOD_ENTRY,
    how=f"Give an Atom `entry`, a `feed` of them, or the element of a resource by itself: {choice(f'`{name}`' for name in NAMES)}.",
    fact="reference, v1-atom, Transport: how archived documents reach us",
)  # fmt: skip
UNSUPPORTED = Rule(
    "CT012", "unsupported-payload", Severity.ERROR,
    summary="A resource of the v1 API that is known and not converted yet",
    why="Such documents are right v1 documents, for which this version writes no JSON. Nothing in them is checked.",
    bad=_SITE_OWNER,
    good=GOOD_ENTRY,
    how="Keep the document, and leave it out of the run: this version converts " + listing(several(resource.noun) for resource in RESOURCES.values()) + ".",
    fact="reference, v1-atom, Other payloads; v1-resources, The v1 paths",
)  # fmt: skip
NO_COUNTERPART = Rule(
    "CT445", "no-counterpart", Severity.WARNING,
    summary="A resource of the v1 API that no later one has",
    why="Whether a registrant came and paid, v1 took in documents of their own, and guests were read in others. v2 and v3 have nothing of the kind that could be written or recorded by itself: a registrant's own record says whether the person came, paid, and brought guests. The document is skipped.",
    bad="<AttendanceStatus>\n  <Status>ATTENDED</Status>\n</AttendanceStatus>\n", good=GOOD_ENTRY,
    how="Nothing has to be done. Convert the registrant.",
    fact="reference, mapping-v2, Registrant; v1-resources, Registrant",
)  # fmt: skip
PLAIN = Rule(
    "CT013", "plain-text", Severity.ERROR,
    summary="The file is plain text, without any markup",
    why="v1 answered some failures with one line of text; saved under the name of a document, it looks like one until it is opened.",
    bad="Error 400: there are errors in the common Atom sections", good=GOOD_ENTRY,
    how="Send the request again, and save the document that comes instead of this text.",
    fact="reference, v1-atom, Transport: failures",
)  # fmt: skip
TOO_DEEP = Rule(
    "CT014", "too-deep", Severity.ERROR,
    summary="Elements are nested too deeply",
    why="No campaign nests its HTML this far; XML parsers refuse such documents, so that hostile ones cannot exhaust them.",
    bad="<EmailContent><html><body>" + "<div>" * 2100 + "</div>" * 2100 + "</body></html></EmailContent>",
    good="<EmailContent>&lt;html&gt;&lt;body&gt;Hi&lt;/body&gt;&lt;/html&gt;</EmailContent>",
    how="Encode the HTML as text: then its nesting does not matter to XML.",
    fact="libxml2's limit of 2,048 levels",
)  # fmt: skip

RULES = (
    EMPTY, BINARY, JSON, HTML, SERVICE, DOCTYPE, TOO_LARGE, NOT_V1, UNSUPPORTED, NO_COUNTERPART, PLAIN, TOO_DEEP,
    *encodings.RULES,
)  # fmt: skip

_BY_NAME = {rule.name: rule for rule in RULES}

_WANTED = "expected `entry`, `feed`, or a resource such as `Campaign`"

_NATURE_TEXT = {
    "empty-document": ("the file is empty", "expected a v1 document"),
    "json-document": ("this is JSON, not a v1 document", "expected Atom XML, which begins with `<`"),
    "html-page": ("this is an HTML page, not a v1 document", _WANTED),
    "plain-text": ("this is plain text, not a v1 document", "expected Atom XML, which begins with `<`"),
}  # fmt: skip


def refusal(document: Document) -> Iterator[Diagnostic]:
    """At most one diagnostic, which says that the document is not looked at any further."""
    report = Reporter(document.source)
    nature = document.nature
    if nature is not None:
        name, what = nature
        message, label = _NATURE_TEXT.get(name, ("", ""))
        if name == "too-large":
            message, label = f"the document is too large: {what}", ""
        elif name == "binary-document":
            message, label = (
                f"this is not text but {what}" if what != "not text" else "this is not text",
                "expected Atom XML",
            )
        elif name == "empty-document" and what != "nothing":
            message = f"the file holds {what}"
        beginning = _escaped(document.source.text) if name == "plain-text" else None
        if beginning is not None:
            yield _encoded_document(report, beginning)
            return
        rule = _BY_NAME[name]
        if what == EBCDIC:
            yield report.at(
                rule,
                0,
                0,
                f"this is {what}",
                label="expected ASCII or Unicode",
                help=(_FROM_EBCDIC,),
            )
            return
        start, end = _first_words(document.source.text, name)
        yield report.at(rule, start, end, message, label=label, help=(rule.how,))
        return
    for problem in document.problems:
        if problem.kind == "doctype":
            yield _doctype(report, problem.start, problem.end)
            return
    headless = list(_headless(document))
    if headless:
        yield from headless
        return
    tree = document.tree
    if document.kind == "other" and (output := _output(document.source.text)) is not None:
        yield output_before(report, *output)
        return
    if tree is None:
        yield report.at(NOT_V1, 0, 0, "there is no element in this document", help=(NOT_V1.how,))
        return
    if document.kind == "other":
        start, end = tree.name_start, tree.name_end
        if tree.name.lower() == "service":
            found = service_document(tree)
            yield report.at(
                SERVICE, start, end, f"this is {found.what}",
                label="expected `entry` or `feed`", help=(found.how,), element=tree.path,
            )  # fmt: skip
            return
        yield _not_v1(report, document)


_FROM_EBCDIC = "convert it where it comes from, or with `iconv -f IBM037 -t UTF-8`, and declare UTF-8 (IBM037 is the commonest code page; others differ in signs such as `[` and `!`)"

#: How a v1 document begins.
_BEGINNING = late_compile(rf"<(?:\?xml\s|(?:\w+:)?(?:entry|feed|{'|'.join(NAMES)})[\s>])")

#: What may stand before what a program put before the root.
_DECLARATION = late_compile(r"\s*+(?:<\?xml\s[^<>?]*+\?>\s*+)?+")

#: How such output begins: as a message of PHP, or with HTML that breaks lines or sets them in a face.
_HTML_OUTPUT = late_compile(
    r"<(?:br|hr|b|i|p|pre|font|strong|em|code|small|span|center|h[1-6])(?:\s[^<>]*+)?+/?>", re.I
)


def _output(text: str) -> tuple[int, int, int] | None:
    """Where what a program wrote before a document begins, where its first line ends, and where it
    ends; None for none."""
    declared = _DECLARATION.match(text)
    first = declared.end() if declared else 0
    if not PROGRAM_OUTPUT.match(text, first) and not _HTML_OUTPUT.match(text, first):
        return None
    match = _BEGINNING.search(text, first)
    if match is None:
        return None
    end = first + len(text[first : match.start()].rstrip())
    line = text.find("\n", first, end)
    return first, end if line < 0 else line, end


#: The last end tag of a document, and the names of what it may close.
_LAST = late_compile(rf"</((?:\w+:)?(entry|feed|{'|'.join(NAMES)}))\s*+>\s*+\Z")
_TAG = late_compile(r"<(/?+)(?:[\w.-]{1,40}:)?([\w.-]{1,80})")


def _headless(document: Document) -> Iterator[Diagnostic]:
    """CT106, of a document whose beginning is missing: nothing else can be said of it."""
    text = document.source.text
    if document.root is not None and document.kind != "other":
        return
    last = _LAST.search(text, max(0, len(text) - _TAIL))
    first = _TAG.search(text)
    if last is None or first is None or _begins(text, last[2]):
        return
    if not first[1] and first[2] in (*lexicon().children("entry"), *lexicon().children("feed")):
        return  # a start tag is missing, and no more
    if nearest(first[2], (last[2],)) is not None:
        return  # it is there, and misspelt
    tree, report = document.tree, Reporter(document.source)
    message = (
        f"the beginning of the document is missing: `</{last[1]}>` closes what does not begin here"
    )
    help_ = "what is missing was not checked: fetch or write the document again"
    start = len(text) - len(text.lstrip())
    if tree is not None and document.kind == "payload" and tree.closed:
        rest, end = tree.end, len(text.rstrip())
        rest += len(text[rest:end]) - len(text[rest:end].lstrip())
        edit = (rest, end, "")
        yield report.at(
            STRAY, rest, end, message, label="this is the end of what is missing",
            labels=((start, start, "expected the beginning here"),), help=(help_,),
            fixes=report.fix(f"Keep the `{tree.name}` alone", edit, safety=Safety.UNSAFE),
        )  # fmt: skip
        return
    yield report.at(
        STRAY, start, start, message, label="expected all that comes before this",
        labels=((last.start(), last.end(1) + 1, "this closes the document"),), help=(help_,),
    )  # fmt: skip


def _begins(text: str, name: str) -> bool:
    """Whether a start tag of that name is there, however damaged."""
    opened = rf"<[\s\\]*+(?:\w{{1,40}}:)?{name}[\s/>]"
    ended = rf"(?<![/\w])(?<!/ ){name}(?:\s[^<>]{{0,500}})?>"
    return re.search(f"{opened}|{ended}", text) is not None


#: Characters at the end of a document in which its last tag is looked for.
_TAIL = 4_000


def _escaped(text: str) -> int | None:
    """Where a document begins that is encoded as text as a whole; None where there is none."""
    start = len(text) - len(text.lstrip())
    return start if _BEGINNING.match(decoded_once(text[start : start + 400])) else None


def _encoded_document(report: Reporter, start: int) -> Diagnostic:
    text = report.source.text
    line = text.find("\n", start)
    return report.at(
        PLAIN, start, min(line if line >= 0 else len(text), start + 60), "the whole document is encoded as text",
        label="expected `<`, not `&lt;`", help=("decode it once: `&lt;` to `<`, `&gt;` to `>`, `&amp;` to `&`",),
        fixes=report.fix(
            f"Decode all of it ({plural(text.count(chr(10)) + 1, 'line')})", (start, len(text), decoded_once(text[start:]))
        ),
    )  # fmt: skip


#: An end tag, with its local name.
_END_NAME = late_compile(r"</\s*(?:[^\s<>/:]+:)?([^\s<>/:]+)")


_OWN_FORM = "a v1 document has elements of its own: no general tool writes it by itself"


def _not_v1(report: Reporter, document: Document) -> Diagnostic:
    tree = document.tree
    assert tree is not None
    roots = ("entry", "feed", *NAMES)
    if (what := what_it_is(tree)) is not None:
        return report.at(
            NOT_V1, tree.name_start, tree.name_end, f"this is {what}, not a v1 document",
            label=_WANTED, help=(NOT_V1.how, _OWN_FORM), element=tree.path,
        )  # fmt: skip
    if (other := other_payload(tree.name)) is not None:
        return _unsupported(report, tree, other)
    meant = nearest(tree.name, roots)
    fixes: tuple[Fix, ...] = ()
    helps = [NOT_V1.how]
    if meant is not None and tree.child(meant) is not None:
        helps = [f"put each `{meant}` into a file of its own, or all into one feed"]
    elif meant is not None:
        helps = [f"did you mean `{meant}`?"]
        edits = [(tree.name_end - len(tree.name), tree.name_end, meant)]
        # The end tag may be misspelt in another way than the start tag.
        closing = _END_NAME.match(report.source.text, tree.close_start, tree.end)
        if closing is not None:
            edits.append((*closing.span(1), meant))
        if closing is not None or tree.self_closing or not tree.closed:
            fixes = report.fix(f"Rename it to `{meant}`", *edits)
    return report.at(
        NOT_V1, tree.name_start, tree.name_end, f"`{clip(tree.qname)}` is not a v1 document",
        label=_WANTED, help=helps, element=tree.path, fixes=fixes,
    )  # fmt: skip


def _first_words(text: str, name: str) -> tuple[int, int]:
    """The first line of a document of the wrong kind, its white space left out; of one that is
    not text, its very beginning."""
    if name in ("empty-document", "binary-document", "too-large"):
        return 0, 0
    start = len(text) - len(text.lstrip())
    lines = text[start : start + 60].splitlines()
    return start, start + len(lines[0].rstrip()) if lines else start


def _doctype(report: Reporter, start: int, end: int) -> Diagnostic:
    text = report.source.text
    after = end
    while text[after : after + 1] in ("\r", "\n"):
        after += 1
    simple = "[" not in text[start:end]
    fixes = report.fix("Delete the declaration", (start, after, "")) if simple else ()
    line_end = text.find("\n", start, end)
    return report.at(
        DOCTYPE, start, end if line_end < 0 else line_end,
        "the document has a DOCTYPE, and is refused",
        label="v1 documents have none", help=(DOCTYPE.how,), fixes=fixes,
    )  # fmt: skip


def too_many(document: Document, last: Diagnostic) -> Diagnostic:
    """The diagnostic after the `last` of those that are listed."""
    start = document.source.index(last.span.start.line, last.span.start.column)
    return Reporter(document.source).at(
        TOO_LARGE, start, start, "there are too many mistakes in this document to list them all",
        label="what comes later is not listed", help=("fix these first, or " + TOO_LARGE.how[:1].lower() + TOO_LARGE.how[1:],),
    )  # fmt: skip


def check(document: Document) -> Iterator[Diagnostic]:
    """What is wrong with the encoding, and payloads that are not converted."""
    report = Reporter(document.source)
    yield from encodings.check(document)
    for problem in document.problems:
        if problem.kind == "too-deep":
            depth = problem.detail["depth"]
            yield report.at(
                TOO_DEEP, problem.start, problem.end, f"elements are nested more than {depth} deep",
                label="reading stops here", help=(TOO_DEEP.how,),
            )  # fmt: skip
        elif problem.kind == "too-many":
            what, most = problem.detail["what"], problem.detail["most"]
            yield report.at(
                TOO_LARGE, problem.start, problem.end,
                f"there are more than {most:,} {what} in this {'tag' if what == 'attributes' else 'document'}",
                label="reading stops here", help=(TOO_LARGE.how,),
            )  # fmt: skip
    for entry in document.entries:
        payload = entry.payload
        if payload is not None and (meant := other_payload(payload.name)) is not None:
            yield _unsupported(Reporter(document.source, entry.index), payload, meant)


def _unsupported(report: Reporter, payload: Element, meant: str) -> Diagnostic:
    """What is said of a v1 resource that is not converted, `meant` by its name."""
    what = f"{article(meant)} {quoted(meant)} is"
    if payload.name != meant:
        what = f"`{clip(payload.name)}` stands for `{meant}`, which is"
    if meant in WITHOUT_COUNTERPART:
        return report.at(
            NO_COUNTERPART, payload.name_start, payload.name_end, f"{what} a resource of the v1 API that no later one has: it is skipped",
            label="has no counterpart", help=(NO_COUNTERPART.how,), element=payload.path,
        )  # fmt: skip
    message = f"{what} a resource of the v1 API that is not converted yet"
    return report.at(
        UNSUPPORTED, payload.name_start, payload.name_end, message,
        label=f"expected {choice(NAMES)}", help=(UNSUPPORTED.how,), element=payload.path,
    )  # fmt: skip
