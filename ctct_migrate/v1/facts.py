"""What the XSDs say of one element, one attribute, one type, one value: plain frozen values.

`TypeFact.accepts` is the one judgement made here: whether a text is a value of the type, as both
XSD engines would judge it.
"""

from __future__ import annotations

import re
from dataclasses import field
from datetime import date
from enum import StrEnum
from functools import cache

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile


class TypeKind(StrEnum):
    """What kind of thing an element or an attribute holds."""

    TEXT = "text"  #: any text, perhaps within a length
    ENUMERATION = "enumeration"  #: one of a list
    PATTERN = "pattern"  #: text of a certain form: a URI, an address, a code
    DATE_TIME = "date-time"  #: RFC 3339, with its zone
    COUNTER = "counter"  #: a whole number, 0 or more
    ELEMENTS = "elements"  #: child elements, and no text of its own
    MARKUP = "markup"  #: text, or markup of any kind


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an enumeration.

    documentation  what it means: `Massachusetts`, `The recipient's first name`
    spelling_of    the value of which this is another spelling, or None for a value of its own
    country        `US` or `CA` for the code of a state or province, else None
    """

    value: str
    documentation: str
    spelling_of: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class TypeFact:
    """What a text may be.

    name            of the type in the XSD (`GreetingName`, `YesNo`, `ContactListUri`, `Date`), or
                    XSD's own (`string`); empty for a type without one
    kind            see `TypeKind`
    documentation   what the type is, and in parentheses where that is from; may be empty
    enumeration     the allowed values, those of their own first, spellings after; the empty value
                    is not among them
    patterns        regular expressions, of which the whole text has to match one; they mean the
                    same in XSD and in Python (with `re.ASCII`)
    may_be_empty    whether an empty text will do
    min_length      in characters, after collapsing; 0 for none
    max_length      likewise, or None
    max_value       of a counter, or None
    collapses       whether white space at the ends is dropped, and runs of it are one space
    members         the types of which the text has to be of one; empty unless this is a union
    noun            what a URI of this type leads to (`a link of a sent campaign`), where that is no
                    resource that is read; else empty
    """

    name: str
    kind: TypeKind
    documentation: str = ""
    enumeration: tuple[Value, ...] = ()
    patterns: tuple[str, ...] = ()
    may_be_empty: bool = True
    min_length: int = 0
    max_length: int | None = None
    max_value: int | None = None
    collapses: bool = True
    members: tuple[TypeFact, ...] = ()
    noun: str = ""
    _allowed: frozenset[str] = field(init=False, repr=False, compare=False, default=frozenset())

    def __post_init__(self) -> None:
        listed = (each.value for each in self.enumeration)
        allowed = frozenset(value for value in listed if self._may_be(value))
        object.__setattr__(self, "_allowed", allowed)

    def accepts(self, text: str) -> bool:
        """Whether `text`, as an XML parser reports it, is a value of the type."""
        if text in self._allowed:
            return True
        if self.members:
            return any(member.accepts(text) for member in self.members)
        if self.collapses:
            text = _collapsed(text)
        if not text:
            return self.may_be_empty
        if self.enumeration:
            return text in self._allowed
        return self._may_be(text)

    def _may_be(self, text: str) -> bool:
        """Whether `text`, collapsed and not empty, is not a wrong value, the list of values aside."""
        if not self.matches(text):
            return False
        if self.max_length is not None and len(text) > self.max_length:
            return False
        return len(text) >= self.min_length and self._is_of_kind(text)

    def matches(self, text: str) -> bool:
        """Whether `text` as it is has the form that the patterns ask for, if there are any."""
        return not self.patterns or any(_compiled(each).fullmatch(text) for each in self.patterns)

    def _is_of_kind(self, text: str) -> bool:
        if self.kind is TypeKind.DATE_TIME:
            return _is_on_the_calendar(text)
        if self.kind is TypeKind.COUNTER:
            return _is_counter(text, self.max_value)
        return True


class DocumentedFact:
    """What the schemas say of an element or attribute in words."""

    __slots__ = ()

    documentation: str

    @property
    def meaning(self) -> str:
        """The documentation without its origin."""
        return _parted(self.documentation)[0]

    @property
    def origin(self) -> str:
        """Where the fact is from: `reference, v1-atom, Campaign`."""
        return _parted(self.documentation)[1]


@dataclass(frozen=True, slots=True)
class AttributeFact(DocumentedFact):
    """An attribute.  `required` is whether it has to be there; `documentation` says what it means
    and, in parentheses, where that is from."""

    name: str
    documentation: str
    required: bool
    type: TypeFact

    @property
    def enumeration(self) -> tuple[Value, ...]:
        """The allowed values; empty where any will do."""
        return self.type.enumeration


@dataclass(frozen=True, slots=True)
class ElementFact(DocumentedFact):
    """An element in one place.

    root, path     where it stands: `entry`, `content/Campaign/Name`; the path is empty for the
                   root itself, and plain names
    name           its local name; `namespace` its namespace
    documentation  what it means and, in parentheses, where that is from
    required       whether its parent cannot be without it
    repeatable     whether its parent may have it more than once
    required_when  when it is required besides: `full` (in every campaign that is more than a
                   listing of a feed), `custom` (the same, unless CampaignType is STOCK),
                   `ViewAsWebpage=YES`, `OrganizationCountry=us`; empty for never
    read_only      whether only the server writes it
    undocumented   whether it is in documents, though not in v1's documentation
    type_kind      what it holds
    type           what its text may be; None where it holds elements or markup
    attributes     in the schema's order, `xml:` ones and foreign ones aside
    other_attributes  the namespaces of those, as in XSD: `##other`, URIs, empty for none
    children       names of the elements that may stand in it, in the schema's order
    open           whether any markup may stand in it, unchecked
    extensible     whether elements of foreign namespaces may stand in it
    """

    root: str
    path: str
    name: str
    namespace: str
    documentation: str
    required: bool
    repeatable: bool
    required_when: str
    read_only: bool
    undocumented: bool
    type_kind: TypeKind
    type: TypeFact | None
    attributes: tuple[AttributeFact, ...]
    other_attributes: str
    children: tuple[str, ...]
    open: bool
    extensible: bool

    @property
    def enumeration(self) -> tuple[Value, ...]:
        """The allowed values; empty where any will do."""
        return self.type.enumeration if self.type else ()

    def takes_attributes_of(self, namespace: str) -> bool:
        """Whether it may have attributes of a namespace that is not its own."""
        return self.other_attributes.startswith("##") or namespace in self.other_attributes.split()

    def attribute(self, name: str) -> AttributeFact | None:
        """The attribute of that name, or None."""
        return next((fact for fact in self.attributes if fact.name == name), None)

    def accepts(self, text: str) -> bool:
        """Whether `text` may be all that it holds; True where it may hold markup, and where it
        holds elements, for white space alone."""
        if self.type is not None:
            return self.type.accepts(text)
        return self.open or not _collapsed(text)


def _parted(documentation: str) -> tuple[str, str]:
    """Meaning and origin of `What it means (where that is from)`."""
    if not documentation.endswith(")"):
        return documentation, ""
    meaning, _, origin = documentation[:-1].rpartition(" (")
    return meaning, origin


_SPACE = late_compile("[ \t\r\n]+")


def _collapsed(text: str) -> str:
    """`text` with its white space collapsed (XML Schema 1.0, Datatypes, 4.3.6)."""
    return _SPACE.sub(" ", text).strip(" ")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _is_on_the_calendar(text: str) -> bool:
    """Whether the date of an RFC 3339 date-time, whose form is right, exists."""
    try:
        date(int(text[0:4]), int(text[5:7]), int(text[8:10]))
    except ValueError:
        return False
    return True


#: `nonNegativeInteger` (XML Schema 1.0, Datatypes, 3.3.20): a sign is allowed, a minus before 0.
_COUNTER = late_compile(r"\+?[0-9]+|-0+")

#: Digits beyond these cannot be of a number within any limit, and Python refuses very long ones.
_DIGITS = 100


def _is_counter(text: str, most: int | None) -> bool:
    if not _COUNTER.fullmatch(text):
        return False
    digits = text.lstrip("+-0") or "0"
    return most is None or (len(digits) <= _DIGITS and int(digits) <= most)
