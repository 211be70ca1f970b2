"""Contact lists: at most 1,000 in an account (reference, v2-contract, Endpoints)."""

from __future__ import annotations

from ctct_migrate.sandbox.served import Behaviour


class _ContactLists(Behaviour):
    most = 1_000


BEHAVIOUR = _ContactLists()
