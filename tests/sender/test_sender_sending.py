"""What a run does on a server that behaves: creating, updating, scheduling, resuming."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from sender_payloads import (
    ADDRESS,
    FUTURE,
    LATER,
    QUICK,
    Bench,
    campaign,
    campaign_body,
    codes,
    payload,
    schedule,
    states,
    update,
)

from ctct_migrate.sandbox import Fault
from ctct_migrate.sandbox import FaultKind as FaultKind
from ctct_migrate.sender import OnNameTaken, SendStopped, State
from ctct_migrate.sender.comparison import differences
from ctct_migrate.targets.v2.campaign import DELIVERY as CAMPAIGN

PAST = "2013-05-10T11:07:43.626Z"


def test_campaigns_are_created_and_their_schedules_placed(bench: Bench):
    report = bench.send(
        schedule("s1.xml", FUTURE, "1001"),
        campaign("c1.xml", "One", "1001"),
        campaign("c2.xml", "Two", "1002"),
        schedule("s2.xml", LATER, "1002"),
    )
    assert report.is_done
    assert states(report) == ["done"] * 4
    assert bench.schedules == {"One": [FUTURE], "Two": [LATER]}
    for result in report.results:
        body = bench.box.state()["campaigns"]
        if result.request.document.resource == "campaign":
            assert not differences(
                CAMPAIGN,
                campaign_body("One" if "1" in result.request.document.path else "Two"),
                body[result.target_id],
            )
        else:
            assert result.kept["scheduled_date"] in (FUTURE, LATER)
            assert result.kept["campaign_id"] in body
    # Lists, addresses and names are asked for once; a campaign that is new has no schedule yet.
    looked = [call for call in bench.calls() if call.startswith("GET")]
    assert sorted(looked) == [
        "GET account/verifiedemailaddresses",
        "GET emailmarketing/campaigns",
        "GET lists",
    ]
    assert len(bench.calls()) == 7


def test_what_is_done_costs_no_call(bench: Bench):
    documents = [campaign("c.xml", "One", "1"), schedule("s.xml", FUTURE, "1")]
    bench.send(*documents)
    before = len(bench.calls())
    report = bench.send(*documents)
    assert report.is_done
    assert len(bench.calls()) == before
    assert report.results[0].target_id


def test_a_schedule_finds_its_campaign_in_a_later_run(bench: Bench):
    bench.send(campaign("c.xml", "One", "1001"))
    report = bench.send(schedule("s.xml", FUTURE, "1001"))
    assert report.is_done
    assert bench.schedules == {"One": [FUTURE]}


def test_a_schedule_of_a_campaign_that_was_never_sent_takes_the_number_for_the_id(bench: Bench):
    bench.box.seed(campaigns=[{"id": "5001", **campaign_body("Old")}])
    report = bench.send(schedule("s.xml", FUTURE, "5001"))
    assert bench.schedules["Old"] == [FUTURE]
    assert "v1 number" in report.results[0].request.record.note
    report = bench.send(schedule("t.xml", FUTURE, "5002"))
    assert codes(report) == [["CT917"]]
    assert states(report) == ["failed"]


# Schedules: POST, PUT, nothing


def test_a_changed_schedule_is_replaced(bench: Bench):
    bench.send(campaign("c.xml", "One", "1"), schedule("s.xml", FUTURE, "1"))
    report = bench.send(schedule("s.xml", LATER, "1"))
    assert report.is_done
    assert bench.schedules == {"One": [LATER]}
    assert bench.changes() == ["POST 201", "POST 201", "PUT 200"]


def test_an_equal_schedule_is_left(bench: Bench):
    bench.box.seed(campaigns=[{"id": "5001", **campaign_body("Old")}])
    bench.send(schedule("s.xml", FUTURE, "5001"))
    bench.ledger.unlink()
    report = bench.send(schedule("s.xml", "2090-05-10T13:07:43.626+02:00", "5001"))
    assert report.is_done
    assert bench.changes() == ["POST 201"]


def test_a_past_time_is_refused_before_any_call(bench: Bench):
    report = bench.send(campaign("c.xml", "One", "1"), schedule("s.xml", PAST, "1"))
    assert states(report) == ["done", "blocked"]
    assert codes(report) == [[], ["CT942"]]
    assert not [call for call in bench.calls() if "schedules" in call]
    assert report.results[1].diagnostics[0].span.start.column == 6


def test_past_times_are_moved_if_that_is_wished(bench: Bench):
    wished = datetime(2091, 1, 1, tzinfo=UTC)
    documents = [
        campaign("a.xml", "One", "1"),
        schedule("s.xml", PAST, "1"),
        campaign("b.xml", "Two", "2"),
        schedule("t.xml", FUTURE, "2"),
    ]
    report = bench.send(*documents, reschedule_past=wished)
    assert report.is_done
    assert bench.schedules == {"One": ["2091-01-01T00:00:00.000Z"], "Two": [FUTURE]}
    before = len(bench.calls())
    assert bench.send(*documents).is_done
    assert len(bench.calls()) == before


# Names


def test_a_taken_name_fails_before_any_post(bench: Bench):
    bench.box.seed(campaigns=[{"id": "9", **campaign_body("One", subject="Another")}])
    report = bench.send(campaign("c.xml", "One", "1"), schedule("s.xml", FUTURE, "1"))
    assert states(report) == ["blocked", "blocked"]
    assert codes(report) == [["CT918"], ["CT945"]]
    assert "campaign 9 has it" in report.results[0].diagnostics[0].label
    assert bench.changes() == []


def test_a_name_that_is_taken_meanwhile_fails(bench: Bench):
    bench.box.seed(campaigns=[{"id": "9", **campaign_body("One", subject="Another")}])
    report = bench.send(campaign("c.xml", "One"), preflight=False)
    assert codes(report) == [["CT918"]]
    assert bench.changes() == ["POST 409"]


def test_a_taken_name_can_be_skipped_and_then_so_is_its_schedule(bench: Bench):
    bench.box.seed(campaigns=[{"id": "9", **campaign_body("One", subject="Another")}])
    report = bench.send(
        campaign("c.xml", "One", "1"),
        schedule("s.xml", FUTURE, "1"),
        on_name_taken=OnNameTaken.SKIP,
    )
    assert report.is_done
    assert states(report) == ["skipped", "skipped"]
    assert bench.changes() == []
    # Another wish brings it back.
    report = bench.send(campaign("c.xml", "One", "1"), on_name_taken=OnNameTaken.UPDATE)
    assert states(report) == ["done"]


@pytest.mark.parametrize("preflight", [True, False])
def test_a_taken_name_can_be_changed(bench: Bench, preflight: bool):
    long = "N" * 79
    bench.box.seed(campaigns=[campaign_body("One"), campaign_body("One (2)"), campaign_body(long)])
    report = bench.send(
        campaign("a.xml", "One", "1"),
        campaign("b.xml", "One", "2"),
        campaign("c.xml", long, "3"),
        schedule("s.xml", FUTURE, "1"),
        on_name_taken=OnNameTaken.RENAME,
        preflight=preflight,
    )
    assert report.is_done
    assert set(bench.campaigns) == {
        "One", "One (2)", "One (3)", "One (4)", long, "N" * 76 + " (2)"
    }  # fmt: skip
    assert sum(len(dates) for dates in bench.schedules.values()) == 1


@pytest.mark.parametrize("preflight", [True, False])
def test_what_has_the_name_can_be_replaced(bench: Bench, preflight: bool):
    bench.box.seed(campaigns=[{"id": "9", **campaign_body("One", subject="Another")}])
    report = bench.send(
        campaign("c.xml", "One", "1"),
        schedule("s.xml", FUTURE, "1"),
        on_name_taken=OnNameTaken.UPDATE,
        preflight=preflight,
    )
    assert report.is_done
    assert report.results[0].target_id == "9"
    assert bench.campaigns["One"]["subject"] == "About One"
    assert bench.schedules == {"One": [FUTURE]}


def test_two_documents_of_one_name_or_number(bench: Bench):
    report = bench.send(
        campaign("a.xml", "One", "1"),
        campaign("b.xml", "One", "2"),
        campaign("c.xml", "Three", "1"),
        schedule("s.xml", FUTURE, "1"),
        schedule("t.xml", LATER, "1"),
    )
    assert codes(report) == [[], ["CT943"], ["CT944"], [], ["CT944"]]
    assert "the other is a.xml" in report.results[1].diagnostics[0].label
    assert bench.schedules == {"One": [FUTURE]}
    # A schedule goes to the first one also when that was sent before.
    report = bench.send(
        campaign("c.xml", "Three", "1"),
        schedule("t.xml", LATER, "1"),
        campaign("a.xml", "One", "1"),
    )
    assert codes(report) == [["CT944"], [], []]
    assert bench.schedules == {"One": [LATER]}
    # Without the first, the second can go: what stood against it was outside of it.
    assert states(bench.send(campaign("c.xml", "Three", "1"))) == ["done"]


# Preflight


def test_what_the_account_lacks_is_said_before_any_post(bench: Bench):
    lists = [{"id": "1"}, {"id": "77"}]
    report = bench.send(
        campaign("a.xml", "One", from_email="nobody@example.com"),
        campaign("b.xml", "Two", sent_to_contact_lists=lists),
        campaign("c.xml", "Three", reply_to_email=ADDRESS.upper()),
    )
    assert codes(report) == [["CT904"], ["CT903"], []]
    assert bench.changes() == ["POST 201"]
    first, second = report.results[0].diagnostics[0], report.results[1].diagnostics[0]
    assert first.element == "entry/content/Campaign/from_email"
    assert second.element == "entry/content/Campaign/sent_to_contact_lists/1/id"
    # Once the account has them, the same command sends them.
    bench.box.seed(lists=["77"], addresses=["nobody@example.com"])
    report = bench.send(
        campaign("a.xml", "One", from_email="nobody@example.com"),
        campaign("b.xml", "Two", sent_to_contact_lists=lists),
    )
    assert report.is_done


def test_without_preflight_the_server_says_it(bench: Bench):
    lists = [{"id": "1"}, {"id": "77"}]
    report = bench.send(
        campaign("a.xml", "One", from_email="nobody@example.com"),
        campaign("b.xml", "Two", sent_to_contact_lists=lists),
        preflight=False,
    )
    assert codes(report) == [["CT904"], ["CT903"]]
    assert states(report) == ["failed", "failed"]
    assert [call for call in bench.calls() if call.startswith("GET")] == []
    second = report.results[1].diagnostics[0]
    assert second.element == "entry/content/Campaign/sent_to_contact_lists/1/id"


def test_lists_are_mapped_and_errors_about_them_lead_back(bench: Bench):
    numbers = ["10", "11", "12", "13"]
    lists = [{"id": number} for number in numbers]
    report = bench.send(
        campaign("a.xml", "One", sent_to_contact_lists=lists),
        ids={"contact_list": {"10": "1", "11": "1", "12": "2", "13": "2"}},
    )
    assert report.is_done
    assert bench.campaigns["One"]["sent_to_contact_lists"] == [{"id": "1"}, {"id": "2"}]
    report = bench.send(
        campaign("b.xml", "Two", sent_to_contact_lists=lists),
        ids={"contact_list": {"10": "1", "11": "1", "12": "2", "13": "99"}},
        preflight=False,
    )
    assert report.results[0].diagnostics[0].element.endswith("sent_to_contact_lists/3/id")


# The server's errors, as a compiler's


def test_a_pointer_leads_to_the_line_and_has_the_servers_words(bench: Bench):
    report = bench.send(campaign("a.xml", "One", email_content="Test Email"))
    (found,) = report.results[0].diagnostics
    assert found.code == "CT901"
    assert found.path == "a.xml"
    assert found.span.start.line == 7
    assert found.span.end.column - found.span.start.column == len("Test Email")
    assert found.label
    assert found.element == "entry/content/Campaign/email_content"
    assert "400" in found.help[0]
    assert states(report) == ["failed"]


def test_an_error_without_a_pointer_is_placed_by_its_meaning(box, tmp_path):
    from dataclasses import replace

    from ctct_migrate.sandbox import Sandbox

    with Sandbox(replace(box.options, organization_address=None, port=0, database=None)) as poor:
        bench = Bench(poor, tmp_path / "poor.ledger")
        report = bench.send(campaign("a.xml", "One", message_footer=None))
    (found,) = report.results[0].diagnostics
    assert found.code == "CT902"
    assert found.label == "Please enter an address"


def test_what_failed_is_not_sent_again_until_it_changes(bench: Bench):
    bad = campaign("a.xml", "One", email_content="Test Email")
    bench.send(bad)
    before = len(bench.calls())
    report = bench.send(bad)
    assert codes(report) == [["CT901"]]
    assert len(bench.calls()) == before
    assert bench.send(campaign("a.xml", "One")).is_done


# update


def seeded(bench: Bench, **more: object) -> None:
    bench.box.seed(campaigns=[{"id": "5001", **campaign_body("Old"), **more}])


def test_an_update_fetches_first_and_puts_what_differs(bench: Bench):
    seeded(bench)
    report = bench.send(update("u.xml", "Old", "5001", subject="New"))
    assert report.is_done
    assert bench.campaigns["Old"]["subject"] == "New"
    assert bench.changes() == ["PUT 200"]


def test_an_equal_campaign_is_not_put_and_then_costs_no_call(bench: Bench):
    seeded(bench)
    report = bench.send(update("u.xml", "Old", "5001"))
    assert report.is_done
    assert bench.changes() == []
    before = len(bench.calls())
    assert bench.send(update("u.xml", "Old", "5001")).is_done
    assert len(bench.calls()) == before


def test_what_an_update_would_empty_is_shown_and_needs_leave(bench: Bench):
    seeded(bench, style_sheet="p {}", greeting_string="Hello", email_content_format="XHTML")
    document = update("u.xml", "Old", "5001", message_footer=None)
    report = bench.send(document)
    assert states(report) == ["blocked"]
    assert codes(report) == [["CT941", "CT941", "CT941"]]
    labels = {each.label for each in report.results[0].diagnostics}
    assert labels == {
        "/greeting_string would be emptied",
        "/style_sheet would be emptied",
        "/message_footer would be emptied",
    }
    assert bench.changes() == []
    assert bench.send(document, allow_emptying=True).is_done
    assert not bench.campaigns["Old"].get("style_sheet")


def test_what_is_no_draft_is_not_updated(bench: Bench):
    seeded(bench, status="SENT")
    report = bench.send(update("u.xml", "Old", "5001", subject="New"))
    assert codes(report) == [["CT940"]]
    assert bench.changes() == []


def test_the_content_of_a_stock_campaign_is_not_sent(bench: Bench):
    seeded(bench, template_type="STOCK")
    content = "<html><body>Other</body></html>"
    report = bench.send(update("u.xml", "Old", "5001", subject="New", email_content=content))
    assert report.is_done
    assert bench.campaigns["Old"]["subject"] == "New"
    assert bench.campaigns["Old"]["email_content"] != content


def test_an_update_of_nothing_fails(bench: Bench):
    report = bench.send(update("u.xml", "Old", "5001"))
    assert codes(report) == [["CT917"]]


def test_an_update_goes_to_the_campaign_that_was_created_from_the_number(bench: Bench):
    bench.send(campaign("c.xml", "One", "1001"))
    report = bench.send(update("c.xml", "One", "1001", subject="New"))
    assert report.is_done
    assert bench.campaigns["One"]["subject"] == "New"
    assert report.results[0].target_id == bench.campaigns["One"]["id"]


def test_a_document_that_changed_after_it_was_created_is_said_and_left(bench: Bench):
    bench.send(campaign("c.xml", "One", "1001"))
    report = bench.send(campaign("c.xml", "One", "1001", subject="New"))
    assert report.is_done
    assert codes(report) == [["CT947"]]
    assert bench.campaigns["One"]["subject"] == "About One"


# As a library


def test_one_payload_at_a_time_as_a_port_of_an_old_integration_does(bench: Bench):
    async def port() -> None:
        async with bench.sender() as sender:
            result = await sender.send(payload("-", campaign_body("One"), number="1"))
            assert result.state is State.DONE
            again = await sender.send(payload("-", campaign_body("One"), number="1"))
            assert again.target_id == result.target_id
            other = await sender.send(payload("-", campaign_body("Two"), number="2"))
            assert other.target_id != result.target_id
            placed = await sender.send(schedule("-", FUTURE, "1"))
            assert placed.kept["scheduled_date"] == FUTURE
            bad = await sender.send(payload("-", campaign_body("Three", email_content="x")))
            assert [each.code for each in bad.diagnostics] == ["CT901"]

    asyncio.run(port())
    assert bench.changes() == ["POST 201", "POST 201", "POST 201", "POST 400"]


def test_one_payload_sent_from_many_tasks_is_sent_once(bench: Bench):
    bench.box.inject(Fault(kind=FaultKind.LATENCY, seconds=0.1))

    async def many() -> set[str | None]:
        async with bench.sender() as sender:
            results = await asyncio.gather(
                *(sender.send(campaign("c.xml", "One")) for _ in range(8))
            )
            return {result.target_id for result in results}

    assert len(asyncio.run(many())) == 1
    assert bench.changes() == ["POST 201"]


def test_a_stopped_sender_says_so(bench: Bench):
    bench.box.inject(Fault(kind=FaultKind.EXPIRED_TOKEN))

    async def stopped() -> None:
        async with bench.sender() as sender:
            with pytest.raises(SendStopped, match="token"):
                await sender.send(campaign("c.xml", "One"))

    asyncio.run(stopped())
    assert bench.states() == {"c.xml": State.PLANNED}
    assert QUICK.on_name_taken is OnNameTaken.FAIL
