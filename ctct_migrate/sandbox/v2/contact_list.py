"""Contact lists: at most 1,000 in an account, each with the number of its contacts (reference,
v2-contract, Endpoints; v2-resources, Contact lists)."""

from __future__ import annotations

from ctct_migrate.sandbox.served import Behaviour, Record, ServedAccount
from ctct_migrate.sandbox.v2.contact import members


class _ContactLists(Behaviour):
    most = 1_000
    more = (("GET", "contacts", "contacts:read", members),)

    def shown(self, account: ServedAccount, record: Record) -> Record:
        return {**record, "contact_count": account.store.count_on_list("contact", record["id"])}


BEHAVIOUR = _ContactLists()
