"""`login`, `whoami`, `logout` and `send`, against the sandbox."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from login_bench import PLAIN, LoginBench

from ctct_migrate.cli import main
from ctct_migrate.login import system_keyring
from ctct_migrate.login.log_in_store import LogInStore
from ctct_migrate.sandbox import Fault, FaultKind

PROGRAM = [sys.executable, "-m", "ctct_migrate"]

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<entry xmlns="http://www.w3.org/2005/Atom">
  <id>http://api.constantcontact.com/ws/customers/harbour/lists/{number}</id>
  <title type="text">{name}</title>
  <updated>2012-03-01T12:00:00.000Z</updated>
  <author><name>Harbour Books</name></author>
  <content type="application/vnd.ctct+xml">
    <ContactList xmlns="http://ws.constantcontact.com/ns/1.0/" id="http://api.constantcontact.com/ws/customers/harbour/lists/{number}">
      <OptInDefault>false</OptInDefault>
      <Name>{name}</Name>
      <SortOrder>1</SortOrder>
    </ContactList>
  </content>
</entry>
"""


class Outcome(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment without credentials, a folder of its own for log-ins (which it is), and a browser
    that agrees to everything."""

    def browse(url: str) -> bool:
        threading.Thread(
            target=httpx.get, args=(url,), kwargs={"follow_redirects": True, **PLAIN}
        ).start()
        return True

    for name in [each for each in os.environ if each.startswith("CTCT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("BROWSER", "a browser")
    monkeypatch.setattr(webbrowser, "open", browse)
    monkeypatch.setattr(system_keyring, "_backend", lambda: None)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data" / "ctct-migrate" / "logins"


@pytest.fixture
def run(world: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """`run("whoami", CTCT_ACCOUNT="x")`: exit status, standard output and error."""

    def ran(*arguments: str, **environment: str) -> Outcome:
        capfd.readouterr()
        with monkeypatch.context() as patched:
            for name, value in environment.items():
                patched.setenv(name, value)
            patched.setattr(sys, "stdin", io.StringIO())
            with pytest.raises(SystemExit) as exit_:
                main(arguments)
        out, err = capfd.readouterr()
        return Outcome(int(exit_.value.code or 0), out, err)

    return ran


def log_in(bench: LoginBench, run, *more: str) -> str:
    """Log in by the browser; what was printed."""
    done = run("login", "--base-url", bench.server, "--client-id", "app-1", "--port", "0", *more)
    assert done.status == 0, done.err
    return done.out + done.err


def secrets_of(world: Path) -> Sequence[str]:
    (path,) = world.glob("*.json")
    tokens = json.loads(path.read_text())["tokens"]
    return tokens["access"], tokens["refresh"]


def test_from_logging_in_to_logging_out(bench: LoginBench, world, run):
    said = log_in(bench, run)
    assert "Logged in to v3 as Sandbox (owner@example.com, a07e1sandbox)." in said
    access, refresh = secrets_of(world)
    assert access not in said
    assert refresh not in said
    who = run("whoami")
    assert (who.status, who.err) == (0, "")
    for words in (
        "Sandbox",
        bench.server,
        "app-1",
        "campaign_data",
        "campaign:send",
        "UTC, in 23 h",
    ):
        assert words in who.out
    assert access not in who.out
    facts = json.loads(run("whoami", "--json").out)
    assert facts["account"] == "a07e1sandbox"
    assert facts["renews_itself"] is True
    assert (facts["missing_scopes"], facts["is_refused"]) == ([], False)
    out = run("logout")
    assert (out.status, out.err) == (0, "")
    assert "Logged out of Sandbox" in out.out
    again = run("whoami")
    assert again.status == 2
    assert again.err == "ctct-migrate: nobody is logged in to v3: give `ctct-migrate login`\n"
    assert not list(world.glob("*.json*"))
    assert run("logout", "--all").out == "Nobody was logged in.\n"


def test_a_device(bench: LoginBench, world, run):
    done = run("login", "--device", "--base-url", bench.server, CTCT_CLIENT_ID="app-2")
    assert done.status == 0
    assert re.search(r"enter the code\n\n {4}[A-Z]{4}-[A-Z]{4}\n", done.err)
    assert "Logged in to v3" in done.out
    log_in(bench, run)
    several = run("whoami")
    assert several.status == 2
    assert "--account" in several.err or "several" in several.err
    assert run("whoami", CTCT_CLIENT_ID="app-2").status == 0
    gone = run("logout", "--all")
    assert gone.out.count("Logged out") == 2


@pytest.mark.parametrize("settings", [{"scopes": ["campaign_data", "account_read"]}])
def test_what_was_not_granted_is_said(bench: LoginBench, world, run):
    said = log_in(bench, run)
    assert "warning: not granted: contact_data" in said
    assert "no refresh token" in said
    assert "not granted   contact_data" in run("whoami").out


@pytest.mark.parametrize("settings", [{"scopes": ["campaign_data", "offline_access"]}])
def test_an_account_that_does_not_say_its_name(bench: LoginBench, world, run):
    said = log_in(bench, run)
    assert "did not say whose account it is" in said
    who = run("whoami")
    assert who.status == 2
    assert "account_read" in who.err


def test_a_token_of_the_environment_that_counts_before_the_log_in_is_said(bench: LoginBench, run):
    done = run("login", "--device", "--base-url", bench.server, "--client-id", "a",
               CTCT_ACCESS_TOKEN="some-other-token")  # fmt: skip
    assert "warning: CTCT_ACCESS_TOKEN is set" in done.err
    assert "some-other-token" not in done.out + done.err


def test_the_token_of_the_environment(bench: LoginBench, run):
    token = bench.logged_in().tokens.access
    who = run("whoami", "--base-url", bench.server, CTCT_ACCESS_TOKEN=token)
    assert (who.status, who.err) == (0, "")
    assert "Sandbox" in who.out
    assert "campaign_data" in who.out
    assert "CTCT_ACCESS_TOKEN" in who.out
    assert token not in who.out


def test_a_log_in_that_has_ended(bench: LoginBench, world, run):
    log_in(bench, run)
    bench.steer(end="access")
    bench.steer(end="refresh")
    who = run("whoami")
    assert who.status == 2
    assert "error[CT660]" in who.err
    assert "is refused by the server" in who.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["login"], "--client-id"),
        (["login", "--target", "v2", "--client-id", "a"], "no log-ins for v2"),
        (["login", "--target", "v9", "--client-id", "a"], "no target `v9`"),
        (["login", "--client-id", "a", "--redirect-uri", "https://x.example/"], "this machine"),
        (["login", "--client-id", "a", "--base-url", "http://x.example/"], "https is needed"),
        (["login", "--client-id", "a", "--base-url", "https://x.example/"], "--login-url"),
        (["login", "--client-id", "a", "--login-url", "http://x.example/"], "https is needed"),
        (["login", "--client-id", "a", "--store", "keyring"], "no keyring"),
        (["whoami"], "nobody is logged in"),
        (["logout", "--account", "x"], "nobody is logged in"),
        (["send", "x.xml", "--target", "v3", "--base-url", "https://api.cc.email/v3/"],
         "give `ctct-migrate login`, or set CTCT_ACCESS_TOKEN"),
        (["send", "x.xml", "--target", "v3"],
         "to v3 at https://api.cc.email/v3/: give `ctct-migrate login`, or"),
        (["send", "x.xml", "--target", "v3", "--base-url", "http://127.0.0.1:9/v3"],
         "give `ctct-migrate login --base-url http://127.0.0.1:9/v3/`"),
        (["send", "x.xml", "--target", "v3", "--base-url", "https://x.example/v3"],
         "give `ctct-migrate login --base-url https://x.example/v3/ --login-url URL`"),
        (["whoami", "--account", "nobody"], "nobody is logged in to v3"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line(run, arguments: list[str], words: str):
    done = run(*arguments)
    assert done.status == 2
    assert done.out == ""
    assert done.err.count("\n") == 1
    assert words in done.err


def test_settings_of_a_project(bench: LoginBench, run, tmp_path: Path):
    (tmp_path / "ctct-migrate.toml").write_text('client-id = "from-the-file"\n')
    done = run("login", "--device", "--base-url", bench.server)
    assert done.status == 0, done.err
    assert "from-the-file" in run("whoami").out


def documents(folder: Path, count: int) -> list[str]:
    for number in range(1, count + 1):
        path = folder / f"list{number}.xml"
        path.write_text(LIST.format(number=100 + number, name=f"List {number}"))
    return [f"list{number}.xml" for number in range(1, count + 1)]


def posted(bench: LoginBench) -> list[int | None]:
    return [call.status for call in bench.box.calls() if call.method == "POST"]


def test_a_token_that_ends_in_the_middle_of_a_run_loses_no_request(
    bench: LoginBench, world, run, tmp_path: Path
):
    log_in(bench, run)
    names = documents(tmp_path, 8)
    bench.box.inject(Fault(kind=FaultKind.LATENCY, seconds=0.05))
    with subprocess.Popen(
        [*PROGRAM, "send", *names, "--target", "v3", "--base-url", bench.server,
         "--calls-per-second", "4"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=os.environ,
    ) as child:  # fmt: skip
        until = time.monotonic() + 30
        while 201 not in posted(bench) and time.monotonic() < until:
            time.sleep(0.02)
        bench.steer(end="access")
        out, err = child.communicate(timeout=60)
    assert child.returncode == 0, out + err
    statuses = posted(bench)
    assert statuses.count(201) == 8
    assert statuses.count(401) >= 1
    assert bench.grants() == [200]
    for name in names:
        assert name in out
    names_there = [each["name"] for each in bench.box.state()["lists"].values()]
    assert len(names_there) == len(set(names_there))
    for path in tmp_path.glob("*ledger*"):
        for secret in secrets_of(world):
            assert secret.encode() not in path.read_bytes()


def test_a_ledger_belongs_to_one_account(bench: LoginBench, world, run, tmp_path: Path):
    log_in(bench, run)
    names = documents(tmp_path, 2)
    send = ["send", *names, "--target", "v3", "--base-url", bench.server]
    assert run(*send, "--calls-per-second", "1000").status == 0
    there = LogInStore(world)
    other = replace(there.all()[0], account_id="b2", account_name="Smithy", account_email="")
    there.save(other)
    assert "several log-ins" in run(*send).err
    before = len(posted(bench))
    wrong = run(*send, "--account", "Smithy")
    assert wrong.status == 2
    assert "belongs to Sandbox (owner@example.com, a07e1sandbox), not to Smithy (b2)" in wrong.err
    assert len(posted(bench)) == before
    assert run(*send, "--account", "sandbox").status == 0  # goes on: nothing is left
    assert len(posted(bench)) == before


def test_a_refresh_token_that_is_used_up_in_the_middle_ends_the_run_and_it_goes_on(
    bench: LoginBench, world, run, tmp_path: Path
):
    log_in(bench, run)
    names = documents(tmp_path, 3)
    send = ["send", *names, "--target", "v3", "--base-url", bench.server]
    bench.steer(end="access")
    bench.steer(end="refresh")
    stopped = run(*send, "--calls-per-second", "1000")
    assert stopped.status == 2
    assert "error[CT660]" in stopped.err
    assert "ctct-migrate login" in stopped.err
    assert posted(bench).count(201) == 0
    log_in(bench, run)
    done = run(*send, "--calls-per-second", "1000")
    assert done.status == 0, done.out + done.err
    assert posted(bench).count(201) == 3
    assert "ctct-migrate: sending as Sandbox (owner@example.com, a07e1sandbox)\n" in done.err


def test_a_token_of_the_environment_does_not_say_for_which_server(run):
    done = run("send", "x.xml", "--target", "v3", CTCT_ACCESS_TOKEN="x")
    assert done.status == 2
    assert "--base-url URL (v3's is https://api.cc.email/v3/)" in done.err
    assert "--base-url URL (v2's is" in run("send", "x.xml", "--target", "v2").err


def test_help_names_no_server_of_another_target(run):
    assert "api.constantcontact.com" not in run("send", "--help").out


def test_an_account_that_nobody_is_logged_in_to(run, bench: LoginBench):
    log_in(bench, run)
    done = run("whoami", "--account", "nobody")
    assert done.status == 2
    assert "there is no log-in for the account 'nobody'; there is one for " in done.err


def test_quiet_sends_and_says_nothing(run, bench: LoginBench, tmp_path: Path):
    log_in(bench, run)
    path = tmp_path / "l.xml"
    path.write_text(LIST.format(number="9", name="Quiet"))
    done = run("send", str(path), "--target", "v3", "--base-url", bench.server, "-q", "--ignore", "CT8",
               "--ledger", str(tmp_path / "x.ledger"))  # fmt: skip
    assert done == (0, "", "")
    assert "Quiet" in str(bench.box.state()["lists"])
