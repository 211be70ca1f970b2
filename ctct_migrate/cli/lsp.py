"""`ctct-migrate lsp`: the language server, for editors.

Parses alone; the server stands in `ctct_migrate.language_server`.
"""

from __future__ import annotations

import sys

import click

from ctct_migrate.cli import CommandError
from ctct_migrate.language_server import LanguageServerError, load_server
from ctct_migrate.output.explanation_addresses import documentation_site


@click.command("lsp", short_help="Serve an editor: mistakes while you type, fixes, completion.")
@click.option("--stdio", is_flag=True, help="Speak over standard input and output, as always.")
def command(stdio: bool) -> None:
    """Serve an editor: mistakes while you type, fixes, hover, completion.

    It speaks the Language Server Protocol over standard input and output, and is started by the
    editor: Neovim, Helix, Emacs, VS Code, JetBrains' IDEs and others.  Started in a terminal, it says
    where the documentation tells how to set them up.
    """
    try:
        server = load_server()
    except LanguageServerError as error:
        raise CommandError(str(error)) from error
    if sys.stdin.isatty():
        site = documentation_site()
        raise CommandError(
            "lsp is started by an editor, and speaks the Language Server Protocol on standard input"
            + (f"; how to set yours up: {site}editors/" if site else "")
        )
    server.serve()
