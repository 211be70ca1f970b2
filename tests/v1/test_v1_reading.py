"""The plain traversal with lxml reads the same out of the XSDs as xmlschema does."""

import pytest
import xmlschema
from second_engine import schema

from ctct_migrate.resources import NAMES, RESOURCES
from ctct_migrate.v1 import vocabulary
from ctct_migrate.v1.vocabulary import ENVELOPES, ROOTS

FACTS = "{urn:ctct-migrate:facts}"


def declared(root):
    """The global element of that local name."""
    known = schema("atom" if root in ENVELOPES else RESOURCES[root].slug)
    return next(
        each for name, each in known.maps.elements.items() if name.rpartition("}")[2] == root
    )


def particles(element):
    """All particles of an element's content; of a group that stands in it twice, once."""
    content = getattr(element.type, "content", None)
    if not isinstance(content, xmlschema.validators.XsdGroup):
        return []
    found = {}
    for each in content.iter_elements():
        found.setdefault(each.name, each)
    return list(found.values())


def simple_type(element):
    """The type of an element's text."""
    return element.type if element.type.is_simple() else element.type.content


def children(element):
    """The particles of an element's content, wildcards aside; in `content`, the payloads."""
    if element.type.local_name == "Content":
        return [declared(name) for name in NAMES]
    return [
        each for each in particles(element) if isinstance(each, xmlschema.validators.XsdElement)
    ]


def constrained(element, kind):
    """The children that identity constraints of a kind name in fields of one path."""
    return {
        field.path.split("/")[0].removeprefix("atom:")
        for identity in element.identities
        if isinstance(identity, kind)
        for field in identity.fields
        if "|" not in field.path
    }


def pairs(root):
    """For each path: the fact, and xmlschema's element and parent."""
    waiting = [("", None, declared(root))]
    while waiting:
        path, parent, element = waiting.pop()
        yield vocabulary().element(root, path), parent, element
        waiting.extend(
            (f"{path}/{child.local_name}".lstrip("/"), element, child)
            for child in children(element)
        )


@pytest.fixture(scope="module", params=ROOTS)
def reading(request):
    return list(pairs(request.param))


def test_the_same_elements(reading):
    root = reading[0][0].root
    assert {fact.path for fact, _, _ in reading} == {fact.path for fact in vocabulary().walk(root)}
    for fact, _, element in reading:
        assert fact.children == tuple(child.local_name for child in children(element))
        assert fact.name == element.local_name
        assert fact.namespace == element.target_namespace


def test_the_same_documentation(reading):
    for fact, _, element in reading:
        declaration = element if element.ref is None else element.ref
        assert fact.documentation == str(declaration.annotation).strip()


def test_the_same_values(reading):
    for fact, _, element in reading:
        if fact.type is None:
            continue
        simple = simple_type(element)
        members = [simple, *(getattr(simple, "member_types", None) or ())]
        values = [value for member in members for value in member.enumeration or ()]
        assert [value.value for value in fact.enumeration] == [value for value in values if value]
        assert fact.type.may_be_empty == any(member.is_valid("") for member in members)


def test_the_same_patterns(reading):
    for fact, _, element in reading:
        if fact.type is None:
            continue
        simple = simple_type(element)
        members = getattr(simple, "member_types", None)
        patterns = (members[0] if members else simple).patterns
        assert fact.type.patterns == tuple(patterns.regexps if patterns is not None else ())


def test_the_same_attributes(reading):
    for fact, _, element in reading:
        attributes = {name: each for name, each in element.attributes.items() if name is not None}
        assert {attribute.name for attribute in fact.attributes} == set(attributes)
        for attribute in fact.attributes:
            other = attributes[attribute.name]
            assert attribute.required == (other.use == "required")
            assert attribute.documentation == str(other.annotation).strip()
            values = [value.value for value in attribute.enumeration]
            assert values == list(other.type.enumeration or ())


def test_the_same_occurrences(reading):
    key, unique = xmlschema.validators.XsdKey, xmlschema.validators.XsdUnique
    for fact, parent, element in reading[1:]:
        if fact.name in NAMES and parent.local_name == "content":
            assert not fact.required  # one of them stands there
            assert not fact.repeatable
            continue
        chosen = element.parent.model == "choice"
        keys = constrained(parent, key)
        assert fact.required == ((fact.name in keys) if chosen else element.min_occurs > 0)
        often = element.parent.max_occurs is None or element.max_occurs is None
        assert fact.repeatable == (often and fact.name not in keys | constrained(parent, unique))


def test_the_same_wildcards(reading):
    for fact, _, element in reading:
        wild = element.type.local_name != "Content" and len(particles(element)) > len(
            children(element)
        )
        mixed = not element.type.is_simple() and element.type.mixed
        assert fact.open == mixed
        assert fact.extensible == (wild and not mixed)
        assert fact.read_only == (element.elem.get(f"{FACTS}read-only") == "true")
