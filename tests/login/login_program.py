"""Makes one call with the log-in of a folder: `login_program.py FOLDER SERVER`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from ctct_migrate.login.log_in_store import LogInStore
from ctct_migrate.login.which_log_in import credentials_for
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.client import Client
from ctct_migrate.targets.replies import Call


async def main(folder: str, server: str) -> int:
    credentials = credentials_for(
        TARGETS["v3"], server, store=LogInStore(Path(folder)), environment={}
    )
    async with Client(server, credentials) as client:
        outcome = await client.call(Call("GET", "account/summary", is_fixed=True))
    if outcome.failures:
        print(outcome.failures[0].rule.code, outcome.failures[0].words, file=sys.stderr)
        return 1
    print(outcome.value["encoded_account_id"])
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
