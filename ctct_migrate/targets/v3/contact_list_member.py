"""Members of lists in v3: a contact of which the address and one list are known (reference,
v3-contract, Contacts)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import STRIPPED, id_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import Codec, ConversionOptions, Table, dropped, ignored, recorded
from ctct_migrate.resources.contact_list import CONTACT_LIST
from ctct_migrate.resources.contact_list_member import CONTACT_LIST_MEMBER as RESOURCE
from ctct_migrate.targets.target import Delivery
from ctct_migrate.targets.v3.target import V3


def _lists(text: str, options: ConversionOptions) -> list[str] | None:
    """The list in the URI of a member."""
    number = CONTACT_LIST.id_in(text)
    return None if number is None else [number]


TABLE = Table(
    payload="ContactListMember",
    resource="contact_list_member",
    target=V3.title,
    contract=V3.contract,
    rows=(
        *(
            recorded(path, "/contact_id", id_of(RESOURCE), number=True)
            for path in ("@id", "entry/id")
        ),
        recorded("EmailAddress", "/email_address/address", STRIPPED),
        # The link leads to the member of a list, and says which list that is.
        recorded("entry/link[edit]/@href", "/list_memberships", Codec("list-uri", _lists)),
        dropped("Name", "the server makes it of the other names, and it is not taken apart"),
        ignored("atom:link", "it repeats the id", deep=True),
        *ENVELOPE,
    ),
)

DELIVERY = Delivery("contact_list_member", TABLE, schema="contact_list_member")
