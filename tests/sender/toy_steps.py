"""Creations of several steps: each step is lost, answered late or refused, and still everything is
there exactly once.  Run by `test_sender_toys`."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from toy_bench import ToyBench, codes, coupon, lamp, poster, states, toy_bench

from ctct_migrate.payload import Shape
from ctct_migrate.sandbox import Fault, FaultKind
from ctct_migrate.sender import OnNameTaken

#: The calls of the steps, in their order.
POSTER, WALL, OPENING, CALL = (
    r"^POST .*/posters$", r"^PUT .*/spots/[^/]+$", r"^POST .*/openings$", r"^POST .*/calls$"
)  # fmt: skip

LOST = [
    Fault(kind=FaultKind.CLOSE_BEFORE, times=1),
    Fault(kind=FaultKind.CLOSE_AFTER, times=1),
    Fault(kind=FaultKind.SERVER_ERROR, times=1),
    Fault(kind=FaultKind.SERVER_ERROR, times=1, stored=True, status=502, body="html"),
    Fault(kind=FaultKind.TRUNCATED, times=1),
    Fault(kind=FaultKind.NONSENSE, times=1),
    Fault(kind=FaultKind.NONSENSE, times=1, stored=False),
    Fault(kind=FaultKind.EMPTY, times=1),
]


def named(fault: Fault) -> str:
    return f"{fault.kind}-{'stored' if fault.stores else 'not-stored'}"


each_loss = pytest.mark.parametrize("fault", LOST, ids=named)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[ToyBench]:
    with toy_bench(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr("ctct_migrate.sender.calling._PAUSE", 0.0)


def whole(path: str = "a.xml", **more: str) -> Any:
    return poster(path, **{"opens": "Monday"} | more)


def stored(bench: ToyBench) -> list[Any]:
    return list(bench.held("posters").values())


#: What the server has of `whole`.
WHOLE = {
    "poster": {"name": "Window", "slogan": "Bread"},
    "wall": {"wall": "North"},
    "opening": {"day": "Monday"},
}


def test_the_steps_are_taken_in_their_order(bench: ToyBench) -> None:
    report = bench.send(whole(call="Bread!"))
    assert states(report) == ["done"]
    assert bench.changes() == [
        "POST bag/posters 201",
        "PUT bag/spots/spot-1 200",
        "POST bag/spots/spot-1/openings 201",
        "POST bag/posters/1/calls?times=3 201",
    ]
    announced = {"announcement": {"text": "Bread!"}}
    assert stored(bench) == [{"id": "1", **WHOLE, **announced}]
    assert report.results[0].kept == {"spot": "spot-1"}


def test_a_step_whose_part_is_missing_is_passed_over(bench: ToyBench) -> None:
    report = bench.send(poster("a.xml"))
    assert states(report) == ["done"]
    assert bench.changes() == ["POST bag/posters 201", "PUT bag/spots/spot-1 200"]


def test_what_is_done_is_not_sent_again(bench: ToyBench) -> None:
    bench.send(whole())
    before = bench.calls()
    assert states(bench.send(whole())) == ["done"]
    assert bench.calls() == before


def test_a_later_step_names_what_was_created_before(bench: ToyBench) -> None:
    bench.send(coupon("b.xml", "Other", "4"))
    report = bench.send(whole(prize="5"), coupon("c.xml", "One", "5"))
    assert states(report) == ["done", "done"]
    ids = {each["title"]: number for number, each in bench.held("coupons").items()}
    assert stored(bench)[0]["wall"] == {"wall": "North", "coupon_id": ids["One"]}


@each_loss
@pytest.mark.parametrize("step", [POSTER, WALL, OPENING], ids=["poster", "wall", "opening"])
def test_a_lost_answer_of_any_step(bench: ToyBench, step: str, fault: Fault) -> None:
    bench.box.inject(replace(fault, match=step))
    assert states(bench.send(whole())) == ["done"]
    assert stored(bench) == [{"id": "1", **WHOLE}]
    (request,) = bench.requests().values()
    assert (request.record.target_id, request.record.kept) == ("1", {"spot": "spot-1"})
    before = bench.calls()
    assert states(bench.send(whole())) == ["done"]
    assert bench.calls() == before


@pytest.mark.parametrize("settle", [0.0, 2.0], ids=["asked-early", "asked-late"])
@pytest.mark.parametrize("step", [POSTER, WALL, OPENING], ids=["poster", "wall", "opening"])
def test_a_step_that_arrives_late(bench: ToyBench, step: str, settle: float) -> None:
    """The caller has given up when the server stores it, and has asked before that or after."""
    slow = Fault(kind=FaultKind.LATENCY, match=step, seconds=1.0, stored=False, times=1)
    bench.box.inject(slow)
    bench.send(whole(), timeout=0.4, settle=settle)
    assert states(bench.send(whole())) == ["done"]
    assert stored(bench) == [{"id": "1", **WHOLE}]


@pytest.mark.parametrize("step", [POSTER, WALL, OPENING], ids=["poster", "wall", "opening"])
def test_a_run_that_ends_at_a_step_goes_on_there(bench: ToyBench, step: str) -> None:
    fault = Fault(kind=FaultKind.SERVER_ERROR, match=step, status=503)
    bench.box.inject(fault)
    report = bench.send(whole(), tries=2)
    assert report.stop is not None or states(report) == ["blocked"]
    bench.box.clear_faults()
    assert states(bench.send(whole())) == ["done"]
    assert stored(bench) == [{"id": "1", **WHOLE}]


@pytest.mark.parametrize("was_stored", [True, False])
def test_what_cannot_be_found_out_stays_in_doubt(bench: ToyBench, was_stored: bool) -> None:
    kind = FaultKind.CLOSE_AFTER if was_stored else FaultKind.CLOSE_BEFORE
    bench.box.inject(Fault(kind=kind, match=CALL, times=1))
    assert states(bench.send(whole(call="Bread!"))) == ["in doubt"]
    assert states(bench.send(whole(call="Bread!"))) == ["in doubt"]
    assert len([call for call in bench.changes() if "/calls" in call]) == 1


def test_a_refused_step_can_be_corrected(bench: ToyBench) -> None:
    bench.box.inject(Fault(kind=FaultKind.SERVER_ERROR, match=WALL, status=400, times=1))
    first = bench.send(whole(wall="Sky"))
    assert states(first) == ["failed"]
    second = bench.send(whole(wall="North"))
    assert states(second) == ["done"]
    assert stored(bench) == [{"id": "1", **WHOLE}]
    assert len([call for call in bench.changes() if call.startswith("POST bag/posters ")]) == 1


def test_a_change_in_what_was_sent_already_is_not_mixed_in(bench: ToyBench) -> None:
    bench.box.inject(Fault(kind=FaultKind.SERVER_ERROR, match=WALL, status=400, times=1))
    bench.send(whole(wall="Sky"))
    mixed = bench.send(whole(slogan="Cake"))
    assert (states(mixed), codes(mixed)) == (["blocked"], [["CT950"]])
    undone = bench.send(whole(wall="East"))
    assert states(undone) == ["done"]
    assert stored(bench) == [{"id": "1", **WHOLE, "wall": {"wall": "East"}}]


def test_somebody_else_has_the_opening(bench: ToyBench) -> None:
    """The step is lost, and what is there now is something else: nothing is sent on top of it."""
    bench.box.inject(Fault(kind=FaultKind.CLOSE_BEFORE, match=OPENING))
    stopped = bench.send(whole(), tries=2)
    assert states(stopped) == ["blocked"]
    bench.box.clear_faults()
    request = urllib.request.Request(
        f"{bench.box.base_url}/bag/spots/spot-1/openings?api_key={bench.box.api_key}",
        json.dumps({"day": "Friday"}).encode(),
        {"Authorization": f"Bearer {bench.box.access_token}", "Content-Type": "application/json"},
    )
    urllib.request.urlopen(request).close()
    doubt = bench.send(whole())
    assert (states(doubt), codes(doubt)) == (["in doubt"], [["CT946"]])
    assert stored(bench)[0]["opening"] == {"day": "Friday"}


# Names that are taken


def test_a_taken_name_inside_a_part(bench: ToyBench) -> None:
    bench.send(whole())
    taken = bench.send(whole("b.xml", slogan="Cake"), on_unclear="new")
    assert (states(taken), len(stored(bench))) == (["blocked"], 1)
    renamed = bench.send(
        whole("b.xml", slogan="Cake"), on_name_taken=OnNameTaken.RENAME, on_unclear="new"
    )
    assert states(renamed) == ["done"]
    assert [each["poster"]["name"] for each in stored(bench)] == ["Window", "Window (2)"]


def test_a_renamed_one_keeps_its_name_while_it_goes_on(bench: ToyBench) -> None:
    bench.send(whole())
    bench.box.inject(Fault(kind=FaultKind.SERVER_ERROR, match=WALL, status=400, times=1))
    again = whole("b.xml", slogan="Cake", wall="South")
    settings = {"on_name_taken": OnNameTaken.RENAME, "on_unclear": "new"}
    assert states(bench.send(again, **settings)) == ["failed"]
    corrected = whole("b.xml", slogan="Cake", wall="West")
    assert states(bench.send(corrected, **settings)) == ["done"]
    names = {each["poster"]["name"]: each["wall"]["wall"] for each in stored(bench)}
    assert names == {"Window": "North", "Window (2)": "West"}


def test_what_has_the_name_is_replaced_by_the_steps_of_an_update(bench: ToyBench) -> None:
    bench.send(whole())
    settings = {"on_name_taken": OnNameTaken.UPDATE, "on_unclear": "new"}
    report = bench.send(whole("b.xml", slogan="Cake", wall="South"), **settings)
    assert states(report) == ["done"]
    changed = {"poster": {"name": "Window", "slogan": "Cake"}, "wall": {"wall": "South"}}
    assert stored(bench) == [{"id": "1", **WHOLE, **changed}]


# Updates of several steps


@pytest.mark.parametrize("fault", LOST[:4], ids=named)
@pytest.mark.parametrize("step", [r"^PUT .*/posters/1$", WALL], ids=["words", "move"])
def test_a_lost_answer_of_a_step_of_an_update(bench: ToyBench, step: str, fault: Fault) -> None:
    bench.send(whole())
    bench.box.inject(replace(fault, match=step))
    update = poster("b.xml", "posters/1", Shape.UPDATE, slogan="Cake", wall="South")
    assert states(bench.send(update)) == ["done"]
    changed = {"poster": {"name": "Window", "slogan": "Cake"}, "wall": {"wall": "South"}}
    assert stored(bench) == [{"id": "1", **WHOLE, **changed}]
    before = bench.changes()
    assert states(bench.send(update)) == ["done"]
    assert bench.changes() == before


def test_a_step_of_an_update_that_changes_nothing_is_not_sent(bench: ToyBench) -> None:
    bench.send(whole())
    before = len(bench.changes())
    update = poster("b.xml", "posters/1", Shape.UPDATE, wall="South")
    assert states(bench.send(update)) == ["done"]
    assert bench.changes()[before:] == ["PUT bag/spots/spot-1 200"]


def test_an_update_of_a_resource_that_the_ledger_does_not_know(bench: ToyBench) -> None:
    bench.send(whole())
    other = ToyBench(bench.box, bench.ledger.with_name("other.ledger"))
    update = poster("b.xml", "posters/1", Shape.UPDATE, wall="South")
    assert states(other.send(update)) == ["done"]
    assert stored(bench)[0]["wall"] == {"wall": "South"}


# What lives in a resource of several steps


def test_it_is_created_by_an_id_that_the_owner_kept(bench: ToyBench) -> None:
    report = bench.send(poster("a.xml", "posters/9"), lamp("b.xml", "Left", "9"))
    assert states(report) == ["done", "done"]
    assert bench.changes()[-1] == "POST bag/spots/spot-1/lamps 201"


def test_an_owner_that_was_not_sent_from_here_is_asked_for_that_id(bench: ToyBench) -> None:
    bench.send(poster("a.xml"))
    other = ToyBench(bench.box, bench.ledger.with_name("other.ledger"))
    assert states(other.send(lamp("b.xml", "Left", "1"))) == ["done"]
    mapped = other.send(lamp("c.xml", "Right", "77", "8"), ids={"poster": {"77": "1"}})
    assert states(mapped) == ["done"]
    assert [each["label"] for each in bench.held("lamps")["1"]] == ["Left", "Right"]
    missing = other.send(lamp("d.xml", "Up", "55", "9"))
    assert states(missing) == ["failed"]
