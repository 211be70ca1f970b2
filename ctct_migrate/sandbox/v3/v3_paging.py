"""Pages of listings: `_links.next.href`, relative to the host, with a cursor; no link on the last page
(reference, v3-contract, Transport).

A cursor holds the query of the first page, and where the last one ended.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from ctct_migrate.late_dataclass import replace
from ctct_migrate.sandbox.v3 import v3_errors
from ctct_migrate.sandbox.v3.v3_call import V3Call


def resumed(call: V3Call, of: str) -> tuple[V3Call, Any]:
    """The call with the query of the first page, and where the last page ended: None on the first.
    Raises RefusedError (400) for a cursor that no link had; `of` is the service that says so."""
    token = call.request.query.get("cursor")
    if token is None:
        return call, None
    try:
        value = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        query = {str(name): str(given) for name, given in value["query"].items()}
        at = value["at"]
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise v3_errors.invalid(of, "cursor is not one that this server gave.") from None
    return replace(call, request=replace(call.request, query=query)), at


def links(call: V3Call, at: Any) -> dict[str, Any]:
    """`_links` of a page that ends at a place; None for the last page."""
    if at is None:
        return {"_links": {}}
    text = json.dumps({"query": dict(call.request.query), "at": at})
    cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return {"_links": {"next": {"href": f"{call.request.mounted}?cursor={cursor}"}}}
