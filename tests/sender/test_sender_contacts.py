"""Contacts, one call at a time: taken addresses, who opted out, numbers that are confirmed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sender_contacts import VISITOR, contact, contact_list, contacts, planted
from sender_payloads import Bench, codes, states

from ctct_migrate.payload import Shape
from ctct_migrate.sandbox import Fault, FaultKind, SandboxOptions
from ctct_migrate.sender import OnNameTaken

FIELD = {"name": "CustomField2", "value": "x"}
HULL = {"address_type": "PERSONAL", "city": "Hull", "country_code": "US"}

ANN, BOB, OUT, GONE = "ann@example.com", "bob@example.com", "out@example.com", "gone@example.com"


@pytest.fixture
def options(options: SandboxOptions) -> SandboxOptions:
    records = {
        "contact": (
            planted(ANN, "41", "ACTIVE", "2") | {"first_name": "Ann"},
            planted(OUT, "42", "OPTOUT"),
            planted(GONE, "43", "REMOVED"),
        )
    }
    return replace(options, records=records)


def lists_of(bench: Bench, address: str) -> list[str]:
    return [each["id"] for each in contacts(bench)[address]["lists"]]


def test_contacts_are_created_without_being_looked_for(bench: Bench):
    report = bench.send(contact("a.xml", BOB), contact("b.xml", "eve@example.com", "2"))
    assert states(report) == ["done", "done"]
    assert bench.changes() == ["POST 201", "POST 201"]
    assert not [call for call in bench.calls() if call == "GET contacts"]
    assert bench.send(contact("a.xml", BOB)).results[0].is_earlier


def test_who_acts_is_said_in_the_query(bench: Bench):
    bench.send(contact("a.xml", BOB, by=VISITOR))
    call = next(each for each in bench.box.calls() if each.method == "POST")
    assert call.query == "action_by=ACTION_BY_VISITOR"
    assert contacts(bench)[BOB]["email_addresses"][0]["opt_in_source"] == VISITOR


@pytest.mark.parametrize("address", [ANN, ANN.upper()])
def test_a_taken_address_is_looked_up_and_not_sent_again(bench: Bench, address: str):
    report = bench.send(contact("a.xml", address))
    assert states(report) == ["blocked"]
    assert codes(report) == [["CT918"]]
    assert "contact 41 has it" in report.results[0].diagnostics[0].label
    assert bench.changes() == ["POST 409"]
    assert lists_of(bench, ANN) == ["2"]


@pytest.mark.parametrize("what", list(OnNameTaken))
def test_who_opted_out_is_never_brought_back(bench: Bench, what: OnNameTaken):
    report = bench.send(contact("a.xml", OUT), on_name_taken=what)
    assert states(report) == ["skipped" if what is OnNameTaken.SKIP else "blocked"]
    if what is not OnNameTaken.SKIP:
        assert codes(report) == [["CT956"]]
    assert bench.changes() == ["POST 409"]
    assert contacts(bench)[OUT]["status"] == "OPTOUT"
    assert lists_of(bench, OUT) == []


def test_an_update_of_who_opted_out_is_refused(bench: Bench):
    report = bench.send(contact("a.xml", OUT, number="42", shape=Shape.UPDATE), allow_emptying=True)
    assert codes(report) == [["CT956"]]
    assert bench.changes() == []


def test_the_persons_own_act_brings_back(bench: Bench):
    report = bench.send(
        contact("a.xml", OUT, by=VISITOR), on_name_taken=OnNameTaken.UPDATE, allow_emptying=True
    )
    assert states(report) == ["done"]
    assert bench.changes() == ["POST 409", "PUT 200"]
    assert contacts(bench)[OUT]["status"] == "ACTIVE"


def test_who_is_on_no_list_may_be_added_again(bench: Bench):
    report = bench.send(
        contact("a.xml", GONE), on_name_taken=OnNameTaken.UPDATE, allow_emptying=True
    )
    assert states(report) == ["done"]
    assert contacts(bench)[GONE]["status"] == "ACTIVE"


# Numbers


def test_a_number_is_confirmed_by_the_address(bench: Bench):
    bench.send(
        contact("a.xml", ANN, "2", number="41", shape=Shape.UPDATE, first_name="Anna"),
        allow_emptying=True,
    )
    assert bench.calls()[-3:] == ["GET contacts", "GET contacts/41", "PUT contacts/41"]
    assert contacts(bench)[ANN]["first_name"] == "Anna"


def test_a_number_that_is_somebody_elses_is_not_replaced(bench: Bench):
    report = bench.send(contact("a.xml", BOB, number="41", shape=Shape.UPDATE), allow_emptying=True)
    assert codes(report) == [["CT957"]]
    assert bench.changes() == []
    assert contacts(bench)[ANN]["first_name"] == "Ann"


def test_a_number_can_be_said_to_be_right(bench: Bench):
    report = bench.send(
        contact("a.xml", BOB, number="41", shape=Shape.UPDATE), allow_emptying=True,
        ids={"contact": {"41": "41"}},
    )  # fmt: skip
    assert states(report) == ["done"]
    assert contacts(bench)[BOB]["id"] == "41"


def test_an_account_with_other_numbers(bench: Bench):
    report = bench.send(
        contact("a.xml", ANN, "2", number="7000", shape=Shape.UPDATE, first_name="Anna"),
        allow_emptying=True,
    )
    assert states(report) == ["done"]
    assert report.results[0].request.record.note == "the account has it as 41"
    assert contacts(bench)[ANN]["first_name"] == "Anna"


def test_a_contact_that_is_not_there_is_not_put(bench: Bench):
    report = bench.send(contact("a.xml", BOB, number="7000", shape=Shape.UPDATE))
    assert codes(report) == [["CT917"]]
    assert bench.changes() == []


# What would be lost


def test_an_update_that_loses_nothing_needs_no_leave(bench: Bench):
    bench.send(contact("a.xml", BOB, first_name="Bob", custom_fields=[FIELD], addresses=[HULL]))
    number = contacts(bench)[BOB]["id"]
    report = bench.send(
        contact(
            "b.xml", BOB, "1", "2", number=number, shape=Shape.UPDATE,
            first_name="Rob", custom_fields=[FIELD], addresses=[HULL],
        )
    )  # fmt: skip
    assert [d.label for d in report.results[0].diagnostics] == []
    assert contacts(bench)[BOB]["first_name"] == "Rob"
    assert lists_of(bench, BOB) == ["1", "2"]


@pytest.mark.parametrize("allowed", [False, True])
def test_lists_that_a_contact_would_be_taken_off_are_shown(bench: Bench, allowed: bool):
    report = bench.send(
        contact("a.xml", ANN, "1", first_name="Ann"), on_name_taken=OnNameTaken.UPDATE,
        allow_emptying=allowed,
    )  # fmt: skip
    assert codes(report) == ([[]] if allowed else [["CT941"]])
    assert lists_of(bench, ANN) == (["1"] if allowed else ["2"])
    if not allowed:
        assert report.results[0].diagnostics[0].label == "2 would be taken out of /lists"


def test_a_field_that_would_be_lost_is_shown(bench: Bench):
    other = {"name": "CustomField5", "value": "y"}
    bench.send(contact("a.xml", BOB, custom_fields=[FIELD, other]))
    number = contacts(bench)[BOB]["id"]
    report = bench.send(
        contact("b.xml", BOB, number=number, shape=Shape.UPDATE, custom_fields=[FIELD])
    )
    assert [d.label for d in report.results[0].diagnostics] == [
        "CustomField5 would be taken out of /custom_fields"
    ]


# Lost answers, and lists of the run


@pytest.mark.parametrize(
    "kind", [FaultKind.CLOSE_AFTER, FaultKind.CLOSE_BEFORE, FaultKind.TRUNCATED]
)
def test_a_lost_answer_is_found_by_the_address(bench: Bench, kind: FaultKind, monkeypatch):
    monkeypatch.setattr("ctct_migrate.sender.calling._PAUSE", 0.0)
    bench.box.inject(Fault(kind=kind, times=1, match="^POST .*/contacts$"))
    report = bench.send(contact("a.xml", BOB, addresses=[{"country_code": "US", "city": "Hull"}]))
    assert states(report) == ["done"]
    assert len(contacts(bench)) == 4


def test_a_list_of_the_run_gives_its_new_number_to_contacts(bench: Bench):
    report = bench.send(contact("a.xml", BOB, "900"), contact_list("l.xml", "Readers", "900"))
    assert states(report) == ["done", "done"]
    assert lists_of(bench, BOB) == [report.results[1].target_id]
    assert lists_of(bench, BOB) != ["900"]
