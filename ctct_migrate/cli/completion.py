"""`ctct-migrate completion SHELL`: what makes a shell complete this program's command lines.

The scripts are click's; what they are given comes from the commands and from `completed_values`.
"""

from __future__ import annotations

import click
from click.shell_completion import FishComplete, add_completion_class, get_completion_class

from ctct_migrate.cli import COMPLETION_VARIABLE, CommandError, root

SHELLS = ("bash", "zsh", "fish", "powershell")


class WholeFish(FishComplete):
    """click's script for fish, which cuts values and meanings at their first comma: `--select CT3,CT6`
    has one."""

    source_template = FishComplete.source_template.replace(
        'string split ","', 'string split --max 1 ","'
    )


def use_own_scripts() -> None:
    """From here on, click completes for fish with `WholeFish`."""
    add_completion_class(WholeFish)


@click.command("completion", short_help="Print what makes a shell complete command lines.")
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print the lines that make SHELL complete commands, options, paths, codes and targets.

    \b
    bash, 4.4 or later: in ~/.bashrc
      eval "$(ctct-migrate completion bash)"
    zsh: in ~/.zshrc, after compinit
      eval "$(ctct-migrate completion zsh)"
    fish: once
      ctct-migrate completion fish > ~/.config/fish/completions/ctct-migrate.fish
    PowerShell: in the file that $PROFILE names
      ctct-migrate completion powershell | Out-String | Invoke-Expression
    """
    use_own_scripts()
    kind = get_completion_class(shell)
    if kind is None:  # before click 8.5, PowerShell
        raise CommandError(
            f"the click that is installed does not know {shell}: pip install -U click"
        )
    click.echo(kind(root, {}, "ctct-migrate", COMPLETION_VARIABLE).source())
