"""`render`: diagnostics as text, for programs that use the library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.output import FORMATS, DocumentReport, Style, renderer
from ctct_migrate.reader.document import Document
from ctct_migrate.source import Source


def render(
    diagnostics: Iterable[Diagnostic],
    documents: Document | Iterable[Document] = (),
    *,
    format: str = "text",
    colour: bool = False,
    width: int = 100,
) -> str:
    """Diagnostics as the command line prints them; an empty text where there are none and the
    format has nothing to say of that.

    diagnostics  those of one document or of several, as `lint`, `fix`, `convert` and `verify` give
                 them; documents come out in the order in which they are first mentioned
    documents    the document, or the documents, that excerpts are drawn from.  One that is not
                 given is read from its path again; where that is impossible (`-`, or the file is
                 gone), its diagnostics come as concise lines in `text`
    format       `text` (with excerpts, for people), `grouped`, `concise`, `json`, `jsonl`, `sarif`,
                 `github`, `junit`, `gitlab`, `rdjson` or `checkstyle`
    colour       whether to write ANSI colours (`text` and `grouped`)
    width        terminal cells that an excerpt of a line may take

    Raises ValueError for a format that there is not.  No control character of a document is
    written.

    >>> from ctct_migrate import lint, read
    >>> print(render(lint(read(b"<entry/>")), format="concise"), end="")  # doctest: +ELLIPSIS
    -:1:1: ...
    """
    if format not in FORMATS:
        raise ValueError(f"there is no format `{format}`: choose one of {', '.join(FORMATS)}")
    given = [documents] if isinstance(documents, Document) else documents
    sources = {each.path: each.source for each in given}
    by_path: dict[str, list[Diagnostic]] = {}
    for each in diagnostics:
        by_path.setdefault(each.path, []).append(each)
    style = Style(colour=colour, width=width)
    return "".join(_pieces(by_path, sources, format, style))


def _pieces(
    by_path: dict[str, list[Diagnostic]], sources: dict[str, Source], format: str, style: Style
) -> Iterator[str]:
    reports = []
    for path, found in by_path.items():
        source = sources.get(path) or _read_again(path)
        if source is None and format == "text":
            yield from (f"{each}\n" for each in found)
        else:
            reports.append(DocumentReport(source or Source(path, b""), tuple(found)))
    yield from renderer(format)(reports, style)


def _read_again(path: str) -> Source | None:
    try:
        return None if path == "-" else Source(path, Path(path).read_bytes())
    except (OSError, ValueError):
        return None
