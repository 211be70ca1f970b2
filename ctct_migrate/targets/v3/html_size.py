"""CT722: a page that is too large for v3, with its largest parts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.phrases import plural
from ctct_migrate.targets.v3.content_view import ContentView
from ctct_migrate.targets.v3.html_catalogue import TOO_LARGE
from ctct_migrate.targets.v3.html_changes import HtmlChange, changed_html
from ctct_migrate.targets.v3.html_composition import LARGEST
from ctct_migrate.targets.v3.target import V3

#: Parts of a page that are worth naming, by what they are called.
_PARTS = (
    ("a `data:` image", re.compile(r"\bdata:[^\"'\s)<>]+", re.IGNORECASE)),
    ("a comment", re.compile(r"<!--.*?-->", re.DOTALL)),
    ("a style sheet", re.compile(r"<style\b.*?</style\s*>", re.DOTALL | re.IGNORECASE)),
    ("a script", re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)),
)

#: Parts that a diagnostic points at.
_SHOWN = 3


def check(context: Context, view: ContentView, changes: list[HtmlChange]) -> Iterator[Diagnostic]:
    """What is too large, if it is."""
    most = V3.contract.limits("campaign", "/campaign/email_campaign_activities/0/html_content")
    style = context.field("StyleSheet")
    added = len(style.text) if style is not None else 0
    html = changed_html(view.html, changes)
    length, size = len(html) + added, len(html.encode("utf-8", "surrogatepass")) + added
    limit = most.max_length or length
    if length <= limit and size <= LARGEST:
        return
    if length > limit:
        message = f"the page has {length:,} characters, v3 allows {limit:,}"
        label = f"{plural(length - limit, 'character')} too long"
    else:
        message = f"the page has {size:,} bytes, and a whole message may have {LARGEST:,}"
        label = f"{plural(size - LARGEST, 'byte')} too large"
    start, end = view.span(0, min(len(view.html), _beginning(view.html)))
    parts = _largest(view.html)
    said = [f"{name} of {stop - begin:,} characters" for name, begin, stop in parts]
    if added > len(view.html) // 10:
        said.append(f"`StyleSheet` of {added:,} characters, which comes into the page")
    help_ = [f"the largest parts are {', '.join(said)}"] if said else []
    yield context.report.at(
        TOO_LARGE, start, end, message, label=label, help=(*help_, TOO_LARGE.how), element=context.path(view.element),
        labels=[
            (*view.span(begin, min(stop, begin + _MARKED)), f"{name} of {stop - begin:,} characters")
            for name, begin, stop in parts
        ],
    )  # fmt: skip


#: Characters of a part that are marked.
_MARKED = 30


def _beginning(html: str) -> int:
    """Where the first line of a page ends."""
    found = re.search(r"[>\n]", html)
    return found.end() if found else len(html)


def _largest(html: str) -> list[tuple[str, int, int]]:
    """The largest parts: what they are, and where they stand in the page."""
    found = [(name, *each.span()) for name, part in _PARTS for each in part.finditer(html)]
    found.sort(key=lambda each: each[1] - each[2])
    return [each for each in found[:_SHOWN] if each[2] - each[1] > len(html) // 50]
