"""`send`, `status` and `retry`, as programs."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sender_payloads import FUTURE
from sender_program import command, environment, run, table, write_campaign, write_schedule

from ctct_migrate.sandbox import Fault, FaultKind, Sandbox
from ctct_migrate.sender import Ledger, State

PAST = "2013-05-10T11:07:43.626Z"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two campaigns, the schedule of one, and a campaign with a mistake."""
    documents = tmp_path / "documents"
    documents.mkdir()
    write_campaign(documents / "a.xml", "One", 1001)
    write_campaign(documents / "b.xml", "Two", 1002)
    write_campaign(documents / "c.xml", "Three", 1003, greeting="cmp_grt_name")
    write_schedule(documents / "s.xml", 1001)
    return documents


def send(box: Sandbox, path: Path, *more: str | Path) -> subprocess.CompletedProcess[str]:
    """Send the folder, or a document in it; the ledger lies beside the folder."""
    folder = path if path.is_dir() else path.parent
    return run(
        "send", path, "--base-url", box.base_url, "--ledger", folder.parent / "x.ledger",
        "--calls-per-second", "50", "--settle", "0", *more, env=environment(box),
    )  # fmt: skip


def test_send_to_a_server(box: Sandbox, folder: Path):
    done = send(box, folder)
    assert done.returncode == 1  # one document has an error
    assert "error[CT310]" in done.stderr
    assert "1 document with errors: not sent" in done.stderr
    assert "c.xml" not in done.stdout
    rows = table(done.stdout)
    assert [(Path(row[0]).name, row[1], row[2]) for row in rows] == [
        ("a.xml", "campaign", "done"),
        ("b.xml", "campaign", "done"),
        ("s.xml", "schedule", "done"),
    ]
    campaigns = box.state()["campaigns"]
    assert rows[0][3] == rows[2][3] in campaigns
    assert rows[2][4] == FUTURE
    assert {record["name"] for record in campaigns.values()} == {"One", "Two"}
    # Again, with the mistake fixed: only what is new is sent.
    before = len(box.calls())
    write_campaign(folder / "c.xml", "Three", 1003)
    done = send(box, folder)
    assert done.returncode == 0, done.stderr
    changes = [call for call in box.calls(before) if call.method != "GET"]
    assert len(changes) == 1


def test_send_to_a_sandbox_of_its_own_needs_no_credentials(folder: Path):
    done = run("send", folder / "a.xml", folder / "s.xml", "--sandbox", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert len(table(done.stdout)) == 2
    assert FUTURE in done.stdout
    assert not list(folder.glob("*.ledger*"))


def test_a_dry_run_sends_nothing_and_writes_nothing(box: Sandbox, folder: Path):
    write_schedule(folder / "t.xml", 1002, PAST)
    done = send(box, folder, "--dry-run")
    assert "2 campaigns to create" in done.stdout
    assert "1 schedule to place" in done.stdout
    assert "6 calls at the least" in done.stdout
    assert "1 document with errors, left out" in done.stdout
    assert "error[CT942]" in done.stderr
    assert done.returncode == 1
    assert box.calls() == []
    assert not list(folder.parent.glob("*.ledger*"))
    # After a part was sent, it is not counted again; nor is that written down.
    assert send(box, folder / "a.xml").returncode == 0
    ledger = folder.parent / "x.ledger"
    before = ledger.read_bytes()
    done = send(box, folder, "--dry-run")
    assert "1 campaign to create" in done.stdout
    assert "1 request settled before" in done.stdout
    assert ledger.read_bytes() == before


def test_server_errors_point_into_the_document(box: Sandbox, folder: Path):
    write_campaign(folder / "b.xml", "Two", 1002, list="99")
    done = send(box, folder, "--no-preflight")
    assert "error[CT903]" in done.stderr
    assert "b.xml:19:" in done.stderr
    assert "The contact list 99 does not exist." in done.stderr
    assert done.returncode == 1
    # `status` knows, `retry` plans it anew.
    ledger = folder.parent / "x.ledger"
    shown = run("status", "--ledger", ledger)
    assert "failed" in shown.stdout
    assert shown.returncode == 1
    box.seed(lists=["99"])
    assert "1 request is planned anew" in run("retry", "--ledger", ledger).stdout
    (folder / "c.xml").unlink()
    assert send(box, folder, "--no-preflight").returncode == 0
    assert run("status", "--ledger", ledger).returncode == 0


def test_what_came_by_standard_input_is_shown_at_a_mistake(box: Sandbox, folder: Path):
    write_schedule(folder / "t.xml", 1002, PAST)
    done = run(
        "send", "-", "--base-url", box.base_url, "--ledger", folder.parent / "x.ledger",
        env=environment(box), stdin=(folder / "t.xml").read_bytes(),
    )  # fmt: skip
    assert "error[CT942]" in done.stderr
    assert f"<ScheduledTime>{PAST}</ScheduledTime>" in done.stderr
    assert done.returncode == 1


def test_retry_of_a_code_that_does_not_exist_and_of_nothing(box: Sandbox, folder: Path):
    send(box, folder)
    ledger = folder.parent / "x.ledger"
    wrong = run("retry", "--ledger", ledger, "--code", "CT999")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "there is no rule `CT999`" in wrong.stderr
    none = run("retry", "--ledger", ledger, "--code", "address-missing")
    assert none.returncode == 0
    assert none.stdout == "nothing has failed with CT902, so that nothing is planned anew\n"


def test_where_all_documents_have_errors_nothing_was_sent(box: Sandbox, folder: Path):
    for name in ("a.xml", "b.xml", "s.xml"):
        (folder / name).unlink()
    done = send(box, folder)
    assert "this run: nothing was sent; 0 calls" in done.stderr
    assert "nothing was left to do" not in done.stderr


def test_retry_of_a_code(box: Sandbox, folder: Path):
    write_campaign(folder / "b.xml", "Two", 1002, list="99")
    send(box, folder, "--no-preflight")
    ledger = folder.parent / "x.ledger"
    said = run("retry", "--ledger", ledger, "--code", "ct901").stdout
    assert "nothing has failed with CT901" in said
    assert "1 request is" in run("retry", "--ledger", ledger, "--code", "ct903").stdout


def test_status_as_json(box: Sandbox, folder: Path):
    send(box, folder)
    shown = run("status", "--ledger", folder.parent / "x.ledger", "--format", "json")
    value = json.loads(shown.stdout)
    assert value["server"] == f"{box.base_url}/"
    assert value["counts"] == {"done": 3}
    assert value["calls_in_24_hours"] == len(box.calls())
    by_name = {Path(each["path"]).name: each for each in value["requests"]}
    assert by_name["s.xml"]["campaign_id"] == by_name["a.xml"]["target_id"]
    assert by_name["a.xml"]["number"] == "1001"
    assert len(by_name["a.xml"]["sha256"]) == 64
    (attempt,) = by_name["a.xml"]["attempts"]
    assert (attempt["method"], attempt["outcome"]) == ("POST", "ok")
    only = run("status", "--ledger", folder.parent / "x.ledger", "--state", "failed")
    assert table(only.stdout)[0][0].startswith("http")


def test_a_missing_permission_says_whom_to_ask(box: Sandbox, folder: Path):
    (folder / "c.xml").unlink()
    box.inject(Fault(kind=FaultKind.INSUFFICIENT_SCOPE))
    done = send(box, folder)
    assert done.returncode == 1
    assert "error[CT914]: The API key has no permission to schedule" in done.stderr
    assert "s.xml:3:18" in done.stderr
    assert "Write to Constant Contact's API support" in done.stderr
    assert len(box.state()["campaigns"]) == 2


def test_a_refused_token_stops_and_says_how_to_go_on(box: Sandbox, folder: Path):
    (folder / "c.xml").unlink()
    box.inject(Fault(kind=FaultKind.EXPIRED_TOKEN, after=4))
    done = send(box, folder)
    assert done.returncode == 2
    assert "error[CT910]" in done.stderr
    assert "stopped: no call can succeed" in done.stderr
    again = next(line for line in done.stderr.splitlines() if line.startswith("    ctct-migrate"))
    assert f"--base-url {box.base_url}" in again
    box.clear_faults()
    assert send(box, folder).returncode == 0


def test_what_happens_as_json(box: Sandbox, folder: Path):
    box.inject(Fault(kind=FaultKind.INACTIVE_KEY, match="^POST .*/schedules"))
    done = send(box, folder, "--log-format", "json")
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    events = [line.get("event") for line in lines]
    assert events[0] is None
    assert lines[0]["code"] == "CT310"
    assert events[1] == "planned"
    assert events.count("settled") == 2
    assert events[-1] == "stopped"
    assert lines[-1]["code"] == "CT911"
    assert all(line["time"].endswith("Z") for line in lines if "event" in line)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_finishes_what_is_under_way(box: Sandbox, tmp_path: Path, number: int):
    documents = tmp_path / "many"
    documents.mkdir()
    for index in range(40):
        write_campaign(documents / f"{index}.xml", f"N{index}", 2000 + index)
    box.inject(Fault(kind=FaultKind.LATENCY, match="^POST", seconds=0.5))
    arguments = ("send", documents, "--base-url", box.base_url, "--ledger", tmp_path / "x.ledger")
    process = subprocess.Popen(
        command(*arguments, "--calls-per-second", "10"),
        env=environment(box), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while len(box.calls()) < 9:
        time.sleep(0.01)
    os.kill(process.pid, number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert "finishing the calls under way" in err
    assert "Go on with" in err
    with Ledger.copy(tmp_path / "x.ledger") as ledger:
        counts = ledger.counts()
    assert set(counts) == {State.DONE, State.PLANNED}
    assert counts[State.DONE] == len(box.state()["campaigns"])


def test_a_second_signal_ends_it_at_once(box: Sandbox, folder: Path):
    (folder / "c.xml").unlink()
    box.inject(Fault(kind=FaultKind.LATENCY, match="^POST", seconds=60, times=2, stored=True))
    arguments = ("send", folder, "--base-url", box.base_url, "--ledger", folder.parent / "x.ledger")
    process = subprocess.Popen(
        command(*arguments), env=environment(box), stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    while not any(call.method == "POST" for call in box.calls()):
        time.sleep(0.01)
    began = time.monotonic()
    for _ in range(2):
        os.kill(process.pid, signal.SIGINT)
        time.sleep(0.2)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert time.monotonic() - began < 20
    assert b"Traceback" not in err
    box.clear_faults()
    assert send(box, folder).returncode == 0  # what was in doubt is found
    assert len(box.state()["campaigns"]) == 2


def test_a_second_send_is_refused_with_the_first_ones_process_id(box: Sandbox, folder: Path):
    box.inject(Fault(kind=FaultKind.LATENCY, match="^POST", seconds=60))
    arguments = ("send", folder, "--base-url", box.base_url, "--ledger", folder.parent / "x.ledger")
    first = subprocess.Popen(
        command(*arguments),
        env=environment(box),
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        while not box.calls():
            time.sleep(0.01)
        second = send(box, folder)
        assert second.returncode == 2
        assert second.stderr.rstrip().endswith(f"x.ledger: is in use by process {first.pid}")
        assert run("status", "--ledger", folder.parent / "x.ledger").returncode in (0, 1)
    finally:
        first.kill()
        first.wait()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "or --sandbox"),
        (("--base-url", "http://127.0.0.1:9/", "--sandbox"), "exclude each other"),
        (("--base-url", "http://example.com/v2/"), "https is needed"),
        (("--base-url", "https://example.com/v2/", "--ledger", "/nowhere/x"), "there is no folder"),
        (("--sandbox", "--reschedule-past", "tomorrow"), "is not a time"),
        (("--sandbox", "--reschedule-past", "2091-01-01T00:00:00"), "no time zone"),
        (("--sandbox", "--reschedule-past", PAST), "has passed"),
        (("--sandbox", "--list-map", "1=x"), "digits"),
        (("--sandbox", "--id-map", "campaign=1=x"), "digits"),
        (("--sandbox", "--id-map", "nonsense=1=2"), "is not a resource"),
        (
            ("--sandbox", "--id-map", "contact_list=1=2", "--list-map", "1=3"),
            "mapped to 3 and to 2",
        ),
        (("--sandbox", "--calls-per-second", "0"), "x>=1"),
        (("--sandbox", "--settle", "nan"), "settle cannot be negative"),
        (("--sandbox", "--timeout", "inf"), "below a day"),
        (("--dry-run", "--base-url", "http://example.com"), "https is needed"),
    ],
)
def test_a_command_line_that_is_no_use(box: Sandbox, folder: Path, arguments, sentence):
    done = run("send", folder, *arguments, env=environment(box))
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_without_credentials(folder: Path):
    done = run("send", folder, "--base-url", "https://api.constantcontact.com/v2/", cwd=folder)
    assert done.returncode == 2
    assert "CTCT_API_KEY and CTCT_ACCESS_TOKEN must be set" in done.stderr


def test_a_document_that_cannot_be_read_is_said_and_the_others_go_on(box: Sandbox, folder: Path):
    done = send(box, folder / "a.xml", folder / "missing.xml")
    assert done.returncode == 2
    assert "missing.xml" in done.stderr
    assert len(box.state()["campaigns"]) == 1


def test_a_ledger_that_is_none(tmp_path: Path):
    for name in ("status", "retry"):
        done = run(name, "--ledger", tmp_path / "x.ledger")
        assert done.returncode == 2
        assert "no such ledger" in done.stderr
    (tmp_path / "x.ledger").write_text("no ledger at all" * 100)
    for name in ("status", "retry"):
        done = run(name, "--ledger", tmp_path / "x.ledger")
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1


def test_a_disk_that_fills_up_is_one_error_and_nothing_is_lost(box: Sandbox, tmp_path: Path):
    documents = tmp_path / "documents"
    documents.mkdir()
    for index in range(40):
        write_campaign(documents / f"{index}.xml", f"N{index}", 2000 + index)
    assert send(box, documents / "0.xml").returncode == 0
    size = max(path.stat().st_size for path in tmp_path.glob("x.ledger*"))

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 600_000, resource.RLIM_INFINITY))

    arguments = ("send", documents, "--base-url", box.base_url, "--ledger", tmp_path / "x.ledger")
    done = subprocess.run(
        command(*arguments, "--calls-per-second", "50", "--settle", "0"), preexec_fn=full,
        env=environment(box), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("ctct-migrate: ")
    assert "cannot be written: the disk" in done.stderr
    assert "Traceback" not in done.stderr
    assert 1 < len(box.state()["campaigns"]) < 40
    assert send(box, documents).returncode == 0
    assert len(box.state()["campaigns"]) == 40


def test_updates_with_lists_that_differ(folder: Path, options):
    with Sandbox(replace(options, lists={"5": "Five"})) as box:
        (folder / "c.xml").unlink()
        done = send(box, folder, "--list-map", "1=5")
        assert done.returncode == 0, done.stderr
        write_campaign(folder / "b.xml", "Two", 1002, subject="Changed")
        done = send(box, folder / "b.xml")
        assert "warning[CT947]" in done.stderr
        done = send(box, folder / "b.xml", "--shape", "update", "--list-map", "1=5")
        assert done.returncode == 0, done.stderr
        records = {record["name"]: record for record in box.state()["campaigns"].values()}
        assert records["Two"]["subject"] == "Changed"


def test_ids_of_any_resource_that_differ(folder: Path, options):
    """A schedule is placed on the campaign that `--id-map` names, and an update writes to it."""
    body = {"id": "47", "name": "There", "subject": "s", "from_name": "f", "status": "DRAFT"}
    body |= {"from_email": options.addresses[0], "email_content": "<html><body></body></html>"}
    with Sandbox(replace(options, lists={"5": "Five"}, campaigns=(body,))) as box:
        for each in folder.iterdir():
            each.unlink()
        write_campaign(folder / "b.xml", "There", 1002, subject="Changed")
        maps = ("--id-map", "campaign=1002=47", "--id-map", "contact_list=1=5")
        done = send(box, folder, "--shape", "update", "--allow-emptying", *maps)
        assert done.returncode == 0, done.stderr
        assert box.state()["campaigns"]["47"]["subject"] == "Changed"


def test_a_run_tells_what_it_did_and_what_was_done_before(box: Sandbox, folder: Path):
    first = send(box, folder)
    assert "this run: " in first.stderr
    assert "earlier" not in first.stderr
    again = send(box, folder)
    assert "done" not in again.stdout
    assert re.search(
        r"ctct-migrate: this run: .*\bcalls?; earlier: \d+ campaigns? created", again.stderr
    )
