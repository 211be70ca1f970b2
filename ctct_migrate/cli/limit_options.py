"""`--limit`: how much of an archive is taken, for the commands that read archives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ctct_migrate.inputs.byte_sources import InputLimits


def limits_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--limit NAME=VALUE`; the command is given `limits`, for `batch.inputs.inputs`."""
    return click.option(
        "--limit", "limits", metavar="NAME=VALUE", multiple=True, callback=_limits,
        help="Take more, or less, of archives and large documents: ratio=200 (unpacked to packed), "
        "size=64M (one document), total=64G and count=5000000 (one archive), whole=1M (larger "
        "feeds are read entry by entry).  Repeatable.",
    )(command)  # fmt: skip


def _limits(ctx: click.Context, option: click.Parameter, wishes: tuple[str, ...]) -> InputLimits:
    try:
        return InputLimits().changed(wishes)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, option) from None
