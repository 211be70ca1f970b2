"""The sender with a token that is renewed: what the ledger says, and when."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest
from login_bench import LoginBench

from ctct_migrate import convert, read
from ctct_migrate.sender import Ledger, Sender, SendReport, Settings, State, Submission
from ctct_migrate.targets import login_rules
from ctct_migrate.targets.credentials import Credentials, TokenError
from ctct_migrate.targets.replies import Failure, Reaction

LIST = """<ContactList xmlns="http://ws.constantcontact.com/ns/1.0/"
 id="http://api.constantcontact.com/ws/customers/harbour/lists/{number}">
<OptInDefault>false</OptInDefault><Name>List {number}</Name><SortOrder>1</SortOrder></ContactList>"""

#: Settings under which tests do not wait.
QUICK = Settings(target="v3", calls_per_second=1000, calls_per_day=100_000, settle=0.0, timeout=5.0)


class Source:
    """Tokens that any sandbox takes, and a record of what was asked of them."""

    application, account, owner, granted = "app", "", "", None

    def __init__(self, seen: list[str], fails: int = 0):
        self.seen, self._fails = seen, fails

    async def token(self) -> str:
        self.seen.append("token")
        if self._fails:
            self._fails -= 1
            raise TokenError(Failure(login_rules.LOGIN_SERVER_FAILED, Reaction.AGAIN))
        return "a-token-of-the-sandbox"

    async def renewed(self, refused: str) -> None:
        self.seen.append("renewed")

    def accepted(self, token: str) -> None: ...

    def secrets(self) -> Iterable[str]:
        return ()


def sent(bench: LoginBench, source: Source, path: Path, count: int = 3) -> SendReport:
    payloads = []
    for number in range(101, 101 + count):
        document = read(LIST.format(number=number).encode(), path=f"l{number}.xml")
        payloads += convert(document, target="v3")

    async def run() -> SendReport:
        credentials = Credentials(None, source)
        async with Sender(bench.server, credentials, ledger=path, settings=QUICK) as sender:
            return await sender.send_all(Submission(each) for each in payloads)

    return asyncio.run(run())


def test_a_token_is_there_before_a_call_is_recorded_as_begun(
    bench: LoginBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Between the record and the call there is nothing to wait for: who is killed while a token is
    renewed has nothing in doubt."""
    seen: list[str] = []
    begin = Ledger.begin

    def recorded(self, *given, **more):
        seen.append("begin")
        return begin(self, *given, **more)

    monkeypatch.setattr(Ledger, "begin", recorded)
    report = sent(bench, Source(seen), tmp_path / "a.ledger", 1)
    assert [result.request.state for result in report.results] == [State.DONE]
    at = seen.index("begin")
    assert seen[at - 1 : at + 2] == ["token", "begin", "token"]


def test_a_login_server_that_fails_for_a_while_leaves_nothing_in_doubt(
    bench: LoginBench, tmp_path: Path
):
    report = sent(bench, Source([], fails=3), tmp_path / "a.ledger")
    assert {result.request.state for result in report.results} == {State.DONE}
    with Ledger.copy(tmp_path / "a.ledger") as ledger:
        assert {request.state for request in ledger.requests()} == {State.DONE}
