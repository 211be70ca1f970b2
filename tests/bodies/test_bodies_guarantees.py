"""What is promised of JSON bodies: nothing is doubled when an answer is lost, and nothing is changed
that may not be."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from body_bench import EVENT, BodyBench
from click.testing import CliRunner

from ctct_migrate.cli import root
from ctct_migrate.sandbox import Fault, FaultKind, Sandbox, SandboxOptions
from ctct_migrate.targets.v2.attribute import DELIVERY as ATTRIBUTES

PROMOCODE = {
    "code_name": "SPRING_20", "code_type": "DISCOUNT", "discount_percent": 20,
    "discount_scope": "ORDER_TOTAL", "quantity_total": -1,
}  # fmt: skip

#: A lost answer, whether or not the change was stored.
LOST = [
    Fault(kind=FaultKind.CLOSE_BEFORE),
    Fault(kind=FaultKind.CLOSE_AFTER),
    Fault(kind=FaultKind.SERVER_ERROR, stored=True, status=502, body="html"),
    Fault(kind=FaultKind.EMPTY),
]


def changes(bench: BodyBench, after: int) -> list[str]:
    return [call.method for call in bench.box.calls(after) if call.method != "GET"]


def arm(bench: BodyBench, fault: Fault, match: str) -> None:
    bench.box.inject(replace(fault, match=match, times=1))


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("creating", "replacing", "deleting"):
        monkeypatch.setattr(f"ctct_migrate.sender.{module}.pause_before", lambda tries: 0.0)


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: f"{fault.kind}")
def test_a_lost_answer_doubles_nothing(bench: BodyBench, event: str, fault: Fault) -> None:
    place = ("--resource", "promocode", "--parent", f"event={event}")
    path = f"eventspot/events/{event}/promocodes"
    arm(bench, fault, "^POST .*/promocodes$")
    assert bench.send(PROMOCODE, *place).exit_code == 0
    (there,) = bench.get(path)
    arm(bench, fault, "^PUT ")
    body = {**PROMOCODE, "id": there["id"], "quantity_total": 9}
    assert bench.send(body, *place, "--shape", "update").exit_code == 0
    assert bench.get(f"{path}/{there['id']}")["quantity_total"] == 9
    arm(bench, fault, "^DELETE ")
    done = bench.send(None, *place, "--delete", "--id", there["id"])
    assert done.exit_code == 0, done.output
    assert bench.get(path) == []


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: f"{fault.kind}")
def test_a_lost_answer_publishes_once(bench: BodyBench, event: str, fault: Fault) -> None:
    arm(bench, fault, "^PATCH ")
    body = {"op": "REPLACE", "path": "#/status", "value": "ACTIVE"}
    done = bench.send(body, "--id", event)
    assert done.exit_code == 0, done.output
    assert bench.get(f"eventspot/events/{event}")["status"] == "ACTIVE"


@pytest.mark.parametrize("target", ["v2", "v3"])
@pytest.mark.parametrize("fault", LOST, ids=lambda fault: f"{fault.kind}")
def test_a_lost_answer_mails_an_address_once(tmp_path: Path, target: str, fault: Fault) -> None:
    options = SandboxOptions(target=target, calls_per_second=1000, calls_per_day=100_000)
    with Sandbox(options) as box:
        bench = BodyBench(box, tmp_path)
        arm(bench, fault, "^POST .*/account/")
        body = {"email_address": "Ada@example.org"}
        done = bench.send(body, "--target", target, "--resource", "email")
        assert done.exit_code == 0, done.output
        stored = fault.stored or fault.kind in (FaultKind.CLOSE_AFTER, FaultKind.EMPTY)
        posts = [call for call in box.calls() if call.method == "POST"]
        assert len(posts) == (1 if stored else 2)
        path = "emails" if target == "v3" else "verifiedemailaddresses"
        there = [each["email_address"] for each in bench.get(f"account/{path}")]
        assert there.count("Ada@example.org") == 1


def test_the_name_of_what_was_sold_is_fixed() -> None:
    (fixed,) = ATTRIBUTES.held
    sold = {"id": "1", "name": "Red", "quantity_total": 4, "quantity_available": 3}
    assert fixed.stops(sold, {"name": "Crimson", "quantity_total": 4})
    assert not fixed.stops(sold, {"name": "Red", "quantity_total": 9})
    assert not fixed.stops({**sold, "quantity_available": 4}, {"name": "Crimson"})
    assert not fixed.stops({"id": "1", "name": "Red"}, {"name": "Crimson"})


def test_several_bodies_in_lines_are_sent_once_each(bench: BodyBench, event: str) -> None:
    path = bench.folder / "codes.jsonl"
    codes = [{**PROMOCODE, "code_name": f"CODE_{number}"} for number in range(4)]
    path.write_text("\n".join(map(json.dumps, codes)), encoding="utf-8")
    place = ("--resource", "promocode", "--parent", f"event={event}")
    assert bench.send(None, str(path), *place).exit_code == 0
    before = len(bench.box.calls())
    codes[2]["quantity_total"] = 7
    path.write_text("\n".join(map(json.dumps, codes)), encoding="utf-8")
    done = bench.send(None, str(path), *place)
    assert changes(bench, before) == []  # what was created is not created again
    assert "CT9" in done.stderr
    there = bench.get(f"eventspot/events/{event}/promocodes")
    assert sorted(each["code_name"] for each in there) == [f"CODE_{number}" for number in range(4)]


def test_bodies_and_documents_go_in_one_run(bench: BodyBench) -> None:
    samples = Path(__file__).parents[2] / "samples" / "good"
    document = samples / "contact-list-create.xml"
    if not document.exists():
        document = next(iter(sorted(samples.glob("*list*.xml"))))
    done = bench.send({"name": "Readers", "status": "ACTIVE"}, str(document))
    assert done.exit_code == 0, done.output
    assert len(bench.get("lists")) == 3


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--resource", "event", "--shape", "create"], 1, "did you mean `title`?"),
        (["--resource", "event", "--shape", "record"], 1, "CT89"),
        (["--resource", "spaceship"], 2, "v2 has no resource `spaceship`"),
        (["--target", "v3", "--resource", "event"], 2, "v3 has no resource `event`"),
    ],
)
def test_lint_reads_bodies(tmp_path: Path, arguments: list[str], status: int, words: str) -> None:
    path = tmp_path / "event.json"
    body = {name: value for name, value in EVENT.items() if name != "title"}
    path.write_text(json.dumps({**body, "titel": "x"}), encoding="utf-8")
    done = CliRunner().invoke(
        root, ["lint", str(path), "--no-config", *arguments], standalone_mode=False
    )
    said = done.stdout + str(done.exception or "")
    assert words in said
    assert (done.return_value if done.exception is None else 2) == status


def test_verify_says_what_a_body_has_twice(tmp_path: Path) -> None:
    samples = Path(__file__).parents[2] / "samples" / "good"
    document = samples / "contact-list-create.xml"
    made = CliRunner().invoke(root, ["convert", str(document)], standalone_mode=False).stdout
    body = json.dumps(json.loads(made))
    path = tmp_path / "body.json"
    for text, status in ((body, 0), (body[:-1] + ', "status": "ACTIVE"}', 1)):
        path.write_text(text, encoding="utf-8")
        done = CliRunner().invoke(root, ["verify", str(document), str(path)], standalone_mode=False)
        assert done.return_value == status, done.output
    assert "CT897" in done.stdout


def test_what_is_read_only_there_is_left_out_and_said(bench: BodyBench) -> None:
    body = {
        "name": "Spring", "subject": "s", "from_name": "f", "from_email": "news@example.org",
        "reply_to_email": "news@example.org", "text_content": "t",
        "email_content": "<html><body>x</body></html>",
    }  # fmt: skip
    bench.box.seed(campaigns=[{**body, "id": "11", "template_type": "STOCK", "status": "DRAFT"}])
    change = {**body, "id": "11", "subject": "Another", "text_content": "changed"}
    done = bench.send(change, "--resource", "campaign", "--shape", "update")
    assert done.exit_code == 0, done.output
    there = bench.get("emailmarketing/campaigns/11")
    assert (there["subject"], there["text_content"]) == ("Another", "t")
    assert "warning[CT981]" in done.stderr
    assert "text_content is read-only there" in done.stderr
    assert "email_content is read-only" not in done.stderr


def test_a_document_is_not_sent_where_something_is_to_be_deleted(bench: BodyBench) -> None:
    document = Path(__file__).parents[2] / "samples" / "good" / "contact-list-create.xml"
    before = bench.get("lists")
    done = bench.send(None, str(document), "--delete", "--resource", "list")
    assert done.exit_code == 2
    assert "--delete takes JSON bodies" in done.stderr
    assert bench.get("lists") == before
