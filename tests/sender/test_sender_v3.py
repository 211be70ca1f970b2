"""Sending to v3: the order of calls, rights, ids, names; what is missing is said before the first
POST."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from v3_bench import (
    FUTURE,
    V3Bench,
    campaign,
    codes,
    contact_list,
    schedule,
    states,
    v3_bench,
)

from ctct_migrate.payload import Shape
from ctct_migrate.sandbox import Fault, FaultKind
from ctct_migrate.sender import OnNameTaken
from ctct_migrate.sender.events import Lacking


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[V3Bench]:
    with v3_bench(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctct_migrate.sender.calling._PAUSE", 0.0)


def posted(bench: V3Bench) -> list[str]:
    return [call for call in bench.calls() if call.startswith("POST")]


def test_the_order_of_calls(bench: V3Bench) -> None:
    report = bench.send(campaign("a.xml", number="77"), schedule("b.xml", "77"))
    assert states(report) == ["done", "done"]
    assert bench.calls() == [
        "GET account/user/privileges 200",
        "GET account/summary/physical_address 200",
        "GET contact_lists/list_id_xrefs 200",
        "GET emails/campaign_id_xrefs 200",
        "GET account/emails 200",
        "GET contact_lists 200",
        "GET emails 200",
        "POST emails 200",
        "PUT emails/activities/{id} 200",
        "GET emails/activities/{id} 200",
        "POST emails/activities/{id}/schedules 201",
        "GET emails/activities/{id}/schedules 200",
    ]
    stored = bench.campaigns["Spring news"]
    assert (stored["status"], bench.schedules) == ("SCHEDULED", {"Spring news": [FUTURE]})
    assert len(stored["activity"]["contact_list_ids"]) == 1


def test_what_is_done_takes_no_call(bench: V3Bench) -> None:
    documents = campaign("a.xml", number="77"), schedule("b.xml", "77")
    bench.send(*documents)
    before = len(bench.calls())
    assert states(bench.send(*documents)) == ["done", "done"]
    assert len(bench.calls()) == before


@pytest.mark.parametrize("case", ["documented", "swapped", "upper", "lower", "title"])
@pytest.mark.parametrize("place", ["first", "last"])
def test_letter_case_of_statuses_and_place_of_the_activity(
    tmp_path: Path, case: str, place: str
) -> None:
    seeds = ({"number": "5", "name": "Old", "contact_list_ids": ["1"]},)
    settings = {"status_case": case, "primary_email": place}
    with v3_bench(tmp_path, settings=settings, campaigns=seeds) as bench:
        report = bench.send(
            campaign("a.xml", number="77"), schedule("b.xml", "77"), schedule("c.xml", "5")
        )
        assert states(report) == ["done"] * 3
        assert bench.schedules == {"Old": [FUTURE], "Spring news": [FUTURE]}


# Numbers


@pytest.mark.parametrize("unknown", ["left-out", "404"])
@pytest.mark.parametrize("digits", [0, 18])
def test_unknown_numbers_are_reported_before_anything_is_created(
    tmp_path: Path, unknown: str, digits: int
) -> None:
    settings = {"unknown_xrefs": unknown, "xref_digits": digits}
    with v3_bench(tmp_path, settings=settings) as bench:
        report = bench.send(
            campaign("a.xml", lists=("1", "999", "2")),
            campaign("b.xml", "Other", lists=("2",)),
            schedule("c.xml", "444"),
        )
        assert states(report) == ["blocked", "done", "blocked"]
        assert codes(report) == [["CT970"], [], ["CT970"]]
        (shown,) = report.results[0].diagnostics
        assert "999" in shown.label
        assert shown.element.startswith("Campaign/ContactLists/ContactList")
        assert report.results[2].diagnostics[0].span.start.line == 2
        assert list(bench.campaigns) == ["Other"]


def test_numbers_are_asked_once_and_in_batches(bench: V3Bench) -> None:
    bench.box.seed(campaigns=[{"number": str(n), "name": f"Old {n}"} for n in range(1000, 1060)])
    documents = [
        *(schedule(f"{n}.xml", str(n)) for n in range(1000, 1120)),
        campaign("a.xml", lists=("1", "999")),
    ]
    report = bench.send(*documents)
    # The campaigns that exist have no lists, so that v3 refuses their schedules.
    assert set(states(report)[60:120]) == {"blocked"}
    asked = [call for call in bench.calls() if "xrefs" in call]
    assert sorted(asked) == sorted(
        ["GET emails/campaign_id_xrefs 200"] * 3 + ["GET contact_lists/list_id_xrefs 200"]
    )
    bench.send(*documents)
    assert [call for call in bench.calls() if "xrefs" in call] == asked


def test_a_number_that_an_earlier_run_did_not_know_is_asked_after_a_day(
    bench: V3Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.send(campaign("a.xml", lists=("7",)))
    bench.box.seed(lists={"7": "Late"})
    assert states(bench.send(campaign("a.xml", lists=("7",)))) == ["blocked"]
    monkeypatch.setattr("ctct_migrate.sender.cross_references._BELIEVED", 0.0)
    assert states(bench.send(campaign("a.xml", lists=("7",)))) == ["done"]


def test_lists_by_name_and_by_id(bench: V3Bench) -> None:
    bench.send(campaign("a.xml", lists=("1",)))
    (known,) = bench.campaigns["Spring news"]["activity"]["contact_list_ids"]
    chosen = {"contact_list": {"71": "Customers", "72": known, "73": "Nobody"}}
    report = bench.send(
        campaign("b.xml", "By name", lists=("71",)),
        campaign("c.xml", "By id", lists=("72", "71")),
        campaign("d.xml", "Unknown", lists=("73",)),
        ids=chosen,
    )
    assert (states(report), codes(report)[2]) == (["done", "done", "blocked"], ["CT971"])
    for name in ("By name", "By id"):
        assert bench.campaigns[name]["activity"]["contact_list_ids"] == [known]


def test_a_chosen_id_that_the_account_does_not_have(bench: V3Bench) -> None:
    gone = "00000000-0000-4000-8000-000000000001"
    report = bench.send(campaign("a.xml", lists=("71",)), ids={"contact_list": {"71": gone}})
    assert (states(report), codes(report)) == (["blocked"], [["CT903"]])
    assert posted(bench) == []


def test_a_campaign_that_is_there_under_its_number(bench: V3Bench) -> None:
    bench.box.seed(campaigns=[{"number": "5", "name": "Old"}])
    document = campaign("a.xml", "New name", number="5")
    report = bench.send(document)
    assert (states(report), codes(report)) == (["blocked"], [["CT972"]])
    assert report.results[0].diagnostics[0].element == "Campaign/@id"
    assert states(bench.send(document, on_name_taken=OnNameTaken.SKIP)) == ["skipped"]
    assert posted(bench) == []
    assert states(bench.send(document, on_name_taken=OnNameTaken.RENAME)) == ["done"]
    assert sorted(bench.campaigns) == ["New name", "Old"]


# Lists


def test_a_list_is_used_where_the_account_has_it(bench: V3Bench) -> None:
    report = bench.send(
        contact_list("l.xml", "Renamed meanwhile", number="1"),
        contact_list("m.xml", "Friends", number="4711"),
        contact_list("n.xml", "New", number="4712"),
        campaign("a.xml", lists=("1", "4711", "4712")),
    )
    assert states(report) == ["done"] * 4
    names = sorted(each["name"] for each in bench.box.state()["lists"].values())
    assert names == ["Customers", "Friends", "New"]
    assert len(bench.campaigns["Spring news"]["activity"]["contact_list_ids"]) == 3


def test_a_list_is_renamed(bench: V3Bench) -> None:
    lists = bench.box.state()["lists"]
    report = bench.send(contact_list("l.xml", "Clients", "1", Shape.UPDATE))
    assert states(report) == ["done"]
    names = {number: each["name"] for number, each in bench.box.state()["lists"].items()}
    assert set(names) == set(lists)
    assert sorted(names.values()) == ["Clients", "Friends"]


# Rights


@pytest.mark.parametrize(
    ("denied", "expected", "code"),
    [
        ("campaign:send", ["done", "blocked"], "CT973"),
        ("campaign:write", ["blocked", "blocked"], "CT973"),
        ("contacts:lists:read", ["blocked", "blocked"], "CT973"),
    ],
)
def test_a_missing_privilege_is_said_first(
    tmp_path: Path, denied: str, expected: list[str], code: str
) -> None:
    with v3_bench(tmp_path, denied_privileges=(denied,)) as bench:
        report = bench.send(campaign("a.xml", number="77"), schedule("b.xml", "77"))
        assert states(report) == expected
        assert code in [each for shown in codes(report) for each in shown]
        said = [event for event in bench.events if isinstance(event, Lacking)]
        assert denied in said[0].words
        if expected[0] == "blocked":
            assert posted(bench) == []
        assert not any(call.endswith("403") for call in bench.calls())


def token(**claims: Any) -> str:
    """A JWT that says that."""
    parts = ({"alg": "none"}, claims, "signature")
    texts = (base64.urlsafe_b64encode(json.dumps(each).encode()).decode() for each in parts)
    return ".".join(text.rstrip("=") for text in texts)


@pytest.mark.parametrize("scopes", ["contact_data account_read", ["contact_data"], ""])
def test_a_missing_scope_is_said_first(bench: V3Bench, scopes: Any) -> None:
    report = bench.send(campaign("a.xml"), token=token(scp=scopes))
    assert (states(report), codes(report)) == (["blocked"], [["CT974"]])
    assert posted(bench) == []


def test_scopes_that_are_enough(bench: V3Bench) -> None:
    granted = token(scope="campaign_data contact_data account_read offline_access")
    assert states(bench.send(campaign("a.xml"), token=granted)) == ["done"]


def test_an_account_without_an_address(tmp_path: Path) -> None:
    with v3_bench(tmp_path, organization_address=None) as bench:
        report = bench.send(campaign("a.xml", number="77"), campaign("b.xml", "Other"))
        assert (states(report), codes(report)) == (["blocked", "blocked"], [["CT975"], []])
        assert posted(bench) == []


def test_an_address_that_is_not_confirmed(bench: V3Bench) -> None:
    report = bench.send(campaign("a.xml", address="who@example.com"))
    assert (states(report), codes(report)) == (["blocked"], [["CT904", "CT904"]])
    assert posted(bench) == []


# Names


def test_names_that_are_taken_also_by_what_was_removed(bench: V3Bench) -> None:
    bench.box.seed(campaigns=[{"name": "Gone", "current_status": "Removed"}, {"name": "There"}])
    report = bench.send(campaign("a.xml", "Gone"), campaign("b.xml", "There"))
    assert (states(report), codes(report)) == (["blocked", "blocked"], [["CT918"], ["CT918"]])
    assert posted(bench) == []
    renamed = bench.send(campaign("a.xml", "Gone"), on_name_taken=OnNameTaken.RENAME)
    assert states(renamed) == ["done"]
    assert "Gone (2)" in bench.campaigns


def test_a_name_that_is_taken_meanwhile(bench: V3Bench) -> None:
    bench.box.seed(campaigns=[{"name": "There"}])
    report = bench.send(campaign("a.xml", "There"), preflight=False)
    assert (states(report), codes(report)) == (["blocked"], [["CT918"]])
    assert len(bench.campaigns) == 1


# Errors


def test_a_refusal_is_shown_where_its_words_say(bench: V3Bench) -> None:
    payload = campaign("a.xml")
    body = payload.body
    activity = body["campaign"]["email_campaign_activities"][0] | {"html_content": "<p>${x}</p>"}
    broken = {**body, "campaign": {**body["campaign"], "email_campaign_activities": [activity]}}
    report = bench.send(replace(payload, body=broken))
    (shown,) = report.results[0].diagnostics
    assert (shown.code, shown.element) == ("CT905", "Campaign/EmailContent")


@pytest.mark.parametrize("form", ["array", "object"])
def test_both_forms_of_errors_and_both_kinds_of_429(tmp_path: Path, form: str) -> None:
    with v3_bench(tmp_path, settings={"error_form": form}) as bench:
        bench.box.inject(Fault(kind=FaultKind.OVER_QPS, match="^POST .*/emails$", times=1))
        assert states(bench.send(campaign("a.xml"))) == ["done"]
        bench.box.inject(Fault(kind=FaultKind.OVER_QUOTA, match="^POST .*/emails$", times=1))
        report = bench.send(campaign("b.xml", "Other"))
        assert report.stop is not None
        assert report.stop.failure is not None
        assert (report.stop.failure.rule.code, report.stop.failure.status) == ("CT913", 429)
        assert report.stop.until is not None
        assert states(bench.send(campaign("b.xml", "Other"))) == ["done"]
        assert sorted(bench.campaigns) == ["Other", "Spring news"]


def test_relative_links_of_pages(bench: V3Bench) -> None:
    bench.box.seed(campaigns=[{"name": f"Old {n}"} for n in range(620)])
    report = bench.send(campaign("a.xml", "Old 3"), campaign("b.xml", "Old 611"))
    assert codes(report) == [["CT918"], ["CT918"]]
    assert sum(call == "GET emails 200" for call in bench.calls()) == 2


def test_what_has_the_name_is_replaced(bench: V3Bench) -> None:
    bench.send(campaign("a.xml"))
    again = campaign("b.xml", text="Another text", subject="New")
    report = bench.send(again, on_name_taken=OnNameTaken.UPDATE, on_unclear="new")
    assert states(report) == ["done"]
    (stored,) = bench.campaigns.values()
    assert stored["activity"]["subject"] == "New"
    assert "Another text" in stored["activity"]["html_content"]
    assert len(stored["activity"]["contact_list_ids"]) == 1


def test_a_wrong_base_url_stops_the_run(bench: V3Bench) -> None:
    bench.box.inject(Fault(kind=FaultKind.SERVER_ERROR, status=404, body="html"))
    report = bench.send(campaign("a.xml"))
    assert report.stop is not None
    assert report.stop.failure is not None
    assert report.stop.failure.rule.code == "CT924"
    assert posted(bench) == []
