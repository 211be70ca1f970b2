"""CT720 to CT728: what v3 refuses, breaks on, or gets changed, of the HTML of a campaign.

What is found, and what stands in its place, says `html_changes`, as for the conversion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import unescape

from ctct_migrate.diagnostics import Diagnostic, Fix, Rule, Safety
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.content.content_places import ElementContent
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.phrases import plural, quoted
from ctct_migrate.targets.v3 import html_size
from ctct_migrate.targets.v3.content_view import ContentView, content_view
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
    html_changes,
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
from ctct_migrate.targets.v3.personal_tags import variables

__all__ = ["RULES", "check"]

#: The elements whose texts come into the page, by the names of the parts.
_PARTS = {SALUTATION: "GreetingSalutation", NAME: "GreetingName", GENERAL: "GreetingString"}

#: What a reader sees in the same way, for text that is none of v3's template language.
_SAME: Mapping[str, str] = {"[#": "&#91;#", "${": "$&#123;", "<@": "&lt;@"}


def check(context: Context) -> Iterator[Diagnostic]:
    """What v3 makes of the content of one campaign."""
    if context.shape is Shape.RECORD or not _is_page(context):
        return
    element = context.field("EmailContent")
    if element is not None and element.children:
        view = content_view(context, element)
        parts = {part: context.text(name) or "" for part, name in _PARTS.items()}
        word = word_of(parts, context.choices.greeting_word)
        changes = html_changes(view.html, greeting_html(parts, word), word)
        yield from _broken(context, view)
        yield from _changed(context, view, changes)
        yield from html_size.check(context, view, changes)
    for name in ("StyleSheet", "GreetingSalutation", "GreetingString"):
        part = context.field(name)
        if part is not None and part.children:
            yield from _broken_part(context, part)


def _is_page(context: Context) -> bool:
    """Whether the content becomes the page of an activity that v3 itself makes."""
    return context.shape is not Shape.UPDATE or context.choices.format_type == PAGE_FORMAT


def _broken(context: Context, view: ContentView) -> Iterator[Diagnostic]:
    hidden = opaque_parts(view.html)
    for each in breakages(view.html):
        start, end = view.span(each.start, each.end)
        if each.what == "link":
            yield _long_link(context, view, each, (start, end))
        elif each.what == "tracking":
            yield context.report.at(
                TRACKING_TWICE, start, end, "a second `[[trackingImage]]`: v3 takes one", label="expected once",
                help=(TRACKING_TWICE.how,), element=context.path(view.element),
            )  # fmt: skip
        else:
            place = _place_of(view.html, each.start, hidden)
            fixes = _written_otherwise(context, view, each) if place == "text" else ()
            yield context.report.at(
                TEMPLATE_LANGUAGE, start, end, f"`{each.what}` in {place}: v3 takes it for its own template language",
                label="the e-mail could not be sent", help=(TEMPLATE_LANGUAGE.how,), element=context.path(view.element),
                fixes=fixes,
            )  # fmt: skip


def _broken_part(context: Context, element: Element) -> Iterator[Diagnostic]:
    """The same of a text that comes into the page."""
    content = ElementContent(context.source.text, element)
    for each in breakages(content.value):
        if each.what in _SAME:
            yield context.report.at(
                TEMPLATE_LANGUAGE, *content.span(each.start, each.end),
                f"`{each.what}` in `{element.name}`: v3 takes it for its own template language",
                label="the e-mail could not be sent", help=(TEMPLATE_LANGUAGE.how,), element=context.path(element),
            )  # fmt: skip


def _place_of(html: str, at: int, hidden: list[tuple[int, int]]) -> str:
    """Where a character stands, in words: `text`, `a tag`, `a comment, script or style sheet`."""
    if any(start <= at < end for start, end in hidden):
        return "a comment, script or style sheet"
    opened, closed = html.rfind("<", 0, at), html.rfind(">", 0, at)
    return "a tag" if opened > closed and html[at] != "<" else "text"


def _written_otherwise(
    context: Context, view: ContentView, broken: HtmlBreakage
) -> tuple[Fix, ...]:
    """In text, a reference shows a reader the same (not documented)."""
    edit = view.edit(broken.start, broken.end, _SAME[broken.what])
    if edit is None:
        return ()
    return context.report.fix(f"Write `{_SAME[broken.what]}`", edit, safety=Safety.UNSAFE)


def _long_link(
    context: Context, view: ContentView, link: HtmlBreakage, span: tuple[int, int]
) -> Diagnostic:
    length = len(unescape(view.html[link.start : link.end]))
    return context.report.at(
        LONG_LINK, *span, f"this link has {length:,} characters, of which v3 sends {LONGEST_LINK:,}",
        label=f"{plural(length - LONGEST_LINK, 'character')} too long", help=(LONG_LINK.how,),
        element=context.path(view.element),
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
    ChangeKind.DECLARATION: ("v3 has no use for{written}", "taken away"),
    ChangeKind.VARIABLE: ("{written} becomes {text}", "v3's tag for it"),
    ChangeKind.UNKNOWN_VARIABLE: ("v3 has no tag for {written}, which is sent as it is", "readers would see this"),
    ChangeKind.UNKNOWN_TAG: ("{written} is a tag that v3 does not document, and is sent as it is", "readers may see this"),
}  # fmt: skip


def _changed(
    context: Context, view: ContentView, changes: list[HtmlChange]
) -> Iterator[Diagnostic]:
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
        yield context.report.at(
            rule, *view.span(first.start, first.end), message.format(written=quoted(written), text=quoted(text)),
            label=label, help=(rule.how,), element=context.path(view.element),
            labels=[(*view.span(each.start, each.end), "here too") for each in others[:_LABELS]],
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
