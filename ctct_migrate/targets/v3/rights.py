"""What a caller may do in v3."""

from __future__ import annotations

from ctct_migrate.targets import account_rules
from ctct_migrate.targets.account_facts import CallerRights

#: Reference, v3-contract, OAuth 2.0: privileges stand beside scopes.
RIGHTS = CallerRights(
    "account/user/privileges",
    "/privilege_name",
    account_rules.PRIVILEGE_MISSING,
    account_rules.SCOPE_NOT_GRANTED,
    {
        "campaign:": "campaign_data",
        "ui:campaign:": "campaign_data",
        "contacts:": "contact_data",
        "account:read": "account_read",
        "account:update": "account_update",
    },
)
