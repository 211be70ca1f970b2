"""What is the same on the server, and what an update would empty."""

from __future__ import annotations

import pytest
from sender_payloads import FOOTER, campaign_body

from ctct_migrate.sender.comparison import differences, emptied, instant
from ctct_migrate.targets.v2.campaign import DELIVERY as CAMPAIGN
from ctct_migrate.targets.v2.schedule import DELIVERY as SCHEDULE


def stored(**more: object) -> dict[str, object]:
    """A campaign as a server answers it: with its own properties, and blanks."""
    own = {"id": "9", "status": "DRAFT", "created_date": "2013-05-10T11:07:43.626Z"}
    return campaign_body() | own | {"style_sheet": None, "greeting_name": ""} | more


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"message_footer": FOOTER | {"address_line_2": "", "include_forward_email": False}},
        {"text_content": "<text>Hello</text>"},
        {"text_content": "Hello\r\n"},
        {"from_email": "Joe@Example.com"},
        {"sent_to_contact_lists": [{"id": "1", "status": None}]},
        {"status": "SCHEDULED", "modified_date": "2020-01-01T00:00:00Z"},
        {"id": "10"},
    ],
)
def test_the_same(more):
    assert differences(CAMPAIGN, campaign_body(), stored(**more)) == []


@pytest.mark.parametrize(
    ("more", "pointers"),
    [
        ({"subject": "Other"}, ["/subject"]),
        ({"subject": None}, ["/subject"]),
        ({"message_footer": None}, [f"/message_footer/{name}" for name in FOOTER]),
        ({"message_footer": FOOTER | {"city": "Boston"}}, ["/message_footer/city"]),
        ({"text_content": "Hello you"}, ["/text_content"]),
        ({"email_content": "<text>Hello</text>"}, ["/email_content"]),
        ({"sent_to_contact_lists": [{"id": "2"}]}, ["/sent_to_contact_lists"]),
        ({"sent_to_contact_lists": [{"id": "1"}, {"id": "2"}]}, ["/sent_to_contact_lists"]),
    ],
)
def test_not_the_same(more, pointers):
    assert differences(CAMPAIGN, campaign_body(), stored(**more)) == pointers


def test_lists_in_another_order_are_the_same():
    two = [{"id": "1"}, {"id": "2"}]
    ours = campaign_body(sent_to_contact_lists=two)
    assert differences(CAMPAIGN, ours, stored(sent_to_contact_lists=two[::-1])) == []


def test_no_text_and_line_breaks_within_count():
    ours = campaign_body(email_content="<html><body>a\nb</body></html>")
    theirs = stored(email_content="<html><body>a b</body></html>")
    assert differences(CAMPAIGN, ours, theirs) == ["/email_content"]


def test_moments_are_compared_as_moments():
    ours = {"scheduled_date": "2013-05-10T11:07:43.626Z"}
    assert differences(SCHEDULE, ours, {"scheduled_date": "2013-05-10T13:07:43.6260+02:00"}) == []
    other = {"scheduled_date": "2013-05-10T11:07:44.626Z"}
    assert differences(SCHEDULE, ours, other) == ["/scheduled_date"]


@pytest.mark.parametrize("text", ["", "tomorrow", "2013-05-10", "2013-05-10T11:07:43", None, 5])
def test_what_is_no_instant(text):
    assert instant(text) is None


def test_what_an_update_would_empty():
    there = stored(style_sheet="p {}", is_view_as_webpage_enabled=True, greeting_string=" ")
    assert emptied(CAMPAIGN, campaign_body(), there) == [
        "/is_view_as_webpage_enabled",
        "/greeting_string",
        "/style_sheet",
    ]
    there = stored(message_footer=FOOTER | {"address_line_2": "Suite 5"})
    assert emptied(CAMPAIGN, campaign_body(), there) == ["/message_footer/address_line_2"]
    ours = campaign_body(message_footer=None, sent_to_contact_lists=None)
    assert emptied(CAMPAIGN, ours, stored()) == ["/message_footer", "/sent_to_contact_lists"]
    assert emptied(CAMPAIGN, campaign_body(), stored()) == []
