"""A log-in as a value: which application may call which server for which account, and its tokens.

The moments are those of this machine's clock: what another clock says of the end of a token counts
for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from ctct_migrate.diagnostics import Rule
from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.targets.credentials import TokenError
from ctct_migrate.targets.replies import Failure, Reaction

#: Seconds before its end at which a token is renewed; a shorter one, in the last quarter of its life.
_AHEAD = 300.0

#: Seconds by which a clock may be set back without its moments being doubted.
_SMALL = 60.0


class LoginError(Exception):
    """Logging in, or renewing a token, went wrong.

    rule      its entry in the catalogue
    words     what is known besides, one line without secrets, or empty
    reaction  what a run does about it
    """

    def __init__(self, rule: Rule, words: str = "", reaction: Reaction = Reaction.STOP):
        super().__init__(words or rule.summary)
        self.rule, self.words, self.reaction = rule, words, reaction

    def for_call(self) -> TokenError:
        """The same, for whoever wanted to make a call."""
        return TokenError(Failure(self.rule, self.reaction, words=self.words))


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """What a log-in server gave.

    access    access token
    refresh   refresh token, by which the next access token is got; empty where there is none
    obtained  when they were asked for, in seconds since 1970 by this machine's clock
    lifetime  seconds that the access token lasts; None where the server did not say
    scopes    what they are for; empty where the server did not say
    """

    access: str
    refresh: str
    obtained: float
    lifetime: float | None
    scopes: tuple[str, ...] = ()

    @property
    def ends(self) -> float | None:
        """When the access token ends, in seconds since 1970; None where that is not known."""
        return None if self.lifetime is None else self.obtained + self.lifetime

    def lasts(self, now: float) -> bool:
        """Whether the access token has not ended yet, as far as this machine's clock can tell."""
        return self._left(now) > 0

    def is_fresh(self, now: float) -> bool:
        """Whether the access token can be used without renewing it first: five minutes are left, or
        a quarter of a shorter life."""
        ahead = _AHEAD if self.lifetime is None else min(_AHEAD, self.lifetime / 4)
        return self._left(now) > ahead

    def _left(self, now: float) -> float:
        # A clock that was set back says nothing about how old the token is: it is used, and if it
        # has ended the server says so.
        if self.lifetime is None or now < self.obtained - _SMALL:
            return float("inf")
        return self.obtained + self.lifetime - now


@dataclass(frozen=True, slots=True, repr=False)
class LogIn:
    """One log-in.

    target         name of the target
    server         base URL of its API, with a slash at its end: the tokens go nowhere else
    client_id      the application
    token_url      where its tokens are renewed
    tokens         those of now
    account_id     id of the account; empty as long as it is not known
    account_name   how its owner calls it, or empty
    account_email  the owner's address, or empty
    in_keyring     whether the tokens are to stand in the system's keyring, if that works
    has_secret     whether the application has a secret, which is not stored
    renewal_began  when a renewal was begun of which no answer is stored, in seconds since 1970;
                   None for none
    """

    target: str
    server: str
    client_id: str
    token_url: str
    tokens: Tokens
    account_id: str = ""
    account_name: str = ""
    account_email: str = ""
    in_keyring: bool = False
    has_secret: bool = False
    renewal_began: float | None = None

    def __repr__(self) -> str:
        return f"LogIn({self.target!r}, {self.server!r}, {self.account_id!r})"

    @property
    def file_name(self) -> str:
        """The name of its file: one for a target, a server, an application and an account."""
        said = "\n".join((self.server, self.client_id, self.account_id))
        return f"{self.target}-{sha256(said.encode()).hexdigest()[:16]}.json"

    @property
    def title(self) -> str:
        """How messages call it."""
        named = self.account_name or self.account_email or self.account_id
        if not named:
            return f"{self.target}: an account that has not said its name"
        more = [each for each in (self.account_email, self.account_id) if each and each != named]
        return f"{named} ({', '.join(more)})" if more else named

    def is_of(self, account: str) -> bool:
        """Whether `account` is its account's id, name or address, in any letter case."""
        names = (self.account_id, self.account_name, self.account_email)
        return account.strip().lower() in {name.lower() for name in names if name}

    def with_tokens(self, tokens: Tokens) -> LogIn:
        """The same with new tokens."""
        return replace(self, tokens=tokens, renewal_began=None)

    def named(self, account_id: str, name: str, email: str) -> LogIn:
        """The same with the account's names, as far as they are known."""
        return replace(
            self, account_id=account_id or self.account_id, account_name=name or self.account_name,
            account_email=email or self.account_email,
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """As a JSON object; `from_json` reads it."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> LogIn:
        """The log-in that `to_json` wrote.  Raises ValueError, TypeError or KeyError for anything
        else."""
        given = dict(value)
        tokens = dict(given.pop("tokens"))
        tokens["scopes"] = tuple(tokens.get("scopes", ()))
        found = cls(tokens=Tokens(**tokens), **given)
        texts = (found.target, found.server, found.client_id, found.token_url, found.tokens.access,
                 found.tokens.refresh, found.account_id, found.account_name, found.account_email)  # fmt: skip
        numbers = (found.tokens.obtained, found.tokens.lifetime or 0, found.renewal_began or 0)
        if not all(isinstance(each, str) for each in texts):
            raise ValueError("a text is expected")
        if not all(isinstance(each, int | float) for each in numbers):
            raise ValueError("a number is expected")
        return found
