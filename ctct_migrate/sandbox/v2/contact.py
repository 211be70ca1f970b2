"""Contacts: who is on a list, and who opted out (reference, v2-resources, Contacts)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ctct_migrate.sandbox.answers import Error
from ctct_migrate.sandbox.served import Behaviour, Record, ServedAccount
from ctct_migrate.sandbox.v2.account_endpoints import list_errors


class _Contacts(Behaviour):
    most_listed = 500

    def errors(
        self, account: ServedAccount, body: Mapping[str, Any], current: Record | None
    ) -> Iterator[Error]:
        """The lists have to be there."""
        now = account.request.now
        yield from list_errors(account.store, account.options, body.get("lists"), now)

    def added(self, account: ServedAccount, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """A new contact is on a list, and so gets e-mails."""
        return {"status": "ACTIVE"}


BEHAVIOUR = _Contacts()
