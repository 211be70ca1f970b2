"""Keys that stand inside a list, keys that are looked up, keys of what lives in another resource,
and what belongs to the request.  Run by `test_sender_toys`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from toy_bench import ToyBench, codes, coupon, reader, stamp, states, toy_bench

from ctct_migrate.payload import Shape
from ctct_migrate.sandbox import Fault, FaultKind
from ctct_migrate.sender import OnNameTaken

LOST = [
    Fault(kind=FaultKind.CLOSE_BEFORE, times=1),
    Fault(kind=FaultKind.CLOSE_AFTER, times=1),
    Fault(kind=FaultKind.TRUNCATED, times=1),
    Fault(kind=FaultKind.SERVER_ERROR, times=1, stored=True),
    Fault(kind=FaultKind.HTML, times=1, stored=False),
]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[ToyBench]:
    with toy_bench(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr("ctct_migrate.sender.calling._PAUSE", 0.0)


def addresses(bench: ToyBench) -> list[str]:
    return [each["addresses"][0]["address"] for each in bench.held("readers").values()]


def lost(fault: Fault, match: str) -> Fault:
    return replace(fault, match=match)


# What belongs to the request


def test_it_goes_into_the_query_and_not_into_the_body(bench: ToyBench) -> None:
    report = bench.send(reader("a.xml", "ann@example.com", by="Reader"))
    assert states(report) == ["done"]
    assert bench.changes() == ["POST bag/readers?by=READER 201"]
    (stored,) = bench.held("readers").values()
    assert "by" not in stored


def test_a_document_that_does_not_say_it_sends_none(bench: ToyBench) -> None:
    payload = reader("a.xml", "ann@example.com", by="Shop")
    assert payload.request == {"by": "SHOP"}
    said = reader("b.xml", "bob@example.com")
    bench.send(replace(said, request={}))
    assert bench.changes() == ["POST bag/readers 201"]


def test_it_is_a_part_of_what_a_document_says(bench: ToyBench) -> None:
    bench.send(reader("a.xml", "ann@example.com", by="Shop"))
    again = bench.send(reader("a.xml", "ann@example.com", by="Shop"))
    changed = bench.send(reader("a.xml", "ann@example.com", by="Reader"))
    assert states(again) == states(changed) == ["done"]
    assert codes(again) == [[]]
    assert [len(each) for each in codes(changed)] == [1]  # that it has changed since
    assert len(bench.changes()) == 1


def test_an_update_sends_it_too(bench: ToyBench) -> None:
    bench.send(reader("a.xml", "ann@example.com"))
    (number,) = bench.held("readers")
    report = bench.send(
        reader(
            "b.xml",
            "ann@example.com",
            "Anna",
            "Reader",
            uri=f"readers/{number}",
            shape=Shape.UPDATE,
        )
    )
    assert states(report) == ["done"]
    assert bench.changes()[-1] == f"PUT bag/readers/{number}?by=READER 200"


# A key inside a list, in a form of its own, looked up


def test_a_taken_key_is_looked_up_and_the_listing_is_not_read(bench: ToyBench) -> None:
    bench.send(reader("a.xml", "Ann@Example.com"))
    assert [call for call in bench.calls() if "address=" in call] == []
    bench.send(reader("b.xml", "ann@EXAMPLE.com", "Other"), on_unclear="new")
    assert "GET bag/readers?address=ann%40example.com&status=ALL 200" in bench.calls()
    assert not [call for call in bench.calls() if call.startswith("GET bag/readers 200")]


def test_a_key_in_another_form_is_taken(bench: ToyBench) -> None:
    bench.send(reader("a.xml", "Ann@Example.com"))
    other = bench.send(reader("b.xml", "ann@EXAMPLE.com", "Other"), on_unclear="new")
    assert states(other) == ["blocked"]
    assert "POST bag/readers?by=SHOP 201" in bench.changes()
    assert addresses(bench) == ["Ann@Example.com"]


def test_the_server_itself_may_say_that_it_is_taken(bench: ToyBench) -> None:
    bench.send(reader("a.xml", "Ann@Example.com"))
    other = bench.send(
        reader("b.xml", "ann@EXAMPLE.com", "Other"), preflight=False, on_unclear="new"
    )
    assert states(other) == ["blocked"]
    assert bench.changes()[-1].endswith("409")


def test_two_documents_of_one_key(bench: ToyBench) -> None:
    report = bench.send(reader("a.xml", "ann@example.com"), reader("b.xml", "ANN@example.com", "B"))
    assert states(report) == ["done", "blocked"]
    assert len(bench.changes()) == 1


def test_a_key_that_takes_no_number_is_not_renamed(bench: ToyBench) -> None:
    bench.send(reader("a.xml", "ann@example.com"))
    renamed = bench.send(
        reader("b.xml", "ann@example.com", "Other"),
        on_name_taken=OnNameTaken.RENAME,
        on_unclear="new",
    )
    assert states(renamed) == ["blocked"]
    assert addresses(bench) == ["ann@example.com"]


def test_what_has_the_key_can_be_replaced_or_left(bench: ToyBench) -> None:
    bench.send(reader("a.xml", "ann@example.com"))
    other = reader("b.xml", "ANN@example.com", "Other")
    left = bench.send(other, on_name_taken=OnNameTaken.SKIP, on_unclear="new")
    assert states(left) == ["skipped"]
    replaced = bench.send(other, on_name_taken=OnNameTaken.UPDATE, on_unclear="new")
    assert states(replaced) == ["done"]
    (stored,) = bench.held("readers").values()
    assert stored["first_name"] == "Other"


@pytest.mark.parametrize("fault", LOST, ids=lambda each: f"{each.kind}-{each.stores}")
def test_a_lost_answer_is_found_by_looking_the_key_up(bench: ToyBench, fault: Fault) -> None:
    bench.box.inject(lost(fault, r"^POST .*/readers$"))
    report = bench.send(reader("a.xml", "Ann@Example.com"), reader("b.xml", "bob@example.com"))
    again = bench.send(reader("a.xml", "Ann@Example.com"), reader("b.xml", "bob@example.com"))
    assert states(report) == states(again) == ["done", "done"]
    assert sorted(addresses(bench)) == ["Ann@Example.com", "bob@example.com"]
    ids = {each.record.target_id for each in bench.requests().values()}
    assert ids == set(bench.held("readers"))


# A key inside another resource


def test_what_lives_in_another_is_created_there(bench: ToyBench) -> None:
    report = bench.send(
        coupon("a.xml", "One", "5"), coupon("b.xml", "Two", "6"),
        stamp("c.xml", "Half price", "5"), stamp("d.xml", "Half price", "6"),
    )  # fmt: skip
    assert states(report) == ["done"] * 4
    ids = {each["title"]: number for number, each in bench.held("coupons").items()}
    labels = {
        number: [each["label"] for each in held] for number, held in bench.held("stamps").items()
    }
    assert labels == {ids["One"]: ["Half price"], ids["Two"]: ["Half price"]}


def test_what_it_lives_in_may_have_come_before(bench: ToyBench) -> None:
    bench.send(coupon("a.xml", "One", "5"), stamp("b.xml", "First", "5"))
    later = bench.send(stamp("c.xml", "Second", "5", "8"))
    assert states(later) == ["done"]
    (held,) = bench.held("stamps").values()
    assert [each["label"] for each in held] == ["First", "Second"]


def test_its_key_is_looked_for_where_it_lives(bench: ToyBench) -> None:
    bench.send(coupon("a.xml", "One", "5"), coupon("b.xml", "Two", "6"))
    one, two = sorted(bench.held("coupons"), key=int)
    for number in (one, two):
        bench.send(stamp(f"{number}.xml", "Same", number, "1"))
    held = bench.held("stamps")
    assert [len(each) for each in held.values()] == [1, 1]
    taken = bench.send(stamp("again.xml", "Same", one, "99"))
    assert states(taken) == ["blocked"]


def test_without_what_it_lives_in_it_waits(bench: ToyBench) -> None:
    bench.box.inject(Fault(kind=FaultKind.SERVER_ERROR, match="^POST .*/coupons$", status=422))
    report = bench.send(coupon("a.xml", "One", "5"), stamp("b.xml", "Half price", "5"))
    assert report.results[-1].state.value == "blocked"
    assert not [call for call in bench.changes() if "stamps" in call]


@pytest.mark.parametrize("fault", LOST, ids=lambda each: f"{each.kind}-{each.stores}")
def test_a_lost_answer_is_found_where_it_lives(bench: ToyBench, fault: Fault) -> None:
    bench.box.inject(lost(fault, r"^POST .*/stamps$"))
    documents = [
        coupon("a.xml", "One", "5"), stamp("b.xml", "First", "5"), stamp("c.xml", "Other", "5", "8")
    ]  # fmt: skip
    assert states(bench.send(*documents)) == ["done"] * 3
    assert states(bench.send(*documents)) == ["done"] * 3
    (held,) = bench.held("stamps").values()
    assert sorted(each["label"] for each in held) == ["First", "Other"]


def test_it_is_updated_where_it_lives(bench: ToyBench) -> None:
    bench.send(coupon("a.xml", "One", "5"), stamp("b.xml", "First", "5"))
    updated = bench.send(stamp("b2.xml", "Better", "5", shape=Shape.UPDATE))
    assert states(updated) == ["done"]
    (held,) = bench.held("stamps").values()
    assert [each["label"] for each in held] == ["Better"]
