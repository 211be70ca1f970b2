"""The language server: diagnostics, fixes, hover, completion and symbols in editors, over the
Language Server Protocol (LSP 3.17).

`lsp_server` speaks the protocol, with pygls; it needs the extra `lsp`, and is imported by
`load_server` alone.  All that it answers is worked out from an `Analysis`: one version of one
document, with what `lint` says of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

#: What has to be installed besides.
MISSING_EXTRA = 'lsp needs pygls: pip install "ctct-migrate[lsp]"'

_EXTRA = ("pygls", "lsprotocol", "cattrs", "attrs")


class LanguageServerError(Exception):
    """The server cannot be started; one line for users."""


def load_server() -> Any:
    """The module `lsp_server`.  Raises LanguageServerError with one clear line when the extra is
    missing."""
    try:
        return import_module("ctct_migrate.language_server.lsp_server")
    except ImportError as error:
        if (error.name or "").partition(".")[0] in _EXTRA:
            raise LanguageServerError(MISSING_EXTRA) from None
        raise
