"""Rows and tables: what a mapping is made of, as plain values.

A table is the one home of how a v1 resource becomes a v2 one.  It is a list of rows; each says
which v1 path it is about, to which v2 property its value goes, how the value is read, in which
shapes it is sent, and what is to be said where it is not.  The engine runs any table; nothing in
it knows a resource.  Rows are built with `sent`, `recorded`, `requested`, `ignored`
and `dropped`.

Paths.  `Name`, `FromEmail/EmailAddress`, `@id`: from the payload element, in its namespace.
`Url*` marks the element that repeats, once for each item of a v2 list.  `entry/title` begins at
the envelope, and `atom:link` is an element of Atom's; `entry/link[edit]/@href` is the link of that
`rel`.

Pointers.  JSON pointers (RFC 6901) into the body.  `*` stands for any item of a list, for rows
whose path has a `*` too; a number numbers the objects of a list that is made of single elements
(`/addresses/0/city`).  `?action_by` is no pointer into the body: the value goes into the request
that the body is sent with, as its query parameter of that name.  `+style` is a part of a value that
is composed of several (`Table.composed`).  `/lists/*` is a list of plain values, one for each of the
elements that repeat.  Several rows with one pointer are tried in turn: the first that has a value
gives it.  Where the path has a `*` and the pointer has none, v1 has several and the target one: the
first element that has a value gives it, and what the others say is set aside for the row's reason; of
the elements in `Table.first` the first one alone counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import tzinfo
from functools import cache, cached_property
from typing import Any, NamedTuple

from ctct_migrate.contract.contract import Contract
from ctct_migrate.diagnostics import Severity
from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.payload import Fate, Shape
from ctct_migrate.resources import BY_SLUG, RESOURCES, Dialect
from ctct_migrate.resources.resource import account_in

#: The target that is meant where none is named.
DEFAULT_TARGET = "v2"

ALL = frozenset(Shape)
NONE: frozenset[Shape] = frozenset()

#: What is sent for new and changed resources, and what only a record has.
SENT = ALL
RECORD = frozenset({Shape.RECORD})
EXISTING = frozenset({Shape.UPDATE, Shape.RECORD})
REQUESTED = frozenset({Shape.CREATE, Shape.UPDATE})


class KnownKey(NamedTuple):
    """The key of a resource that other documents name by its number alone.

    resource  its slug: `email`
    number    its v1 id
    key       its key: the address
    place     where it says so: `addresses.xml:12`
    usable    whether it says that it can be used
    account   user name of the account that it is of; empty where its URI does not say
    """

    resource: str
    number: str
    key: str
    place: str
    usable: bool = True
    account: str = ""

    def is_of(self, account: str) -> bool:
        """Whether it may be of that account: where both are known, they are the same."""
        return not account or not self.account or account == self.account


@dataclass(frozen=True, slots=True)
class Choices:
    """What v1's documents leave open, and the caller says.

    address_type  what kind of postal address a contact's is, in the target's terms: `PERSONAL` or
                  `BUSINESS`; v1 does not say (reference, mapping-v2, Contact)
    opt_in_by     `owner` to send every contact as the act of the account's owner, so that no welcome
                  e-mails go out; empty to send what each document says
    greeting_word  what stands in a greeting for the name of somebody whose name is not known, for a
                  target that has no general greeting; empty for the word that the document suggests
    format_type   how the activity of a campaign that is updated was made, for a target that tells
                  them apart: `1` in v1 or v2, `5` in the target itself, `2` in an editor
    permission_reminder  `paragraph` to put the permission reminder into the content, for a target
                  that has no place of its own for it; empty to leave it out
    event_time_zone  the time zone of events, in the target's words: `US/Eastern`; empty for not known
    event_contact  the name of who holds the events; empty for not known
    custom_fields  which custom field of the target takes the value of a v1 element, for a target that
                  knows its fields by other names than v1's numbers: the element's name and the
                  field's label, empty to leave the value out
    known_keys    what other documents of the run say of resources that a document may name by their
                  numbers alone, such as the addresses of the account
    """

    address_type: str = "PERSONAL"
    opt_in_by: str = ""
    greeting_word: str = ""
    format_type: str = "1"
    permission_reminder: str = ""
    event_time_zone: str = ""
    event_contact: str = ""
    custom_fields: tuple[tuple[str, str], ...] = ()
    known_keys: tuple[KnownKey, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError for a value that there is not, and for a field that two elements are to
        go into."""
        for name, known in CHOICES.items():
            if known and getattr(self, name) not in known:
                raise ValueError(f"{name} is one of {', '.join(known)}, not {getattr(self, name)}")
        names = [name for name, _ in self.custom_fields]
        labels = [label for _, label in self.custom_fields if label]
        if unknown := [name for name in names if name not in labelled_elements()]:
            raise ValueError(f"no element {unknown[0]} goes into a custom field")
        if twice := [label for label in labels if labels.count(label) > 1]:
            raise ValueError(f"two elements are to go into the custom field {twice[0]}")

    def chosen(self, values: Mapping[str, Any]) -> Choices:
        """These choices with other values, by name; custom fields are added to those that are there.
        Raises ValueError as the class does."""
        given = dict(values)
        if "custom_fields" in given:
            fields = {**dict(self.custom_fields), **dict(given["custom_fields"])}
            given["custom_fields"] = tuple(fields.items())
        return replace(self, **given)

    @property
    def words(self) -> str:
        """What was chosen besides what is taken anyway, as one text: `opt_in_by=owner`."""
        if self == NO_CHOICES:  # as for nearly every document
            return ""
        chosen = (name for name in CHOICES if getattr(self, name) != getattr(NO_CHOICES, name))
        fields = (f"{name}={label}" for name, label in sorted(self.custom_fields))
        return " ".join((*(f"{name}={getattr(self, name)}" for name in chosen), *fields))

    def custom_field(self, name: str) -> str | None:
        """The label of the custom field that takes the value of a v1 element; empty where the value
        is left out, None where nothing is said."""
        return next((label for each, label in self.custom_fields if each == name), None)

    def known(self, resource: str, uri: str) -> KnownKey | None:
        """What is known of the resource with that slug that a URI names, or None."""
        if not self.known_keys:
            return None
        number, account = BY_SLUG[resource].id_in(uri), account_in(uri)
        found = (each for each in self.known_keys if each.resource == resource)
        same = (each for each in found if each.number == number and each.is_of(account))
        return next(same, None)


@cache
def labelled_elements() -> tuple[str, ...]:
    """The v1 elements whose values may go into custom fields, of all resources."""
    return tuple(name for resource in RESOURCES.values() for name in resource.labelled)


#: The values that there are of each choice; the first one holds where nothing is said.  None for a
#: choice that any text can be.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "address_type": ("PERSONAL", "BUSINESS"),
    "opt_in_by": ("", "owner"),
    "greeting_word": (),
    "format_type": ("1", "5", "2"),
    "permission_reminder": ("", "paragraph"),
    "event_time_zone": (),
    "event_contact": (),
}

NO_CHOICES = Choices()


@dataclass(frozen=True, slots=True)
class Chosen:
    """A constant that the caller chooses: the name of a field of `Choices`, and how the value there
    becomes that of the constant."""

    name: str
    read: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True, slots=True)
class OfRequests:
    """A constant that what is sent has, and a record has not."""

    value: Any


@dataclass(frozen=True, slots=True)
class ConversionOptions:
    """How to convert.

    shape      what the body is for
    time_zone  the zone of dates that name none; None to refuse them
    target     name of the target that the body is for
    choices    what the documents leave open
    """

    shape: Shape = Shape.CREATE
    time_zone: tzinfo | None = None
    target: str = DEFAULT_TARGET
    choices: Choices = NO_CHOICES


class UnreadableValue(Exception):
    """A codec cannot read a value.  `kind` names what was expected (`date`, `counter`)."""

    def __init__(self, kind: str):
        super().__init__(kind)
        self.kind = kind

    @property
    def expected(self) -> str:
        """What was expected, for people: `a date with a time and a zone`."""
        return _EXPECTED.get(self.kind, f"a {self.kind}")


#: What the kinds are called in messages.
_EXPECTED = {
    "yes-no": "YES or NO",
    "sign-up-flag": "Yes or No",
    "true-false": "true or false",
    "enumeration": "one of the values that v1 has for it",
    "counter": "a whole number, 0 or more",
    "date": "a date with a time and a zone",
    "list-uri": "the URI of a contact list",
    "email-number": "the number of an address",
    "state": "the code of a US state or Canadian province",
    "custom-field": "to be told which custom field takes it",
    "country": "the code of a country",
    "amount": "an amount, such as 12.50",
}


class ValueLeftOut(UnreadableValue):
    """A codec can read a value that is not sent all the same; `reason` says why, in a clause with
    `{target}` for the target's title."""

    def __init__(self, reason: str):
        super().__init__("")
        self.reason = reason


def _unread(text: Any, options: ConversionOptions) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Codec:
    """How a v1 value is read.

    name    what the value is, in one word
    read    the v2 value of a text, or None where it says nothing; raises `UnreadableValue`
    values  for an enumeration: gives the v2 value for each v1 value; `read` is asked of no others
    plain   whether the value is the text as it is, unless that is white space alone; `read` is not
            asked then
    whole   for what may hold child elements: the text of an lxml element that does; None where
            child elements are a mistake
    origin  where a value comes from that the text only names, in a clause; None where the text says
            it itself
    """

    name: str
    read: Callable[[str, ConversionOptions], Any] = _unread
    values: Callable[[], Mapping[str, Any]] | None = None
    plain: bool = False
    whole: Callable[[Any], str] | None = None
    origin: Callable[[str, ConversionOptions], str] | None = None


#: The texts of a payload's leaves, by plain path, without white space around them; empty where an
#: element is missing.
Texts = Callable[[str], str]


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """When a row is sent, what becomes of its value otherwise, and why; it is asked in `shapes`
    alone, and holds in the others.

    holds   asks the document
    fate    of the value where the condition does not hold; `reason` says why
    choice  name of a field of `Choices` that must have one of the values `among`; empty for none
    chosen  asks what the caller chose; None for nothing
    """

    holds: Callable[[Texts], bool]
    fate: Fate
    reason: str
    shapes: frozenset[Shape] = ALL
    choice: str = ""
    among: frozenset[str] = frozenset()
    chosen: Callable[[Choices], bool] | None = None

    def allows(self, texts: Texts, choices: Choices) -> bool:
        """Whether a row is sent, given the texts of the payload and what the caller chose."""
        chosen = not self.choice or getattr(choices, self.choice) in self.among
        if self.chosen is not None:
            chosen = chosen and self.chosen(choices)
        return chosen and self.holds(texts)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table.

    path     v1 path
    pointer  where its value goes; empty for nowhere
    codec    how it is read
    shapes   in which shapes it is sent
    when     on what else that depends
    fate     what becomes of it where it is not sent
    reason   why it is not
    number   whether the id is read from it that says which resource the document is: its own, or
             that of its owner where there is one at most in each
    deep     whether the row speaks for all that stands in its element
    flag     the v1 path of the flag that makes the value count; NO means that v1 ignored it
    weight   how much it matters that the value is not sent; None for what nobody misses
    """

    path: str
    pointer: str
    codec: Codec
    shapes: frozenset[Shape]
    when: Condition | None = None
    fate: Fate = Fate.IGNORED
    reason: str = ""
    number: bool = False
    deep: bool = False
    flag: str = ""
    weight: Severity | None = None

    def of(self, shapes: frozenset[Shape]) -> Row:
        """The same row, sent in other shapes."""
        return replace(self, shapes=shapes)


#: How a pointer begins that names a query parameter of the request and not a place in the body.
OF_REQUEST = "?"

#: How a pointer begins that names a part of a composed value.
OF_COMPOSED = "+"


@dataclass(frozen=True, slots=True)
class Composed:
    """What a composition made.

    value    the value; None for none
    said     what became of the text that it was made from, in a clause; empty for nothing special
    used     what became of each part that is in the value, by the part's name, in a clause
    unused   why each other part is not, likewise
    refused  what the target would refuse or break, though no schema can say so: each in a clause
    """

    value: Any
    said: str = ""
    used: Mapping[str, str] = field(default_factory=dict)
    unused: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Composition:
    """A value that is made of the texts of several elements.

    parts    names of the parts, in the order of their rows; the value's own row gives the first text
    compose  makes it of that text (None for none) and of the parts that there are, by name
    reads    names of further parts that it is given, which are those of a later composition
    is_told  whether the target's own rules say what is wrong with it
    """

    parts: tuple[str, ...]
    compose: Callable[[Any, Mapping[str, Any], ConversionOptions], Composed]
    reads: tuple[str, ...] = ()
    is_told: bool = False


#: For what is not sent anywhere.
UNREAD = Codec("nothing")

#: Why what only the target's server writes is not sent.
READ_ONLY = "only the server writes it"

#: Why most of what is dropped is.
NO_PLACE = "{target} has no place for it"


def sent(path: str, pointer: str, codec: Codec, **more: Any) -> Row:
    """A row for what is sent in every shape."""
    return Row(path, pointer, codec, ALL, **more)


def recorded(path: str, pointer: str, codec: Codec, **more: Any) -> Row:
    """A row for what only the record has, since the server alone writes it."""
    return replace(Row(path, pointer, codec, RECORD, **more), reason=READ_ONLY)


def ignored(path: str, reason: str, **more: Any) -> Row:
    """A row for what has done its duty, or says what something else says."""
    return Row(path, "", UNREAD, NONE, fate=Fate.IGNORED, reason=reason, **more)


def part(path: str, name: str, codec: Codec, **more: Any) -> Row:
    """A row for a part of a value that is composed of several; the composition says in each case
    what becomes of it."""
    row = Row(path, f"{OF_COMPOSED}{name}", codec, ALL, **more)
    return replace(row, fate=Fate.DROPPED, reason=more.get("reason", NO_PLACE))


def requested(path: str, name: str, codec: Codec, **more: Any) -> Row:
    """A row for what goes into the request that the body is sent with, as its query parameter of
    that name; `#/$defs/request` of the JSON Schema says what it may be."""
    row = Row(path, f"{OF_REQUEST}{name}", codec, REQUESTED, **more)
    return replace(row, reason="it belongs to the request, and a record is not sent")


def dropped(path: str, reason: str = NO_PLACE, **more: Any) -> Row:
    """A row for what the target has no place for."""
    return Row(path, "", UNREAD, NONE, fate=Fate.DROPPED, reason=reason, **more)


#: How messages call the target, in reasons that are written for any.
TARGET = "{target}"


@dataclass(frozen=True, eq=False)
class Table:
    """How a v1 resource becomes one of a target's.

    payload    local name of the payload element
    resource   the resource's slug, by which the contract knows it too
    target     how messages call the target; it replaces `{target}` in reasons
    contract   the JSON Schemas that its bodies keep
    rows       in the order of the body's properties
    wholes     objects that are left out unless one of the named properties is in them, by pointer
    constants  what goes into an object that has anything else in it, by pointer of the property,
               where no row gives a value; of a query parameter (`?name`), what it is then
    empty_lists  lists that are sent empty where the element that they are made of is there and holds
                 none, by pointer, with the shapes in which they are
    distinct   lists of which equal items are sent once, by pointer
    composed   values that are made of the texts of several elements, by pointer
    refused    shapes that are refused altogether where one of the conditions holds
    added      what bodies have besides, by shape and pointer, unless a row gives a value: a value, or
               one that the caller chooses (`Chosen`)
    first      paths of elements that repeat and of which the target has one: the first one counts
    inside     name of the payload that the element stands in which the table is for; empty for a table
               that is for a payload
    kept       what an update leaves as it is where its body does not have it, by pointer
    made_for   names of the choices by which the body of an update is made for what is there
    """

    payload: str
    resource: str
    target: str
    contract: Contract
    rows: tuple[Row, ...]
    wholes: Mapping[str, WholeObject] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    refused: Mapping[Shape, tuple[ShapeRefusal, ...]] = field(default_factory=dict)
    empty_lists: Mapping[str, frozenset[Shape]] = field(default_factory=dict)
    distinct: frozenset[str] = frozenset()
    composed: Mapping[str, Composition] = field(default_factory=dict)
    added: Mapping[Shape, Mapping[str, Any]] = field(default_factory=dict)
    first: frozenset[str] = frozenset()
    inside: str = ""
    kept: frozenset[str] = frozenset()
    made_for: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        rows = tuple(self._named(row) for row in self.rows)
        wholes = {
            pointer: replace(whole, reason=self.worded(whole.reason), kept=self.worded(whole.kept))
            for pointer, whole in self.wholes.items()
        }
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "wholes", wholes)

    @classmethod
    def without_source(cls, resource: str, target: str, contract: Contract) -> Table:
        """The table of what v1 did not have: it has no rows, and says where the contract is."""
        return cls("", resource, target, contract, ())

    @cached_property
    def weighed(self) -> tuple[str, ...]:
        """The paths of the rows of which it matters that they are not sent, in their order."""
        return tuple(dict.fromkeys(row.path for row in self.rows if row.weight is not None))

    def children_for(self, pointer: str) -> frozenset[str]:
        """Names of the payload's children that a property of a body, or what stands in it, is made of."""
        return frozenset(
            row.path.partition("/")[0].rstrip("*")
            for row in self.rows
            if row.pointer == pointer or row.pointer.startswith(f"{pointer}/")
        )

    @cached_property
    def namespace(self) -> str | None:
        """The namespace of the payload; None for none."""
        resource = RESOURCES.get(self.inside or self.payload)
        return (resource.dialect if resource is not None else Dialect.CTCT).payload_namespace

    def _named(self, row: Row) -> Row:
        when = row.when
        if TARGET not in row.reason and (when is None or TARGET not in when.reason):
            return row
        if when is not None:
            when = replace(when, reason=self.worded(when.reason))
        return replace(row, reason=self.worded(row.reason), when=when)

    def chosen(self, shape: Shape, choices: Choices) -> dict[str, str]:
        """What was chosen about what is there, for a body of a shape (`Payload.made_for`)."""
        names = self.made_for if shape is Shape.UPDATE else ()
        return {name: str(getattr(choices, name)) for name in names}

    def worded(self, reason: str) -> str:
        """A reason with the target's name in it."""
        return reason.replace(TARGET, self.target)


@dataclass(frozen=True, slots=True)
class WholeObject:
    """An object that is left out in two cases.

    needs      it says nothing without one of these properties; `reason` says so
    elsewhere  found in the text of one of them, it says that the object is kept elsewhere; None
               for never.  `kept` is the reason then
    """

    needs: frozenset[str]
    reason: str
    elsewhere: re.Pattern[str] | None = None
    kept: str = ""

    def why_left_out(self, properties: Mapping[str, Any]) -> str:
        """The reason why an object with these properties is left out; empty if it is not."""
        if self.needs.isdisjoint(properties):
            return self.reason
        if self.elsewhere is not None:
            texts = (properties.get(name) for name in self.needs)
            if any(isinstance(text, str) and self.elsewhere.search(text) for text in texts):
                return self.kept
        return ""


@dataclass(frozen=True, slots=True)
class ShapeRefusal:
    """Why a resource cannot become a body of some shape: `path` has a `value` that forbids it, or
    one of those that `forbids` says, unless there is an element at `unless` (empty for none)."""

    path: str
    value: str
    kind: str
    unless: str = ""
    forbids: Callable[[str], bool] | None = None
