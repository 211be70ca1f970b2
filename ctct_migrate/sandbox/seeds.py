"""What an account has before anybody calls: lists, addresses, campaigns.

Seeds are planted when a sandbox starts, when it is reset, and by the control endpoint.  What is
there already, by id, address or name, is left as it is: a restart changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ctct_migrate.sandbox import blanks
from ctct_migrate.sandbox.database import Store
from ctct_migrate.sandbox.options import (
    CONFIRMED,
    UNCONFIRMED,
    SandboxOptions,
    is_number,
    list_name,
)
from ctct_migrate.sandbox.requests import timestamp
from ctct_migrate.sandbox.served import Served, served
from ctct_migrate.sandbox.v2.account_endpoints import add_list


@dataclass(frozen=True, slots=True)
class Seeds:
    """Lists (id to name), addresses by their status, and campaigns (v2 records)."""

    lists: Mapping[str, str] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()
    unconfirmed_addresses: tuple[str, ...] = ()
    campaigns: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, options: SandboxOptions) -> Seeds:
        """The seeds that the options name."""
        return cls(
            options.lists, options.addresses, options.unconfirmed_addresses, options.campaigns
        )

    @classmethod
    def from_json(cls, value: object) -> Seeds:
        """The seeds of a JSON object with these names; `lists` may be an array of ids.  Raises
        ValueError, with a sentence for users, when it is something else."""
        names = tuple(cls.__dataclass_fields__)
        if not isinstance(value, Mapping) or not set(value) <= set(names):
            raise ValueError(f"expected an object with {', '.join(names)}")
        lists = value.get("lists", {})
        if isinstance(lists, list):
            lists = {str(number): list_name(str(number)) for number in lists}
        if not _is_mapping_of_text(lists) or not all(is_number(number) for number in lists):
            raise ValueError("lists is an object of names by ids, or an array of ids")
        addresses, unconfirmed = value.get("addresses", []), value.get("unconfirmed_addresses", [])
        if not (_is_array_of_text(addresses) and _is_array_of_text(unconfirmed)):
            raise ValueError("addresses and unconfirmed_addresses are arrays of strings")
        campaigns = value.get("campaigns", [])
        if not isinstance(campaigns, list) or not all(isinstance(c, dict) for c in campaigns):
            raise ValueError("campaigns is an array of objects")
        return cls(lists, tuple(addresses), tuple(unconfirmed), tuple(campaigns))


def _is_array_of_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_mapping_of_text(value: object) -> bool:
    return isinstance(value, Mapping) and _is_array_of_text([*value, *value.values()])


def plant(store: Store, options: SandboxOptions, seeds: Seeds, now: datetime) -> None:
    """Store what of the seeds is not there, all or nothing.  Raises ValueError, with a sentence
    for users, when a campaign does not keep the contract."""
    with store.trial() as trial:
        for number, name in seeds.lists.items():
            if store.resource("contact_list", "", number) is None:
                add_list(store, number, name, now)
        for status, addresses in (
            (CONFIRMED, seeds.addresses),
            (UNCONFIRMED, seeds.unconfirmed_addresses),
        ):
            for address in addresses:
                if store.address_status(address) is None:
                    store.save_address(address, status)
        for campaign in seeds.campaigns:
            _plant(store, served(options.target)["campaign"], campaign, now)
        trial.keep = True


def _plant(store: Store, kind: Served, given: Mapping[str, Any], now: datetime) -> None:
    """Store one record, if neither its id nor its key is there."""
    moment = timestamp(now)
    said = {name: value for name, value in given.items() if value is not None}
    defaults = {"status": "DRAFT", "template_type": "CUSTOM"}
    dates = {"created_date": moment, "modified_date": moment}
    record = {**blanks.record(kind.contract, kind.slug), **defaults, **dates, **said}
    # A record without an id is checked as if it had one: the store gives it.
    found = kind.contract.violations(kind.slug, "record", {"id": "1", **record})
    key = kind.delivery.key_of(given)
    name = key or f"without a {kind.delivery.key_name}"
    if found:
        raise ValueError(f"{kind.noun} {name}: {found[0].pointer}: {found[0].message}")
    number = record.get("id")
    if number is not None and not is_number(number):
        raise ValueError(f"{kind.noun} {name}: {number!r} is not an id: ids are digits")
    if store.with_key(kind.slug, "", key) or (number and store.resource(kind.slug, "", number)):
        return
    store.add(kind.slug, "", record, key=key, first=kind.behaviour.first_id)
