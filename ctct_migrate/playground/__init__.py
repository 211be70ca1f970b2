"""The playground: one page on this machine, in which a document is checked, fixed and converted.

A browser shows the page and asks a server on loopback, which asks the package: nothing is decided
here that `lint`, `fix` and `convert` do not decide.  No document leaves the machine, and none is
written to a file or a log.  The page itself is built with npm from `playground/` of the repository;
its built files stand in `static/`.
"""

from __future__ import annotations

#: The largest document that the page takes, in bytes of UTF-8.
MAX_DOCUMENT = 10_000_000

#: The port that is taken where none is asked for and it is free: links to the page stay right.
DEFAULT_PORT = 8015


class PlaygroundError(Exception):
    """The playground cannot be served; `str(error)` is one line for users."""
