"""How far a request of several steps has come, in the ledger; and ledgers from before."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ctct_migrate.sender import Ledger, RequestKind, State
from ctct_migrate.sender.ledger import Digests, LedgerDocument, RequestContent, RequestRecord

SERVER = "https://api.example.com/v2/"
WRITTEN = Path(__file__).parent / "ledgers" / "version-3" / "written.sqlite"


def content(word: str = "a", **parts: str) -> RequestContent:
    return RequestContent(Digests(word, word), {"text": word}, parameters={"by": word}, parts=parts)


def entered(ledger: Ledger, kind: RequestKind = RequestKind.CREATE, **parts: str) -> int:
    document = LedgerDocument("a.xml", None, "00", "campaign", "11", "One")
    return ledger.enter(document, kind, content(**parts)).id


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.ledger"


def test_steps_that_are_done_are_known_after_the_run(path: Path):
    with Ledger.open(path, SERVER) as ledger:
        request = entered(ledger, first="1", second="2")
        assert ledger.done_parts(request) == {}
        attempt = ledger.begin(
            request, "k", "POST", "p", started=5.0, body={"text": "b"}, step="first"
        )
        record = RequestRecord("7", kept={"spot": "s"})
        ledger.finish(attempt, request, State.PLANNED, record, outcome="ok", done="first")
        ledger.begin(request, "k", "PUT", "q", started=6.0, body=None, step="second")
    with Ledger.open(path, SERVER) as ledger:
        found = ledger.request(request)
        assert found.state is State.IN_DOUBT
        assert (found.record.target_id, found.record.kept) == ("7", {"spot": "s"})
        assert ledger.done_parts(request) == {"first": "1"}
        assert [each.step for each in ledger.attempts(request)] == ["first", "second"]
        ledger.reach(request, "second", State.DONE, RequestRecord(kept={"more": "m"}))
        assert ledger.request(request).state is State.DONE
        assert ledger.request(request).record.kept == {"spot": "s", "more": "m"}
        assert ledger.done_parts(request) == {"first": "1", "second": "2"}


def test_a_changed_document_keeps_the_steps_of_a_creation_that_are_done(path: Path):
    with Ledger.open(path, SERVER) as ledger:
        request = entered(ledger, first="1", second="2")
        ledger.reach(request, "first", State.FAILED, RequestRecord("7"))
        ledger.replan(request, content("b", first="8", second="9"))
        assert ledger.done_parts(request) == {"first": "1"}
        assert ledger.request(request).state is State.PLANNED
        ledger.reach(request, "second", State.DONE, RequestRecord())
        assert ledger.done_parts(request) == {"first": "1", "second": "9"}


def test_an_update_of_a_changed_document_begins_anew(path: Path):
    with Ledger.open(path, SERVER) as ledger:
        request = entered(ledger, RequestKind.UPDATE)
        ledger.reach(request, "first", State.PLANNED, RequestRecord())
        ledger.replan(request)
        assert list(ledger.done_parts(request)) == ["first"]
        ledger.replan(request, content("b"))
        assert ledger.done_parts(request) == {}


def test_what_belongs_to_the_request_is_kept(path: Path):
    with Ledger.open(path, SERVER) as ledger:
        request = entered(ledger)
        assert ledger.parameters(request) == {"by": "a"}
        ledger.replan(request, content("b"))
        assert ledger.parameters(request) == {"by": "b"}


def test_a_document_that_is_taken_out_takes_its_steps_along(path: Path):
    with Ledger.open(path, SERVER) as ledger:
        request = entered(ledger, first="1")
        ledger.remove(ledger.request(request).row)
        assert ledger.requests() == []
        assert ledger._db.execute("SELECT count(*) FROM progress").fetchone() == (0,)


def test_a_ledger_of_the_third_version_keeps_what_it_had(path: Path):
    shutil.copy(WRITTEN, path)
    with Ledger.open(path, SERVER) as ledger:
        found = {request.document.path: request for request in ledger.requests()}
        assert ledger.id_of("contact_list", "11") == "2"
        assert {name: each.state for name, each in found.items()} == {
            "l.xml": State.DONE, "c.xml": State.IN_DOUBT, "s.xml": State.BLOCKED
        }  # fmt: skip
        assert ledger.body(found["c.xml"].id)["sent_to_contact_lists"] == [{"id": "2"}]
        assert ledger.given(found["c.xml"].id) == {"sent_to_contact_lists": [{"id": "11"}]}
        for each in found.values():
            assert ledger.parameters(each.id) == {}
            assert ledger.done_parts(each.id) == {}
        assert [each.step for each in ledger.attempts(found["l.xml"].id)] == [""]
