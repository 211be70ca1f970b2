"""Digests of what is sent, by which a document is found again.

Ledgers hold them: a change of what is computed here would make every document that was sent look
changed, and needs a migration.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def exact_digest(body: Mapping[str, Any]) -> str:
    """SHA-256 of a JSON body in hexadecimal, whatever the order of its properties."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def content_digest(body: Mapping[str, Any]) -> str:
    """SHA-256 of a JSON body in hexadecimal, whatever the order of its properties and whatever
    white space its texts have."""
    return exact_digest(_without_space(body))


def one_line(text: str) -> str:
    """A name as it is compared: runs of white space are one blank."""
    return " ".join(text.split())


def _without_space(value: Any) -> Any:
    if isinstance(value, str):
        return "".join(value.split())
    if isinstance(value, Mapping):
        return {name: _without_space(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_space(item) for item in value]
    return value
