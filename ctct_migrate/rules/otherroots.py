"""XML that is not v1's, by what it is: what programs make of an object by default, and other
formats of XML.
"""

from __future__ import annotations

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.tree import Element

#: Formats that are known by the name of their root (in lower case), and what they are.
_FORMATS = {
    "rss": "an RSS feed",
    "rdf": "an RDF document",
    "opml": "an OPML outline",
    "plist": "a property list of Apple's",
    "methodcall": "a call of XML-RPC",
    "methodresponse": "an answer of XML-RPC",
    "envelope": "a SOAP message",
    "urlset": "a sitemap",
    "opt": "what Perl's XML::Simple makes of an object",
    "hash": "what Rails makes of a hash",
    "objects": "what Rails makes of a list",
    "java": "what Java's XMLEncoder makes of an object",
    "map": "what XStream makes of a Java object",
    "linked-hash-map": "what XStream makes of a Java object",
    "newdataset": "a .NET DataSet",
    "resultset": "what MySQL prints of a query",
    "mysqldump": "a dump of MySQL",
    "table_data": "a dump of a table",
    "testsuite": "a report of tests",
    "project": "a file of a build tool",
    "configuration": "a configuration file",
    "svg": "an image (SVG)",
}
_RAILS_TYPES = frozenset({"array", "boolean", "datetime", "date", "integer", "float", "decimal"})
_ARRAY_OF = late_compile(r"ArrayOf[A-Z]\w*")
_PACKAGE = late_compile(r"(?:[a-z]\w*\.)+[A-Z]\w*")
_ITEM = late_compile(r"item\d*|key\d+|_\d+")

#: Child elements that are looked at.
_LOOKED_AT = 50


def what_it_is(root: Element) -> str | None:
    """What a document is that is none of v1's, as the end of "this is …"; None where that is not
    known."""
    children = root.elements[:_LOOKED_AT]
    types = [element.attribute("type") for element in (root, *children)]
    kinds = {attribute.value for attribute in types if attribute is not None}
    dashed = sum("-" in child.name and child.name.islower() for child in children)
    declared = {attribute.qname: attribute.value for attribute in root.attributes}
    if dashed or (kinds & _RAILS_TYPES and root.name.islower()):
        return "what Rails (ActiveResource) makes of an object"
    if _ARRAY_OF.fullmatch(root.name) or {"xmlns:xsi", "xmlns:xsd"} <= declared.keys():
        return "what .NET's XmlSerializer makes of an object"
    if any("schemas.datacontract.org" in value for value in declared.values()):
        return "what .NET's DataContractSerializer makes of an object"
    if _PACKAGE.fullmatch(root.name):
        return "what XStream makes of a Java object"
    if root.prefix in ("ns1", "ns2", "ns3"):
        return "what Java's JAXB makes of an object"
    if kinds & {"dict", "list", "str", "int"}:
        return "what Python's dicttoxml makes of a dictionary"
    if children and all(_ITEM.fullmatch(child.name) for child in children):
        return "what a program makes of an array"
    return _FORMATS.get(root.name.lower())
