"""Key and token appear nowhere: a run is made with every fault, and all it leaves is searched."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import time
import traceback
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from sender_payloads import FUTURE, QUICK, Bench, campaign, schedule
from sender_program import command, environment, write_campaign

from ctct_migrate.sandbox import Fault, FaultKind, Sandbox, SandboxOptions
from ctct_migrate.sender import Submission

KEY = "kkkk-1111+kkkk/2222"
TOKEN = "tttt-3333-tttt-4444"

#: Every form in which they could stand somewhere.
FORMS = [
    form
    for secret in (KEY, TOKEN)
    for form in (secret, secret.replace("+", "%2B").replace("/", "%2F"), b64encode(secret.encode()).decode())
]  # fmt: skip


def found_in(text: str | bytes) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    return [form for form in FORMS if form.encode() in data]


@pytest.fixture
def options(options: SandboxOptions) -> SandboxOptions:
    return replace(options, keys=(KEY,), tokens=(TOKEN,))


def test_not_in_logs_ledger_tracebacks_events_or_repr(bench: Bench, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    faults = [kind for kind in FaultKind if kind not in (FaultKind.INACTIVE_KEY, FaultKind.EXPIRED_TOKEN, FaultKind.REDIRECT, FaultKind.OVER_QUOTA)]  # fmt: skip
    bench.box.inject(*(Fault(kind=kind, probability=0.1, times=2) for kind in faults))
    documents = [campaign(f"c{i}.xml", f"N{i}", str(i)) for i in range(1, 20)]
    documents += [schedule(f"s{i}.xml", FUTURE, str(i)) for i in range(1, 20)]
    shown = []
    for last in (None, FaultKind.EXPIRED_TOKEN, FaultKind.INACTIVE_KEY, FaultKind.REDIRECT):
        if last is not None:
            bench.box.inject(Fault(kind=last))
        report = bench.send(*documents, *([] if last is None else [campaign("z.xml", "Z")]))
        shown += [repr(report), repr(bench.events), repr(bench.sender())]
        bench.box.clear_faults()
    assert len(caplog.records) > 100
    for record in caplog.records:
        if record.name.startswith(("httpx", "httpcore", "ctct_migrate", "asyncio")):
            shown += [record.getMessage(), repr(record.args), repr(record.__dict__)]
    out, err = capfd.readouterr()
    for text in (*shown, out, err):
        assert found_in(text) == []
    for path in bench.ledger.parent.glob("test.ledger*"):
        assert found_in(path.read_bytes()) == [], path
    assert found_in(bench.box.api_key)  # the search does find


def test_not_in_a_traceback_with_all_its_variables(bench: Bench):
    bench.box.inject(Fault(kind=FaultKind.LATENCY, seconds=5))

    async def broken() -> None:
        async with bench.sender(QUICK) as sender:
            task = asyncio.create_task(sender.send_all([Submission(campaign("c.xml", "One"))]))
            await asyncio.sleep(0.3)
            task.cancel()
            await task

    with pytest.raises(asyncio.CancelledError) as caught:
        asyncio.run(broken())
    error: BaseException | None = caught.value
    while error is not None:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        text = "".join(shown.format())
        assert found_in(text) == []
        error = error.__cause__ or error.__context__


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
def test_not_in_the_list_of_processes_nor_in_what_a_program_leaves(box: Sandbox, tmp_path: Path):
    write_campaign(tmp_path / "a.xml", "One", 1001)
    box.inject(
        Fault(kind=FaultKind.LATENCY, seconds=0.5), Fault(kind=FaultKind.EXPIRED_TOKEN, after=3)
    )
    process = subprocess.Popen(
        command("send", tmp_path / "a.xml", "--base-url", box.base_url, "--log-format", "json",
                "--ledger", tmp_path / "x.ledger"),
        env=environment(box), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    while not box.calls():
        time.sleep(0.01)
    listed = Path(f"/proc/{process.pid}/cmdline").read_bytes()
    assert b"ctct_migrate" in listed
    assert found_in(listed) == []
    out, err = process.communicate(timeout=20)
    assert b"CT910" in err
    assert found_in(out) == found_in(err) == []
    for path in tmp_path.iterdir():
        assert found_in(path.read_bytes()) == [], path
