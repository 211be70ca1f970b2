"""Bodies that came from no XML: a target's JSON, read as documents are.

Each body in a JSON text is checked against the JSON Schema of its resource, with diagnostics at the
place in the JSON; and is made a payload that the sender takes like any other.
"""

from __future__ import annotations

from ctct_migrate.bodies.body_request import (
    BodyRequest,
    BodyRequestError,
    named_on_command_line,
)
from ctct_migrate.bodies.reading_bodies import is_body, read_bodies, repeated_properties

__all__ = [
    "BodyRequest",
    "BodyRequestError",
    "is_body",
    "named_on_command_line",
    "read_bodies",
    "repeated_properties",
]
