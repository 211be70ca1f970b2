"""A run is ended by SIGKILL at each step of a creation, before or after the server has stored it; the
next run finishes what is open, and nothing is there twice.  Run by `test_sender_toys`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from toy_bench import ToyBench, bare_document, poster_xml, toy_bench

from ctct_migrate.sandbox import Fault, FaultKind

STEPS = {
    "poster": r"^POST .*/posters$", "wall": r"^PUT .*/spots/[^/]+$", "opening": r"^POST .*/openings$"
}  # fmt: skip


def send(bench: ToyBench, document: Path) -> subprocess.Popen[bytes]:
    """Start a run of its own."""
    environment = os.environ | {
        "CTCT_API_KEY": bench.box.api_key, "CTCT_ACCESS_TOKEN": bench.box.access_token
    }  # fmt: skip
    return subprocess.Popen(
        [
            sys.executable, "-m", "ctct_migrate", "send", str(document), "--target", "paperboy",
            "--base-url", bench.box.base_url, "--ledger", str(bench.ledger), "--settle", "0.2",
            "--calls-per-second", "100", "--calls-per-day", "100000",
        ],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


@pytest.mark.parametrize("is_stored", [True, False], ids=["stored", "not-stored"])
@pytest.mark.parametrize("step", STEPS)
def test_a_killed_run_goes_on_at_the_open_step(tmp_path: Path, step: str, is_stored: bool) -> None:
    document = tmp_path / "poster.xml"
    document.write_text(bare_document("Poster", "", poster_xml(opens="Monday")))
    with toy_bench(tmp_path) as bench:
        slow = Fault(kind=FaultKind.LATENCY, match=STEPS[step], seconds=5, stored=True, times=1)
        lost = Fault(kind=FaultKind.CLOSE_BEFORE, match=STEPS[step], times=1)
        bench.box.inject(*([slow] if is_stored else [slow, lost]))
        process = send(bench, document)
        deadline = time.monotonic() + 60
        while not any(re.search(STEPS[step], f"{c.method} {c.path}") for c in bench.box.calls()):
            assert process.poll() is None, "the run ended before the step"
            assert time.monotonic() < deadline, "the step was not sent"
            time.sleep(0.01)
        if is_stored:
            time.sleep(1.0)  # the call is known before the change is stored; it is answered in 5 s
        process.kill()
        process.communicate()
        bench.box.clear_faults()
        again = send(bench, document)
        output, _ = again.communicate(timeout=60)
        assert again.returncode == 0, output.decode()
        (stored,) = bench.held("posters").values()
        assert stored == {
            "id": "1",
            "poster": {"name": "Window", "slogan": "Bread"},
            "wall": {"wall": "North"},
            "opening": {"day": "Monday"},
        }
        assert not [call for call in bench.changes() if call.endswith(("400", "409"))]
        if is_stored:  # what was stored is found, and not sent again
            assert len(bench.changes()) == len(STEPS)
