"""Whether a list that v1 made itself is named, asked of URIs alone on the fast path."""

from __future__ import annotations

from ctct_migrate.resources.contact_list import CONTACT_LIST

_BUILT_IN = tuple(f"/{number}" for number in sorted(CONTACT_LIST.built_in))


def has_built_in(uris: str) -> bool:
    """Whether one of `uris`, in lines, may be that of a list that v1 made itself."""
    return any(uri.strip().endswith(_BUILT_IN) for uri in uris.split("\n"))
