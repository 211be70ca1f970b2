"""What went wrong in a job about many contacts, as v1 told it (reference, v1-resources, Activity:
Errors).  The targets write it each in their own way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ctct_migrate.mapping.content import decoded

#: What v2's older errors have, by the names that v1 probably had (reference, v1-resources,
#: Activity: Errors).
_PARTS = {"Message": "message", "LineNumber": "line_number", "EmailAddress": "email_address"}


#: What opens the JSON text of errors: no XML text can begin with it.
_AS_JSON = "\0"


def errors_text(element: Any) -> str:
    """The errors in an element, as JSON text: each child one; text alone is one too."""
    found = list(_each_error(element))
    return _AS_JSON + json.dumps(found) if found else ""


def _each_error(element: Any) -> Iterator[dict[str, Any]]:
    children = list(element.iterchildren("*"))
    if not children and decoded(element).strip():
        yield {"message": decoded(element).strip()}
    for child in children:
        yield _error(child)


def _error(element: Any) -> dict[str, Any]:
    """One error: what is known of it by name, and all else in its message."""
    found: dict[str, Any] = {}
    others: list[str] = []
    for part in element.iterchildren("*"):
        local, text = part.tag.rpartition("}")[2], " ".join("".join(part.itertext()).split())
        name = _PARTS.get(local)
        if name is None or name in found:
            others += [f"{local}: {text}"] if text else []
        elif text:
            is_number = name == "line_number" and text.isascii() and text.isdigit()
            found[name] = int(text) if is_number and len(text) < 10 else text
    alone = " ".join([element.text or "", *(part.tail or "" for part in element)]).split()
    said = [found.get("message", ""), " ".join(alone), "; ".join(others)]
    message = "; ".join(filter(None, said))
    return {**found, "message": message} if message or not found else found


def read_errors(text: str) -> list[dict[str, Any]] | None:
    """The errors of such a text, each an object of what is known of it: `message`, `line_number`,
    `email_address`; None for none."""
    if not text.strip():
        return None
    if not text.startswith(_AS_JSON):  # text that stood alone in the element
        return [{"message": text.strip()}]
    found: list[dict[str, Any]] = json.loads(text.removeprefix(_AS_JSON))
    return found
