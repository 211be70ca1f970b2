"""The command `send`, given JSON bodies, against a sandbox."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from click import ClickException
from click.testing import CliRunner

from ctct_migrate.cli import root
from ctct_migrate.sandbox import Sandbox


@dataclass
class Outcome:
    """What a command came to."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return self.stdout + self.stderr


@dataclass
class BodyBench:
    """What is sent, and what the server then has."""

    box: Sandbox
    folder: Path

    def send(self, body: Any, *options: str, name: str = "body.json") -> Outcome:
        """Send a body (none for None) with `send`, from one ledger."""
        paths = []
        if body is not None:
            path = self.folder / name
            path.write_text(json.dumps(body, indent=1), encoding="utf-8")
            paths = [str(path)]
        arguments = [
            "send", *paths, "--base-url", self.box.base_url, "--ledger",
            str(self.folder / "a.ledger"), "--calls-per-second", "1000", "--calls-per-day",
            "100000", "--settle", "0", "--no-config", *options,
        ]  # fmt: skip
        environment = {
            "CTCT_API_KEY": self.box.api_key, "CTCT_ACCESS_TOKEN": self.box.access_token,
        }  # fmt: skip
        done = CliRunner().invoke(root, arguments, env=environment, standalone_mode=False)
        if isinstance(done.exception, ClickException):
            return Outcome(done.exception.exit_code, done.stdout, done.exception.format_message())
        if done.exception is not None:
            raise done.exception
        return Outcome(done.return_value or 0, done.stdout, done.stderr)

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """A call of a client's own."""
        return httpx.request(
            method, f"{self.box.base_url.rstrip('/')}/{path}", params={"api_key": self.box.api_key},
            headers={"Authorization": f"Bearer {self.box.access_token}", **more.pop("headers", {})},
            **more,
        )  # fmt: skip

    def get(self, path: str) -> Any:
        """What the server has there."""
        return self.call("GET", path).json()

    def post(self, path: str, body: Any) -> str:
        """The id of what somebody else makes."""
        answer = self.call("POST", path, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


EVENT = {
    "name": "Spring fair", "title": "The spring fair", "start_date": "2031-05-10T11:00:00Z",
    "end_date": "2031-05-10T15:00:00Z", "time_zone_id": "US/Eastern",
    "contact": {"name": "Ann Lee"}, "type": "OTHER", "location": "The hall",
}  # fmt: skip
