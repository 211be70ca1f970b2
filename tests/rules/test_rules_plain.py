"""The promise of the fast path: where `plain` finds nothing to say, `check` says nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from example_documents import CAMPAIGN, SCHEDULE
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from mapping_tables import TABLES
from rule_cases import found, with_own_rules

from ctct_migrate.api.reading import read
from ctct_migrate.mapping.engine import run
from ctct_migrate.mapping.rows import NO_CHOICES, Choices, ConversionOptions
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import CTCT
from ctct_migrate.resources import BY_TAG, RESOURCES
from ctct_migrate.resources.schedule import plain as schedule_plain
from ctct_migrate.rules.content import encoded_texts
from ctct_migrate.rules.conversion import target_limits
from ctct_migrate.rules.fast.fast_path import payloads
from ctct_migrate.rules.fast.fields import ASIDE, ENVELOPE, fields_of
from ctct_migrate.rules.fast.questions import Questions, questions
from ctct_migrate.rules.linting import judge_at_first_look, judge_slowly
from ctct_migrate.rules.required import missing
from ctct_migrate.rules.values import date_values, values
from ctct_migrate.v1 import vocabulary

FAMILIES = (values, missing, encoded_texts, date_values, target_limits)

SAMPLES = Path(__file__).resolve().parents[2] / "samples"

EMAIL = "http://api.constantcontact.com/ws/customers/joe/settings/emailaddresses/1"
LIST = "http://api.constantcontact.com/ws/customers/joe/lists"
HTML = "&lt;html&gt;&lt;body&gt;Hi&lt;/body&gt;&lt;/html&gt;"
ELEMENTS = "<html><body>Hi</body></html>"

#: For each child, what may stand in its place; the first is right.
CHOICES: dict[str, list[str]] = {
    "Status": ["Draft", "Scheduled", "SCHEDULED", "Sent", "Sched<!-- -->uled", " scheduled\n", ""],
    "Date": ["2010-09-28T05:22:42.000Z", "", "2010-09-28T05:22:42.123456+01:00", "2010-09-28T05:22:42"],
    "Subject": ["Hi", "", " ", "&#160;", "<!-- -->", "<![CDATA[ ]]>", "x" * 201],
    "FromEmail": ["<EmailAddress>joe@example.com</EmailAddress>", f'<Email id="{EMAIL}"/>',
                  f'<Email id="{EMAIL}"/><EmailAddress>joe@example.com</EmailAddress>', ""],
    "ReplyToEmail": ["<EmailAddress>joe@example.com</EmailAddress>", f'<Email id="{EMAIL}"/>', "",
                     f'<Email id="{EMAIL}"/><EmailAddress>joe@example.com</EmailAddress>', "<EmailAddress/>"],
    "ViewAsWebpage": ["NO", "YES", ""],
    "ViewAsWebpageText": ["Hi", "", "&#160;"],
    "PermissionReminder": ["YES", "NO"],
    "PermissionReminderText": ["Hi", "", "<b>Hi</b>", "<b/>", " "],
    "OrganizationName": ["Joe", ""],
    "OrganizationAddress1": ["1 Main Street", ""],
    "OrganizationCity": ["Ashland", ""],
    "OrganizationState": ["MA", "ON", ""],
    "OrganizationCountry": ["us", "USA", "gb", "zz", "", "u<!-- -->s"],
    "EmailContentFormat": ["HTML", "XHTML", ""],
    "EmailContent": [HTML, ELEMENTS, HTML.replace("&", "&amp;"), "Hi", "", f"<![CDATA[{ELEMENTS}]]>", "<p>Hi</p>"],
    "EmailTextContent": ["&lt;Text&gt;Hi&lt;/Text&gt;", "<Text>Hi</Text>", "Hi", "<text>Hi</text>", "", "<Text/>",
                         "<Text>Hi</Text>.", "<Text>Hi</Text><p>there</p>", "<![CDATA[<Text>Hi</Text>]]>", "<p>Hi</p>",
                         "&amp;lt;Text&amp;gt;Hi&amp;lt;/Text&amp;gt;", "&lt;text&gt;Hi&lt;/text&gt;"],
    "CampaignType": ["CUSTOM", "STOCK", ""],
    "ContactLists": [f'<ContactList id="{LIST}/1"/>', f'<ContactList id="{LIST}/active"/>', "<!-- -->", "",
                     f'<ContactList id="{LIST}/1"/><!-- --><ContactList id=" {LIST}/do-not-mail/ "/>',
                     f'<ContactList id="{LIST}/1"/><ContactList id="{LIST}/2?x=removed"/>'],
}  # fmt: skip

ABSENT = None


def _campaign(chosen: dict[str, str | None]) -> bytes:
    text = CAMPAIGN
    for name, inner in chosen.items():
        text = re.sub(rf"<{name}>.*</{name}>\n|<{name}/>\n", "", text)
        if inner is not ABSENT:
            text = text.replace("    </Campaign>", f"<{name}>{inner}</{name}>\n    </Campaign>")
    return text.encode()


def _promised(document: Document, shape: Shape | None) -> bool:
    """Whether the schemas and the families' `plain` find nothing to say of a document, for the shape
    that was asked for, None for none."""
    root = document.root
    if root is None or not vocabulary().is_valid(root):
        return False
    payload = root.find(".//{http://ws.constantcontact.com/ns/1.0/}*")
    name = BY_TAG[payload.tag].name
    table = TABLES[name]
    outcome = run(table, payload, root, ConversionOptions(shape or Shape.CREATE))
    if outcome.body is None:
        return False
    asked = questions(name)
    fields = _fields(asked, outcome.found, root)
    return asked.is_plain(fields, shape) and asked.inside(payload, shape)


def _fields(asked: Questions, found: Any, root: Any) -> dict[str, str]:
    names = {f"{{{CTCT}}}{name}": name for name in asked.names}
    return fields_of(found, root, names, with_envelope=asked.envelope, wrapped=asked.wrapped)


SEVERAL = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(st.just(inner[0]), st.sampled_from([*inner, ABSENT]))
        for name, inner in CHOICES.items()
    },
)


def _held(data: bytes, shape: Shape) -> None:
    if _promised(read(data), shape):
        for family in FAMILIES:
            assert found(with_own_rules(family.check, "CT"), data, shape) == []


@given(SEVERAL, st.sampled_from(Shape))
@example({}, Shape.CREATE)
def test_the_promise_is_held_by_campaigns(chosen: dict[str, str | None], shape: Shape) -> None:
    _held(_campaign(chosen), shape)


@pytest.mark.parametrize("name", CHOICES)
def test_the_promise_is_held_one_by_one(name: str) -> None:
    for inner in (*CHOICES[name], ABSENT):
        _held(_campaign({name: inner}), Shape.CREATE)
        _held(
            _campaign({name: inner, "ViewAsWebpage": "YES", "ViewAsWebpageText": "Hi"}),
            Shape.RECORD,
        )


PLACES = ["/schedules/1", "/schedules/2", "/schedules/1/", "/schedules", "/schedules/12", ""]


@given(st.sampled_from(PLACES), st.sampled_from(PLACES), st.sampled_from(["2030", "2010"]))
def test_the_promise_is_held_by_schedules(link: str, id_: str, year: str) -> None:
    text = SCHEDULE.replace("2030-11-13T20:03:35.000Z</Sch", f"{year}-11-13T20:03:35.000Z</Sch")
    text = text.replace('/schedules/1" rel', f'{link}" rel').replace(
        "/schedules/1</id>", f"{id_}</id>"
    )
    _held(text.encode(), Shape.CREATE)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("good/c*.xml")), ids=lambda path: path.name)
def test_what_is_right_is_plain(path: Path) -> None:
    document = read(path)
    assert _promised(document, None)


def test_forms_of_right_contents_are_plain() -> None:
    for name, right in (
        (
            "EmailTextContent",
            ["<Text>Hi</Text>", "\n&lt;Text&gt;Hi&lt;/Text&gt;\n", "<![CDATA[<Text>Hi</Text>]]>"],
        ),
        ("EmailContent", [ELEMENTS, f"<![CDATA[{ELEMENTS}]]>"]),
    ):
        for inner in right:
            assert _promised(read(_campaign({name: inner})), Shape.CREATE)


def test_a_schedule_to_come_is_plain() -> None:
    assert _promised(read(SCHEDULE.encode()), Shape.CREATE)
    fields = {"ScheduledTime": "2030-11-13T20:03:35.000Z", ENVELOPE: ""}
    assert schedule_plain.is_remarked(fields, Shape.CREATE, datetime(2031, 1, 1, tzinfo=UTC))
    assert not schedule_plain.is_remarked(fields, Shape.CREATE, datetime(2030, 1, 1, tzinfo=UTC))
    assert schedule_plain.is_plain(fields)


class Noting(dict[str, str]):
    """Fields that note which of them are asked for."""

    def __init__(self, fields: dict[str, str]):
        super().__init__(fields)
        self.names: set[str] = set()

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return super().__contains__(name)

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.names.add(name)
        return super().get(name, default)


@pytest.mark.parametrize("stock", ["CUSTOM", "STOCK"])
@pytest.mark.parametrize("resource", RESOURCES)
def test_no_question_looks_at_a_child_that_it_is_not_given(stock: str, resource: str) -> None:
    asked = questions(resource)
    fields = Noting(dict.fromkeys(asked.names - asked.undocumented, "YES"))
    fields.update(CampaignType=stock, OrganizationCountry="us")
    fields.update({"ScheduledTime": "2030-11-13T20:03:35.000Z", ENVELOPE: ""})
    asked.is_plain(fields)
    assert fields.names
    assert fields.names <= asked.names | ASIDE


#: What a first look tells of, for a shape, though not all of it may be sent.
TOLD: tuple[tuple[str, Shape | None], ...] = (
    ("archive/feed-listing.xml", Shape.RECORD), ("archive/campaign-stock.xml", Shape.RECORD),
    ("archive/contact-lists-feed.xml", Shape.RECORD), ("archive/open-events-feed.xml", Shape.RECORD),
    ("archive/event-free.xml", Shape.RECORD), ("good/schedule-000.xml", Shape.RECORD),
    ("good/contact-detail.xml", Shape.RECORD), ("good/contact-update.xml", Shape.UPDATE),
    ("good/contacts-collected.xml", Shape.UPDATE), ("good/campaign-002.xml", Shape.UPDATE),
    ("good/contact-list-update.xml", Shape.UPDATE), ("archive/contact-lists-feed.xml", Shape.UPDATE),
    ("archive/campaign-stock.xml", None), ("archive/campaign-stock.xml", Shape.UPDATE),
    ("archive/contact-removed.xml", None), ("archive/contact-do-not-mail.xml", None),
    ("archive/contacts-page.xml", None), ("archive/feed-listing.xml", None),
    ("archive/open-events-feed.xml", Shape.CREATE), ("archive/account-addresses-feed.xml", Shape.UPDATE),
)  # fmt: skip


@pytest.mark.parametrize(("name", "shape"), TOLD)
def test_a_document_with_less_in_it_is_looked_at_alike(name: str, shape: Shape | None) -> None:
    whole = (SAMPLES / name).read_bytes()
    first = judge_at_first_look(read(whole), shape)
    assert first is not None
    assert first.diagnostics == judge_slowly(read(whole), shape).diagnostics
    root = etree.fromstring(whole)
    count = len(next(payloads(root))[2])
    for number in range(min(count, 20)):
        for less in (etree._Element.clear, lambda child: child.getparent().remove(child)):
            root = etree.fromstring(whole)
            less(next(payloads(root))[2][number])
            data = etree.tostring(root)
            quick = judge_at_first_look(read(data), shape)
            if quick is not None:
                assert quick.diagnostics == judge_slowly(read(data), shape).diagnostics


PAST = "2013-05-10T11:07:43.626Z"

#: How a time that is past may be written, and a flag that only a request minds.
REMARKED = {
    "good/schedule-002.xml": (PAST, [
        PAST, f" {PAST}\n", f"<![CDATA[{PAST}]]>", f"&#50;{PAST[1:]}", PAST.replace("-", "<!-- -->-", 1),
        f"<!-- <ScheduledTime>{PAST}</ScheduledTime> -->{PAST}", PAST.replace("626", "6261234"),
        PAST.replace("Z", "-05:00"), PAST.replace("Z", ""), "2999-05-10T11:07:43.626Z", "",
    ]),
    "archive/contact-lists-feed.xml": ("No", [
        "No", " No\n", "<![CDATA[No]]>", "&#78;o", "N<!-- -->o", "Yes", "no", "",
    ]),
    "good/contacts-collected.xml": ("Active", [
        "Active", "Unconfirmed", " Unconfirmed\n", "<![CDATA[Unconfirmed]]>", "Uncon<!-- -->firmed", "unconfirmed",
        "Removed", "Do Not Mail", "DoNotMail", "do-not-mail", "",
    ]),
    "good/contact-update.xml": ("ACTION_BY_CUSTOMER", [
        "ACTION_BY_CUSTOMER", "ACTION_BY_CONTACT", " ACTION_BY_CONTACT ", "<![CDATA[ACTION_BY_CONTACT]]>",
        "action_by_contact", "",
    ]),
}  # fmt: skip


@pytest.mark.parametrize("target", ["v2", "v3"])
@pytest.mark.parametrize("shape", [None, *Shape])
@pytest.mark.parametrize("name", REMARKED)
def test_a_first_look_remarks_on_what_a_proper_one_does(
    name: str, shape: Shape | None, target: str
) -> None:
    old, forms = REMARKED[name]
    text = (SAMPLES / name).read_text(encoding="utf-8")
    for form in forms:
        data = text.replace(f">{old}</", f">{form}</").encode()
        quick = judge_at_first_look(read(data), shape, target=target)
        if quick is not None:
            proper = judge_slowly(read(data), shape, target=target)
            assert quick.diagnostics == proper.diagnostics
            assert len(quick.seen) == len(proper.seen)
        assert quick is not None or form != old


ACCOUNT = "http://api.constantcontact.com/ws/customers/maplebooks"
MEMBERSHIP = f'<ContactList id="{ACCOUNT}/lists/1"/>'

#: What may stand in a contact beside its address; the first leaves it off all lists.
STANDING = {
    "Status": ["Removed", "Do Not Mail", "DoNotMail", "Unconfirmed", "Active", "", ABSENT],
    "ContactLists": [ABSENT, "", " ", "<!-- -->", MEMBERSHIP,
                     MEMBERSHIP.replace("/>", "><OptInSource>ACTION_BY_CONTACT</OptInSource></ContactList>")],
    "OptInSource": ["ACTION_BY_CUSTOMER", "ACTION_BY_CONTACT", "\nACTION_BY_CONTACT", "", ABSENT],
    "InsertTime": ["2010-04-21T18:35:33.000Z", ABSENT],
    "FirstName": ["Rita", ABSENT],
}  # fmt: skip


@given(
    st.fixed_dictionaries({name: st.sampled_from(each) for name, each in STANDING.items()}),
    st.sampled_from(["/contacts/311", "/contacts/0", ""]),
    st.sampled_from([None, *Shape]),
    st.sampled_from(["v2", "v3"]),
    st.sampled_from([NO_CHOICES, Choices(opt_in_by="owner")]),
    st.booleans(),
)
@example(
    {name: each[0] for name, each in STANDING.items()},
    "/contacts/311", None, "v2", NO_CHOICES, True,
)  # fmt: skip
def test_a_contact_of_any_standing_is_looked_at_alike(
    chosen: dict[str, str | None],
    id_: str,
    shape: Shape | None,
    target: str,
    choices: Choices,
    in_feed: bool,
) -> None:
    text = (SAMPLES / "good/contacts-collected.xml").read_text(encoding="utf-8")
    first = text.index("<entry>"), text.index("</entry>") + len("</entry>")
    inner = "".join(f"<{n}>{value}</{n}>" for n, value in chosen.items() if value is not ABSENT)
    entry = re.sub(
        r"(<Contact [^>]*>).*(</Contact>)",
        rf"\1<EmailAddress>rita.reader@example.com</EmailAddress>{inner}\2",
        text[slice(*first)],
        flags=re.S,
    ).replace("/contacts/311", id_)
    if in_feed:
        text = text[: first[0]] + entry + text[first[1] :]
    else:
        text = entry.replace("<entry>", '<entry xmlns="http://www.w3.org/2005/Atom">')
    assert looked_at_alike(text.encode(), shape, target, choices)


def looked_at_alike(
    data: bytes, shape: Shape | None, target: str = "v2", choices: Choices = NO_CHOICES
) -> bool:
    """Whether the first look says the same as a proper one; it may leave it to that."""
    quick = judge_at_first_look(read(data), shape, target=target, choices=choices)
    if quick is None:
        return True
    proper = judge_slowly(read(data), shape, target=target, choices=choices)
    bodies = [[(each.index, each.outcome.body) for each in one.seen] for one in (quick, proper)]
    return quick.diagnostics == proper.diagnostics and bodies[0] == bodies[1]


@given(
    SEVERAL,
    st.sampled_from(["STOCK", "TEMPLATE_V2", " STOCK\n", "stock"]),
    st.sets(st.sampled_from(["EmailContent", "EmailTextContent", "EmailContentFormat"])),
    st.sampled_from([None, *Shape]),
    st.sampled_from(["v2", "v3"]),
)
@example({}, "STOCK", {"EmailContent", "EmailTextContent", "EmailContentFormat"}, None, "v2")
def test_a_campaign_from_a_template_is_looked_at_alike(
    chosen: dict[str, str | None], kind: str, lacking: set[str], shape: Shape | None, target: str
) -> None:
    data = _campaign({**chosen, "CampaignType": kind, **dict.fromkeys(lacking, ABSENT)})
    assert looked_at_alike(data, shape, target)


#: Samples in which nothing is wrong, and shapes for which much is remarked on.
REMARKED_SAMPLES = (
    ("archive/campaign-stock.xml", None), ("archive/contact-removed.xml", None),
    ("archive/contact-do-not-mail.xml", None), ("archive/contacts-page.xml", None),
    ("archive/feed-listing.xml", None), ("archive/contact-lists-feed.xml", Shape.RECORD),
    ("archive/activities-feed.xml", Shape.CREATE), ("archive/bounce-events-feed.xml", Shape.UPDATE),
)  # fmt: skip


@pytest.mark.parametrize("target", ["v2", "v3"])
@pytest.mark.parametrize(("name", "shape"), REMARKED_SAMPLES)
def test_what_is_only_remarked_on_takes_the_fast_path(
    name: str, shape: Shape | None, target: str
) -> None:
    data = (SAMPLES / name).read_bytes()
    assert judge_at_first_look(read(data), shape, target=target) is not None
    assert looked_at_alike(data, shape, target)


@pytest.mark.parametrize("half", [True, False])
def test_an_event_with_half_of_what_it_needs_is_not_skipped(half: bool) -> None:
    choices = Choices(event_time_zone="America/New_York" if half else "")
    text = (SAMPLES / "archive" / "event-detail.xml").read_text(encoding="utf-8")
    data = re.sub(r"<PaymentOptions>.*</PaymentOptions>", "", text, flags=re.S).encode()
    quick = judge_at_first_look(read(data), Shape.CREATE, choices=choices)
    assert (quick is None) is half
    proper = judge_slowly(read(data), Shape.CREATE, choices=choices)
    assert {each.code for each in proper.diagnostics} == {"CT870"}
    assert {each.stops_conversion for each in proper.diagnostics} == {half}
    assert looked_at_alike(data, Shape.CREATE, choices=choices)


@pytest.mark.parametrize("shape", [None, *Shape])
@pytest.mark.parametrize("more", ["EarlyFee", "LateFee", "Fee", "Label"])
def test_what_stands_inside_an_event_is_judged_by_what_is_asked_for(
    more: str, shape: Shape | None
) -> None:
    """Its fees become bodies of their own, also where the event itself is skipped."""
    text = (SAMPLES / "archive" / "event-detail.xml").read_text(encoding="utf-8")
    value = "Members" if more == "Label" else "10.00"
    bare = re.sub(rf"<{more}>[^<]*</{more}>", "", text)
    for data in (bare, bare.replace("</EventFee>", f"<{more}>{value}</{more}></EventFee>")):
        without = re.sub(r"<PaymentOptions>.*</PaymentOptions>", "", data, flags=re.S)
        for each in (data, without):
            assert looked_at_alike(each.encode(), shape)
