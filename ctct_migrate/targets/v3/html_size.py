"""CT722: a page that is too large for v3, with its largest parts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.rules.content.content_view import ContentView
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.phrases import plural
from ctct_migrate.targets.v3.html_catalogue import TOO_LARGE
from ctct_migrate.targets.v3.html_composition import LARGEST
from ctct_migrate.targets.v3.target import V3

#: Parts of a page that are worth naming, by what they are called.
_PARTS = (
    ("a `data:` image", late_compile(r"\bdata:[^\"'\s)<>]+", re.IGNORECASE)),
    ("a comment", late_compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)),
    ("a style sheet", late_compile(r"<style\b.*?(?:</style\s*+>|\Z)", re.DOTALL | re.IGNORECASE)),
    ("a script", late_compile(r"<script\b.*?(?:</script\s*+>|\Z)", re.DOTALL | re.IGNORECASE)),
)

#: Characters up to which nothing is too large, whatever is changed.
_SMALL = 20_000

#: Characters up to which no page is too large.
_SMALL = 50_000

#: Parts that a diagnostic points at.
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Content:
    """The HTML of a campaign: how to report on it, the path of its element, and where it stands."""

    report: Reporter
    path: str
    view: ContentView

    @property
    def html(self) -> str:
        """The HTML."""
        return self.view.html


def remarks(content: Content, page: str, style: str) -> Iterator[Diagnostic]:
    """What is too large, if it is: `page` is what was made of the content, `style` the style sheet
    that came into it."""
    if len(page) < _SMALL:
        return
    most = V3.contract.limits("campaign", "/campaign/email_campaign_activities/0/html_content")
    length, size = len(page), len(page.encode("utf-8", "surrogatepass"))
    limit = most.max_length or length
    if length <= limit and size <= LARGEST:
        return
    view, added = content.view, len(style)
    if length > limit:
        message = f"the page has {length:,} characters, v3 allows {limit:,}"
        label = f"{plural(length - limit, 'character')} too long"
    else:
        message = f"the page has {size:,} bytes, and a whole message may have {LARGEST:,}"
        label = f"{plural(size - LARGEST, 'byte')} too large"
    start, end = view.span(0, min(len(view.html), _beginning(view.html)))
    parts = _largest(view.html)
    said = [f"{name} of {stop - begin:,} characters" for name, begin, stop in parts]
    if added > len(view.html) // 10 or (added and length - added <= limit < length):
        said.append(f"`StyleSheet` of {added:,} characters, which comes into the page")
    help_ = [f"the largest parts are {', '.join(said)}"] if said else []
    yield content.report.at(
        TOO_LARGE, start, end, message, label=label, help=(*help_, TOO_LARGE.how), element=content.path,
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
