"""Reports become text: one module for a format, one function in each.

A renderer is a pure function from reports to pieces of output,

    render(reports: Iterable[Report], style: Style) -> Iterator[str]

that yields what can be written as soon as a document is done, so that neither the documents nor
their diagnostics pile up (SARIF's catalogue of rules comes from the rules, not from the results,
for the same reason).  What has to come after the last document is what stands after the loop.

Nothing here opens a file, asks a terminal what it can do, or decides what is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module

from ctct_migrate.output.document_report import DocumentReport, Style

Renderer = Callable[[Iterable[DocumentReport], Style], Iterator[str]]

#: Format and the module that holds its `render`; loaded when asked for.
FORMATS = {
    "text": "text",
    "grouped": "grouped",
    "concise": "concise",
    "json": "jsons",
    "jsonl": "jsonlines",
    "sarif": "sarif",
    "github": "github",
    "junit": "junit",
    "gitlab": "gitlab",
    "rdjson": "rdjson",
    "checkstyle": "checkstyle",
}

#: The form where none is asked for: `text`, or `grouped` for many documents.
AUTOMATIC = "automatic"

__all__ = ["AUTOMATIC", "FORMATS", "DocumentReport", "Renderer", "Style", "renderer"]


def renderer(format: str) -> Renderer:
    """The renderer of one of `FORMATS`, or of `AUTOMATIC`; KeyError for any other."""
    module = format if format == AUTOMATIC else FORMATS[format]
    render: Renderer = import_module(f"{__name__}.{module}").render
    return render
