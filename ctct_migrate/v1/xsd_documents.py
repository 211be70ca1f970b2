"""The XSD documents themselves: found, parsed, and indexed by the names they declare.

Knows how XSDs refer to each other, and nothing of what they declare.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from lxml import etree

from ctct_migrate.late_dataclass import dataclass

XS = "{http://www.w3.org/2001/XMLSchema}"

Name = tuple[str, str]
"""A namespace and a local name."""


@dataclass(frozen=True, slots=True)
class Declarations:
    """The global declarations of a set of XSDs, by namespace and local name."""

    elements: dict[Name, etree._Element]
    types: dict[Name, etree._Element]


def declarations(directory: Path, file: str) -> Declarations:
    """The declarations of the schema `file` in `directory` and of what it includes and imports.
    Raises `OSError` or `lxml.etree.XMLSyntaxError` for files that are missing or are not XML."""
    found = Declarations({}, {})
    waiting, seen = [(file, "")], set[str]()
    while waiting:
        name, includer = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        root = _schema(directory / name, includer)
        namespace = root.get("targetNamespace", "")
        for child in root:
            location = child.get("schemaLocation")
            if location is not None:
                waiting.append((location, namespace if child.tag == f"{XS}include" else ""))
            elif child.tag == f"{XS}element":
                found.elements[namespace, child.get("name", "")] = child
            elif child.tag in (f"{XS}simpleType", f"{XS}complexType"):
                found.types[namespace, child.get("name", "")] = child
    return found


@cache
def _schema(path: Path, includer: str) -> etree._Element:
    """The root of the schema in a file, which is included by one of that namespace (empty for none);
    read once, since all include the same types."""
    root = etree.fromstring(path.read_bytes(), _parser())
    if includer and not root.get("targetNamespace"):
        # A schema without a namespace takes that of the one that includes it (XSD 1.0, 4.2.1).
        root.set("targetNamespace", includer)
    return root


def resolved(node: etree._Element, qname: str) -> Name:
    """The namespace and local name of a prefixed name in an attribute of `node`.  A name without
    prefix is one of the schema's own."""
    prefix, _, local = qname.rpartition(":")
    if not prefix:
        return node.nsmap.get(None) or namespace_of(node), local
    return node.nsmap.get(prefix) or "", local


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
