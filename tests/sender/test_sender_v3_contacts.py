"""Contacts in v3: addresses that are taken, consent, custom fields, updates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from v3_bench import V3Bench, codes, contact, contact_list, states, v3_bench

from ctct_migrate.payload import Shape
from ctct_migrate.sandbox import Fault, FaultKind
from ctct_migrate.sender import OnNameTaken

POST, PUT = r"^POST .*/contacts$", r"^PUT .*/contacts/[^/]+$"

LOST = [
    Fault(kind=FaultKind.CLOSE_BEFORE, times=1),
    Fault(kind=FaultKind.CLOSE_AFTER, times=1),
    Fault(kind=FaultKind.SERVER_ERROR, times=1),
    Fault(kind=FaultKind.SERVER_ERROR, times=1, stored=True, status=503),
    Fault(kind=FaultKind.TRUNCATED, times=1),
]


def named(fault: Fault) -> str:
    return f"{fault.kind}-{'stored' if fault.stores else 'not-stored'}"


each_loss = pytest.mark.parametrize("fault", LOST, ids=named)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[V3Bench]:
    with v3_bench(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctct_migrate.sender.calling._PAUSE", 0.0)


def held(bench: V3Bench) -> dict[str, Any]:
    """The contacts on the server, by address."""
    contacts = bench.box.state()["contacts"].values()
    assert len({each["email_address"]["address"] for each in contacts}) == len(contacts)
    return {each["email_address"]["address"]: each for each in contacts}


def permission(bench: V3Bench, address: str) -> str:
    found: str = held(bench)[address]["email_address"]["permission_to_send"]
    return found


@each_loss
def test_a_contact_exactly_once(bench: V3Bench, fault: Fault) -> None:
    bench.box.inject(replace(fault, match=POST))
    document = contact("a.xml", "ann@example.com", lists=("1", "2"))
    assert states(bench.send(document)) == ["done"]
    stored = held(bench)["ann@example.com"]
    assert (stored["first_name"], len(stored["list_memberships"])) == ("Ann", 2)
    before = len(bench.calls())
    assert states(bench.send(document)) == ["done"]
    assert len(bench.calls()) == before


def test_a_contact_of_a_list_of_this_run(bench: V3Bench) -> None:
    report = bench.send(
        contact_list("l.xml", "New", "77"), contact("a.xml", "ann@example.com", lists=("77",))
    )
    assert states(report) == ["done", "done"]
    assert len(held(bench)["ann@example.com"]["list_memberships"]) == 1


def test_an_address_that_is_taken(bench: V3Bench) -> None:
    bench.send(contact("a.xml", "ann@example.com"))
    again = contact("b.xml", "Ann@Example.com", first="Anna")
    report = bench.send(again, on_unclear="new")
    assert (states(report), codes(report)) == (["blocked"], [["CT918"]])
    settings = {"on_unclear": "new", "on_name_taken": OnNameTaken.UPDATE}
    assert states(bench.send(again, **settings)) == ["done"]
    (stored,) = held(bench).values()
    assert stored["first_name"] == "Anna"


def test_the_id_is_taken_from_the_words_where_no_listing_shows_it(bench: V3Bench) -> None:
    bench.send(contact("a.xml", "ann@example.com"))
    other = V3Bench(bench.box, bench.ledger.with_name("other.ledger"))
    bench.box.inject(Fault(kind=FaultKind.NONSENSE, match=r"^GET .*/contacts$", times=0))
    report = other.send(contact("b.xml", "ann@example.com"), on_name_taken=OnNameTaken.SKIP)
    assert states(report) == ["skipped"]
    (known,) = bench.box.state()["contacts"]
    assert report.results[0].target_id == known


# Consent


@pytest.mark.parametrize("taken", ["all", "all-but-unsubscribed"])
def test_who_wants_no_mail_is_created_so(tmp_path: Path, taken: str) -> None:
    with v3_bench(tmp_path, settings={"permissions_on_post": taken}) as bench:
        document = contact("a.xml", "ann@example.com", lists=(), status="Do Not Mail")
        assert states(bench.send(document)) == ["done"]
        assert permission(bench, "ann@example.com") == "unsubscribed"
        posts = [call for call in bench.changes() if call.startswith("POST")]
        assert posts == (
            ["POST contacts 201"] if taken == "all" else ["POST contacts 400", "POST contacts 201"]
        )
        before = len(bench.calls())
        assert states(bench.send(document)) == ["done"]
        assert len(bench.calls()) == before


@each_loss
@pytest.mark.parametrize("step", [POST, PUT], ids=["post", "put"])
def test_a_lost_answer_on_the_way_of_two_steps(tmp_path: Path, step: str, fault: Fault) -> None:
    settings = {"permissions_on_post": "all-but-unsubscribed"}
    with v3_bench(tmp_path, settings=settings) as bench:
        bench.box.inject(replace(fault, match=step, after=1 if step == POST else 0))
        document = contact("a.xml", "ann@example.com", lists=(), status="Do Not Mail")
        bench.send(document, tries=1)
        assert states(bench.send(document)) == ["done"]
        assert permission(bench, "ann@example.com") == "unsubscribed"


def test_who_has_opted_out_stays_out(bench: V3Bench) -> None:
    out = {"email_address": {"address": "ann@example.com", "permission_to_send": "unsubscribed"}}
    bench.box.seed(records={"contact": [{**out, "number": "46"}]})
    report = bench.send(
        contact("a.xml", "ann@example.com"),
        contact("b.xml", "ann@example.com", "46", Shape.UPDATE),
        on_name_taken=OnNameTaken.UPDATE,
    )
    assert set(states(report)) == {"blocked"}
    assert codes(report) == [["CT956"], ["CT956"]]
    assert permission(bench, "ann@example.com") == "unsubscribed"
    assert not [call for call in bench.changes() if call.startswith("PUT")]


# Updates


def test_an_update_keeps_what_v1_does_not_say(bench: V3Bench) -> None:
    there = {
        "number": "46",
        "email_address": {"address": "ann@example.com", "permission_to_send": "implicit"},
        "first_name": "Ann", "job_title": "Baker", "birthday_month": 4, "birthday_day": 5,
        "list_memberships": ["1"],
    }  # fmt: skip
    bench.box.seed(records={"contact": [there]})
    report = bench.send(contact("a.xml", "ann@example.com", "46", Shape.UPDATE, first="Anna"))
    assert states(report) == ["done"]
    stored = held(bench)["ann@example.com"]
    kept = [stored[name] for name in ("first_name", "job_title", "birthday_month")]
    assert kept == ["Anna", "Baker", 4]


# Custom fields


def test_custom_fields_by_label(bench: V3Bench) -> None:
    fields = [{"label": "Shoe size", "type": "string"}]
    bench.box.seed(records={"custom_field": fields})
    more = "<CustomField1>43</CustomField1>"
    report = bench.send(
        contact("a.xml", "ann@example.com", more=more, fields={"CustomField1": "shoe size"}),
        contact("b.xml", "bob@example.com", more=more, fields={"CustomField1": "Hat size"}),
    )
    assert (states(report), codes(report)) == (["done", "blocked"], [[], ["CT650"]])
    (field_,) = held(bench)["ann@example.com"]["custom_fields"]
    assert field_["value"] == "43"
    assert field_["custom_field_id"] in bench.box.state()["custom_fields"]


def test_where_the_milder_one_is_refused_too_nothing_is_created(tmp_path: Path) -> None:
    settings = {"permissions_on_post": "implicit-explicit"}
    with v3_bench(tmp_path, settings=settings) as bench:
        document = contact("a.xml", "ann@example.com", lists=(), status="Do Not Mail")
        report = bench.send(document)
        assert (states(report), codes(report)) == (["failed"], [["CT905"]])
        assert held(bench) == {}


# What an update may not lose, nor override


def seeded(bench: V3Bench, permission: str = "implicit", **more: Any) -> None:
    address = {"address": "ann@example.com", "permission_to_send": permission}
    record = {"number": "46", "email_address": address, "first_name": "Ann", **more}
    bench.box.seed(records={"contact": [record]})


@pytest.mark.parametrize("word", ["pending_confirmation", "temp_hold"])
def test_an_update_makes_nobody_mailable_who_has_not_agreed(bench: V3Bench, word: str) -> None:
    seeded(bench, word, list_memberships=["1"])
    report = bench.send(contact("a.xml", "ann@example.com", "46", Shape.UPDATE, first="Anna"))
    assert (states(report), codes(report)) == (["blocked"], [["CT743"]])
    assert permission(bench, "ann@example.com") == word
    report = bench.send(
        contact("b.xml", "ann@example.com", "46", Shape.UPDATE, status="Do Not Mail")
    )
    assert states(report) == ["done"]
    assert permission(bench, "ann@example.com") == "unsubscribed"


def test_an_update_takes_nobody_off_a_list_in_silence(bench: V3Bench) -> None:
    seeded(bench, list_memberships=["1", "2"])
    update = contact("a.xml", "ann@example.com", "46", Shape.UPDATE, lists=("1",), first="Anna")
    report = bench.send(update)
    assert states(report) == ["blocked"]
    assert len(held(bench)["ann@example.com"]["list_memberships"]) == 2
    assert states(bench.send(update, allow_emptying=True)) == ["done"]
    assert len(held(bench)["ann@example.com"]["list_memberships"]) == 1


def test_an_update_keeps_arrays_that_it_leaves_out(bench: V3Bench) -> None:
    notes = [{"content": "prefers mornings"}]
    phones = [{"phone_number": "978-555-0142", "kind": "home"}]
    seeded(bench, list_memberships=["1"], notes=notes, phone_numbers=phones)
    report = bench.send(contact("a.xml", "ann@example.com", "46", Shape.UPDATE, first="Anna"))
    assert states(report) == ["done"]
    stored = held(bench)["ann@example.com"]
    assert (stored["first_name"], stored["notes"][0]["content"]) == ("Anna", "prefers mornings")
    assert stored["phone_numbers"][0]["phone_number"] == "978-555-0142"
    more = "<Note>prefers evenings</Note>"
    report = bench.send(contact("b.xml", "ann@example.com", "46", Shape.UPDATE, more=more))
    assert states(report) == ["blocked"]
