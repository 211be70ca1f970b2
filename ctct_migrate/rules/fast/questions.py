"""Plain: what neither schema can say of a payload, asked of its texts alone, on the fast path.

XSD and JSON Schema have been asked before.  What they leave open is asked here in a microsecond: of
every resource, what follows from the vocabulary (`required`, `undocumented` children, texts that
are encoded twice, dates that .NET never set); and of a resource with rules of its own, what the
module that `Resource.plain` names asks in their name.  A test holds every family to the promise
that it reports nothing where nothing is found here, and remarks on no more than is found to be remarked on.

Nothing is imported here that makes diagnostics: a document without mistakes needs none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.payload import Shape
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.fast.fields import ASIDE, ENVELOPE, LISTED, URIS, Fields
from ctct_migrate.rules.fast.garbled import is_sound, is_sound_content
from ctct_migrate.rules.fast.suspects import (
    LINES,
    MAY_STAND_FOR_NOTHING,
    REFERENCE_LEFT,
    SECTION_AS_TEXT,
    contents,
    one_line_texts,
    plain_texts,
    stands_for_nothing,
)
from ctct_migrate.v1 import TypeKind, vocabulary

#: A resource's own question: whether its rules would report nothing on texts, for a shape.
Own = Callable[[Fields, Shape | None], bool]

#: The same, asked of a payload that is an lxml element.
Inside = Callable[[Any, Shape | None], bool]

#: A resource's own question: whether a child of that name may be missing, which is required of others.
Excused = Callable[[Fields, str], bool]

#: Names of children that a condition requires where the child `flag` has the value.
Condition = tuple[str, str, tuple[str, ...]]


def _is_never(fields: Fields, shape: Shape | None) -> bool:
    """What is asked of a resource that has rules and no module that speaks for them."""
    return False


def _is_always(fields: Fields, shape: Shape | None) -> bool:
    """What is asked of a resource that has no rules of its own."""
    return True


def _is_never_excused(fields: Fields, name: str) -> bool:
    """What is asked of a resource in which all that is required has to be there."""
    return False


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions about one resource, by its payload name.

    names    local names of the children that are looked at
    envelope whether the entry's id and links are looked at
    uris     whether the ids inside the payload are looked at
    wrapped  children whose text is looked at with the tags that stand around it
    always, conditions  what has to be there and more than blank
    recorded what of `always` a record has to have too
    undocumented, texts, dates  children that are not in v1's documentation, hold text for people,
             or a date that only the server writes
    one_line those of the texts that are one line
    contents children that hold the content of an e-mail
    own      the resource's own question
    remarked whether its rules remark on something, in `remarks`, though nothing is wrong with it
    values   the part of it that is about values which the XSD takes; the whole where it has no parts
    asked    what it asks about
    excused  its question about what may be missing
    flags    children whose values the conditions ask about
    inside   the same about what stands deeper in the payload, an lxml element
    """

    names: frozenset[str]
    envelope: bool
    uris: bool
    wrapped: frozenset[str]
    always: tuple[str, ...]
    conditions: tuple[Condition, ...]
    recorded: tuple[str, ...]
    undocumented: frozenset[str]
    texts: frozenset[str]
    dates: frozenset[str]
    one_line: frozenset[str]
    contents: frozenset[str]
    own: Own
    remarked: Own
    values: Own
    asked: frozenset[str]
    excused: Excused
    flags: frozenset[str]
    inside: Inside

    def is_plain(self, fields: Fields, shape: Shape | None = None) -> bool:
        """Whether nothing can be said of a payload, given the texts of its children
        (`fields.fields_of`; stripped or not) and what it is to become (None where that is not
        known)."""
        return self.is_right(fields, shape) and not self.remarked(fields, shape)

    def is_right(self, fields: Fields, shape: Shape | None = None) -> bool:
        """As `is_plain`, but for what is remarked on."""
        return (
            self.has_required(fields, shape)
            and self.undocumented.isdisjoint(fields)
            and self.has_sound_texts(fields)
            and self.has_set_dates(fields)
            and self.own(fields, shape)
        )

    def has_required(self, fields: Fields, shape: Shape | None = None) -> bool:
        """Of what XSD and JSON Schema leave open: texts that are more than blank.  A record is what the
        document says, however little that is, and so is the entry of a listing."""
        is_partial = shape is Shape.RECORD or LISTED in fields
        for name in self.recorded if is_partial else self.always:
            if not fields.get(name, "").strip() and not self.excused(fields, name):
                return False
        if is_partial:
            return True
        for flag, value, names in self.conditions:
            if fields.get(flag, "").strip() == value:
                for name in names:
                    if not fields.get(name, "").strip():
                        return False
        return True

    def may_lack(self, fields: Fields, name: str) -> bool:
        """Whether a child of that name may be missing where nobody has asked for a shape, so that it is in
        the way of nothing but a create."""
        return (LISTED in fields and name not in self.recorded) or self.excused(fields, name)

    def has_set_dates(self, fields: Fields) -> bool:
        """Whether no date is the one that .NET writes for none."""
        for name in self.dates:
            text = fields.get(name)
            if text and text.lstrip().startswith("0001-01-01"):
                return False
        return True

    def has_sound_texts(self, fields: Fields) -> bool:
        """Whether the texts for people were encoded once, in the right encoding, and say something."""
        texts = [fields[name] for name in self.texts if name in fields]
        found = "\n".join(texts)
        if "&" in found and REFERENCE_LEFT.search(found) is not None:
            return False
        if SECTION_AS_TEXT in found or not is_sound(found):
            return False
        for name in self.contents:
            text = fields.get(name, "")
            if "[" in text and SECTION_AS_TEXT in text:
                return False
            if not is_sound_content(text):
                return False
        if not MAY_STAND_FOR_NOTHING.isdisjoint([text.strip() for text in texts]) and any(
            stands_for_nothing(name, fields[name]) for name in self.texts & fields.keys()
        ):
            return False
        for name in self.one_line:
            text = fields.get(name, "").strip()
            if not text.isprintable() and LINES.search(text) is not None:
                return False
        return True


@cache
def questions(resource: str) -> Questions:
    """The questions about the resource of that payload name."""
    own, remarked, values, asked, excused, wrapped = _own(resource)
    always, conditions = _required(resource)
    known = vocabulary()
    recorded = tuple(name for name in always if name in known.required_by_schema(resource))
    texts, undocumented, dates = (
        plain_texts(resource),
        known.undocumented(resource),
        _dates(resource),
    )
    flags = frozenset(flag for flag, _, _ in conditions)
    conditional = {name for _, _, names in conditions for name in names}
    names = {
        *always,
        *flags,
        *conditional,
        *texts,
        *undocumented,
        *dates,
        *contents(resource),
        *asked,
    }
    return Questions(
        frozenset(names - ASIDE), ENVELOPE in asked, URIS in asked, wrapped, always, conditions, recorded, undocumented,
        texts, dates, one_line_texts(resource), contents(resource), own, remarked, values, asked, excused, flags,
        _inside(resource),
    )  # fmt: skip


def _own(resource: str) -> tuple[Own, Own, Own, frozenset[str], Excused, frozenset[str]]:
    """The resource's own question, the one about remarks and the part about values, what they ask about, the
    question about what may be missing, and of what is asked with its tags."""
    declared = RESOURCES[resource]
    if not declared.plain:
        always = _is_never if declared.rules else _is_always
        return always, _is_never, always, frozenset(), _is_never_excused, frozenset()
    module = import_module(declared.plain)
    own: Own = getattr(module, "is_plain_for", None) or _whatever_shape(module.is_plain)
    remarked: Own = getattr(module, "is_remarked", _is_never)
    part = getattr(module, "has_plain_values", None)
    values = own if part is None else _whatever_shape(part)
    wrapped: frozenset[str] = getattr(module, "WRAPPED", frozenset())
    excused: Excused = getattr(module, "is_excused", _is_never_excused)
    return own, remarked, values, module.fields(), excused, wrapped


def _inside(resource: str) -> Inside:
    """The resource's question about what stands deeper in it."""
    plain = RESOURCES[resource].plain
    module = import_module(plain) if plain else None
    found: Inside = getattr(module, "is_plain_inside", _is_always_inside)
    return found


def _is_always_inside(payload: Any, shape: Shape | None) -> bool:
    """What is asked of a resource whose rules look at its children alone."""
    return True


def _whatever_shape(own: Callable[[Fields], bool]) -> Own:
    """The question of a resource of which the same is said for every shape."""
    return lambda fields, shape: own(fields)


@cache
def _dates(resource: str) -> frozenset[str]:
    """The children that hold a date which only the server writes."""
    known = vocabulary()
    facts = (known.element(resource, name) for name in known.children(resource))
    return frozenset(
        fact.name
        for fact in facts
        if fact is not None and fact.read_only and fact.type_kind is TypeKind.DATE_TIME
    )


@cache
def _required(resource: str) -> tuple[tuple[str, ...], tuple[Condition, ...]]:
    """Names of the children that are required in any case, and those that are where a flag, by
    its name, has a value."""
    always: list[str] = []
    conditions: dict[str, list[str]] = {}
    for name, when in vocabulary().required(resource).items():
        if "=" in when:
            conditions.setdefault(when, []).append(name)
        else:
            always.append(name)
    flags = ((condition.partition("="), tuple(names)) for condition, names in conditions.items())
    return tuple(always), tuple((flag, value, names) for (flag, _, value), names in flags)
