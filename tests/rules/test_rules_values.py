"""CT310 to CT321."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from example_documents import CAMPAIGN, SCHEDULE, document_of
from rule_cases import Case, codes, found, run, with_own_rules

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.values import values
from ctct_migrate.rules.values.meanings import email_of, meaning_of
from ctct_migrate.targets.v2.states_and_countries import country_names
from ctct_migrate.v1 import vocabulary

_EVERY = with_own_rules(values.check, "CT3")


def check_values(context: Context) -> Iterator[Diagnostic]:
    """All but what is said of a state beside its country, which has tests of its own."""
    return (each for each in _EVERY(context) if each.code != "CT321")


def _leaf(
    name: str, text: str, code: str | None, right: str | None = None, safe: bool = True
) -> Case:
    """A value, and what it is to be."""
    fixed = None if right is None else f"<{name}>{right}</{name}>"
    return Case(f"<{name}>{text}</{name}>", code, text.strip(), fixed, safe)


LISTED = [
    _leaf("GreetingName", "cmp_grt_name", "CT310"),
    _leaf("GreetingName", "first_name", "CT310", "FirstName"),
    _leaf("GreetingName", "FIRST_AND_LAST_NAME", "CT310", "FirstAndLastName"),
    _leaf("GreetingName", "none", "CT310", "None"),
    _leaf("GreetingName", "FristName", "CT310", "FirstName", safe=False),
    _leaf("GreetingName", "FirstName", None),
    _leaf("GreetingName", "\n  FirstName\n", None),
    _leaf("PermissionReminder", "yes", "CT311", "YES"),
    _leaf("PermissionReminder", "TRUE", "CT311", "YES"),
    _leaf("PermissionReminder", "1", "CT311", "YES"),
    _leaf("ViewAsWebpage", "false", "CT311", "NO"),
    _leaf("ViewAsWebpage", "perhaps", "CT311"),
    _leaf("ViewAsWebpage", "NO", None),
    _leaf("ViewAsWebpage", "", None),
    _leaf("Status", "Ready", "CT312"),
    _leaf("Status", "dRaFt", "CT312", "Draft"),
    _leaf("Status", "ARCHIVE_PENDING", "CT312", "Archive Pending"),
    _leaf("Status", "Drafft", "CT312", "Draft", safe=False),
    _leaf("Status", "archivepending", None),
    _leaf("Status", "SENT", None),
    _leaf("OrganizationState", "Boston", "CT313"),
    _leaf("OrganizationState", "Massachusetts", "CT313", "MA"),
    _leaf("OrganizationState", "ma", "CT313", "MA"),
    _leaf("OrganizationState", "N.Y.", "CT313", "NY"),
    _leaf("OrganizationState", "new  york", "CT313", "NY"),
    _leaf("OrganizationState", "Massachusets", "CT313", "MA", safe=False),
    _leaf("OrganizationState", "MX", "CT313"),
    _leaf("OrganizationState", "TX", None),
    _leaf("OrganizationCountry", "Utopia", "CT314"),
    _leaf("OrganizationCountry", "zz", "CT314"),
    _leaf("OrganizationCountry", "United States", "CT314", "us"),
    _leaf("OrganizationCountry", "U.S.", "CT314", "us"),
    _leaf("OrganizationCountry", "United States of America", "CT314", "us"),
    _leaf("OrganizationCountry", "UK", "CT314", "gb"),
    _leaf("OrganizationCountry", "Germny", "CT314", "de", safe=False),
    _leaf("OrganizationCountry", "US", None),
    _leaf("OrganizationCountry", "USA", None),
    _leaf("OrganizationCountry", "u2", None),
    _leaf("CampaignType", "NEWSLETTER", "CT315"),
    _leaf("CampaignType", "Custom", "CT315", "CUSTOM"),
    _leaf("CampaignType", "CUSTOM", None),
    _leaf("EmailContentFormat", "html", "CT316", "HTML"),
    _leaf("EmailContentFormat", "text/html", "CT316", "HTML"),
    _leaf("EmailContentFormat", "rtf", "CT316"),
    _leaf("EmailContentFormat", "XHTML", None),
    _leaf("ArchiveStatus", "published", "CT317", "Published"),
    _leaf("ArchiveStatus", "Gone", "CT317"),
    _leaf("ArchiveStatus", "Pending", None),
    _leaf("Opens", "1,482", "CT318", "1482"),
    _leaf("Opens", "12.0", "CT318", "12"),
    _leaf("Opens", "-1", "CT318"),
    _leaf("Opens", "1.482", "CT318"),
    _leaf("Opens", "99999999999999999999", "CT318"),
    _leaf("Opens", "0", None),
]  # fmt: skip


@pytest.mark.parametrize("case", LISTED, ids=lambda case: case.id)
def test_values_of_elements(case: Case) -> None:
    run(check_values, case)


FORMS = [
    Case("<GreetingName><![CDATA[first_name]]></GreetingName>", "CT310", "first_name",
         "<GreetingName><![CDATA[FirstName]]></GreetingName>"),
    Case("<GreetingName>first&#95;name</GreetingName>", "CT310", "first&#95;name",
         "<GreetingName>FirstName</GreetingName>"),
    Case("<GreetingName> <![CDATA[first]]>_name<!-- ! --></GreetingName>", "CT310",
         "first]]>_name", "<GreetingName>FirstName</GreetingName>"),
    Case("<GreetingName/>", "CT310", "", "<GreetingName>None</GreetingName>", safe=False),
    Case("<GreetingName></GreetingName>", "CT310", "", "<GreetingName>None</GreetingName>", safe=False),
    Case("<Urls><Url><Value>http://example.com/</Value><Clicks>1,000</Clicks></Url></Urls>", "CT318",
         "1,000", "<Urls><Url><Value>http://example.com/</Value><Clicks>1000</Clicks></Url></Urls>"),
    Case("<Opens></Opens>", "CT318"),
]  # fmt: skip


@pytest.mark.parametrize("case", FORMS, ids=lambda case: case.id)
def test_values_in_every_form_of_text(case: Case) -> None:
    run(check_values, case)


def _abroad(state: str, other: str) -> str:
    return (
        f"<OrganizationState>{state}</OrganizationState>\n"
        f"<OrganizationInternationalState>{other}</OrganizationInternationalState>\n"
        "<OrganizationCountry>gb</OrganizationCountry>"
    )


REGIONS = [
    Case(_abroad("Kent &amp; Sussex", ""), "CT313", "Kent &amp; Sussex", _abroad("", "Kent &amp; Sussex")),
    Case(_abroad("Kent", "Sussex"), "CT313", "Kent"),
    Case("<OrganizationState>Kent</OrganizationState>\n<!-- no OrganizationInternationalState -->\n"
         "<OrganizationCountry>gb</OrganizationCountry>", "CT313", "Kent",
         "<OrganizationInternationalState>Kent</OrganizationInternationalState>\n<!-- no OrganizationState -->\n"
         "<OrganizationCountry>gb</OrganizationCountry>"),
]  # fmt: skip


@pytest.mark.parametrize("case", REGIONS, ids=lambda case: case.id)
def test_a_region_abroad_has_an_element_of_its_own(case: Case) -> None:
    run(check_values, case)


def _from(inner: str) -> str:
    return f"<FromEmail>{inner}</FromEmail>"


def _address(text: str, code: str | None, right: str | None = None, safe: bool = True) -> Case:
    fixed = None if right is None else _from(f"<EmailAddress>{right}</EmailAddress>")
    return Case(_from(f"<EmailAddress>{text}</EmailAddress>"), code, text, fixed, safe)


ADDRESSES = [
    _address("joe.example.com", "CT320"),
    _address("Joe &lt;joe@example.com&gt;", "CT320", "joe@example.com"),
    _address("mailto: joe@example.com", "CT320", "joe@example.com"),
    _address("joe @ example.com", "CT320", "joe@example.com", safe=False),
    _address("joe at example.com", "CT320", "joe@example.com", safe=False),
    _address("joe@example.com; ann@example.com", "CT320"),
    _address("joe@example.com", None),
    _address("joe@localhost", None),  # v2's business: limits
    _address("", None),  # the business of required
]


@pytest.mark.parametrize("case", ADDRESSES, ids=lambda case: case.id)
def test_addresses(case: Case) -> None:
    run(check_values, case)


SERVER = "http://api.constantcontact.com"
LISTS = f"{SERVER}/ws/customers/joe/lists"


def _list(uri: str, inner: str = "") -> str:
    return f'<ContactLists><ContactList id="{uri}">{inner}</ContactList></ContactLists>'


LINK = '<link xmlns="http://www.w3.org/2005/Atom" href="/ws/customers/joe/lists/7" rel="self"/>'

URIS = [
    Case(_list("11"), "CT319", "11", _list(f"{LISTS}/11")),
    Case(_list("opt-in-list"), "CT319", "opt-in-list"),
    Case(_list("/ws/customers/joe/lists/11"), "CT319", "/ws/customers/joe/lists/11", _list(f"{LISTS}/11")),
    Case(_list(f"{LISTS}/11/"), "CT319", f"{LISTS}/11/", _list(f"{LISTS}/11")),
    Case(_list("api.constantcontact.com/ws/customers/joe/lists/11"), "CT319",
         "api.constantcontact.com/ws/customers/joe/lists/11", _list(f"{LISTS}/11")),
    Case(_list("", LINK), "CT319", 'id=""', _list(f"{LISTS}/7", LINK)),
    Case(_list("general interest"), "CT319", "general interest"),
    Case(_list(f"{SERVER}/ws/customers/joe/campaigns/11"), "CT319", f"{SERVER}/ws/customers/joe/campaigns/11"),
    Case(f"<ContactLists><ContactList>{LINK}</ContactList></ContactLists>", "CT319", "", _list(f"{LISTS}/7", LINK)),
    Case("<ContactLists><ContactList/></ContactLists>", "CT319"),
    Case('<ContactLists><ContactList ID="11"/></ContactLists>', None),  # the business of names
    Case(_list(f"{LISTS}/active"), "CT374", f"{LISTS}/active"),
    Case(_list(f"https{LISTS[4:]}/4"), None),
    Case(_from(f'<Email id="{SERVER}/ws/customers/joe/lists/1"/><EmailAddress>joe@example.com</EmailAddress>'),
         "CT319", f"{SERVER}/ws/customers/joe/lists/1"),
    Case(_from('<Email id="2"/><EmailAddress>joe@example.com</EmailAddress>'), "CT319", "2",
         _from(f'<Email id="{SERVER}/ws/customers/joe/settings/emailaddresses/2"/>'
               "<EmailAddress>joe@example.com</EmailAddress>")),
]  # fmt: skip


@pytest.mark.parametrize("case", URIS, ids=lambda case: case.id)
def test_uris(case: Case) -> None:
    run(check_values, case)


OWN = [
    ("Campaign", "", f"{SERVER}/ws/customers/joe/campaigns/1100546096289"),
    ("Campaign", "1100546096289", f"{SERVER}/ws/customers/joe/campaigns/1100546096289"),
    ("Schedule", "", f"{SERVER}/ws/customers/joe/campaigns/1100546096289/schedules/1"),
    ("Schedule", f"{SERVER}/ws/customers/joe/campaigns/5", f"{SERVER}/ws/customers/joe/campaigns/5/schedules/1"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "wrong", "right"), OWN)
def test_the_id_of_a_payload_is_read_from_the_envelope(name: str, wrong: str, right: str) -> None:
    text = CAMPAIGN if name == "Campaign" else SCHEDULE
    start = text.index('id="', text.index(f"<{name} ")) + 4
    data = (text[:start] + wrong + text[text.index('"', start) :]).encode()
    (diagnostic,) = found(check_values, data)
    assert diagnostic.code == "CT319"
    assert diagnostic.fixes[0].edits[0].text == right
    assert diagnostic.element == f"entry/content/{name}/@id"


def test_a_schedule_of_another_number_is_not_a_wrong_uri() -> None:
    assert found(check_values, SCHEDULE.replace("/schedules/1", "/schedules/2").encode()) == []


SILENT = [
    "<GreetingName>First<b>Name</b></GreetingName>",  # names: markup where text belongs
    "<GreetingName>first&nbsp;name</GreetingName>",  # wellformed: an entity that XML does not know
]


@pytest.mark.parametrize("fragment", SILENT)
def test_what_another_family_tells_is_not_told_again(fragment: str) -> None:
    assert found(check_values, document_of(fragment)) == []
    assert len(codes(document_of(fragment))) == 1


def test_a_value_in_a_misspelt_element_is_judged_too() -> None:
    data = document_of("<greetingname>first_name</greetingname>\n<!-- no GreetingName -->")
    assert codes(data) == ["CT302", "CT310"]


def test_a_value_that_was_cut_off_is_not_judged() -> None:
    text = CAMPAIGN[: CAMPAIGN.index("FirstName</Greeting") + 5]
    assert codes(text.encode()) == ["CT115"]


def test_lists_of_values_come_from_the_schema() -> None:
    fact = vocabulary().element("Campaign", "GreetingName")
    assert fact is not None
    (diagnostic,) = found(check_values, document_of("<GreetingName>x</GreetingName>"))
    assert diagnostic.label == "expected FirstName, LastName, FirstAndLastName or None"
    assert all(value.value in diagnostic.label for value in fact.enumeration)
    assert diagnostic.message == "`x` is not a greeting name"
    assert diagnostic.help == ("None leaves the name out of the greeting",)


def test_long_lists_are_shortened() -> None:
    for fragment in (
        "<OrganizationState>x</OrganizationState>",
        "<OrganizationCountry>x</OrganizationCountry>",
    ):
        (diagnostic,) = found(check_values, document_of(fragment))
        assert diagnostic.label.startswith("expected a two-letter code such as ")


def test_every_value_of_the_schemas_means_itself() -> None:
    for fact in vocabulary().walk("Campaign"):
        for value in fact.enumeration:
            assert fact.type is not None
            meaning = meaning_of(fact.type, value.value)
            assert meaning is not None
            assert (meaning.value, meaning.certain) == (value.spelling_of or value.value, True)


def test_every_state_and_country_is_known_by_its_name() -> None:
    state = vocabulary().element("Campaign", "OrganizationState")
    country = vocabulary().element("Campaign", "OrganizationCountry")
    assert state is not None
    assert state.type is not None
    assert country is not None
    assert country.type is not None
    for code, name in vocabulary().states().items():
        meaning = meaning_of(state.type, name.upper())
        assert meaning is not None
        assert meaning.value == code
    for code, name in country_names().items():
        meaning = meaning_of(country.type, name)
        assert meaning is not None
        assert meaning.value == code.lower()


@pytest.mark.parametrize("text", ["", "@", "a@b", "joe@example.com joe@example.com", "<>"])
def test_no_address_is_made_up(text: str) -> None:
    assert email_of(text) is None
