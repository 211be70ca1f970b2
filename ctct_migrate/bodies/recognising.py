"""Which resource a body is of: what a user calls it, else what its properties show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from ctct_migrate.payload import Shape
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.targets import Delivery, target_named


@cache
def resource_names(target: str) -> Mapping[str, str]:
    """The slug of each resource that a target takes, by what users call it: the slug itself, and the
    last part of its path, there or in v1, in the plural and in the singular (`files`, `file`)."""
    deliveries = target_named(target).deliveries()
    found = {slug: slug for slug in deliveries}
    listed = {slug: one.collection.path for slug, one in deliveries.items() if one.collection}
    # What ends several paths is what stands nearest to the top: `emails` rather than
    # `account/emails`.
    for slug in sorted(listed, key=lambda each: listed[each].count("/")):
        for path in (listed[slug], BY_SLUG[slug].collection):
            plural = path.rpartition("/")[2].partition("?")[0]
            found.setdefault(plural, slug)
            found.setdefault(plural.removesuffix("es" if plural.endswith("sses") else "s"), slug)
    return found


def recognised(deliveries: Iterable[Delivery], names: Iterable[str]) -> list[Delivery]:
    """The deliveries whose bodies have properties of those names: those that know the most of them,
    and whose required ones are there; of equally likely ones those that could be sent so.  Several
    where that does not decide it, the likeliest first; none where no name is known."""
    given = set(names)
    best: list[Delivery] = []
    highest = 0
    for delivery in deliveries:
        score = _score(delivery, given)
        if score is None or (best and score < highest):
            continue
        best = [*best, delivery] if best and score == highest else [delivery]
        highest = score
    complete = [each for each in best if _is_complete(each, given)]
    if len(complete) == 1 and len(given) > 1:  # a name alone is what many resources have
        return complete
    return sorted(best, key=lambda each: each not in complete)


def _is_complete(delivery: Delivery, given: set[str]) -> bool:
    """Whether a body has all that a request needs."""
    contract = delivery.table.contract
    return any(
        steps and given >= set(contract.required(delivery.schema, shape))
        for steps, shape in ((delivery.create, Shape.CREATE), (delivery.update, Shape.UPDATE))
    )


def _score(delivery: Delivery, given: set[str]) -> int | None:
    known = properties(delivery, "")
    if not given & known:
        return None
    contract = delivery.table.contract
    lacking = set(contract.required(delivery.schema, Shape.RECORD)) - given
    return len(given & known) - 2 * len(lacking) - len(given - known)


def properties(delivery: Delivery, parent: str) -> frozenset[str]:
    """Names of the properties right in an object of a body, in whatever shape; `parent` is its JSON
    pointer, with 0 for any place in a list."""
    contract = delivery.table.contract
    start = f"{parent}/"
    return frozenset(
        pointer[len(start) :]
        for shape in Shape
        for pointer in contract.properties(delivery.schema, shape)
        if pointer.startswith(start) and "/" not in pointer[len(start) :]
    )
