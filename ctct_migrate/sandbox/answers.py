"""What the server says: answers as values, and the one table of its refusals.

Keys and statuses are those of the reference (v2-contract, Errors that have been seen) where it
names one; the others are made in the same manner and marked as chosen.  Nothing here decides
*whether* a call is refused, and nothing sends.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import field
from http import HTTPStatus
from typing import Any

from ctct_migrate.late_dataclass import dataclass, replace

JSON = "application/json"
HTML = "text/html;charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer: its status, body in bytes, and headers (Content-Length is not among
    them)."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def with_headers(self, **headers: str) -> Answer:
        """The answer with more headers; `_` in a name stands for `-`."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **more})


@dataclass(frozen=True, slots=True)
class Error:
    """One object of the array that v2 answers errors with."""

    key: str
    message: str


@dataclass(frozen=True, slots=True)
class ServerRefusal:
    """A row of the table: how the server refuses a call."""

    status: int
    key: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def answer(self, message: str = "") -> Answer:
        """The answer, with another message if one is given."""
        return errors(self.status, [Error(self.key, message or self.message)], self.headers)


def json_answer(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer whose body is `value` as JSON."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, body, {"Content-Type": JSON, **(headers or {})})


def html_answer(status: int, body: str, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer whose body is a page of HTML."""
    return Answer(status, body.encode(), {"Content-Type": HTML, **(headers or {})})


def no_content() -> Answer:
    """204: done, and nothing to say."""
    return Answer(204)


def errors(status: int, found: Iterable[Error], headers: Mapping[str, str] | None = None) -> Answer:
    """The errors as v2 answers them: a JSON array of `{error_key, error_message}`."""
    array = [{"error_key": error.key, "error_message": error.message} for error in found]
    return json_answer(status, array, headers)


def page(status: int, message: str) -> str:
    """A page of the old stack behind the gateway, in the manner of a Java servlet container."""
    title = f"HTTP Status {status} - {message}"
    known = status in HTTPStatus.__members__.values()
    description = HTTPStatus(status).description if known else ""
    return (
        f"<html><head><title>Error report</title></head><body><h1>{title}</h1><hr/>"
        f"<p><b>type</b> Status report</p><p><b>message</b> <u>{message}</u></p>"
        f"<p><b>description</b> <u>{description}</u></p><hr/></body></html>"
    )


def insufficient_scope() -> Answer:
    """403, the page that a key without a privilege gets, for schedules the scheduling permission
    (reference, v2-contract, Errors that have been seen)."""
    headers = {"WWW-Authenticate": "Bearer error='insufficient_scope'"}
    return html_answer(403, page(403, "Access is denied"), headers)


INVALID_TOKEN = ServerRefusal(
    401,
    "http.status.authentication.invalid_token",
    "The access token is invalid or has expired.",
    {"WWW-Authenticate": "Bearer error='invalid_token'"},
)
# The header that names the gateway's reason is not in the reference; the gateway's product is
# known to send it, and a client must not depend on it.
INACTIVE_KEY = ServerRefusal(
    403,
    "mashery.not.authorized.inactive",
    "This API key is not active.",
    {"X-Mashery-Error-Code": "ERR_403_DEVELOPER_INACTIVE"},
)
OVER_QPS = ServerRefusal(
    403,
    "mashery.not.authorized.over.qps",
    "This API key is over its queries-per-second quota.",
    {"X-Mashery-Error-Code": "ERR_403_DEVELOPER_OVER_QPS"},
)
OVER_QUOTA = ServerRefusal(
    403,
    "mashery.not.authorized.over.ratelimit",
    "This API key is over its rate limit quota.",
    {"X-Mashery-Error-Code": "ERR_403_DEVELOPER_OVER_RATE"},
)
NO_ADDRESS = ServerRefusal(400, "http.status.bad_request", "Please enter an address")
BAD_REQUEST = ServerRefusal(400, "http.status.bad_request", "The request is not valid.")
# Chosen: the reference knows these statuses, but no keys for them.
BAD_JSON = ServerRefusal(400, "json.syntax.invalid", "The request body is not valid JSON.")
NOT_FOUND = ServerRefusal(404, "http.status.not_found", "The requested resource does not exist.")
NOT_ALLOWED = ServerRefusal(
    405, "http.status.method_not_allowed", "The method is not allowed here."
)
NOT_ACCEPTABLE = ServerRefusal(
    406,
    "http.status.not_acceptable",
    "Unsupported Accept Header value, must be application/json",
)
CONFLICT = ServerRefusal(409, "http.status.conflict", "The resource exists already.")
TOO_LARGE = ServerRefusal(413, "http.status.request_entity_too_large", "The request is too large.")
UNSUPPORTED_TYPE = ServerRefusal(
    415,
    "http.status.unsupported_media_type",
    "Unsupported content-type in the header, use application/json",
)
SERVER_ERROR = ServerRefusal(
    500, "http.status.internal_server_error", "Internal server error occurred"
)
MISDIRECTED = ServerRefusal(
    421, "http.status.misdirected_request", "This server is loopback's alone."
)
