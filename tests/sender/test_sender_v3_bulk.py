"""Many contacts by one import of v3, exactly once; what an import would change goes by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from v3_bench import V3Bench, codes, contact, contact_list, states, v3_bench

from ctct_migrate.sandbox import Fault, FaultKind
from ctct_migrate.sender import RequestKind
from ctct_migrate.sender.settings import BulkChoice

IMPORT = r"^POST .*/contacts_json_import$"

LOST = [
    Fault(kind=FaultKind.CLOSE_BEFORE, times=1),
    Fault(kind=FaultKind.CLOSE_AFTER, times=1),
    Fault(kind=FaultKind.SERVER_ERROR, times=1, stored=True, status=502),
    Fault(kind=FaultKind.TRUNCATED, times=1),
]

ALWAYS = {"bulk": BulkChoice.ALWAYS, "poll": 0.05}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[V3Bench]:
    with v3_bench(tmp_path, activity_seconds=0.1) as made:
        yield made


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctct_migrate.sender.calling._PAUSE", 0.0)


def people(count: int = 4, lists: tuple[str, ...] = ("1",), **more: Any) -> list[Any]:
    return [
        contact(f"{n}.xml", f"reader{n}@example.com", lists=lists, **more) for n in range(count)
    ]


def held(bench: V3Bench) -> dict[str, Any]:
    contacts = bench.box.state()["contacts"].values()
    return {each["email_address"]["address"]: each for each in contacts}


def imports(bench: V3Bench) -> list[str]:
    return [call for call in bench.changes() if "contacts_json_import" in call]


def test_one_import_for_the_contacts_of_the_same_lists(bench: V3Bench) -> None:
    others = [contact("x.xml", "other@example.com", lists=("1", "2"))]
    report = bench.send(*people(), *others, **ALWAYS)
    assert states(report) == ["done"] * 5
    assert imports(bench) == ["POST activities/contacts_json_import 201"] * 2
    assert len(held(bench)) == 5
    assert len(held(bench)["other@example.com"]["list_memberships"]) == 2
    before = len(bench.calls())
    assert states(bench.send(*people(), *others, **ALWAYS)) == ["done"] * 5
    assert len(bench.calls()) == before


def test_from_so_many_on_by_itself(bench: V3Bench) -> None:
    assert set(states(bench.send(*people(25), poll=0.05))) == {"done"}
    assert len(imports(bench)) == 1
    assert not [call for call in bench.changes() if call.startswith("POST contacts ")]


def test_to_a_list_of_this_run(bench: V3Bench) -> None:
    report = bench.send(contact_list("l.xml", "New", "77"), *people(3, ("77",)), **ALWAYS)
    assert set(states(report)) == {"done"}
    (new,) = (
        number for number, each in bench.box.state()["lists"].items() if each["name"] == "New"
    )
    assert all(each["list_memberships"] == [new] for each in held(bench).values())


@pytest.mark.parametrize("fault", LOST, ids=lambda f: f"{f.kind}-{f.stores}")
def test_a_lost_import_is_found_again(bench: V3Bench, fault: Fault) -> None:
    bench.box.inject(replace(fault, match=IMPORT))
    assert set(states(bench.send(*people(), **ALWAYS))) == {"done"}
    assert len(imports(bench)) == (1 if fault.stores else 2)
    assert len(held(bench)) == 4


def test_of_two_that_it_may_be_nobody_can_tell(bench: V3Bench) -> None:
    """Another program has begun imports of as many contacts meanwhile: the user is asked."""
    bench.box.inject(
        Fault(kind=FaultKind.CLOSE_AFTER, match=IMPORT, times=1),
        Fault(kind=FaultKind.SERVER_ERROR, match=r"^GET .*/activities$", status=503, after=1),
    )
    stopped = bench.send(*people(), tries=1, **ALWAYS)
    assert "done" not in states(stopped)
    bench.box.clear_faults()
    other = V3Bench(bench.box, bench.ledger.with_name("other.ledger"))
    twins = [contact(f"t{n}.xml", f"twin{n}@example.com") for n in range(4)]
    assert set(states(other.send(*twins, **ALWAYS))) == {"done"}
    report = bench.send(*people(), **ALWAYS)
    assert set(states(report)) == {"in doubt"}
    assert codes(report)[0] == ["CT958"]
    assert len(imports(bench)) == 2


def test_what_an_import_would_change_goes_by_itself(bench: V3Bench) -> None:
    own = contact("own.xml", "own@example.com", by="ACTION_BY_CONTACT")
    long = contact("long.xml", f"{'a' * 40}@{'b' * 12}.example.com")
    out = contact("out.xml", "out@example.com", lists=(), status="Do Not Mail")
    report = bench.send(*people(), own, long, out, **ALWAYS)
    assert set(states(report)) == {"done"}
    alone = [call for call in bench.changes() if call.startswith("POST contacts ")]
    assert len(alone) == 3
    permissions = {
        address.partition("@")[0]: each["email_address"]["permission_to_send"]
        for address, each in held(bench).items()
    }
    assert (permissions["own"], permissions["out"], permissions["reader0"]) == (
        "explicit", "unsubscribed", "implicit",
    )  # fmt: skip


def test_who_has_opted_out_is_in_no_import(bench: V3Bench) -> None:
    address = {"address": "reader1@example.com", "permission_to_send": "unsubscribed"}
    bench.box.seed(records={"contact": [{"email_address": address}]})
    report = bench.send(*people(), **ALWAYS)
    assert states(report) == ["done", "blocked", "done", "done"]
    assert codes(report)[1] == ["CT956"]
    stored = held(bench)["reader1@example.com"]
    assert (stored["email_address"]["permission_to_send"], stored["list_memberships"]) == (
        "unsubscribed", [],
    )  # fmt: skip


def test_custom_fields_are_called_by_their_names(bench: V3Bench) -> None:
    bench.box.seed(records={"custom_field": [{"label": "Shoe size", "type": "string"}]})
    report = bench.send(
        *people(3, more="<CustomField1>43</CustomField1>", fields={"CustomField1": "Shoe size"}),
        **ALWAYS,
    )
    assert set(states(report)) == {"done"}
    (known,) = bench.box.state()["custom_fields"]
    for each in held(bench).values():
        assert [(f["custom_field_id"], f["value"]) for f in each["custom_fields"]] == [
            (known, "43")
        ]


def test_an_import_that_fails_as_a_whole(tmp_path: Path) -> None:
    with v3_bench(tmp_path, activity_seconds=0.05, activities_fail=True) as bench:
        report = bench.send(*people(), **ALWAYS)
        assert set(states(report)) == {"blocked"}
        assert codes(report)[0] == ["CT960"]
        jobs = [each for each in bench.requests().values() if each.kind is RequestKind.BULK]
        assert len(jobs) == 1
