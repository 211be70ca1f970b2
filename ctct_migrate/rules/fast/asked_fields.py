"""Asked fields: what the questions about a resource are asked about, of one payload that was mapped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from ctct_migrate.mapping.outcome import MappingOutcome
from ctct_migrate.resources import RESOURCES, Resource
from ctct_migrate.rules.fast.fields import LISTED, NUMBER, fields_of
from ctct_migrate.rules.fast.questions import questions


def asked_fields(
    resource: Resource, outcome: MappingOutcome, envelope: Any, *, in_feed: bool
) -> dict[str, str]:
    """The texts that the questions about a resource are asked about, of a payload and its envelope, and
    what else they are asked about; `in_feed` says that it is an entry of a feed."""
    question = questions(resource.name)
    found = fields_of(
        outcome.found,
        envelope,
        _names(resource.name),
        texts=outcome.texts,
        with_envelope=question.envelope,
        with_uris=question.uris,
        wrapped=question.wrapped,
    )
    if outcome.number is not None:
        found[NUMBER] = outcome.number
    if in_feed and outcome.found.keys() <= _listed(resource.name) and len(outcome.found) > 1:
        found[LISTED] = ""
    return found


@cache
def _listed(resource: str) -> frozenset[str]:
    """The keys of what the engine finds where an entry only lists its resource: of the payload, and of
    children."""
    space = RESOURCES[resource].tag.removesuffix(resource)
    return frozenset({"", *(f"{space}{name}" for name in RESOURCES[resource].listed)})


@cache
def _names(resource: str) -> Mapping[str, str]:
    """The children of a payload that questions are asked about, by Clark name."""
    space = RESOURCES[resource].tag.removesuffix(resource)
    return {f"{space}{name}": name for name in questions(resource).names}
