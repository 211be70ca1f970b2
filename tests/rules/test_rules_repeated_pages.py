"""CT380: a second HTML page in a campaign's HTML."""

from __future__ import annotations

import re

import pytest
from example_documents import CAMPAIGN
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate import convert, fix, lint, read
from ctct_migrate.resources.campaign.page_starts import repeated_start

PAGE = "<html><body>Hi</body></html>"


def encoded(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def with_content(inside: str) -> bytes:
    html = f"<EmailContent>{inside}</EmailContent>"
    return re.sub("(?s)<EmailContent>.*</EmailContent>", lambda _: html, CAMPAIGN).encode()


def places(data: bytes) -> list[tuple[str, str, list[str]]]:
    """Code, guilty text and related texts of what is reported."""

    def of(span: object) -> str:
        return data[span.start.offset : span.end.offset].decode()  # type: ignore[attr-defined]

    return [
        (each.code, of(each.span), [of(label.span) for label in each.labels])
        for each in lint(read(data))
    ]


TWO = {
    "one after the other": (PAGE + PAGE, "<html>", "<html>"),
    "a page in a page": (
        f"<html><body>{PAGE.replace('html>', 'HTML>')}</body></html>",
        "<HTML>",
        "<html>",
    ),
    "with attributes": (
        f"<!DOCTYPE html>{PAGE}<html\nlang='en'><body>Hi</body></html>",
        "<html\nlang='en'>",
        "<html>",
    ),
    "a second body": (
        "<html><body class='a'>Hi</body><body id='b'>Ho</body></html>",
        "<body id='b'>",
        "<body class='a'>",
    ),
    "three pages": (PAGE * 3, "<html>", "<html>"),
    "after what only one program sees": (
        f"<!--[if mso]><html><![endif]-->{PAGE}<p>and</p>{PAGE}",
        "<html>",
        "<html>",
    ),
}


@pytest.mark.parametrize("name", TWO)
@pytest.mark.parametrize("form", [encoded, "<![CDATA[{}]]>".format], ids=["encoded", "cdata"])
def test_the_second_page_is_shown(name: str, form) -> None:
    html, second, first = TWO[name]
    write = encoded if form is encoded else str
    data = with_content(form(html))
    assert places(data) == [("CT380", write(second), [write(first)])]
    assert fix(read(data))[0] == data
    (payload,) = convert(read(data))
    assert payload.body["email_content"] == html


def test_pages_that_stand_there_as_elements() -> None:
    for html in (PAGE + PAGE, f"<html><body>{PAGE}</body></html>"):
        data = with_content(html)
        assert places(data) == [("CT380", "<html>", ["<html>"])]
        (found,) = lint(read(data))
        assert found.span.start.offset == data.rindex(b"<html>")
    assert places(with_content(PAGE)) == []


ONE = {
    "comments": "<html><!-- <html> --><body>Hi<!-- <body> --></body></html>",
    "conditional comments": "<!--[if IE]><html class='ie'><![endif]--><!--[if !IE]><!--><html><!--<![endif]--><body>Hi</body></html>",
    "scripts and styles": "<html><head><style>/* <html> */</style><title><body></title></head><body>Hi<script>var a = '<html><body>'</script></body></html>",
    "values of attributes": "<html><body><p title='<html>'>Hi</p><p title='a <body> tag'></p></body></html>",
    "other names": "<html><body>Hi<html5></html5><bodytext>Ho</bodytext></body></html>",
    "texts": "<html><body>Write &lt;html&gt; and &lt;body&gt;</body></html>",
}


@pytest.mark.parametrize("name", ONE)
def test_one_page_is_one_page(name: str) -> None:
    assert places(with_content(encoded(ONE[name]))) == []


def test_what_is_no_whole_page_is_said_to_be_that_alone() -> None:
    codes = [code for code, _, _ in places(with_content(encoded("<html><p>Hi</p><html>")))]
    assert codes == ["CT501"]


@given(
    st.lists(
        st.sampled_from(["<html>", "<HTML a='", "'>", "<body>", "<!--", "-->", "<style>",
                         "</style>", "text", ">", "<", "</html>", "\u0130"]), max_size=12
    ).map("".join)
)  # fmt: skip
def test_a_repeated_start_is_where_it_is_said_to_be(html: str) -> None:
    found = repeated_start(html)
    if found is None:
        return
    for place in (found.first, found.second):
        assert html[slice(*place)].lower().startswith(f"<{found.name}")
    assert found.first[1] <= found.second[0]
    assert repeated_start(html[: found.second[0]]) is None or found.name == "body"
