"""Schedules: a campaign has at most one, which makes it SCHEDULED."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ctct_migrate.sandbox.answers import Error, errors
from ctct_migrate.sandbox.refusals import check_contract
from ctct_migrate.sandbox.requests import RefusedError, bad_request, instant, timestamp
from ctct_migrate.sandbox.served import Behaviour, Record, ServedAccount
from ctct_migrate.targets.v2.target import V2


class _Schedules(Behaviour):
    def prepared(self, account: ServedAccount, body: Any, current: Record | None) -> Any:
        """The date in UTC, as it is stored and answered."""
        shape = "create" if current is None else "update"
        check_contract(V2.contract, "schedule", shape, body)
        moment = instant(body["scheduled_date"])
        if moment is None:
            raise _bad_date("This attribute value must be a valid date-time.")
        if account.options.future_dates_only and moment <= account.request.now:
            raise _bad_date("The scheduled date must be in the future.")
        return {**body, "scheduled_date": timestamp(moment)}

    def errors(
        self, account: ServedAccount, body: Mapping[str, Any], current: Record | None
    ) -> Iterator[Error]:
        campaign = account.store.resource("campaign", "", account.request.parameters["campaign"])
        scheduled = account.store.count("schedule", account.request.parameters["campaign"])
        if current is None and not scheduled and campaign and campaign["status"] != "DRAFT":
            raise bad_request("A campaign can be scheduled only while its status is DRAFT.")
        yield from ()

    def stored(self, account: ServedAccount, owner: str, record: Record | None) -> None:
        """A campaign with a schedule is SCHEDULED, without one a DRAFT again."""
        campaign = account.store.resource("campaign", "", owner)
        assert campaign is not None, "a schedule lives in a campaign"
        changed = {
            "status": "DRAFT" if record is None else "SCHEDULED",
            "next_run_date": None if record is None else record["scheduled_date"],
            "modified_date": timestamp(account.request.now),
        }
        account.store.save("campaign", "", {**campaign, **changed}, key=campaign["name"])


def _bad_date(sentence: str) -> RefusedError:
    """A 400 for a date.  The reference names no key; chosen in the manner of json.email.invalid."""
    return RefusedError(errors(400, [Error("json.date.invalid", f"#/scheduled_date: {sentence}")]))


BEHAVIOUR = _Schedules()
