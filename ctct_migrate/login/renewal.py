"""An access token that is renewed before it ends, or when a server refuses it: once, for all tasks and
all processes that use the log-in.

A refresh token that rotates works once, and who loses its successor has to log in again.  Hence the
order: that a renewal begins is written down (which also shows that something can be written), the
new tokens are asked for, they are on the disk, and only then is the new access token used.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from ctct_migrate.late_dataclass import replace
from ctct_migrate.login.log_in_store import LogInStore
from ctct_migrate.login.log_ins import LogIn, LoginError, Tokens
from ctct_migrate.targets import login_rules
from ctct_migrate.targets.replies import Reaction

#: Seconds after a failure of the log-in server in which it is left alone, as long as the token that
#: is there has not ended.
_REST = 30.0

#: How often refusals may lead to new tokens in so many seconds: a server that takes a token at one
#: endpoint and refuses it at another would otherwise get new ones without end.
_MOST_REFUSALS, _IN_SECONDS = 3, 60.0

#: What renews tokens: `LoginServer.renewed`.
Renew = Callable[[Tokens], Tokens]


class StoredToken:
    """The access token of a stored log-in: a `targets.credentials.TokenSource`.

    store   where the log-in is kept
    log_in  the log-in, as it was read
    renew   asks the log-in server for new tokens
    clock   the time, in seconds since 1970
    """

    def __init__(
        self, store: LogInStore, log_in: LogIn, renew: Renew,
        *, clock: Callable[[], float] = time.time,
    ):  # fmt: skip
        self.application = log_in.client_id
        self._store, self._log_in, self._renew, self._clock = store, log_in, renew, clock
        self._secrets: frozenset[str] = frozenset((log_in.tokens.access, log_in.tokens.refresh))
        self._lock: asyncio.Lock | None = None
        self._unsaved: LogIn | None = None
        self._rest_until = 0.0
        #: The token that a refusal led to, as long as the server has not taken it.
        self._on_trial = ""
        #: When refusals led to new tokens.
        self._refusals: list[float] = []

    def __repr__(self) -> str:
        return f"StoredToken({self._log_in!r})"

    @property
    def log_in(self) -> LogIn:
        """The log-in as it is now."""
        return self._log_in

    @property
    def account(self) -> str:
        """The id of the account; empty where it is not known."""
        return self._log_in.account_id

    @property
    def owner(self) -> str:
        """Whose account it is, as people call it."""
        return self._log_in.title

    @property
    def granted(self) -> frozenset[str] | None:
        """The scopes that the log-in server said; None where it said none."""
        return frozenset(self._log_in.tokens.scopes) or None

    async def token(self) -> str:
        """A token that can be used now, renewed if it ends in less than five minutes.  Raises
        TokenError."""
        tokens = self._log_in.tokens
        if self._unsaved is None and tokens.is_fresh(self._clock()):
            return tokens.access
        return await self._another(None)

    async def renewed(self, refused: str) -> None:
        """Get another token than `refused`.  Raises TokenError, also for a token that is itself the
        outcome of a refusal and was never taken, or the third one in a minute: another would fare no
        better."""
        recent = [each for each in self._refusals if self._clock() - each < _IN_SECONDS]
        if refused == self._on_trial or len(recent) >= _MOST_REFUSALS:
            raise LoginError(login_rules.FRESH_TOKEN_REFUSED).for_call()
        self._refusals = recent
        await self._another(refused)

    def accepted(self, token: str) -> None:
        """Note that the server took a token."""
        if token == self._on_trial:
            self._on_trial = ""

    def secrets(self) -> Iterable[str]:
        """Every token that was in use in this process."""
        return tuple(filter(None, self._secrets))

    async def _another(self, refused: str | None) -> str:
        """The token that all calls have from now on; the first that asks gets it for all."""
        if self._lock is None:
            self._lock = asyncio.Lock()  # in the event loop that uses it
        async with self._lock:
            now = self._log_in.tokens
            if self._unsaved is None and now.access != refused and (
                now.is_fresh(self._clock()) or (not refused and self._is_resting())
            ):  # fmt: skip
                return now.access
            try:
                # In a thread, which comes to its end even when the run is cancelled: a renewal that
                # has begun must not be left without its answer.
                found, is_new = await asyncio.to_thread(self._found, refused)
            except LoginError as error:
                raise error.for_call() from None
            self._log_in = found
            self._know(found)
            if refused is not None and is_new:
                self._on_trial = found.tokens.access
                self._refusals.append(self._clock())
            return found.tokens.access

    def _know(self, log_in: LogIn) -> None:
        self._secrets = self._secrets.union((log_in.tokens.access, log_in.tokens.refresh))

    def _is_resting(self) -> bool:
        return self._clock() < self._rest_until and self._log_in.tokens.lasts(self._clock())

    def _found(self, refused: str | None) -> tuple[LogIn, bool]:
        """The log-in with a token to use, and whether it was renewed here.  Another process may have
        renewed it while this one waited for its turn: then its tokens are taken."""
        with self._store.locked(self._log_in):
            if self._unsaved is not None:
                self._store.save(self._unsaved)
                found, self._unsaved = self._unsaved, None
                return found, True
            stored = self._store.current(self._log_in)
            if stored is None:
                raise LoginError(login_rules.LOGIN_ENDED, "somebody has logged out meanwhile")
            self._know(stored)
            if stored.tokens.access != refused and stored.tokens.is_fresh(self._clock()):
                return stored, False
            try:
                return self._renewed(stored), True
            except LoginError as error:
                lasts = stored.tokens.access != refused and stored.tokens.lasts(self._clock())
                if error.reaction is not Reaction.AGAIN or not lasts:
                    raise
                self._rest_until = self._clock() + _REST
                return stored, False

    def _renewed(self, stored: LogIn) -> LogIn:
        """The log-in with new tokens, which are on the disk."""
        if not stored.tokens.refresh:
            raise LoginError(
                login_rules.LOGIN_ENDED, "there is no refresh token: offline_access was not granted"
            )
        began = stored.renewal_began
        self._store.save(replace(stored, renewal_began=began or self._clock()))
        try:
            tokens = self._renew(stored.tokens)
        except LoginError as error:
            if error.rule is login_rules.LOGIN_ENDED and began is not None:
                moment = datetime.fromtimestamp(began, UTC).isoformat(" ", "seconds")
                words = f"{error.words}; a renewal that began at {moment} never got its answer, and may have used it up"
                raise LoginError(error.rule, words, error.reaction) from None
            raise
        found = stored.with_tokens(tokens)
        self._unsaved = found  # what is not on the disk yet is not used, and not forgotten
        self._store.save(found)
        self._unsaved = None
        return found
