"""Items: how many are left, and their attributes, whose quantities sum up to theirs (reference,
v2-resources, Item and attribute)."""

from __future__ import annotations

from ctct_migrate.sandbox.served import Behaviour, Record, ServedAccount


class _Items(Behaviour):
    def kept(self, current: Record) -> frozenset[str]:
        # The attributes' sum overwrites what a request says.
        return frozenset({"default_quantity_total"} if current.get("attributes") else ())

    def completed(self, account: ServedAccount, record: Record, current: Record | None) -> Record:
        sold = _sold(current, "default_quantity")
        left = record["default_quantity_total"] - sold
        return {**record, "attributes": record.get("attributes") or [],
                "default_quantity_available": max(0, left)}  # fmt: skip


def _sold(record: Record | None, name: str) -> int:
    """How many of a record were sold."""
    if record is None:
        return 0
    total, left = record.get(f"{name}_total") or 0, record.get(f"{name}_available")
    return max(0, total - left) if isinstance(left, int) else 0


BEHAVIOUR = _Items()
