"""What a target is, as plain values: a server, and how each resource comes to be on it.

A target is declared once, in `targets/NAME/__init__.py`; what it makes of one resource, in
`targets/NAME/RESOURCE.py`, as a `Delivery`.  The sender runs any delivery, the sandbox answers any,
and neither knows a resource or a target by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from enum import StrEnum
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ctct_migrate.contract.contract import Contract
from ctct_migrate.diagnostics import Rule
from ctct_migrate.json_pointers import at
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.rows import Table
from ctct_migrate.payload import Shape
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.schema_files import schema_directory

if TYPE_CHECKING:  # who only lints needs no replies, no log-in, and no requests about many
    from ctct_migrate.targets.account_facts import (
        AccountNeed,
        CallerRights,
        CrossReference,
        Detour,
        Fitting,
        LabelledId,
        OwnerPart,
        Stage,
        Suspension,
    )
    from ctct_migrate.targets.authorization import OAuth
    from ctct_migrate.targets.bulk_activity import BulkActivity, BulkJobs
    from ctct_migrate.targets.replies import AnswerRow


class Recovery(StrEnum):
    """How it is found out what became of a call whose answer was lost."""

    KEY = "by key"  #: the collection is searched for the resource's key, and what is found compared
    READ = "by reading"  #: what is there is read and compared before the call is made again
    NEVER = "never"  #: it cannot be found out; the request stays in doubt


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a delivery.

    name      what the step is called in the ledger: `create`, `update`, `lists`
    method    `POST`, `PUT`, `PATCH`, `DELETE`
    path      below the base URL, without a slash before it; `{name}` stands for an id: of the
              resource itself (`{id}`), of one that it refers to (`{campaign}`), or one that an
              earlier step kept
    part      JSON pointer of the part of the body that is sent; empty for all of it.  A step whose part
              a body does not have is passed over
    query     query parameters; a value that begins with `/` is a pointer into the payload's `request`
    keeps     what to keep of the answer (texts: ids, moments), by name, as JSON pointers into it;
              `id` is the id of the resource itself
    recovery  how a lost answer is found again
    reads     path that reads what the step wrote, for `Recovery.READ`; empty for `path` itself.  It
              may have a query (`…/{activity}?include=html_content`).  With `Recovery.KEY` it reads what
              is compared, if that is not what `Delivery.item` answers
    compares  JSON pointer, in what the step sends, of what `reads` answers; empty for all of it
    answers   properties that a right answer, an object, must hold as text; where there are none, any
              JSON will do for an answer that shows what was sent, and another is taken for lost
    adds      properties that stand beside those of `part` in what is sent, by name, as JSON pointers
              into the body; what the body does not have is left out
    repeats   properties that the call empties where it leaves them out: of what is there they are
              sent again, unless the body says them.  Each with the property that it cannot stand
              beside, or with an empty text
    in_array  whether what is sent is the part in an array of its own
    answers_array  whether a right answer has the resource in an array of its own
    file      name of the part of a form that holds a file, which stands beside the document under its
              key; what the step sends are then the other parts of the form.  Empty: JSON is sent
    id_header  name (in small letters) of the header of a right answer that has the id, where the answer
              may have no body; empty where there is none
    patience  how many times as long as usual (`Settings.settle`) a lost request is left in doubt that
              nothing is found of, for a server that takes something before it lists it
    shows     what shows that the step is done, where what is read does not have what is sent: its
              properties, by name, as JSON pointers into the part
    confirmed whether what the step wrote is read back and compared after a right answer, too
    anytime   whether an update may take the step whatever `Delivery.editable` says
    """

    name: str
    method: str
    path: str
    part: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    keeps: Mapping[str, str] = field(default_factory=dict)
    recovery: Recovery = Recovery.NEVER
    reads: str = ""
    compares: str = ""
    answers: tuple[str, ...] = ()
    adds: Mapping[str, str] = field(default_factory=dict)
    repeats: Mapping[str, str] = field(default_factory=dict)
    confirmed: bool = False
    anytime: bool = False
    in_array: bool = False
    answers_array: bool = False
    file: str = ""
    id_header: str = ""
    patience: int = 0
    shows: Mapping[str, str] = field(default_factory=dict)

    def sends(self, body: Any) -> Any:
        """What of a body the step sends; None where the body has nothing for it."""
        found = self._part_of(body)
        return [found] if self.in_array and found is not None else found

    def answered(self, answer: Any) -> Any:
        """The resource itself in an answer to the step; None where it is not there."""
        return at(answer, "/0") if self.answers_array else answer

    def writes(self, body: Any) -> Any:
        """What has to be there after the step, as `reads` answers it."""
        found = self._part_of(body)
        if self.shows:
            return {name: at(found, pointer) for name, pointer in self.shows.items()}
        return at(found, self.compares)

    def _part_of(self, body: Any) -> Any:
        found = at(body, self.part)
        if found is None or not self.adds:
            return found
        added = {name: at(body, pointer) for name, pointer in self.adds.items()}
        return {**found, **{name: value for name, value in added.items() if value is not None}}

    def place_of(self, pointer: str) -> str:
        """Where in the body a property stands that is at a JSON pointer in what the step sends."""
        name, _, rest = pointer[1:].partition("/")
        if name in self.adds:
            return self.adds[name] + (f"/{rest}" if rest else "")
        return self.part + pointer

    def query_of(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """The query parameters of the call, `parameters` being those of the payload's `request`;
        one that is not there is left out."""
        found = {
            name: at(parameters, value) if value.startswith("/") else value
            for name, value in self.query.items()
        }
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Collection:
    """How a target lists the resources of one kind.

    path       of the listing, below the base URL
    query      query parameters of it, such as the size of a page
    rows       JSON pointer of the array in an answer; empty where the answer is the array
    id         name of the property that holds the id
    key        JSON pointer of the key in a row, or the name of the property that holds it; empty
               where the target has none
    key_form   the form in which keys are compared, such as small letters for addresses
    lookup     query parameters that list only what has a key, in which `{key}` stands for it:
               `{"email": "{key}"}`; empty where the whole listing is read
    numbered   whether a number can be put after a key that is taken
    gone       properties, and the words in them (small letters), of what is listed though it was
               removed: it holds its key, and is nothing else any more
    since      name of the query parameter that limits a listing to what changed after a moment,
               empty where there is none
    next       JSON pointer of the URL of the next page in an answer; empty where all is in one
    created    name of the property that says when one came into being, empty where there is none
    """

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    rows: str = ""
    id: str = "id"
    key: str = ""
    since: str = ""
    next: str = ""
    created: str = ""
    key_form: Callable[[str], str] = str
    lookup: Mapping[str, str] = field(default_factory=dict)
    numbered: bool = True
    gone: Mapping[str, str] = field(default_factory=dict)

    def is_gone(self, row: Any) -> bool:
        """Whether what is listed, or read, was removed."""
        return bool(self.gone) and all(
            str(at(row, f"/{name}")).casefold() == word for name, word in self.gone.items()
        )

    @property
    def key_pointer(self) -> str:
        """JSON pointer of the key in a row; empty where there is none."""
        return self.key if not self.key or self.key.startswith("/") else f"/{self.key}"

    def key_of(self, row: Any) -> str:
        """The key of a row, or of an answer, in the form in which keys are compared; empty where
        there is none."""
        return self.form_of(_text_at(row, self.key_pointer)) if self.key else ""

    def form_of(self, key: str) -> str:
        """A key in the form in which keys are compared: also without white space around it."""
        return self.key_form(key.strip())

    def query_for(self, key: str) -> dict[str, str]:
        """The query parameters that list what has a key, where there are such."""
        return {name: value.replace("{key}", key) for name, value in self.lookup.items()}


@dataclass(frozen=True, slots=True)
class AccountCheck:
    """Something besides other resources that an account has to have for a body to be taken, such as
    a confirmed address: it is looked up before anything is sent.

    pointers    JSON pointers of the body's properties that name it
    collection  how the account lists it; the property `id` is compared, without letter case
    having      properties that the account's must have, which is asked for in the query too
    rule        what is said where the account lacks it
    words       the same in a clause, with `{value}` for what is lacking
    """

    pointers: tuple[str, ...]
    collection: Collection
    having: Mapping[str, str]
    rule: Rule
    words: str


@dataclass(frozen=True, slots=True)
class Barrier:
    """A state of what a server has in which it is left as it is, such as that of somebody who
    opted out.

    property  name of the property that says so; `a/b` for one inside another
    value     which it has then
    unless    parameters of a request with which it may be changed all the same
    listed    query parameters that list those in this state; empty for the property and the value
    rule      what is said of a document that would change it
    """

    property: str
    value: str
    unless: Mapping[str, str]
    rule: Rule
    listed: Mapping[str, str] = field(default_factory=dict)

    def stops(self, record: Any, parameters: Mapping[str, str]) -> bool:
        """Whether a record may not be changed by a request with these parameters."""
        found = str(at(record, f"/{self.property}"))
        return found.casefold() == self.value.casefold() and not (
            self.unless and self.unless.items() <= parameters.items()
        )


@dataclass(frozen=True, slots=True)
class HeldValue:
    """A value of what a server has that an update may not replace by any other, such as that of
    somebody who was asked and has not agreed yet.

    pointer  JSON pointer of it, in the body and in what is there
    values   which values are held
    free     what may be written in their place all the same
    rule     what is said of an update that would replace one
    """

    pointer: str
    values: frozenset[str]
    free: frozenset[str]
    rule: Rule

    def stops(self, record: Any, body: Any) -> bool:
        """Whether a record may not be changed to a body."""
        there, wanted = at(record, self.pointer), at(body, self.pointer)
        return there in self.values and wanted not in (None, there) and wanted not in self.free


@dataclass(frozen=True, slots=True)
class InnerBody:
    """Elements inside a resource of which each becomes a body of its own.

    path    v1 path of the elements, as `mapping.rows` writes paths
    shapes  the shapes in which they do
    """

    path: str
    shapes: frozenset[Shape]


@dataclass(frozen=True, slots=True)
class FixedValue:
    """A value of what a server has that no update may change any more, from some moment on.

    pointer  JSON pointer of it, in the body and in what is there
    since    whether that moment has come, by what is there
    rule     what is said of an update that would change it
    """

    pointer: str
    since: Callable[[Mapping[str, Any]], bool]
    rule: Rule

    def stops(self, record: Any, body: Any) -> bool:
        """Whether a record may not be changed to a body."""
        there, wanted = at(record, self.pointer), at(body, self.pointer)
        return wanted not in (None, there) and self.since(record)


@dataclass(frozen=True, eq=False)
class Delivery:
    """What a target makes of one resource.

    resource    slug of the resource
    table       how its body is made
    schema      name of the JSON Schema of the body, in `schemas/TARGET`
    create      the calls that bring a new one into being; empty where the target takes none
    update      the calls that replace one that is there; empty where the target takes none
    remove      the call that deletes one; empty where nothing is deleted
    item        path that reads one, with `{id}`; empty where one cannot be read, or is read in the
                listing alone.  It may have a query
    collection  how they are listed, or None
    id_form     a pattern (`re`) of its ids there; empty where they are of the form that v1 has
    body_key    JSON pointer of the key in the body, where that is not where a row has it
    created_key  the same in the body of a new one, where that is another than in that of an update
    apart       JSON pointers of what tells those of one key apart (two files of one name in two
                folders), each with the words that stand for nothing there
    privileges  what the caller must be allowed to do, by method, and `list` for listing them
    dates       names of the properties that say when it was sent or last changed, best first; empty
                for all that the schema calls a date-time, in the schema's order
    replaces    whether an update empties what its body leaves out
    gathers     JSON pointers of lists of which an update may not lose an item unless that is
                allowed, such as the lists that a contact is on, each with the property by which its
                objects are told apart; empty for a list of plain values
    restored    JSON pointers of what the server itself puts in where an update leaves it out, each with
                the pointer of what it is made of; empty for what is always there
    editable    properties that one must have to be updated, where it has them: `status` `DRAFT`;
                letter case does not count
    not_editable  what is said of an update of one that has not
    barrier     a state in which one is left as it is; None for none
    held        values that an update may not replace
    other_key   what is said of a document whose number the account has with another key.  Where it is
                given, ids of documents are taken for the target's only if the key says the same
    future      JSON pointer of the moment that has to lie ahead; empty where there is none
    checks      what else an account has to have for it
    unknown     what is said of a document that names one which the account does not have; None
                for the rule about what is not found
    forms       forms in which texts are compared, by JSON pointer: a server may write them in
                another way than they were sent
    shown_at    JSON pointers at which a failure is shown that names no place, best first, by code
    rules       name of the module that says what the target would break on or lose of a document,
                besides what the schema and the table say (`rules.target_rules`); empty for none
    cross_reference  how the target says what a number of v1 has become; None where the numbers are v1's
    stage       how far that in which it is placed has to have come; None where that does not matter
    suspension  what is taken away while one is changed; None for nothing
    needs       what the account itself has to have
    shared      whether what has the key already is as good as what would be created, and is taken
    parts       what of it becomes bodies of their own, by the slug of what they are there
    updating    what a body that creates one becomes where it replaces what is there; None where both
                are the same
    nowhere     ids that stand for none of them where another body names one, such as `0`
    labels      ids in the body that the document says by a label, and the account knows by others
    fitting     what of one that is there has to be what the body of an update is for; None for nothing
    owner_part  what that in which it is placed must have; None for nothing
    detour      how one is created that the server refuses to create at once; None for no other way
    """

    resource: str
    table: Table
    schema: str
    create: tuple[Step, ...] = ()
    update: tuple[Step, ...] = ()
    remove: tuple[Step, ...] = ()
    item: str = ""
    collection: Collection | None = None
    id_form: str = ""
    body_key: str = ""
    created_key: str = ""
    apart: Mapping[str, frozenset[str]] = field(default_factory=dict)
    privileges: Mapping[str, str] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    replaces: bool = True
    gathers: Mapping[str, str] = field(default_factory=dict)
    restored: Mapping[str, str] = field(default_factory=dict)
    editable: Mapping[str, str] = field(default_factory=dict)
    not_editable: Rule | None = None
    barrier: Barrier | None = None
    held: tuple[HeldValue | FixedValue, ...] = ()
    other_key: Rule | None = None
    future: str = ""
    checks: tuple[AccountCheck, ...] = ()
    unknown: Rule | None = None
    forms: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    shown_at: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: str = ""
    cross_reference: CrossReference | None = None
    stage: Stage | None = None
    suspension: Suspension | None = None
    needs: tuple[AccountNeed, ...] = ()
    shared: bool = False
    parts: Mapping[str, InnerBody] = field(default_factory=dict)
    updating: Callable[[Mapping[str, Any]], dict[str, Any]] | None = None
    nowhere: frozenset[str] = frozenset()
    labels: tuple[LabelledId, ...] = ()
    detour: Detour | None = None
    fitting: Fitting | None = None
    owner_part: OwnerPart | None = None

    @property
    def has_source(self) -> bool:
        """Whether v1 had it: then there are rows that say how it is made."""
        return bool(self.table.rows)

    @property
    def key(self) -> str:
        """JSON pointer of what in a body is unique in an account, or in the resource that this one
        lives in; empty where there is nothing."""
        if self.collection is None or not self.collection.key:
            return ""
        return self.body_key or self.collection.key_pointer

    @property
    def looks_first(self) -> bool:
        """Whether it is looked for before one is created: where one listing shows all that have a
        key.  To look each of many keys up would double the calls, and the server itself says that a
        key is taken, and does nothing then."""
        return bool(self.key and self.collection and not self.collection.lookup)

    @property
    def key_name(self) -> str:
        """How messages call the key: the name of the property."""
        return self.key.rpartition("/")[2]

    def key_of(self, body: Any) -> str:
        """The key of a body, in the form in which keys are compared; empty where there is none."""
        if self.collection is None or not self.key:
            return ""
        return self.collection.form_of(self.written_key(body))

    def written_key(self, body: Any) -> str:
        """The key of a body as it is written there."""
        if not self.key:
            return ""
        created = _text_at(body, self.created_key) if self.created_key else ""
        return (created or _text_at(body, self.key)).strip()

    def apart_of(self, value: Any) -> tuple[str, ...]:
        """What tells a body, or what is there, from others of its key; empty texts for nothing."""
        found = ((_text_at(value, pointer), words) for pointer, words in self.apart.items())
        return tuple("" if text in words else text for text, words in found)

    @property
    def sends_file(self) -> bool:
        """Whether a new one is sent with a file, which no update brings."""
        return any(step.file for step in self.create)

    @property
    def noun(self) -> str:
        """How messages call the resource."""
        return BY_SLUG[self.resource].noun


def _text_at(value: Any, pointer: str) -> str:
    found = at(value, pointer)
    return "" if found is None else str(found)


@dataclass(frozen=True, eq=False)
class Target:
    """A server that documents are converted for, and sent to.

    name        in options, manifests and ledgers: `v2`; also the folder of its schemas
    title       how messages call it: `v2`
    base_url    where it is, with a slash at its end
    per_second  calls that one key may make in any second
    per_day     calls that one key may make in a day
    needs_key   whether calls carry an API key besides the access token
    instead     what can be done about a resource that it has no place for, by slug, in a clause
    """

    name: str
    title: str
    base_url: str
    per_second: int
    per_day: int
    needs_key: bool = True
    instead: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def contract(self) -> Contract:
        """The JSON Schemas of its bodies."""
        return Contract(schema_directory() / self.name)

    @cached_property
    def answers(self) -> tuple[AnswerRow, ...]:
        """What its answers mean, besides what HTTP says: rows, of which the first that fits is
        taken.  `ANSWERS` of the target's module `answers`, loaded when it is asked for, since who
        only lints calls no server; none where there is no such module."""
        module = f"{__package__}.{self.name}.answers"
        if find_spec(module) is None:
            return ()
        found: tuple[AnswerRow, ...] = import_module(module).ANSWERS
        return found

    @cached_property
    def rights(self) -> CallerRights | None:
        """Where a caller's rights are asked: `RIGHTS` of the target's module `rights`; None where
        there is no such module."""
        module = f"{__package__}.{self.name}.rights"
        if find_spec(module) is None:
            return None
        found: CallerRights = import_module(module).RIGHTS
        return found

    @cached_property
    def oauth(self) -> OAuth | None:
        """How people log in to it: `OAUTH` of the target's module `oauth`; None where there is no
        such module."""
        module = f"{__package__}.{self.name}.oauth"
        if find_spec(module) is None:
            return None
        found: OAuth = import_module(module).OAUTH
        return found

    @cached_property
    def bulk(self) -> Mapping[str, BulkActivity]:
        """Its requests about many contacts, by their names: `BULK` of the target's module `bulk`;
        none where there is no such module."""
        found: Mapping[str, BulkActivity] = {} if self._bulk is None else self._bulk.BULK
        return found

    @cached_property
    def bulk_jobs(self) -> BulkJobs | None:
        """How it reports what became of such requests: `JOBS` of the same module; None where there is
        none."""
        found: BulkJobs | None = None if self._bulk is None else self._bulk.JOBS
        return found

    @cached_property
    def _bulk(self) -> Any:
        module = f"{__package__}.{self.name}.bulk"
        return None if find_spec(module) is None else import_module(module)

    @property
    def bulk_creation(self) -> BulkActivity | None:
        """The request that does for many contacts what creating them does for each."""
        return next((each for each in self.bulk.values() if each.creates), None)

    @cache  # noqa: B019 - targets live as long as the program
    def delivery(self, resource: str) -> Delivery | None:
        """What it makes of the resource of that slug; None where it has no place for it."""
        module = f"{__package__}.{self.name}.{resource}"
        if find_spec(module) is None:
            return None
        found: Any = import_module(module).DELIVERY
        assert isinstance(found, Delivery)
        return found

    def deliveries(self) -> Mapping[str, Delivery]:
        """What it makes of every resource that it has a place for, by slug, in the order of the
        list of resources."""
        found = ((slug, self.delivery(slug)) for slug in BY_SLUG)
        return {slug: delivery for slug, delivery in found if delivery is not None}

    def table(self, resource: str) -> Table | None:
        """How the body of a resource is made; None where the target has no place for it."""
        delivery = self.delivery(resource)
        return None if delivery is None else delivery.table
