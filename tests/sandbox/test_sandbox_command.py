"""`ctct-migrate sandbox`: a process in the foreground, until it is reported to end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from sandbox_client import PLAIN, campaign

from ctct_migrate.cli.sandbox import command

PROGRAM = [sys.executable, "-c", "from ctct_migrate.cli.sandbox import command; command()"]


@contextmanager
def running(*arguments: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command, and the line that it printed when it was ready."""
    process = subprocess.Popen(
        [*PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate(timeout=10)


def get(url: str, key: str = "k", token: str = "t") -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(url, params={"api_key": key}, headers=headers, **PLAIN)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_end(number: signal.Signals) -> None:
    with running("--lists", "11,12=Customers", "--addresses", "a@example.com") as (process, url):
        assert url.startswith("http://127.0.0.1:")
        assert url.endswith("/v2")
        assert [item["name"] for item in get(f"{url}/lists").json()] == ["List 11", "Customers"]
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
        assert process.returncode == 0
        assert out == ""
        assert "Traceback" not in err
        assert "/_control" in err


def test_settings(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.sqlite3"
    with running(
        "--database",
        str(file),
        "--accept-any-list",
        "--accept-any-address",
        "--check-credentials",
        "--token-expires-after=2",
        "--fault=server-error,match=/account/info$,status=503",
        CTCT_API_KEY="right-key",
        CTCT_ACCESS_TOKEN="right-token",
    ) as (_, url):
        assert get(f"{url}/lists").status_code == 403
        assert get(f"{url}/account/info", "right-key", "right-token").status_code == 503
        answer = httpx.post(
            f"{url}/emailmarketing/campaigns",
            params={"api_key": "right-key"},
            headers={"Authorization": "Bearer right-token"},
            json=campaign(from_email="x@example.org", sent_to_contact_lists=[{"id": "99"}]),
            **PLAIN,
        )
        assert answer.status_code == 201
        assert get(f"{url}/lists", "right-key", "right-token").status_code == 401
    assert file.stat().st_size > 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--fault", "fire"], "--fault fire: 'fire' is not a fault"),
        (["--lists", "x"], "--lists x: expected ID"),
        (["--check-credentials"], "CTCT_API_KEY"),
        (["--database", "/nonexistent/folder/file"], "/nonexistent/folder/file"),
        (["--port", "70000"], "70000"),
    ],
)
def test_bad_arguments(arguments: list[str], words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CTCT_API_KEY", raising=False)
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 2
    assert words in result.output
    assert "Traceback" not in result.output


def test_the_extra_is_missing() -> None:
    program = (
        "import sys\n"
        "sys.modules['uvicorn'] = None\n"
        "from ctct_migrate.cli.sandbox import command\n"
        "command([])\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    lines = ended.stderr.strip().splitlines()
    assert len(lines) == 1
    assert "pip install 'ctct-migrate[sandbox]'" in lines[0]


def test_importing_it_is_light() -> None:
    program = (
        "import sys, ctct_migrate.cli.sandbox\n"
        "print([m for m in ('starlette', 'uvicorn', 'httpx', 'anyio') if m in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True
    )
    assert ended.stdout.strip() == "[]"
