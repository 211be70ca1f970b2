"""`RunFacts`: what the documents of a run say together, looked up while each of them is worked on.

`Gathering` takes the statements of all documents, in one process; what matters of them is kept in a
temporary SQLite file, so that memory does not grow with the number of contacts.  `RunFacts` is a
small value that goes to worker processes, and reads that file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.mapping.rows import Choices, KnownKey
from ctct_migrate.reader.document import Document
from ctct_migrate.resources import BY_SLUG, RESOURCES
from ctct_migrate.runs.statements import Statement, Wish, address_keys, is_light, statements

if TYPE_CHECKING:  # most runs have nothing to keep
    import sqlite3
    from tempfile import TemporaryDirectory


class TemporaryFilesError(Exception):
    """The folder for temporary files cannot be written; the message says so with its name."""


class FactPlace(NamedTuple):
    """Where a resource stands: the document's name, the 0-based number of its entry in a feed, else
    None, and the line (1-based)."""

    source: str
    entry: int | None
    line: int

    def __str__(self) -> str:
        """`feed.xml:12`."""
        return f"{self.source}:{self.line}"


class Person(NamedTuple):
    """What the run says of an address.

    times  how many documents are the contact with it
    first  the first of them; None where there is none
    wish   what is said of the wish to be mailed, and `said` where
    """

    times: int
    first: FactPlace | None
    wish: Wish
    said: FactPlace | None


class Gap(NamedTuple):
    """Something that the documents name and the run does not have; it is reported once, in the
    document that names it first.

    kind    `missing`: no document is it; `strangers`: members of it of which no document is the
            contact; `disagreeing`: members of it whose contacts do not name it
    entry   0-based number of the entry in the file, None outside feeds
    to      slug of what is named, and `number` its v1 id
    times   how many resources name it so
    """

    kind: str
    entry: int | None
    to: str
    number: str
    times: int


_TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192;
CREATE TABLE every (
    key BLOB PRIMARY KEY, times INTEGER, first TEXT, lists TEXT, wish INTEGER, said TEXT
) WITHOUT ROWID;
CREATE TABLE members (slug TEXT, list TEXT, key BLOB, place TEXT);
CREATE TABLE holders (key BLOB, source TEXT);
CREATE TABLE named (slug TEXT, number TEXT, count INTEGER, place TEXT, PRIMARY KEY (slug, number));
CREATE TABLE gaps (source TEXT, entry INTEGER, kind TEXT, slug TEXT, number TEXT, count INTEGER);
BEGIN;
"""

_PERSON = """
INSERT INTO every VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
    times = times + excluded.times, first = coalesce(first, excluded.first),
    lists = coalesce(lists, excluded.lists),
    said = CASE WHEN excluded.wish > wish THEN excluded.said ELSE said END,
    wish = max(wish, excluded.wish)
"""

_NAMED = """
INSERT INTO named VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count
"""

#: Members of which no document is the contact, and those whose contact does not name the list.
_STRANGERS = """
SELECT 'strangers', slug, list, count(*), place, min(members.rowid) FROM members
LEFT JOIN every USING (key) WHERE coalesce(times, 0) = 0 GROUP BY slug, list
"""
_DISAGREEING = """
SELECT 'disagreeing', slug, list, count(*), place, min(members.rowid) FROM members
JOIN every USING (key) WHERE times > 0 AND lists IS NOT NULL
AND instr(lists, '|' || list || '|') = 0 GROUP BY slug, list
"""

#: What is waiting to be written, at most.
_WAITING = 2_000


@cache
def counted() -> frozenset[str]:
    """Slugs of what is missed where documents name it and none is it: what is written to a server
    names it, and does not live in it."""
    return frozenset(
        reference.to
        for resource in RESOURCES.values()
        for reference in resource.references
        if not reference.owner and not resource.read_only and reference.to in BY_SLUG
    )


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run says together.

    path    the SQLite file; empty where nothing is in it
    people  whether it holds addresses
    gaps    whether it holds gaps
    known   the resources that may be named by their numbers alone
    """

    path: str = ""
    people: bool = False
    gaps: bool = False
    known: tuple[KnownKey, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything that could be said of a document."""
        return self.people or self.gaps or bool(self.known)

    def choices(self, choices: Choices) -> Choices:
        """`choices`, with what the documents say of each other."""
        return replace(choices, known_keys=self.known) if self.known else choices

    def person(self, text: str) -> Person | None:
        """What is said of the address in a text; of several, of the first who wants no e-mails.
        None where nothing is."""
        if not self.people:
            return None
        best: Person | None = None
        for key in address_keys(text):
            row = self._connection.execute(
                "SELECT times, first, wish, said FROM people WHERE key = ?", (key,)
            ).fetchone()
            if row is not None:
                found = Person(row[0], _place(row[1]), Wish(row[2]), _place(row[3]))
                if best is None or found.wish > best.wish:
                    best = found
        return best

    def touches(self, source: str) -> bool:
        """Whether a document of that name is the contact of somebody who opted out in another: what
        became of it in an earlier run may not stay.  For a run that was said to be `resumed`."""
        if not self.people:
            return False
        query = "SELECT 1 FROM touched WHERE source = ?"
        return self._connection.execute(query, (source,)).fetchone() is not None

    def gaps_of(self, source: str) -> list[Gap]:
        """What is to be said in the document of that name."""
        if not self.gaps:
            return []
        rows = self._connection.execute(
            "SELECT kind, entry, slug, number, count FROM gaps WHERE source = ?", (source,)
        )
        return [Gap(*row) for row in rows]

    @property
    def _connection(self) -> sqlite3.Connection:
        return _opened(self.path, os.getpid())


NO_FACTS = RunFacts()


@cache
def _opened(path: str, process: int) -> sqlite3.Connection:
    """The file, opened once in each process."""
    import sqlite3

    uri = f"{Path(path).as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)


def _place(text: str | None) -> FactPlace | None:
    return FactPlace(*json.loads(text)) if text is not None else None


def _known_key(said: Statement, place: FactPlace) -> KnownKey | None:
    """The key that a resource has which others may name by its number alone; None of all others."""
    if BY_SLUG[said.resource].usable is None or said.number is None or not said.key:
        return None
    return KnownKey(said.resource, said.number, said.key, str(place), said.usable, said.account)


def known_keys(documents: Iterable[Document]) -> tuple[KnownKey, ...]:
    """What some documents, all in memory, say of resources that others may name by their numbers
    alone; the first counts."""
    found: dict[tuple[str, str, str], KnownKey] = {}
    for document in documents:
        if is_light(document.source.data) or document.form is not None:
            continue
        for said in statements(document):
            place = FactPlace(document.path, said.entry, said.line)
            if (known := _known_key(said, place)) is not None:
                found.setdefault((known.resource, known.account, known.number), known)
    return tuple(found.values())


class Gathering:
    """Takes statements, and makes the facts of them.

    Raises `sqlite3.Error` and OSError where the folder for temporary files cannot be written.  The
    facts can be looked up until it is closed.
    """

    def __init__(self, *, resumed: bool = False) -> None:
        self._resumed = resumed
        self._folder: TemporaryDirectory[str] | None = None
        self._rows: sqlite3.Connection | None = None
        self._path = ""
        self._waiting: dict[str, list[tuple[Any, ...]]] = {
            "people": [],
            "members": [],
            "holders": [],
        }
        self._named: dict[tuple[str, str], list[Any]] = {}
        self._present: set[tuple[str, str]] = set()
        self._known: dict[tuple[str, str, str], KnownKey] = {}
        self._contacts = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Takes the file away."""
        if self._rows is not None:
            self._rows.close()
            self._rows = None
            _opened.cache_clear()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    @property
    def misses_anything(self) -> bool:
        """Whether what documents name can be missing at all: where the run has none of a kind, all
        of that kind is taken for what the account has."""
        return bool(self._present)

    def add(self, source: str, statements: Iterable[Statement]) -> None:
        """Takes what a document of that name says; entries are numbered as in its file."""
        for each in statements:
            resource = BY_SLUG[each.resource]
            place = FactPlace(source, each.entry, each.line)
            own = each.number is not None and each.number not in resource.built_in
            if own and each.number is not None and each.resource in counted():
                self._present.add((each.resource, each.number))
            if (known := _known_key(each, place)) is not None:
                self._known.setdefault((known.resource, known.account, known.number), known)
            if resource.recipient is not None:
                self._add_person(each, place)
            if not resource.read_only:
                self._add_names(each, place)
        if len(self._waiting["people"]) + len(self._named) > _WAITING:
            self._flush()

    def _add_person(self, each: Statement, place: FactPlace) -> None:
        resource = BY_SLUG[each.resource]
        keys = address_keys(each.key)
        written = json.dumps(place)
        for key in keys if each.wish else keys[:1]:
            own = not resource.read_only and key == keys[0]
            lists = "".join(f"{id}|" for to, ids in each.names for id in ids if to in counted())
            self._waiting["people"].append((
                key, int(own), written if own else None,
                f"|{lists}" if own and each.named else None,
                int(each.wish), written if each.wish else None,
            ))  # fmt: skip
            self._contacts |= own
            if self._resumed and own and each.wish is not Wish.OPTED_OUT:
                self._waiting["holders"].append((key, place.source))
        if resource.read_only:
            built_in = {id for each in BY_SLUG.values() for id in each.built_in}
            for to, ids in each.names:
                for id in ids:
                    if to in counted() and id not in built_in and keys:
                        self._waiting["members"].append((to, id, keys[0], written))

    def _add_names(self, each: Statement, place: FactPlace) -> None:
        for to, ids in each.names:
            for id in ids if to in counted() else ():
                if id not in BY_SLUG[to].built_in:
                    known = self._named.setdefault((to, id), [0, place])
                    known[0] += 1

    def _database(self) -> sqlite3.Connection:
        if self._rows is None:
            import sqlite3
            import tempfile

            self._folder = tempfile.TemporaryDirectory(prefix="ctct-migrate-")
            self._path = os.path.join(self._folder.name, "facts.sqlite")
            self._rows = sqlite3.connect(self._path, isolation_level=None)
            self._rows.executescript(_TABLES)
        return self._rows

    def _flush(self) -> None:
        people, members = self._waiting["people"], self._waiting["members"]
        if people or members or self._named:  # and holders, which are people
            rows = self._database()
            rows.executemany(_PERSON, people)
            rows.executemany("INSERT INTO members VALUES (?, ?, ?, ?)", members)
            rows.executemany("INSERT INTO holders VALUES (?, ?)", self._waiting["holders"])
            named = ((*key, count, json.dumps(at)) for key, (count, at) in self._named.items())
            rows.executemany(_NAMED, named)
        people.clear()
        members.clear()
        self._waiting["holders"].clear()
        self._named.clear()

    def facts(self) -> RunFacts:
        """The facts, when all documents have been taken."""
        known = tuple(self._known.values())
        if self._rows is None and self._is_quiet():
            return RunFacts(known=known)
        self._flush()
        rows = self._database()
        rows.execute(
            "CREATE TABLE people AS SELECT key, times, first, wish, said FROM every"
            " WHERE wish > 0 OR times > 1 ORDER BY key"
        )
        rows.execute("CREATE INDEX by_key ON people (key)")
        rows.execute(
            "CREATE TABLE touched AS SELECT DISTINCT source FROM holders JOIN every USING (key)"
            f" WHERE wish = {int(Wish.OPTED_OUT)} ORDER BY source"
        )
        rows.execute("CREATE INDEX touched_by_source ON touched (source)")
        rows.executemany("INSERT INTO gaps VALUES (?, ?, ?, ?, ?, ?)", list(self._gaps()))
        rows.execute("CREATE INDEX by_source ON gaps (source)")
        rows.execute("COMMIT")
        people, gaps = (
            rows.execute(f"SELECT EXISTS (SELECT 1 FROM {name})").fetchone()[0] == 1
            for name in ("people", "gaps")
        )
        return RunFacts(self._path, people, gaps, known)

    def _is_quiet(self) -> bool:
        """Whether nothing of what is waiting matters to another document."""
        keys = [key for key, *_ in self._waiting["people"]]
        kinds = {slug for slug, _ in self._present}
        missing = any(key[0] in kinds and key not in self._present for key in self._named)
        wishes = any(wish for *_, wish, _ in self._waiting["people"])
        return not (wishes or missing or len(set(keys)) < len(keys) or self._waiting["members"])

    def _gaps(self) -> Iterator[Sequence[Any]]:
        rows = self._database()
        kinds = {slug for slug, _ in self._present}
        for slug, number, count, place in rows.execute("SELECT * FROM named"):
            if slug in kinds and (slug, number) not in self._present:
                source, entry, _ = json.loads(place)
                yield source, entry, "missing", slug, number, count
        if not self._contacts:
            return
        for query in (_STRANGERS, _DISAGREEING):
            for kind, slug, number, count, place, _ in rows.execute(query):
                source, entry, _ = json.loads(place)
                yield source, entry, kind, slug, number, count
