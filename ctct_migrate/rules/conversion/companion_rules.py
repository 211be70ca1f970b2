"""CT435 and CT436: files that stand beside the documents that describe them.

Whether a file is there is for the caller to know; here are the rules, and the places that they point
at.
"""

from __future__ import annotations

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.context import Reporter, value_place
from ctct_migrate.rules.phrases import quoted

_FACT = "reference, v1-resources, Image"

DIFFERS = Rule(
    "CT435", "md5-differs", Severity.WARNING,
    summary="A file beside its document that is not the one that was described",
    why="v1's server refused an upload whose file had another MD5 sum than its entry said. The file was changed since, or was damaged on the way.",
    bad="", good="",
    how="Look at the file. If it is the right one, write its MD5 sum.", fact=_FACT,
)  # fmt: skip
MISSING = Rule(
    "CT436", "file-missing", Severity.WARNING,
    summary="An image whose file does not stand beside its document",
    why="A new image is a form with the file in it: the document gives the fields of the form alone. The file is looked for in the folder of the document, under its `FileName`.",
    bad="", good="",
    how="Put the file there, where `send` takes it from, or upload it by hand.", fact="reference, mapping-v2, Image",
)  # fmt: skip

RULES = (DIFFERS, MISSING)


def differs(
    document: Document, entry: int | None, given: Element, name: str, made: str
) -> Diagnostic:
    """CT435, about an element that holds the sum of the file of that name, whose sum is `made`."""
    start, end = value_place(document.source.text, given)
    return Reporter(document.source, entry).at(
        DIFFERS, start, end, f"the file {quoted(name)} has another MD5 sum",
        label=f"its own is {made}", help=(DIFFERS.how,), element=given.path,
    )  # fmt: skip


def missing(document: Document, entry: int | None, named: Element, name: str) -> Diagnostic:
    """CT436, about an element that names a file which is not there."""
    start, end = value_place(document.source.text, named)
    return Reporter(document.source, entry).at(
        MISSING, start, end, f"the file {quoted(name)} does not stand beside this document",
        label="its upload needs the file", help=(MISSING.how,), element=named.path,
    )  # fmt: skip
