"""ctct-migrate: v1 Atom XML in, compiler-like diagnostics or v2 JSON out.

The public face, which the command line uses too and adds nothing to::

    from ctct_migrate import read, lint, convert, fix

    document = read("campaign.xml")            # or bytes; never raises on bad XML
    for d in lint(document):
        print(d.span.start.line, d.code, d.message)
    for payload in convert(document, shape="create"):
        print(payload.body, payload.source_map, payload.dropped)
    fixed_bytes, applied = fix(document)

Nothing is defined here, and nothing is imported before it is asked for (PEP 562).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ctct_migrate.conversion import Conversion, convert
    from ctct_migrate.diagnostics import (
        Concern,
        Diagnostic,
        Edit,
        Fix,
        Label,
        Rule,
        Safety,
        Severity,
    )
    from ctct_migrate.fixing import fix
    from ctct_migrate.payload import Payload, Shape
    from ctct_migrate.reader.document import Document, Entry
    from ctct_migrate.reading import read
    from ctct_migrate.rules.linting import lint
    from ctct_migrate.source import Position, Source, Span

_HOMES = {
    "Concern": "diagnostics",
    "Conversion": "conversion",
    "convert": "conversion",
    "Diagnostic": "diagnostics",
    "Edit": "diagnostics",
    "Fix": "diagnostics",
    "Label": "diagnostics",
    "Rule": "diagnostics",
    "Safety": "diagnostics",
    "Severity": "diagnostics",
    "fix": "fixing",
    "Payload": "payload",
    "Shape": "payload",
    "Document": "reader.document",
    "Entry": "reader.document",
    "read": "reading",
    "lint": "rules.linting",
    "Position": "source",
    "Source": "source",
    "Span": "source",
}

__all__ = [
    "Concern",
    "Conversion",
    "Diagnostic",
    "Document",
    "Edit",
    "Entry",
    "Fix",
    "Label",
    "Payload",
    "Position",
    "Rule",
    "Safety",
    "Severity",
    "Shape",
    "Source",
    "Span",
    "convert",
    "fix",
    "lint",
    "read",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
