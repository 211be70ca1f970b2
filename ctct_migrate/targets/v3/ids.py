"""Ids of v3: UUIDs, as JSON strings (reference, v3-contract, Transport)."""

from __future__ import annotations

#: A pattern (`re`) of them.
UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
