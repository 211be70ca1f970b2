"""Signs: in which parts of an entry something may be wrong, seen before any family looks at it.

libxml2 validates the envelope and the payload apart, the mapping engine makes the body, and `questions`
are asked of the texts, as on the fast path; but where that ends at the first sign, here each is an answer
of its own, worked out when a family's gate (`may_report`) first asks for it.  A family whose gate sees
no sign does not look at the entry.  A gate may say yes for nothing; it never says no where the family
has something to report, which a property test holds every family to.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from lxml import etree

from ctct_migrate.clark_names import local_name
from ctct_migrate.held_results import cached_while_held
from ctct_migrate.mapping.outcome import MappingOutcome
from ctct_migrate.mapping.rows import DEFAULT_TARGET, ConversionOptions
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import Document, Entry
from ctct_migrate.reader.tree import ATOM
from ctct_migrate.resources import BY_TAG, Resource
from ctct_migrate.rules.fast import fast_path, suspects
from ctct_migrate.rules.fast.asked_fields import asked_fields
from ctct_migrate.rules.fast.doubts import nodes_at, nodes_in_doubt
from ctct_migrate.rules.fast.envelope_parts import has_entry_parts
from ctct_migrate.rules.fast.fast_path import SchemaErrors
from ctct_migrate.rules.fast.fields import LISTED, Fields
from ctct_migrate.rules.fast.questions import Questions, questions
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.target import Delivery
from ctct_migrate.v1 import vocabulary
from ctct_migrate.v1.lexicon import lexicon


def signs_of(
    document: Document, entry: Entry, options: ConversionOptions, asked: Shape | None
) -> Signs | None:
    """The signs of one entry, for a shape that was asked for (None for none); None where every family
    has to look: in a document that is not well-formed or has suspicious bytes, and where there is no
    payload in its place that the target takes."""
    payload, element = entry.payload, entry.element
    if not may_be_gated(document) or payload is None:
        return None
    if element is not None and (payload.parent is not entry.content or entry.content is None):
        return None
    node = document.node(payload.number)
    resource = BY_TAG.get(node.tag)
    delivery = TARGETS[options.target].delivery(resource.slug) if resource is not None else None
    if resource is None or delivery is None:
        return None
    if asked in fast_path.REQUESTS and resource.is_recorded_alone(options.choices):
        return None  # it is skipped, and that is said
    envelope = document.node(element.number) if element is not None else None
    return Signs(document, node, envelope, resource, delivery, options, asked)


def may_be_gated(document: Document) -> bool:
    """Whether a document is one in whose entries anything can be wrong but what its schemas and its
    texts show."""
    return not document.problems and _may_be_gated_but_for_problems(document)


@cached_while_held  # each of its entries asks
def _may_be_gated_but_for_problems(document: Document) -> bool:
    root, source = document.root, document.source
    if root is None or document.cut or fast_path.has_many_elements(root, source):
        return False
    if suspects.has_suspect_bytes(source):
        return False
    return not (suspects.may_name_instance(source) and fast_path.has_instance_attributes(root))


def signs_of_copy(
    document: Document, entry: Entry, resource: Resource, payload: Any, options: ConversionOptions,
    asked: Shape | None,
) -> Signs | None:  # fmt: skip
    """The signs of one entry in which the namespace of its payload alone is wrong, by a copy of that in the
    right one; None where every family has to look."""
    delivery = TARGETS[options.target].delivery(resource.slug)
    if delivery is None or entry.payload is None or entry.payload.parent is not entry.content:
        return None
    if not _may_be_gated_but_for_problems(document) or (
        asked in fast_path.REQUESTS and resource.is_recorded_alone(options.choices)
    ):
        return None
    if any(problem.kind != "payload-namespace" for problem in document.problems):
        return None
    envelope = document.node(entry.element.number) if entry.element is not None else None
    as_read = document.node(entry.payload.number)
    return Signs(document, payload, envelope, resource, delivery, options, asked, as_read)


class Signs:
    """What is seen of one entry: `envelope` and `payload` are lxml's elements, `envelope` None for a bare
    payload; `as_read` is what stands in the place of a payload that is a copy in the right namespace."""

    def __init__(
        self, document: Document, payload: Any, envelope: Any, resource: Resource, delivery: Delivery,
        options: ConversionOptions, asked: Shape | None, as_read: Any = None,
    ):  # fmt: skip
        self.as_read = as_read
        self.document, self.payload, self.envelope = document, payload, envelope
        self.resource, self.delivery = resource, delivery
        self.options, self.asked = options, asked

    def under_right_names(self, payload: Any) -> Signs:
        """The signs of the same entry with another payload: a copy in which some names were put right."""
        return Signs(
            self.document, payload, self.envelope, self.resource, self.delivery, self.options, self.asked
        )  # fmt: skip

    @cached_property
    def has_right_envelope(self) -> bool:
        """Whether nothing can be said of the envelope, its ids aside."""
        if self.envelope is None:
            return True
        inherits = self.document.author is not None
        return not self._errors_of_envelope.types and has_entry_parts(
            self.envelope, self.resource, inherits_author=inherits
        )

    @cached_property
    def has_right_payload(self) -> bool:
        """Whether the schema takes the payload, and no part of it stands in the envelope."""
        return not self._errors_of_payload.types and (
            self.envelope is None
            or not self._errors_of_envelope.types
            or _holds_atom_alone(self.envelope)
        )

    @cached_property
    def has_right_names(self) -> bool:
        """Whether all elements and attributes are those of the format, each as often as it may be, and
        text stands in those alone that hold it; values may be wrong."""
        if not OF_VALUES.issuperset(self._errors_of_payload.types):
            return False
        if self.is_valid:
            return True
        if _HAS_STRAY_TEXT(self.payload if self.envelope is None else self.envelope):
            return False
        if self.has_right_envelope:
            return True
        known = (OF_VALUES | OF_UNIQUENESS).issuperset(self._errors_of_envelope.types)
        return known and _holds_atom_alone(self.envelope)

    @cached_property
    def _errors_of_envelope(self) -> SchemaErrors:
        refused = fast_path.refused(self.document)
        if refused is None or refused.part is not self.document.root or self.envelope is None:
            return _NO_ERRORS
        errors = refused.errors
        if refused.part is not self.envelope:
            errors = _errors("entry", self.envelope)
        nodes = [node for path in errors.paths for node in nodes_at(self.envelope, path)]
        if nodes and all(node is self.as_read for node in nodes):
            return _NO_ERRORS
        return errors

    @cached_property
    def _errors_of_payload(self) -> SchemaErrors:
        refused = fast_path.refused(self.document)
        if refused is None:
            return _NO_ERRORS
        if refused.part is self.payload:
            return refused.errors
        return _errors(self.resource.name, self.payload)

    @property
    def is_valid(self) -> bool:
        """Whether the schemas take the envelope and the payload."""
        return self.has_right_envelope and not self._errors_of_payload.types

    @property
    def is_for_default_target(self) -> bool:
        """Whether the target is the one that is meant where none is named."""
        return self.options.target == DEFAULT_TARGET

    @cached_property
    def names_its_owner(self) -> bool:
        """Whether nothing can be said of the resource that this one lives in."""
        return fast_path.names_its_owner(self.resource, self.payload, self.envelope)

    @cached_property
    def traced(self) -> fast_path.Traced:
        """What the engine makes of the payload, and what each row did."""
        return fast_path.traced_run(
            self.document, self.delivery.table, self.payload, self.envelope, self.options
        )

    @property
    def outcome(self) -> MappingOutcome:
        """What the engine makes of the payload."""
        return self.traced[0]

    @cached_property
    def converts(self) -> bool:
        """Whether there is a body, of the payload and of each part, which says all of it."""
        made = self.outcome
        if made.body is None or made.differs or made.repeats:
            return False
        if not self.delivery.parts:
            return True
        whole = fast_path.MappedPayload(
            None, self.envelope, self.payload, made, self.delivery.table
        )
        parts = fast_path.parts_of(whole, self.options, self.asked)
        return all(each.outcome.body is not None for each in parts)

    @cached_property
    def in_doubt(self) -> frozenset[Any] | None:
        """The lxml elements of the payload with whose values anything can be wrong; None where that may be
        any, or more than a value."""
        if not self.has_right_names:
            return None
        made, trace = self.traced
        if made.body is not None and not self.converts:
            return None
        return nodes_in_doubt(
            self.payload, self._errors_of_payload.paths, made, trace, self.delivery.table
        )

    @cached_property
    def is_only_wrong_in_values(self) -> bool:
        """Whether all that schemas and target refuse of the payload is the text of some elements: it is
        not empty, and they have no attributes."""
        nodes = self.in_doubt
        return nodes is not None and all(
            not node.attrib and (node.text or "").strip() for node in nodes
        )

    @cached_property
    def has_right_ids(self) -> bool:
        """Whether the schemas take all ids and links, and the engine finds no fault with the ids."""
        if self.is_valid and self.converts:
            return True
        nodes = self.in_doubt
        if nodes is None or any(node.attrib for node in nodes):
            return False
        return self.has_right_envelope or not any(
            node.tag in _IDENTIFYING
            for path in self._errors_of_envelope.paths
            for node in nodes_at(self.envelope, path)
        )

    def doubts(self, names: frozenset[str]) -> bool:
        """Whether an element in doubt is, or stands in, a child of the payload of one of these names."""
        for node in self.in_doubt or ():
            while (parent := node.getparent()) is not self.payload:
                node = parent
            if local_name(node.tag) in names:
                return True
        return False

    @cached_property
    def is_built_in(self) -> bool:
        """Whether v1 made it itself."""
        return self.outcome.number in self.resource.built_in

    @cached_property
    def empties(self) -> bool:
        """Whether an update would empty anything."""
        update = self.options.shape is Shape.UPDATE
        return update and fast_path.empties(self.delivery.table, self.outcome)

    @property
    def questions(self) -> Questions:
        """The questions about its resource."""
        return questions(self.resource.name)

    @cached_property
    def fields(self) -> Fields:
        """The texts that they are asked about."""
        in_feed = self.document.kind == "feed"
        return asked_fields(self.resource, self.outcome, self.envelope, in_feed=in_feed)

    @property
    def is_listing(self) -> bool:
        """Whether it is an entry that only lists its resource."""
        return LISTED in self.fields

    @cached_property
    def has_required(self) -> bool:
        """Whether what the schemas leave open is there."""
        return self.questions.has_required(self.fields, self.asked)

    @cached_property
    def is_documented(self) -> bool:
        """Whether it holds nothing that v1's documentation does not know."""
        return self.questions.undocumented.isdisjoint(self.fields)

    @cached_property
    def has_sound_texts(self) -> bool:
        """Whether the texts for people were not spoilt; that is not known where names are wrong."""
        return (
            self.has_right_names
            and not self.outcome.repeats
            and self.questions.has_sound_texts(self.fields)
        )

    @cached_property
    def has_set_dates(self) -> bool:
        """Whether no date is one that was never set."""
        return self.questions.has_set_dates(self.fields)

    @cached_property
    def has_plain_values(self) -> bool:
        """Whether the rules of its resource say nothing of values that the schema takes."""
        return self.questions.values(self.fields, self.asked) and self._is_plain_inside

    @cached_property
    def is_plain_itself(self) -> bool:
        """Whether the rules of its resource say nothing of what is valid and converts."""
        return self.questions.own(self.fields, self.asked) and self._is_plain_inside

    @cached_property
    def _is_plain_inside(self) -> bool:
        """Whether they say nothing of what stands deeper in the payload."""
        return self.questions.inside(self.payload, self.asked)

    @cached_property
    def is_remarked(self) -> bool:
        """Whether they remark on something all the same."""
        return self.questions.remarked(self.fields, self.asked)


_NO_ERRORS = SchemaErrors()

#: libxml2's errors about the text of one element or attribute, which say nothing of others.
OF_VALUES = frozenset({
    getattr(etree.ErrorTypes, f"SCHEMAV_CVC_{name}")
    for name in (
        "DATATYPE_VALID_1_2_1", "DATATYPE_VALID_1_2_2", "DATATYPE_VALID_1_2_3", "LENGTH_VALID",
        "MINLENGTH_VALID", "MAXLENGTH_VALID", "MININCLUSIVE_VALID", "MAXINCLUSIVE_VALID",
        "PATTERN_VALID", "ENUMERATION_VALID",
    )
})  # fmt: skip

#: Whether an element of Atom's that is empty holds text, which libxml2 takes for a wrong value.
_HAS_STRAY_TEXT = etree.XPath(
    "boolean((.//a:link | .//a:category)[text()])", namespaces={"a": ATOM}
)

#: Its error about something that stands twice, and about a wrong value where it looked for that.
OF_UNIQUENESS = frozenset({etree.ErrorTypes.SCHEMAV_CVC_IDC})

#: Its error about text where elements alone may stand.
OF_TEXT = frozenset({etree.ErrorTypes.SCHEMAV_CVC_COMPLEX_TYPE_2_3})


def _errors(name: str, element: etree._Element) -> SchemaErrors:
    """The errors in an element by the schema of that name; none for a valid one."""
    schema = vocabulary().schema(name)
    try:
        if schema.validate(element):
            return _NO_ERRORS
    except etree.XMLSchemaValidateError:  # libxml2 from 2.13 on gives up at an entity's node
        pass
    return fast_path.errors_of(schema)


def _holds_atom_alone(envelope: Any) -> bool:
    """Whether every element in an entry, its content aside, is one that Atom has at its place, as often
    as it may stand there; and there is one element in the content."""
    waiting, words = [(envelope, "entry")], lexicon()
    while waiting:
        parent, path = waiting.pop()
        allowed, seen = words.children(path), set[str]()
        for child in parent.iterchildren("*"):
            name = child.tag.removeprefix(_ATOM)
            if name not in allowed or (name in seen and name not in _REPEATED):
                return False
            seen.add(name)
            if path != "entry" or name != "content":
                waiting.append((child, f"{path}/{name}"))
            elif len(child) != 1:
                return False
    return True


#: Children of an entry that may stand in it more than once (RFC 4287, 4.1.2).
_REPEATED = frozenset({"link", "category", "contributor"})

_ATOM = f"{{{ATOM}}}"

#: Parts of an entry in which ids stand, and the entry itself.
_IDENTIFYING = frozenset(f"{_ATOM}{name}" for name in ("id", "link", "entry"))
