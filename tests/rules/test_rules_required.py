"""CT401 to CT416."""

from __future__ import annotations

import pytest
from example_documents import CAMPAIGN, SCHEDULE, document_of
from rule_cases import Case, applied, codes, found, guilty, run, with_own_rules

from ctct_migrate.payload import Shape
from ctct_migrate.resources import RESOURCES, Resource
from ctct_migrate.rules.own_rules import own_rules
from ctct_migrate.rules.required import missing
from ctct_migrate.rules.required.missing_rules import RULES
from ctct_migrate.v1 import vocabulary

CHECK = with_own_rules(missing.check, "CT4")

TITLED = '<title type="text">Spring sale</title>'


def _gone(name: str, code: str | None, fixed: str | None = None, cause: str = "") -> Case:
    return Case(f"<!-- no {name} -->", code, cause, fixed, safe=False)


def _empty(name: str, code: str | None, inner: str = "") -> Case:
    return Case(f"<{name}>{inner}</{name}>", code, "")


MISSING = [
    _gone("Subject", "CT402"),
    _empty("Subject", "CT402"),
    _empty("Subject", "CT402", " \n "),
    _empty("Subject", "CT402", "<!-- none --><![CDATA[ ]]>"),
    _gone("FromName", "CT403"),
    _gone("FromEmail", "CT404"),
    _empty("FromEmail", "CT404"),
    _empty("FromEmail", "CT404", "<EmailAddress></EmailAddress>"),
    _gone("EmailContent", "CT405"),
    _empty("EmailContent", "CT405"),
    _gone("EmailTextContent", "CT406"),
    _empty("EmailTextContent", "CT406"),
    _empty("EmailTextContent", "CT406", "<Text> </Text>"),
    _empty("EmailTextContent", "CT406", "<Text/>"),
    _empty("EmailTextContent", "CT406", "&lt;Text&gt;&lt;/Text&gt;"),
    _gone("OrganizationState", "CT407", cause="us"),
    _empty("OrganizationState", "CT407"),
    _gone("PermissionReminderText", "CT408", cause="YES"),
    _gone("OrganizationName", "CT413", cause="OrganizationAddress1"),
    _empty("OrganizationAddress1", "CT413"),
    _gone("OrganizationCountry", "CT413", cause="OrganizationName"),
    Case("<Subject/>", "CT402", ""),
    Case("<FromEmail/>", "CT404", ""),
    # near misses
    _gone("StyleSheet", None),
    _gone("ReplyToEmail", None),
    _empty("ReplyToEmail", None),
    _gone("GreetingName", None),
    _gone("Status", None),
    _gone("CampaignType", None),
    _gone("ViewAsWebpageText", None),
    _gone("OrganizationPostalCode", None),
    _empty("PermissionReminderText", None, "<ConfirmOptin/>"),
]  # fmt: skip


@pytest.mark.parametrize("case", MISSING, ids=lambda case: case.id)
def test_what_is_missing(case: Case) -> None:
    if case.fixed is None:
        run(CHECK, case)
    else:
        data = document_of(case.fragment)
        (diagnostic,) = found(CHECK, data)
        assert diagnostic.code == case.code
        assert codes(applied(data, diagnostic.fixes[0])) == []


def test_what_is_missing_is_shown_behind_the_last_child() -> None:
    data = document_of("<!-- no Subject -->")
    (diagnostic,) = found(CHECK, data)
    assert data[: diagnostic.span.start.offset].endswith(b"</ContactLists>")
    assert diagnostic.message == "`Campaign` has no `Subject`"
    assert diagnostic.label == "expected `<Subject>`: the subject line"
    assert diagnostic.element == "entry/content/Campaign/Subject"


NEEDED = [
    ("<!-- no OrganizationState -->", "us", "`<OrganizationState>`"),
    ("<!-- no OrganizationCity -->", "OrganizationName", "`<OrganizationCity>`"),
    ("<ViewAsWebpage>YES</ViewAsWebpage>\n<!-- no ViewAsWebpageText -->\n<!-- no ViewAsWebpageLinkText -->", "YES", "`<ViewAsWebpageLinkText>` and `<ViewAsWebpageText>`"),
    ("<IncludeForwardEmail>YES</IncludeForwardEmail>\n<!-- no ForwardEmailLinkText -->", "YES", "`<ForwardEmailLinkText>`"),
    ("<IncludeSubscribeLink>YES</IncludeSubscribeLink>\n<!-- no SubscribeLinkText -->", "YES", "`<SubscribeLinkText>`"),
]  # fmt: skip


@pytest.mark.parametrize(("fragment", "cause", "wanted"), NEEDED)
def test_what_is_missing_is_shown_at_what_makes_it_necessary(
    fragment: str, cause: str, wanted: str
) -> None:
    data = document_of(fragment)
    (diagnostic,) = found(CHECK, data)
    assert guilty(data, diagnostic) == cause
    (place,) = diagnostic.labels
    assert data[: place.span.start.offset].endswith(b"</ContactLists>")
    assert place.span.start == place.span.end
    assert place.text.startswith(f"expected {wanted}")


PLACES = [
    ("<Subject></Subject>", b"<Subject>"),
    ("<Subject />", b"<Subject "),
    ("<EmailTextContent><Text></Text></EmailTextContent>", b"<EmailTextContent><Text>"),
    ("<EmailTextContent>&lt;Text&gt;&lt;/Text&gt;</EmailTextContent>", b"<EmailTextContent>&lt;Text&gt;"),
    ("<FromEmail><EmailAddress></EmailAddress></FromEmail>", b"<FromEmail><EmailAddress>"),
    ("<FromEmail></FromEmail>", b"<FromEmail>"),
]  # fmt: skip


@pytest.mark.parametrize(("fragment", "before"), PLACES)
def test_what_is_empty_is_shown_inside(fragment: str, before: bytes) -> None:
    data = document_of(fragment)
    (diagnostic,) = found(CHECK, data)
    assert data[: diagnostic.span.start.offset].endswith(before)
    assert diagnostic.span.start == diagnostic.span.end


def test_a_name_may_be_that_of_the_entry() -> None:
    for fragment in ("<!-- no Name -->", "<Name></Name>", "<Name/>"):
        data = document_of(fragment)
        (diagnostic,) = found(CHECK, data)
        assert diagnostic.code == "CT401"
        assert diagnostic.fixes[0].safety == "unsafe"
        assert diagnostic.fixes[0].title == "Write `Spring sale`"
        assert codes(applied(data, diagnostic.fixes[0])) == []


@pytest.mark.parametrize(
    ("content", "written"),
    [("&lt;html&gt;&lt;body&gt;Hi&lt;/body&gt;&lt;/html&gt;", "HTML"),
     ('&lt;!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"&gt;&lt;html&gt;&lt;body&gt;Hi&lt;/body&gt;&lt;/html&gt;', "XHTML")],
)  # fmt: skip
def test_the_format_is_guessed_from_the_content(content: str, written: str) -> None:
    data = document_of(f"<EmailContent>{content}</EmailContent>\n<!-- no EmailContentFormat -->")
    (diagnostic,) = found(CHECK, data)
    assert diagnostic.code == "CT412"
    assert diagnostic.fixes[0].title == f"Write `{written}`"
    assert codes(applied(data, diagnostic.fixes[0])) == []


FLAGS = [
    ("ViewAsWebpage", ("ViewAsWebpageText", "ViewAsWebpageLinkText"), "CT409"),
    ("PermissionReminder", ("PermissionReminderText",), "CT408"),
    ("IncludeForwardEmail", ("ForwardEmailLinkText",), "CT410"),
    ("IncludeSubscribeLink", ("SubscribeLinkText",), "CT411"),
]


def _flagged(flag: str, value: str, texts: dict[str, str]) -> bytes:
    inner = [
        f"<{flag}>{value}</{flag}>",
        *(f"<{name}>{text}</{name}>" for name, text in texts.items()),
    ]
    return document_of("\n".join(inner))


@pytest.mark.parametrize(("flag", "names", "code"), FLAGS)
def test_texts_that_a_flag_requires(flag: str, names: tuple[str, ...], code: str) -> None:
    none = dict.fromkeys(names, "")
    data = _flagged(flag, "YES", none)
    (diagnostic,) = found(CHECK, data)
    assert diagnostic.code == code
    assert all(f"`{name}`" in diagnostic.message for name in names)
    label = diagnostic.labels[0]
    assert data[label.span.start.offset : label.span.end.offset] == b"YES"
    assert diagnostic.fixes == ()  # to turn the flag round would say the opposite
    assert found(CHECK, _flagged(flag, "NO", none)) == []
    assert found(CHECK, _flagged(flag, "", none)) == []
    assert found(CHECK, _flagged(flag, "YES", dict.fromkeys(names, "Hi"))) == []
    assert codes(_flagged(flag, "yes", none)) == ["CT311"]  # that comes first


def test_one_of_two_texts_is_missing() -> None:
    data = _flagged(
        "ViewAsWebpage", "YES", {"ViewAsWebpageText": "Hi", "ViewAsWebpageLinkText": ""}
    )
    (diagnostic,) = found(CHECK, data)
    assert "`ViewAsWebpageText`" not in diagnostic.message


COUNTRIES = [
    ("us", ["CT407"]), ("US", ["CT407"]), ("USA", ["CT407"]), ("ca", []), ("gb", []),
    ("United States", ["CT314", "CT407"]), ("Utopia", ["CT314"]), ("", ["CT413"]),
]  # fmt: skip


@pytest.mark.parametrize(("country", "expected"), COUNTRIES)
def test_a_state_is_required_in_the_us_alone(country: str, expected: list[str]) -> None:
    fragment = f"<OrganizationState/>\n<OrganizationCountry>{country}</OrganizationCountry>"
    assert codes(document_of(fragment)) == expected


def test_a_state_in_the_element_for_regions_abroad() -> None:
    fragment = "<!-- no OrganizationState -->\n<OrganizationInternationalState>Texas</OrganizationInternationalState>"
    data = document_of(fragment)
    (diagnostic,) = found(CHECK, data)
    assert diagnostic.code == "CT407"
    assert diagnostic.fixes[0].safety == "safe"
    mended = applied(data, diagnostic.fixes[0])
    assert b"<OrganizationState>TX</OrganizationState>" in mended
    assert codes(mended) == []


ADDRESS = [name for name in vocabulary().children("Campaign") if name.startswith("Organization")]


def test_no_address_at_all_is_the_accounts() -> None:
    assert codes(document_of("\n".join(f"<!-- no {name} -->" for name in ADDRESS))) == []
    assert codes(document_of("\n".join(f"<{name}></{name}>" for name in ADDRESS))) == []


def test_a_partial_address_lists_what_it_lacks() -> None:
    gone = "\n".join(f"<!-- no {name} -->" for name in ADDRESS if name != "OrganizationCity")
    (diagnostic,) = found(CHECK, document_of(gone))
    assert diagnostic.code == "CT413"
    assert (
        diagnostic.message
        == "the address of the organization lacks `OrganizationName`, `OrganizationAddress1` and `OrganizationCountry`"
    )


EMAIL = "http://api.constantcontact.com/ws/customers/joe/settings/emailaddresses/1"


def _sender(name: str, number: str, address: str | None) -> str:
    inner = "" if address is None else f"<EmailAddress>{address}</EmailAddress>"
    return f'<{name}><Email id="{number}"/>{inner}</{name}>'


UNRESOLVED = [
    Case(_sender("FromEmail", EMAIL, None), "CT416"),
    Case(_sender("ReplyToEmail", EMAIL, None), "CT416"),
    Case(_sender("FromEmail", EMAIL, ""), "CT416"),
    Case(_sender("FromEmail", EMAIL, None) + "\n" + _sender("ReplyToEmail", EMAIL, "joe@example.com"), "CT416", "",
         _sender("FromEmail", EMAIL, "joe@example.com") + "\n" + _sender("ReplyToEmail", EMAIL, "joe@example.com")),
    Case(_sender("FromEmail", EMAIL, None) + "\n" + _sender("ReplyToEmail", EMAIL + "2", "joe@example.com"), "CT416"),
    Case(_sender("FromEmail", EMAIL, "joe@example.com"), None),
]  # fmt: skip


@pytest.mark.parametrize("case", UNRESOLVED, ids=lambda case: case.id)
def test_addresses_by_their_numbers_alone(case: Case) -> None:
    run(CHECK, case)


def test_a_schedule_needs_its_time() -> None:
    for time in ("", "<ScheduledTime></ScheduledTime>", "<ScheduledTime/>"):
        start, end = SCHEDULE.index("<ScheduledTime>"), SCHEDULE.index("</ScheduledTime>") + 16
        data = (SCHEDULE[:start] + time + SCHEDULE[end:]).encode()
        for shape in (None, *Shape):
            assert [each.code for each in found(CHECK, data, shape)] == ["CT414"]


STOCK = "<CampaignType>STOCK</CampaignType>\n<!-- no EmailContent -->\n<!-- no EmailTextContent -->\n<!-- no EmailContentFormat -->"


def test_the_content_of_a_template_is_not_missed() -> None:
    assert found(CHECK, document_of(STOCK)) == []
    assert found(CHECK, document_of(STOCK.replace("STOCK", "stock"))) == []
    custom = found(CHECK, document_of(STOCK.replace("STOCK", "CUSTOM")))
    assert sorted(each.code for each in custom) == ["CT405", "CT406", "CT412"]


def test_a_record_needs_a_name_alone() -> None:
    bare = "<Campaign xmlns='http://ws.constantcontact.com/ns/1.0/'>{}</Campaign>"
    named = bare.format("<Name>A</Name>").encode()
    assert found(CHECK, named, Shape.RECORD) == []
    nameless = bare.format("<Status>Sent</Status>").encode()
    assert [each.code for each in found(CHECK, nameless, Shape.RECORD)] == ["CT401"]
    for shape in (None, Shape.CREATE, Shape.UPDATE):
        assert len(found(CHECK, named, shape)) == 6


# -- listings -----------------------------------------------------------------------------------

(FEED,) = (rule.bad for rule in RULES if rule.code == "CT415")


@pytest.mark.parametrize(
    ("shape", "expected"),
    [(None, ["warning"]), (Shape.CREATE, ["error"]), (Shape.UPDATE, ["error"]), (Shape.RECORD, [])],
)
def test_a_listing_gets_one_diagnostic(shape: Shape | None, expected: list[str]) -> None:
    said = found(CHECK, FEED.encode(), shape)
    assert [each.severity for each in said] == expected
    assert all((each.code, guilty(FEED.encode(), each)) == ("CT415", "Campaign") for each in said)


def test_more_than_a_listing_is_a_campaign() -> None:
    more = FEED.replace("</Status>", "</Status><Subject>Hi</Subject>").encode()
    assert {each.code for each in found(CHECK, more)} == {
        "CT403",
        "CT404",
        "CT405",
        "CT406",
        "CT412",
    }


def test_a_listing_needs_its_name() -> None:
    nameless = FEED.replace("<Name>Spring news</Name>", "").encode()
    assert [each.code for each in found(CHECK, nameless, Shape.RECORD)] == ["CT401"]


def test_a_listing_outside_a_feed_is_a_campaign_with_holes() -> None:
    entry = FEED[FEED.index("<entry>") : FEED.index("</feed>")]
    entry = entry.replace("<entry>", '<entry xmlns="http://www.w3.org/2005/Atom">')
    assert "CT415" not in codes(entry.encode())
    assert "CT402" in codes(entry.encode())


# -- what other families tell ---------------------------------------------------------------------


def test_a_misspelt_or_misplaced_element_is_not_missing() -> None:
    assert codes(document_of("<subject>Hi</subject>\n<!-- no Subject -->")) == ["CT302"]
    text = CAMPAIGN.replace("<Subject>Spring sale</Subject>", "").replace(
        "<FromName>", "<Subject>Hi</Subject><FromName>"
    )
    assert codes(text.encode()) == []


def test_a_document_that_was_cut_off_lacks_nothing() -> None:
    text = CAMPAIGN[: CAMPAIGN.index("<FromName>")]
    assert codes(text.encode()) == ["CT115"]


@pytest.mark.parametrize(
    "fragment", ["<Subject>&nbsp;</Subject>", "<FromEmail>joe@example.com</FromEmail>"]
)
def test_what_is_told_to_be_wrong_is_not_empty(fragment: str) -> None:
    assert found(CHECK, document_of(fragment)) == []


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=lambda each: each.name)
def test_better_words_are_for_what_the_schema_requires(resource: Resource) -> None:
    facts, own = vocabulary(), own_rules(resource.name)
    for name, code in resource.missing.items():
        fact = facts.element(resource.name, name)
        assert fact is not None
        assert fact.required or fact.required_when
        assert own.rule(code) is not None
