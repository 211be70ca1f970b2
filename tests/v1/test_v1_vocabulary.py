"""What the vocabulary answers, and that it answers from the XSDs it is given."""

import shutil

import pytest
from lxml import etree

from ctct_migrate.schema_files import schema_directory
from ctct_migrate.v1 import TypeKind, Vocabulary, vocabulary

CTCT = "http://ws.constantcontact.com/ns/1.0/"
ATOM = "http://www.w3.org/2005/Atom"


def campaign(inside):
    return etree.fromstring(f'<Campaign xmlns="{CTCT}"><Name>Sale</Name>{inside}</Campaign>')


def test_a_leaf():
    fact = vocabulary().element("Campaign", "GreetingName")
    assert [value.value for value in fact.enumeration] == [
        "FirstName", "LastName", "FirstAndLastName", "None",
    ]  # fmt: skip
    assert all(value.documentation for value in fact.enumeration)
    assert fact.type_kind is TypeKind.ENUMERATION
    assert fact.type.name == "GreetingName"
    assert not fact.required
    assert not fact.repeatable
    assert fact.namespace == CTCT


def test_an_element_is_found_from_each_root_it_stands_below():
    alone = vocabulary().element("Campaign", "FromEmail/EmailAddress")
    inside = vocabulary().element("entry", "content/Campaign/FromEmail/EmailAddress")
    of_feed = vocabulary().element("feed", "entry/content/Campaign/FromEmail/EmailAddress")
    assert alone.documentation == inside.documentation == of_feed.documentation
    assert (inside.root, inside.path) == ("entry", "content/Campaign/FromEmail/EmailAddress")


@pytest.mark.parametrize(
    ("root", "path"),
    [
        ("Campaign", "Nome"),
        ("Campaign", "Name/Name"),
        ("Guest", ""),
        ("link", ""),
        ("entry", "Name"),
    ],
)
def test_what_is_not_in_the_schema_is_none(root, path):
    assert vocabulary().element(root, path) is None
    assert vocabulary().children(root, path) == ()


def test_an_envelope_requires_what_both_dialects_do():
    def required(root, path):
        book = vocabulary()
        above = f"{path}/" if path else ""
        return {
            name for name in book.children(root, path) if book.element(root, above + name).required
        }

    assert required("entry", "") == {"content"}
    assert required("feed", "entry") == {"content"}
    assert required("feed", "") == set()
    assert required("entry", "author") == set()
    assert required("entry", "contributor") == {"name"}
    assert required("Campaign", "") == {"Name"}
    assert required("Schedule", "") == {"ScheduledTime"}


@pytest.mark.parametrize(
    ("root", "path", "repeatable"),
    [
        ("entry", "link", True),
        ("entry", "category", True),
        ("entry", "id", False),
        ("entry", "author", False),
        ("entry", "summary", False),
        ("entry", "source/link", True),
        ("entry", "source/id", False),
        ("feed", "entry", True),
        ("feed", "author", False),
        ("Campaign", "Name", False),
        ("Campaign", "ContactLists/ContactList", True),
        ("Campaign", "FromEmail/Email/link", True),
    ],
)
def test_what_may_stand_more_than_once(root, path, repeatable):
    assert vocabulary().element(root, path).repeatable is repeatable


def test_what_is_required_besides_is_a_fact_of_its_own():
    book = vocabulary()
    assert book.element("Campaign", "Subject").required_when == "full"
    assert book.element("Campaign", "EmailContent").required_when == "custom"
    assert book.element("Campaign", "SubscribeLinkText").required_when == "IncludeSubscribeLink=YES"
    assert book.element("Campaign", "GreetingName").required_when == ""


def test_every_condition_is_about_an_element_and_one_of_its_values():
    for fact in vocabulary().walk("Campaign"):
        if "=" in fact.required_when:
            name, value = fact.required_when.split("=")
            assert vocabulary().element("Campaign", name).accepts(value)
        else:
            assert fact.required_when in ("", "full", "custom")


def test_what_only_the_server_writes():
    read_only = {fact.path for fact in vocabulary().walk("Campaign") if fact.read_only}
    assert {"Status", "Sent", "Urls", "Urls/Url/Clicks", "CampaignType"} <= read_only
    assert "Name" not in read_only
    undocumented = {fact.name for fact in vocabulary().walk("Campaign") if fact.undocumented}
    assert undocumented == {"ShowAgent", "ProductID", "LetterImageList"}


def test_attributes():
    fact = vocabulary().element("entry", "content")
    assert [attribute.name for attribute in fact.attributes] == ["type"]
    assert not fact.attribute("type").required
    assert [value.value for value in fact.attribute("type").enumeration] == [
        "application/vnd.ctct+xml"
    ]
    assert fact.attribute("href") is None
    assert vocabulary().element("entry", "link").attribute("href").required
    assert vocabulary().element("Campaign").attribute("id").type.name == "CampaignUri"


def test_where_an_element_may_stand():
    assert vocabulary().places("Campaign", "EmailAddress") == (
        "FromEmail/EmailAddress",
        "ReplyToEmail/EmailAddress",
    )
    assert vocabulary().places("entry", "name") == (
        "author/name",
        "source/author/name",
        "contributor/name",
    )
    assert vocabulary().places("Campaign", "emailaddress") == ()
    assert "ScheduledTime" in vocabulary().names("entry")


def test_where_anything_may_stand():
    assert vocabulary().element("Campaign", "EmailContent").open
    assert vocabulary().element("Campaign", "EmailContent").type_kind is TypeKind.MARKUP
    assert vocabulary().element("entry").extensible
    assert not vocabulary().element("entry").open
    assert not vocabulary().element("Campaign").extensible


def test_states_and_provinces():
    assert vocabulary().states("US")["TX"] == "Texas"
    assert vocabulary().states("US")["AE"] == "Armed Forces Europe"
    assert vocabulary().states("CA")["NL"] == "Newfoundland and Labrador"
    assert len(vocabulary().states("US")) == 50 + 1 + 8 + 3
    assert len(vocabulary().states("CA")) == 13
    assert len(vocabulary().states()) == 75


def test_spellings_name_the_value_they_spell():
    values = vocabulary().element("Campaign", "Status").enumeration
    own = [value.value for value in values if value.spelling_of is None]
    assert own == [
        "Draft", "Running", "Scheduled", "Sent", "Archive Pending", "Archived", "Close Pending", "Closed",
    ]  # fmt: skip
    spelt = {value.value: value.spelling_of for value in values if value.spelling_of}
    expected = {
        way: name
        for name in own
        for base in (name, name.replace(" ", ""))
        for way in (base, base.upper(), base.lower())
        if way != name
    }
    assert spelt == expected


def test_unresolved_entities_do_not_raise():
    parser = etree.XMLParser(recover=True, resolve_entities=False)
    text = f'<Campaign xmlns="{CTCT}"><Name>Sale&nbsp;now</Name><Foo/></Campaign>'
    assert vocabulary().is_valid(etree.fromstring(text, parser)) is False


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(schema_directory() / "v1", tmp_path / "v1")


def edit(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_changed_enumeration_is_followed(copy):
    edit(
        copy / "campaign.xsd",
        '<xs:enumeration value="LastName"><xs:annotation><xs:documentation>',
        '<xs:enumeration value="Nickname"><xs:annotation><xs:documentation>Nick: ',
    )
    changed = Vocabulary(copy)
    fact = changed.element("Campaign", "GreetingName")
    assert "Nickname" in [value.value for value in fact.enumeration]
    assert not fact.accepts("LastName")
    assert changed.is_valid(campaign("<GreetingName>Nickname</GreetingName>"))
    assert not vocabulary().is_valid(campaign("<GreetingName>Nickname</GreetingName>"))


def test_an_added_element_is_followed(copy):
    edit(copy / "schedule.xsd", "<xs:all>", '<xs:all><xs:element name="Memo" type="xs:string"/>')
    changed = Vocabulary(copy)
    assert changed.places("feed", "Memo") == ("entry/content/Schedule/Memo",)
    assert changed.element("Schedule", "Memo").required


def test_missing_schemas_are_an_error_of_the_caller(tmp_path):
    with pytest.raises(OSError):
        Vocabulary(tmp_path).element("entry")
