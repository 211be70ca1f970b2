"""Folders of the library in v2 (reference, mapping-v2, Folder; v2-resources, Library)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import STRIPPED, id_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import Table, ignored, recorded, sent
from ctct_migrate.payload import Shape
from ctct_migrate.resources.folder import FOLDER as RESOURCE
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets import library_rules
from ctct_migrate.targets.target import Delivery
from ctct_migrate.targets.v2.target import V2
from ctct_migrate.targets.v2.v2_calls import created, in_pages, replaced

TABLE = Table(
    payload="Folder",
    resource="folder",
    target=V2.title,
    contract=V2.contract,
    rows=(
        # The id of a folder that is updated stands in the URL alone.
        *(recorded(path, "/id", id_of(RESOURCE), number=True) for path in OWN_PATHS),
        sent("Name", "/name", STRIPPED),
        ignored("Link", "it repeats the id", deep=True),
        *ENVELOPE,
    ),
    # v1 had one level alone: 0 keeps a folder there (reference, v2-resources, Library: parent_id).
    added={Shape.UPDATE: {"/parent_id": "0"}},
)

_PATH = "library/folders"

#: What stands for no folder where a folder is named.
NOWHERE = frozenset({"", "0"})

#: Reference, v2-resources, Library.
DELIVERY = Delivery(
    "folder",
    TABLE,
    schema="folder",
    create=created(_PATH),
    update=replaced(_PATH),
    item=f"{_PATH}/{{id}}",
    collection=in_pages(_PATH),
    nowhere=NOWHERE,
    #: v2 gave folders new numbers, some of them negative.
    id_form=r"-?[0-9]+",
    dates=("modified_date", "created_date"),
    privileges={
        "list": "mylibrary:file:read",
        "GET": "mylibrary:folder:read",
        "POST": "mylibrary:folder:create",
        "PUT": "mylibrary:folder:update",
        "DELETE": "mylibrary:folder:update",
    },
    other_key=library_rules.OTHER_NAME,
    rules="ctct_migrate.targets.v2.folder_rules",
)
