"""What a target says about an account beyond its resources, as plain values: what v1's numbers have
become, how far a resource has come, what has to be there, and what the caller may do.

A delivery or a target names these; the sender acts on any of them, and knows no target by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from ctct_migrate.diagnostics import Rule
from ctct_migrate.late_dataclass import dataclass

if TYPE_CHECKING:
    from ctct_migrate.targets.target import Collection


@dataclass(frozen=True, slots=True)
class CrossReference:
    """How a target says which of its ids a number of v1 has become.

    path     of the call, below the base URL
    query    name of the query parameter that holds the numbers, joined by commas
    most     numbers that one call takes
    rows     JSON pointer of the array in an answer
    number   name of the property of a row that holds the number; compared as a number
    keeps    what a row says, by name, as JSON pointers into it; `id` is the id of the resource
    renewed  whether a document that is to be created is asked about, too, since what has its number
             is there already
    """

    path: str
    query: str
    most: int
    rows: str
    number: str
    keeps: Mapping[str, str]
    renewed: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """How far that in which a resource is placed has come, which decides whether it may be placed:
    what was sent already would be sent a second time.

    path      reads it, below the base URL
    property  JSON pointer of the word for it in the answer; letter case does not count
    open      words, in small letters, with which the resource may be placed
    placed    words that say that it is there, even if the listing did not show it yet
    over      words that say that it has taken effect, or is just about to: it is never placed again
    history   path that lists when it took effect; empty where nothing does
    moment    JSON pointer, in a row of that, of when
    reason    JSON pointer, in a row of that, of why it failed; empty where nothing says so
    rule      what is said of a document that is not placed for this
    """

    path: str
    property: str
    open: frozenset[str]
    placed: frozenset[str]
    over: frozenset[str]
    rule: Rule
    history: str = ""
    moment: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Suspension:
    """What has to be taken away before a resource can be changed, and is put back afterwards.

    state     word, in small letters, of `Delivery.editable` with which that is so
    resource  slug of what lives in it, and is taken away: a schedule
    rule      what is said where it could not be put back
    """

    state: str
    resource: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class OwnerPart:
    """What a resource that another is placed in must have for that: a campaign that is scheduled,
    the lists that it goes to.

    pointer  JSON pointer of it in the owner's body
    rule     what is said of a document that would be placed in one that is created without it
    words    the same in a clause, with `{owner}` for the place of the owner's document
    placed   the same at the owner, with `{placed}` for the place of the document that is placed in it
    """

    pointer: str
    rule: Rule
    words: str
    placed: str


@dataclass(frozen=True, slots=True)
class Fitting:
    """What of a resource that is there decides which body can replace it: nothing is written where
    the body was made for another.

    choice    the choice (`mapping.rows.Choices`) by which a body is made for it
    step      name of the step of an update that reads it
    property  JSON pointer of it in what that step reads
    created   JSON pointer, in a body that creates one, of what that one would have
    """

    choice: str
    step: str
    property: str
    created: str


@dataclass(frozen=True, slots=True)
class AccountNeed:
    """Something that the account itself has to have for a resource to be of use there.

    path      reads it, below the base URL
    property  JSON pointer of what must not be empty in the answer
    rule      what is said where it is missing
    words     the same in a clause
    shown_at  JSON pointers of the body at which it is shown, best first
    """

    path: str
    property: str
    rule: Rule
    words: str
    shown_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelledId:
    """Ids in a body that its document says by a label, which the account has its own ids for: those
    of custom fields.

    pointer     JSON pointer of them in the body; `*` stands for any item of a list
    form        a pattern (`re`) of the ids, so that a label is told from one
    collection  how the account lists what they are ids of
    names       JSON pointers, in a row of that, of what it may be called, best first
    in_bulk     JSON pointer, in a row, of what a request about many calls it
    rule        what is said where the account has nothing of that label
    words       the same in a clause, with `{label}`
    """

    pointer: str
    form: str
    collection: Collection
    names: tuple[str, ...]
    in_bulk: str
    rule: Rule
    words: str


@dataclass(frozen=True, slots=True)
class Detour:
    """Another way to create what the server refuses to create as it is: something milder is created,
    and an update then makes of it what was meant.

    pointer   JSON pointer of the property that the server may refuse
    values    the value that is meant, and the one that is sent in its stead at first
    """

    pointer: str
    values: tuple[str, str]


@dataclass(frozen=True, slots=True)
class CallerRights:
    """What a caller may do: the user's privileges, and the scopes that the token was granted.

    path      lists the caller's privileges, below the base URL; who has any may ask
    name      JSON pointer of the privilege's name in a row
    scopes    the scope that a privilege needs, by what the privilege's name begins with, the longest
              that fits: `{"campaign:": "campaign_data"}`
    rule      what is said of documents for which a privilege is missing
    no_scope  what is said of documents for which a scope is missing
    """

    path: str
    name: str
    rule: Rule
    no_scope: Rule
    scopes: Mapping[str, str] = field(default_factory=dict)

    def scope_of(self, privilege: str) -> str:
        """The scope that a privilege needs; empty where that is not known."""
        fitting = [each for each in self.scopes if privilege.startswith(each)]
        return self.scopes[max(fitting, key=len)] if fitting else ""
