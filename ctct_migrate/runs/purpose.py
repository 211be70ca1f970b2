"""What the bodies of a run are for."""

from __future__ import annotations

from typing import NamedTuple

from ctct_migrate.mapping.rows import DEFAULT_TARGET
from ctct_migrate.payload import Shape


class Purpose(NamedTuple):
    """What bodies are for: their shape, the name of their target, and what the caller said of what
    documents leave open (`Choices.words`)."""

    shape: str = Shape.CREATE.value
    target: str = DEFAULT_TARGET
    choices: str = ""
