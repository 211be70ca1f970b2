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

from ctct_migrate.mapping.engine import run
from ctct_migrate.mapping.outcome import MappingOutcome, Note
from ctct_migrate.mapping.rows import DEFAULT_TARGET, ConversionOptions
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import Document, Entry
from ctct_migrate.reader.tree import ATOM
from ctct_migrate.resources import BY_TAG, Resource
from ctct_migrate.rules.fast import fast_path, suspects
from ctct_migrate.rules.fast.envelope_parts import has_entry_parts
from ctct_migrate.rules.fast.fields import Fields, fields_of
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
    root, source = document.root, document.source
    if root is None or document.problems or document.cut:
        return False
    if suspects.has_suspect_bytes(source):
        return False
    return not (suspects.may_name_instance(source) and fast_path.has_instance_attributes(root))


class Signs:
    """What is seen of one entry: `envelope` and `payload` are lxml's elements, `envelope` None for a bare
    payload."""

    def __init__(
        self, document: Document, payload: Any, envelope: Any, resource: Resource, delivery: Delivery,
        options: ConversionOptions, asked: Shape | None,
    ):  # fmt: skip
        self.document, self.payload, self.envelope = document, payload, envelope
        self.resource, self.delivery = resource, delivery
        self.options, self.asked = options, asked

    @cached_property
    def has_right_envelope(self) -> bool:
        """Whether nothing can be said of the envelope, its ids aside."""
        if self.envelope is None:
            return True
        if not self._has_valid_envelope:
            return False
        inherits = self.document.author is not None
        return has_entry_parts(self.envelope, self.resource, inherits_author=inherits)

    @cached_property
    def _has_valid_envelope(self) -> bool:
        root = self.document.root
        return fast_path.invalid_part(root) is not root or _is_valid("entry", self.envelope)

    @cached_property
    def has_right_payload(self) -> bool:
        """Whether the schema takes the payload, and no part of it stands in the envelope."""
        return self.has_valid_payload and (
            self.envelope is None or self._has_valid_envelope or _holds_atom_alone(self.envelope)
        )

    @cached_property
    def has_valid_payload(self) -> bool:
        """Whether the schema takes the payload."""
        wrong = fast_path.invalid_part(self.document.root)
        if wrong is None or wrong is self.payload:
            return wrong is None
        return _is_valid(self.resource.name, self.payload)

    @property
    def is_valid(self) -> bool:
        """Whether the schemas take the envelope and the payload."""
        return self.has_right_envelope and self.has_valid_payload

    @property
    def is_for_default_target(self) -> bool:
        """Whether the target is the one that is meant where none is named."""
        return self.options.target == DEFAULT_TARGET

    @cached_property
    def names_its_owner(self) -> bool:
        """Whether nothing can be said of the resource that this one lives in."""
        return fast_path.names_its_owner(self.resource, self.payload, self.envelope)

    @cached_property
    def traced(self) -> tuple[MappingOutcome, list[Note]]:
        """What the engine makes of the payload, and what each row did."""
        trace: list[Note] = []
        made = run(self.delivery.table, self.payload, self.envelope, self.options, trace)
        return made, trace

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
        asked = self.questions
        return fields_of(
            self.outcome.found, self.envelope, fast_path.names_of(self.resource.name),
            with_envelope=asked.envelope, with_uris=asked.uris, wrapped=asked.wrapped,
        )  # fmt: skip

    @cached_property
    def has_required(self) -> bool:
        """Whether what the schemas leave open is there."""
        return self.questions.has_required(self.fields)

    @cached_property
    def is_documented(self) -> bool:
        """Whether it holds nothing that v1's documentation does not know."""
        return self.questions.undocumented.isdisjoint(self.fields)

    @cached_property
    def has_sound_texts(self) -> bool:
        """Whether the texts for people were not spoilt."""
        return self.questions.has_sound_texts(self.fields)

    @cached_property
    def has_set_dates(self) -> bool:
        """Whether no date is one that was never set."""
        return self.questions.has_set_dates(self.fields)

    @cached_property
    def is_plain_itself(self) -> bool:
        """Whether the rules of its resource say nothing of what is valid and converts."""
        asked = self.questions
        return asked.own(self.fields, self.asked) and asked.inside(self.payload, self.asked)


def _is_valid(schema: str, element: etree._Element) -> bool:
    try:
        return vocabulary().schema(schema).validate(element)
    except etree.XMLSchemaValidateError:  # libxml2 from 2.13 on gives up at an entity's node
        return False


def _holds_atom_alone(envelope: Any) -> bool:
    """Whether every element in an entry, its content aside, is one that Atom has at its place."""
    waiting = [(envelope, "entry")]
    while waiting:
        parent, path = waiting.pop()
        allowed = lexicon().children(path)
        for child in parent.iterchildren("*"):
            name = child.tag.removeprefix(_ATOM)
            if name not in allowed:
                return False
            if path != "entry" or name != "content":
                waiting.append((child, f"{path}/{name}"))
            elif len(child) != 1:
                return False
    return True


_ATOM = f"{{{ATOM}}}"
