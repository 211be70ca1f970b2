"""What an access token says of itself, where it is a JWT (RFC 7519).

Nothing is verified here: the server alone decides what a token is good for.  What is read serves to
say in time that a right is missing.
"""

from __future__ import annotations

import base64
import json
from typing import Any

#: Claims that hold the granted scopes: an array, or a text with blanks between them.
_CLAIMS = ("scp", "scope", "scopes")


def token_scopes(token: str) -> frozenset[str] | None:
    """The scopes that a token was granted; None for a token that does not say them.

    >>> token_scopes("opaque") is None
    True
    """
    claims = claims_of(token)
    for name in _CLAIMS:
        found = claims.get(name)
        if isinstance(found, str):
            return frozenset(found.split())
        if isinstance(found, list):
            return frozenset(each for each in found if isinstance(each, str))
    return None


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a JWT; none of anything else.  Nothing that they say is to be trusted."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
