"""ctct-migrate: v1 Atom XML in, compiler-like diagnostics or v2 JSON out.

The public face, which the command line uses too and adds nothing to::

    from ctct_migrate import read, lint, convert, fix, render, verify

    document = read("campaign.xml")            # or bytes; never raises on bad XML
    found = lint(document, time_zone="America/New_York")
    for each in found:
        print(each)                            # a.xml:23:21: CT310 error: …
    print(render(found, document))             # with excerpts; or format="sarif", …
    for payload in convert(document, shape="create"):
        print(payload.body, payload.source_map, payload.dropped)
    fixed_bytes, applied = fix(document)       # never makes a document worse
    assert not verify(document, {"name": …})   # what a port wrote, against the document

Nothing is defined here, and nothing is imported before it is asked for (PEP 562).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ctct_migrate.api.conversion import Conversion, convert
    from ctct_migrate.api.reading import read
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
    from ctct_migrate.mapping.rows import Choices
    from ctct_migrate.output.rendering import render
    from ctct_migrate.payload import Payload, Shape
    from ctct_migrate.reader.document import Document, Entry
    from ctct_migrate.rules.linting import lint
    from ctct_migrate.source import Position, Source, Span
    from ctct_migrate.verification import verify

    __version__: str

_HOMES = {
    "Choices": "mapping.rows",
    "Concern": "diagnostics",
    "Conversion": "api.conversion",
    "convert": "api.conversion",
    "Diagnostic": "diagnostics",
    "Edit": "diagnostics",
    "Fix": "diagnostics",
    "Label": "diagnostics",
    "Rule": "diagnostics",
    "Safety": "diagnostics",
    "Severity": "diagnostics",
    "fix": "fixing",
    "Payload": "payload",
    "render": "output.rendering",
    "verify": "verification",
    "Shape": "payload",
    "Document": "reader.document",
    "Entry": "reader.document",
    "read": "api.reading",
    "lint": "rules.linting",
    "Position": "source",
    "Source": "source",
    "Span": "source",
}

__all__ = [
    "Choices",
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
    "__version__",
    "convert",
    "fix",
    "lint",
    "read",
    "render",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        value = globals()[name] = version("ctct-migrate")
        return value
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
