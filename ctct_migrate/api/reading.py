"""`read`: the public way from a path or from bytes to a `Document`.

The one place below the command line that opens a file; everything that it calls takes values.
"""

from __future__ import annotations

import os
from pathlib import Path

from ctct_migrate.reader.document import Document
from ctct_migrate.source import Source


def read(path_or_bytes: str | os.PathLike[str] | bytes | Source, *, path: str = "-") -> Document:
    """The document in the file at a path, or in bytes.

    `path` is what users are told the document is called when it is given as bytes.  Never raises
    on what is in the document, however broken; raises `OSError` when the file cannot be read, and
    `TypeError` for any other kind of argument.
    """
    if isinstance(path_or_bytes, Source):
        return Document(path_or_bytes)
    if isinstance(path_or_bytes, bytes | bytearray | memoryview):
        return Document(Source(path, bytes(path_or_bytes)))
    if isinstance(path_or_bytes, str | os.PathLike):
        return Document(Source(os.fspath(path_or_bytes), Path(path_or_bytes).read_bytes()))
    raise TypeError(f"expected a path or bytes, not {type(path_or_bytes).__name__}")
