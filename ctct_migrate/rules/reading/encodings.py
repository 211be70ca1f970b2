"""CT007 to CT009 and CT015: bytes that are not in the encoding that a document declares, and
characters by the numbers that they have in another one.

What can be seen from bytes alone is found by `suspects`, on the fast path too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import groupby

from ctct_migrate.diagnostics import Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.sections import sections
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.fast.suspects import CONTROL, has_suspect_bytes, meant_by, real_encoding
from ctct_migrate.rules.nearness import nearest
from ctct_migrate.rules.phrases import GOOD_ENTRY, clip, plural, quoted
from ctct_migrate.rules.reading.charsets import iana_name, other_name
from ctct_migrate.source import Source

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
    why="Without knowing the encoding, letters outside ASCII cannot be read with certainty.",
    bad='<?xml version="1.0" encoding="UTF8-bogus"?>\n' + GOOD_ENTRY.split("?>\n", 1)[-1],
    good=GOOD_ENTRY,
    how="Declare the encoding by its registered name: `UTF-8`, `ISO-8859-1`, `windows-1252` or `UTF-16`.",
    fact="XML 1.0, 4.3.3",
)  # fmt: skip
MISMATCH = Rule(
    "CT009", "encoding-mismatch", Severity.ERROR,
    summary="The declared encoding cannot be the real one",
    why="The file declares one encoding and is in another: letters come out wrong, `é` as `Ã©`. .NET's StringWriter does this, which writes `utf-16` into text that is then saved as UTF-8; programs that declare `ISO-8859-1` whatever they write do it too.",
    bad='<?xml version="1.0" encoding="utf-16"?>\n' + GOOD_ENTRY.split("?>\n", 1)[-1],
    good=GOOD_ENTRY,
    how="Change the declaration to what the file is.",
    fact="XML 1.0, 4.3.3 and appendix F",
)  # fmt: skip
WINDOWS_CHARACTER = Rule(
    "CT015", "windows-character", Severity.WARNING,
    summary="A character by the number that it has in windows-1252",
    why="In XML the numbers 128 to 159 are control characters, which are invisible. In windows-1252 they are curly quotes, dashes and the euro sign, which is what was meant: readers of the e-mail would see a gap or a box.",
    bad="<Subject>Spring&#146;s here</Subject>", good="<Subject>Spring&#8217;s here</Subject>",
    how="Write the character itself or its number in Unicode.",
    fact="XML 1.0, 4.1: a reference is a number of Unicode; 2.2: control characters are discouraged",
)  # fmt: skip

RULES = (UNDECODABLE, UNKNOWN_ENCODING, MISMATCH, WINDOWS_CHARACTER)


def check(document: Document) -> Iterator[Diagnostic]:
    """What is wrong with the encoding of a document."""
    report, source = Reporter(document.source), document.source
    declared, real = source.decoding.declared, real_encoding(source)
    at = source.text.find(declared) if declared else -1
    if declared is not None and not declared[0].isalpha():
        at = -1  # no name at all: the declaration is malformed
    if declared is not None and at >= 0 and not source.decoding.known:
        yield _unknown_encoding(report, declared, at, at + len(declared))
    elif declared is not None and at >= 0 and document.is_misnamed:
        yield _misnamed(report, declared, at, at + len(declared))
    elif declared is not None and at >= 0 and source.decoding.contradicted:
        yield _contradicted(report, declared, at)
    if real is not None and declared is not None:
        yield _misdeclared(report, declared, at, real)
    elif source.undecodable is not None:
        yield _undecodable(report, document, source.undecodable)
    elif source.left_over:
        yield _cut_in_character(report)
    if real is None:
        yield from _windows_characters(document)


def _cut_in_character(report: Reporter) -> Diagnostic:
    """UTF-16 or UTF-32, of which a part of a character is left at the end."""
    source = report.source
    name = source.decoding.encoding.upper().removesuffix("-LE").removesuffix("-BE")
    many, unit = ("an odd number", "two") if name == "UTF-16" else ("a wrong number", "four")
    at = len(source.text)
    return report.at(
        UNDECODABLE, at, at, f"the file is {name}, and has {many} of bytes: it ends in the middle of a character",
        label=f"not a whole character: it takes {unit} bytes",
        help=("the file was cut off, or a byte of it was lost or added: copy it again, as binary data",),
    )  # fmt: skip


def _contradicted(report: Reporter, declared: str, at: int) -> Diagnostic:
    """The first bytes rule out what is declared."""
    encoding, end = report.source.decoding.encoding, at + len(declared)
    real = encoding.upper().removesuffix("-LE").removesuffix("-BE")
    return report.at(
        MISMATCH, at, end, f"the document declares {quoted(declared)}, but is not in it",
        label=f"the bytes are {real}", help=(MISMATCH.how,),
        fixes=report.fix(f"Declare {quoted(real)}", (at, end, real)),
    )  # fmt: skip


def _misdeclared(report: Reporter, declared: str, at: int, real: str) -> Diagnostic:
    """All bytes have a meaning in what is declared, but another one is meant: shown at the first
    letters that come out wrong."""
    source = report.source
    start, end = _garbled(source, real)
    written = source.text[start:end]
    right = source.encode(written).decode(real)
    # A part of a feed is lent its head: the declaration stands elsewhere then.
    own = source.first_offset == 0 and at >= 0
    fixes = report.fix(f"Declare {quoted(real)}", (at, at + len(declared), real)) if own else ()
    labels = ((at, at + len(declared), "declared here"),) if own else ()
    if source.undecodable is not None:
        read = "cannot be read"
    else:
        read = f"is read as {quoted(written) if written.isprintable() else 'a control character'}"
    return report.at(
        MISMATCH, start, end, f"the document declares {quoted(declared)}, but is in {real}",
        label=f"in {real}: {quoted(right)}", labels=labels, fixes=fixes,
        help=(f"declare {quoted(real)}: as it is, {quoted(right)} {read}",),
    )  # fmt: skip


def _garbled(source: Source, real: str) -> tuple[int, int]:
    """The first run of characters that are not what they are in the encoding `real`."""
    text, end = source.text, 0
    if real != "UTF-8":
        start = next(at for at, char in enumerate(text) if "\x80" <= char <= "\x9f")
        return start, start + 1
    start = next(at for at, char in enumerate(text) if char > "\x7f")
    for end in range(start + 2, start + 5):
        try:
            source.encode(text[start:end]).decode(real)
        except UnicodeDecodeError:
            continue
        break
    return start, end


def _misnamed(report: Reporter, declared: str, at: int, end: int) -> Diagnostic:
    """A name that a programming language has for an encoding, and XML does not."""
    meant = iana_name(declared)
    if meant is None:
        return report.at(
            UNKNOWN_ENCODING, at, end, f"XML parsers do not know the encoding {quoted(clip(declared))}",
            label="expected a name such as UTF-8",
            help=("save the document as UTF-8, and declare that",),
        )  # fmt: skip
    return report.at(
        UNKNOWN_ENCODING, at, end, f"XML parsers do not know the name {quoted(clip(declared))}",
        label=f"expected {quoted(meant)}", help=(f"the encoding is registered as {quoted(meant)}",),
        fixes=report.fix(f"Declare {quoted(meant)}", (at, end, meant)),
    )  # fmt: skip


def _unknown_encoding(report: Reporter, declared: str, at: int, end: int) -> Diagnostic:
    names = ("UTF-8", "ISO-8859-1", "windows-1252", "UTF-16", "US-ASCII")
    meant = other_name(declared) or nearest(declared, names)
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


# -- characters by the numbers of windows-1252 --------------------------------------------------


def _windows_characters(document: Document) -> Iterator[Diagnostic]:
    """One diagnostic for all of an entry: they have one cause."""
    if not has_suspect_bytes(document.source):
        return
    starts = [entry.element.start for entry in document.entries if entry.element is not None]
    found = groupby(_controls(document.source.text), lambda m: bisect_right(starts, m.start()))
    for _, matches in found:
        yield _windows_character(Reporter(document.source), list(matches))


def _controls(text: str) -> Iterator[re.Match[str]]:
    """Control characters and references to them, in order, without what are none: comments and
    instructions are nobody's text, CDATA is taken as it is."""
    at = 0
    for opening, start, end in sections(text):
        yield from CONTROL.finditer(text, at, start)
        if opening == "<![CDATA[":
            inside = CONTROL.finditer(text, start, end)
            yield from (match for match in inside if match[0][0] != "&")
        at = end
    yield from CONTROL.finditer(text, at)


def _number(match: re.Match[str]) -> int:
    decimal, hexadecimal = match.groups()
    if decimal is None and hexadecimal is None:
        return ord(match[0])
    return int(decimal) if decimal is not None else int(hexadecimal, 16)


#: Characters that follow on one another and are replaced by one edit.
_TOGETHER = 4_000


def _windows_character(report: Reporter, found: list[re.Match[str]]) -> Diagnostic:
    first = found[0]
    char = meant_by(_number(first))
    edits: list[tuple[int, int, str]] = []
    for match in found:
        meant = meant_by(_number(match))
        if meant is not None:
            start, end = match.span()
            written = f"&#{ord(meant)};" if match[0][0] == "&" else meant
            if edits and edits[-1][1] == start and len(edits[-1][2]) < _TOGETHER:
                start, written = edits[-1][0], edits[-1][2] + written
                edits.pop()
            edits.append((start, end, written))
    own = f"&#{ord(char)};" if char and first[0][0] == "&" else char
    written = f"`{first[0]}`" if first[0][0] == "&" else f"U+{ord(first[0]):04X}"
    helps = [f"write `{own}`" if char else WINDOWS_CHARACTER.how]
    if len(found) > 1:
        helps.append(f"{plural(len(found) - 1, 'more place')} like this")
    title = f"Write `{own}`" if len(found) == 1 else "Write their numbers in Unicode"
    return report.at(
        WINDOWS_CHARACTER, *first.span(), f"{written} is a control character" + (f", not `{char}`" if char else ""),
        label=f"`{char}` only in windows-1252" if char else "nobody sees it", help=helps,
        fixes=report.fix(title, *edits) if edits else (),
    )  # fmt: skip
