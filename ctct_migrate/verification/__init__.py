"""`verify`: whether v2 bodies, made by any program, say what a document says.

Differences are found in `mapping.equivalence`; here JSON is read (`bodies`), bodies are paired with
documents (`pairing`), and differences become diagnostics on the XML's lines (`comparing`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.mapping.dates import time_zone as named_zone
from ctct_migrate.mapping.rows import DEFAULT_TARGET, NO_CHOICES, Choices
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import Document
from ctct_migrate.source import Source
from ctct_migrate.targets import target_named
from ctct_migrate.verification.comparing import compare
from ctct_migrate.verification.json_bodies import Body, bodies_of, parsed

__all__ = ["Body", "compare", "verify"]


def verify(
    document: Document,
    body: Mapping[str, Any] | Sequence[Mapping[str, Any]] | str | bytes,
    shape: Shape | str | None = None,
    *,
    time_zone: tzinfo | str | None = None,
    target: str = DEFAULT_TARGET,
    choices: Choices = NO_CHOICES,
) -> list[Diagnostic]:
    """What makes a body for a target differ from what `document` converts to, sorted by place; empty if the
    two say the same.  Meant for the test suite of a port:
    `assert verify(read("campaign.xml"), my_body) == []`.

    `body` is a body as Python's `json` reads it, or a list of them, one for each entry of a feed in
    its order; or JSON text (`str`, or `bytes` in UTF-8) of one body, of a list, or of JSON Lines,
    among them those of `convert`, whose lines say which entry they are of.  `shape` is what the
    body is for; without it that is told from the body (a record has what only the server writes,
    an update has an id).  `time_zone` is the zone of dates that name none (a `tzinfo`, or a name
    such as `America/New_York`); `target` is the name of the API that the body is for,
    `choices` what v1's documents leave open.

    What v2 does not tell apart is equal: null, empty and absent; the order of properties and of
    lists; one moment in two offsets; CRLF and LF; `text_content` in a `<text>` wrapper; HTML of
    the same tree where v1 had child elements.

    Never raises on bad input: a document that cannot be converted gives its own errors, and JSON
    that cannot be read gives one with the path `JSON`, on the lines of that text.  Raises
    ValueError for a shape, a time zone or a target that does not exist, and TypeError for a body that is not
    one of the above.
    """
    zone = named_zone(time_zone) if isinstance(time_zone, str) else time_zone
    wanted = None if shape is None else Shape(shape)
    name = target_named(target).name
    if isinstance(body, str | bytes):
        data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
        read = parsed(Source("JSON", data))
        if read.problems:
            return read.problems
        bodies = read.bodies
    elif isinstance(body, Mapping):
        bodies = bodies_of(dict(body))
    elif isinstance(body, Sequence):
        bodies = bodies_of([dict(each) if isinstance(each, Mapping) else each for each in body])
    else:
        raise TypeError(f"expected a body or JSON text, not {type(body).__name__}")
    return compare(document, bodies, wanted, time_zone=zone, target=name, choices=choices)
