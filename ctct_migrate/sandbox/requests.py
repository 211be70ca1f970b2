"""One request as a value, and the checks that every endpoint makes of it: what it accepts, what it
sends, whether its body is JSON.

Nothing here knows campaigns, stores or sockets.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from typing import Any

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.sandbox.answers import (
    BAD_JSON,
    BAD_REQUEST,
    JSON,
    NOT_ACCEPTABLE,
    UNSUPPORTED_TYPE,
    Answer,
)


class RefusedError(Exception):
    """Ends the work on a request: `answer` is what its client gets, and nothing is stored."""

    def __init__(self, answer: Answer):
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class ServerRequest:
    """One request.

    method, path  as sent; the path below the base URL, decoded
    query         parameters, the last of a name; the API key is not among them
    headers       by lower-case name
    body          bytes
    key, token    credentials, empty where there are none
    now           when it arrived, aware, in UTC
    parameters    what stood at the variable places of the endpoint's path
    mounted       the path as the client knows it, with the place where the API begins
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    key: str = field(repr=False)
    token: str = field(repr=False)
    now: datetime
    parameters: Mapping[str, str] = field(default_factory=dict)
    mounted: str = ""

    def json(self) -> Any:
        """The body as a JSON value (RFC 8259).  Raises RefusedError when it is none."""
        try:
            value = json.loads(self.body.decode("utf-8"), parse_constant=_no_constant)
            # A lone surrogate in an escape is JSON by the grammar alone, and no text.
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        except (ValueError, RecursionError):
            raise RefusedError(BAD_JSON.answer()) from None
        return value


def _no_constant(word: str) -> None:
    """NaN and Infinity, which Python reads, are not JSON."""
    raise ValueError(word)


def check_negotiation(request: ServerRequest, media: str = JSON) -> None:
    """Raise RefusedError unless the client takes JSON (406) and, where it sends a body, sends it as
    `media` (415).  No Accept header, and ranges such as `*/*`, take JSON (RFC 9110, 12.5.1)."""
    if not _takes_json(request.headers.get("accept", "")):
        raise RefusedError(NOT_ACCEPTABLE.answer())
    if request.method in ("POST", "PUT", "PATCH"):
        sent = request.headers.get("content-type", "").partition(";")[0]
        if sent.strip().lower() != media:
            raise RefusedError(UNSUPPORTED_TYPE.answer())


def _takes_json(accept: str) -> bool:
    if not accept.strip():
        return True
    for item in accept.split(","):
        media, *parameters = (part.strip().lower() for part in item.split(";"))
        refused = any(_is_zero_weight(parameter) for parameter in parameters)
        if media in (JSON, "application/*", "*/*") and not refused:
            return True
    return False


def _is_zero_weight(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    return name.strip() == "q" and not value.strip().strip("0.")


def instant(text: str) -> datetime | None:
    """The moment that an ISO 8601 date-time with `Z` or an offset names, in UTC; None when `text`
    is none."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo and "T" in text.upper() else None
    except (ValueError, OverflowError):
        return None


def timestamp(moment: datetime) -> str:
    """A moment as v2 writes it: UTC, milliseconds, `Z` (reference, v2-contract, Schedule)."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def bad_request(message: str) -> RefusedError:
    """A 400 that the reference gives no other key for."""
    return RefusedError(BAD_REQUEST.answer(message))
