"""Bodies that `schemas/v2` has no schema for: new e-mail addresses, test mails.

The package converts nothing into these, so its contract leaves them out; the sandbox keeps their
limits here, as JSON Schemas of its own (chosen, since the reference names the calls alone).
"""

from __future__ import annotations

from typing import Any

from ctct_migrate.contract.contract import Violation, violations_in
from ctct_migrate.targets.v2.target import V2

ADDRESSES = "addresses"
TEST_MAIL = "test_mail"


def small_violations(body_of: str, body: Any) -> list[Violation]:
    """What is wrong with a body, in the contract's terms."""
    return violations_in(_schemas()[body_of], body)


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
