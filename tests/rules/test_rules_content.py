"""CT501 to CT503."""

from __future__ import annotations

import pytest
from example_documents import CAMPAIGN, document_of
from hypothesis import given
from hypothesis import strategies as st
from rule_cases import Case, applied, codes, found, guilty, run, with_own_rules

from ctct_migrate import convert, fix, lint
from ctct_migrate.api.reading import read
from ctct_migrate.payload import Shape
from ctct_migrate.rules.content import encoded_texts
from ctct_migrate.rules.content.content_places import ElementContent, decoded_once

CHECK = with_own_rules(encoded_texts.check, "CT5")

OPEN, CLOSE = "&lt;html&gt;&lt;body&gt;", "&lt;/body&gt;&lt;/html&gt;"


def _html(inner: str) -> str:
    return f"<EmailContent>{inner}</EmailContent>"


def _text(inner: str) -> str:
    return f"<EmailTextContent>{inner}</EmailTextContent>"


HTML = [
    # the classical case, in every form
    Case(_html("Test Email"), "CT501", "Test Email", _html(f"{OPEN}Test Email{CLOSE}"), safe=False),
    Case(_html("\n  Test Email\n"), "CT501", "Test Email", _html(f"\n  {OPEN}Test Email{CLOSE}\n"), safe=False),
    Case(_html("<![CDATA[<p>Hi</p>]]>"), "CT501", "<p>",
         _html("<![CDATA[<html><body><p>Hi</p></body></html>]]>"), safe=False),
    Case(_html("&lt;p&gt;Salt &amp;amp; pepper&lt;/p&gt;"), "CT501", "&lt;p&gt;",
         _html(f"{OPEN}&lt;p&gt;Salt &amp;amp; pepper&lt;/p&gt;{CLOSE}"), safe=False),
    Case(_html('<p class="a">Hi</p>'), "CT501", '<p class="a">',
         _html('<html><body><p class="a">Hi</p></body></html>'), safe=False),
    Case(_html("Hi <b>there</b>"), "CT501", "Hi ", _html("<html><body>Hi <b>there</b></body></html>"), safe=False),
    Case(_html("one <![CDATA[<b>two</b>]]> three"), "CT501", "one <![CDATA[<b>two</b>]]> three",
         _html(f"{OPEN}one <![CDATA[<b>two</b>]]> three{CLOSE}"), safe=False),
    # a part of it is there
    Case(_html("&lt;html&gt;Hi&lt;/html&gt;"), "CT501", "&lt;html&gt;", _html(f"{OPEN}Hi{CLOSE}"), safe=False),
    Case(_html("&lt;body&gt;Hi&lt;/body&gt;"), "CT501", "&lt;body&gt;", _html(f"{OPEN}Hi{CLOSE}"), safe=False),
    Case(_html(f"{OPEN}Hi"), "CT501", "&lt;html&gt;", _html(f"{OPEN}Hi{CLOSE}"), safe=False),
    Case(_html("&lt;html&gt;&lt;head&gt;&lt;/head&gt;Hi&lt;/html&gt;"), "CT501", "&lt;html&gt;",
         _html("&lt;html&gt;&lt;head&gt;&lt;/head&gt;&lt;body&gt;Hi&lt;/body&gt;&lt;/html&gt;"), safe=False),
    Case(_html("&lt;!DOCTYPE html&gt;&lt;p&gt;Hi&lt;/p&gt;"), "CT501", "&lt;!DOCTYPE html&gt;",
         _html(f"&lt;!DOCTYPE html&gt;{OPEN}&lt;p&gt;Hi&lt;/p&gt;{CLOSE}"), safe=False),
    Case(_html("<html><p>Hi</p></html>"), "CT501", "<html>"),
    Case(_html("&lt;body&gt;&lt;html&gt;Hi&lt;/html&gt;&lt;/body&gt;"), "CT501", "&lt;body&gt;"),
    # no more than forty characters, of the first line
    Case(_html("x" * 60), "CT501", "x" * 40, _html(f"{OPEN}{'x' * 60}{CLOSE}"), safe=False),
    Case(_html("one\ntwo"), "CT501", "one", _html(f"{OPEN}one\ntwo{CLOSE}"), safe=False),
    # near misses
    Case(_html(f"{OPEN}Hi{CLOSE}"), None),
    Case(_html("&lt;HTML lang='en'&gt;&lt;Body &gt;Hi&lt;/body&gt;&lt;/HTML&gt;"), None),
    Case(_html("&lt;html&gt;&lt;body&gt;Hi&lt;/body &gt;&lt;/html&gt;"), "CT501", "&lt;/body &gt;",
         _html("&lt;html&gt;&lt;body&gt;Hi&lt;/body&gt;&lt;/html&gt;")),
    Case(_html("<![CDATA[<html><body>Hi</BODY\n\t></HTML >]]>"), "CT501", "</BODY\n\t>",
         _html("<![CDATA[<html><body>Hi</BODY></HTML>]]>")),
    Case(_html("&lt;html&gt;&lt;body&gt;Hi&lt;/body&gt;&lt;/html&#32;&gt;"), "CT501", "&lt;/html&#32;&gt;",
         _html("&lt;html&gt;&lt;body&gt;Hi&lt;/body&gt;&lt;/html&gt;")),
    Case(_html("<html><body>Hi</body ></html >"), None),
    Case(_html("<![CDATA[<html><body>Hi</body></html>]]>"), None),
    Case(_html('<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'), None),
    Case(_html('<h:html xmlns:h="http://www.w3.org/1999/xhtml"><h:body>Hi</h:body></h:html>'), None),
    Case(_html("&lt;!-- a --&gt;&lt;!DOCTYPE html&gt;<html><body>Hi</body></html>"), None),
    Case(_html(f"&lt;html&gt;<![CDATA[<body>]]>Hi{CLOSE}"), None),
    Case(_html(""), None),  # the business of required
]  # fmt: skip


@pytest.mark.parametrize("case", HTML, ids=lambda case: case.id)
def test_html_content(case: Case) -> None:
    run(CHECK, case)


LACKS = [
    ("Test", "`<html>` and `<body>` are missing"),
    ("&lt;html&gt;Hi&lt;/html&gt;", "`<body>` is missing"),
    ("&lt;body&gt;Hi&lt;/body&gt;", "`<html>` is missing"),
    (f"{OPEN}Hi", "`</html>` and `</body>` are missing"),
    (f"{OPEN}Hi&lt;/html&gt;", "`</body>` is missing"),
    ("&lt;body&gt;&lt;html&gt;&lt;/html&gt;&lt;/body&gt;", "its `<html>` and `<body>` do not stand in one another"),
]  # fmt: skip


@pytest.mark.parametrize(("inner", "lack"), LACKS)
def test_the_message_says_what_is_missing(inner: str, lack: str) -> None:
    (diagnostic,) = found(CHECK, document_of(_html(inner)))
    assert diagnostic.message.endswith(f" is not a whole HTML document: {lack}")


TEXT = [
    Case(_text("Hello"), "CT502", "Hello", _text("<Text>Hello</Text>")),
    Case(_text("<![CDATA[a < b]]>"), "CT502", "a < b", _text("<Text><![CDATA[a < b]]></Text>")),
    Case(_text("Salt &amp; <b>pepper</b>"), "CT502", "Salt &amp; ", _text("<Text>Salt &amp; <b>pepper</b></Text>")),
    Case(_text("&lt;text&gt;Hi&lt;/text&gt;"), "CT502", "text", _text("&lt;Text&gt;Hi&lt;/Text&gt;")),
    Case(_text("&lt;Text&gt;Hi&lt;/TEXT&gt;"), "CT502", "Text", _text("&lt;Text&gt;Hi&lt;/Text&gt;")),
    Case(_text("<text>Hi</text>"), "CT502", "text", _text("<Text>Hi</Text>")),
    Case(_text("&lt;Text&gt;Hi\n"), "CT502", "&lt;Text&gt;", _text("&lt;Text&gt;Hi&lt;/Text&gt;\n")),
    Case(_text("&lt;Text&gt;Hi&lt;/Text&gt; there"), "CT502", "&lt;Text&gt;"),
    Case(_text("<p>Hi</p>"), "CT502", "<p>", _text("<Text><p>Hi</p></Text>")),
    Case(_text("Hi"), "CT502", "Hi", _text("<Text>Hi</Text>"), shape=Shape.UPDATE),
    Case(_text("&lt;Text&gt;Hi&lt;/Text&gt;"), None),
    Case(_text("\n&lt;Text&gt;\nHi\n&lt;/Text&gt;\n"), None),
    Case(_text("<![CDATA[<Text>Hi</Text>]]>"), None),
    Case(_text("<Text>Hi</Text>"), None),
    Case(_text('<Text xml:lang="en">Hi</Text>'), None),
    Case(_text(""), None),
]  # fmt: skip


@pytest.mark.parametrize("case", TEXT, ids=lambda case: case.id)
def test_text_content(case: Case) -> None:
    run(CHECK, case)


def test_the_wrapper_is_in_the_namespace_of_the_payload() -> None:
    data = b"""<c:Campaign xmlns:c="http://ws.constantcontact.com/ns/1.0/">
      <c:EmailTextContent>Hi</c:EmailTextContent></c:Campaign>"""
    (diagnostic,) = found(CHECK, data)
    assert b"<c:Text>Hi</c:Text>" in applied(data, diagnostic.fixes[0])


def test_a_record_needs_no_wrapper() -> None:
    (diagnostic,) = found(CHECK, document_of(_text("Hi")), Shape.RECORD)
    assert diagnostic.severity == "warning"


def _twice(text: str) -> str:
    return text.replace("&", "&amp;")


WHOLE = f"{OPEN}Salt &amp;amp; pepper, &amp;nbsp; &lt;b class=&quot;x&quot;&gt;{CLOSE}"
WRAPPED = "&lt;Text&gt;Hi&lt;/Text&gt;"

DOUBLE = [
    Case(_html(_twice(WHOLE)), "CT503", _twice(WHOLE), _html(WHOLE)),
    Case(_html(f"<![CDATA[{OPEN}Hi{CLOSE}]]>"), "CT503", f"{OPEN}Hi{CLOSE}",
         _html("<![CDATA[<html><body>Hi</body></html>]]>")),
    Case(_html(f"<![CDATA[{OPEN}a[0]]&gt;b{CLOSE}]]>"), "CT503", f"{OPEN}a[0]]&gt;b{CLOSE}"),
    Case(_text(_twice(WRAPPED)), "CT503", _twice(WRAPPED), _text(WRAPPED)),
    Case(_html(f"{OPEN}How to write &amp;lt;html&amp;gt;{CLOSE}"), None),
    Case(_text("&lt;Text&gt;use &amp;lt;b&amp;gt;&lt;/Text&gt;"), None),
]  # fmt: skip


@pytest.mark.parametrize("case", DOUBLE, ids=lambda case: case.id)
def test_content_that_is_encoded_twice(case: Case) -> None:
    run(CHECK, case)


def test_raw_html_is_told_once() -> None:
    data = document_of(_html("<p>Hi&nbsp;there<br></p>"))
    assert codes(data) == ["CT114"]


CHARACTERS = st.text(st.sampled_from("ab<>&\"';\n é\U0001f600]"), max_size=20)


@given(CHARACTERS)
def test_what_is_decoded_once_more_is_what_was_encoded_once(text: str) -> None:
    once = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert decoded_once(once) == text


@given(
    st.lists(
        st.tuples(st.sampled_from(["text", "cdata", "element"]), CHARACTERS), min_size=1, max_size=5
    )
)
def test_every_character_of_a_content_is_found_in_the_document(
    pieces: list[tuple[str, str]],
) -> None:
    inner = ""
    for form, text in pieces:
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        cdata = text.replace("]]>", "")
        inner += {"text": escaped, "cdata": f"<![CDATA[{cdata}]]>", "element": f"<b>{escaped}</b>"}[
            form
        ]
    document = read(f"<Campaign><EmailContent>{inner}</EmailContent></Campaign>".encode())
    assert document.tree is not None
    element = document.tree.elements[0]
    source = document.source.text
    read_back = ElementContent(source, element)
    for piece in read_back.pieces:
        if piece.form == "markup":
            continue
        for index, character in enumerate(piece.value, piece.offset):
            at = read_back.place(index)
            assert source[at] in (character, "&")


@given(CHARACTERS.filter(lambda text: text.strip()))
def test_any_text_can_be_made_whole(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    data = document_of(_html(escaped))
    (diagnostic,) = found(CHECK, data)
    assert diagnostic.code == "CT501"
    assert guilty(data, diagnostic)
    assert found(CHECK, applied(data, diagnostic.fixes[0])) == []


def test_markup_of_which_only_the_ends_are_encoded_still_is_restored() -> None:
    """A search and replace of `&lt;` alone."""
    data = CAMPAIGN.replace("&lt;", "<").encode()
    fixed, _ = fix(read(data))
    assert lint(read(fixed)) == []
    (before,), (after,) = convert(read(CAMPAIGN.encode())), convert(read(fixed))
    assert after.body == before.body
