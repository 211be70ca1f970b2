"""Contacts for the examples of the catalogue: whole payloads, with one thing put in."""

from __future__ import annotations

_LISTS = "http://api.constantcontact.com/ws/customers/joe/lists"

ADDRESS = "<EmailAddress>ada@example.org</EmailAddress>"
SOURCE = "<OptInSource>ACTION_BY_CUSTOMER</OptInSource>"


def list_uri(number: str, user: str = "joe") -> str:
    """The URI of a contact list."""
    return _LISTS.replace("joe", user) + f"/{number}"


def lists(*uris: str) -> str:
    """The element `ContactLists` with lists of these URIs."""
    inner = "".join(f'<ContactList id="{uri}"/>' for uri in uris)
    return f"<ContactLists>{inner}</ContactLists>"


LISTS = lists(list_uri("3"))


def contact(*children: str) -> str:
    """A contact with these children, and no others."""
    inner = "".join(f"  {child}\n" for child in children)
    return f'<Contact xmlns="http://ws.constantcontact.com/ns/1.0/">\n{inner}</Contact>\n'


def with_child(child: str) -> str:
    """A right contact with one more child."""
    return contact(ADDRESS, child, SOURCE, LISTS)


GOOD = contact(ADDRESS, SOURCE, LISTS)
