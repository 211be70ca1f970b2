"""Images in v2: files of its library (reference, mapping-v2, Image; v2-resources, Library).

A file is created by a multipart form; the body of a create has its fields, and the file itself stands
beside the document.
"""

from __future__ import annotations

from ctct_migrate.mapping.codecs import COUNTER, LOCAL_DATE, STRIPPED, TEXT, id_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import (
    EXISTING,
    RECORD,
    Codec,
    ConversionOptions,
    Row,
    Table,
    UnreadableValue,
    dropped,
    ignored,
    recorded,
    sent,
)
from ctct_migrate.payload import Shape
from ctct_migrate.resources.folder import FOLDER
from ctct_migrate.resources.image import IMAGE as RESOURCE
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets import library_rules
from ctct_migrate.targets.target import Delivery, Recovery, Step
from ctct_migrate.targets.v2.folder import NOWHERE as FOLDER_NOWHERE
from ctct_migrate.targets.v2.target import V2
from ctct_migrate.targets.v2.v2_calls import in_pages, replaced

_NEW = frozenset({Shape.CREATE})
_NEW_OR_RECORD = _NEW | RECORD


def _kind(text: str, options: ConversionOptions) -> str | None:
    """v2's word for a kind of file."""
    word = text.strip().upper().removeprefix(".")
    if not word:
        return None
    word = "JPG" if word == "JPEG" else word
    if word not in V2.contract.limits("image", "/file_type").enum:
        raise UnreadableValue("enumeration")
    return word


def kind_of_name(text: str) -> str | None:
    """v2's word for the kind of a file by the ending of its name; None where it has none that v2
    knows.

    >>> kind_of_name("spring.jpeg"), kind_of_name("spring")
    ('JPG', None)
    """
    _, dot, ending = text.strip().rpartition(".")
    try:
        return _kind(ending, ConversionOptions()) if dot else None
    except UnreadableValue:
        return None


TABLE = Table(
    payload="Image",
    resource="image",
    target=V2.title,
    contract=V2.contract,
    rows=(
        # The id of a file that is updated stands in the URL alone.
        *(recorded(path, "/id", id_of(RESOURCE), number=True) for path in OWN_PATHS),
        Row("FileName", "/file_name", STRIPPED, _NEW),
        Row("FileName", "/name", STRIPPED, EXISTING),
        sent("Description", "/description", TEXT),
        sent("Folder/@id", "/folder_id", id_of(FOLDER)),
        *(sent(path, "/folder_id", id_of(FOLDER)) for path in OWN_PATHS),
        recorded("Folder/Name", "/folder", STRIPPED),
        Row("FileType", "/file_type", Codec("enumeration", _kind), _NEW_OR_RECORD),
        Row(
            "FileName",
            "/file_type",
            Codec("text", lambda text, options: kind_of_name(text)),
            _NEW_OR_RECORD,
        ),
        recorded("Height", "/height", COUNTER),
        recorded("Width", "/width", COUNTER),
        recorded("FileSize", "/size", COUNTER),
        recorded("ImageURL", "/url", STRIPPED),
        recorded("LastUpdated", "/modified_date", LOCAL_DATE),
        dropped("MD5Hash"),
        ignored("Folder/Link", "it repeats the id", deep=True),
        ignored("Link", "it repeats the id", deep=True),
        dropped("ImageUsages", deep=True),
        dropped("ImageUsage", deep=True),
        *ENVELOPE,
    ),
    added={
        # Reference, mapping-v2, Image: v1 had only images, and only those that were stored.
        Shape.RECORD: {"/is_image": True, "/status": "Active"},
        Shape.CREATE: {"/description": "", "/source": "MyComputer"},
    },
)

_PATH = "library/files"

#: Reference, v2-resources, Library.
DELIVERY = Delivery(
    "image",
    TABLE,
    schema="image",
    create=(
        Step(
            "create",
            "POST",
            _PATH,
            keeps={"id": "/id"},
            recovery=Recovery.KEY,
            answers=("id",),
            shows={"name": "/file_name", "description": "/description"},
            file="data",
            id_header="id",
            # The answer may be 202, and nothing says how soon a file is listed then: ten minutes.
            patience=120,
        ),
    ),
    update=replaced(_PATH),
    item=f"{_PATH}/{{id}}",
    collection=in_pages(_PATH, numbered=False),
    created_key="/file_name",
    apart={"/folder_id": FOLDER_NOWHERE},
    #: v2 gave files new numbers.
    id_form=r"-?[0-9]+",
    dates=("modified_date", "created_date"),
    privileges={
        "list": "mylibrary:file:read",
        "GET": "mylibrary:file:read",
        "POST": "mylibrary:file:create",
        "PUT": "mylibrary:file:update",
        "DELETE": "mylibrary:file:update",
    },
    other_key=library_rules.OTHER_NAME,
    rules="ctct_migrate.targets.v2.image_rules",
)
