"""Many contacts by few requests: what is sent, what becomes of each, and what a lost answer does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sender_contacts import VISITOR, contact, contact_list, contacts, planted
from sender_payloads import Bench, codes, states

from ctct_migrate.payload import Payload
from ctct_migrate.sandbox import Fault, FaultKind, Sandbox, SandboxOptions
from ctct_migrate.sender import (
    BulkChoice,
    Ledger,
    OnNameTaken,
    OnUnclear,
    RequestKind,
    SendReport,
    State,
)

OUT = "out@example.com"
IMPORT = "^POST .*/addcontacts$"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr("ctct_migrate.sender.calling._PAUSE", 0.0)


@pytest.fixture
def options(options: SandboxOptions) -> SandboxOptions:
    records = {"contact": (planted(OUT, "42", "OPTOUT"),)}
    return replace(options, records=records, activity_seconds=0.05)


def many(count: int, *lists: str, **more: Any) -> list[Payload]:
    return [
        contact(f"{number}.xml", f"p{number}@example.com", *lists, first_name=f"N{number}", **more)
        for number in range(1, count + 1)
    ]


def send(bench: Bench, *payloads: Payload, **settings: Any) -> SendReport:
    return bench.send(*payloads, poll=0.02, **settings)


def imports(bench: Bench) -> list[str]:
    """The imports that were asked for, with their answers."""
    return [f"{c.status}" for c in bench.box.calls() if c.path.endswith("/addcontacts")]


def jobs(bench: Bench) -> list[State]:
    with Ledger.copy(bench.ledger) as ledger:
        return [each.state for each in ledger.requests() if each.kind is RequestKind.BULK]


def test_from_25_on_they_are_sent_by_one_request(bench: Bench):
    report = send(bench, *many(25))
    assert report.is_done
    assert imports(bench) == ["201"]
    assert not [c for c in bench.calls() if c == "POST contacts"]
    assert len(contacts(bench)) == 26
    assert contacts(bench)["p7@example.com"]["first_name"] == "N7"
    assert report.results[0].request.record.note.startswith("in the import a07e")
    again = send(bench, *many(25))
    assert all(each.is_earlier for each in again.results)
    assert imports(bench) == ["201"]


def test_24_are_sent_one_by_one_unless_the_user_says_otherwise(bench: Bench):
    assert send(bench, *many(24)).is_done
    assert imports(bench) == []
    more = [contact("x.xml", "x@example.com"), contact("y.xml", "y@example.com")]
    assert send(bench, *more, bulk=BulkChoice.ALWAYS).is_done
    assert imports(bench) == ["201"]


def test_never(bench: Bench):
    assert send(bench, *many(25), bulk=BulkChoice.NEVER).is_done
    assert imports(bench) == []


def test_a_request_for_each_set_of_lists_and_lists_of_the_run_first(bench: Bench):
    some = [contact(f"a{n}.xml", f"a{n}@example.com", "900") for n in range(13)]
    others = [contact(f"b{n}.xml", f"b{n}@example.com", "1", "900") for n in range(13)]
    report = send(bench, *some, *others, contact_list("l.xml", "Readers", "900"))
    assert report.is_done
    assert imports(bench) == ["201", "201"]
    new = report.results[-1].target_id
    assert [each["id"] for each in contacts(bench)["b3@example.com"]["lists"]] == ["1", new]


def test_who_opted_out_is_in_no_import(bench: Bench):
    report = send(bench, *many(25), contact("out.xml", OUT.upper()))
    assert states(report) == ["done"] * 25 + ["blocked"]
    assert codes(report)[-1] == ["CT956"]
    (job,) = bench.box.state()["activities"].values()
    assert job["contact_count"] == 25
    assert contacts(bench)[OUT]["status"] == "OPTOUT"


@pytest.mark.parametrize(
    ("what", "state"),
    [
        (OnNameTaken.FAIL, "blocked"),
        (OnNameTaken.RENAME, "blocked"),
        (OnNameTaken.SKIP, "skipped"),
        (OnNameTaken.UPDATE, "done"),
    ],
)
def test_a_contact_that_is_there_is_updated_if_that_was_said(bench: Bench, what, state: str):
    bench.send(contact("ann.xml", "ann@example.com", "2", first_name="Ann", last_name="Lee"))
    other = contact("other.xml", "ANN@example.com", "1", first_name="Anna")
    report = send(bench, *many(25), other, on_name_taken=what, on_unclear=OnUnclear.NEW)
    assert states(report)[-1] == state
    assert imports(bench) == ["201"]
    there = contacts(bench)["ann@example.com"]
    lists = [each["id"] for each in there["lists"]]
    if what is OnNameTaken.UPDATE:
        assert (there["first_name"], there["last_name"], lists) == ("Anna", "Lee", ["2", "1"])
    else:
        assert (there["first_name"], lists) == ("Ann", ["2"])


def test_a_contact_that_is_there_already_is_done(bench: Bench, tmp_path):
    send(bench, *many(25, middle_name="M"))
    again = Bench(bench.box, tmp_path / "other.ledger")
    report = send(again, *many(25, middle_name="M"))
    assert set(states(report)) == {"done"}
    assert imports(bench) == ["201"]


def test_what_an_import_has_no_place_for_is_said_once(bench: Bench):
    report = send(bench, *many(25, middle_name="M"))
    assert codes(report) == [["CT832"], *[[]] * 24]


# Errors of the import


@pytest.mark.parametrize("objects", [False, True])
def test_errors_are_those_of_their_contacts(
    bench: Bench, options: SandboxOptions, tmp_path, objects
):
    refused = {"p3@example.com": "Invalid birthday", "p20@example.com": "Invalid phone"}
    with Sandbox(replace(options, refused_contacts=refused, errors_as_objects=objects)) as box:
        report = send(Bench(box, tmp_path / "x.ledger"), *many(25))
        failed = [r for r in report.results if r.state is State.FAILED]
        assert [r.request.document.path for r in failed] == ["3.xml", "20.xml"]
        (shown,) = failed[0].diagnostics
        assert (shown.code, shown.label, shown.span.start.line) == ("CT959", "Invalid birthday", 2)
        assert len([s for s in states(report) if s == "done"]) == 23


def test_an_import_that_fails_is_tried_again_by_the_next_run(
    bench: Bench, options: SandboxOptions, tmp_path
):
    database = str(tmp_path / "box.sqlite")
    with Sandbox(replace(options, activities_fail=True, database=database)) as box:
        first = Bench(box, tmp_path / "x.ledger")
        report = send(first, *many(25))
        assert set(states(report)) == {"blocked"}
        assert codes(report) == [["CT960"], *[[]] * 24]
        port = int(box.base_url.split(":")[2].split("/")[0])
    with Sandbox(replace(options, database=database, port=port)) as box:
        assert send(Bench(box, tmp_path / "x.ledger"), *many(25)).is_done


def test_an_import_that_is_refused(bench: Bench):
    report = send(bench, *many(25, "77"), preflight=False)
    assert set(states(report)) == {"blocked"}
    assert codes(report) == [["CT903"], *[[]] * 24]
    assert jobs(bench) == [State.FAILED]


def test_an_import_that_takes_long_goes_on_in_the_next_run(
    bench: Bench, options: SandboxOptions, tmp_path
):
    report = send(bench, *many(25), bulk_wait=0.0)
    assert set(states(report)) == {"in doubt"}
    assert codes(report) == [["CT961"], *[[]] * 24]
    assert send(bench, *many(25)).is_done
    assert imports(bench) == ["201"]
    assert len(contacts(bench)) == 26


# Lost answers

LOST = [
    Fault(kind=FaultKind.CLOSE_BEFORE, times=1),
    Fault(kind=FaultKind.CLOSE_AFTER, times=1),
    Fault(kind=FaultKind.TRUNCATED, times=1),
    Fault(kind=FaultKind.SERVER_ERROR, times=1, stored=True),
    Fault(kind=FaultKind.SERVER_ERROR, times=1, stored=False),
    Fault(kind=FaultKind.HTML, times=1, stored=False),
]


@pytest.mark.parametrize("fault", LOST, ids=lambda each: f"{each.kind}-{each.stores}")
def test_a_lost_answer_is_looked_up_before_anything_is_sent_again(bench: Bench, fault: Fault):
    bench.box.inject(replace(fault, match=IMPORT))
    assert send(bench, *many(25)).is_done
    assert len(bench.box.state()["activities"]) == 1
    assert len(contacts(bench)) == 26


def other_import(bench: Bench, count: int) -> None:
    """An import of somebody else."""
    import httpx

    rows = [{"email_addresses": [f"o{number}@example.com"]} for number in range(count)]
    answer = httpx.post(
        f"{bench.box.base_url.rstrip('/')}/activities/addcontacts",
        params={"api_key": bench.box.api_key},
        headers={"Authorization": f"Bearer {bench.box.access_token}"},
        json={"import_data": rows, "lists": ["1"], "column_names": ["EMAIL"]},
    )
    assert answer.status_code == 201


def test_imports_from_before_and_of_another_size_are_not_taken_for_it(bench: Bench):
    other_import(bench, 25)
    bench.box.inject(Fault(kind=FaultKind.CLOSE_BEFORE, times=1, match=IMPORT))
    assert send(bench, *many(25)).is_done
    assert len(bench.box.state()["activities"]) == 2


@pytest.mark.parametrize("choice", [OnUnclear.SAME, OnUnclear.NEW])
def test_what_cannot_be_told_stops_and_asks(bench: Bench, choice: OnUnclear):
    bench.box.inject(Fault(kind=FaultKind.CLOSE_AFTER, times=1, match=IMPORT))
    bench.box.inject(Fault(kind=FaultKind.EXPIRED_TOKEN, after=4))  # the run ends before it asks
    report = send(bench, *many(25))
    assert report.stop is not None
    bench.box.clear_faults()
    other_import(bench, 25)
    report = send(bench, *many(25))
    assert set(states(report)) == {"in doubt"}
    assert codes(report) == [["CT958"], *[[]] * 24]
    assert imports(bench).count("201") == 1
    # Nothing more is begun that could be taken for it.
    more = [contact(f"m{n}.xml", f"m{n}@example.com") for n in range(25)]
    report = send(bench, *many(25), *more)
    assert states(report) == ["in doubt"] * 25 + ["blocked"] * 25
    report = send(bench, *many(25), on_unclear=choice)
    assert report.is_done
    # Where it is sent anew, the account shows that nothing is left to do.
    assert len(bench.box.state()["activities"]) == 2
    note = report.results[0].request.record.note
    assert (
        note == "was equal already" if choice is OnUnclear.NEW else note.startswith("in the import")
    )


def test_the_welcome_of_who_opted_out_is_sent_by_a_call_of_its_own(bench: Bench):
    report = send(bench, *many(25), contact("out.xml", OUT, by=VISITOR))
    assert codes(report)[-1] == ["CT918"]  # the address is taken
    report = send(
        bench, contact("out.xml", OUT, by=VISITOR), on_name_taken=OnNameTaken.UPDATE,
        bulk=BulkChoice.ALWAYS, allow_emptying=True,
    )  # fmt: skip
    assert states(report) == ["done"]
    assert contacts(bench)[OUT]["status"] == "ACTIVE"


def test_a_document_that_changed_while_its_import_was_under_way(bench: Bench):
    send(bench, *many(25), bulk_wait=0.0)
    changed = [contact("1.xml", "p1@example.com", first_name="Other"), *many(25)[1:]]
    report = send(bench, *changed)
    assert report.is_done
    assert codes(report)[0] == ["CT947"]
    assert contacts(bench)["p1@example.com"]["first_name"] == "N1"


def test_an_import_goes_on_though_its_documents_are_gone(bench: Bench):
    send(bench, *many(25), bulk_wait=0.0)
    report = send(bench, contact_list("l.xml", "Readers", "900"))
    assert states(report) == ["done"]
    assert set(bench.states().values()) == {State.DONE}
    assert jobs(bench) == [State.DONE]


def test_an_import_that_the_account_forgot_is_looked_up_contact_by_contact(bench: Bench):
    send(bench, *many(25), bulk_wait=0.0)
    bench.box.reset()  # as after 14 days: the account knows no such activity
    report = send(bench, *many(25))
    assert codes(report) == [["CT958"], *[[]] * 24]
    assert set(states(report)) == {"in doubt"}
    assert send(bench, *many(25)).is_done
    assert len(contacts(bench)) == 26


def test_who_opts_out_between_two_runs_stays_out(bench: Bench):
    bench.box.inject(Fault(kind=FaultKind.EXPIRED_TOKEN, after=3))
    assert send(bench, *many(25)).stop is not None
    bench.box.clear_faults()
    bench.box.seed(records={"contact": (planted("p4@example.com", "77", "OPTOUT"),)})
    report = send(bench, *many(25))
    assert codes(report)[3] == ["CT956"]
    assert contacts(bench)["p4@example.com"]["lists"] == []


def test_without_the_right_to_look_nothing_is_imported(options: SandboxOptions, tmp_path):
    with Sandbox(replace(options, denied_privileges=("contacts:read",))) as box:
        report = send(Bench(box, tmp_path / "x.ledger"), *many(25), preflight=False)
        assert "done" not in states(report)
        assert box.state()["activities"] == {}
