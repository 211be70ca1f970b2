"""A log-in server that is the sandbox's, a browser that agrees to everything, and log-ins."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from ctct_migrate.login.flows import by_browser
from ctct_migrate.login.log_in_store import LogInStore
from ctct_migrate.login.log_ins import LogIn
from ctct_migrate.login.login_server import Authorization, LoginServer
from ctct_migrate.login.redirects import Redirects, with_port
from ctct_migrate.login.renewal import StoredToken
from ctct_migrate.sandbox import Sandbox
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.authorization import OAuth
from ctct_migrate.targets.client import Client
from ctct_migrate.targets.credentials import Credentials
from ctct_migrate.targets.replies import Call, CallOutcome

#: Settings of httpx for loopback.
PLAIN: dict[str, Any] = {"trust_env": False, "verify": False, "timeout": 10}

CLIENT = "app-0123"

#: A call that any token with the usual scopes may make.
SUMMARY = Call("GET", "account/summary", is_fixed=True)


@dataclass
class LoginBench:
    box: Sandbox
    folder: Path
    shown: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return self.box.base_url.removesuffix("/v3")

    @property
    def server(self) -> str:
        return f"{self.box.base_url}/"

    @property
    def oauth(self) -> OAuth:
        oauth = TARGETS["v3"].oauth
        assert oauth is not None
        return oauth.on(self.origin)

    @property
    def store(self) -> LogInStore:
        return LogInStore(self.folder)

    def browse(self, authorization: Authorization, redirects: Redirects) -> None:
        """What a browser does whose user agrees."""
        self.shown.append(authorization.url)
        thread = threading.Thread(
            target=httpx.get, args=(authorization.url,), kwargs={"follow_redirects": True, **PLAIN}
        )
        thread.start()

    def logged_in(self, client: str = CLIENT) -> LogIn:
        """A log-in by the browser, stored."""
        uri = with_port("http://127.0.0.1:1/callback", 0)
        with LoginServer(self.oauth, client) as server:
            tokens = by_browser(server, uri, self.oauth.asked, self.browse, seconds=20)
        log_in = LogIn("v3", self.server, client, self.oauth.token, tokens, "a1", "Harbour Books")
        self.store.save(log_in)
        return log_in

    def token(self, log_in: LogIn, **more: Any) -> StoredToken:
        """The token of a log-in, which renews itself at the sandbox."""

        def renew(tokens):
            with LoginServer(self.oauth, log_in.client_id, timeout=5) as server:
                return server.renewed(tokens)

        return StoredToken(self.store, log_in, more.pop("renew", renew), **more)

    async def call(self, token: StoredToken, call: Call = SUMMARY) -> CallOutcome:
        """One call with a token."""
        async with Client(self.server, Credentials(None, token)) as client:
            return await client.call(call)

    def steer(self, **value: Any) -> None:
        """Tell the log-in server something (`/_login`)."""
        answer = httpx.post(f"{self.origin}/_login", json=value, **PLAIN)
        assert answer.status_code == 204, answer.text

    def facts(self) -> dict[str, Any]:
        """What the log-in server knows."""
        return httpx.get(f"{self.origin}/_login", **PLAIN).json()

    def grants(self, kind: str = "refresh_token") -> list[int]:
        """The statuses of the calls for tokens of a kind."""
        calls = self.facts()["calls"]
        return [status for endpoint, what, status in calls if (endpoint, what) == ("token", kind)]

    @property
    def stored(self) -> LogIn:
        """The one log-in that is stored."""
        (found,) = self.store.all()
        return found
