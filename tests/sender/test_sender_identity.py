"""Which document of the ledger a document is: found again wherever it is, sent once, and asked
about where that is unclear.  Through the command line, against a sandbox."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from sender_payloads import LATER, Bench, campaign, states
from sender_program import feed_entry, write_campaign, write_feed, write_schedule

from ctct_migrate.cli.send import command as send_command
from ctct_migrate.cli.status import command as status_command
from ctct_migrate.sandbox import Fault, FaultKind, Sandbox
from ctct_migrate.sender import Ledger, OnNameTaken, OnUnclear, Planner, State, Submission

NAMES = ("Alpha", "Beta", "Gamma", "Delta")
WRITTEN = Path(__file__).parent / "ledgers" / "version-1"


@dataclass
class Sent:
    """What one `send` did: its exit status, the codes it showed, and the changes it made."""

    status: int
    codes: list[str]
    changes: list[str]
    output: str


@pytest.fixture
def send(box: Sandbox, tmp_path: Path, monkeypatch) -> Callable[..., Sent]:
    """`send` in this process, in `tmp_path`, with one ledger."""
    monkeypatch.setenv("CTCT_API_KEY", box.api_key)
    monkeypatch.setenv("CTCT_ACCESS_TOKEN", box.access_token)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, rename: bool = True) -> Sent:
        before = len(box.calls())
        rest = ["--base-url", box.base_url, "--ledger", "x.ledger", "--settle", "0"]
        taken = ["--on-name-taken", "rename"] if rename else []
        speed = ["--calls-per-second", "1000"]
        done = CliRunner().invoke(
            send_command, [*arguments, *rest, *taken, *speed], standalone_mode=False
        )
        assert done.exception is None or isinstance(done.exception, SystemExit), done.output
        changes = [
            f"{call.method} {call.status}" for call in box.calls()[before:] if call.method != "GET"
        ]
        codes = re.findall(r"\[(CT9\d\d)\]", done.output)
        return Sent(done.return_value, codes, changes, done.output)

    return run


def feed(*names: str, subject: str = "News", path: str = "feed.xml") -> Path:
    return write_feed(Path(path), *(feed_entry(name, subject) for name in names))


def names(box: Sandbox) -> list[str]:
    return sorted(record["name"] for record in box.state()["campaigns"].values())


def zipped(archive: str, *paths: str) -> None:
    with zipfile.ZipFile(archive, "w") as file:
        for path in paths:
            file.write(path)


# Found again


@pytest.mark.parametrize("preflight", [(), ("--no-preflight",)])
def test_an_entry_that_is_added_at_the_front_of_a_feed(send, box: Sandbox, preflight):
    feed(*NAMES)
    assert send("feed.xml", *preflight).changes == ["POST 201"] * 4
    feed("New", *NAMES)
    again = send("feed.xml", *preflight)
    assert (again.status, again.changes, again.codes) == (0, ["POST 201"], [])
    assert names(box) == sorted(("New", *NAMES))
    assert send("feed.xml", *preflight).changes == []


@pytest.mark.parametrize(
    "after",
    [NAMES[1:], NAMES[:-1], NAMES[::-1], ("Gamma", "Alpha"), ("Gamma",), NAMES + NAMES],
    ids=["first removed", "last removed", "reversed", "two left", "one left", "each twice"],
)
def test_entries_that_are_removed_moved_or_repeated(send, box: Sandbox, after):
    feed(*NAMES)
    send("feed.xml")
    feed(*after)
    again = send("feed.xml")
    assert (again.status, again.changes) == (0, [])
    assert set(again.codes) == ({"CT949"} if len(after) > 4 else set())
    feed(*NAMES)  # and back
    assert send("feed.xml").changes == []
    assert names(box) == sorted(NAMES)


def test_a_file_that_is_renamed_and_ends_in_a_line_feed_more(send, box: Sandbox):
    write_campaign(Path("a.xml"), "One", 1001)
    feed(*NAMES)
    assert len(send("a.xml", "feed.xml").changes) == 5
    for path in (Path("a.xml"), Path("feed.xml")):
        Path(f"renamed-{path}").write_text(path.read_text() + "\n")
        path.unlink()
    again = send("renamed-a.xml", "renamed-feed.xml")
    assert (again.status, again.changes, again.codes) == (0, [], [])


def test_a_feed_that_is_indented_in_another_way(send, box: Sandbox):
    feed(*NAMES)
    send("feed.xml")
    text = re.sub(r"\n *", "\n\t\t", Path("feed.xml").read_text())
    text = text.replace("<Name>Beta</Name>", "<Name> Beta </Name>")
    Path("again.xml").write_text(text.replace("&lt;body&gt;", "&lt;body&gt;\n\n    "))
    again = send("again.xml")
    assert (again.changes, again.codes) == ([], [])


def test_a_folder_that_is_zipped(send, box: Sandbox):
    Path("documents").mkdir()
    write_campaign(Path("documents/a.xml"), "One", 1001)
    write_schedule(Path("documents/s.xml"), 1001)
    feed(*NAMES, path="documents/feed.xml")
    assert len(send("documents").changes) == 6
    zipped("documents.zip", "documents/a.xml", "documents/s.xml", "documents/feed.xml")
    for keep in (True, False):
        again = send("documents.zip")
        assert (again.status, again.changes, again.codes) == (0, [], [])
        if keep:
            shutil.rmtree("documents")


def test_a_feed_that_is_cut_into_files(send, box: Sandbox):
    feed(*NAMES)
    send("feed.xml")
    for name in NAMES:
        feed(name, path=f"{name}.xml")
    assert send(*(f"{name}.xml" for name in NAMES)).changes == []


def test_status_shows_where_each_document_was_found_last(send, tmp_path: Path):
    feed(*NAMES)
    send("feed.xml")
    feed("New", *NAMES, path="later.xml")
    send("later.xml")
    shown = CliRunner().invoke(
        status_command, ["--ledger", "x.ledger", "--format", "json"], standalone_mode=False
    )
    found = {(each["path"], each["entry"]) for each in json.loads(shown.output)["requests"]}
    assert found == {("later.xml", entry) for entry in range(5)}


# Once


def test_one_document_at_two_places_is_sent_once(send, box: Sandbox):
    write_campaign(Path("a.xml"), "One", 1001)
    shutil.copy("a.xml", "copy.xml")
    feed("Alpha")
    Path("copied-feed.xml").write_text(Path("feed.xml").read_text() + "\n")
    first = send("a.xml", "copy.xml", "feed.xml", "copied-feed.xml")
    assert (first.status, first.codes) == (0, ["CT949", "CT949"])
    assert first.changes == ["POST 201"] * 2
    assert "the other is a.xml" in first.output
    assert "the other is feed.xml, entry 0" in first.output
    assert send("copy.xml", "copied-feed.xml").changes == []
    # One place, named twice, is nothing to speak of.
    assert send("a.xml", "./a.xml", str(Path("a.xml").absolute())).codes == []


def test_two_documents_of_one_name_in_one_run_are_two(send, box: Sandbox):
    feed("Alpha", path="a.xml")
    feed("Alpha", subject="Other news", path="b.xml")
    assert send("a.xml", "b.xml").changes.count("POST 201") == 2
    assert names(box) == ["Alpha", "Alpha (2)"]
    assert send("b.xml", "a.xml").changes == []
    zipped("both.zip", "b.xml", "a.xml")
    assert send("both.zip").changes == []


def test_a_run_that_is_killed_and_resumed_from_another_path(bench: Bench, box: Sandbox):
    """What was in flight is asked about, though it is found at another place and entry."""
    box.seed(campaigns=[])
    documents = [campaign(f"old/{name}.xml", name) for name in NAMES]
    with Ledger.open(bench.ledger, f"{box.base_url}/") as ledger:
        plan = Planner(ledger, bench.sender().settings).plan(map(Submission, documents))
        for item in plan.sending[:2]:
            ledger.begin(item.request, "k", "POST", "p", started=1.0, body=None)
    box.seed(campaigns=[{"id": "7001", **documents[0].body}])  # the first came through
    moved = [campaign(f"new.zip!/{name}.xml", name) for name in reversed(NAMES)]
    report = bench.send(*moved, on_name_taken=OnNameTaken.RENAME)
    assert states(report) == [State.DONE] * 4
    assert names(box) == sorted(NAMES)
    assert report.results[-1].target_id == "7001"


def test_a_lost_answer_is_looked_up_from_another_path(send, box: Sandbox):
    feed(*NAMES)
    box.inject(Fault(kind=FaultKind.CLOSE_AFTER, match="^POST", times=4))
    box.inject(Fault(kind=FaultKind.SERVER_ERROR, match="^GET"))
    send("feed.xml", "--no-preflight")
    box.clear_faults()
    feed("New", *NAMES, path="moved.xml")
    assert send("moved.xml").status == 0
    assert names(box) == sorted(("New", *NAMES))


# Changed, or unclear


def test_a_document_that_has_changed_at_its_place(send, box: Sandbox):
    feed(*NAMES)
    send("feed.xml")
    write_feed(Path("feed.xml"), feed_entry("Alpha", "Changed"), *map(feed_entry, NAMES[1:]))
    again = send("feed.xml")
    assert (again.changes, again.codes) == ([], ["CT947"])


def test_a_document_that_has_changed_and_moved_within_its_feed(send, box: Sandbox):
    feed(*NAMES)
    send("feed.xml")
    entries = [feed_entry("New"), feed_entry("Alpha", "Changed"), *map(feed_entry, NAMES[1:])]
    write_feed(Path("feed.xml"), *entries)
    again = send("feed.xml")
    assert (again.changes, again.codes) == (["POST 201"], ["CT947"])
    assert "it was sent from feed.xml, entry 0" in again.output
    assert names(box) == sorted(("New", *NAMES))


def test_a_document_with_a_number_that_has_changed_elsewhere(send, box: Sandbox):
    write_campaign(Path("a.xml"), "One", 1001)
    write_schedule(Path("s.xml"), 1001)
    send("a.xml", "s.xml")
    write_campaign(Path("b.xml"), "One", 1001, subject="Changed")
    write_schedule(Path("t.xml"), 1001, LATER)
    again = send("b.xml", "t.xml")
    assert again.codes == ["CT947"]
    assert again.changes == ["PUT 200"]  # of the schedule, which is moved
    assert "it was sent from a.xml" in again.output


def test_an_update_from_elsewhere_goes_to_the_campaign_that_was_created(send, box: Sandbox):
    write_campaign(Path("a.xml"), "One", 1001)
    send("a.xml")
    write_campaign(Path("b.xml"), "Two", 1001, subject="Changed")
    assert send("b.xml", "--shape", "update").changes == ["PUT 200"]
    assert [r["subject"] for r in box.state()["campaigns"].values()] == ["Changed"]


@pytest.mark.parametrize("rename", [True, False])
def test_the_name_of_another_document_with_other_contents_is_asked_about(
    send, box: Sandbox, rename
):
    feed("Alpha", "Beta", path="old.xml")
    send("old.xml")
    feed("Alpha", subject="Changed", path="new.xml")
    asked = send("new.xml", rename=rename)
    assert (asked.status, asked.codes, asked.changes) == (1, ["CT948"], [])
    assert "new.xml" in asked.output
    assert "from old.xml, entry 0" in asked.output
    assert "--on-unclear same" in asked.output
    assert send("new.xml", rename=rename).codes == ["CT948"]  # still
    feed("Alpha", subject="Changed again", path="new.xml")
    assert send("new.xml", rename=rename).codes == ["CT948"]
    with Ledger.open(Path("x.ledger"), f"{box.base_url}/") as ledger:
        assert len(ledger.requests()) == 3
        ledger.retry()
    assert send("new.xml", rename=rename).codes == ["CT948"]  # nor does a retry decide it


def test_unclear_and_the_same(send, box: Sandbox):
    feed("Alpha", path="old.xml")
    send("old.xml")
    feed("Alpha", subject="Changed", path="new.xml")
    send("new.xml")
    same = send("new.xml", "--on-unclear", "same")
    assert (same.codes, same.changes) == (["CT947"], [])
    assert send("new.xml").codes == ["CT947"]  # it was said once
    with Ledger.copy(Path("x.ledger")) as ledger:
        assert [r.document.path for r in ledger.requests()] == ["new.xml"]


def test_unclear_and_new(send, box: Sandbox):
    feed("Alpha", path="old.xml")
    send("old.xml")
    feed("Alpha", subject="Changed", path="new.xml")
    send("new.xml")
    new = send("new.xml", "--on-unclear", "new")
    assert (new.status, new.changes) == (0, ["POST 201"])
    assert names(box) == ["Alpha", "Alpha (2)"]
    assert send("new.xml").changes == []
    assert send("old.xml", "new.xml").changes == []


@pytest.mark.parametrize("taken", [OnNameTaken.SKIP, OnNameTaken.UPDATE])
def test_what_to_do_about_a_taken_name_was_said(bench: Bench, taken):
    bench.send(campaign("old.xml", "One"))
    report = bench.send(campaign("new.xml", "One", subject="Changed"), on_name_taken=taken)
    assert states(report) == [State.SKIPPED if taken is OnNameTaken.SKIP else State.DONE]
    assert list(bench.campaigns) == ["One"]


def test_two_that_it_may_be(bench: Bench):
    bench.send(campaign("a.xml", "One"))
    second = campaign("b.xml", "One", subject="Two")
    bench.send(second, on_name_taken=OnNameTaken.RENAME, on_unclear=OnUnclear.NEW)
    third = campaign("c.xml", "One", subject="Three")
    report = bench.send(third, on_name_taken=OnNameTaken.RENAME)
    assert states(report) == [State.BLOCKED]
    assert [each.code for each in report.results[0].diagnostics] == ["CT948"]
    # With the others in the same run it is none of them.
    first = campaign("a.xml", "One")
    report = bench.send(third, second, first, on_name_taken=OnNameTaken.RENAME)
    assert states(report) == [State.DONE] * 3
    assert sorted(bench.campaigns) == ["One", "One (2)", "One (3)"]


def test_what_was_never_made_is_sent_in_its_new_form(bench: Bench):
    refused = campaign("a.xml", "One", sent_to_contact_lists=[{"id": "99"}])
    assert states(bench.send(refused)) == [State.BLOCKED]
    report = bench.send(campaign("fixed/a.xml", "One"))
    assert states(report) == [State.DONE]
    assert bench.states() == {"fixed/a.xml": State.DONE}


@pytest.mark.parametrize(("before", "after"), [("1100546096289", None), (None, "1001")])
def test_a_number_that_is_not_one_any_more(bench: Bench, before, after):
    """A filler number was once taken for one."""
    assert bench.send(campaign("a.xml", "One", before), campaign("b.xml", "Two")).is_done
    report = bench.send(campaign("z.zip!/a.xml", "One", after), on_name_taken=OnNameTaken.RENAME)
    assert report.is_done
    assert sorted(bench.campaigns) == ["One", "Two"]


def test_another_number_is_another_document(bench: Bench):
    bench.send(campaign("a.xml", "One", "1"))
    report = bench.send(campaign("a.xml", "One", "2"), on_name_taken=OnNameTaken.RENAME)
    assert report.is_done
    assert sorted(bench.campaigns) == ["One", "One (2)"]


def test_one_number_with_another_name_elsewhere_is_asked_about(bench: Bench):
    bench.send(campaign("a.xml", "One", "1"))
    report = bench.send(campaign("b.xml", "Two", "1"))
    assert [each.code for each in report.results[0].diagnostics] == ["CT948"]
    report = bench.send(campaign("a.xml", "Two", "1"))  # at its place it is the same
    assert [each.code for each in report.results[0].diagnostics] == ["CT947"]


# What was done in this run


def test_a_report_tells_this_run_from_those_before(bench: Bench):
    bench.send(campaign("a.xml", "One"))
    report = bench.send(
        campaign("a.xml", "One"), campaign("b.xml", "Two"), campaign("b2.xml", "Two")
    )
    assert [result.is_earlier for result in report.results] == [True, False]
    assert [result.request.document.name for result in report.in_this_run] == ["Two"]
    assert list(report.counts().values()) == [1]
    assert list(report.counts(earlier=True).values()) == [1]
    assert len(report.repeated) == 1
    assert report.is_done
    assert report.calls > 0
    assert bench.send(campaign("a.xml", "One")).calls == 0


# Ledgers of the first version


def old_ledger(folder: Path, server: str) -> Path:
    """A copy of a ledger that the first version wrote, for the server of today."""
    path = folder / "x.ledger"
    shutil.copy(WRITTEN / "written.sqlite", path)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = ? WHERE name = 'server'", (server.encode(),))
    db.close()
    return path


@pytest.mark.parametrize("moved", [False, True])
def test_a_ledger_of_the_first_version(send, box: Sandbox, tmp_path: Path, moved: bool):
    """It has four entries of a feed (one of them sent under another name), a campaign and its
    schedule, one that was refused, and one that was in flight when the program was killed."""
    path = old_ledger(tmp_path, f"{box.base_url}/")
    documents = ["feed.xml", "a.xml", "s.xml", "refused.xml", "killed.xml"]
    for name in documents:
        shutil.copy(WRITTEN / name, name)
    with Ledger.copy(path) as ledger:
        killed = ledger.body(8)
        assert [each.state for each in ledger.requests()].count(State.DONE) == 6
        assert all(each.digests.content for each in ledger.requests())
    box.seed(lists=["99"], campaigns=[{"id": "7001", **killed}])
    if moved:
        for name in documents:
            Path(name).write_text(Path(name).read_text() + "\n")
        zipped("all.zip", *documents)
        for name in documents:
            Path(name).unlink()
        documents = ["all.zip"]
    again = send(*documents)
    assert again.changes == []  # what was in flight is found, what was refused has not changed
    assert again.codes == ["CT903"]
    with Ledger.copy(path) as ledger:
        rows = {each.document.name: each for each in ledger.requests()}
        assert rows["Three"].record.target_id == "7001"
        assert rows["Alpha"].record.target_id == "1100000000005"
        assert rows["Alpha"].document.path == ("all.zip!/feed.xml" if moved else "feed.xml")
        assert len(rows) == 8


def test_an_old_ledger_is_migrated_only_when_it_is_written_to(tmp_path: Path):
    path = old_ledger(tmp_path, "https://api.example.com/v2/")
    before = path.read_bytes()
    with Ledger.copy(path) as ledger:
        assert len(ledger.requests()) == 8
    assert path.read_bytes() == before
    with Ledger.open(path, "https://api.example.com/v2/") as ledger:
        assert ledger._db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert ledger._db.execute("PRAGMA foreign_keys").fetchone() == (1,)
