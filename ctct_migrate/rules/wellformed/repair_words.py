"""CT1, repairs: what is said of one character that is missing, too many, or out of its place."""

from __future__ import annotations

import re

from ctct_migrate.diagnostics import Diagnostic, Rule, Safety
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.repairing import Repair
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.phrases import clip, plural, quoted
from ctct_migrate.rules.wellformed import malformed_rules as rule

#: Characters of a tag that are shown at most.
_SHOWN = 60

#: What is left of an attribute before the place where a quote or a `=` is missing.
_ATTRIBUTE_BEFORE = late_compile(
    r"""\s([\w:.\-]+)\s*(?:=\s*(?:["'][^"'<>]*|[^\s"'<>]*)|["'][^"'<>]*|)\Z"""
)
_TAG = late_compile(r"<(/?)([^\s<>/\"'=]*)")
_SECTIONS = (
    ("<!--", "comment"),
    ("<![CDATA[", "CDATA section"),
    ("<?", "processing instruction"),
)

_ENDS = (
    ("<!--", "-->", "comment"),
    ("<![CDATA[", "]]>", "CDATA section"),
    ("<?xml", "?>", "XML declaration"),
)


@dataclass(frozen=True, slots=True)
class _Token:
    """The piece of markup that a repair makes whole: `written` as it should be, with its place in
    the text as it is."""

    written: str
    start: int
    end: int
    kind: str

    @property
    def name(self) -> str:
        """The name of the element, for a tag."""
        match = _TAG.match(self.written)
        return match[2] if match else ""


def worded(report: Reporter, repair: Repair) -> Diagnostic:
    """The diagnostic of one repair, with the repair as its fix."""
    text = report.source.text
    removed = text[repair.start : repair.end]
    if removed.startswith("&") and not repair.put.startswith("<"):
        return _reference(report, repair, removed)
    if removed.startswith("<") and (changed := _CHANGED_ROUND.match(removed)) is not None:
        return _changed_round(report, repair, changed)
    if not repair.put and len(removed) > 2:
        return _doubled(report, repair)
    if not removed and (closing := _END_TAG.fullmatch(repair.put)) is not None:
        return _lost_end(report, repair, closing[1])
    if (lost := _START_TAG.match(repair.put)) is not None:
        return _lost_start(report, repair, lost[1])
    if text.startswith("</", repair.start - 2) and len(repair.put) > 1 and len(removed) > 1:
        return _misspelt(report, repair, removed)
    token = _token(text, repair)
    code, message, label, title = _words(text, repair, removed, token)
    start, end = _place(text, repair, removed, token, code)
    shown = quoted(clip(token.written, _SHOWN))
    return report.at(
        code, start, end, message, label=label, help=(f"write {shown}",),
        fixes=report.fix(
            title, (repair.start, repair.end, repair.put),
            safety=Safety.SAFE if repair.certain else Safety.UNSAFE,
        ),
    )  # fmt: skip


def _reference(report: Reporter, repair: Repair, written: str) -> Diagnostic:
    """A reference of which one character is damaged."""
    meant = quoted(repair.put)
    if repair.put == f"{written};":
        code, message = rule.BARE_AMPERSAND, f"`{written}` has no `;` at its end"
    elif written.endswith(";") and re.fullmatch(r"&\w+;", written):
        code, message = rule.UNDEFINED_ENTITY, f"there is no entity {quoted(written)}"
    else:
        code, message = rule.BARE_AMPERSAND, f"{quoted(written)} is not a reference"
    return report.at(
        code, repair.start, repair.end, message, label=f"expected {meant}",
        help=(f"write {meant}: the text around it needs it",),
        fixes=report.fix(f"Write {meant}", (repair.start, repair.end, repair.put)),
    )  # fmt: skip


#: Two tags one after the other, the first a start tag.
_CHANGED_ROUND = late_compile(r"(<[^\s<>/!?][^<>]*+>)(</[^<>]*+>)")

#: A whole start tag.
_START_TAG = late_compile(r"<([^\s<>/!?]++)(?:\s[^<>]*+)?>")


def _lost_start(report: Reporter, repair: Repair, name: str) -> Diagnostic:
    """CT106: an end tag whose start tag is lost as a whole."""
    text = report.source.text
    tag = f"</{name}"
    start = text.find(tag, repair.end)
    end = text.find(">", start) + 1
    written = text[repair.start : repair.end]
    put = repair.put.strip()
    certain = repair.certain
    helps = [f"write {quoted(put)} where the element begins"]
    if " xmlns=" in put:
        certain = False
        helps.append("if the tag that is lost had an `id`, add that too")
    if written:
        message = f"{quoted(written)} is not a tag: its brackets are other characters than XML's"
        start, end = repair.start, repair.end
        helps = [f"write {quoted(put)}"]
    else:
        message = f"`</{name}>` has no start tag"
    return report.at(
        rule.MALFORMED if written else rule.STRAY, start, end, message,
        label=f"expected {quoted(put)}" + ("" if written else " before it"),
        labels=() if written else ((repair.start, repair.start, "it belongs here"),),
        help=tuple(helps),
        fixes=report.fix(
            f"Write {quoted(put)}" if written else f"Add {quoted(put)}", (repair.start, repair.end, repair.put),
            safety=Safety.SAFE if certain else Safety.UNSAFE,
        ),
    )  # fmt: skip


#: A whole end tag.
_END_TAG = late_compile(r"</([^\s<>/]++)>")


def _lost_end(report: Reporter, repair: Repair, name: str) -> Diagnostic:
    """CT104: a text field whose end tag is lost as a whole."""
    start = report.source.text.rfind(f"<{name}", 0, repair.start)
    return report.at(
        rule.UNCLOSED, start, start + len(name) + 2, f"`<{name}>` is never closed",
        label=f"there is no `</{name}>` for it", labels=((repair.start, repair.start, "it belongs here"),),
        help=(f"add `</{name}>`",),
        fixes=report.fix(
            f"Add `</{name}>`", (repair.start, repair.end, repair.put),
            safety=Safety.SAFE if repair.certain else Safety.UNSAFE,
        ),
    )  # fmt: skip


def _doubled(report: Reporter, repair: Repair) -> Diagnostic:
    """CT122: a part that stands twice in a row."""
    source = report.source
    lines = source.text.count("\n", repair.start, repair.end)
    size = plural(lines, "line") if lines else plural(repair.end - repair.start, "character")
    line = source.position(repair.start - (repair.end - repair.start)).line
    return report.at(
        rule.DOUBLED, repair.start, repair.end, f"a part of the document, {size}, stands twice in a row",
        label="the copy begins here", help=(f"delete it: the same stands from line {line} on",),
        fixes=report.fix(
            "Delete the copy", (repair.start, repair.end, ""),
            safety=Safety.SAFE if repair.certain else Safety.UNSAFE,
        ),
    )  # fmt: skip


def _changed_round(report: Reporter, repair: Repair, tags: re.Match[str]) -> Diagnostic:
    """CT105: a start tag that stands before the end tag that it belongs after."""
    return report.at(
        rule.CROSSED, repair.start, repair.start + len(tags[0]), f"two tags have changed places: {quoted(tags[0])}",
        label=f"expected {quoted(tags[2])} first", help=(f"write {quoted(tags[2])} before {quoted(tags[1])}",),
        fixes=report.fix(
            "Change them round", (repair.start, repair.end, repair.put),
            safety=Safety.SAFE if repair.certain else Safety.UNSAFE,
        ),
    )  # fmt: skip


def _misspelt(report: Reporter, repair: Repair, written: str) -> Diagnostic:
    """An end tag whose name is a misspelling of the one that is open."""
    right = f"`</{repair.put}>`"
    return report.at(
        rule.CROSSED, repair.start - 2, repair.end, f"`<{repair.put}>` is closed by `</{written}>`",
        label=f"expected {right}", help=(f"write {right}",),
        fixes=report.fix(
            f"Write {right}", (repair.start, repair.end, repair.put),
            safety=Safety.SAFE if repair.certain else Safety.UNSAFE,
        ),
    )  # fmt: skip


def _token(text: str, repair: Repair) -> _Token:
    change = len(repair.put) - (repair.end - repair.start)
    right = repair.start + len(repair.put)
    low = max(0, repair.start - 2000)
    near = text[low : repair.start] + repair.put + text[repair.end : repair.end + 2000]
    inside = right - low
    begin = near.rfind("<", 0, inside)
    if begin < 0:
        begin = max(0, inside - 1)
    for opening, closing, what in _ENDS:
        if repair.put == closing:
            at = text.rfind(opening, low, repair.start)
            start = at if at >= 0 else repair.start
            return _Token(f"{opening}…{closing}", start, repair.end, what)
    kind = next((what for opening, what in _SECTIONS if near.startswith(opening, begin)), "tag")
    if near.startswith("<?xml", begin):
        kind = "XML declaration"
    close = near.find(">", max(begin, repair.start - low, inside - 1)) + 1
    if close <= 0 or (kind == "tag" and near.find("<", begin + 1, close) >= 0):
        close = min(len(near), inside + 20)
    start = low + begin
    end = max(repair.end, low + close - change)
    return _Token(near[begin:close], start, end, kind)


def _place(text: str, repair: Repair, removed: str, token: _Token, code: Rule) -> tuple[int, int]:
    """The guilty text: what is too many; else the tag, or its attribute, that lacks something."""
    if removed and (len(repair.put) < len(removed) or repair.put == "&lt;"):
        return repair.start, repair.end
    start, end = token.start, token.end
    if code in (rule.UNQUOTED,) or repair.put == "=":
        match = _ATTRIBUTE_BEFORE.search(text, max(start, repair.start - 400), repair.start)
        if match is not None:
            start = match.start(1)
        end = repair.end
        if text[: repair.start].rstrip().endswith("=") or repair.put == "=":
            stop = re.compile(r"[\s>]").search(text, repair.end)
            end = stop.start() if stop else repair.end
    if token.kind != "tag":
        return (repair.start, max(repair.end, min(end, repair.start + 20)))
    if not (start <= repair.start <= end):
        start, end = repair.start, max(repair.end, repair.start)
    line = text.find("\n", max(start, repair.start), end)
    end = end if line < 0 else max(line, repair.end)
    if end - start > _SHOWN:
        if repair.start - start > _SHOWN:
            start = max(start, repair.start - 20)
        end = max(repair.end, min(end, start + _SHOWN, len(text)))
    return start, end


def _words(text: str, repair: Repair, removed: str, token: _Token) -> tuple[Rule, str, str, str]:
    """Rule, message, label and the title of the fix."""
    put, kind = repair.put, token.kind
    if put == "&lt;":
        return rule.LESS_THAN, "a `<` that begins no tag", "write `&lt;`", "Write `&lt;`"
    shown = quoted(clip(token.written, _SHOWN))
    if kind == "XML declaration":
        return (
            rule.DECLARATION,
            "the XML declaration is malformed",
            f"expected {shown}",
            _title(removed, put),
        )
    if kind != "tag" and (put or removed):
        return _section(removed, put, token)
    if not removed:
        return _lost(text, repair, token)
    if not put:
        where = f"in the tag {shown}" if kind == "tag" else ""
        return (
            rule.MALFORMED,
            f"a `{removed}` too many {where}".rstrip(),
            "delete it",
            f"Delete the `{removed}`",
        )
    if removed.replace(" ", "").split() == [put] or "".join(removed.split()) == put:
        return (
            rule.MALFORMED, f"a space stands where the tag {shown} may have none",
            f"expected {shown}", "Delete the space",
        )  # fmt: skip
    if len(put) == len(removed) == 1:
        return (
            rule.MALFORMED, f"a `{removed}` stands where {shown} has a `{put}`",
            f"expected `{put}`", f"Write `{put}`",
        )  # fmt: skip
    return (
        rule.MALFORMED, f"two characters have changed places: {quoted(removed)}",
        f"expected {quoted(put)}", f"Write {quoted(put)}",
    )  # fmt: skip


def _title(removed: str, put: str) -> str:
    if not removed:
        return f"Add the `{put}`"
    return f"Write {quoted(put)}" if put else f"Delete the {quoted(removed)}"


def _section(removed: str, put: str, token: _Token) -> tuple[Rule, str, str, str]:
    """A comment, a CDATA section or an instruction whose beginning or end is damaged."""
    opening = token.written.startswith(put) and put.startswith("<")
    if put.endswith(">") and not opening:
        if removed:
            message = f"the end of a {token.kind} is damaged: {quoted(removed)}"
        else:
            message = f"a {token.kind} has no end"
        return rule.UNTERMINATED, message, f"expected {quoted(put)}", _title(removed, put)
    return (
        rule.MALFORMED, f"the beginning of a {token.kind} is damaged", f"expected {quoted(put)}",
        _title(removed, put),
    )  # fmt: skip


def _lost(text: str, repair: Repair, token: _Token) -> tuple[Rule, str, str, str]:
    """One character is missing."""
    put, shown = repair.put, quoted(clip(token.written, 40))
    name = token.name
    title = f"Add the `{put}`" if put.strip() else "Add a space"
    if put == "/":
        if token.written.startswith("</"):
            return (
                rule.UNCLOSED,
                f"`<{name}>` is opened where it should be closed",
                f"expected {shown}",
                f"Write {shown}",
            )
        return (
            rule.UNCLOSED,
            f"`<{name}>` is never closed",
            "expected `/>` at the end of its tag",
            "Write `/>`",
        )
    if put == "<":
        lost = quoted(clip(token.written[1:], 40))
        return rule.MALFORMED, f"the tag {lost} has lost its `<`", "expected `<` before it", title
    if put == ">":
        return (
            rule.MALFORMED,
            f"the tag {quoted(clip(token.written.rstrip('>'), 40))} has no `>`",
            "expected `>`",
            title,
        )
    before = _ATTRIBUTE_BEFORE.search(text, max(0, repair.start - 400), repair.start)
    attribute = before[1] if before else ""
    about = f"the value of `{attribute}`" if attribute else "an attribute's value"
    if put in "\"'":
        opening = text[: repair.start].rstrip().endswith("=")
        which = "opening" if opening else "closing"
        return (
            rule.UNQUOTED,
            f"{about} has no {which} quote",
            f"expected a `{put}` {'before it' if opening else 'at its end'}",
            f"Add the {which} quote",
        )
    if put == "=":
        return (
            rule.MALFORMED,
            f"the attribute `{attribute}` has no `=`",
            "expected `=` before its value",
            title,
        )
    if not put.strip():
        return (
            rule.MALFORMED,
            f"a space is missing in the tag {shown}",
            "expected a space here",
            title,
        )
    return rule.MALFORMED, f"`{put}` is missing in {shown}", f"expected `{put}`", title
