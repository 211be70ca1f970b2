"""CT1, the whole: what is said of what stands around the root, and of documents that are cut off."""

from __future__ import annotations

from collections.abc import Sequence

from ctct_migrate.diagnostics import Diagnostic, Safety
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.phrases import clip, quoted
from ctct_migrate.rules.reading.charsets import iana_name
from ctct_migrate.rules.wellformed import malformed_rules as rule
from ctct_migrate.rules.wellformed.problem_words import Breakage

#: Open elements that are listed at most.
_LISTED = 40

#: What PHP puts before its output when something went wrong, as text or as HTML.
PROGRAM_OUTPUT = late_compile(
    r"(?:\s++|<br\s*+/?>|<b>|PHP )*+(?:Warning|Notice|Deprecated|Fatal error|Parse error|Strict Standards)(?:</b>)?: "
)


def is_padding(text: str) -> bool:
    """Whether a text is nothing but control characters and white space: it says nothing."""
    return not any(each > " " and each != "\x7f" for each in text)


def outside(at: Breakage) -> Diagnostic:
    """CT109: text around the document."""
    place = at.detail["place"]
    line_end = at.written.find("\n")
    shown = at.end if line_end < 0 else at.start + len(at.written[:line_end].rstrip())
    helps = ["delete it, or put it inside the root element"]
    if PROGRAM_OUTPUT.match(at.written):
        return output_before(at.report, at.start, shown, at.end)
    marks = not at.written.strip("\ufeff")
    if marks:
        return at.say(
            rule.OUTSIDE, "a second byte order mark stands before the document", label="delete it",
            help=("a program put one before a text that had one",),
            fixes=at.report.fix("Delete it", (at.start, at.end, "")),
        )  # fmt: skip
    if is_padding(at.written):
        count = len(at.written)
        first = f"U+{ord(at.written[0]):04X}"
        what = (
            f"the control character {first}"
            if count == 1
            else f"{count} control characters such as {first}"
        )
        return at.say(
            rule.OUTSIDE, f"{what} {'stands' if count == 1 else 'stand'} {place} the document",
            label="delete it" if count == 1 else "delete them", end=shown,
            help=("a program put them there: the rest of a buffer, or the mark that ends a file in DOS",),
            fixes=at.report.fix("Delete it" if count == 1 else "Delete them", (at.start, at.end, "")),
        )  # fmt: skip
    return at.say(
        rule.OUTSIDE, f"text stands {place} the document: {quoted(clip(at.written, 40))}",
        label="nothing but comments may stand here", end=shown, help=tuple(helps),
        fixes=at.report.fix("Delete it", (at.start, at.end, ""), safety=Safety.UNSAFE),
    )  # fmt: skip


def output_before(report: Reporter, start: int, shown: int, end: int) -> Diagnostic:
    """CT109: a program wrote a message, or HTML, before the document; it goes, with the white space
    after it, since an XML declaration has to stand at the very start."""
    text = report.source.text
    while text[end : end + 1].isspace():
        end += 1
    return report.at(
        rule.OUTSIDE, start, shown, f"what a program printed stands before the document: {quoted(clip(text[start:end], 60))}",
        label="not part of the document",
        help=("delete it, and send such messages to a log: in PHP with `display_errors = Off`",),
        fixes=report.fix("Delete it", (start if text[:start].strip() else 0, end, "")),
    )  # fmt: skip


def second_root(at: Breakage) -> Diagnostic:
    """CT110: a second document."""
    first = at.document.tree
    labels = ((first.start, first.name_end, "the first one"),) if first is not None else ()
    return at.say(
        rule.SECOND_ROOT, f"a second document begins here: `<{at.written}>`",
        label="each document belongs in a file of its own", labels=labels,
    )  # fmt: skip


def declaration(at: Breakage) -> Diagnostic:
    """CT112: an XML declaration that cannot be read."""
    encoding = at.document.source.decoding
    name = encoding.declared or ("UTF-16" if encoding.encoding.startswith("utf-16") else "UTF-8")
    if not name[:1].isalpha():  # as `1252`, which is not a name
        name = iana_name(encoding.encoding) or "UTF-8"
    right = f'<?xml version="1.0" encoding="{name}"?>'
    end = at.end if "\n" not in at.written else at.start + at.written.index("\n")
    return at.say(
        rule.DECLARATION, "the XML declaration is malformed", end=end, label=f"expected `{right}`",
        help=("its parts are version, encoding and standalone, in this order, with quotes, and `?>` at its end",),
        fixes=at.report.fix("Write it as it should be", (at.start, at.end, right)),
    )  # fmt: skip


def late_declaration(at: Breakage) -> Diagnostic:
    """CT113: an XML declaration that is not at the start."""
    if at.detail["where"] != "before":
        return at.say(
            rule.LATE_DECLARATION, "an XML declaration stands inside the document",
            label="it may only stand at the very start", help=("delete it, and what belongs to a second document with it",),
            fixes=at.report.fix("Delete it", (at.start, at.end, ""), safety=Safety.UNSAFE),
        )  # fmt: skip
    before = at.text[: at.start]
    if before.startswith("<?xml"):
        return at.say(
            rule.LATE_DECLARATION, "a second XML declaration", label="the document has one already",
            help=("delete it",), fixes=at.report.fix("Delete it", (at.start, at.end, "")),
        )  # fmt: skip
    what = "white space stands" if not before.strip() else "something stands"
    fixes = at.report.fix("Delete what stands before it", (0, at.start, ""))
    if before.strip():
        fixes = at.report.fix("Move it to the start", (0, 0, at.written), (at.start, at.end, ""))
    return at.say(
        rule.LATE_DECLARATION, f"{what} before the XML declaration",
        label="the declaration has to be the very first thing", fixes=fixes,
    )  # fmt: skip


#: What is said of a document whose end is missing.
_NOT_CHECKED = "what is missing was not checked: fetch or write the document again"


def truncated(at: Breakage) -> Diagnostic:
    """CT115: the end of the document is missing."""
    names = at.detail.get("open", ())
    if at.detail["inside"] == "tag":
        line = at.written.splitlines()[0] if at.written else ""
        return at.say(
            rule.TRUNCATED, f"the document ends inside the tag {quoted(clip(at.written, 40))}",
            label="the rest is missing", end=at.start + max(1, len(line)),
            help=(*_still_open(names), _NOT_CHECKED),
        )  # fmt: skip
    return at.say(
        rule.TRUNCATED, f"the document ends inside `<{names[-1]}>`", label="the rest is missing",
        labels=((*at.detail["opened_at"], "opened here"),), help=(*_still_open(names), _NOT_CHECKED),
    )  # fmt: skip


def _still_open(names: Sequence[str]) -> tuple[str, ...]:
    """All that is still open, innermost first; of very many, both ends."""
    if not names:
        return ()
    shown = [f"`<{name}>`" for name in reversed(names)]
    if len(shown) > _LISTED:
        left_out = len(shown) - _LISTED
        half = _LISTED // 2
        shown = [*shown[:half], f"{left_out:,} more", *shown[-half:]]
    return (f"still open: {', '.join(shown)}",)
