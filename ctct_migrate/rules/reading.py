"""CT0: what cannot be read as a v1 document at all.

A file of the wrong kind gets one diagnostic that says what it is, and nothing else is said of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.reader.document import OTHER_PAYLOADS, RESOURCES, Document
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.nearness import nearest
from ctct_migrate.rules.phrases import GOOD_ENTRY, choice, clip, quoted
from ctct_migrate.source import Source

_CONTACT = """\
<entry xmlns="http://www.w3.org/2005/Atom">
  <id>data:,none</id><title type="text"/><updated>2010-11-13T20:03:35.000Z</updated>
  <author><name>Constant Contact</name></author>
  <content type="application/vnd.ctct+xml">
    <Contact xmlns="http://ws.constantcontact.com/ns/1.0/"><EmailAddress>a@example.com</EmailAddress></Contact>
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
    how="Give the XML itself. Archives are opened by their names' endings (.zip, .tar, .tar.gz, .xml.gz).",
    fact="XML 1.0, 2.2: a document is text",
)  # fmt: skip
JSON = Rule(
    "CT003", "json-document", Severity.ERROR,
    summary="The file is JSON, not XML",
    why="v1 documents are Atom XML. A JSON file is probably a v2 body already, or another API's answer.",
    bad='{"name": "Spring sale"}', good=GOOD_ENTRY,
    how="Give the v1 XML. To compare a v2 body with its XML use `ctct-migrate verify XML JSON`.",
    fact=_TRANSPORT,
)  # fmt: skip
HTML = Rule(
    "CT004", "html-page", Severity.ERROR,
    summary="The file is an HTML page, not a v1 document",
    why="v1 answered failures with an HTML error page. Saved under the name of a document, it looks like one until it is opened.",
    bad="<html><head><title>Error report</title></head><body><h1>HTTP Status 403</h1></body></html>",
    good=GOOD_ENTRY,
    how="Repeat the request that this page answered. HTML meant as a campaign's content belongs, encoded, in EmailContent.",
    fact="reference, v1-atom, Transport: failures",
)  # fmt: skip
SERVICE = Rule(
    "CT005", "service-document", Severity.ERROR,
    summary="The file is a service document",
    why="A service document lists an account's collections. It holds no campaign and no schedule.",
    bad='<service xmlns="http://www.w3.org/2007/app"><workspace/></service>',
    good=GOOD_ENTRY,
    how="Follow the `href` of its `campaigns` collection, and convert the feed found there.",
    fact="reference, v1-atom, Transport: service documents",
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
UNDECODABLE = Rule(
    "CT007", "undecodable-bytes", Severity.ERROR,
    summary="Bytes that the document's encoding does not allow",
    why="The bytes and the declared encoding contradict each other: letters would be lost or come out wrong.",
    bad=GOOD_ENTRY.replace('<title type="text">', '<title type="text">Caf\udce9 '),
    good=GOOD_ENTRY,
    how="Declare the encoding that the file really has, usually `windows-1252`, or save it as UTF-8.",
    fact="XML 1.0, 4.3.3",
)  # fmt: skip
UNKNOWN_ENCODING = Rule(
    "CT008", "unknown-encoding", Severity.ERROR,
    summary="The declared encoding does not exist",
    why="Without knowing the encoding, letters outside ASCII cannot be told.",
    bad='<?xml version="1.0" encoding="UTF8-bogus"?>\n' + GOOD_ENTRY.split("?>\n", 1)[-1],
    good=GOOD_ENTRY,
    how="Declare the encoding by its usual name: `UTF-8`, `ISO-8859-1`, `windows-1252` or `UTF-16`.",
    fact="XML 1.0, 4.3.3",
)  # fmt: skip
MISMATCH = Rule(
    "CT009", "encoding-mismatch", Severity.ERROR,
    summary="The declared encoding cannot be the real one",
    why="The file declares an encoding that its first bytes rule out. .NET's StringWriter does this: it writes `utf-16` into text that is then saved as UTF-8.",
    bad='<?xml version="1.0" encoding="utf-16"?>\n' + GOOD_ENTRY.split("?>\n", 1)[-1],
    good=GOOD_ENTRY,
    how="Change the declaration to what the file is.",
    fact="XML 1.0, 4.3.3 and appendix F",
)  # fmt: skip
TOO_LARGE = Rule(
    "CT010", "too-large", Severity.ERROR,
    summary="The document is too large to be read whole",
    why="A single entry of this size is no campaign; feeds of any size are read entry by entry.",
    bad="", good=GOOD_ENTRY,
    how="Check what the file is. Feeds are streamed when they are given as files.",
    fact="a limit of this program, see docs/archives.md",
)  # fmt: skip
NOT_V1 = Rule(
    "CT011", "not-v1-document", Severity.ERROR,
    summary="The root is no entry, feed, Campaign or Schedule",
    why="It is XML, but not of the v1 API, so there is nothing to check it against.",
    bad='<rss version="2.0"><channel/></rss>', good=GOOD_ENTRY,
    how="Give an Atom `entry`, a `feed` of them, or a bare `Campaign` or `Schedule`.",
    fact="reference, v1-atom, Transport: how archived documents reach us",
)  # fmt: skip
UNSUPPORTED = Rule(
    "CT012", "unsupported-payload", Severity.ERROR,
    summary="The entry holds a resource that is not converted",
    why="Contacts, lists, activities, folders, images and events have v2 counterparts of their own, which this version does not write.",
    bad=_CONTACT,
    good=GOOD_ENTRY,
    how="Leave the document out, or convert it by other means: only campaigns and schedules are converted.",
    fact="reference, v1-atom, Other payloads",
)  # fmt: skip
PLAIN = Rule(
    "CT013", "plain-text", Severity.ERROR,
    summary="The file is plain text, without any markup",
    why="v1 answered some failures with one line of text; saved under the name of a document, it looks like one until it is opened.",
    bad="Error 400: there are errors in the common Atom sections", good=GOOD_ENTRY,
    how="Repeat the request that this text answered.",
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
    EMPTY, BINARY, JSON, HTML, SERVICE, DOCTYPE, UNDECODABLE, UNKNOWN_ENCODING, MISMATCH,
    TOO_LARGE, NOT_V1, UNSUPPORTED, PLAIN, TOO_DEEP,
)  # fmt: skip

_BY_NAME = {rule.name: rule for rule in RULES}

_NATURE_TEXT = {
    "empty-document": ("the file is empty", "expected a v1 document"),
    "json-document": ("this is JSON, not a v1 document", "expected Atom XML, which begins with `<`"),
    "html-page": ("this is an HTML page, not a v1 document", "expected `<entry>`, `<feed>`, `<Campaign>` or `<Schedule>`"),
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
            message = "the file holds nothing but white space"
        rule = _BY_NAME[name]
        start, end = _first_words(document.source.text, name)
        yield report.at(rule, start, end, message, label=label, help=(rule.how,))
        return
    for problem in document.problems:
        if problem.kind == "doctype":
            yield _doctype(report, problem.start, problem.end)
            return
    tree = document.tree
    if tree is None:
        yield report.at(NOT_V1, 0, 0, "there is no element in this document", help=(NOT_V1.how,))
        return
    if document.kind == "other":
        start, end = tree.name_start, tree.name_end
        if tree.name.lower() == "service":
            message = "this is a service document, which lists collections and holds no campaign"
            yield report.at(
                SERVICE,
                start,
                end,
                message,
                label="expected `entry` or `feed`",
                help=(SERVICE.how,),
                element=tree.path,
            )
            return
        yield _not_v1(report, document)


def _not_v1(report: Reporter, document: Document) -> Diagnostic:
    tree = document.tree
    assert tree is not None
    roots = ("entry", "feed", *RESOURCES)
    meant = nearest(tree.name, roots)
    fixes: tuple[Fix, ...] = ()
    helps = [NOT_V1.how]
    if meant is not None and tree.child(meant) is not None:
        helps = [f"put each `{meant}` into a file of its own, or all into one feed"]
    elif meant is not None:
        helps = [f"did you mean `{meant}`?"]
        edits = [(tree.name_end - len(tree.name), tree.name_end, meant)]
        if tree.closed and not tree.self_closing:
            at = report.source.text.rindex(tree.name, tree.close_start, tree.end)
            edits.append((at, at + len(tree.name), meant))
        fixes = report.fix(f"Rename it to `{meant}`", *edits)
    return report.at(
        NOT_V1, tree.name_start, tree.name_end, f"`{clip(tree.qname)}` is no v1 document",
        label=f"expected {choice(roots)}", help=helps, element=tree.path, fixes=fixes,
    )  # fmt: skip


def _first_words(text: str, name: str) -> tuple[int, int]:
    """The first line of a document of the wrong kind, its white space left out; of one that is
    not text, its very beginning."""
    if name in ("empty-document", "binary-document", "too-large"):
        return 0, 0
    start = len(text) - len(text.lstrip())
    line = text[start : start + 60].splitlines()[0].rstrip()
    return start, start + len(line)


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


def check(document: Document) -> Iterator[Diagnostic]:
    """What is wrong with the encoding, and payloads that are not converted."""
    report = Reporter(document.source)
    yield from _encoding(report, document)
    for problem in document.problems:
        if problem.kind == "too-deep":
            depth = problem.detail["depth"]
            yield report.at(
                TOO_DEEP, problem.start, problem.end, f"elements are nested more than {depth} deep",
                label="reading stops here", help=(TOO_DEEP.how,),
            )  # fmt: skip
    for entry in document.entries:
        payload = entry.payload
        if payload is not None and payload.name in OTHER_PAYLOADS:
            yield Reporter(document.source, entry.index).at(
                UNSUPPORTED, payload.name_start, payload.name_end,
                f"a {quoted(payload.name)} is not converted", label=f"expected {choice(RESOURCES)}",
                help=(UNSUPPORTED.how,), element=payload.path,
            )  # fmt: skip


def _encoding(report: Reporter, document: Document) -> Iterator[Diagnostic]:
    decoding, text = document.source.decoding, document.source.text
    declared = decoding.declared
    at = text.find(declared) if declared else -1
    if declared is not None and at >= 0 and (not decoding.known or decoding.contradicted):
        real = decoding.encoding.upper().removesuffix("-LE").removesuffix("-BE")
        end = at + len(declared)
        if not decoding.known:
            yield _unknown_encoding(report, declared, at, end)
        else:
            yield report.at(
                MISMATCH, at, end, f"the document declares {quoted(declared)}, but is not in it",
                label=f"the bytes are {real}", help=(MISMATCH.how,),
                fixes=report.fix(f"Declare {quoted(real)}", (at, end, real)),
            )  # fmt: skip
    bad = document.source.undecodable
    if bad is not None:
        yield _undecodable(report, document, bad)


def _unknown_encoding(report: Reporter, declared: str, at: int, end: int) -> Diagnostic:
    names = ("UTF-8", "ISO-8859-1", "windows-1252", "UTF-16", "US-ASCII")
    meant = nearest(declared, names)
    fixes = (
        report.fix(f"Declare {quoted(meant)}", (at, end, meant), safety=Safety.UNSAFE)
        if meant
        else ()
    )
    helps = (f"did you mean {quoted(meant)}?",) if meant else (UNKNOWN_ENCODING.how,)
    return report.at(
        UNKNOWN_ENCODING, at, end, f"there is no encoding {quoted(clip(declared))}",
        label="expected a name such as UTF-8", help=helps, fixes=fixes,
    )  # fmt: skip


def _declaring(source: Source, encoding: str) -> tuple[int, int, str] | None:
    """The edit that makes a document declare `encoding`; None where its declaration, or its very
    beginning, is broken."""
    text, declared = source.text, source.decoding.declared
    end = text.find("?>")
    if text.startswith("<?xml") and (end < 0 or "\n" in text[:end]):
        return None
    head = text[: end + 2] if text.startswith("<?xml") else ""
    if declared and declared in head:
        at = head.index(declared)
        return at, at + len(declared), encoding
    if head:
        return len(head) - 2, len(head) - 2, f' encoding="{encoding}"'
    if not head and text.startswith("<") and not text.startswith("<?"):
        return 0, 0, f'<?xml version="1.0" encoding="{encoding}"?>\n'
    return None


def _undecodable(report: Reporter, document: Document, bad: int) -> Diagnostic:
    source = document.source
    text, end = source.text, bad
    while end < len(text) and "\ud800" <= text[end] <= "\udfff":
        end += 1
    raw = source.data[
        source.offset(bad) - source.first_offset : source.offset(end) - source.first_offset
    ]
    shown = " ".join(f"0x{byte:02X}" for byte in raw[:4])
    name = source.decoding.declared or source.decoding.encoding.upper()
    helps = [UNDECODABLE.how]
    fixes: tuple[Fix, ...] = ()
    if source.decoding.encoding == "utf-8" and not source.decoding.bom:
        letters = raw[:8].decode("windows-1252", "replace")
        helps.insert(0, f"in windows-1252 it would read {quoted(letters)}")
        edit = _declaring(source, "windows-1252")
        if edit is not None:
            fixes = report.fix("Declare windows-1252", edit, safety=Safety.UNSAFE)
    return report.at(
        UNDECODABLE, bad, end, f"the {'bytes' if len(raw) > 1 else 'byte'} {shown} cannot be read as {name}",
        label=f"not {name}", help=helps, fixes=fixes,
    )  # fmt: skip
