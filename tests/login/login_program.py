"""A process that uses the log-in of a folder: `login_program.py FOLDER SERVER MODE`.

call    makes one call, and prints whose account it is
calls   makes a call every tenth of a second, twenty times
renew   renews the token again and again, without end, and prints a line for each time
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from ctct_migrate.login.log_in_store import LogInStore
from ctct_migrate.login.which_log_in import chosen, credentials_for, token_of
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.client import Client
from ctct_migrate.targets.replies import Call, Reaction

V3 = TARGETS["v3"]
SUMMARY = Call("GET", "account/summary", is_fixed=True)


async def calls(store: LogInStore, server: str, times: int) -> int:
    credentials = credentials_for(V3, server, store=store, environment={})
    async with Client(server, credentials) as client:
        for turn in range(times):
            outcome = await client.call(SUMMARY)
            if outcome.reaction is Reaction.AT_ONCE:
                outcome = await client.call(SUMMARY)
            if outcome.failures:
                print(outcome.failures[0].rule.code, outcome.failures[0].words, file=sys.stderr)
                return 1
            if turn + 1 < times:
                await asyncio.sleep(0.1)
    print(outcome.value["encoded_account_id"])
    return 0


async def renew(store: LogInStore, server: str) -> int:
    assert V3.oauth is not None
    token = token_of(store, chosen(store, V3, server, environment={}), V3.oauth, {})
    while True:
        refused = await token.token()
        await token.renewed(refused)
        token.accepted(await token.token())
        print("renewed", flush=True)


def main(folder: str, server: str, mode: str) -> int:
    store = LogInStore(Path(folder))
    if mode == "renew":
        return asyncio.run(renew(store, server))
    return asyncio.run(calls(store, server, 20 if mode == "calls" else 1))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
