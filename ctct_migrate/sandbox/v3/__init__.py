"""v3's server: its own ids, errors, endpoints and doings (reference, v3-contract)."""

from ctct_migrate.sandbox.v3.v3_server import SERVER

__all__ = ["SERVER"]
