"""CT701 to CT710."""

from __future__ import annotations

import pytest
from example_documents import CAMPAIGN, document_of
from rule_cases import Case, codes, found, guilty, run

from ctct_migrate.payload import Shape
from ctct_migrate.rules.conversion import target_limits
from ctct_migrate.targets.v2.campaign import CAMPAIGN as TABLE
from ctct_migrate.targets.v2.target import V2

#: Texts with a longest length: element, v2 pointer, how a text of a length is written.
PLAIN = [
    (row.path, row.pointer)
    for row in TABLE.rows
    if "/" not in row.path and row.codec.name in ("text", "stripped text")
    and row.pointer and V2.contract.limits("campaign", row.pointer).max_length
    and row.path != "OrganizationInternationalState"
]  # fmt: skip

#: Texts that count only with their flag.
FLAGS = {
    "ViewAsWebpageText": "<ViewAsWebpage>YES</ViewAsWebpage>\n<ViewAsWebpageLinkText>x</ViewAsWebpageLinkText>",
    "ViewAsWebpageLinkText": "<ViewAsWebpage>YES</ViewAsWebpage>\n<ViewAsWebpageText>x</ViewAsWebpageText>",
    "ForwardEmailLinkText": "<IncludeForwardEmail>YES</IncludeForwardEmail>",
    "SubscribeLinkText": "<IncludeSubscribeLink>YES</IncludeSubscribeLink>",
}


def _longest(pointer: str) -> int:
    most = V2.contract.limits("campaign", pointer).max_length
    assert most is not None
    return most


@pytest.mark.parametrize(("name", "pointer"), PLAIN)
def test_every_text_may_be_as_long_as_v2_allows_and_no_longer(name: str, pointer: str) -> None:
    most = _longest(pointer)
    flag = FLAGS.get(name, "")
    right = document_of(f"<{name}>{'é' * most}</{name}>\n{flag}")
    assert found(target_limits.check, right) == []
    wrong = document_of(f"<{name}>{'é' * (most + 3)}</{name}>\n{flag}")
    (diagnostic,) = found(target_limits.check, wrong)
    assert diagnostic.code == "CT701"
    assert diagnostic.message == f"`{name}` is {most + 3:,} characters long, v2 allows {most:,}"
    assert diagnostic.label == "3 characters too long"
    assert guilty(wrong, diagnostic) == "é" * (most + 3)
    assert diagnostic.element == f"entry/content/Campaign/{name}"


def test_there_are_such_texts() -> None:
    assert len(PLAIN) >= 14


ADDRESS = "<ReplyToEmail><EmailAddress>{}</EmailAddress></ReplyToEmail>"

CASES = [
    Case(ADDRESS.format("a@b.c"), "CT702", "a@b.c"),
    Case(ADDRESS.format("x" * 70 + "@example.com"), "CT701", "x" * 70 + "@example.com"),
    Case(ADDRESS.format("joe@localhost"), "CT703", "joe@localhost"),
    Case(ADDRESS.format("&lt;joe@example.com&gt;"), "CT320", "&lt;joe@example.com&gt;", ADDRESS.format("joe@example.com")),
    Case(ADDRESS.format("joe@example,com"), "CT320", "joe@example,com", ADDRESS.format("joe@example.com"), safe=False),
    Case(ADDRESS.format("joe@example.com"), None),
    Case("<OrganizationState>ON</OrganizationState>", None),
    # several lines: the first
    Case("<Subject>one\r\n" + "x" * 200 + "</Subject>", "CT701", "one"),
    # reported by others
    Case(ADDRESS.format("joe.example.com"), None),
    Case("<EmailContent>Test Email</EmailContent>", None),
    Case("<OrganizationCountry>zz</OrganizationCountry>", None),
    Case("<OrganizationState>Boston</OrganizationState>", None),
    Case("<!-- no Subject -->", None),
    Case("<Subject></Subject>", None),
    Case("<!-- no OrganizationName -->", None),
    Case("<GreetingName>first_name</GreetingName>", None),
    Case("<IncludeForwardEmail>YES</IncludeForwardEmail>", None),
    # v1 ignored the text of a flag that says NO
    Case("<ViewAsWebpageText>" + "x" * 60 + "</ViewAsWebpageText>", None),
    # white space around a name does not count
    Case("<Name>   " + "x" * 80 + "   </Name>", None),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_limits(case: Case) -> None:
    run(target_limits.check, case)


def test_markup_counts_as_it_is_sent() -> None:
    most = _longest("/permission_reminder_text")
    inner = "<a>" + "x" * (most - 7) + "</a>"
    assert (
        found(
            target_limits.check,
            document_of(f"<PermissionReminderText>{inner}</PermissionReminderText>"),
        )
        == []
    )
    data = document_of(f"<PermissionReminderText>\n{inner}x</PermissionReminderText>")
    (diagnostic,) = found(target_limits.check, data)
    assert diagnostic.code == "CT701"
    assert guilty(data, diagnostic) == f"{inner}x"


def test_content_of_930001_characters() -> None:
    most = _longest("/email_content")
    start, end = "&lt;html&gt;&lt;body&gt;", "&lt;/body&gt;&lt;/html&gt;"
    length = most - len("<html><body></body></html>")
    right = document_of(f"<EmailContent>{start}{'x' * length}{end}</EmailContent>")
    assert found(target_limits.check, right) == []
    wrong = document_of(f"<EmailContent>{start}{'x' * (length + 1)}{end}</EmailContent>")
    (diagnostic,) = found(target_limits.check, wrong)
    assert diagnostic.code == "CT701"
    assert diagnostic.label == "1 character too long"
    assert codes(wrong) == ["CT701"]


LONG = "x" * 81

HIDDEN = [
    (f"<name>{LONG}</name>\n<!-- no Name -->", ["CT302", "CT701"]),
    (f"<Name>{LONG}</Name>\n<Subject>Spring", ["CT104", "CT701"]),
    (f"<Name>{LONG}</Name>\n<GreetingName>first_name</GreetingName>", ["CT310", "CT701"]),
    (f"<Name>{LONG}</Name>\n<Subject>a &nbsp; b</Subject>", ["CT101", "CT701"]),
    (f"<Name>{LONG}</Name>\n<Subject>a\x02b</Subject>", ["CT111", "CT701"]),
]  # fmt: skip


@pytest.mark.parametrize(("fragment", "expected"), HIDDEN)
def test_another_mistake_does_not_hide_it(fragment: str, expected: list[str]) -> None:
    assert codes(document_of(fragment)) == expected


def test_a_wrong_namespace_does_not_hide_it() -> None:
    text = CAMPAIGN.replace("<Name>Spring sale", f"<Name>{LONG}").replace("ns/1.0/", "ns/1.1/")
    assert codes(text.encode()) == ["CT202", "CT701"]


def test_an_update_needs_a_number() -> None:
    text = CAMPAIGN.replace("/1100546096289", "")
    (diagnostic,) = found(target_limits.check, text.encode(), Shape.UPDATE)
    assert diagnostic.code == "CT710"
    assert (
        guilty(text.encode(), diagnostic)
        == "http://api.constantcontact.com/ws/customers/joe/campaigns"
    )
    for shape in (None, Shape.CREATE, Shape.RECORD):
        assert found(target_limits.check, text.encode(), shape) == []
    (bare,) = found(target_limits.check, b"<Campaign><Name>A</Name></Campaign>", Shape.UPDATE)
    assert bare.code == "CT710"


def test_the_number_may_stand_in_the_envelope() -> None:
    start = CAMPAIGN.index(" id=", CAMPAIGN.index("<Campaign "))
    text = CAMPAIGN[:start] + CAMPAIGN[CAMPAIGN.index(">", start) :]
    assert found(target_limits.check, text.encode(), Shape.UPDATE) == []


def test_each_entry_of_a_feed_is_measured() -> None:
    entry = CAMPAIGN[CAMPAIGN.index("<entry") :].replace("<Name>Spring sale", f"<Name>{LONG}")
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}{entry}</feed>'
    assert [each.entry for each in found(target_limits.check, feed.encode())] == [0, 1]
