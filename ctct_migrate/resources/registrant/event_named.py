"""Which event a registrant is of, asked of its URIs alone, also on the fast path."""

from __future__ import annotations

from collections.abc import Iterable

from ctct_migrate.resources.event import EVENT


def names_event(uris: Iterable[str]) -> bool:
    """Whether one of the URIs is of what is in an event."""
    return any(EVENT.id_in(uri) for uri in uris)
