"""CT720 to CT728: what v3 refuses, breaks on, or gets changed, of the HTML of a campaign.

What is found, and what stands in its place, says `html_changes`, as for the conversion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any

from ctct_migrate.diagnostics import Diagnostic, Fix, Rule, Safety
from ctct_migrate.json_pointers import at
from ctct_migrate.payload import Shape
from ctct_migrate.rules.payload_view import PayloadView
from ctct_migrate.rules.phrases import plural, quoted
from ctct_migrate.targets.v3 import html_size
from ctct_migrate.targets.v3.campaign import HELD, NEW
from ctct_migrate.targets.v3.html_catalogue import (
    GREETING,
    LONG_LINK,
    RULES,
    TEMPLATE_LANGUAGE,
    TRACKING,
    TRACKING_TWICE,
    TRANSLATED,
    UNKNOWN_VARIABLE,
    UNWRAPPED,
)
from ctct_migrate.targets.v3.html_changes import (
    LONGEST_LINK,
    ChangeKind,
    HtmlBreakage,
    HtmlChange,
    breakages,
    changed_html,
    fragment_changes,
    html_changes,
    is_in_tag,
    opaque_parts,
)
from ctct_migrate.targets.v3.html_composition import (
    GENERAL,
    NAME,
    PAGE_FORMAT,
    SALUTATION,
    greeting_html,
    word_of,
)
from ctct_migrate.targets.v3.html_size import Content
from ctct_migrate.targets.v3.personal_tags import variables

__all__ = ["NAMES", "RULES", "remarks"]

_STYLE, _REMINDER = "StyleSheet", "PermissionReminderText"

#: The elements whose texts come into the page, by the names of the parts.
GREETING_PARTS = {SALUTATION: "GreetingSalutation", NAME: "GreetingName", GENERAL: "GreetingString"}

#: Elements whose texts may come into the page.
_INSERTED = (_STYLE, GREETING_PARTS[SALUTATION], GREETING_PARTS[GENERAL], _REMINDER)

#: The children of a campaign that are looked at.
NAMES = frozenset(
    {"EmailContent", _STYLE, _REMINDER, "PermissionReminder", *GREETING_PARTS.values()}
)

#: What a reader sees in the same way, for text that is none of v3's template language.
_SAME: Mapping[str, str] = {"[#": "&#91;#", "${": "$&#123;", "<@": "&lt;@"}


def remarks(view: PayloadView) -> Iterator[Diagnostic]:
    """What v3 makes of the content of one campaign."""
    if not is_page(view):
        return
    # The conversion refuses what breaks; what it takes away with a tag breaks nothing.
    is_broken = view.outcome.body is None
    element = view.child("EmailContent")
    if element is not None and element.is_filled:
        content = Content(view.report, element.path, element.view())
        word = word_for(view)
        changes = html_changes(content.html, greeting_html(parts_of(view), word), word)
        if is_broken:
            yield from _broken(content)
            yield from _broken_when_changed(content, changes)
        yield from _changed(content, changes)
        yield from html_size.remarks(content, _page_of(view.outcome.attempt), _text(view, _STYLE))
    for name in _INSERTED:
        part = view.child(name)
        if part is None or not part.is_filled or not _is_inserted(view, name):
            continue
        content = Content(view.report, part.path, part.view())
        if is_broken:
            yield from _broken_part(content, part.name)
        if name != _STYLE:
            word = word_for(view)
            yield from _changed(content, fragment_changes(content.html, word))


def _is_inserted(view: PayloadView, name: str) -> bool:
    """Whether a text comes into the page."""
    if name == _REMINDER:
        wished = view.choices.permission_reminder == "paragraph"
        return wished and _text(view, "PermissionReminder") == "YES"
    named = _text(view, GREETING_PARTS[NAME]) not in ("", "None")
    return name == _STYLE or (name == GREETING_PARTS[SALUTATION]) is named


def _broken_when_changed(content: Content, changes: Sequence[HtmlChange]) -> Iterator[Diagnostic]:
    """What breaks only once something between its characters is taken away."""
    if breakages(content.html):
        return
    for each in breakages(changed_html(content.html, changes)):
        joined, added = None, 0  # characters that the changes before it have added
        for change in changes:
            if joined is None and each.start < change.start + added + len(change.text) <= each.end:
                joined = change
            added += len(change.text) - (change.end - change.start)
        if each.what in _SAME and joined is not None:
            start, end = content.view.span(joined.start, joined.end)
            yield content.report.at(
                TEMPLATE_LANGUAGE, start, end, f"without this, `{each.what}` stands here: v3 takes it for its own template language",
                label="the e-mail could not be sent", help=(TEMPLATE_LANGUAGE.how,), element=content.path,
            )  # fmt: skip


def parts_of(view: PayloadView) -> dict[str, str]:
    """The texts of the greeting that the conversion sees, by the names of the parts; empty ones for
    an activity that keeps its greeting."""
    if not is_page(view):
        return {}
    return {part: _text(view, name) for part, name in GREETING_PARTS.items()}


def word_for(view: PayloadView) -> str:
    """What stands for the name of somebody whose name is not known."""
    return word_of(parts_of(view), view.choices.greeting_word)


def _text(view: PayloadView, name: str) -> str:
    child = view.child(name)
    return child.text if child is not None else ""


def _page_of(body: Any) -> str:
    """The page in a body, new or not; empty for none."""
    found = (at(body, f"{place}/html_content") for place in (NEW, HELD))
    return next((str(each) for each in found if each is not None), "")


def is_page(view: PayloadView) -> bool:
    """Whether the content becomes the page of an activity that v3 itself makes."""
    return view.shape is not Shape.UPDATE or view.choices.format_type == PAGE_FORMAT


_TRACKING_WORDS = {
    "tracking": ("a second `[[trackingImage]]`: v3 takes one", "expected once"),
    "outside": ("`[[trackingImage]]` stands outside `<body>`", "expected inside `<body>`"),
}


def _broken(content: Content) -> Iterator[Diagnostic]:
    found = breakages(content.html)
    hidden = opaque_parts(content.html) if found else []
    for each in found:
        start, end = content.view.span(each.start, each.end)
        if each.what == "link":
            yield _long_link(content, each, (start, end))
        elif each.what in _TRACKING_WORDS:
            message, label = _TRACKING_WORDS[each.what]
            yield content.report.at(
                TRACKING_TWICE, start, end, message, label=label,
                help=(TRACKING_TWICE.how,), element=content.path,
            )  # fmt: skip
        else:
            place = _place_of(content.html, each.start, hidden)
            fixes = _written_otherwise(content, each) if place == "text" else ()
            yield content.report.at(
                TEMPLATE_LANGUAGE, start, end, f"`{each.what}` in {place}: v3 takes it for its own template language",
                label="the e-mail could not be sent", help=(TEMPLATE_LANGUAGE.how,), element=content.path,
                fixes=fixes,
            )  # fmt: skip


def _broken_part(content: Content, name: str) -> Iterator[Diagnostic]:
    """The same of a text that comes into the page."""
    for each in breakages(content.html):
        if each.what in _SAME:
            yield content.report.at(
                TEMPLATE_LANGUAGE, *content.view.span(each.start, each.end),
                f"`{each.what}` in `{name}`: v3 takes it for its own template language",
                label="the e-mail could not be sent", help=(TEMPLATE_LANGUAGE.how,), element=content.path,
            )  # fmt: skip


def _place_of(html: str, at: int, hidden: list[tuple[int, int]]) -> str:
    """Where a character stands, in words: `text`, `a tag`, `a comment, script or style sheet`."""
    if any(start <= at < end for start, end in hidden):
        return "a comment, script or style sheet"
    return "a tag" if is_in_tag(html, at) and html[at] != "<" else "text"


def _written_otherwise(content: Content, broken: HtmlBreakage) -> tuple[Fix, ...]:
    """In text, a reference shows a reader the same (not documented)."""
    edit = content.view.edit(broken.start, broken.end, _SAME[broken.what])
    if edit is None:
        return ()
    return content.report.fix(f"Write `{_SAME[broken.what]}`", edit, safety=Safety.UNSAFE)


def _long_link(content: Content, link: HtmlBreakage, span: tuple[int, int]) -> Diagnostic:
    length = len(unescape(content.html[link.start : link.end]))
    return content.report.at(
        LONG_LINK, *span, f"this link has {length:,} characters, of which v3 sends {LONGEST_LINK:,}",
        label=f"{plural(length - LONGEST_LINK, 'character')} too long", help=(LONG_LINK.how,),
        element=content.path,
    )  # fmt: skip


_RULES = {
    ChangeKind.TRACKING: TRACKING,
    ChangeKind.TRACKING_AGAIN: TRACKING,
    ChangeKind.TRACKING_ADDED: TRACKING,
    ChangeKind.GREETING: GREETING,
    ChangeKind.UNWRAPPED: UNWRAPPED,
    ChangeKind.DECLARATION: UNWRAPPED,
    ChangeKind.VARIABLE: TRANSLATED,
    ChangeKind.UNKNOWN_VARIABLE: UNKNOWN_VARIABLE,
    ChangeKind.UNKNOWN_TAG: UNKNOWN_VARIABLE,
}

#: Message and label of each kind; `{written}` is what stands there, `{text}` what comes there.
_WORDS = {
    ChangeKind.TRACKING: ("{written} becomes {text}", "v3's image that counts who opens it"),
    ChangeKind.TRACKING_AGAIN: ("a further {written} is removed", "v3 takes one image"),
    ChangeKind.TRACKING_ADDED: ("{text} is added at the end of the body", "nothing else counts who opens it"),
    ChangeKind.GREETING: ("{written} becomes {text}", "v3 makes no greeting of its own"),
    ChangeKind.UNWRAPPED: ("v3 knows no {written}: the tag goes, its content stays", "taken away"),
    ChangeKind.DECLARATION: ("v3 has no use for {written}", "taken away"),
    ChangeKind.VARIABLE: ("{written} becomes {text}", "v3's tag for it"),
    ChangeKind.UNKNOWN_VARIABLE: ("v3 has no tag for {written}, which is sent as it is", "readers would see this"),
    ChangeKind.UNKNOWN_TAG: ("{written} is a tag that v3 does not document, and is sent as it is", "readers may see this"),
}  # fmt: skip


def _changed(content: Content, changes: Sequence[HtmlChange]) -> Iterator[Diagnostic]:
    """What is changed: of a kind and text, the first place, with labels at the others."""
    groups: dict[tuple[ChangeKind, str, str], list[HtmlChange]] = {}
    for each in changes:
        is_end = each.written.startswith("</") and not each.text
        if not is_end or each.kind is not ChangeKind.GREETING:
            groups.setdefault((each.kind, each.written, each.text), []).append(each)
    for (kind, written, text), found in groups.items():
        if kind is ChangeKind.UNWRAPPED and written.startswith("</"):
            continue  # its start tag speaks for it
        rule = _rule_of(found[0], word="")
        message, label = _WORDS[kind]
        first, *others = found
        yield content.report.at(
            rule, *content.view.span(first.start, first.end), message.format(written=quoted(written), text=quoted(text)),
            label=label, help=(rule.how,), element=content.path,
            labels=[(*content.view.span(each.start, each.end), "here too") for each in others[:_LABELS]],
        )  # fmt: skip


#: Further places that a diagnostic points at.
_LABELS = 5


def _rule_of(change: HtmlChange, word: str) -> Rule:
    """The rule that speaks of a change: a tag whose name v3 does not document is a warning."""
    if change.kind is ChangeKind.VARIABLE:
        found = variables(change.written, word)
        if found and not found[0].is_documented:
            return UNKNOWN_VARIABLE
    return _RULES[change.kind]
