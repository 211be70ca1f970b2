"""The command line: one module for a command, each loaded when it is asked for.

A command module parses arguments, calls the package and prints; it holds a click command
named `command`.  This module knows the commands' names and what they are for, so that `--help`
loads none of them, and keeps the manners that they share: the exit status (0 no errors, 1 errors
found, 2 the work could not be done, 130 interrupted, 141 the reader of the output went away), one
line for an error and never a traceback, and output that no encoding of the terminal can break.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

import click

from ctct_migrate.cli import streams

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

#: Commands by section: name and one line.
COMMANDS = {
    "Check and convert": {
        "lint": "Report every mistake in v1 documents, like a compiler.",
        "fix": "Fix mistakes in place, as far as the meaning is certain.",
        "convert": "Turn v1 XML into the JSON of v2 or v3.",
        "report": "Write a page about a conversion, from its manifest.",
        "verify": "Show that JSON says what its v1 document said.",
    },
    "Send": {
        "send": "Convert documents and submit them, each exactly once.",
        "status": "Show what has been sent and what has not.",
        "retry": "Plan what failed anew, for the next send.",
    },
    "In your editor": {
        "lsp": "Serve an editor: mistakes while you type, fixes, completion.",
    },
    "Log in": {
        "login": "Log in to an account, so that `send` may use it.",
        "whoami": "Show which account is logged in, and what it may do.",
        "logout": "Forget a log-in.",
    },
    "Look up and try out": {
        "explain": "Explain a code: what it means, and how to fix it.",
        "rules": "List the catalogue of rules.",
        "mapping": "Show what becomes of each v1 element in v2 and v3.",
        "completion": "Print what makes a shell complete command lines.",
        "schema": "Write the XSDs of v1's documents, or the JSON Schema of the configuration.",
        "sandbox": "Run a server on this machine, to rehearse against.",
        "playground": "Check, fix and convert a document in the browser.",
    },
}

_KNOWN = {name: line for section in COMMANDS.values() for name, line in section.items()}

#: The environment variable by which a shell asks for completions, as click names it.
COMPLETION_VARIABLE = "_CTCT_MIGRATE_COMPLETE"

#: New objects after which garbage is looked for: about as many as a small file takes.
_OBJECTS = 50_000

INTERRUPTED = 130  #: 128 + SIGINT, as shells have it
BROKEN_PIPE = 141  #: 128 + SIGPIPE


class CommandError(click.ClickException):
    """The work could not be done: one line on standard error, and exit status 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        """Prints the line."""
        click.echo(f"ctct-migrate: {self.format_message()}", err=True)


class Interrupted(CommandError):
    """The user ended it, and there is something to say: one line, and exit status 130."""

    exit_code = INTERRUPTED


class Commands(click.Group):
    """A group whose commands are modules of this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of `COMMANDS`."""
        return list(_KNOWN)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, loaded; None if there is none."""
        if cmd_name not in _KNOWN:
            return None
        command: click.Command = import_module(f"{__name__}.{cmd_name}").command
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands and options that begin so, without loading the commands."""
        from click.shell_completion import CompletionItem

        commands = [
            CompletionItem(name, help=line)
            for name, line in _KNOWN.items()
            if name.startswith(incomplete)
        ]
        return commands + click.Command.shell_complete(self, ctx, incomplete)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Like click's, with a did-you-mean for versions of click that have none."""
        name = args[0]
        if name not in _KNOWN and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, _KNOWN, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"There is no command {name!r}.{hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Like click's, but for the exit status when the reader of the output went away."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise click.exceptions.Exit(BROKEN_PIPE) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by section."""
        for title, commands in COMMANDS.items():
            with formatter.section(title):
                formatter.write_dl(list(commands.items()))


def _print_version(ctx: click.Context, option: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    click.echo(f"ctct-migrate {version('ctct-migrate')}")
    ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-V", "--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version,
    help="Show the version and exit.",
)  # fmt: skip
def root() -> None:
    """Checks Constant Contact v1 documents, converts them to v2 or v3, and sends them.

    Exit status: 0 no errors, 1 errors found, 2 the work could not be done.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """The program: runs a command line (that of the process by default) and exits."""
    # What is left at the end goes with the process.  Looking through all of it for cycles once more
    # would take a fifth of the time that a small file takes.  What is loaded is no garbage either.
    atexit.register(gc.freeze)
    gc.set_threshold(_OBJECTS)
    streams.prepare()
    status = _run(list(sys.argv[1:] if arguments is None else arguments))
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        status = BROKEN_PIPE
    except OSError as error:
        status = _fail(error)
    streams.drop()
    sys.exit(status)


def _run(arguments: list[str]) -> int:
    """The exit status of a command line."""
    if COMPLETION_VARIABLE in os.environ:
        from ctct_migrate.cli.completion import use_own_scripts

        use_own_scripts()
    try:
        result = root.main(arguments, "ctct-migrate", standalone_mode=False)
    except click.ClickException as error:
        with suppress(OSError):  # nobody can be told
            error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except OSError as error:
        return _fail(error)
    return result if isinstance(result, int) else 0


def _fail(error: OSError) -> int:
    """The disk is full, a file is not ours to read …: one line."""
    name = f"{error.filename}: " if error.filename else ""
    with suppress(OSError):
        CommandError(f"{name}{error.strerror or error}").show()
    streams.drop()  # what could not be written fails once
    return CommandError.exit_code
