"""`--stdin-filename`: what standard input is called, for the commands that read `-`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


def stdin_filename_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--stdin-filename NAME`; the command is given `stdin_name`, for `batch.inputs.inputs`."""
    return click.option(
        "--stdin-filename", "stdin_name", metavar="NAME",
        help="What standard input (-) is called: in messages, and to find its configuration.",
    )(command)  # fmt: skip
