"""CT380: a second HTML page in a campaign's HTML."""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources.campaign.html_content import is_whole
from ctct_migrate.resources.campaign.page_starts import (
    has_repeated_element,
    repeated_element,
    repeated_start,
)
from ctct_migrate.rules.content.content_places import ElementContent
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.values.meanings import untroubled

SECOND_PAGE = Rule(
    "CT380", "second-page", Severity.WARNING,
    summary="A second HTML page in EmailContent",
    why="The servers take it as it is. A mail program shows one page: it reads the second `<html>` or `<body>` as if it were not there, so that both pages stand below each other, and the title and the styles of the second one stand in the text, or are lost.",
    bad="<EmailContent>&lt;html&gt;&lt;body&gt;Hi&lt;/body&gt;&lt;/html&gt;&lt;html&gt;&lt;body&gt;Hello&lt;/body&gt;&lt;/html&gt;</EmailContent>",
    good="<EmailContent>&lt;html&gt;&lt;body&gt;Hi Hello&lt;/body&gt;&lt;/html&gt;</EmailContent>",
    how="Take one of the pages out, or put what is in the second body into the first, and its styles into the first head.",
    fact="HTML, 13.2.6.4.7: the in body insertion mode, start tags html and body",
)  # fmt: skip

RULES = (SECOND_PAGE,)


def check(context: Context) -> Iterator[Diagnostic]:
    """Where the second page begins, of content that is whole otherwise."""
    element = context.field("EmailContent")
    if element is None or not element.closed or not untroubled(context, element.start, element.end):
        return
    if element.has_elements:
        found = _among_elements(element) if _may_be_among_elements(context, element) else None
    else:
        found = _in_text(ElementContent(context.source.text, element))
    if found is None:
        return
    name, first, second = found
    yield context.report.at(
        SECOND_PAGE, *second, f"a second page begins with this `<{name}>`", label=f"expected one `<{name}>`",
        help=(SECOND_PAGE.how,), element=context.path(element), labels=[(*first, "the first one")],
    )  # fmt: skip


_Found = tuple[str, tuple[int, int], tuple[int, int]] | None


def _may_be_among_elements(context: Context, element: Element) -> bool:
    """Whether there can be one, which libxml2's tree says sooner than the located one, where there is one."""
    document = context.document
    return document.root is None or has_repeated_element(document.node(element.number))


def _among_elements(element: Element) -> _Found:
    inner = list(element.walk())[1:]
    numbers = repeated_element(each.name for each in inner)
    if numbers is None:
        return None
    first, second = (inner[number] for number in numbers)
    return second.name, (first.start, first.open_end), (second.start, second.open_end)


def _in_text(content: ElementContent) -> _Found:
    found = repeated_start(content.value)
    if found is None or not is_whole(content.value):
        return None
    return found.name, content.span(*found.first), content.span(*found.second)
