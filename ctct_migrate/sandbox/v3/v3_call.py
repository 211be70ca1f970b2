"""One call of v3's API, while it is answered: the store, what the server is set to, the request; and
what every endpoint needs of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ctct_migrate.contract.contract import Contract, Violation, violations_in
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.sandbox.database import Store
from ctct_migrate.sandbox.options import SandboxOptions
from ctct_migrate.sandbox.requests import ServerRequest, instant, timestamp
from ctct_migrate.sandbox.v3 import v3_errors
from ctct_migrate.sandbox.v3.v3_settings import V3Settings
from ctct_migrate.schema_files import schema_directory

Record = dict[str, Any]

#: From what ids are made, so that the same calls get the same ids in every sandbox.
_NAMESPACE = uuid.UUID("5d0c7c1e-0b5f-4c52-9f0e-3a3c6a1f3b10")

_UUID = late_compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

#: v3's JSON Schemas.
CONTRACT = Contract(schema_directory() / "v3")


def numbered_id(kind: str, number: str) -> str:
    """The id of what the account had before anybody called, by v1's number."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind} number {number}"))


def new_id(store: Store, kind: str) -> str:
    """The id of something new."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind} {store.next_number(f'{kind} ids')}"))


def is_id(text: object) -> bool:
    """Whether a value can be an id, which letter case has no part in."""
    return isinstance(text, str) and _UUID.fullmatch(text.lower()) is not None


@dataclass(frozen=True, slots=True)
class AccountMoment:
    """The account at a moment: what the server does of its own accord needs no more.

    store, options  of the sandbox
    settings        of this server
    now             aware, in UTC
    """

    store: Store
    options: SandboxOptions
    settings: V3Settings
    now: datetime

    @property
    def stamp(self) -> str:
        """The moment as v3 writes it."""
        return timestamp(self.now)

    def key(self, name: str) -> str:
        """A name as it is compared."""
        return name.strip().casefold() if self.settings.names_ignore_case else name.strip()


@dataclass(frozen=True, slots=True)
class V3Call(AccountMoment):
    """A call.  `request` has its path's parameters."""

    request: ServerRequest

    def body(self, of: str) -> Record:
        """The body, an object.  Raises RefusedError (400) for another; `of` is the service that
        refuses it."""
        value = self.request.json()
        if not isinstance(value, dict):
            raise v3_errors.invalid(of, "The body must be a JSON object.")
        return value

    def checked(self, of: str, schema: str, shape: str) -> Record:
        """The body, which keeps a schema of the contract.  Raises RefusedError (400)."""
        body = self.body(of)
        v3_errors.refuse(of, violations(schema, shape, body))
        return body

    def small(self, of: str, schema: Record) -> Record:
        """The body, which keeps a schema that is no part of the contract.  Raises RefusedError."""
        body = self.body(of)
        v3_errors.refuse(of, violations_in(schema, body))
        return body

    def parameter(self, name: str) -> str:
        """What stands at a variable place of the path."""
        return self.request.parameters[name].lower()

    def words(self, name: str) -> list[str]:
        """The items of a query parameter with commas."""
        return [
            each.strip() for each in self.request.query.get(name, "").split(",") if each.strip()
        ]

    def moment(self, of: str, name: str) -> str:
        """A query parameter that is a date and time, as it is stored; empty without one.  A date alone
        is its beginning in UTC.  Raises RefusedError (400)."""
        given = self.request.query.get(name, "").replace(" ", "+")
        if not given:
            return ""
        found = instant(given) or instant(f"{given}T00:00:00Z")
        if found is None:
            raise v3_errors.invalid(of, f"{name} is not an ISO 8601 date.")
        return timestamp(found)

    def limit(self, of: str, most: int, default: int = 50) -> int:
        """The query parameter `limit`.  Raises RefusedError (400)."""
        text = self.request.query.get("limit", "") or str(default)
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most):
            raise v3_errors.invalid(of, f"limit must be 1 to {most}.")
        return int(text)


def violations(schema: str, shape: str, body: object) -> tuple[Violation, ...]:
    """What a schema of the contract refuses in a body."""
    return CONTRACT.violations(schema, shape, body)


def without(record: Record, names: Iterable[str]) -> Record:
    """A record without some of its properties."""
    left = frozenset(names)
    return {name: value for name, value in record.items() if name not in left}
