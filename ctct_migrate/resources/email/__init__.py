"""Email: an address of the account, in its settings (reference, v1-resources, Email)."""

from __future__ import annotations

from ctct_migrate.resources.resource import Resource

EMAIL = Resource(
    name="Email",
    noun="account address",
    collection="settings/emailaddresses",
    key="EmailAddress",
    author_may_be_empty=True,
    read_only=True,
    usable=("Status", "verified"),
)
