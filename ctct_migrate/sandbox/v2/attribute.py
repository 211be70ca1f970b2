"""Attributes of items: none is renamed once any were sold (reference, v2-resources, Eventspot)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ctct_migrate.sandbox.answers import Error
from ctct_migrate.sandbox.served import Behaviour, Record, ServedAccount


class _Attributes(Behaviour):
    def errors(
        self, account: ServedAccount, body: Mapping[str, Any], current: Record | None
    ) -> Iterator[Error]:
        if current is not None and _sold(current) and body["name"] != current["name"]:
            yield Error(
                "json.value.invalid",
                "#/name: The name of an attribute cannot change once any were sold or claimed.",
            )

    def completed(self, account: ServedAccount, record: Record, current: Record | None) -> Record:
        left = record["quantity_total"] - (0 if current is None else _sold(current))
        return {**record, "quantity_available": max(0, left)}

    def stored(self, account: ServedAccount, owner: str, record: Record | None) -> None:
        """An item shows its attributes, and has as many as these together."""
        event = account.request.parameters["event"]
        item = account.store.resource("item", event, owner)
        assert item is not None, "an attribute lives in an item"
        rows = account.store.resources("attribute", owner)
        names = ("id", "name", "quantity_total", "quantity_available")
        changed: Record = {"attributes": [{name: row[name] for name in names} for row in rows]}
        if rows:
            changed["default_quantity_total"] = sum(row["quantity_total"] for row in rows)
            changed["default_quantity_available"] = sum(row["quantity_available"] for row in rows)
        account.store.save("item", event, {**item, **changed}, key=item["name"])


def _sold(record: Record) -> int:
    """How many were sold or claimed."""
    total, left = record["quantity_total"], record.get("quantity_available")
    return max(0, total - left) if isinstance(left, int) else 0


BEHAVIOUR = _Attributes()
