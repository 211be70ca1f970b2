"""What `verify` takes for the same, and what it does not."""

from __future__ import annotations

from typing import Any

import pytest
from mapping_documents import body, campaign, document
from mapping_tables import TABLES

from ctct_migrate.mapping.equivalence import compared, differences, shape_of
from ctct_migrate.mapping.rows import ConversionOptions
from ctct_migrate.payload import Shape
from ctct_migrate.rules.fast import fast_path

LISTS = "".join(f"<ContactList id='http://x/ws/customers/joe/lists/{n}'/>" for n in (1, 2, 3))
CHILDREN = (
    "<EmailContent><html xmlns='http://www.w3.org/1999/xhtml'><body class='a' id='b'><p>One<br/>two</p>"
    "<!-- c --><Greeting/></body></html></EmailContent>"
)
TEXT = campaign(
    f"<ContactLists>{LISTS}</ContactLists><LastEditDate>2010-09-28T05:22:42.500Z</LastEditDate>"
    "<GreetingString>a\nb</GreetingString><ViewAsWebpage>NO</ViewAsWebpage>"
)
CHILD = campaign(CHILDREN)
CAMPAIGN = TABLES["Campaign"]

#: Properties that mean the same.
SAME: list[tuple[str, dict[str, Any]]] = [
    (TEXT, {"style_sheet": None, "reply_to_email": "", "message_footer": {"city": None}}),
    (TEXT, {"click_through_details": [], "tracking_summary": {}}),
    (TEXT, {"sent_to_contact_lists": [{"id": "3"}, {"id": "1"}, {"id": "2"}]}),
    (TEXT, {"modified_date": "2010-09-28T07:22:42.500+02:00"}),
    (TEXT, {"modified_date": "2010-09-28T05:22:42.5Z"}),
    (TEXT, {"greeting_string": "a\r\nb"}),
    (TEXT, {"text_content": "<text>Hello</text>"}),
    (TEXT, {"text_content": "<Text>Hello</Text>\r\n"}),
    (CHILD, {"email_content": '<html><body id="b" class="a"><p>One<br>two</p><!-- c --><Greeting /></body></html>'}),
    (CHILD, {"email_content": "<html xmlns='http://www.w3.org/1999/xhtml'><body class='a' id='b'><p>One<br />two</p><!-- c --><Greeting/></body></html>"}),
]  # fmt: skip

#: Properties that do not, and the pointer and kind of the difference.
OTHER: list[tuple[str, dict[str, Any], str, str]] = [
    (TEXT, {"subject": "flowers"}, "/subject", "different"),
    (TEXT, {"subject": None}, "/subject", "missing"),
    (TEXT, {"greeting_name": "NONE"}, "/greeting_name", "unexpected"),
    (TEXT, {"is_view_as_webpage_enabled": None}, "/is_view_as_webpage_enabled", "missing"),
    (TEXT, {"is_view_as_webpage_enabled": True}, "/is_view_as_webpage_enabled", "different"),
    (TEXT, {"is_view_as_webpage_enabled": "false"}, "/is_view_as_webpage_enabled", "different"),
    (TEXT, {"is_view_as_webpage_enabled": 0}, "/is_view_as_webpage_enabled", "different"),
    (TEXT, {"sent_to_contact_lists": [{"id": "1"}, {"id": "2"}]}, "/sent_to_contact_lists/2/id", "missing"),
    (TEXT, {"sent_to_contact_lists": [{"id": str(n)} for n in (1, 2, 3, 4)]}, "/sent_to_contact_lists/3/id", "unexpected"),
    (TEXT, {"sent_to_contact_lists": [{"id": "1"}, {"id": 2}, {"id": "3"}]}, "/sent_to_contact_lists/1/id", "different"),
    (TEXT, {"sent_to_contact_lists": "1,2,3"}, "/sent_to_contact_lists", "different"),
    (TEXT, {"modified_date": "2010-09-28T05:22:42.501Z"}, "/modified_date", "different"),
    (TEXT, {"modified_date": "2010-09-28 05:22:42.5Z"}, "/modified_date", "different"),
    (TEXT, {"text_content": "<Text>Hello"}, "/text_content", "different"),
    (TEXT, {"greeting_string": "<text>a\nb</text>"}, "/greeting_string", "different"),
    (TEXT, {"email_content": "<html><body >Hello</body></html>"}, "/email_content", "different"),
    (TEXT, {"message_footer": {"city": "Boston"}}, "/message_footer/city", "unexpected"),
    (TEXT, {"subjekt": "Flowers"}, "/subjekt", "unexpected"),
    (CHILD, {"email_content": "<html><body class='a' id='b'><p>One two</p><!-- c --><Greeting/></body></html>"}, "/email_content", "different"),
    (CHILD, {"email_content": "<html><body class='a'><p>One<br>two</p><!-- c --><Greeting/></body></html>"}, "/email_content", "different"),
    (CHILD, {"email_content": "<html><body class='a' id='b'><p>One<br>two</p><!-- d --><Greeting/></body></html>"}, "/email_content", "different"),
]  # fmt: skip


def found(text: str, given: Any) -> list[Any]:
    held, options = document(text), ConversionOptions(Shape.RECORD)
    (place,) = fast_path.outcomes(held, options)
    return list(differences(held, place, CAMPAIGN, options, given))


@pytest.mark.parametrize(("text", "changes"), SAME)
def test_what_means_the_same(text: str, changes: dict[str, Any]) -> None:
    assert found(text, {**body(text, "record"), **changes}) == []


@pytest.mark.parametrize(("text", "changes", "pointer", "kind"), OTHER)
def test_what_does_not(text: str, changes: dict[str, Any], pointer: str, kind: str) -> None:
    reported = [each.difference for each in found(text, {**body(text, "record"), **changes})]
    assert [(each.pointer, str(each.kind)) for each in reported] == [(pointer, kind)]


def test_differences_are_shown_where_the_xml_says_it() -> None:
    text = campaign("<GreetingString>Hi</GreetingString><OrganizationCity/>")
    given = {**body(text, "record"), "greeting_string": "Ho", "from_name": None, "x": 1}
    given["message_footer"] = {"city": "Boston"}
    held = document(text)
    reported = {
        each.difference.pointer: (
            held.source.data[each.span.start.offset : each.span.end.offset].decode(),
            each.element.name,
        )
        for each in found(text, given)
    }
    assert reported == {
        "/greeting_string": ("Hi", "GreetingString"),
        "/from_name": ("Joe", "FromName"),
        "/x": ("Campaign", "Campaign"),
        "/message_footer/city": ("", "OrganizationCity"),
    }


@pytest.mark.parametrize("given", [None, [], "x", 5, {}])
def test_a_body_that_is_none_lacks_everything(given: Any) -> None:
    reported = [each.difference.pointer for each in found(TEXT, given)]
    if given in (None, [], {}):
        assert {"/name", "/subject", "/sent_to_contact_lists/0/id"} <= {*reported}
    else:
        assert reported == [""]


def test_deep_json_and_deep_html_do_no_harm() -> None:
    deep: Any = "x"
    for _ in range(5_000):
        deep = [deep]
    expected = body(CHILD, "record")
    (one,) = compared(CAMPAIGN, expected, {**expected, "deep": deep})
    assert one.pointer == "/deep" + "/0" * 5_000
    (held,) = fast_path.outcomes(document(CHILD), ConversionOptions())
    html = {**expected, "email_content": "<html><body>" + "<div>" * 20_000}
    (one,) = compared(CAMPAIGN, expected, html, held.payload)
    assert one.pointer == "/email_content"
    blank = {**expected, "email_content": " "}
    assert len(compared(CAMPAIGN, expected, blank, held.payload)) == 1
    surrogate = {**expected, "email_content": "<html>\ud800"}
    assert len(compared(CAMPAIGN, expected, surrogate, held.payload)) == 1


SHAPES = [
    ({"name": "a"}, Shape.CREATE),
    ({"name": "a", "status": None, "id": ""}, Shape.CREATE),
    ({"name": "a", "surprise": 1}, Shape.CREATE),
    ({"name": "a", "id": "5"}, Shape.UPDATE),
    ({"name": "a", "id": "5", "status": "DRAFT"}, Shape.RECORD),
    ({"name": "a", "tracking_summary": {"sends": 0}}, Shape.RECORD),
]


@pytest.mark.parametrize(("given", "shape"), SHAPES)
def test_the_shape_is_told_from_the_body(given: dict[str, Any], shape: Shape) -> None:
    assert shape_of(TABLES["Campaign"], given) is shape
