"""Questions: what a page sends, as values.

A question is a JSON object: `text` (the document), `targets` (a list of names), `shape`, `time_zone`
(empty for none), `chosen` (a key of the entry whose body is to be shown; may be missing).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.dates import time_zone as named_zone
from ctct_migrate.payload import Shape
from ctct_migrate.playground import MAX_DOCUMENT
from ctct_migrate.targets import TARGETS


class QuestionError(ValueError):
    """A question cannot be answered; `str(error)` is one sentence for users, `field` the name of what
    is wrong with it, or empty."""

    def __init__(self, message: str, field: str = ""):
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class ChosenFix:
    """The one fix that a page wants applied, as `inspection` described it: the code of its
    diagnostic, the UTF-16 units at which that begins and ends, and the fix's title."""

    code: str
    start: int
    end: int
    title: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a page asks.

    text     the document, as the page has it
    targets  names of the APIs, at least one, in the order of `TARGETS`
    shape    what the bodies are for
    zone     of dates that name none; None for unknown
    chosen   key of the payload whose body is wanted; empty for the first
    fix      the fix to apply; None for all safe ones
    """

    text: str
    targets: tuple[str, ...]
    shape: Shape
    zone: tzinfo | None = None
    chosen: str = ""
    fix: ChosenFix | None = None

    @classmethod
    def of(cls, data: bytes) -> Question:
        """The question in the body of a request.  Raises QuestionError."""
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            raise QuestionError("The question is not JSON.") from None
        if not isinstance(value, dict):
            raise QuestionError("The question is not a JSON object.")
        text = _string(value, "text")
        if 4 * len(text) > MAX_DOCUMENT and len(_bytes(text)) > MAX_DOCUMENT:
            raise QuestionError(too_large(), "text")
        shape = _string(value, "shape") or Shape.CREATE
        if shape not in set(Shape):
            raise QuestionError(f"`{shape}` is not a shape: {', '.join(Shape)}.", "shape")
        return cls(
            text,
            _targets(value.get("targets")),
            Shape(shape),
            _zone(_string(value, "time_zone").strip()),
            _string(value, "chosen"),
            _fix(value.get("fix")),
        )


def too_large() -> str:
    """What is said of a document that is too large for the page."""
    limit = MAX_DOCUMENT // 1_000_000
    return f"The document is larger than {limit} MB. The command line takes it: ctct-migrate lint."


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _string(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name, "")
    if not isinstance(found, str):
        raise QuestionError(f"`{name}` is not a text.", name)
    return found


def _targets(value: object) -> tuple[str, ...]:
    wanted = list(TARGETS) if value is None else value
    if not isinstance(wanted, list) or not wanted or not all(each in TARGETS for each in wanted):
        raise QuestionError(f"`targets` is a list of {', '.join(TARGETS)}.", "targets")
    return tuple(name for name in TARGETS if name in wanted)


def _zone(name: str) -> tzinfo | None:
    if not name:
        return None
    try:
        return named_zone(name)
    except ValueError as error:
        message = str(error)
        raise QuestionError(message[:1].upper() + message[1:] + ".", "time_zone") from None


def _fix(value: object) -> ChosenFix | None:
    if value is None:
        return None
    try:
        if not isinstance(value, Mapping):
            raise TypeError
        return ChosenFix(
            str(value["code"]), int(value["start"]), int(value["end"]), str(value["title"])
        )
    except (KeyError, TypeError, ValueError):
        raise QuestionError("`fix` has code, start, end and title.", "fix") from None
