"""ContactListMember: a contact that is on a list, as a line of the list's members (reference,
v1-resources, ContactList and its members)."""

from __future__ import annotations

from ctct_migrate.resources.resource import Recipient, Reference, Resource

CONTACT_LIST_MEMBER = Resource(
    name="ContactListMember",
    noun="list member",
    #: Its ids are those of contacts; its edit link leads to the list, and answers 404.
    collection="contacts",
    key="EmailAddress",
    author_may_be_empty=True,
    read_only=True,
    recipient=Recipient("EmailAddress"),
    references=(
        Reference("contact_list", ("entry/link[edit]/@href",)),
        Reference("contact", ("@id", "entry/id")),
    ),
)
