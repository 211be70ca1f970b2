"""An account that fits documents: what they update, name and need is there before they are sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ctct_migrate.json_pointers import at
from ctct_migrate.late_dataclass import replace
from ctct_migrate.payload import Payload, Shape
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.sandbox.options import SandboxOptions
from ctct_migrate.sandbox.target_server import server_of
from ctct_migrate.sender.references import IdMap, chosen, mapped, named_ids, owner_of
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.target import Delivery

#: Ids that documents mean, by slug, with the bodies of the updates.
_Wanted = dict[str, dict[str, Mapping[str, Any] | None]]


def fitting(
    options: SandboxOptions, payloads: Iterable[Payload], ids: IdMap | None = None
) -> SandboxOptions:
    """These options for an account that has, besides: the resources that the payloads update; those
    that they name, and none of them creates; and the addresses that a delivery checks for.  `ids`
    are the ids that differ in the account, as `Settings.ids` has them.

    What is not an id of this server is left for it to refuse.
    """
    target, server = TARGETS[options.target], server_of(options.target)
    new_id = chosen(ids or {})
    payloads = list(payloads)
    created = {(each.resource, each.number) for each in payloads if each.shape is Shape.CREATE}
    wanted: _Wanted = {}
    addresses = dict.fromkeys(options.addresses)
    records = dict(options.records)
    for payload in payloads:
        delivery = target.delivery(payload.resource)
        if delivery is None:
            continue
        body, _ = mapped(delivery, payload.body, new_id)
        if payload.shape is Shape.UPDATE and payload.number and not BY_SLUG[payload.resource].owner:
            wanted.setdefault(payload.resource, {})[payload.number] = body
        for slug, number in _named(payload, delivery, body):
            # A sample of v1's documentation is in nobody's account.
            if (slug, number) not in created and number not in BY_SLUG[slug].sample_ids:
                wanted.setdefault(slug, {}).setdefault(number, None)
        addresses.update(dict.fromkeys(_checked(delivery, body)))
        for slug, needed in server.needed_records(body).items():
            there = records.get(slug, ())
            records[slug] = (*there, *(each for each in needed if each not in there))
    for slug, numbers in wanted.items():
        for number, before in numbers.items():
            record = server.fitting_record(options.target, slug, number, before)
            if record is not None:
                records[slug] = (*records.get(slug, ()), record)
    return replace(options, records=records, addresses=tuple(addresses))


def _named(
    payload: Payload, delivery: Delivery, body: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """What a payload names: slugs and ids."""
    for each in named_ids(delivery, body):
        yield each.resource, each.id
    owner, number = BY_SLUG[payload.resource].owner, owner_of(payload)
    if owner is not None and number is not None:
        yield owner.to, number


def _checked(delivery: Delivery, body: Mapping[str, Any]) -> Iterator[str]:
    """The addresses that are looked up in the account before the body is sent."""
    for check in delivery.checks:
        for pointer in check.pointers:
            if isinstance(value := at(body, pointer), str):
                yield value
