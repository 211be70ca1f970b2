"""ctct-migrate: v1 Atom XML in, compiler-like diagnostics or v2 JSON out.

The public face, which the command line uses too and adds nothing to::

    from ctct_migrate import read, lint, convert, fix

    document = read("campaign.xml")            # or bytes; never raises on bad XML
    for d in lint(document):
        print(d.span.start.line, d.code, d.message)
    for payload in convert(document, shape="create"):
        print(payload.body, payload.source_map, payload.dropped)
    fixed_bytes, applied = fix(document)

Nothing is defined here.
"""

from ctct_migrate.conversion import Conversion, convert
from ctct_migrate.diagnostics import Diagnostic, Edit, Fix, Label, Rule, Safety, Severity
from ctct_migrate.fixing import fix
from ctct_migrate.payload import Payload, Shape
from ctct_migrate.reader.document import Document, Entry
from ctct_migrate.reading import read
from ctct_migrate.rules import lint
from ctct_migrate.source import Position, Source, Span

__all__ = [
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
