"""What a v1 resource is, as a plain value.

A resource is declared once, in `resources/NAME/__init__.py`.  Names, values and limits stand in its
XSD; a `Resource` says what no XSD can: what identifies it, which other resources it refers to, in
which dialect its entries are written, and which rules speak of its elements.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import unquote

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile

ATOM_NAMESPACE = "http://www.w3.org/2005/Atom"


class Dialect(Enum):
    """The two ways in which v1 wrote entries (reference, v1-resources, Two dialects)."""

    #: Atom in the default namespace, the payload in v1's, typed content, `http` ids, an author.
    CTCT = "ctct"
    #: Atom under a prefix, the payload in no namespace, content without type, `tag:` ids, and
    #: nothing but `content` required.
    PLAIN = "plain"

    # Enum's own is written in Python, and what a dialect says is asked of every entry.
    __hash__ = object.__hash__

    @cached_property
    def payload_namespace(self) -> str | None:
        """The namespace of the payload; None for none."""
        return "http://ws.constantcontact.com/ns/1.0/" if self is Dialect.CTCT else None

    @cached_property
    def content_type(self) -> str | None:
        """The value that the `type` of `content` has to have; None where it has no `type`."""
        return "application/vnd.ctct+xml" if self is Dialect.CTCT else None

    @cached_property
    def required_parts(self) -> frozenset[str]:
        """Names of the children that an entry has to have, besides `content`."""
        names = ("id", "title", "updated", "author") if self is Dialect.CTCT else ()
        return frozenset(names)

    @cached_property
    def breaks_ids(self) -> bool:
        """Whether its documentation breaks ids over lines, so that white space in an id says nothing
        (reference, v1-resources, Registrant)."""
        return self is Dialect.PLAIN

    @property
    def server(self) -> str:
        """What the ids in its documents begin with, before `/ws/customers/`."""
        if self is Dialect.CTCT:
            return "http://api.constantcontact.com"
        return "tag:api.constantcontact.com,2010:"


#: Where the URI of the resource itself stands, best first.
OWN_PATHS = ("@id", "entry/id", "entry/link[edit]/@href")


_ACCOUNT = late_compile(r"/ws/customers/([^/\s\"'<>{}]+)/")


def account_in(uri: str) -> str:
    """The user name of the account that a URI of v1 is of; empty for a URI without one.

    >>> account_in("http://api.constantcontact.com/ws/customers/joe/lists/7")
    'joe'
    """
    match = _ACCOUNT.search(uri)
    return match[1] if match else ""


def slug_of(name: str) -> str:
    """The name that a resource has in options, manifests, ledgers and file names, of that of its
    payload element.

    >>> slug_of("ContactList")
    'contact_list'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@dataclass(frozen=True, slots=True)
class Reference:
    """A URI in one resource that names another resource.

    to        slug of the resource that is named (`contact_list`); it need not be in the list
    paths     v1 paths that hold the URI, best first, as `mapping.rows` writes paths; where there
              are several, they have to agree; `*` marks an element that repeats, so that several
              resources are named
    owner     whether this resource lives inside the one that is named, as a schedule in its campaign
    required  whether a request cannot be made without it
    """

    to: str
    paths: tuple[str, ...]
    owner: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """How a resource describes somebody who may get e-mails.

    address    child that holds the address; letter case and blanks in it count for nothing
    status     child that says whether e-mails are wanted; empty where none does
    opted_out  what `status` says of who wants none, in small letters without separators
    removed    what it says of who was taken off all lists
    lists      ids of lists that v1 made itself and whose members are such, each with one of the two
               words
    """

    address: str
    status: str = ""
    opted_out: str = "donotmail"
    removed: str = "removed"
    lists: Mapping[str, str] = field(
        default_factory=lambda: {"do-not-mail": "donotmail", "removed": "removed"}
    )


@dataclass(frozen=True, slots=True)
class Quotation:
    """A child that names another resource twice: by its key, and by its URI.

    to    slug of the resource that is named
    path  the child: `FromEmail`
    key   its child that holds the key of the other: `EmailAddress`
    link  its child whose `id` is the URI of the other: `Email`
    """

    to: str
    path: str
    key: str
    link: str


@dataclass(frozen=True, slots=True)
class Companion:
    """A file that a document describes and that stands beside it.

    name  child of the payload that holds the name of the file
    sum   child that holds its MD5 sum
    """

    name: str
    sum: str


@dataclass(frozen=True, eq=False)
class Resource:
    """One v1 resource.

    name        local name of the payload element: `ContactList`
    noun        how messages call it: `contact list`
    collection  its place in an account, below `/ws/customers/{user}/`: `lists`.  `{campaign}` stands
                for the id of the resource that it lives in
    key         name of the child that is unique in an account, else empty; a resource without a
                number is known by it
    dialect     how its entries are written
    id_form     a pattern (`re`) of the last part of its URI
    singleton   the only id that it can have, where it has one, such as `1` for a schedule
    author_may_be_empty  whether v1 took an `author` without a `name`
    read_only   whether v1 only ever answered it, so that nobody wrote one: records alone are made
    chosen      choices (`mapping.rows.CHOICES`) without which no request can be made of it, since v1
                does not have what they say: until all are given, records alone are made
    limits_unknown  whether v1 had limits of length that are not known, so that a text which is too long
                for a target is an error only once a body is asked for, and a warning before
    listed      children that a feed has of it, where a feed does not have all; else empty
    references  the other resources that it names
    sample_ids  ids that v1's documentation or a client library printed in every document: they
                name nothing while the entry's id and edit link are the collection's
    recipient   how it describes somebody who may get e-mails; None where it is about nobody
    quotations  children that name another resource by its key and by its URI
    companion   the file that a document describes, which stands beside it; None for none
    usable      the child that says whether it can be used, and what it then says, in small letters;
                empty where none does
    wording     element or attribute (plain path below the payload, `@id` for the payload's own) or
                XSD type to the code of the rule that speaks of a wrong value of it; of all others
                the generic rules do; `ids` for ids that disagree
    missing     element (plain path below the payload) to the code of the rule that says that it is
                missing; of all others the generic rule does
    rules       dotted name of the module with rules of its own, or empty (`rules.own_rules`)
    plain       dotted name of the module that says whether `rules` would report nothing, without
                positions and in microseconds (`rules.own_rules`); a resource with `rules` and
                without `plain` never takes the fast path
    built_in    ids of those that v1 made itself in every account, and that no request can write
    written_twice  children that v1's clients wrote twice, which v1 took: the first one counts
    filler_texts   texts that v1's clients wrote straight into the payload, which say nothing
    spellings   other names of the payload element that clients look for; each is declared in the XSD
    aliases     other names that people write for its elements (`Title` for `Name`)
    counted_as  what the report calls it where it counts it over time (`opens`); empty for what it does not
    labelled    children whose values go, in targets that have no such names, into fields that the
                account's owner has named
    """

    name: str
    noun: str
    collection: str
    key: str = ""
    dialect: Dialect = Dialect.CTCT
    id_form: str = r"[0-9]+"
    singleton: str = ""
    author_may_be_empty: bool = False
    read_only: bool = False
    chosen: tuple[str, ...] = ()
    limits_unknown: bool = False
    listed: frozenset[str] = frozenset()
    references: tuple[Reference, ...] = ()
    sample_ids: frozenset[str] = frozenset()
    recipient: Recipient | None = None
    quotations: tuple[Quotation, ...] = ()
    companion: Companion | None = None
    usable: tuple[str, str] | None = None
    built_in: frozenset[str] = frozenset()
    wording: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    rules: str = ""
    plain: str = ""
    written_twice: frozenset[str] = frozenset()
    filler_texts: frozenset[str] = frozenset()
    spellings: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)
    counted_as: str = ""
    labelled: tuple[str, ...] = ()

    @cached_property
    def slug(self) -> str:
        """Its name in options, manifests, ledgers and file names: `contact_list`."""
        return slug_of(self.name)

    @cached_property
    def tag(self) -> str:
        """The payload's name as lxml has it (Clark notation)."""
        return self._clark(self.name)

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """The same of every spelling of the name, the usual one first."""
        return tuple(self._clark(name) for name in (self.name, *sorted(self.spellings)))

    def _clark(self, name: str) -> str:
        namespace = self.dialect.payload_namespace
        return f"{{{namespace}}}{name}" if namespace else name

    @cached_property
    def id_pattern(self) -> re.Pattern[str]:
        """Finds the id of such a resource in a URI; group 1 is the id.  It begins with letters, for
        which a search is fast, and looks back at what stands before them."""
        collection = re.escape(self.collection.rpartition("/")[2])
        alone = rf"{collection}/(?<![^/]{collection}/)"
        return re.compile(rf"{alone}((?:{self.id_form}))(?=[/?#]|$)", re.ASCII)

    @lru_cache(maxsize=1024)  # noqa: B019 - resources live as long as the program
    def id_in(self, uri: str) -> str | None:
        """The id of such a resource in a URI, white space around it left out, and in it where the
        documentation broke ids over lines; None for a URI without one, such as that of the
        collection.

        >>> Resource("ContactList", "contact list", "lists").id_in("/ws/customers/joe/lists/7")
        '7'
        """
        uri = uri.strip(" \t\r\n")
        has_spaces = " " in uri or not uri.isprintable()
        if has_spaces and self.dialect.breaks_ids and any(space in uri for space in " \t\r\n"):
            uri = "".join(uri.split())
        match = self.id_pattern.search(uri)
        if match is None:
            return None
        return unquote(match[1]) if "%" in match[1] else match[1]

    def is_recorded_alone(self, choices: Any) -> bool:
        """Whether nothing but a record can be made of it, given what the caller chose (`Choices`)."""
        return self.read_only or bool(self.unchosen(choices))

    def unchosen(self, choices: Any) -> list[str]:
        """What the caller has to choose for a request, and did not."""
        return [name for name in self.chosen if not getattr(choices, name)]

    def is_half_chosen(self, choices: Any) -> bool:
        """Whether the caller chose a part of what a request needs: nobody skips what was meant to be sent."""
        return 0 < len(self.unchosen(choices)) < len(self.chosen)

    @cached_property
    def owner(self) -> Reference | None:
        """The reference to the resource that it lives in, or None."""
        return next((reference for reference in self.references if reference.owner), None)

    def is_filler(self, number: str) -> bool:
        """Whether an id is one that stands for "none yet": zeros (reference, v1-atom, Fillers)."""
        return not number.strip("0")
