"""Starting, ending, killing and starting again; what is kept; what is refused."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sandbox_client import OPTIONS, PLAIN, Client, campaign

from ctct_migrate.sandbox import Fault, FaultKind, Sandbox, SandboxError, SandboxOptions

CAMPAIGNS = "/emailmarketing/campaigns"


@pytest.mark.parametrize("process", [False, True])
def test_everything_is_kept_over_a_restart(process: bool) -> None:
    with Sandbox(OPTIONS, process=process) as sandbox:
        with Client(sandbox) as client:
            made = client.created()
            schedule = client.scheduled(made["id"])
        url = sandbox.base_url
        sandbox.stop()
        state, calls = sandbox.state(), sandbox.calls()
        assert len(calls) == 2
        with pytest.raises(httpx.ConnectError):
            httpx.get(url, **PLAIN)
        sandbox.start()
        assert sandbox.base_url == url
        assert (sandbox.state(), sandbox.calls()) == (state, calls)
        with Client(sandbox) as client:
            path = f"{CAMPAIGNS}/{made['id']}"
            assert client.get(path).json()["status"] == "SCHEDULED"
            assert client.get(f"{path}/schedules").json() == [schedule]
            assert client.post(CAMPAIGNS, json=campaign()).status_code == 409
            assert int(client.created(name="B")["id"]) > int(made["id"])


def test_a_file_serves_one_sandbox_after_another(tmp_path: Path) -> None:
    options = replace(OPTIONS, database=str(tmp_path / "a b#?.sqlite3"))
    with Sandbox(options) as sandbox, Client(sandbox) as client:
        made = client.created()
        client.put("/lists/1", json={"name": "Renamed", "status": "ACTIVE"})
    with Sandbox(options) as sandbox, Client(sandbox) as client:
        assert client.get(f"{CAMPAIGNS}/{made['id']}").json() == made
        # Seeds leave what is there alone.
        assert client.get("/lists/1").json()["name"] == "Renamed"
    assert (tmp_path / "a b#?.sqlite3").exists()


def test_what_was_answered_survives_a_kill() -> None:
    with Sandbox(OPTIONS, process=True) as sandbox:
        with Client(sandbox) as client:
            names = [client.created(name=f"Campaign {n}")["name"] for n in range(5)]
        sandbox.inject(Fault(kind=FaultKind.LATENCY, seconds=30, match="^GET "))
        with Client(sandbox) as client:
            failed: list[Exception] = []

            def wait() -> None:
                try:
                    client.get("/lists")
                except httpx.TransportError as error:
                    failed.append(error)

            waiting = threading.Thread(target=wait)
            waiting.start()
            while len(sandbox.calls()) < 6:
                time.sleep(0.01)
            sandbox.kill()
            waiting.join(5)
            assert len(failed) == 1
        assert [r["name"] for r in sandbox.state()["campaigns"].values()] == names
        assert (sandbox.calls()[-1].status, sandbox.calls()[-1].answered) == (None, None)
        sandbox.start()
        with Client(sandbox) as client:
            listed = client.get(CAMPAIGNS).json()["results"]
        assert [item["name"] for item in listed] == names


def test_a_sandbox_in_a_thread_cannot_be_killed(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="process=True"):
        sandbox.kill()


def test_a_process_goes_with_the_one_that_started_it(tmp_path: Path) -> None:
    program = (
        "import os, signal\n"
        "from ctct_migrate.sandbox import Sandbox\n"
        "sandbox = Sandbox(process=True).start()\n"
        "print(sandbox.base_url, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={**os.environ, "TMPDIR": str(tmp_path)},  # what a killed program leaves after
    )
    assert ended.returncode == -signal.SIGKILL
    url = ended.stdout.strip()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(url, **PLAIN)
        except httpx.ConnectError:
            return
        except httpx.TransportError:
            pass  # it ends at this moment
        time.sleep(0.05)
    pytest.fail("the sandbox outlived its parent")


def test_stopping_twice_and_before_the_start() -> None:
    sandbox = Sandbox()
    sandbox.stop()
    with pytest.raises(SandboxError, match="not been started"):
        _ = sandbox.base_url
    sandbox.start()
    with pytest.raises(SandboxError, match="running already"):
        sandbox.start()
    sandbox.stop()
    sandbox.stop()
    sandbox.close()


def test_calls_under_way_do_not_hold_the_end_up() -> None:
    with Sandbox(replace(OPTIONS, faults=(Fault(kind=FaultKind.LATENCY, seconds=60),))) as sandbox:
        client = Client(sandbox)
        waiting = threading.Thread(target=lambda: _fails(client))
        waiting.start()
        while not sandbox.calls():
            time.sleep(0.01)
        started = time.monotonic()
        sandbox.stop()
        assert time.monotonic() - started < 30
        waiting.join(30)
        assert not waiting.is_alive()
        client.close()


def _fails(client: Client) -> None:
    try:
        client.get("/lists")
    except httpx.TransportError:
        return


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com", "", "127.0.0.1.x"])
def test_other_hosts_are_refused(host: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        SandboxOptions(host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.0.0.2"])
def test_loopback_hosts(host: str) -> None:
    if ":" in host and not _has_ipv6():
        pytest.skip("this machine has no IPv6")
    with Sandbox(replace(OPTIONS, host=host)) as sandbox, Client(sandbox) as client:
        assert client.get("/lists").status_code == 200


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def test_it_cannot_be_reached_from_elsewhere(sandbox: Sandbox) -> None:
    port = httpx.URL(sandbox.base_url).port
    table = Path("/proc/net/tcp")
    if not table.exists():
        pytest.skip("no /proc/net/tcp")
    wanted = f":{port:04X}"
    listening = [
        line.split()[1]
        for line in table.read_text().splitlines()[1:]
        if line.split()[1].endswith(wanted) and line.split()[3] == "0A"
    ]
    assert listening == [f"0100007F{wanted}"]


@pytest.mark.parametrize("process", [False, True])
def test_a_taken_port(sandbox: Sandbox, process: bool) -> None:
    port = httpx.URL(sandbox.base_url).port
    assert port is not None
    with (
        pytest.raises(SandboxError, match=f"port {port}"),
        Sandbox(SandboxOptions(port=port), process=process),
    ):
        pass


def test_databases_that_cannot_be_used(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite3"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE t (x)")
    db.close()
    text = tmp_path / "text.sqlite3"
    text.write_text("this is not a database, and longer than its header " * 10)
    newer = tmp_path / "newer.sqlite3"
    with Sandbox(SandboxOptions(database=str(newer))):
        pass
    with sqlite3.connect(newer) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    before = {path: path.read_bytes() for path in (other, text, newer)}
    for path, words in {
        other: "something else",
        text: "not a database",
        newer: "version 99",
        tmp_path / "missing" / "a.sqlite3": "unable to open",
        tmp_path: "unable to open",
    }.items():
        with pytest.raises(SandboxError, match=words), Sandbox(SandboxOptions(database=str(path))):
            pass
    assert {path: path.read_bytes() for path in before} == before


def test_what_an_account_begins_with() -> None:
    old = campaign(id="1100546096289", name="Old", status="SENT", template_type="STOCK")
    options = replace(OPTIONS, campaigns=(old, campaign(name="New")))
    with Sandbox(options) as sandbox, Client(sandbox) as client:
        record = client.get(f"{CAMPAIGNS}/1100546096289").json()
        assert (record["status"], record["template_type"]) == ("SENT", "STOCK")
        sandbox.stop()
        sandbox.start()
        listed = client.get(CAMPAIGNS).json()["results"]
        assert [item["name"] for item in listed] == ["Old", "New"]
    with (
        pytest.raises(SandboxError, match="not a privilege"),
        Sandbox(SandboxOptions(denied_privileges=("campaign:fly",))),
    ):
        pass
    with (
        pytest.raises(SandboxError, match="Old: /status"),
        Sandbox(replace(OPTIONS, campaigns=({**old, "status": "Sent"},))),
    ):
        pass


def test_options_travel_as_json() -> None:
    options = SandboxOptions(
        port=1,
        keys=("a", "b"),
        tokens=("t",),
        lists={"7": "Seven"},
        campaigns=(campaign(),),
        organization_address=None,
        faults=(
            Fault(kind=FaultKind.LATENCY, seconds=1),
            Fault(kind=FaultKind.HTML, match="^GET", times=2),
        ),
    )
    assert SandboxOptions.from_json(options.to_json()) == options
    assert SandboxOptions.from_json(SandboxOptions().to_json()) == SandboxOptions()
    assert "'a'" not in repr(options)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"port": 70_000}, "TCP port"),
        ({"calls_per_second": 0}, "calls_per_second"),
        ({"calls_per_day": -1}, "calls_per_day"),
        ({"lists": {"x": "y"}}, "'x' is not an id"),
        ({"lists": {"01": "y"}}, "'01' is not an id"),
    ],
)
def test_options_that_cannot_be_kept(settings: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        SandboxOptions(**settings)  # type: ignore[arg-type]


def test_calls_at_once_are_one_after_another(sandbox: Sandbox) -> None:
    sandbox.inject(Fault(kind=FaultKind.LATENCY, seconds=0.5, match="^POST "))

    def make(_: int) -> int:
        with Client(sandbox) as client:
            return client.post(CAMPAIGNS, json=campaign()).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(make, range(8)))
    assert statuses == [201] + [409] * 7
    calls = sandbox.calls()
    answered = min(call.answered for call in calls if call.answered is not None)
    assert sum(call.received < answered for call in calls) > 1  # they wait at the same time
    assert len(sandbox.state()["campaigns"]) == 1


def test_key_and_token_are_in_no_file_and_no_process_list(tmp_path: Path) -> None:
    options = replace(
        OPTIONS, keys=("k3y-secret",), tokens=("t0ken-secret",), database=str(tmp_path / "d")
    )
    with Sandbox(options, process=True) as sandbox, Client(sandbox) as client:
        client.created()
        files = [path.read_bytes() for path in tmp_path.iterdir()]
        commands = [
            path.read_bytes()
            for path in Path("/proc").glob("[0-9]*/cmdline")
            if os.access(path, os.R_OK) and path.exists()
        ]
        assert files
        for text in (*files, *commands, repr(sandbox.options).encode()):
            assert b"k3y-secret" not in text
            assert b"t0ken-secret" not in text
