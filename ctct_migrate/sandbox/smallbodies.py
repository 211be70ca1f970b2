"""Bodies that `schemas/v2` has no schema for: new e-mail addresses, test mails.

The package converts nothing into these, so its contract leaves them out; the sandbox keeps their
limits here, as JSON Schemas of its own (chosen, since the reference names the calls alone).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from ctct_migrate.contract.contract import Violation
from ctct_migrate.targets.v2.target import V2

ADDRESSES = "addresses"
TEST_MAIL = "test_mail"


def small_violations(body_of: str, body: Any) -> list[Violation]:
    """What is wrong with a body, in the contract's terms."""
    schema = _schemas()[body_of]
    errors = jsonschema_rs.Draft202012Validator(schema).iter_errors(body)
    return [violation for error in errors for violation in _violations(schema, error)]


def _schemas() -> dict[str, dict[str, Any]]:
    address = V2.contract.limits("campaign", "/from_email")
    email = {
        "type": "string",
        "minLength": address.min_length,
        "maxLength": address.max_length,
        "pattern": address.pattern,
    }
    return {
        ADDRESSES: {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {"email_address": email},
                "required": ["email_address"],
                "additionalProperties": False,
            },
        },
        TEST_MAIL: {
            "type": "object",
            "properties": {
                "email_addresses": {"type": "array", "minItems": 1, "items": email},
                "format": {"enum": ["HTML", "TEXT", "HTML_AND_TEXT"]},
                "personal_message": {"type": "string"},
            },
            "required": ["email_addresses"],
            "additionalProperties": False,
        },
    }


def _violations(
    schema: dict[str, Any], error: jsonschema_rs.ValidationError
) -> Iterator[Violation]:
    """One error as violations: each superfluous property has its own."""
    limit: Any = schema
    for key in error.schema_path:
        limit = limit[key]
    kind = error.kind
    names: list[str] = []
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Required):
        names = [kind.property]
    elif isinstance(kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        names = kind.unexpected
    for extra in [[name] for name in names] or [[]]:
        parts = [*error.instance_path, *extra]
        pointer = "".join("/" + str(p).replace("~", "~0").replace("/", "~1") for p in parts)
        keyword = str(error.schema_path[-1])
        yield Violation(pointer, keyword, limit, error.message, error.instance)
