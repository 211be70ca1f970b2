"""v3's server: campaigns, their activities, schedules and sends, over real sockets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sandbox_client import in_days
from v3_client import HTML, SENDER, V3Client, campaign, options, primary, serving

from ctct_migrate.sandbox import Sandbox


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(options()) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    return running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[V3Client]:
    with V3Client(sandbox) as client:
        yield client


def test_a_campaign_is_made_with_200_and_everything_else_with_201(client: V3Client) -> None:
    made = client.expects(200, "POST", "/emails", campaign())
    assert {each["role"] for each in made["campaign_activities"]} == {"primary_email", "permalink"}
    assert (made["current_status"], made["type_code"]) == ("Draft", 26)
    assert client.expects(200, "GET", f"/emails/{made['campaign_id']}") == made
    client.expects(201, "POST", "/contact_lists", {"name": "New"})


def test_an_activity_leaves_out_what_is_not_asked_for(client: V3Client) -> None:
    _, activity = client.campaign()
    place = f"/emails/activities/{activity}"
    bare = client.expects(200, "GET", place)
    asked = "html_content,physical_address_in_footer,permalink_url,document_properties"
    whole = client.expects(200, "GET", f"{place}?include={asked}")
    assert set(asked.split(",")) == set(whole) - set(bare)
    assert whole["html_content"] == HTML
    # The account's own address serves where the campaign has none.
    assert whole["physical_address_in_footer"]["city"] == "Waltham"
    client.expects(400, "GET", f"{place}?include=everything")


def test_lists_belong_to_the_activity(client: V3Client) -> None:
    lists = [client.list_id()]
    wrong = campaign(contact_list_ids=lists)
    client.expects(400, "POST", "/emails", wrong)
    _, activity = client.campaign()
    put = client.expects(
        200, "PUT", f"/emails/activities/{activity}", {**SENDER, "contact_list_ids": lists}
    )
    assert put["contact_list_ids"] == lists


def test_a_put_empties_some_properties_and_keeps_others(client: V3Client) -> None:
    activity = client.listed(preheader="Inside: all four")
    place = f"/emails/activities/{activity}"
    body = {**SENDER, "preheader": "Now", "contact_list_ids": [client.list_id("12")]}
    client.expects(200, "PUT", place, body)
    client.expects(200, "PUT", place, SENDER)
    found = client.expects(200, "GET", f"{place}?include=html_content")
    assert (found["preheader"], found["contact_list_ids"]) == ("", [])
    assert found["html_content"] == HTML


def test_what_does_not_fit_the_format_is_ignored(client: V3Client) -> None:
    _, activity = client.campaign()
    body = {**SENDER, "document_properties": {"permission_reminder": "You asked"}}
    client.expects(200, "PUT", f"/emails/activities/{activity}", body)
    found = client.expects(200, "GET", f"/emails/activities/{activity}?include=document_properties")
    assert found["document_properties"] == {}
    assert found["format_type"] == 5


def test_a_campaign_sent_as_of_the_former_format_is_of_todays(client: V3Client) -> None:
    _, activity = client.campaign(format_type=1)
    assert client.expects(200, "GET", f"/emails/activities/{activity}")["format_type"] == 5


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"from_email": "new@harbour.example"}, "from_email"),
        ({"reply_to_email": "somebody@else.example"}, "reply_to_email"),
        ({"html_content": "x" * 150_001}, "html_content"),
        ({"html_content": HTML + "€" * 149_000}, "html_content"),
        ({"from_name": "x" * 101}, "from_name"),
        ({"subject": None}, "subject"),
        ({"nonsense": True}, "nonsense"),
        ({"html_content": HTML + "${x}"}, "html_content"),
    ],
)
def test_a_refusal_names_the_property_in_words(client: V3Client, wrong: object, word: str) -> None:
    errors = client.expects(400, "POST", "/emails", campaign(**wrong))  # type: ignore[arg-type]
    assert isinstance(errors, list)
    assert word in errors[0]["error_message"]
    assert set(errors[0]) == {"error_key", "error_message"}


def test_a_name_is_taken_by_a_removed_campaign_too(client: V3Client) -> None:
    number, activity = client.campaign("Club")
    client.expects(409, "POST", "/emails", campaign("club "))
    client.expects(204, "DELETE", f"/emails/{number}")
    client.expects(409, "POST", "/emails", campaign("Club"))
    rows = client.expects(200, "GET", "/emails")["campaigns"]
    assert [(row["name"], row["current_status"]) for row in rows] == [("Club", "Removed")]
    client.expects(404, "GET", f"/emails/activities/{activity}")
    client.expects(400, "PATCH", f"/emails/{number}", {"name": "Other"})


def test_renaming(client: V3Client) -> None:
    number, _ = client.campaign("One")
    client.campaign("Two")
    client.expects(409, "PATCH", f"/emails/{number}", {"name": "Two"})
    assert client.expects(200, "PATCH", f"/emails/{number}", {"name": "Three"})["name"] == "Three"
    client.campaign("One")


def test_pages_have_relative_links_and_the_newest_change_first(client: V3Client) -> None:
    for name in "ABCDE":
        client.campaign(name)
    names, path = [], "/emails?limit=2"
    while path:
        page = client.expects(200, "GET", path)
        names.append([row["name"] for row in page["campaigns"]])
        href = page["_links"].get("next", {}).get("href", "")
        assert href.startswith("/v3/emails?") or not href
        path = href.removeprefix("/v3")
    assert names == [["E", "D"], ["C", "B"], ["A"]]
    assert client.expects(200, "GET", f"/emails?after_date={in_days(1)}")["campaigns"] == []
    assert len(client.expects(200, "GET", f"/emails?before_date={in_days(1)}")["campaigns"]) == 5
    client.expects(400, "GET", "/emails?cursor=nonsense")
    client.expects(400, "GET", "/emails?limit=501")


def test_a_schedule_needs_lists_and_stops_changes(client: V3Client) -> None:
    number, activity = client.campaign()
    place, date = f"/emails/activities/{activity}", in_days(1)
    client.expects(400, "POST", f"{place}/schedules", {"scheduled_date": date})
    body = {**SENDER, "contact_list_ids": [client.list_id()]}
    client.expects(200, "PUT", place, body)
    assert client.expects(200, "GET", f"{place}/schedules") == []
    made = client.expects(201, "POST", f"{place}/schedules", {"scheduled_date": date})
    assert made == [{"scheduled_date": date}]
    assert client.expects(200, "GET", f"{place}/schedules") == made
    assert client.status(activity) == "SCHEDULED"
    client.expects(400, "PUT", place, body)
    client.expects(400, "POST", f"{place}/schedules", {"scheduled_date": date})
    client.expects(400, "DELETE", f"/emails/{number}")
    client.expects(204, "DELETE", f"{place}/schedules")
    assert client.status(activity) == "DRAFT"
    client.expects(200, "PUT", place, body)


def test_a_date_in_the_past_and_no_date(client: V3Client) -> None:
    activity = client.listed()
    place = f"/emails/activities/{activity}/schedules"
    for wrong in (in_days(-1), "tomorrow", "", 7):
        client.expects(400, "POST", place, {"scheduled_date": wrong})
    client.expects(201, "POST", place, {"scheduled_date": in_days(3)[:10]})


def test_time_passes_and_what_was_scheduled_is_sent(sandbox: Sandbox, client: V3Client) -> None:
    client.contact("ada@north.example", "11")
    client.contact("tom@reed.example", "11")
    client.contact("out@north.example", permission="unsubscribed")
    activity = client.listed()
    place, date = f"/emails/activities/{activity}", in_days(1)
    client.expects(201, "POST", f"{place}/schedules", {"scheduled_date": date})
    assert client.expects(200, "GET", f"{place}/send_history") == []
    sandbox.pass_time(2 * 86_400)
    assert client.status(activity) == "DONE"
    assert client.expects(200, "GET", f"{place}/schedules") == []
    (sent,) = client.expects(200, "GET", f"{place}/send_history")
    assert (sent["count"], sent["send_status"], sent["run_date"]) == (2, "COMPLETED", date)
    client.expects(400, "PUT", place, SENDER)
    assert sandbox.state()["mailings"][activity] == {"ada@north.example": 1, "tom@reed.example": 1}


def test_scheduling_what_is_done_sends_it_again(sandbox: Sandbox, client: V3Client) -> None:
    client.contact("ada@north.example", "11")
    activity = client.listed()
    place = f"/emails/activities/{activity}/schedules"
    assert client.expects(201, "POST", place, {"scheduled_date": "0"}) == []
    assert client.status(activity) == "DONE"
    client.contact("late@north.example", "11")
    assert client.expects(201, "POST", place, {"scheduled_date": "0"}) == []
    sends = sandbox.state()["sends"][activity]
    assert [each["recipients"] for each in sends] == [["ada@north.example"], ["late@north.example"]]


def test_a_link_that_is_too_long_fails_the_send(client: V3Client) -> None:
    client.contact("ada@north.example", "11")
    link = f'<a href="https://harbour.example/{"x" * 1_000}">'
    activity = client.listed(html_content=HTML.replace("<p>", f"<p>{link}x</a>"))
    place = f"/emails/activities/{activity}"
    client.expects(201, "POST", f"{place}/schedules", {"scheduled_date": "0"})
    assert client.status(activity) == "ERROR"
    (sent,) = client.expects(200, "GET", f"{place}/send_history")
    assert (sent["send_status"], sent["reason_code"], sent["count"]) == ("ERRORED", 8, 0)


def test_the_activity_of_the_public_page_is_only_read(client: V3Client) -> None:
    made = client.expects(200, "POST", "/emails", campaign())
    (page,) = [e for e in made["campaign_activities"] if e["role"] != "primary_email"]
    place = f"/emails/activities/{page['campaign_activity_id']}"
    assert client.expects(200, "GET", place)["role"] == "permalink"
    client.expects(400, "PUT", place, SENDER)
    client.expects(400, "POST", f"{place}/schedules", {"scheduled_date": in_days(1)})


def test_previews_and_test_mails(client: V3Client) -> None:
    _, activity = client.campaign()
    place = f"/emails/activities/{activity}"
    assert client.expects(200, "GET", f"{place}/previews")["preview_html_content"] == HTML
    body = {"email_addresses": ["me@harbour.example"]}
    client.expects(400, "POST", f"{place}/tests", {"email_addresses": ["me@harbour.example"] * 6})
    for _ in range(50):
        client.expects(204, "POST", f"{place}/tests", body)
    assert client.expects(429, "POST", f"{place}/tests", body)["error_key"] == "quota_exceeded"


def test_campaigns_of_the_past_are_found_by_their_numbers(
    sandbox: Sandbox, client: V3Client
) -> None:
    sandbox.seed(
        campaigns=[
            {"number": "1100000000001", "name": "Old", "current_status": "Done", "count": 7},
            {"number": "1100000000002", "name": "Older", "contact_list_ids": ["12"]},
        ]
    )
    path = "/emails/campaign_id_xrefs?v2_email_campaign_ids="
    numbers = "1100000000002,1100000000001,9"
    xrefs = client.expects(200, "GET", path + numbers)["xrefs"]
    assert [each["v2_email_campaign_id"] for each in xrefs] == ["1100000000001", "1100000000002"]
    old, older = (each["campaign_activity_id"] for each in xrefs)
    (sent,) = client.expects(200, "GET", f"/emails/activities/{old}/send_history")
    assert sent["count"] == 7
    found = client.expects(200, "GET", f"/emails/activities/{older}")
    assert (found["format_type"], found["current_status"]) == (1, "DRAFT")
    assert found["contact_list_ids"] == [client.list_id("12")]
    made = client.expects(200, "GET", f"/emails/{xrefs[1]['campaign_id']}")
    assert primary(made) == older
    properties = {"permission_reminder_enabled": "true", "permission_reminder": "You asked"}
    body = {**SENDER, "document_properties": properties}
    client.expects(200, "PUT", f"/emails/activities/{older}", body)
    found = client.expects(200, "GET", f"/emails/activities/{older}?include=document_properties")
    # Members that the PUT left out are kept.
    assert found["document_properties"].items() > properties.items()
    client.expects(400, "GET", path + ",".join(map(str, range(1, 52))))
    client.expects(400, "GET", path + "abc")


def test_the_questions_of_the_reference_can_be_answered_either_way() -> None:
    settings = {
        "second_schedule": "replace", "unknown_xrefs": "404", "forbidden_pairs": "at-send",
        "primary_email": "last", "status_case": "swapped", "xref_digits": 8,
        "names_ignore_case": False, "sending_seconds": 60,
    }  # fmt: skip
    with serving(settings=settings) as (sandbox, client):
        made = client.expects(200, "POST", "/emails", campaign("Club"))
        assert made["campaign_activities"][-1]["role"] == "primary_email"
        assert made["current_status"] == "DRAFT"
        client.campaign("club")
        client.expects(404, "GET", "/contact_lists/list_id_xrefs?sequence_ids=11,99")
        xrefs = client.expects(200, "GET", "/contact_lists/list_id_xrefs?sequence_ids=11")["xrefs"]
        assert xrefs[0]["sequence_id"] == "00000011"
        activity = client.listed("Third", html_content=HTML + "${x}")
        place = f"/emails/activities/{activity}/schedules"
        for days in (1, 2):
            client.expects(201, "POST", place, {"scheduled_date": in_days(days)})
        assert len(sandbox.state()["schedules"][activity]) == 1
        sandbox.pass_time(1.5 * 86_400)
        assert client.status(activity) == "Scheduled"
        sandbox.pass_time(0.5 * 86_400 + 30)
        assert client.status(activity) == "Executing"
        sandbox.pass_time(60)
        assert client.status(activity) == "Error"


def test_names_can_protect_less() -> None:
    with serving(settings={"removed_keep_names": False}) as (_, client):
        number, _ = client.campaign("Club")
        client.expects(409, "POST", "/emails", campaign("Club"))
        client.expects(204, "DELETE", f"/emails/{number}")
        client.campaign("Club")
    with serving(settings={"unique_names": False}) as (sandbox, client):
        for _ in range(2):
            client.campaign("Club")
        assert len(sandbox.state()["campaigns"]) == 2
