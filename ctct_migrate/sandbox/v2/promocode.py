"""Promocodes: what the server says of them, and the fees that they are for (reference, v2-resources,
Promocode)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ctct_migrate.sandbox.answers import Error
from ctct_migrate.sandbox.served import Behaviour, Record, ServedAccount


class _Promocodes(Behaviour):
    def errors(
        self, account: ServedAccount, body: Mapping[str, Any], current: Record | None
    ) -> Iterator[Error]:
        event = account.request.parameters["event"]
        fees = {each["id"]: each for each in account.store.resources("fee", event)}
        for index, number in enumerate(body.get("fee_ids") or ()):
            place = f"#/fee_ids/{index}"
            if number not in fees:
                yield Error("json.value.invalid", f"{place}: The fee {number} does not exist.")
            elif body["code_type"] == "ACCESS" and not fees[number].get("has_restricted_access"):
                yield Error("json.value.invalid", f"{place}: The fee is not restricted.")

    def completed(self, account: ServedAccount, record: Record, current: Record | None) -> Record:
        used = 0 if current is None else current.get("quantity_used") or 0
        total = record["quantity_total"]
        left = -1 if total == -1 else max(0, total - used)
        status = "DEPLETED" if left == 0 else "PAUSED" if record.get("is_paused") else "LIVE"
        kind = None
        if record.get("discount_percent"):
            kind = "PERCENT"
        elif record.get("discount_amount"):
            kind = "AMOUNT"
        return {**record, "quantity_used": used, "quantity_available": left, "status": status,
                "discount_type": kind}  # fmt: skip


BEHAVIOUR = _Promocodes()
