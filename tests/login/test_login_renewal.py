"""Tokens that renew themselves, over real sockets and files: once for all, stored before they are
used, and never in a circle."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from login_bench import CLIENT, PLAIN, SUMMARY, LoginBench

from ctct_migrate.login.log_in_store import LogInStore
from ctct_migrate.login.log_ins import LogIn, LoginError, Tokens
from ctct_migrate.login.login_server import LoginServer
from ctct_migrate.sandbox import Fault, FaultKind
from ctct_migrate.targets.client import Client
from ctct_migrate.targets.credentials import Credentials, TokenError
from ctct_migrate.targets.login_rules import LOGIN_UNREADABLE
from ctct_migrate.targets.replies import Call, Failure, Reaction

HOUR = 3600.0

#: How often a process is killed while it renews; more by hand.
KILLS = int(os.environ.get("CTCT_LOGIN_KILLS", "4"))
PROGRAM = Path(__file__).with_name("login_program.py")


def aged(bench: LoginBench, log_in: LogIn, seconds: float) -> LogIn:
    """The log-in as it is after so many seconds."""
    tokens = replace(log_in.tokens, obtained=log_in.tokens.obtained - seconds)
    log_in = replace(log_in, tokens=tokens)
    bench.store.save(log_in)
    return log_in


def codes(outcome) -> list[str]:
    return [failure.rule.code for failure in outcome.failures]


# When it is renewed


@pytest.mark.parametrize(
    ("lifetime", "left", "fresh"),
    [
        (86_400, 301, True),
        (86_400, 299, False),
        (86_400, -1, False),
        (60, 16, True),
        (60, 14, False),
        (None, 0, True),
    ],
)
def test_five_minutes_are_left_or_a_quarter_of_a_short_life(lifetime, left, fresh):
    tokens = Tokens("a", "r", 1_000.0, lifetime)
    assert tokens.is_fresh(1_000.0 + (lifetime or 0) - left) is fresh


def test_a_clock_that_was_set_back_does_not_make_a_token_fresh_for_years_nor_useless():
    tokens = Tokens("a", "r", 10**9, 3600.0)
    assert tokens.is_fresh(10**8)  # it is tried, and 401 says the rest
    assert tokens.is_fresh(10**9 - 10)


def test_a_token_that_has_time_is_used_as_it_is(bench: LoginBench):
    token = bench.token(bench.logged_in())
    assert asyncio.run(bench.call(token)).value["encoded_account_id"]
    assert bench.grants() == []


def test_a_token_that_ends_soon_is_renewed_before_the_call(bench: LoginBench):
    log_in = aged(bench, bench.logged_in(), 24 * HOUR - 200)
    token = bench.token(log_in)
    assert not asyncio.run(bench.call(token)).failures
    assert bench.grants() == [200]
    assert bench.stored.tokens.refresh != log_in.tokens.refresh
    assert bench.stored.tokens.access == token.log_in.tokens.access
    assert bench.stored.renewal_began is None


def test_many_calls_at_once_renew_once(bench: LoginBench):
    token = bench.token(aged(bench, bench.logged_in(), 24 * HOUR))

    async def run():
        async with Client(bench.server, Credentials(None, token)) as client:
            return await asyncio.gather(*(client.call(SUMMARY) for _ in range(12)))

    assert not any(outcome.failures for outcome in asyncio.run(run()))
    assert bench.grants() == [200]


def test_what_was_granted_is_known_of_tokens_that_say_nothing_themselves(bench: LoginBench):
    log_in = bench.logged_in()
    tokens = replace(log_in.tokens, access="a-token-that-says-nothing")

    async def scopes(token):
        async with Client(bench.server, Credentials(None, token)) as client:
            return await client.scopes()

    assert asyncio.run(scopes(bench.token(log_in))) == set(bench.oauth.asked)
    silent = bench.token(replace(log_in, tokens=tokens))
    assert asyncio.run(scopes(silent)) == set(bench.oauth.asked)
    unsaid = bench.token(replace(log_in, tokens=replace(tokens, scopes=())))
    assert asyncio.run(scopes(unsaid)) is None


# 401 in spite of the clock


def test_a_token_that_is_refused_is_renewed_once_and_the_call_may_be_made_again(bench: LoginBench):
    token = bench.token(bench.logged_in())
    bench.steer(end="access")
    first = asyncio.run(bench.call(token))
    assert (codes(first), first.reaction) == (["CT662"], Reaction.AT_ONCE)
    assert not asyncio.run(bench.call(token)).failures
    assert bench.grants() == [200]


def test_refusals_of_many_calls_renew_once(bench: LoginBench):
    token = bench.token(bench.logged_in())
    bench.steer(end="access")

    async def run():
        async with Client(bench.server, Credentials(None, token)) as client:
            refused = await asyncio.gather(*(client.call(SUMMARY) for _ in range(8)))
            return refused, await asyncio.gather(*(client.call(SUMMARY) for _ in range(8)))

    refused, again = asyncio.run(run())
    assert {outcome.reaction for outcome in refused} <= {Reaction.AT_ONCE, None}
    assert not any(outcome.failures for outcome in again)
    assert bench.grants() == [200]


def test_a_server_that_refuses_every_token_stops_the_run_after_one_renewal(bench: LoginBench):
    token = bench.token(bench.logged_in())
    bench.box.inject(Fault(kind=FaultKind.EXPIRED_TOKEN))
    outcomes = [asyncio.run(bench.call(token)) for _ in range(3)]
    assert [codes(each) for each in outcomes] == [["CT662"], ["CT663"], ["CT663"]]
    assert [each.reaction for each in outcomes] == [Reaction.AT_ONCE, Reaction.STOP, Reaction.STOP]
    assert bench.grants() == [200]


def test_a_token_that_was_taken_may_be_renewed_when_it_is_refused_later(bench: LoginBench):
    token = bench.token(bench.logged_in())
    for _ in range(3):
        bench.steer(end="access")
        assert codes(asyncio.run(bench.call(token))) == ["CT662"]
        assert not asyncio.run(bench.call(token)).failures
    assert bench.grants() == [200, 200, 200]


def test_an_endpoint_that_refuses_every_token_gets_no_tokens_without_end(bench: LoginBench):
    token = bench.token(bench.logged_in())
    bench.box.inject(Fault(kind=FaultKind.EXPIRED_TOKEN, match="privileges"))
    refused = Call("GET", "account/user/privileges", is_fixed=True)
    seen = []
    for _ in range(5):
        seen += codes(asyncio.run(bench.call(token, refused)))
        assert not asyncio.run(bench.call(token)).failures
    assert seen == ["CT662", "CT662", "CT662", "CT663", "CT663"]
    assert bench.grants() == [200, 200, 200]


def test_refusals_that_are_far_apart_are_renewed_each(bench: LoginBench):
    ahead = [0.0]
    token = bench.token(bench.logged_in(), clock=lambda: time.time() + ahead[0])
    for _ in range(6):
        bench.steer(end="access")
        assert codes(asyncio.run(bench.call(token))) == ["CT662"]
        assert not asyncio.run(bench.call(token)).failures
        ahead[0] += 25
    assert len(bench.grants()) == 6


# What goes wrong


def test_a_refresh_token_that_is_used_up_is_one_clear_error(bench: LoginBench):
    token = bench.token(aged(bench, bench.logged_in(), 24 * HOUR))
    bench.steer(end="refresh")
    outcome = asyncio.run(bench.call(token))
    (failure,) = outcome.failures
    assert (failure.rule.code, failure.reaction) == ("CT660", Reaction.STOP)
    assert "ctct-migrate login" in failure.rule.how
    assert "never got its answer" not in failure.words


def test_a_refresh_token_that_was_not_used_for_180_days_is_dead(bench: LoginBench):
    log_in = bench.logged_in()
    httpx.post(f"{bench.box.control_url}/time", json={"seconds": 181 * 86_400}, **PLAIN)
    outcome = asyncio.run(bench.call(bench.token(aged(bench, log_in, 181 * 24 * HOUR))))
    assert codes(outcome) == ["CT660"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.SERVER_ERROR, status=503, match="oauth2.*token", times=1),
        Fault(kind=FaultKind.SERVER_ERROR, status=500, body="html", match="oauth2.*token", times=1),
        Fault(kind=FaultKind.SERVER_ERROR, status=429, match="oauth2.*token", times=1),
        Fault(kind=FaultKind.CLOSE_BEFORE, match="oauth2.*token", times=1),
        Fault(kind=FaultKind.HTML, stored=False, match="oauth2.*token", times=1),
        Fault(kind=FaultKind.EMPTY, stored=False, match="oauth2.*token", times=1),
        Fault(kind=FaultKind.NONSENSE, stored=False, match="oauth2.*token", times=1),
        Fault(kind=FaultKind.TRUNCATED, stored=False, match="oauth2.*token", times=1),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}",
)
def test_while_the_login_server_fails_a_token_that_lasts_is_used(bench: LoginBench, fault: Fault):
    token = bench.token(aged(bench, bench.logged_in(), 24 * HOUR - 100))
    bench.box.inject(fault)
    assert not asyncio.run(bench.call(token)).failures
    assert not asyncio.run(bench.call(token)).failures  # and the server is left alone
    assert bench.box.faults()[0]["seen"] == 1


def test_while_the_login_server_fails_a_token_that_has_ended_is_waited_for(bench: LoginBench):
    token = bench.token(aged(bench, bench.logged_in(), 25 * HOUR))
    bench.box.inject(Fault(kind=FaultKind.SERVER_ERROR, status=503, match="oauth2", times=1))
    first = asyncio.run(bench.call(token))
    assert (codes(first), first.reaction) == (["CT661"], Reaction.AGAIN)
    assert not asyncio.run(bench.call(token)).failures


def test_a_lost_answer_uses_the_refresh_token_up_and_is_said(bench: LoginBench):
    token = bench.token(aged(bench, bench.logged_in(), 25 * HOUR))
    bench.box.inject(Fault(kind=FaultKind.CLOSE_AFTER, match="oauth2.*token", times=1))
    assert codes(asyncio.run(bench.call(token))) == ["CT661"]
    (failure,) = asyncio.run(bench.call(token)).failures
    assert failure.rule.code == "CT660"
    assert "never got its answer" in failure.words


@pytest.mark.parametrize("settings", [{"refresh_tokens": "long-lived"}])
def test_a_lost_answer_loses_nothing_where_refresh_tokens_stay(bench: LoginBench):
    log_in = aged(bench, bench.logged_in(), 25 * HOUR)
    token = bench.token(log_in)
    bench.box.inject(Fault(kind=FaultKind.CLOSE_AFTER, match="oauth2.*token", times=1))
    assert codes(asyncio.run(bench.call(token))) == ["CT661"]
    assert not asyncio.run(bench.call(token)).failures
    assert bench.stored.tokens.refresh == log_in.tokens.refresh


def test_without_offline_access_the_end_of_the_token_is_the_end(bench: LoginBench):
    log_in = bench.logged_in()
    log_in = replace(log_in, tokens=replace(log_in.tokens, refresh=""))
    outcome = asyncio.run(bench.call(bench.token(aged(bench, log_in, 25 * HOUR))))
    (failure,) = outcome.failures
    assert failure.rule.code == "CT660"
    assert "offline_access" in failure.words


def test_logged_out_meanwhile(bench: LoginBench):
    log_in = aged(bench, bench.logged_in(), 25 * HOUR)
    token = bench.token(log_in)
    bench.store.remove(log_in)
    (failure,) = asyncio.run(bench.call(token)).failures
    assert (failure.rule.code, failure.words) == ("CT660", "somebody has logged out meanwhile")


# Stored before it is used


def test_what_cannot_be_stored_is_not_asked_for(bench: LoginBench, monkeypatch):
    token = bench.token(aged(bench, bench.logged_in(), 25 * HOUR))

    def full(path, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ctct_migrate.login.log_in_store.put_private", full)
    (failure,) = asyncio.run(bench.call(token)).failures
    assert (failure.rule.code, failure.reaction) == ("CT667", Reaction.STOP)
    assert "No space left" in failure.words
    assert bench.grants() == []


def test_new_tokens_that_cannot_be_stored_are_not_used_and_not_forgotten(
    bench: LoginBench, monkeypatch
):
    log_in = aged(bench, bench.logged_in(), 25 * HOUR)
    is_full = []

    def renew(tokens):
        with LoginServer(bench.oauth, CLIENT) as server:
            found = server.renewed(tokens)
        is_full.append(True)
        return found

    class Sometimes(LogInStore):
        def save(self, given: LogIn) -> None:
            if is_full:
                raise LoginError(LOGIN_UNREADABLE, "full")
            super().save(given)

    token = bench.token(log_in, renew=renew)
    token._store = Sometimes(bench.folder)
    before = len(bench.box.calls())
    with pytest.raises(TokenError):
        asyncio.run(token.token())
    assert len(bench.box.calls()) == before
    is_full.clear()
    new = asyncio.run(token.token())
    assert bench.stored.tokens.access == new
    assert bench.grants() == [200]


def test_the_new_tokens_are_stored_before_the_first_call_with_them(bench: LoginBench):
    """The process is killed while its first call with a new token is under way."""
    log_in = aged(bench, bench.logged_in(), 25 * HOUR)
    bench.box.inject(Fault(kind=FaultKind.LATENCY, seconds=30, match="^GET /v3", times=1))
    child = started(bench)
    wait_until(lambda: any("account" in call.path for call in bench.box.calls()))
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert bench.stored.tokens.access != log_in.tokens.access
    assert not asyncio.run(bench.call(bench.token(bench.stored))).failures
    renewed = aged(bench, bench.stored, 25 * HOUR)
    assert not asyncio.run(bench.call(bench.token(renewed))).failures
    assert bench.grants() == [200, 200]


def test_killed_between_the_rotation_and_its_answer(bench: LoginBench):
    """Nothing can bring that refresh token back: the next run says so, and what happened."""
    aged(bench, bench.logged_in(), 25 * HOUR)
    bench.box.inject(
        Fault(kind=FaultKind.LATENCY, seconds=30, stored=True, match="oauth2.*token", times=1)
    )
    child = started(bench)
    wait_until(lambda: bench.grants() == [200])
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert bench.stored.renewal_began is not None
    (failure,) = asyncio.run(bench.call(bench.token(bench.stored))).failures
    assert failure.rule.code == "CT660"
    assert "never got its answer" in failure.words


# Several processes


def test_two_processes_renew_once(bench: LoginBench):
    aged(bench, bench.logged_in(), 25 * HOUR)
    bench.box.inject(Fault(kind=FaultKind.LATENCY, seconds=0.5, match="oauth2.*token"))
    children = [started(bench) for _ in range(3)]
    for child in children:
        out, err = child.communicate(timeout=60)
        assert (child.returncode, out, err) == (0, "a07e1sandbox\n", "")
    assert bench.grants() == [200]


def test_a_process_that_waited_takes_the_tokens_of_the_other(bench: LoginBench):
    log_in = aged(bench, bench.logged_in(), 25 * HOUR)
    first, second = bench.token(log_in), bench.token(log_in)
    new = asyncio.run(first.token())
    assert asyncio.run(second.token()) == new
    assert bench.grants() == [200]
    asyncio.run(second.renewed(log_in.tokens.access))  # refused: it has another already
    assert bench.grants() == [200]


def test_a_renewal_goes_on_to_its_end_when_the_run_is_cancelled(bench: LoginBench):
    log_in = aged(bench, bench.logged_in(), 25 * HOUR)
    bench.box.inject(
        Fault(kind=FaultKind.LATENCY, seconds=1, stored=True, match="oauth2.*token", times=1)
    )
    token = bench.token(log_in)

    async def run():
        task = asyncio.create_task(token.token())
        await asyncio.sleep(0.4)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert bench.stored.tokens.refresh != log_in.tokens.refresh
    assert not asyncio.run(bench.call(bench.token(bench.stored))).failures


@pytest.mark.parametrize("settings", [{"token_seconds": 1}])
def test_processes_share_tokens_that_last_a_second(bench: LoginBench):
    bench.logged_in()
    children = [started(bench, "calls") for _ in range(3)]
    for child in children:
        out, err = child.communicate(timeout=60)
        assert (child.returncode, out, err) == (0, "a07e1sandbox\n", "")
    assert set(bench.grants()) == {200}  # no refresh token was used twice
    assert len(bench.grants()) >= 2


def test_after_a_kill_at_any_moment_the_log_in_works_or_says_what_became_of_it(bench: LoginBench):
    """A process that does nothing but renew is killed, again and again."""
    bench.logged_in()
    dice = random.Random(7)
    for _ in range(KILLS):
        child = started(bench, "renew")
        assert child.stdout is not None
        assert child.stdout.readline() == "renewed\n"
        time.sleep(0.05 * dice.random())
        child.send_signal(signal.SIGKILL)
        child.communicate()
        began = bench.stored.renewal_began  # the only log-in, whole, and nothing beside it
        assert not bench.store.damaged()
        failure = failed_renewal(bench)
        if failure is not None:
            assert failure.rule.code == "CT660"
            assert "never got its answer" in failure.words
            assert began is not None
            bench.logged_in()
            assert failed_renewal(bench) is None
        left = sorted(path.suffix for path in bench.folder.iterdir())
        assert left == [".json", ".json-lock"]  # no half-written file, which would hold tokens


def failed_renewal(bench: LoginBench) -> Failure | None:
    """What became of renewing the token of the stored log-in; None: it worked."""
    try:
        asyncio.run(bench.token(bench.stored).renewed(bench.stored.tokens.access))
    except TokenError as error:
        return error.failure
    return None


def started(bench: LoginBench, mode: str = "call") -> subprocess.Popen[str]:
    """A process that uses the stored log-in (`login_program`)."""
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(bench.folder), bench.server, mode],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )


def wait_until(is_so) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_no_thread_is_left(bench: LoginBench):
    bench.logged_in()
    wait_until(lambda: not [t for t in threading.enumerate() if "serve_forever" in t.name])
