"""Who may call: the API key and the calls it has left (the gateway's part), the access token and
its privileges (the API's part).

The gateway stands before everything, so it refuses calls to paths that do not exist, too.
Nothing here looks at a body.
"""

from __future__ import annotations

import hashlib

from ctct_migrate.sandbox.answers import (
    INACTIVE_KEY,
    INVALID_TOKEN,
    OVER_QPS,
    OVER_QUOTA,
    Answer,
    insufficient_scope,
)
from ctct_migrate.sandbox.call_limits import Excess, RateLimits
from ctct_migrate.sandbox.options import SandboxOptions
from ctct_migrate.sandbox.requests import RefusedError, ServerRequest

_EXCESS = {Excess.SECOND: OVER_QPS, Excess.DAY: OVER_QUOTA}


def digest(key: str) -> str:
    """What stands for an API key where calls are recorded; empty for no key."""
    return hashlib.sha256(key.encode()).hexdigest()[:16] if key else ""


def gateway_refusal(
    request: ServerRequest, monotonic: float, options: SandboxOptions, limits: RateLimits
) -> Answer | None:
    """What the gateway refuses the call with; None: it is let through, and counted."""
    if not request.key or (options.keys and request.key not in options.keys):
        return INACTIVE_KEY.answer()
    excess = limits.admit(digest(request.key), monotonic, request.now)
    return _EXCESS[excess].answer() if excess else None


def bearer_token(authorization: str) -> str:
    """The token of an Authorization header (RFC 6750, 2.1), empty when it holds none."""
    scheme, _, token = authorization.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def check_token(request: ServerRequest, options: SandboxOptions) -> None:
    """Raise RefusedError (401) unless the request carries a token that is let in."""
    if not request.token or (options.tokens and request.token not in options.tokens):
        raise RefusedError(INVALID_TOKEN.answer())


def check_privilege(privilege: str, options: SandboxOptions) -> None:
    """Raise RefusedError (403, an HTML page) when key or user lacks the privilege."""
    if privilege in options.denied_privileges:
        raise RefusedError(insufficient_scope())
