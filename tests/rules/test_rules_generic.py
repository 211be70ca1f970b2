"""What an XSD says is reported for every resource, with no row in any table.

Documents of each resource are made from its XSD; what is broken in them is found at its place.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate import Diagnostic, Safety, Shape, lint, read
from ctct_migrate.resources import RESOURCES, Resource
from ctct_migrate.resources.resource import ATOM_NAMESPACE
from ctct_migrate.rules.fast.fast_path import is_clean
from ctct_migrate.rules.linting import inspect
from ctct_migrate.rules.registry import find
from ctct_migrate.v1 import ElementFact, TypeKind, vocabulary

LIST = """\
<?xml version="1.0" encoding="UTF-8"?>
<entry xmlns="http://www.w3.org/2005/Atom">
  <id>http://api.constantcontact.com/ws/customers/joe/lists/7</id>
  <title type="text">Gardeners</title>
  <updated>2010-11-13T20:03:35.000Z</updated>
  <author><name>Constant Contact</name></author>
  <content type="application/vnd.ctct+xml">
    <ContactList xmlns="http://ws.constantcontact.com/ns/1.0/" id="http://api.constantcontact.com/ws/customers/joe/lists/7">
      <OptInDefault>true</OptInDefault>
      <Name>Gardeners</Name>
      <SortOrder>99</SortOrder>
    </ContactList>
  </content>
</entry>
"""


def _said(text: str, shape: Shape | None = None) -> list[Diagnostic]:
    return lint(read(text.encode()), shape)


def _with(old: str, new: str) -> str:
    assert old in LIST
    return LIST.replace(old, new)


def test_the_list_is_right() -> None:
    for shape in (None, *Shape):
        assert _said(LIST, shape) == []


CASES = [
    ("<OptInDefault>true<", "<OptInDefault>maybe<", "CT300", "`maybe` is neither true nor false", None),
    ("<OptInDefault>true<", "<OptInDefault>YES<", "CT300", "`YES` is neither true nor false", "true"),
    ("<OptInDefault>true<", "<OptInDefault>flase<", "CT300", "`flase` is neither true nor false", "false"),
    ("<SortOrder>99<", "<SortOrder>many<", "CT300", "`many` is not a whole number, 0 or more", None),
    ("<SortOrder>99<", "<SortOrder>1,234<", "CT300", "`1,234` is not a whole number, 0 or more", "1234"),
    ("<SortOrder>99<", "<SortOrder>-1<", "CT300", "`-1` is not a whole number, 0 or more", None),
    ("<SortOrder>99<", "<SortOrder>9007199254740992<", "CT300", "`9007199254740992` is larger than v1 allows", None),
    ("<SortOrder>99</SortOrder>", "<Members id='x'><Name>A</Name></Members>", "CT307", None, None),
    ("<SortOrder>99</SortOrder>", "<DisplayOnSignup>perhaps</DisplayOnSignup>", "CT300", "`perhaps` is neither Yes nor No", None),
    ("<Name>Gardeners<", f"<Name>{'x' * 300}<", "CT300", "`Name` is 300 characters long, v1 allows 255", None),
    ("<Name>Gardeners</Name>", "<Name/>", "CT400", "`Name` is empty", "Gardeners"),
    ("<Name>Gardeners</Name>", "", "CT400", "`ContactList` has no `Name`", "Gardeners"),
    ("<Name>Gardeners<", "<Name>Salt &amp;amp; pepper<", "CT504", "`&amp;amp;` is encoded twice", "&amp;"),
    ('joe/lists/7"', 'joe/campaigns/7"', "CT319", None, "http://api.constantcontact.com/ws/customers/joe/lists/7"),
    ('id="http://api.constantcontact.com/ws/customers/joe/lists/7"', 'id="7"', "CT319", "`7` is not the URI of a contact list", "http://api.constantcontact.com/ws/customers/joe/lists/7"),
    ("<SortOrder>99</SortOrder>", "<link rel='edit'/>", "CT400", "`link` has no `href`", None),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "message", "written"), CASES)
@pytest.mark.parametrize("shape", [None, Shape.CREATE])
def test_what_is_wrong_with_a_list_is_told(
    old: str, new: str, code: str, message: str | None, written: str | None, shape: Shape | None
) -> None:
    found = [each for each in _said(_with(old, new), shape) if each.code == code]
    (diagnostic,) = found
    if message is not None:
        assert diagnostic.message == message
    assert diagnostic.label
    assert diagnostic.help
    assert "the campaign" not in f"{diagnostic.message}{diagnostic.label}{diagnostic.help}".lower()
    texts = [edit.text for fix in diagnostic.fixes[:1] for edit in fix.edits]
    assert any(written in text for text in texts) if written is not None else texts == []


def test_a_flag_in_the_words_of_another_is_certain() -> None:
    (diagnostic,) = _said(_with("<OptInDefault>true<", "<OptInDefault>Yes<"))
    assert diagnostic.fixes[0].safety is Safety.SAFE
    (near,) = _said(_with("<OptInDefault>true<", "<OptInDefault>ture<"))
    assert near.fixes[0].safety is Safety.UNSAFE


def test_a_value_that_only_the_server_writes_does_not_stop_a_conversion() -> None:
    (diagnostic,) = _said(
        _with("<SortOrder>99</SortOrder>", "<ContactCount>some</ContactCount>"), Shape.CREATE
    )
    assert diagnostic.code == "CT300"
    assert not diagnostic.stops_conversion


# -- every resource, from its XSD -----------------------------------------------------------------


def _leaves() -> list[tuple[str, ElementFact]]:
    """The children of each payload whose text is held to something."""
    found = []
    for name in RESOURCES:
        for child in vocabulary().children(name):
            fact = vocabulary().element(name, child)
            if fact is None or fact.namespace == ATOM_NAMESPACE:
                continue
            if fact.type is not None and not fact.accepts("\u2603 no value"):
                found.append((name, fact))
    return found


@pytest.mark.parametrize(
    ("resource", "fact"), _leaves(), ids=lambda each: each if isinstance(each, str) else each.path
)
def test_a_value_that_the_schema_refuses_is_told_at_its_place(
    resource: str, fact: ElementFact
) -> None:
    space = RESOURCES[resource].tag.rpartition("}")[0].lstrip("{")
    namespace = f' xmlns="{space}"' if space else ""
    text = f"<{resource}{namespace}><{fact.name}>\u2603 no value</{fact.name}></{resource}>"
    said = [each for each in _said(text) if each.element == f"{resource}/{fact.name}"]
    assert len(said) == 1
    assert said[0].code != "CT399"
    start = said[0].span.start.offset
    assert text.encode()[start : said[0].span.end.offset].decode() == "\u2603 no value"
    assert fact.type is not None
    if fact.type.kind is TypeKind.ENUMERATION and len(fact.enumeration) < 8:
        assert all(
            value.value in said[0].label for value in fact.enumeration if value.spelling_of is None
        )


@pytest.mark.parametrize("resource", RESOURCES)
def test_what_the_schema_requires_is_told_to_be_missing(resource: str) -> None:
    space = RESOURCES[resource].tag.rpartition("}")[0].lstrip("{")
    namespace = f' xmlns="{space}"' if space else ""
    said = _said(f"<{resource}{namespace}></{resource}>", Shape.CREATE)
    places = {each.element.rpartition("/")[2] for each in said if each.code.startswith("CT4")}
    required = {name for name, when in vocabulary().required(resource).items() if "=" not in when}
    assert required <= places


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=lambda each: each.name)
def test_each_code_that_words_something_is_in_the_catalogue(resource: Resource) -> None:
    for code in (*resource.wording.values(), *resource.missing.values()):
        assert find(code) is not None


# -- the fast path --------------------------------------------------------------------------------

TEXTS = st.sampled_from([
    "true", "false", "Yes", "No", "99", "", " ", "many", "a &amp;amp; b", "x" * 256, "2010-09-28T05:22:42Z",
    "0001-01-01T00:00:00Z", "<b/>", "<!-- -->7",
])  # fmt: skip


@given(
    st.dictionaries(st.sampled_from(vocabulary().children("ContactList")), TEXTS),
    st.sampled_from(Shape),
)
def test_nothing_is_said_of_a_list_that_takes_the_fast_path(
    chosen: dict[str, str], shape: Shape
) -> None:
    fields = {"Name": "Gardeners", **chosen}
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in fields.items())
    start, end = LIST.index("<OptInDefault>"), LIST.index("    </ContactList>")
    document = read((LIST[:start] + inner + LIST[end:]).encode())
    if is_clean(document, shape):
        assert inspect(document, shape) == []


def test_a_right_list_takes_the_fast_path() -> None:
    for shape in (None, *Shape):
        assert is_clean(read(LIST.encode()), shape)
