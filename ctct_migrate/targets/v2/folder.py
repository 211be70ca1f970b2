"""Folders of the library in v2 (reference, mapping-v2, Folder; v2-resources, Library)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import STRIPPED, id_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import Table, ignored, recorded, sent
from ctct_migrate.payload import Shape
from ctct_migrate.resources.folder import FOLDER as RESOURCE
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets import library_rules
from ctct_migrate.targets.target import Collection, Delivery, Recovery, Step
from ctct_migrate.targets.v2.target import V2

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

#: Reference, v2-resources, Library.
DELIVERY = Delivery(
    "folder",
    TABLE,
    schema="folder",
    create=(
        Step(
            "create",
            "POST",
            _PATH,
            keeps={"id": "/id"},
            recovery=Recovery.KEY,
            answers=("id", "name"),
        ),
    ),
    update=(
        Step(
            "update",
            "PUT",
            f"{_PATH}/{{id}}",
            keeps={"id": "/id"},
            recovery=Recovery.READ,
            answers=("id", "name"),
        ),
    ),
    item=f"{_PATH}/{{id}}",
    collection=Collection(
        _PATH,
        {"limit": "50"},
        rows="/results",
        key="name",
        next="/meta/pagination/next_link",
        created="created_date",
    ),
    nowhere=frozenset({"", "0"}),
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
