"""The bodies in a JSON text, with their places: one body, a list of bodies, or JSON Lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from ctct_migrate.bodies.json_places import PlacedValue, placed
from ctct_migrate.late_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class PlacedBody:
    """A body in a JSON text.

    entry     its 0-based number; None for one that stands alone
    value     the body, with its place
    resource  slug of the resource that it is said to be of, as `convert` writes it beside the body;
              empty if unsaid
    request   query parameters that it is said to be sent with, by name
    """

    entry: int | None
    value: PlacedValue
    resource: str = ""
    request: tuple[tuple[str, str], ...] = ()


def placed_bodies(text: str) -> Iterator[PlacedBody]:
    """The bodies in a text that holds JSON: bodies of their own, or the lines that `convert` writes.
    Raises ValueError, IndexError or RecursionError for a text that holds none."""
    values: list[PlacedValue] = []
    at = 0
    while text[at:].strip():
        value, at = placed(text, at)
        several = value.inside.values() if isinstance(value.value, list) else [value]
        values += several
    stands_alone = len(values) == 1 and not text.lstrip().startswith("[")
    for number, each in enumerate(values):
        yield _body(None if stands_alone else number, each)


def placed_lines(text: str) -> Iterator[PlacedBody]:
    """The bodies of those lines of JSON Lines that can be read, with the numbers of all that are not
    blank."""
    at = number = 0
    for line in text.split("\n"):
        if line.strip():
            with suppress(ValueError, IndexError):
                yield _body(number, placed(text[: at + len(line)], at)[0])
            number += 1
        at += len(line) + 1


def _body(entry: int | None, value: PlacedValue) -> PlacedBody:
    """A body as it is, or out of a line of `convert`."""
    said = value.value
    if not (isinstance(said, dict) and {"source", "body"} <= said.keys()):
        return PlacedBody(entry, value)
    resource, request = said.get("resource"), said.get("request")
    texts = request.items() if isinstance(request, dict) else ()
    return PlacedBody(
        entry,
        value.inside["body"],
        resource if isinstance(resource, str) else "",
        tuple((name, each) for name, each in texts if isinstance(each, str)),
    )
