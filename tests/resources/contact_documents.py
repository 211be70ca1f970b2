"""Contacts for tests: an entry, or a bare payload, with these children."""

from __future__ import annotations

from ctct_migrate import Document, read

ACCOUNT = "http://api.constantcontact.com/ws/customers/maplebooks"

ADDRESS = "<EmailAddress>rita.reader@example.com</EmailAddress>"
BY_OWNER = "<OptInSource>ACTION_BY_CUSTOMER</OptInSource>"
BY_CONTACT = "<OptInSource>ACTION_BY_CONTACT</OptInSource>"


def on_lists(*ids: str, account: str = ACCOUNT) -> str:
    """The lists of a contact."""
    inner = "".join(f'<ContactList id="{account}/lists/{each}"/>' for each in ids)
    return f"<ContactLists>{inner}</ContactLists>"


LISTS = on_lists("1")


def contact(*children: str, number: str = "") -> Document:
    """A contact in an entry; of that number, or a new one."""
    return read(contact_text(*children, number=number).encode())


def contact_text(*children: str, number: str = "") -> str:
    """Its text."""
    uri = f"{ACCOUNT}/contacts/{number}"
    own = f' id="{uri}"' if number else ""
    inner = "\n".join(children)
    return f"""\
<entry xmlns="http://www.w3.org/2005/Atom">
  <id>{uri if number else "data:,none"}</id>
  <title type="text"> </title>
  <updated>2010-09-28T05:22:42.000Z</updated>
  <author></author>
  <content type="application/vnd.ctct+xml">
<Contact xmlns="http://ws.constantcontact.com/ns/1.0/"{own}>
{inner}
</Contact>
  </content>
</entry>
"""


def with_child(*children: str, number: str = "") -> Document:
    """A right contact with more children."""
    return contact(ADDRESS, *children, BY_OWNER, LISTS, number=number)


def payload(resource: str, inner: str, own_id: str) -> Document:
    """A bare payload of another resource of the account."""
    return read(
        f'<{resource} xmlns="http://ws.constantcontact.com/ns/1.0/" id="{ACCOUNT}/{own_id}">{inner}'
        f"</{resource}>".encode()
    )
