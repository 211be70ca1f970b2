"""What an account has before anybody calls: records of any resource, and addresses.

Seeds are planted when a sandbox starts, when it is reset, and by the control endpoint.  What is
there already, by id, address or name, is left as it is: a restart changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from ctct_migrate.json_pointers import with_value
from ctct_migrate.late_dataclass import dataclass
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
from ctct_migrate.sandbox.served import Record, Served, served


@dataclass(frozen=True, slots=True)
class Seeds:
    """Lists (id to name), addresses by their status, campaigns (records), and records of any
    resource by its slug."""

    lists: Mapping[str, str] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()
    unconfirmed_addresses: tuple[str, ...] = ()
    campaigns: tuple[Mapping[str, Any], ...] = ()
    records: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, options: SandboxOptions) -> Seeds:
        """The seeds that the options name."""
        return cls(
            options.lists, options.addresses, options.unconfirmed_addresses, options.campaigns,
            options.records,
        )  # fmt: skip

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
        if not _is_array_of_objects(campaigns):
            raise ValueError("campaigns is an array of objects")
        records: Any = value.get("records", {})
        if not isinstance(records, Mapping) or not all(map(_is_array_of_objects, records.values())):
            raise ValueError("records is an object of arrays of objects, by resource")
        return cls(
            lists, tuple(addresses), tuple(unconfirmed), tuple(campaigns),
            {slug: tuple(each) for slug, each in records.items()},
        )  # fmt: skip


def _is_array_of_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_array_of_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _is_mapping_of_text(value: object) -> bool:
    return isinstance(value, Mapping) and _is_array_of_text([*value, *value.values()])


def plant(store: Store, options: SandboxOptions, seeds: Seeds, now: datetime) -> None:
    """Store what of the seeds is not there, all or nothing.  Raises ValueError, with a sentence
    for users, when a record does not keep the contract, or is of a resource that the target does
    not have."""
    kinds = served(options.target)
    with store.trial() as trial:
        # `lists` and `campaigns` are what collections are called in a target's paths.
        slugs = {kind.plural: kind.slug for kind in kinds.values()}
        if "lists" in slugs:
            lists = kinds[slugs["lists"]]
            for number, name in seeds.lists.items():
                if store.resource(lists.slug, "", number) is None:
                    plant_named(store, lists, number, name, now)
        for status, addresses in (
            (CONFIRMED, seeds.addresses),
            (UNCONFIRMED, seeds.unconfirmed_addresses),
        ):
            for address in addresses:
                if store.address_status(address) is None:
                    store.save_address(address, status)
        for slug, records in (
            (slugs.get("campaigns", ""), seeds.campaigns),
            *seeds.records.items(),
        ):
            for record in records:
                if slug not in kinds or kinds[slug].owner:
                    raise ValueError(
                        f"{slug or 'campaigns'}: the sandbox cannot begin with records of it"
                    )
                _plant(store, kinds[slug], record, now)
        trial.keep = True


def sample(kind: Served, number: str) -> Record:
    """A record of which nothing but its id is known: what its schema requires is made up."""
    contract, slug = kind.contract, kind.slug
    found: Record = {"id": number}
    for name in contract.required(slug, "record"):
        limit = contract.limits(slug, f"/{name}")
        if limit.enum:
            found[name] = limit.enum[0]
        elif limit.type == "string" and name != "id" and not (limit.pattern or limit.format):
            found[name] = f"{kind.noun.capitalize()} {number}"[: limit.max_length]
    return found | dict(kind.behaviour.sample)


def plant_named(store: Store, kind: Served, number: str, key: str, now: datetime) -> None:
    """Store a record under a number and a key.  A key that is taken is made its own by the
    number."""
    record = with_value(sample(kind, number), kind.delivery.key, key)
    if store.with_key(kind.slug, "", kind.unique_key(record)) is not None:
        record = with_value(record, kind.delivery.key, f"{key} ({number})")
    _plant(store, kind, record, now)


def _plant(store: Store, kind: Served, given: Mapping[str, Any], now: datetime) -> None:
    """Store one record, if neither its id nor its key is there."""
    contract, slug = kind.contract, kind.slug
    said = {name: value for name, value in given.items() if value is not None}
    names = blanks.names(contract, slug)
    moment = timestamp(now)
    dates: Record = {name: moment for name in ("created_date", "modified_date") if name in names}
    record: Record = {**blanks.record(contract, slug), **kind.behaviour.sets, **dates, **said}
    # A record without an id is checked as if it had one: the store gives it.
    found = contract.violations(slug, "record", {"id": "1", **record})
    key = kind.unique_key(given)
    name = key or f"without a {kind.delivery.key_name}"
    if found:
        raise ValueError(f"{kind.noun} {name}: {found[0].pointer}: {found[0].message}")
    number = record.get("id")
    if number is not None and not is_number(number):
        raise ValueError(f"{kind.noun} {name}: {number!r} is not an id: ids are digits")
    if store.with_key(slug, "", key) or (number and store.resource(slug, "", number)):
        return
    store.add(slug, "", record, key=key, first=kind.behaviour.first_id)
