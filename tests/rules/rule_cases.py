"""How the families' tests run a rule on a fragment: what it says, where, and what its fix makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from example_documents import document_of

from ctct_migrate.api.reading import read
from ctct_migrate.diagnostics import Diagnostic, Fix, Safety
from ctct_migrate.payload import Shape
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.linting import inspect
from ctct_migrate.rules.own_rules import own_rules

Check = Callable[[Context], Iterable[Diagnostic]]


@dataclass(frozen=True, slots=True)
class Case:
    """A fragment, and what is expected of it.

    code    of the one diagnostic, or None for none
    guilty  the text that its span covers; empty for something missing
    fixed   what the first fix makes of the fragment; None for no fix
    safe    whether that fix is safe
    """

    fragment: str
    code: str | None
    guilty: str = ""
    fixed: str | None = None
    safe: bool = True
    shape: Shape | None = None

    @property
    def id(self) -> str:
        return f"{self.code}-{' '.join(self.fragment.split())[:60]}"


def with_own_rules(family: Check, prefix: str) -> Check:
    """A generic family, and what of the own rules of an entry's resource has codes that begin with
    `prefix`."""

    def check(context: Context) -> Iterator[Diagnostic]:
        yield from family(context)
        for each in own_rules(context.resource).check(context):
            if each.code.startswith(prefix):
                yield each

    return check


def contexts(data: bytes, shape: Shape | None = None) -> Iterator[Context]:
    document = read(data)
    for entry in document.entries:
        yield Context(document, entry, shape)


def found(check: Check, data: bytes, shape: Shape | None = None) -> list[Diagnostic]:
    """What a family says of a document."""
    return [each for context in contexts(data, shape) for each in check(context)]


def guilty(data: bytes, diagnostic: Diagnostic) -> str:
    """The text that a diagnostic's span covers."""
    return data[diagnostic.span.start.offset : diagnostic.span.end.offset].decode("utf-8")


def applied(data: bytes, fix: Fix) -> bytes:
    """A document with a fix applied."""
    for edit in sorted(fix.edits, reverse=True):
        data = data[: edit.offset] + edit.text.encode() + data[edit.end_offset :]
    return data


def codes(data: bytes, shape: Shape | None = None) -> list[str]:
    """What all families together say of a document."""
    return sorted(each.code for each in inspect(read(data), shape))


def run(check: Check, case: Case) -> None:
    """Holds a family to a case; what its fix makes is right as far as the rules know."""
    data = document_of(case.fragment)
    said = found(check, data, case.shape)
    if case.code is None:
        assert said == []
        return
    assert [each.code for each in said] == [case.code]
    (diagnostic,) = said
    assert guilty(data, diagnostic) == case.guilty
    assert diagnostic.message
    assert diagnostic.label
    assert diagnostic.help
    assert diagnostic.element
    if case.fixed is None:
        assert diagnostic.fixes == ()
        return
    fix = diagnostic.fixes[0]
    assert (fix.safety is Safety.SAFE) == case.safe
    mended = applied(data, fix)
    assert mended.decode() == document_of(case.fixed).decode()
    before = codes(data, case.shape)
    before.remove(case.code)
    assert codes(mended, case.shape) == before
