"""What an answer of a log-in server means: the catalogue's code, and what a run does about it.

oauthlib reads the answers; its exceptions end here, since their frames hold what was answered.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from ctct_migrate.diagnostics import Rule
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.login.log_ins import LoginError
from ctct_migrate.targets import login_rules
from ctct_migrate.targets.client import unmade
from ctct_migrate.targets.credentials import without
from ctct_migrate.targets.replies import Break, Reaction
from ctct_migrate.targets.reply_bodies import one_line

#: What oauthlib calls an answer without a token.
NO_TOKEN = "missing_token"

#: What each error of the token endpoint means (RFC 6749, 5.2; RFC 8628, 3.5).
_ERRORS: dict[str, tuple[Rule, Reaction]] = {
    "invalid_grant": (login_rules.LOGIN_ENDED, Reaction.STOP),
    "invalid_client": (login_rules.CLIENT_REFUSED, Reaction.STOP),
    "unauthorized_client": (login_rules.CLIENT_REFUSED, Reaction.STOP),
    "unsupported_grant_type": (login_rules.CLIENT_REFUSED, Reaction.STOP),
    "expired_token": (login_rules.LOGIN_TIMED_OUT, Reaction.STOP),
    "temporarily_unavailable": (login_rules.LOGIN_SERVER_FAILED, Reaction.AGAIN),
    "server_error": (login_rules.LOGIN_SERVER_FAILED, Reaction.AGAIN),
    "slow_down": (login_rules.LOGIN_SERVER_FAILED, Reaction.AGAIN),
}


@dataclass(frozen=True, slots=True, repr=False)
class LoginAnswer:
    """What the server said: a status, and a body that holds secrets."""

    status: int
    body: bytes

    @property
    def text(self) -> str:
        """The body as a text."""
        return self.body.decode("utf-8", "replace")


def looked_at(parse: Callable[[], Any]) -> tuple[Any, tuple[str, str | None] | None]:
    """What oauthlib reads of an answer, or the error in it with its description.  Its exceptions
    end here: their frames hold the answer."""
    from oauthlib.oauth2 import OAuth2Error

    try:
        return parse(), None
    except OAuth2Error as error:
        return None, (str(error.error), error.description)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None, (NO_TOKEN, None)


def refused(error: str, description: object, secrets: Sequence[str],
            lost: Rule = login_rules.LOGIN_REFUSED) -> LoginError:  # fmt: skip
    """What an error of the protocol amounts to; `lost` is what `invalid_grant` means, and the secrets
    are taken out of the server's words."""
    rule, reaction = _ERRORS.get(error, (login_rules.LOGIN_REFUSED, Reaction.STOP))
    if error == "invalid_grant":
        rule = lost
    return LoginError(rule, without(words_of(error, description), secrets), reaction)


def words_of(error: str, description: object) -> str:
    """An error and its description on one line."""
    said = one_line(str(description)) if description else ""
    return one_line(f"{error}: {said}" if said else error)


def failed(words: str, reaction: Reaction = Reaction.AGAIN) -> LoginError:
    """What it amounts to that the log-in server failed, or was not reached."""
    return LoginError(login_rules.LOGIN_SERVER_FAILED, one_line(words), reaction)


def ending(error: Exception) -> Break:
    """How a request ended without an answer."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
        return unmade(error)
    return Break.NO_ANSWER if isinstance(error, httpx.TimeoutException) else Break.LOST


def object_in(answer: LoginAnswer) -> dict[str, Any] | None:
    """The JSON object that an answer is; None where it is none."""
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def seconds_of(value: object, otherwise: float) -> float:
    """A number of seconds, also where it was written as a text."""
    try:
        found = float(str(value))
    except ValueError:
        return otherwise
    return found if 0 <= found < 10**9 else otherwise
