"""The ids on the server of what a document names: what was created in this run, or before, has the
id that the server gave it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from ctct_migrate.json_pointers import at, with_value
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.sender.calling import Caller
from ctct_migrate.sender.labels import Labels
from ctct_migrate.sender.ledger import Ledger, RequestKind, State
from ctct_migrate.sender.plan import Item
from ctct_migrate.sender.plan_failures import failure
from ctct_migrate.sender.references import is_id, mapped, named_ids
from ctct_migrate.sender.settings import Settings
from ctct_migrate.sender.settling import Settling
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.replies import Failure
from ctct_migrate.targets.target import Delivery

#: Seconds for which nobody is taken to have seen what this run has created.
_FRESH = 600.0


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a v1 id of a resource stands for on the server.

    id       there; None where it was not sent, or is not done
    is_sent  whether the ledger has a document of it, or the user chose the id; else the v1 id was
             taken for the server's
    is_new   whether it was created by this program, so that nobody can have changed it before
    skipped  why its document was skipped; empty if it was not
    missing  why there is no id; empty if there is one
    kept     what else its steps kept, by name
    is_told  whether the server said what the number has become
    is_fresh whether it was created in this very run, a moment ago
    """

    id: str | None
    is_sent: bool = False
    is_new: bool = False
    skipped: str = ""
    missing: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)
    is_told: bool = False
    is_fresh: bool = False


class Resolver:
    """Looks ids up in one ledger."""

    def __init__(self, ledger: Ledger, settings: Settings, settling: Settling, caller: Caller):
        self._ledger, self._settings, self._settling = ledger, settings, settling
        #: What the account has by labels.
        self.labels = Labels(caller)
        #: Ids that the account has under the names that users chose, by slug and name.
        self.named: dict[tuple[str, str], str] = {}

    def resolved(self, resource: str, number: str) -> Resolved:
        """What an id that a document names stands for."""
        chosen = self.chosen(resource, number)
        if chosen is not None:
            return Resolved(chosen, True)
        known = [
            request
            for request in self._ledger.about(resource, number)
            if request.record.code != catalogue.NUMBER_TWICE.code  # the other one is meant
        ]
        if not known:
            return self._told(resource, number)
        last = max(known, key=lambda request: request.changed)
        if last.state is State.SKIPPED:
            return Resolved(last.record.target_id, True, False, last.record.note)
        target_id = self._ledger.id_of(resource, number)
        if target_id is None or last.state is not State.DONE:
            return Resolved(None, True, missing=f"{last.document.path} is {last.state}")
        created = last.kind is RequestKind.CREATE and not last.record.note
        fresh = last.id in self._settling.finished and time.time() - last.changed < _FRESH
        return Resolved(target_id, True, created, kept=last.record.kept, is_fresh=created and fresh)

    def chosen(self, resource: str, number: str) -> str | None:
        """The id that the user chose for a number, or that it is already; None where it is a number
        of v1, and none was chosen for it."""
        chosen = self._settings.ids.get(resource, {}).get(number)
        delivery = self._settings.delivery(resource)
        is_told = delivery is not None and delivery.cross_reference is not None
        if chosen is None:
            return number.lower() if is_told and is_id(delivery, number) else None
        if (resource, chosen) in self.named:
            return self.named[resource, chosen]
        return chosen.lower() if is_told and is_id(delivery, chosen) else chosen

    def _told(self, resource: str, number: str) -> Resolved:
        """What a number that the ledger has no document of has become: as the server said, or, where
        its ids are v1's numbers, the number itself."""
        delivery = self._settings.delivery(resource)
        if delivery is None or delivery.cross_reference is None:
            return Resolved(number)
        said = self._ledger.referred(resource, number)
        if said is None or said.target_id is None:
            verb = "was not asked about" if said is None else "does not know"
            return Resolved(None, missing=f"the account {verb} {delivery.noun} {number}")
        return Resolved(said.target_id, kept=said.kept, is_told=True)

    def body(self, item: Item) -> dict[str, Any] | None:
        """The body of a request, with today's ids of what it names; None when something that it
        names is not there, and then the request is settled."""
        body, given = self._ledger.body(item.request), self._ledger.given(item.request)
        delivery = item.delivery
        failures: list[Failure] = []
        for pointer, resource, number in named_ids(delivery, given):
            if number in self._settings.ids.get(resource, {}):
                continue
            found = self.resolved(resource, number)
            if found.id is None:
                failures.append(self.missing(resource, pointer, found))
        if failures:
            self._settling.fail(item, State.BLOCKED, failures)
            return None
        named, _ = mapped(delivery, given, self._new_id)
        merged = self.labels.with_ids(delivery, {**body, **named})
        written = at(body, delivery.key) if delivery.key else None
        # A key that was numbered stays so, though what names other resources stands beside it.
        return merged if written is None else with_value(merged, delivery.key, written)

    def is_sent(self, resource: str, number: str) -> bool:
        """Whether what an id names is a document of the ledger, unless another id was chosen for
        it."""
        chosen = self._settings.ids.get(resource, {})
        return number not in chosen and self.resolved(resource, number).is_sent

    def missing(self, resource: str, pointer: str | None, found: Resolved) -> Failure:
        """What is said of a document that names something which was not sent."""
        delivery: Delivery | None = self._settings.delivery(resource)
        rule = (delivery.unknown if delivery else None) or catalogue.NOT_FOUND
        why = found.missing or f"its {BY_SLUG[resource].noun} was skipped: {found.skipped}"
        return failure(rule, pointer, why)

    def _new_id(self, resource: str, number: str) -> str:
        return self.resolved(resource, number).id or number
