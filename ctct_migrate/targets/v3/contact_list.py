"""Contact lists in v3 (reference, mapping-v3, ContactList; v3-contract, Lists)."""

from __future__ import annotations

from ctct_migrate.diagnostics import Severity
from ctct_migrate.mapping.codecs import COUNTER, STRIPPED, id_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import Table, dropped, ignored, recorded, sent
from ctct_migrate.resources.contact_list import CONTACT_LIST as RESOURCE
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.account_facts import CrossReference
from ctct_migrate.targets.target import Collection, Delivery, Recovery, Step
from ctct_migrate.targets.v3.ids import UUID
from ctct_migrate.targets.v3.target import V3

TABLE = Table(
    payload="ContactList",
    resource="contact_list",
    target=V3.title,
    contract=V3.contract,
    rows=(
        # The id of a list that is updated stands in the URL alone.
        *(recorded(path, "/list_id", id_of(RESOURCE), number=True) for path in OWN_PATHS),
        sent("Name", "/name", STRIPPED),
        recorded("ContactCount", "/membership_count", COUNTER),
        dropped("OptInDefault", weight=Severity.INFO),
        dropped("DisplayOnSignup", weight=Severity.INFO),
        dropped("SortOrder"),
        dropped("ShortName"),
        ignored("Members", "it only says where the members are listed", deep=True),
        ignored("atom:link", "it repeats the id", deep=True),
        *ENVELOPE,
    ),
)

_PATH = "contact_lists"

#: Reference, v3-contract, Lists.
DELIVERY = Delivery(
    "contact_list",
    TABLE,
    schema="contact_list",
    create=(
        Step(
            "create",
            "POST",
            _PATH,
            keeps={"id": "/list_id"},
            recovery=Recovery.KEY,
            answers=("list_id", "name"),
        ),
    ),
    update=(
        Step(
            "update",
            "PUT",
            f"{_PATH}/{{id}}",
            keeps={"id": "/list_id"},
            # What v1 does not know is kept as it is.
            repeats={"favorite": "", "description": ""},
            recovery=Recovery.READ,
            answers=("list_id", "name"),
        ),
    ),
    item=f"{_PATH}/{{id}}",
    collection=Collection(
        _PATH,
        {"limit": "500"},
        rows="/lists",
        id="list_id",
        key="name",
        lookup={"name": "{key}"},
        next="/_links/next/href",
        created="created_at",
    ),
    id_form=UUID,
    dates=("updated_at", "created_at"),
    privileges={
        "list": "contacts:lists:read",
        "GET": "contacts:lists:read",
        "POST": "contacts:lists:write",
        "PUT": "contacts:lists:write",
        "DELETE": "contacts:lists:write",
    },
    unknown=catalogue.LIST_UNKNOWN,
    cross_reference=CrossReference(
        f"{_PATH}/list_id_xrefs",
        "sequence_ids",
        500,
        "/xrefs",
        "sequence_id",
        {"id": "/list_id"},
        renewed=True,
    ),
    shared=True,
)
