"""Contact lists are sent like campaigns, and what names one names it by the id that it got."""

from __future__ import annotations

import asyncio
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from sender_payloads import FUTURE, QUICK, Bench, campaign, codes, payload, schedule, states

from ctct_migrate.payload import Payload, Shape
from ctct_migrate.sandbox import Fault, FaultKind, Sandbox, SandboxOptions
from ctct_migrate.sender import Ledger, OnNameTaken, Planner, RequestKind, State, Submission

POST = "^POST .*/lists$"
SERVER = "https://api.example.com/v2/"
WRITTEN = Path(__file__).parent / "ledgers" / "version-2" / "written.sqlite"


def contact_list(path: str, name: str, number: str | None = None, **more: Any) -> Payload:
    body = {"name": name, "status": "ACTIVE"}
    return payload(path, body, number=number, resource="contact_list", **more)


def sent_to(*numbers: str) -> list[dict[str, str]]:
    return [{"id": number} for number in numbers]


def lists(bench: Bench) -> dict[str, str]:
    """The lists on the server: id by name."""
    return {record["name"]: number for number, record in bench.box.state()["lists"].items()}


def named(bench: Bench, name: str) -> list[str]:
    return [each["id"] for each in bench.campaigns[name]["sent_to_contact_lists"]]


def test_a_list_that_was_created_has_its_new_id_in_the_campaign(bench: Bench):
    report = bench.send(
        schedule("s.xml", FUTURE, "7"),
        campaign("c.xml", "One", "7", sent_to_contact_lists=sent_to("11", "2", "12")),
        contact_list("a.xml", "Alpha", "11"),
        contact_list("b.xml", "Beta", "12"),
    )
    assert states(report) == ["done"] * 4
    ids = lists(bench)
    assert named(bench, "One") == [ids["Alpha"], "2", ids["Beta"]]
    assert not {"11", "12"} & set(ids.values())
    assert bench.schedules == {"One": [FUTURE]}
    assert report.counts()["contact_list", RequestKind.CREATE, State.DONE] == 2
    before = len(bench.box.calls())
    again = bench.send(
        contact_list("a.xml", "Alpha", "11"),
        campaign("c.xml", "One", "7", sent_to_contact_lists=sent_to("11", "2", "12")),
    )
    assert states(again) == ["done"] * 2
    assert len(bench.box.calls()) == before


def test_the_list_may_have_been_sent_in_an_earlier_run(bench: Bench):
    bench.send(contact_list("a.xml", "Alpha", "11"))
    bench.send(campaign("c.xml", "One", sent_to_contact_lists=sent_to("11")))
    assert named(bench, "One") == [lists(bench)["Alpha"]]


def test_an_id_that_was_chosen_is_taken_whatever_the_ledger_has(bench: Bench):
    report = bench.send(
        contact_list("a.xml", "Alpha", "2"),
        campaign("c.xml", "One", sent_to_contact_lists=sent_to("11", "2")),
        ids={"contact_list": {"11": "2", "2": "1"}},
    )
    assert report.is_done
    assert named(bench, "One") == ["2", "1"]


def test_a_campaign_waits_until_its_list_could_be_sent(bench: Bench):
    documents = (
        contact_list("a.xml", "Customers", "11"),  # the account has one of that name
        campaign("c.xml", "One", "7", sent_to_contact_lists=sent_to("2", "11")),
        schedule("s.xml", FUTURE, "7"),
    )
    report = bench.send(*documents)
    assert states(report) == ["blocked"] * 3
    assert codes(report) == [["CT918"], ["CT903"], ["CT945"]]
    (found,) = report.results[1].diagnostics
    made = documents[1].source_map
    assert found.span == made["/sent_to_contact_lists/1/id"]
    assert found.label == "a.xml is blocked"
    assert bench.changes() == []
    again = bench.send(*documents, on_name_taken=OnNameTaken.RENAME)
    assert states(again) == ["done"] * 3
    assert named(bench, "One") == ["2", lists(bench)["Customers (2)"]]


@pytest.mark.parametrize(
    ("policy", "state", "name"),
    [
        (OnNameTaken.SKIP, "skipped", "Customers"),
        (OnNameTaken.UPDATE, "done", "Customers"),
        (OnNameTaken.RENAME, "done", "Customers (2)"),
    ],
)
@pytest.mark.parametrize("preflight", [True, False])
def test_a_name_that_is_taken(
    bench: Bench, policy: OnNameTaken, state: str, name: str, preflight: bool
):
    documents = (
        contact_list("a.xml", "Customers", "11"),
        campaign("c.xml", "One", sent_to_contact_lists=sent_to("11")),
    )
    report = bench.send(*documents, on_name_taken=policy, preflight=preflight)
    assert states(report) == [state, "done"]
    assert named(bench, "One") == [lists(bench)[name]]
    assert ("Customers (2)" in lists(bench)) is (policy is OnNameTaken.RENAME)


def test_a_list_is_updated(bench: Bench):
    made = payload(
        "a.xml", {"name": "Regulars", "status": "ACTIVE"}, number="1", resource="contact_list",
        shape=Shape.UPDATE,
    )  # fmt: skip
    assert bench.send(made).is_done
    assert lists(bench)["Regulars"] == "1"
    assert bench.changes() == ["PUT 200"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.CLOSE_BEFORE),
        Fault(kind=FaultKind.CLOSE_AFTER),
        Fault(kind=FaultKind.TRUNCATED),
        Fault(kind=FaultKind.SERVER_ERROR, stored=True, status=502, body="html"),
    ],
)
def test_a_lost_answer_is_found_again(
    tmp_path: Path, options: SandboxOptions, fault: Fault, monkeypatch: pytest.MonkeyPatch
):
    from dataclasses import replace

    monkeypatch.setattr("ctct_migrate.sender.calling._PAUSE", 0.01)
    faults = (replace(fault, times=1, match=POST),)
    with Sandbox(replace(options, faults=faults)) as box:
        bench = Bench(box, tmp_path / "x.ledger")
        report = bench.send(
            contact_list("a.xml", "Alpha", "11"),
            campaign("c.xml", "One", sent_to_contact_lists=sent_to("11")),
        )
        assert report.is_done
        assert sorted(lists(bench)) == ["Alpha", "Customers", "Friends"]
        assert named(bench, "One") == [lists(bench)["Alpha"]]


def test_a_run_that_was_stopped_between_list_and_campaign_goes_on(bench: Bench):
    documents = (
        contact_list("a.xml", "Alpha", "11"),
        campaign("c.xml", "One", sent_to_contact_lists=sent_to("11")),
    )

    async def stopped() -> list[str]:
        async with bench.sender() as sender:

            def stop(event: object) -> None:
                bench.events.append(event)  # type: ignore[arg-type]
                if type(event).__name__ == "Settled":
                    sender.stop("enough")

            sender._opened.run._tell = stop
            sender._opened.run.settling._tell = stop
            return states(await sender.send_all(Submission(each) for each in documents))

    assert asyncio.run(stopped()) == ["done", "planned"]
    assert bench.send(*documents, on_name_taken=QUICK.on_name_taken).is_done
    assert named(bench, "One") == [lists(bench)["Alpha"]]
    assert [call for call in bench.changes() if call.startswith("POST")] == ["POST 201"] * 2


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_run_that_was_killed_while_a_list_was_sent_goes_on(
    bench: Bench, tmp_path: Path, is_stored: bool
):
    documents = (
        contact_list("a.xml", "Alpha", "11"),
        campaign("c.xml", "One", sent_to_contact_lists=sent_to("11")),
    )
    with Ledger.open(bench.ledger, bench.sender().base_url) as ledger:
        plan = Planner(ledger, QUICK).plan(Submission(each) for each in documents)
        request = plan.items[0].request
        ledger.begin(request, "k", "POST", "lists", started=time.time(), body=None)
    if is_stored:  # the server had it when the process ended
        assert Bench(bench.box, tmp_path / "other.ledger").send(documents[0]).is_done
    report = bench.send(*documents)
    assert report.is_done
    assert sorted(lists(bench)) == ["Alpha", "Customers", "Friends"]
    assert named(bench, "One") == [lists(bench)["Alpha"]]
    assert bool(report.results[0].request.record.note) is is_stored


def test_a_ledger_of_the_second_version_keeps_what_it_had(tmp_path: Path):
    path = tmp_path / "written.ledger"
    shutil.copy(WRITTEN, path)
    with Ledger.open(path, SERVER) as ledger:
        found = {request.document.path: request for request in ledger.requests()}
        assert ledger.id_of("campaign", "11") == "1100000000001"
        assert ledger.given(found["a.xml"].id) == {}
    placed = found["s.xml"]
    assert (placed.kind, placed.state) == (RequestKind.PLACE, State.DONE)
    assert placed.record.target_id == "1"
    assert placed.record.kept == {"campaign_id": "1100000000001", "scheduled_date": FUTURE}
    assert found["a.xml"].record.kept == {}
    assert found["refused.xml"].record.code == "CT903"
    with pytest.raises(Exception, match=r"was written for v2, not for v3"):
        Ledger.open(path, SERVER, target="v3")
