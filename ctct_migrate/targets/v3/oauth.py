"""How people log in to v3 (reference, v3-contract, OAuth 2.0 and Account endpoints)."""

from __future__ import annotations

from ctct_migrate.targets.authorization import OAuth

_SERVER = "https://authz.constantcontact.com/oauth2/default/v1"

#: contact_data is needed for campaigns too: the lists' new ids are asked for with it.
OAUTH = OAuth(
    authorize=f"{_SERVER}/authorize",
    token=f"{_SERVER}/token",
    device=f"{_SERVER}/device/authorize",
    scopes=("campaign_data", "contact_data", "account_read"),
    refresh_scope="offline_access",
    summary="account/summary",
    account=("/encoded_account_id", "/organization_name", "/contact_email"),
    privileges="account/user/privileges",
    privilege="privilege_name",
)
