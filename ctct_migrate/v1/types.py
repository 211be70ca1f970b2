"""From type definitions in XSD to `TypeFact`s.

Reads the part of XSD 1.0 that the schemas use: restrictions by enumeration, pattern, length and
maximum; unions; complex types with simple content.  What elements may hold besides text is read
in `content`.
"""

from __future__ import annotations

from lxml import etree

from ctct_migrate.late_dataclass import replace
from ctct_migrate.v1.facts import TypeFact, TypeKind, Value
from ctct_migrate.v1.xsd_documents import XS, Declarations, Name, documentation, resolved

#: Attributes of this namespace state facts that validators pass over (campaign.xsd explains them).
FACTS = "{urn:ctct-migrate:facts}"

_XSD = XS[1:-1]

#: XSD's own types, as far as the schemas use them.
_BUILT_IN = {
    "string": TypeFact("string", TypeKind.TEXT, collapses=False),
    "token": TypeFact("token", TypeKind.TEXT),
    "dateTime": TypeFact("dateTime", TypeKind.DATE_TIME, may_be_empty=False),
    "nonNegativeInteger": TypeFact("nonNegativeInteger", TypeKind.COUNTER, may_be_empty=False),
}


class Types:
    """The types of a set of XSDs, each read once."""

    def __init__(self, declared: Declarations):
        self._declared = declared
        self._read: dict[Name, TypeFact | None] = {}

    def of(self, node: etree._Element) -> TypeFact | None:
        """What the text of a declared element or attribute may be; None for elements that hold
        elements or markup."""
        inline = node.find(f"{XS}simpleType")
        if inline is not None:
            return self._simple(inline)
        qname = node.get("type")
        return None if qname is None else self._named(resolved(node, qname))

    def _named(self, name: Name) -> TypeFact | None:
        if name[0] == _XSD:
            return _BUILT_IN[name[1]]
        if name not in self._read:
            self._read[name] = self._defined(self._declared.types[name])
        return self._read[name]

    def _defined(self, definition: etree._Element) -> TypeFact | None:
        if definition.tag == f"{XS}simpleType":
            return self._simple(definition)
        extension = definition.find(f"{XS}simpleContent/{XS}extension")
        return None if extension is None else self._base(extension)

    def _base(self, derivation: etree._Element) -> TypeFact:
        fact = self._named(resolved(derivation, derivation.get("base", "")))
        assert fact is not None, f"{derivation.get('base')} is not a simple type"
        return fact

    def _simple(self, definition: etree._Element) -> TypeFact:
        name, text = definition.get("name", ""), documentation(definition)
        restriction = definition.find(f"{XS}restriction")
        if restriction is not None:
            base = replace(
                self._base(restriction),
                name=name,
                documentation=text,
                noun=definition.get(f"{FACTS}noun", ""),
            )
            return _restricted(base, restriction)
        union = definition.find(f"{XS}union")
        assert union is not None, f"{name} is neither a restriction nor a union"
        names = [resolved(union, qname) for qname in union.get("memberTypes", "").split()]
        return _united(name, text, [fact for each in names if (fact := self._named(each))])


def _united(name: str, documentation: str, members: list[TypeFact]) -> TypeFact:
    """A union; it is of the kind and of the form of its first member, and has its limits."""
    return TypeFact(
        name,
        members[0].kind,
        documentation,
        enumeration=tuple(value for member in members for value in member.enumeration),
        patterns=members[0].patterns,
        may_be_empty=any(member.may_be_empty for member in members),
        max_length=members[0].max_length,
        max_value=members[0].max_value,
        members=tuple(members),
    )


def _facets(restriction: etree._Element, facet: str) -> list[str]:
    return [node.get("value", "") for node in restriction.findall(f"{XS}{facet}")]


def _restricted(base: TypeFact, restriction: etree._Element) -> TypeFact:
    values = [_value(node) for node in restriction.findall(f"{XS}enumeration")]
    patterns = tuple(_facets(restriction, "pattern"))
    shortest, longest = _facets(restriction, "minLength"), _facets(restriction, "maxLength")
    largest = _facets(restriction, "maxInclusive")
    least = int(shortest[0]) if shortest else base.min_length
    narrowed = replace(
        base,
        kind=_kind(base.kind, bool(values), bool(patterns)),
        enumeration=tuple(value for value in values if value.value) or base.enumeration,
        patterns=patterns or base.patterns,
        min_length=least,
        max_length=int(longest[0]) if longest else base.max_length,
        max_value=int(largest[0]) if largest else base.max_value,
    )
    takes_nothing = base.may_be_empty and least == 0 and narrowed.matches("")
    if values:
        takes_nothing = takes_nothing and any(not value.value for value in values)
    return replace(narrowed, may_be_empty=takes_nothing)


def _kind(base: TypeKind, listed: bool, formed: bool) -> TypeKind:
    if base is not TypeKind.TEXT:
        return base
    return TypeKind.ENUMERATION if listed else TypeKind.PATTERN if formed else base


def _value(node: etree._Element) -> Value:
    return Value(
        node.get("value", ""),
        documentation(node),
        spelling_of=node.get(f"{FACTS}spelling-of"),
        country=node.get(f"{FACTS}country"),
    )
