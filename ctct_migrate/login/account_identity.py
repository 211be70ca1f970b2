"""Whose account a token belongs to, and what its user may do there."""

from __future__ import annotations

from typing import Any

from ctct_migrate.json_pointers import at
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.login.log_in_store import LogInStore
from ctct_migrate.login.log_ins import LogIn
from ctct_migrate.targets.authorization import OAuth
from ctct_migrate.targets.client import Client
from ctct_migrate.targets.replies import Call, Failure, Reaction

#: How often a call is made again after the token was renewed, or was too fast.
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose account it is, as far as the server says.

    account_id, name, email  of the account; empty where the server does not say
    privileges               what the user may do, in the server's words, in order
    failures                 what could not be asked
    """

    account_id: str = ""
    name: str = ""
    email: str = ""
    privileges: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()


async def identity(client: Client, oauth: OAuth) -> Identity:
    """Asks a target's server, in two calls; does not raise for anything that it answers."""
    summary, failures = await _asked(client, oauth.summary)
    rows, more = await _asked(client, oauth.privileges)
    account_id, name, email = (str(at(summary, pointer) or "") for pointer in oauth.account)
    found = (row.get(oauth.privilege) for row in rows or () if isinstance(row, dict))
    return Identity(
        account_id, name, email, tuple(sorted({str(each) for each in found if each})),
        (*failures, *more),
    )  # fmt: skip


def adopted(store: LogInStore, log_in: LogIn, found: Identity) -> LogIn:
    """The log-in under the names that its account has now, stored so.  Its tokens are those that are
    stored at that moment, which another process may have renewed meanwhile.  Raises LoginError."""
    names = (found.account_id, found.name, found.email)
    if log_in.named(*names) == log_in:
        return log_in
    moves = log_in.named(*names).file_name != log_in.file_name
    with store.locked(log_in, tidy=moves):
        named = (store.current(log_in) or log_in).named(*names)
        if not moves:
            store.save(named)
            return named
        with store.locked(named):
            store.save(named)
        store.remove(log_in)
        return named


async def _asked(client: Client, path: str) -> tuple[Any, tuple[Failure, ...]]:
    import asyncio

    for turn in range(_TRIES):
        outcome = await client.call(Call("GET", path, is_fixed=True))
        if outcome.reaction is Reaction.SLOW_DOWN and turn + 1 < _TRIES:
            await asyncio.sleep(1)
        elif outcome.reaction is not Reaction.AT_ONCE or turn + 1 == _TRIES:
            return outcome.value, outcome.failures
    raise AssertionError("unreachable")
