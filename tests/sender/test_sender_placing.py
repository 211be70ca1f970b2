"""From a server's words to a place in the XML."""

from __future__ import annotations

import pytest
from example_documents import CAMPAIGN as EXAMPLE
from sender_payloads import campaign_body, payload, schedule

from ctct_migrate.api.conversion import convert
from ctct_migrate.api.reading import read
from ctct_migrate.rules.phrases import GOOD_ENTRY
from ctct_migrate.sender.placing import Origin, diagnostics
from ctct_migrate.source import Position
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.replies import Failure, Reaction
from ctct_migrate.targets.v2.campaign import DELIVERY as CAMPAIGN
from ctct_migrate.targets.v2.schedule import DELIVERY as SCHEDULE

ORIGINS = {"/sent_to_contact_lists": (0, 1)}
LISTS = [{"id": "5"}, {"id": "99"}]


def placed(failure: Failure, **more: object) -> str:
    """The pointer whose value the diagnostic is shown at."""
    body = campaign_body(sent_to_contact_lists=LISTS, **more)
    made = payload("a.xml", body)
    (found,) = diagnostics(Origin("a.xml", None, lambda: made, CAMPAIGN, ORIGINS), [failure], body)
    spans = {span: pointer for pointer, span in made.source_map.items()}
    return spans.get(found.span, "")


def failed(rule, pointer=None, words="") -> Failure:
    return Failure(rule, Reaction.FAIL, 400, "key", words, pointer)


@pytest.mark.parametrize(
    ("failure", "pointer"),
    [
        (failed(catalogue.SCHEMA_REFUSED, "/subject"), "/subject"),
        (failed(catalogue.SCHEMA_REFUSED, "/subject/deeper"), "/subject"),
        (failed(catalogue.SCHEMA_REFUSED, "/sent_to_contact_lists/1/id"), "/sent_to_contact_lists/1/id"),
        (failed(catalogue.SCHEMA_REFUSED, "/message_footer/postal_code"), "/message_footer/organization_name"),
        (failed(catalogue.ADDRESS_MISSING), "/message_footer/organization_name"),
        (failed(catalogue.NAME_TAKEN), "/name"),
        (failed(catalogue.ADDRESS_REFUSED), "/from_email"),
        (failed(catalogue.LIST_UNKNOWN, words="The contact list 99 does not exist."), "/sent_to_contact_lists/1/id"),
        (failed(catalogue.LIST_UNKNOWN, words="There is no such list"), "/sent_to_contact_lists/0/id"),
    ],
)  # fmt: skip
def test_where_a_failure_is_shown(failure, pointer):
    assert placed(failure) == pointer


@pytest.mark.parametrize(
    "failure",
    [
        failed(catalogue.REFUSED),
        failed(catalogue.SCHEMA_REFUSED, "/nowhere"),
        failed(catalogue.SCHEMA_REFUSED, ""),
    ],
)
def test_what_is_about_a_whole_campaign_is_shown_at_its_beginning(failure):
    body = campaign_body()
    made = payload("a.xml", body)
    origin = Origin("a.xml", None, lambda: made, CAMPAIGN)
    (found,) = diagnostics(origin, [failure], body)
    assert found.span.start == found.span.end == Position(1, 1, 0)
    assert found.element == ""


def test_what_is_about_a_schedule_is_shown_at_its_time():
    made = schedule("s.xml", "2090-05-10T11:07:43.626Z", "1", entry=3)
    (found,) = diagnostics(
        Origin("s.xml", 3, lambda: made, SCHEDULE), [failed(catalogue.SCHEDULING_NOT_PERMITTED)], {}
    )
    assert found.span == made.source_map["/scheduled_date"]
    assert (found.path, found.entry) == ("s.xml", 3)


def test_a_document_that_is_gone_is_named_all_the_same():
    origin = Origin("gone.xml", None, lambda: None, CAMPAIGN)
    (found,) = diagnostics(origin, [failed(catalogue.SCHEMA_REFUSED, "/name", "Bad")], {})
    assert found.span.start == Position(1, 1, 0)
    assert (found.code, found.label) == ("CT901", "Bad")
    assert found.help == ("the server answered 400 key", catalogue.SCHEMA_REFUSED.how)


NUMBERED = [
    (CAMPAIGN, "update", "campaigns/7001"),
    (SCHEDULE, "create", "campaigns/7001/schedules/1"),
]
URI = "http://api.constantcontact.com/ws/customers/joe/"


@pytest.mark.parametrize(("delivery", "shape", "place"), NUMBERED)
@pytest.mark.parametrize("bare", [False, True])
def test_a_number_that_the_server_does_not_know_is_shown_where_the_document_says_it(
    delivery, shape, place, bare
):
    text = (EXAMPLE if delivery is CAMPAIGN else GOOD_ENTRY).replace("1100546096289", "7001")
    if bare:
        name = "Campaign" if delivery is CAMPAIGN else "Schedule"
        text = text[text.index(f"<{name}") : text.index(f"</{name}>")] + f"</{name}>"
    document = read(text.encode())
    (made,) = convert(document, shape)
    (found,) = diagnostics(
        Origin("a.xml", None, lambda: made, delivery), [failed(catalogue.NOT_FOUND)], made.body
    )
    assert text[found.span.start.offset : found.span.end.offset] == URI + place
    assert found.element.endswith("/@id")


def test_without_an_id_of_its_own_the_entry_names_the_number():
    text = GOOD_ENTRY.replace(f' id="{URI}campaigns/1100546096289/schedules/1"', "")
    (made,) = convert(read(text.encode()))
    (found,) = diagnostics(
        Origin("a.xml", None, lambda: made, SCHEDULE), [failed(catalogue.NOT_FOUND)], made.body
    )
    assert "1100546096289" in text[found.span.start.offset : found.span.end.offset]
