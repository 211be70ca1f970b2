"""The endpoints of v3: one table of method, path, scope, privilege and function.

Paths that are spelled out stand before those with a variable place.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.sandbox.answers import Answer
from ctct_migrate.sandbox.v3 import (
    account_resources,
    campaign_activities,
    campaigns,
    contact_fields,
    contact_lists,
    contacts,
    email_schedules,
    jobs,
    sends,
    xrefs,
)
from ctct_migrate.sandbox.v3.v3_call import V3Call
from ctct_migrate.sandbox.v3.v3_settings import ACCOUNT_READ, ACCOUNT_UPDATE, CAMPAIGNS, CONTACTS

Handler = Callable[[V3Call], Answer]


@dataclass(frozen=True, slots=True)
class V3Endpoint:
    """A row: which token and which user may do what where, empty for any, and the function that does
    it."""

    method: str
    path: str
    pattern: re.Pattern[str]
    scope: str
    privilege: str
    handler: Handler


_ACTIVITY = "emails/activities/{activity_id}"
_LIST, _CONTACT = "contact_lists/{list_id}", "contacts/{contact_id}"
_FIELD, _TAG = "contact_custom_fields/{custom_field_id}", "contact_tags/{tag_id}"
_POSTAL = "account/summary/physical_address"

_TABLE: tuple[tuple[str, str, str, str, Handler], ...] = (
    ("GET", "emails/campaign_id_xrefs", CAMPAIGNS, "campaign:read", xrefs.CAMPAIGNS),
    ("GET", "emails", CAMPAIGNS, "campaign:read", campaigns.listing),
    ("POST", "emails", CAMPAIGNS, "campaign:write", campaigns.create),
    ("GET", "emails/{campaign_id}", CAMPAIGNS, "campaign:read", campaigns.read),
    ("PATCH", "emails/{campaign_id}", CAMPAIGNS, "campaign:write", campaigns.rename),
    ("DELETE", "emails/{campaign_id}", CAMPAIGNS, "campaign:delete", campaigns.delete),
    ("GET", _ACTIVITY, CAMPAIGNS, "campaign:read", campaign_activities.read),
    ("PUT", _ACTIVITY, CAMPAIGNS, "campaign:write", campaign_activities.update),
    ("GET", f"{_ACTIVITY}/previews", CAMPAIGNS, "campaign:read", campaign_activities.preview),
    ("POST", f"{_ACTIVITY}/tests", CAMPAIGNS, "campaign:send", campaign_activities.send_test),
    ("GET", f"{_ACTIVITY}/schedules", CAMPAIGNS, "campaign:read", email_schedules.read),
    ("POST", f"{_ACTIVITY}/schedules", CAMPAIGNS, "campaign:send", email_schedules.create),
    ("DELETE", f"{_ACTIVITY}/schedules", CAMPAIGNS, "campaign:send", email_schedules.delete),
    ("GET", f"{_ACTIVITY}/send_history", CAMPAIGNS, "campaign:read", sends.history),
    ("GET", "contact_lists/list_id_xrefs", CONTACTS, "contacts:lists:read", contact_lists.ids),
    ("GET", "contact_lists", CONTACTS, "contacts:lists:read", contact_lists.listing),
    ("POST", "contact_lists", CONTACTS, "contacts:lists:write", contact_lists.create),
    ("GET", _LIST, CONTACTS, "contacts:lists:read", contact_lists.read),
    ("PUT", _LIST, CONTACTS, "contacts:lists:write", contact_lists.update),
    ("GET", "contacts/contact_id_xrefs", CONTACTS, "contacts:read", xrefs.CONTACTS),
    ("GET", "contacts/counts", CONTACTS, "contacts:read", contacts.counts),
    ("POST", "contacts/sign_up_form", CONTACTS, "contacts:write", contacts.sign_up),
    ("PUT", "contacts/resubscribe/{contact_id}", CONTACTS, "contacts:write", contacts.resubscribe),
    ("GET", "contacts", CONTACTS, "contacts:read", contacts.listing),
    ("POST", "contacts", CONTACTS, "contacts:write", contacts.create),
    ("GET", _CONTACT, CONTACTS, "contacts:read", contacts.read),
    ("PUT", _CONTACT, CONTACTS, "contacts:write", contacts.update),
    ("DELETE", _CONTACT, CONTACTS, "contacts:write", contacts.delete),
    ("GET", "contact_custom_fields", CONTACTS, "contacts:read", contact_fields.fields),
    ("POST", "contact_custom_fields", CONTACTS, "contacts:write", contact_fields.add_field),
    ("GET", _FIELD, CONTACTS, "contacts:read", contact_fields.read_field),
    ("PUT", _FIELD, CONTACTS, "contacts:write", contact_fields.change_field),
    ("DELETE", _FIELD, CONTACTS, "contacts:write", contacts.delete_field),
    ("GET", "contact_tags", CONTACTS, "contacts:read", contact_fields.tags),
    ("POST", "contact_tags", CONTACTS, "contacts:write", contact_fields.add_tag),
    ("GET", _TAG, CONTACTS, "contacts:read", contact_fields.read_tag),
    ("PUT", _TAG, CONTACTS, "contacts:write", contact_fields.change_tag),
    ("DELETE", _LIST, CONTACTS, "contacts:lists:write", jobs.delete_list),
    ("DELETE", _TAG, CONTACTS, "contacts:write", jobs.delete_tag),
    # Even reading the state of a job needs the privilege to write.
    ("GET", "activities", CONTACTS, "contacts:write", jobs.listing),
    *(
        ("POST", f"activities/{name}", CONTACTS, "contacts:write", handler)
        for name, handler in jobs.BEGINNINGS
    ),
    ("GET", "activities/{activity_id}", CONTACTS, "contacts:write", jobs.read),
    ("GET", "contact_exports/{activity_id}", CONTACTS, "contacts:write", jobs.results),
    ("GET", "account/user/privileges", "", "", account_resources.privileges),
    ("GET", "account/emails", ACCOUNT_READ, "account:read", account_resources.addresses),
    ("POST", "account/emails", ACCOUNT_UPDATE, "account:update", account_resources.add_address),
    ("GET", "account/summary", ACCOUNT_READ, "account:read", account_resources.summary),
    ("PUT", "account/summary", ACCOUNT_UPDATE, "account:update", account_resources.change_summary),
    ("GET", _POSTAL, ACCOUNT_READ, "account:read", account_resources.read_postal_address),
    ("POST", _POSTAL, ACCOUNT_UPDATE, "account:update", account_resources.add_postal_address),
    ("PUT", _POSTAL, ACCOUNT_UPDATE, "account:update", account_resources.change_postal_address),
)


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", f"/{path}")
    return re.compile(
        "".join(f"(?P<{p}>[^/]+)" if i % 2 else re.escape(p) for i, p in enumerate(parts))
    )


ENDPOINTS = tuple(
    V3Endpoint(method, path, _pattern(path), scope, privilege, handler)
    for method, path, scope, privilege, handler in _TABLE
)
