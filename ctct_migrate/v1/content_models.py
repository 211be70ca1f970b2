"""What may stand in an element, and how often: content models and identity constraints.

Reads the part of XSD 1.0 that the schemas use: groups of elements (all, choice or sequence, and
named ones), attributes, wildcards, and keys whose selector is the element itself (atom.xsd says
what those are for).
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from ctct_migrate.v1.xsd_documents import XS, Declarations, Name, namespace_of, resolved

_GROUPS = (f"{XS}all", f"{XS}choice", f"{XS}sequence")


def name_of(particle: etree._Element) -> Name:
    """The namespace and local name of the element that a particle or declaration stands for."""
    reference = particle.get("ref")
    if reference is not None:
        return resolved(particle, reference)
    return namespace_of(particle), particle.get("name", "")


def declaration_of(declared: Declarations, particle: etree._Element) -> etree._Element:
    """The declaration that a particle is, or refers to."""
    return particle if particle.get("ref") is None else declared.elements[name_of(particle)]


def complex_type(declared: Declarations, declaration: etree._Element) -> etree._Element | None:
    """The complex type of an element, or None where it has a simple one."""
    inline = declaration.find(f"{XS}complexType")
    qname = declaration.get("type")
    if inline is not None or qname is None:
        return inline
    definition = declared.types.get(resolved(declaration, qname))
    if definition is None or definition.tag != f"{XS}complexType":
        return None
    return definition


def particles(content: etree._Element | None) -> dict[str, etree._Element]:
    """The elements that a complex type lists, by local name, in its order."""
    found: dict[str, etree._Element] = {}
    for node in _elements(content):
        found.setdefault(name_of(node)[1], node)
    return found


def _elements(node: etree._Element | None) -> Iterator[etree._Element]:
    """The element particles in a type or a group, in its order; of a named group where it is
    referred to."""
    for child in _children(node):
        if child.tag == f"{XS}element":
            yield child
        elif child.tag in _GROUPS:
            yield from _elements(child)
        elif child.tag == f"{XS}group":
            yield from _elements(_named_group(child))


def _named_group(reference: etree._Element) -> etree._Element | None:
    """The named group, of the same document, that a particle refers to."""
    local = reference.get("ref", "").rpartition(":")[2]
    root = reference.getroottree().getroot()
    groups = (node for node in root if node.tag == f"{XS}group")
    return next((node for node in groups if node.get("name") == local), None)


def attributes(content: etree._Element | None) -> list[etree._Element]:
    """The attributes that a complex type declares."""
    return [node for node in _beside_content(content) if node.tag == f"{XS}attribute"]


def _beside_content(content: etree._Element | None) -> Iterator[etree._Element]:
    """What stands in a complex type, or in its extension of a simple one."""
    extension = None if content is None else content.find(f"{XS}simpleContent/{XS}extension")
    return _children(content if extension is None else extension)


def other_attributes(content: etree._Element | None) -> str:
    """Of which namespaces attributes may stand there that are not declared, in XSD's words; empty for
    none."""
    for node in _beside_content(content):
        if node.tag == f"{XS}anyAttribute":
            return node.get("namespace", "##any")
    return ""


def is_open(content: etree._Element | None) -> bool:
    """Whether text and markup of any kind may stand there, unchecked."""
    return content is not None and content.get("mixed") == "true"


def is_extensible(content: etree._Element | None) -> bool:
    """Whether elements of foreign namespaces may stand there."""
    if content is None or is_open(content):
        return False
    groups = (_named_group(each) for each in content.iter(f"{XS}group"))
    parts = (content, *(group for group in groups if group is not None))
    return any(next(part.iter(f"{XS}any"), None) is not None for part in parts)


def is_required(parent: etree._Element | None, particle: etree._Element) -> bool:
    """Whether the element `parent` (its declaration; None above a root) has to have this one."""
    if parent is None:
        return True
    if _group(particle).tag == f"{XS}choice":
        return name_of(particle)[1] in _constrained(parent, "key")
    return particle.get("minOccurs") != "0"


def is_global(particle: etree._Element) -> bool:
    """Whether an element is declared at the top of its schema, as payloads are."""
    parent = particle.getparent()
    return parent is not None and parent.tag == f"{XS}schema"


def is_repeatable(parent: etree._Element | None, particle: etree._Element) -> bool:
    """Whether the element `parent` may have this one more than once."""
    if parent is None:
        return False
    if _group(particle).get("maxOccurs") == "unbounded":
        return name_of(particle)[1] not in _constrained(parent, "key", "unique")
    return particle.get("maxOccurs") == "unbounded"


def _children(node: etree._Element | None) -> Iterator[etree._Element]:
    return iter(()) if node is None else iter(node)


def _group(particle: etree._Element) -> etree._Element:
    group = particle.getparent()
    assert group is not None, "a particle stands in a group"
    return group


def _constrained(parent: etree._Element, *kinds: str) -> set[str]:
    """Names of the children that identity constraints of these kinds count.  A field that goes
    deeper (`atom:author/atom:name`) counts the child that it goes through; one with alternatives
    (`atom:id | ctct:*`) counts none."""
    return {
        field.get("xpath", "").split("/")[0].rpartition(":")[2]
        for kind in kinds
        for field in parent.iterfind(f"{XS}{kind}/{XS}field")
        if "|" not in field.get("xpath", "")
    }
