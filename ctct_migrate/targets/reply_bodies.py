"""What the parts of a server's answer hold: JSON, a page of a gateway, words, a moment.

Nothing here knows what an answer means; that stands in `replies`.
"""

from __future__ import annotations

import html
import json
import re
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

#: How much of a server's own words is kept, in characters.
_WORDS = 500


class BodyKind(StrEnum):
    """What a body is."""

    EMPTY = "empty"
    HTML = "html"
    JSON = "json"
    TRUNCATED = "truncated"
    OTHER = "other"


def pointed(message: str) -> tuple[str | None, str]:
    """The JSON pointer that a message begins with (reference: "A message that begins with `#/`
    carries a JSON pointer into the request"), and the rest of it."""
    match = re.match(r"#((?:/[^\s:]*)?)(?::\s*|\s+|$)", message)
    return (unquote(match[1]), message[match.end() :]) if match else (None, message)


#: The properties in which servers say what is wrong: its key, and the words for it.  The second
#: pair is that of token endpoints (RFC 6749, 5.2).
_ERRORS = (("error_key", "error_message"), ("error", "error_description"))


def error_of(row: Any) -> tuple[str, str] | None:
    """Key and words of an error object, each on one line; None for what is not one."""
    if not isinstance(row, dict):
        return None
    for key, message in _ERRORS:
        if key in row or message in row:
            return one_line(str(row.get(key) or "")), one_line(str(row.get(message) or ""))
    return None


def body_of(data: bytes) -> tuple[BodyKind, Any]:
    """What the body is, and its value if it is JSON."""
    text = data.decode("utf-8", "replace").strip().lstrip("\ufeff")
    if not text:
        return BodyKind.EMPTY, None
    if text.startswith("<"):
        return BodyKind.HTML, None
    try:
        return BodyKind.JSON, json.loads(text)
    except ValueError as error:
        return (BodyKind.TRUNCATED if _is_truncated(text, error) else BodyKind.OTHER), None
    except RecursionError:
        return BodyKind.OTHER, None


def _is_truncated(text: str, error: ValueError) -> bool:
    """Whether JSON was right up to its end, and ended too early."""
    if not isinstance(error, json.JSONDecodeError) or not text.startswith(("{", "[")):
        return False
    unended = error.msg.startswith("Unterminated string") or "Invalid \\" in error.msg
    word = re.fullmatch(r"[\w.+-]*", text[error.pos :]) is not None  # within true, null, 12.
    return unended or word


def page_words(body: bytes) -> str:
    """What a page of HTML, or a line of text, says: its heading if it has one."""
    text = body[:20_000].decode("utf-8", "replace")
    text = re.sub(r"(?is)<(style|script)\b.*?</\1\s*>", " ", text)
    headings = (re.search(rf"(?is)<{name}\b[^>]*>(.*?)</{name}", text) for name in ("h1", "title"))
    heading = next((found[1] for found in headings if found), text)
    return one_line(html.unescape(re.sub(r"(?s)<[^>]*>", " ", heading)))


def one_line(text: str) -> str:
    """Text on one line, without control characters, not too long."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * _WORDS]).split())
    return text if len(text) <= _WORDS else text[: _WORDS - 1] + "…"


def retry_after(value: str) -> float | None:
    """Retry-After (RFC 9110, 10.2.3): seconds, or the moment as seconds since 1970."""
    value = value.strip()
    if re.fullmatch(r"\d{1,9}", value):
        return float(value)
    from email.utils import parsedate_to_datetime  # only here: it takes long to import

    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
