"""A violation of the contract, in the server's words: `error_key`, and `#/pointer: sentence`.

One row for each keyword of JSON Schema.  Rows marked *seen* carry keys and sentences of the
reference (v2-contract, Errors that have been seen); the reference names none for the other
keywords, so theirs are chosen in the same manner.  What violates the contract is found by
`ctct_migrate.contract.contract` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ctct_migrate.contract.contract import Contract, Violation
from ctct_migrate.sandbox.answers import Error, errors
from ctct_migrate.sandbox.requests import RefusedError
from ctct_migrate.sandbox.smallbodies import small_violations


def check_contract(contract: Contract, resource: str, shape: str, body: Any) -> None:
    """Raise RefusedError (400, every violation in one array) unless `body` keeps the contract."""
    refuse(error(violation) for violation in contract.violations(resource, shape, body))


def check_small_body(body_of: str, body: Any) -> None:
    """The same for a body of `smallbodies`."""
    refuse(error(violation) for violation in small_violations(body_of, body))


def refuse(found: Iterable[Error]) -> None:
    """Raise RefusedError (400) when there are errors."""
    array = list(found)
    if array:
        raise RefusedError(errors(400, array))


def error(violation: Violation) -> Error:
    """A violation as v2 answers it."""
    key, sentence = _ROWS.get(violation.keyword, _OTHER)
    # Of the body as a whole the pointer is empty; `#/` is what clients know a pointer by.
    pointer = "#" + (violation.pointer or "/")
    name = next((part for part in reversed(pointer.split("/")) if not part.isdigit()), "")
    return Error(key(violation, name), f"{pointer}: {sentence(violation.limit)}")


_Key = Callable[[Violation, str], str]
_Sentence = Callable[[Any], str]


def _fixed(key: str) -> _Key:
    return lambda violation, name: key


def _types(limit: Any) -> str:
    names = [limit] if isinstance(limit, str) else list(limit)
    shown = ", ".join(str(name).capitalize() for name in names if name != "null")
    return f"Value is of a disallowed type. Allowed types are: {shown}."


def _one_of(limit: Any) -> str:
    shown = ", ".join(str(value) for value in limit if value is not None)
    return f"Value is not one of those allowed: {shown}."


def _of_pattern(violation: Violation, name: str) -> str:
    # Seen: json.email.invalid, and json.regex.mismatch.email_content, which ends in the property.
    return "json.email.invalid" if name in _ADDRESSES else f"json.regex.mismatch.{name}"


_ADDRESSES = ("from_email", "reply_to_email", "email_address", "email_addresses")

_ROWS: dict[str, tuple[_Key, _Sentence]] = {
    # Seen.
    "pattern": (
        _of_pattern,
        lambda limit: f"This attribute value must be of the format '{limit}'",
    ),
    # Seen.
    "type": (_fixed("json.type.invalid"), _types),
    "format": (
        _fixed("json.date.invalid"),
        lambda limit: f"This attribute value must be a valid {limit}.",
    ),
    "enum": (_fixed("json.value.invalid"), _one_of),
    "maxLength": (
        _fixed("json.max.length.violation"),
        lambda limit: f"Value exceeds maximum length of {limit}.",
    ),
    "minLength": (
        _fixed("json.min.length.violation"),
        lambda limit: f"Value is shorter than minimum length of {limit}.",
    ),
    "minItems": (
        _fixed("json.min.items.violation"),
        lambda limit: f"Array holds fewer than {limit} items.",
    ),
    "required": (_fixed("json.field.missing"), lambda limit: "This property is required."),
    "additionalProperties": (
        _fixed("json.field.unknown"),
        lambda limit: "This property is not allowed.",
    ),
}
#: Any other keyword.
_OTHER: tuple[_Key, _Sentence] = (
    _fixed("json.value.invalid"),
    lambda limit: "This attribute value is not valid.",
)
