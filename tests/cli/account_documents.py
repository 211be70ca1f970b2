"""Documents of one account, made up for tests of what documents say of each other."""

from __future__ import annotations

from collections.abc import Iterable

URI = "http://api.constantcontact.com/ws/customers/joe"


def entry(path: str, payload: str, *, edit: str = "", alone: bool = True) -> str:
    """An entry with that place in the account (empty for a new one) around a payload, whose start tag
    is written with a blank; `alone` outside a feed."""
    space = ' xmlns="http://www.w3.org/2005/Atom"' if alone else ""
    own = f' id="{URI}/{path}"' if path else ""
    link = f'<link rel="edit" href="{URI}/{edit}"/>' if edit else ""
    return f"""\
<entry{space}>
  <id>{f"{URI}/{path}" if path else "data:,none"}</id>{link}
  <title>One</title>
  <updated>2010-09-28T05:22:42.000Z</updated>
  <author><name>Constant Contact</name></author>
  <content type="application/vnd.ctct+xml">
    {payload.replace(" ", f' xmlns="http://ws.constantcontact.com/ns/1.0/"{own}', 1)}
  </content>
</entry>
"""


def contact(
    address: str, lists: Iterable[int | str] = (3,), status: str = "", number: int | None = None,
    *, alone: bool = True,
) -> str:  # fmt: skip
    named = "".join(f'<ContactList id="{URI}/lists/{each}"/>' for each in lists)
    said = f"<Status>{status}</Status>" if status else ""
    return entry(
        f"contacts/{number}" if number else "",
        f"<Contact >{said}<EmailAddress>{address}</EmailAddress>"
        "<OptInSource>ACTION_BY_CUSTOMER</OptInSource>"
        f"<ContactLists>{named}</ContactLists></Contact>",
        alone=alone,
    )


def opted_out(address: str, number: int = 7, *, alone: bool = True) -> str:
    return contact(address, (), "Do Not Mail", number, alone=alone)


def contact_list(number: int, name: str = "Gardeners") -> str:
    return entry(
        f"lists/{number}",
        f"<ContactList ><OptInDefault>false</OptInDefault><Name>{name}</Name></ContactList>",
    )


def member(address: str, of: int | str, number: int) -> str:
    return entry(
        f"contacts/{number}",
        f"<ContactListMember ><EmailAddress>{address}</EmailAddress><Name>A, B</Name>"
        "</ContactListMember>",
        edit=f"lists/{of}/members/{number}",
        alone=False,
    )


def account_address(address: str, number: int, status: str = "Verified") -> str:
    when = "<VerifiedTime>2009-02-11T14:40:12.000Z</VerifiedTime>" if status == "Verified" else ""
    return entry(
        f"settings/emailaddresses/{number}",
        f"<Email ><EmailAddress>{address}</EmailAddress><Status>{status}</Status>{when}</Email>",
        alone=False,
    )


def feed(entries: Iterable[str], of: str = "contacts") -> str:
    return f"""\
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>{URI}/{of}</id>
  <title type="text">All</title>
  <updated>2010-09-28T05:22:42.000Z</updated>
  <author><name>joe</name></author>
{"".join(entries)}</feed>
"""


def form(*addresses: str, kind: str = "SV_ADD", to: int = 3) -> str:
    data = "%0D%0A".join(["Email%20Address", *(each.replace("@", "%40") for each in addresses)])
    return f"activityType={kind}&data={data}&lists={URI}/lists/{to}"
