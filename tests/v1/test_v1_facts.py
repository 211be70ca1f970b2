"""`accepts` judges a value as both XSD engines do."""

from itertools import product

import pytest
import second_engine
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ctct_migrate.v1 import vocabulary

CTCT = "http://ws.constantcontact.com/ns/1.0/"
LEAVES = [
    fact
    for fact in vocabulary().walk("Campaign")
    if fact.type is not None and fact.namespace == CTCT and fact.path != "Name"
]


def campaign_with(fact, text):
    """A campaign that holds `text` at the fact's path, and what that takes around it."""
    root = etree.Element(f"{{{CTCT}}}Campaign", nsmap={None: CTCT})
    etree.SubElement(root, f"{{{CTCT}}}Name").text = "Sale"
    element = root
    for name in fact.path.split("/"):
        element = etree.SubElement(element, f"{{{CTCT}}}{name}")
    element.text = text
    return root


def agree(fact, text):
    root = campaign_with(fact, text)
    judged = fact.accepts(text)
    assert vocabulary().is_valid(root) == judged, (fact.path, text)
    assert second_engine.is_valid(root) == judged, (fact.path, text)


#: Values near what is right somewhere, with the ways in which they go wrong.
TELLING = [
    "", " ", "YES", "yes", " NO ", "None", "FirstName", "Draft", "ARCHIVE PENDING", "archive  pending",
    "Archive_Pending", "MA", "ma", "ON", "us", "USA", "U1", "U", "a1B", "HTML", "html", "STOCK", "Published",
    "0", "007", "-1", "+1", "9007199254740991", "9007199254740992", "1e3", "٣", "joe@example.com", "joe@",
    "a b@c", "2009-10-19T18:34:53.105Z", "2009-10-19T18:34:53.1234567Z", "2009-02-30T00:00:00Z",
    "2012-02-29T23:59:59+14:00", "2012-02-29T23:59:59+14:01", "2012-02-29T24:00:00Z", "0000-01-01T00:00:00Z",
    "2012-02-29 23:59:59Z", " 2012-02-29T23:59:59-00:00\n", "x\u00a0y",
]  # fmt: skip


@pytest.mark.parametrize("fact", LEAVES, ids=lambda fact: fact.path)
def test_telling_values_are_judged_as_both_engines_judge_them(fact):
    for text in TELLING:
        agree(fact, text)


@given(st.data())
def test_any_value_is_judged_as_both_engines_judge_it(data):
    fact = data.draw(st.sampled_from(LEAVES))
    near = [value.value for value in fact.enumeration] or TELLING
    text = data.draw(
        st.one_of(
            st.sampled_from(near),
            st.tuples(st.sampled_from(near), st.sampled_from(" \tx0Z-")).map("".join),
            st.from_regex(r"\A[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z\Z"),
            st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12),
        )
    )
    agree(fact, text)


@pytest.mark.parametrize("text", ["\u00a0", "YES\u00a0", "\u2003NO"])
def test_white_space_that_is_not_xmls_is_no_white_space(text):
    """xmlschema drops it, which XML Schema does not allow; libxml2 is right."""
    fact = vocabulary().element("Campaign", "ViewAsWebpage")
    assert not fact.accepts(text)
    assert not vocabulary().is_valid(campaign_with(fact, text))


URI = "http://api.constantcontact.com/ws/customers/joe/"
TAILS = ["campaigns", "campaigns/1", "lists/1", "lists/active", "settings/emailaddresses/3", "lists/x",
         "campaigns/1/schedules", "campaigns/1/schedules/1", "campaigns/1/schedules/2", ""]  # fmt: skip
HOLDERS = [
    ("Campaign", "", '<Campaign xmlns="{}" id="{}"><Name>x</Name></Campaign>'),
    (
        "Campaign",
        "ContactLists/ContactList",
        '<Campaign xmlns="{}"><Name>x</Name><ContactLists><ContactList id="{}"/></ContactLists>'
        "</Campaign>",
    ),
    (
        "Campaign",
        "FromEmail/Email",
        '<Campaign xmlns="{}"><Name>x</Name><FromEmail><Email id="{}"/></FromEmail></Campaign>',
    ),
    (
        "Campaign",
        "Urls/Url",
        '<Campaign xmlns="{}"><Name>x</Name><Urls><Url id="{}"/></Urls></Campaign>',
    ),
    (
        "Schedule",
        "",
        '<Schedule xmlns="{}" id="{}"><ScheduledTime>2010-11-13T20:03:35Z</ScheduledTime>'
        "</Schedule>",
    ),
]


@pytest.mark.parametrize(("root", "path", "document"), HOLDERS)
def test_an_attributes_values_are_judged_as_both_engines_judge_them(root, path, document):
    attribute = vocabulary().element(root, path).attribute("id")
    values = [start + tail for start, tail in product(["", URI, "data:,"], TAILS)]
    judged = [attribute.type.accepts(value) for value in values]
    roots = [etree.fromstring(document.format(CTCT, value)) for value in values]
    assert judged == [vocabulary().is_valid(each) for each in roots]
    assert judged == [second_engine.is_valid(each) for each in roots]
    assert True in judged
    assert False in judged


def test_where_markup_may_stand_any_text_may():
    assert vocabulary().element("Campaign", "EmailContent").accepts("Test Email")


def test_where_elements_stand_only_white_space_may():
    fact = vocabulary().element("Campaign", "FromEmail")
    assert fact.accepts(" \n")
    assert not fact.accepts("joe@example.com")


def test_a_documentation_is_a_meaning_and_an_origin():
    fact = vocabulary().element("Campaign", "GreetingName")
    assert fact.documentation == f"{fact.meaning} ({fact.origin})"
    assert fact.origin == "reference, v1-atom, Campaign"
