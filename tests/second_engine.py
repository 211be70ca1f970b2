"""The second XSD engine, `xmlschema`, put together as the vocabulary puts libxml2 together: the
envelope by its schema, and each payload by that of its resource."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import xmlschema
from lxml import etree

from ctct_migrate.resources import BY_TAG
from ctct_migrate.schema_files import schema_directory

ATOM = "{http://www.w3.org/2005/Atom}"


@cache
def schema(slug: str) -> xmlschema.XMLSchema:
    """The schema of the envelope (`atom`) or of a resource."""
    path: Path = schema_directory() / "v1" / f"{slug}.xsd"
    return xmlschema.XMLSchema(str(path))


def is_valid(root: etree._Element) -> bool:
    """Whether `xmlschema` holds a document valid."""
    if root.tag not in (f"{ATOM}entry", f"{ATOM}feed"):
        return root.tag in BY_TAG and schema(BY_TAG[root.tag].slug).is_valid(root)
    if not schema("atom").is_valid(root):
        return False
    payloads = (
        child for content in root.iter(f"{ATOM}content") for child in content.iterchildren("*")
    )
    return all(
        each.tag in BY_TAG and schema(BY_TAG[each.tag].slug).is_valid(each) for each in payloads
    )
