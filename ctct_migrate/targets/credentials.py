"""What calls are signed with: an access token, which may be one that ends and is renewed, and the
API key of a target that wants one.

They show themselves to nobody: not in `repr`, copies or pickles, and whatever a server repeats of
them is taken out of its words.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from hashlib import scrypt
from typing import Protocol
from urllib.parse import quote, quote_plus

from ctct_migrate.targets import login_rules
from ctct_migrate.targets.access_token import claims_of
from ctct_migrate.targets.replies import Failure, Reaction

KEY_VARIABLE = "CTCT_API_KEY"
TOKEN_VARIABLE = "CTCT_ACCESS_TOKEN"
CLIENT_VARIABLE = "CTCT_CLIENT_ID"

#: Characters of a credential that stands in no text by chance.
_UNMISTAKABLE = 8


class CredentialsError(ValueError):
    """Key or token are missing or not usable; the message is one line for users."""


class TokenError(Exception):
    """There is no access token for a call, which was not made: `failure` says why, and what is done
    about it."""

    def __init__(self, failure: Failure):
        super().__init__(failure.rule.summary)
        self.failure = failure


class TokenSource(Protocol):
    """Where access tokens come from that end, and are renewed.

    application  the client id that they belong to, by which calls are counted
    """

    application: str

    @property
    def account(self) -> str:
        """The id of the account that they are for; empty where it is not known."""

    @property
    def owner(self) -> str:
        """Whose account they are for, as people call it."""

    @property
    def granted(self) -> frozenset[str] | None:
        """The scopes that the log-in server said; None where it said none."""

    async def token(self) -> str:
        """A token that can be used now.  Raises TokenError."""

    async def renewed(self, refused: str) -> None:
        """Get another token than `refused`, which the server answered 401 to.  Raises
        TokenError, also where there can be no better one."""

    def accepted(self, token: str) -> None:
        """Note that the server took a token."""

    def secrets(self) -> Iterable[str]:
        """Every token that was in use in this process, to be taken out of texts."""


class AccessToken:
    """One access token, which shows itself to nobody."""

    __slots__ = ("value",)

    def __init__(self, value: str):
        self.value = value

    def __repr__(self) -> str:
        return "AccessToken(…)"

    def __reduce__(self) -> str:
        raise TypeError("credentials are not to be copied or stored")


def is_header_value(text: str) -> bool:
    """Whether a text can be a credential: ASCII, without blanks and control characters."""
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


class Credentials:
    """An access token (or where one comes from), and an API key where the target wants one.

    `repr`, `str`, pickling and copying give neither away.  Raises CredentialsError for a value
    that cannot stand in a header (empty, not ASCII, white space or control characters in it).

    api_key       None for a target that takes none
    access_token  a token, or a `TokenSource`
    application   client id that the token belongs to, where it is known: calls are counted by it
    """

    __slots__ = ("_application", "_key", "_source", "_token")

    def __init__(
        self, api_key: str | None, access_token: str | TokenSource, *, application: str = ""
    ):
        self._source = None if isinstance(access_token, str) else access_token
        self._token = access_token if isinstance(access_token, str) else None
        self._key = api_key
        self._application = application
        for name, value in ((KEY_VARIABLE, api_key), (TOKEN_VARIABLE, self._token)):
            if value is None:
                continue
            if not value:
                raise CredentialsError(f"{name} is empty")
            if not is_header_value(value):
                raise CredentialsError(f"{name} holds a character that no credential has")

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] | None = None, *, needs_key: bool = True
    ) -> Credentials:
        """Those of CTCT_API_KEY (unless the target takes none) and CTCT_ACCESS_TOKEN.  Raises
        CredentialsError when one is missing."""
        given = os.environ if environment is None else environment
        names = (KEY_VARIABLE, TOKEN_VARIABLE) if needs_key else (TOKEN_VARIABLE,)
        missing = [name for name in names if not given.get(name, "").strip()]
        if missing:
            raise CredentialsError(f"{' and '.join(missing)} must be set in the environment")
        return cls(
            given[KEY_VARIABLE].strip() if needs_key else None,
            given[TOKEN_VARIABLE].strip(),
            application=given.get(CLIENT_VARIABLE, "").strip(),
        )

    def __repr__(self) -> str:
        return "Credentials(api_key=…, access_token=…)"

    def __reduce__(self) -> str:
        raise TypeError("credentials are not to be copied or stored")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Credentials) and (self._key, self._token, self._source) == (
            other._key,
            other._token,
            other._source,
        )

    def __hash__(self) -> int:
        return hash((self._key, self._token, self._source))

    @property
    def key_parameter(self) -> dict[str, str]:
        """The query parameter that carries the API key; empty for a target that takes none."""
        return {} if self._key is None else {"api_key": self._key}

    def key_hash(self, salt: bytes) -> str:
        """A name for the API key (for a target without, the application that the token belongs
        to), by which calls can be counted, and from which it cannot be found (scrypt, RFC
        7914)."""
        counted = self._key or self._owner()
        return scrypt(counted.encode(), salt=salt, n=2**12, r=8, p=1, dklen=16).hex()

    def _owner(self) -> str:
        """What the target counts calls by, as far as it can be told; a token of which nothing is
        known counts for itself."""
        if self._source is not None:
            return self._source.application
        return self._application or _application_of(self._token or "") or self._token or ""

    @property
    def account(self) -> str:
        """The id of the account; empty where there is no log-in, or it does not know."""
        return "" if self._source is None else self._source.account

    @property
    def owner(self) -> str:
        """Whose account it is, as people call it; empty where there is no log-in."""
        return "" if self._source is None else self._source.owner

    @property
    def granted(self) -> frozenset[str] | None:
        """The scopes that the log-in server said; None where there is no log-in, or it said none."""
        return None if self._source is None else self._source.granted

    async def token(self) -> AccessToken:
        """The token for a call that is about to be made.  Raises TokenError."""
        if self._source is None:
            return AccessToken(self._token or "")
        return AccessToken(await self._source.token())

    async def refused(self, token: AccessToken) -> Failure | None:
        """What it means that the server answered 401 to `token`; None for a token that cannot be
        renewed, where the answer speaks for itself."""
        if self._source is None:
            return None
        try:
            await self._source.renewed(token.value)
        except TokenError as error:
            return error.failure
        return Failure(login_rules.TOKEN_RENEWED, Reaction.AT_ONCE, status=401)

    def accepted(self, token: AccessToken) -> None:
        """Note that the server took a token."""
        if self._source is not None:
            self._source.accepted(token.value)

    def redacted(self, text: str) -> str:
        """`text` without key and tokens, also where they are percent-encoded.

        One so short that it may stand in any word (nobody's real one, but the `k` and `t` of a
        rehearsal) is taken out as a word of its own alone: else it would garble the answers.
        """
        return without(text, self._secrets())

    def _secrets(self) -> list[str]:
        known = [secret for secret in (self._key, self._token) if secret]
        return known if self._source is None else [*known, *self._source.secrets()]


def without(text: str, secrets: Iterable[str]) -> str:
    """`text` with `…` for each of the secrets, also where it is percent-encoded."""
    for secret in filter(None, secrets):
        for form in {secret, quote(secret, safe=""), quote_plus(secret)}:
            if len(secret) >= _UNMISTAKABLE:
                text = text.replace(form, "…")
            else:
                text = re.sub(rf"(?<![^\W_]){re.escape(form)}(?![^\W_])", "…", text)
    return text


def _application_of(token: str) -> str:
    """The client id that a token (a JWT, RFC 7519) says it was given to: `client_id` (RFC 9068) or
    `cid`; empty where it says none.  Nothing is trusted that it says: calls are counted by it."""
    claims = claims_of(token)
    return next((c for c in map(claims.get, ("client_id", "cid")) if c and isinstance(c, str)), "")
