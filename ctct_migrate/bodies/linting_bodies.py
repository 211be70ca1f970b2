"""What is wrong with JSON bodies, for one target or several."""

from __future__ import annotations

from ctct_migrate.bodies.body_request import BodyRequest, BodyRequestError, slug_of
from ctct_migrate.bodies.reading_bodies import is_body, read_bodies
from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.payload import Shape
from ctct_migrate.source import Source


def linted(
    source: Source, targets: str, resource: str | None = None, shape: Shape | None = None
) -> list[Diagnostic] | None:
    """What is wrong with the bodies in a text, for the targets of those names (with commas between
    them); None where it is no text of bodies.  `resource` and `shape` as `BodyRequest` has them.
    Never raises on bad input."""
    found: list[Diagnostic] | None = None
    for target in targets.split(","):
        try:
            slug = slug_of(target, resource) if resource else ""
        except BodyRequestError:
            continue  # another one of the targets has it
        request = BodyRequest(target, slug, shape)
        if is_body(source, request):
            found = [*(found or []), *read_bodies(source, request).diagnostics]
    if found is None:
        return None
    return sorted(dict.fromkeys(found), key=lambda each: each.span)
