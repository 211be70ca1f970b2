"""The laws that hold for whatever bytes are given, each a function that raises `Broken`.

* no exception, in any command, also none that was caught (CT099)
* spans and edits lie in the file, on boundaries of characters
* the fast path agrees with the slow one: what it calls clean, nobody has anything to say of
* lint and convert agree: an entry has a body exactly where no error stops its conversion, and it is
  not one that v1 made itself
* fix is harmless (what parsed still does, and there are no more errors) and idempotent
* every form of output draws every diagnostic
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from xml.etree import ElementTree

from ctct_migrate import Conversion, Diagnostic, Severity, Shape, convert, fix, lint, read
from ctct_migrate.fixing.harm import reach
from ctct_migrate.output import FORMATS, DocumentReport, Style, renderer
from ctct_migrate.rules.conversion.built_in import BUILT_IN
from ctct_migrate.rules.conversion.record_only import RECORD_ONLY
from ctct_migrate.rules.linting import judge_at_first_look, judge_slowly
from ctct_migrate.rules.reading.not_readable import NO_COUNTERPART

#: What a document may become; None is `lint` without a shape.
SHAPES = (None, *Shape)

#: What says that an event is skipped.
_ITS_PARTS = "CT870"

#: What says that an entry is skipped, which is no error.
_SKIPPING = {BUILT_IN.code, RECORD_ONLY.code, NO_COUNTERPART.code}


class Broken(AssertionError):
    """A law does not hold; the first word is the law's name."""


class Case:
    """Bytes with what each command makes of them, worked out once for all laws."""

    def __init__(self, data: bytes):
        self.data = data
        self.document = read(data, path="a.xml")
        self._found: dict[Shape | None, list[Diagnostic]] = {}
        self._made: dict[Shape, Conversion] = {}

    def found(self, shape: Shape | None = None) -> list[Diagnostic]:
        """What `lint` says."""
        if shape not in self._found:
            self._found[shape] = lint(self.document, shape)
        return self._found[shape]

    def made(self, shape: Shape) -> Conversion:
        """What `convert` gives."""
        if shape not in self._made:
            self._made[shape] = convert(self.document, shape)
        return self._made[shape]


def _require(holds: object, law: str, what: object = "") -> None:
    if not holds:
        raise Broken(f"{law}: {what}")


def _said(found: list[Diagnostic]) -> list[tuple[str, str, int]]:
    return [(each.code, each.message, each.span.start.offset) for each in found]


def survival(case: Case) -> None:
    """Nothing is raised, and nothing was caught."""
    for shape in SHAPES:
        for each in case.found(shape):
            _require(each.code != "CT099", "survival", (shape, each.message, each.help))
    for shape in Shape:
        for payload in case.made(shape):
            assert payload.accounting
            assert payload.source_map
            assert payload.dropped is not None


def places(case: Case) -> None:
    """Spans, labels and edits lie in the file, on boundaries of characters, in order."""
    source = case.document.source
    boundaries = {source.offset(index) for index in range(len(source.text) + 1)}
    boundaries.add(len(case.data))
    for each in case.found():
        for span in (each.span, *(label.span for label in each.labels)):
            for position in (span.start, span.end):
                _require(position.offset in boundaries, "places", (each.code, position))
                index = source.index(position.line, position.column)
                _require(
                    source.position(index) == position, "places", (each.code, "columns", position)
                )
            _require(span.start <= span.end, "places", (each.code, "order", span))
        for repair in each.fixes:
            edits = sorted(repair.edits)
            for edit in edits:
                inside = edit.offset in boundaries and edit.end_offset in boundaries
                _require(inside and edit.offset <= edit.end_offset, "places", (each.code, edit))
            for one, other in itertools.pairwise(edits):
                _require(one.end_offset <= other.offset, "places", (each.code, "overlap", one))


def paths_agree(case: Case) -> None:
    """Where the fast path judges, the slow one says the same, and makes the same of it."""
    document = case.document
    for shape in SHAPES:
        quick = judge_at_first_look(document, shape)
        if quick is None:
            continue
        slowly = judge_slowly(document, shape)
        said = _said(quick.diagnostics), _said(slowly.diagnostics)
        _require(slowly.diagnostics == quick.diagnostics, "paths", (shape, *said))
        bodies = [each.outcome.body for each in slowly.seen]
        _require(bodies == [each.outcome.body for each in quick.seen], "paths", (shape, bodies))


def commands_agree(case: Case) -> None:
    """`lint` and `convert` say the same, and there is a body exactly where nothing stops it."""
    document = case.document
    for shape in Shape:
        found, made = case.found(shape), case.made(shape)
        same = [each.code for each in found] == [each.code for each in made.diagnostics]
        _require(same, "agreement", (shape, _said(found)))
        errors = {each.entry for each in found if each.stops_conversion}
        bodies = {payload.entry for payload in made}
        skipped = {each.entry for each in found if each.code in _SKIPPING}
        if any(each.code == _ITS_PARTS for each in found):
            continue  # an event is skipped, and its fees are bodies all the same in some shapes
        if document.root is not None and document.kind == "feed":
            every = {entry.index for entry in document.entries}
            expected = set() if None in errors else every - errors - skipped
            _require(bodies == expected, "agreement", (shape, bodies, errors))
        else:
            stopped = bool(errors or skipped)
            _require(bool(bodies) is not stopped, "agreement", (shape, bodies, _said(found)))


def fixing(case: Case) -> None:
    """`fix` makes nothing worse, and has nothing to do the second time."""
    document, data = case.document, case.data
    before = _errors(case.found())
    for unsafe in (False, True):
        fixed, applied = fix(document, unsafe=unsafe)
        _require(applied or fixed == data, "fixing", "the bytes differ, and nothing was applied")
        again, more = fix(read(fixed), unsafe=unsafe)
        titles = [each.title for each in more]
        _require(again == fixed and not more, "idempotence", (unsafe, titles))
        if unsafe or not applied:
            continue
        after = read(fixed)
        if document.root is None:
            # A repair may bring to light what could not be read before: how far a parser comes,
            # counted from the end, is what must not get worse.
            far = after.root is not None or _unread(fixed) <= _unread(data)
            _require(far, "harm", ("a parser does not get as far", _unread(fixed)))
            continue
        _require(after.root is not None, "harm", "it is malformed now")
        if document.kind == "other":
            continue  # it was no v1 document, and nothing else was said of it
        left = _errors(lint(after))
        _require(len(left) <= len(before), "harm", (_said(before), _said(left)))


def _unread(data: bytes) -> int:
    """How many bytes a parser leaves unread."""
    return len(data) - reach(read(data).source)


def _errors(found: list[Diagnostic]) -> list[Diagnostic]:
    return [each for each in found if each.severity is Severity.ERROR]


def drawing(case: Case) -> None:
    """Every form of output draws every diagnostic, and what is to be JSON or XML is."""
    report = DocumentReport(case.document.source, tuple(case.found()))
    for name in FORMATS:
        text = "".join(renderer(name)([report], Style(colour=name == "text", width=60)))
        text.encode("utf-8")
        if name in ("json", "sarif", "gitlab", "rdjson"):
            json.loads(text)
        elif name in ("junit", "checkstyle"):
            ElementTree.fromstring(text)
        elif name == "jsonl":
            for line in text.splitlines():
                json.loads(line)


#: The laws by name, the quick ones first.
LAWS: dict[str, Callable[[Case], None]] = {
    "survival": survival,
    "paths": paths_agree,
    "agreement": commands_agree,
    "places": places,
    "drawing": drawing,
    "fixing": fixing,
}


def hold(data: bytes) -> None:
    """Holds `data` to every law.  Raises `Broken`, or whatever was raised."""
    case = Case(data)
    for law in LAWS.values():
        law(case)
