"""ContactList: a list that contacts are on and campaigns are sent to (reference, v1-resources,
ContactList and its members)."""

from __future__ import annotations

from ctct_migrate.resources.resource import Resource

CONTACT_LIST = Resource(
    name="ContactList",
    noun="contact list",
    collection="lists",
    key="Name",
    id_form=r"[0-9]+|active|do-not-mail|removed",
    built_in=frozenset({"active", "do-not-mail", "removed"}),
    author_may_be_empty=True,
    rules="ctct_migrate.resources.contact_list.rules",
    plain="ctct_migrate.resources.contact_list.plain",
)
