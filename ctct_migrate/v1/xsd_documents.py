"""The XSD documents themselves: found, parsed, and indexed by the names they declare.

Knows how XSDs refer to each other, and nothing of what they declare.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lxml import etree

XS = "{http://www.w3.org/2001/XMLSchema}"

#: The schema that leads to all others.
ENTRANCE = "atom.xsd"

Name = tuple[str, str]
"""A namespace and a local name."""


@dataclass(frozen=True, slots=True)
class Declarations:
    """The global declarations of a set of XSDs, by namespace and local name."""

    elements: dict[Name, etree._Element]
    types: dict[Name, etree._Element]


def declarations(directory: Path) -> Declarations:
    """The declarations of `atom.xsd` in `directory` and of what it includes and imports.  Raises
    `OSError` or `lxml.etree.XMLSyntaxError` for files that are missing or are no XML."""
    found = Declarations({}, {})
    waiting, seen = [ENTRANCE], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        root = etree.fromstring((directory / name).read_bytes(), _parser())
        namespace = root.get("targetNamespace", "")
        for child in root:
            location = child.get("schemaLocation")
            if location is not None:
                waiting.append(location)
            elif child.tag == f"{XS}element":
                found.elements[namespace, child.get("name", "")] = child
            elif child.tag in (f"{XS}simpleType", f"{XS}complexType"):
                found.types[namespace, child.get("name", "")] = child
    return found


def resolved(node: etree._Element, qname: str) -> Name:
    """The namespace and local name of a prefixed name in an attribute of `node`."""
    prefix, _, local = qname.rpartition(":")
    return node.nsmap.get(prefix or None) or "", local


def namespace_of(node: etree._Element) -> str:
    """The target namespace of the schema that `node` stands in."""
    return node.getroottree().getroot().get("targetNamespace", "")


def documentation(node: etree._Element) -> str:
    """The `xs:documentation` of a declaration, on one line; empty where there is none."""
    if len(node) == 0 or node[0].tag != f"{XS}annotation":
        return ""
    return " ".join((node[0].findtext(f"{XS}documentation") or "").split())


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        remove_comments=True, remove_blank_text=True, resolve_entities=False, no_network=True
    )
