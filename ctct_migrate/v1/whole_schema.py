"""One schema for whole documents, for foreign tools such as `xmllint`.

The schema of the envelopes (`atom.xsd`) lets any payload pass, and each resource has a schema of its
own, since XSD 1.0 cannot say which content goes with which entry.  A tool that takes one schema is
given a folder in which the envelopes' schema checks the payloads too.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from lxml import etree

from ctct_migrate.resources import RESOURCES
from ctct_migrate.schema_files import schema_directory
from ctct_migrate.v1.vocabulary import ENVELOPE_SCHEMA
from ctct_migrate.v1.xsd_documents import XS

#: Files that the schemas of the payloads of one namespace are put together in.
_PAYLOADS, _PLAIN_PAYLOADS = "payloads.xsd", "plain-payloads.xsd"


def write_whole_schema(folder: Path, directory: Path | None = None) -> Path:
    """Writes the schemas of `directory` (by default the package's own) into `folder`, put together,
    and returns the path of the one to validate with: it takes an entry, a feed or a bare payload,
    and refuses what `Vocabulary.is_valid` refuses.  What is in the folder already and has the name
    of a schema is overwritten.  Raises OSError."""
    source = schema_directory() / "v1" if directory is None else directory
    for path in source.glob("*.xsd"):
        shutil.copyfile(path, folder / path.name)
    envelope = etree.parse(str(source / ENVELOPE_SCHEMA))
    root = envelope.getroot()
    for wildcard in root.iterfind(f"{XS}complexType[@name='Content']//{XS}any"):
        wildcard.set("processContents", "strict")
    last = root.findall(f"{XS}include")[-1]
    for namespace, name in _namespaces().items():
        _write_payloads(folder / name, namespace)
        payloads = etree.Element(f"{XS}import", schemaLocation=name)
        if namespace is not None:
            payloads.set("namespace", namespace)
        last.addnext(payloads)
    whole = folder / ENVELOPE_SCHEMA
    envelope.write(str(whole), encoding="utf-8", xml_declaration=True)
    return whole


def _namespaces() -> dict[str | None, str]:
    """The file for the payloads of each namespace."""
    found = {resource.dialect.payload_namespace for resource in RESOURCES.values()}
    return {each: _PLAIN_PAYLOADS if each is None else _PAYLOADS for each in found}


def _write_payloads(path: Path, namespace: str | None) -> None:
    schema = etree.Element(f"{XS}schema", nsmap={"xs": XS[1:-1]})
    if namespace is not None:
        schema.set("targetNamespace", namespace)
    for resource in RESOURCES.values():
        if resource.dialect.payload_namespace == namespace:
            etree.SubElement(schema, f"{XS}include", schemaLocation=f"{resource.slug}.xsd")
    etree.ElementTree(schema).write(str(path), encoding="utf-8", xml_declaration=True)
