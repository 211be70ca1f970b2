"""What the log-in server of the sandbox has given out: codes, device codes, access tokens and refresh
tokens, each by its digest, in the sandbox's database.

Tokens end by the sandbox's clock.  A refresh token that rotates works once: its successor kills all
earlier ones (reference, v3-contract, OAuth 2.0).
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable
from typing import Any

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.sandbox.database import Store

#: The name under which the database keeps all of it.
_NAME = "log-ins"

#: Seconds that a code lasts, and a code of a device.
CODE_SECONDS, DEVICE_SECONDS = 300, 600

#: Seconds after which a refresh token that was not used is dead: 180 days.
REFRESH_SECONDS = 180 * 86_400

#: The kinds of what is given out.
_KINDS = ("codes", "devices", "access", "refresh")

#: Without letters that are taken for others.
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


@dataclass(frozen=True, slots=True)
class TokenStanding:
    """What the server knows of an access token that it has given: whether it is let in, and for
    what."""

    is_alive: bool
    scopes: frozenset[str]


def standing(store: Store, token: str, now: float) -> TokenStanding | None:
    """The standing of an access token at a moment; None for one that was not given out here."""
    found = _read(store)["access"].get(_digest(token))
    if found is None:
        return None
    return TokenStanding(now < found["until"], frozenset(found["scopes"]))


class Grants:
    """Everything that was given out, while a request changes it: `save` keeps the changes."""

    def __init__(self, store: Store, now: float):
        self._store, self._now = store, now
        self._value = _read(store)

    def save(self) -> None:
        """Keep the changes; what ended a day ago is forgotten."""
        for kind in _KINDS:
            kept = self._value[kind].items()
            self._value[kind] = {k: v for k, v in kept if v["until"] > self._now - 86_400}
        self._store.save_setting(_NAME, json.dumps(self._value))

    # What is asked for

    def code(self, client: str, redirect_uri: str, challenge: str, scopes: Iterable[str]) -> str:
        """A code for a browser to bring back."""
        return self._give(
            "codes", secrets.token_urlsafe(24), CODE_SECONDS, client=client, scopes=list(scopes),
            redirect_uri=redirect_uri, challenge=challenge,
        )  # fmt: skip

    def taken_code(self, code: str) -> dict[str, Any] | None:
        """What was agreed to with a code, which works once; None for one that does not."""
        return self._take("codes", code)

    def device(self, client: str, scopes: Iterable[str]) -> tuple[str, str]:
        """A code for a device, and one for its user."""
        user = "-".join(
            "".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(2)
        )  # fmt: skip
        code = self._give(
            "devices", secrets.token_urlsafe(24), DEVICE_SECONDS, client=client,
            scopes=list(scopes), user=user, state="waiting", polls=0, polled=0.0,
        )  # fmt: skip
        return code, user

    def polled(self, code: str) -> dict[str, Any] | None:
        """What is known of a device's code, after one more question for it; None for none that
        lasts."""
        found = self._alive("devices", code)
        if found is None:
            return None
        before = dict(found)
        found["polls"] += 1
        found["polled"] = self._now
        return before

    def finish_device(self, code: str) -> None:
        """Forget the code of a device that has its tokens."""
        self._value["devices"].pop(_digest(code), None)

    def entered(self, user: str, *, agreed: bool) -> bool:
        """Note that a person entered the code of a device's user; whether there is one."""
        wanted = user.strip().upper()
        for found in self._value["devices"].values():
            if found["user"] == wanted and found["until"] > self._now:
                found["state"] = "agreed" if agreed else "denied"
                return True
        return False

    # Tokens

    def tokens(
        self, client: str, scopes: Iterable[str], seconds: float, *, refresh: str | None = None
    ) -> dict[str, Any]:
        """The answer of the token endpoint.  `refresh` is the refresh token that goes on; None: a
        new one, if the scopes ask for one."""
        granted = list(scopes)
        access = self._give("access", _jwt(client, granted, self._now, seconds), seconds,
                            client=client, scopes=granted)  # fmt: skip
        answer = {
            "token_type": "Bearer", "expires_in": seconds, "access_token": access,
            "scope": " ".join(granted),
        }  # fmt: skip
        if "offline_access" in granted:
            if refresh is None:
                refresh = self._give("refresh", secrets.token_urlsafe(32), REFRESH_SECONDS,
                                     client=client, scopes=granted)  # fmt: skip
            answer["refresh_token"] = refresh
        return answer

    def used_refresh(self, token: str, *, rotates: bool) -> dict[str, Any] | None:
        """What a refresh token is for; None for one that is dead.  One that rotates is dead from now
        on, the other lasts another 180 days."""
        if rotates:
            return self._take("refresh", token)
        found = self._alive("refresh", token)
        if found is not None:
            found["until"] = self._now + REFRESH_SECONDS
        return found

    def end(self, kind: str) -> None:
        """End all tokens of a kind: `access` or `refresh`."""
        for found in self._value[kind].values():
            found["until"] = min(found["until"], self._now)

    # What goes wrong on demand, and what happened

    def next_error(self) -> str | None:
        """The error that the next call for tokens gets; None for none."""
        errors: list[str] = self._value["errors"]
        return errors.pop(0) if errors else None

    def arm(self, errors: Iterable[str]) -> None:
        """Let the next calls for tokens get these errors."""
        self._value["errors"] += list(errors)

    def note(self, endpoint: str, what: str, status: int) -> None:
        """Record a call: no secret is in it."""
        self._value["calls"] = [*self._value["calls"][-999:], [endpoint, what, status]]

    def to_json(self) -> dict[str, Any]:
        """What there is: how many tokens are alive, the user codes of devices, the calls."""
        alive = {
            kind: sum(found["until"] > self._now for found in self._value[kind].values())
            for kind in _KINDS
        }
        users = [found["user"] for found in self._value["devices"].values()]
        return {
            **alive, "user_codes": users, "errors": self._value["errors"],
            "calls": self._value["calls"],
        }  # fmt: skip

    def _give(self, kind: str, text: str, seconds: float, **what: Any) -> str:
        self._value[kind][_digest(text)] = {**what, "until": self._now + seconds}
        return text

    def _alive(self, kind: str, text: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self._value[kind].get(_digest(text))
        return found if found is not None and found["until"] > self._now else None

    def _take(self, kind: str, text: str) -> dict[str, Any] | None:
        found = self._alive(kind, text)
        if found is not None:
            found["until"] = self._now
        return found


def _read(store: Store) -> dict[str, Any]:
    text = store.setting(_NAME)
    empty: dict[str, Any] = {"errors": [], "calls": [], **{kind: {} for kind in _KINDS}}
    return json.loads(text) if text else empty


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _jwt(client: str, scopes: list[str], now: float, seconds: float) -> str:
    """An access token in the form of a JWT, with a signature that nobody checks."""
    claims = {"cid": client, "scp": scopes, "iat": int(now), "exp": int(now + seconds)}
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "RS256", "typ": "JWT"}, claims)
    ]
    return ".".join([*parts, secrets.token_urlsafe(24)])
