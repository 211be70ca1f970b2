"""Two resources of v1's second dialect, added to a copy of the package: `Folder`, and `Image`, which
is in one.  Nothing that is there already is changed but the list of resources."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

_RESOURCE = """
from ctct_migrate.resources.resource import Dialect, Resource

FOLDER = Resource(
    name="Folder", noun="folder", collection="library/folders", key="Name", dialect=Dialect.PLAIN
)
"""

_IMAGE = """
from ctct_migrate.resources.resource import OWN_PATHS, Dialect, Reference, Resource

IMAGE = Resource(
    name="Image", noun="image", collection="library/folders/{folder}/images", dialect=Dialect.PLAIN,
    references=(Reference("folder", OWN_PATHS, owner=True, required=True),),
)
"""

_XSD = """<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="Folder" type="FolderType">
    <xs:annotation><xs:documentation>A folder of images (reference, v1-resources, Folder)</xs:documentation></xs:annotation>
  </xs:element>
  <xs:complexType name="FolderType">
    <xs:all>
      <xs:element name="Name" type="FolderName">
        <xs:annotation><xs:documentation>The name, unique in the account (reference, v1-resources, Folder)</xs:documentation></xs:annotation>
      </xs:element>
      <xs:element name="Link" type="FolderLink" minOccurs="0">
        <xs:annotation><xs:documentation>Where it is (reference, v1-resources, Folder)</xs:documentation></xs:annotation>
      </xs:element>
    </xs:all>
    <xs:attribute name="id" type="FolderUri">
      <xs:annotation><xs:documentation>Its URI (reference, v1-resources, Folder)</xs:documentation></xs:annotation>
    </xs:attribute>
  </xs:complexType>
  <xs:complexType name="FolderLink">
    <xs:all>
      <xs:element name="href" type="xs:string">
        <xs:annotation><xs:documentation>The path (reference, v1-resources, Folder)</xs:documentation></xs:annotation>
      </xs:element>
    </xs:all>
  </xs:complexType>
  <xs:simpleType name="FolderName">
    <xs:annotation><xs:documentation>Text of 1 to 40 characters</xs:documentation></xs:annotation>
    <xs:restriction base="xs:string"><xs:minLength value="1"/></xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="FolderUri">
    <xs:annotation><xs:documentation>A folder's URI, tag:api.constantcontact.com,2010:/ws/customers/{user}/library/folders/{number} (reference, v1-resources, Folder)</xs:documentation></xs:annotation>
    <xs:restriction base="xs:token"><xs:pattern value="[a-z]+:\\S*"/></xs:restriction>
  </xs:simpleType>
</xs:schema>
"""

_DELIVERY = """
from ctct_migrate.mapping.codecs import STRIPPED, id_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import EXISTING, Row, Table, ignored, sent
from ctct_migrate.resources.folder import FOLDER
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets.target import Delivery, Step
from ctct_migrate.targets.v2.target import V2

DELIVERY = Delivery(
    "folder",
    Table(
        payload="Folder", resource="folder", target=V2.title, contract=V2.contract,
        rows=(
            *(Row(path, "/id", id_of(FOLDER), EXISTING, reason="it names it", number=True) for path in OWN_PATHS),
            sent("Name", "/name", STRIPPED),
            ignored("Link", "it only says where it is", deep=True),
            *ENVELOPE,
        ),
    ),
    schema="folder",
    create=(Step("create", "POST", "library/folders", keeps={"id": "/id"}),),
)
"""

_JSON = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:ctct-migrate:v2:folder",
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string", "minLength": 1, "maxLength": 40},
    },
    "required": ["name"],
    "additionalProperties": False,
    "$defs": {
        "create": {
            "type": "object",
            "properties": {"name": {"$ref": "#/properties/name"}},
            "required": ["name"],
            "additionalProperties": False,
        },
        "update": {"$ref": "#"},
        "record": {"$ref": "#"},
    },
}

_PROGRAM = """
import json, sys
from ctct_migrate import convert, fix, lint, read
from ctct_migrate.rules.fast import fast_path
found = []
for text, shape in json.load(sys.stdin):
    data = text.encode()
    document = read(data)
    conversion = convert(document, shape)
    fixed = fix(document)[0].decode()
    found.append({
        "lint": [[each.code, each.severity.value, each.message] for each in lint(document, shape)],
        "fast": fast_path.is_clean(document, None),
        "bodies": [each.body for each in conversion],
        "numbers": [each.number for each in conversion],
        "references": [dict(each.references) for each in conversion],
        "accounts": [[a.path, a.fate, a.reason] for each in conversion for a in each.accounting],
        "fixed": fixed,
        "after": [[each.code, each.severity.value] for each in lint(read(fixed.encode()), shape)],
    })
json.dump(found, sys.stdout)
"""


class PackageCopy:
    """A copy of the package that knows `Folder`."""

    def __init__(self, directory: Path):
        self.directory = directory
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "ctct_migrate", directory / "ctct_migrate", ignore=ignored)
        shutil.copytree(ROOT / "schemas", directory / "schemas")
        self._write("ctct_migrate/resources/folder/__init__.py", _RESOURCE)
        self._write("schemas/v1/folder.xsd", _XSD)
        self._write("ctct_migrate/resources/image/__init__.py", _IMAGE)
        self._write("schemas/v1/image.xsd", _XSD.replace("Folder", "Image"))
        delivery = _DELIVERY.replace("FOLDER", "IMAGE").replace("Folder", "Image")
        self._write("ctct_migrate/targets/v2/image.py", delivery.replace("folder", "image"))
        self._write("schemas/v2/image.json", json.dumps(_JSON).replace("v2:folder", "v2:image"))
        self._write("ctct_migrate/targets/v2/folder.py", _DELIVERY)
        self._write("schemas/v2/folder.json", json.dumps(_JSON))
        listing = directory / "ctct_migrate/resources/__init__.py"
        text = listing.read_text("utf-8")
        text = text.replace(
            "            SCHEDULE,\n",
            "            SCHEDULE,\n            FOLDER,\n            IMAGE,\n",
        )
        text = text.replace(
            "from ctct_migrate.resources.resource import",
            "from ctct_migrate.resources.folder import FOLDER\n"
            "from ctct_migrate.resources.image import IMAGE\n"
            "from ctct_migrate.resources.resource import",
        )
        listing.write_text(text, "utf-8")

    def _write(self, path: str, text: str) -> None:
        file = self.directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def judged(self, *documents: tuple[str, str]) -> list[dict[str, Any]]:
        """What the copy makes of documents, each with the shape that it is to become."""
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM], input=json.dumps(documents).encode(),
            capture_output=True, check=False, cwd=self.directory,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found
