"""What a server's answer means: from evidence to code and reaction, by tables.

A status alone says little: 403 means four different things, two of which are to wait, and a 200
can hold a network's login page.  So an answer is read with everything that came along (status,
headers, the error's key and words, what its body is) against rows, first match first: the
target's own (`Target.answers`), then those that say what HTTP means.  What is then done about it (`Reaction`) is data too, carried out by whoever makes calls.

Nothing here makes a call, waits, or knows where in a document a mistake stands; `Failure.pointer`
leads into the request's body, no further.  The rules' texts stand in `reply_rules`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from ctct_migrate.diagnostics import Rule
from ctct_migrate.json_pointers import at
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.reply_bodies import (
    BodyKind,
    body_of,
    error_of,
    one_line,
    page_words,
    pointed,
    retry_after,
)
from ctct_migrate.targets.reply_rules import RULES

__all__ = [
    "RULES",
    "AnswerRow",
    "Break",
    "Call",
    "CallOutcome",
    "Expected",
    "Failure",
    "Reaction",
    "Reply",
    "at",
    "broken",
    "nonsense",
    "only",
    "read",
]  # fmt: skip


class Reaction(StrEnum):
    """What is done about a failure."""

    STOP = "stop the run"  #: the next call would fare no better
    BLOCK_RESOURCE = "block the resource"  #: none of its kind can be sent; others go on
    AT_ONCE = "at once"  #: nothing was done, and the token is a new one: again, now
    SLOW_DOWN = "slow down"  #: nothing was done; wait a second or as told, then again
    WAIT_FOR_DAY = "wait for the next day"  #: nothing was done; the day's calls are used up
    AGAIN = "again"  #: nothing was done; wait a little, then again, not without end
    ASK = "in doubt"  #: may have been done: ask the server before anything is sent again
    NAME_TAKEN = "name taken"  #: as `--on-name-taken` says
    FAIL = "fail"  #: this document alone


@dataclass(frozen=True, slots=True)
class Expected:
    """What a successful answer must be.

    is_list  whether it is an array; else it is an object
    names    properties that it, or each of its rows, must hold as texts that are not empty
    rows     JSON pointer of an array in it, whose items are its rows; empty: the answer itself
    header   name (in small letters) of a header that says the id in the answer's stead; empty for none
    """

    is_list: bool = False
    names: tuple[str, ...] = ()
    rows: str = ""
    header: str = ""

    def fits(self, value: Any) -> bool:
        """Whether a JSON value is that."""
        if not isinstance(value, list if self.is_list else dict):
            return False
        rows = at(value, self.rows) if self.rows else value if self.is_list else [value]
        return isinstance(rows, list) and all(
            isinstance(row, dict)
            and all(isinstance(row.get(name), str) and row[name] for name in self.names)
            for row in rows
        )


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked: a method and a path below the base URL, without query or leading slash.

    expected  what a successful answer must be; None where any JSON will do
    is_fixed  whether the path is the same in every account, so that it must lead somewhere
    """

    method: str
    path: str
    expected: Expected | None = None
    is_fixed: bool = False

    @classmethod
    def of(
        cls, method: str, path: str, ids: Mapping[str, str], expected: Expected | None = None
    ) -> Call:
        """The call of a path in which `{name}` stands for the id of that name.  Raises KeyError
        where one is missing."""
        names = re.findall(r"\{(\w+)\}", path)
        for name in names:
            path = path.replace(f"{{{name}}}", quote(ids[name], safe=""))
        return cls(method, path, expected, not names)

    @property
    def reads(self) -> bool:
        """Whether it changes nothing on the server."""
        return self.method == "GET"

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whole.  Names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Break(StrEnum):
    """How a call ends without a reply."""

    UNREACHABLE = "no connection could be made"
    CERTIFICATE = "the server's certificate is not to be trusted"
    LOST = "the connection ended before the answer did"
    NO_ANSWER = "no answer came in time"


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that went wrong with one call.

    rule         its entry in the catalogue
    reaction     what is done about it
    status       of the answer; None when there was none
    key          the server's error_key, or empty
    words        the server's own, one line of at most 500 characters, or empty
    pointer      JSON pointer (RFC 6901) into the request, from a message that begins with `#`;
                 None when it names no place
    retry_after  what a Retry-After header says: seconds, or a moment in UTC seconds since 1970
                 (values past 10**9); None without one
    how          what to do about it, where that is not what the rule says; empty for that
    """

    rule: Rule
    reaction: Reaction
    status: int | None = None
    key: str = ""
    words: str = ""
    pointer: str | None = None
    retry_after: float | None = None
    how: str = ""


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What a reply amounts to: the JSON `value` of a success, or at least one failure."""

    value: Any = None
    failures: tuple[Failure, ...] = ()

    @property
    def reaction(self) -> Reaction | None:
        """What is done: of several failures' reactions, the one that concerns most."""
        wanted = {failure.reaction for failure in self.failures}
        return next((reaction for reaction in Reaction if reaction in wanted), None)


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """Evidence, and what it means.  Everything that is given has to hold.

    statuses  HTTP statuses
    rule      entry of the catalogue
    reaction  what is done about it
    path      a regular expression (`re`) that the whole path below the base URL matches
    is_fixed  whether the path is the same in every account
    text      a regular expression that is searched in the error's key and words, whatever the
              letter case
    header    name (in lower case) of a header, and what it has in it
    pointer   whether the error names a place in the request
    method    of the call; empty for any
    """

    statuses: range
    rule: Rule
    reaction: Reaction
    path: str = ""
    is_fixed: bool = False
    text: str = ""
    header: tuple[str, str] | None = None
    pointer: bool = False
    method: str = ""


def only(status: int) -> range:
    """One status."""
    return range(status, status + 1)


_R = Reaction
_SCOPE = ("www-authenticate", "insufficient_scope")

#: What a status means where a target's own rows say nothing else: HTTP's meaning.  The last one
#: fits everything.
_USUAL: tuple[AnswerRow, ...] = (
    AnswerRow(range(300, 400), catalogue.REDIRECT_REFUSED, _R.STOP),
    AnswerRow(only(400), catalogue.SCHEMA_REFUSED, _R.FAIL, pointer=True),
    AnswerRow(only(400), catalogue.REFUSED, _R.FAIL),
    AnswerRow(only(401), catalogue.TOKEN_REFUSED, _R.STOP),
    AnswerRow(only(403), catalogue.SCOPE_MISSING, _R.STOP, header=_SCOPE),
    AnswerRow(only(403), catalogue.FORBIDDEN, _R.STOP),
    AnswerRow(only(404), catalogue.WRONG_BASE, _R.STOP, is_fixed=True),
    AnswerRow(only(404), catalogue.NOT_FOUND, _R.FAIL),
    AnswerRow(only(406), catalogue.NOT_ACCEPTABLE, _R.STOP),
    AnswerRow(only(408), catalogue.NO_ANSWER, _R.ASK),
    AnswerRow(only(409), catalogue.NAME_TAKEN, _R.NAME_TAKEN),
    AnswerRow(only(410), catalogue.GONE, _R.STOP, is_fixed=True),
    AnswerRow(only(410), catalogue.GONE, _R.FAIL),
    AnswerRow(only(413), catalogue.REFUSED, _R.FAIL),
    AnswerRow(only(415), catalogue.MEDIA_TYPE, _R.STOP),
    AnswerRow(only(422), catalogue.SCHEMA_REFUSED, _R.FAIL, pointer=True),
    AnswerRow(only(422), catalogue.REFUSED, _R.FAIL),
    AnswerRow(only(429), catalogue.TOO_MANY, _R.SLOW_DOWN),
    AnswerRow(range(500, 600), catalogue.SERVER_FAILURE, _R.ASK),
    AnswerRow(range(1000), catalogue.UNEXPECTED, _R.STOP),
)

_BODY_RULES = {
    BodyKind.EMPTY: catalogue.EMPTY_ANSWER,
    BodyKind.HTML: catalogue.HTML_ANSWER,
    BodyKind.TRUNCATED: catalogue.TRUNCATED_ANSWER,
    BodyKind.OTHER: catalogue.NONSENSE_ANSWER,
    BodyKind.JSON: catalogue.NONSENSE_ANSWER,
}

_BREAKS = {
    Break.UNREACHABLE: (catalogue.UNREACHABLE, Reaction.AGAIN),
    Break.CERTIFICATE: (catalogue.CERTIFICATE_REFUSED, Reaction.STOP),
    Break.LOST: (catalogue.CONNECTION_LOST, Reaction.ASK),
    Break.NO_ANSWER: (catalogue.NO_ANSWER, Reaction.ASK),
}


@dataclass(frozen=True, slots=True)
class _Evidence:
    """One error of one reply, as the rows look at it."""

    call: Call
    reply: Reply
    key: str = ""
    message: str = ""
    pointer: str | None = None
    words: str = field(default="")

    def fits(self, row: AnswerRow) -> bool:
        if self.reply.status not in row.statuses or (row.pointer and self.pointer is None):
            return False
        if row.is_fixed and not self.call.is_fixed:
            return False
        if row.method and row.method != self.call.method:
            return False
        if row.path and re.fullmatch(row.path, self.call.path) is None:
            return False
        if row.header is not None:
            name, wanted = row.header
            return wanted.lower() in self.reply.headers.get(name, "").lower()
        return re.search(row.text, f"{self.key} {self.words}", re.IGNORECASE) is not None


def read(call: Call, reply: Reply, rows: Sequence[AnswerRow]) -> CallOutcome:
    """What `reply` to `call` amounts to; `rows` are the target's own.  Never raises, whatever the
    reply holds."""
    if 200 <= reply.status < 300:
        return _success(call, reply)
    return CallOutcome(failures=tuple(_failures(call, reply, rows)))


def broken(call: Call, how: Break, words: str = "") -> CallOutcome:
    """What it amounts to that `call` had no reply."""
    rule, reaction = _BREAKS[how]
    return CallOutcome(failures=(Failure(rule, _for(call, reaction), words=one_line(words)),))


def nonsense(call: Call, words: str) -> Failure:
    """The failure that a successful answer is not about what was sent; `words` says in what."""
    return Failure(catalogue.NONSENSE_ANSWER, _for(call, Reaction.ASK), words=one_line(words))


def _for(call: Call, reaction: Reaction) -> Reaction:
    """A call that changes nothing is never in doubt: it can be made again."""
    return Reaction.AGAIN if call.reads and reaction is Reaction.ASK else reaction


def _success(call: Call, reply: Reply) -> CallOutcome:
    if reply.status == 204 and (call.method == "DELETE" or call.expected is None):
        return CallOutcome()
    header = call.expected.header if call.expected is not None else ""
    if header and (number := reply.headers.get(header, "").strip()):
        return CallOutcome({"id": number})
    kind, value = body_of(reply.body)
    if kind is BodyKind.JSON and (call.expected is None or call.expected.fits(value)):
        return CallOutcome(value)
    words = (
        page_words(reply.body)
        if kind in (BodyKind.HTML, BodyKind.OTHER)
        else one_line(str(value or ""))
    )
    reaction = _for(call, Reaction.ASK)
    return CallOutcome(failures=(Failure(_BODY_RULES[kind], reaction, reply.status, words=words),))


def _failures(call: Call, reply: Reply, rows: Sequence[AnswerRow]) -> Iterator[Failure]:
    wait = retry_after(reply.headers.get("retry-after", ""))
    for evidence in _evidence(call, reply):
        row = next(row for row in (*rows, *_USUAL) if evidence.fits(row))
        yield Failure(
            row.rule, _for(call, row.reaction), reply.status, evidence.key, evidence.words,
            evidence.pointer, wait,
        )  # fmt: skip


def _evidence(call: Call, reply: Reply) -> Iterator[_Evidence]:
    """One for each error object of the body; one for a body that has none."""
    kind, value = body_of(reply.body)
    rows = value if isinstance(value, list) else [value]
    errors = [found for row in rows if (found := error_of(row)) is not None]
    if kind is not BodyKind.JSON or not errors:
        words = page_words(reply.body)
        if 300 <= reply.status < 400:
            words = f"to {reply.headers.get('location', 'nowhere').partition('?')[0]}"
        yield _Evidence(call, reply, words=one_line(words))
        return
    for key, message in errors:
        pointer, words = pointed(message)
        yield _Evidence(call, reply, key, message, pointer, words)
