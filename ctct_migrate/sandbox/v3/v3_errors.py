"""How v3 refuses: an array of errors from its services, one object from its gateway (reference,
v3-contract, Errors).

Keys that the reference has seen are those of the reference; it knows none of the campaign endpoints',
so theirs are made in the same manner.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from ctct_migrate.contract.contract import Violation
from ctct_migrate.sandbox.answers import Answer, json_answer
from ctct_migrate.sandbox.requests import RefusedError

#: The services, as error keys begin.
ACCOUNT, ACTIVITIES, CAMPAIGNS, CONTACTS = "account", "activities", "emails", "contacts"


def gateway(status: int, key: str, message: str) -> Answer:
    """An answer of the gateway: one object."""
    return json_answer(status, {"error_key": key, "error_message": message})


def service(status: int, key: str, messages: Iterable[str]) -> Answer:
    """An answer of a service: an array."""
    return json_answer(status, [{"error_key": key, "error_message": each} for each in messages])


def in_form(answer: Answer, form: str) -> Answer:
    """An error in a form: `array`, `object`, or as it is."""
    if answer.status < 400 or form == "documented":
        return answer
    value = json.loads(answer.body)
    if isinstance(value, list) and form == "object":
        return json_answer(answer.status, value[0], answer.headers)
    if isinstance(value, dict) and form == "array":
        return json_answer(answer.status, [value], answer.headers)
    return answer


UNAUTHORIZED = gateway(401, "unauthorized", "Unauthorized")
THROTTLED = gateway(429, "throttled", "Too Many Requests")
QUOTA_EXCEEDED = gateway(429, "quota_exceeded", "Limit Exceeded")
# The reference knows these meanings of 403, and neither keys nor words.
SWITCHED_OFF = gateway(403, "forbidden", "The application is not active.")
NO_SUCH_PATH = gateway(404, "not_found", "There is nothing at this path.")
NOT_ALLOWED = gateway(405, "method_not_allowed", "The method is not allowed here.")
TOO_LARGE = gateway(413, "too_large", "The request is too large.")
UNSUPPORTED_TYPE = gateway(415, "unsupported_media_type", "Content-Type must be application/json.")

#: The other meaning of 409, which names no contact.
CHANGED_TWICE = service(
    409, f"{CONTACTS}.api.conflict", ["Another request is changing the same contact."]
)


def server_error(status: int) -> Answer:
    """An error of the server's own: 500, 503."""
    return gateway(status, "internal_server_error", "Internal server error")


def scope_missing(scope: str) -> Answer:
    """403: the token may not."""
    return gateway(403, "forbidden", f"The access token lacks the scope {scope}.")


def privilege_missing(privilege: str) -> Answer:
    """403: the user may not."""
    return gateway(403, "forbidden", f"The user lacks the privilege {privilege}.")


def invalid(of: str, *messages: str) -> RefusedError:
    """400 of a service."""
    return RefusedError(service(400, f"{of}.api.validation.error", messages))


def missing(of: str, message: str) -> RefusedError:
    """404 of a service."""
    return RefusedError(service(404, f"{of}.api.not_found", [message]))


def taken(of: str, message: str) -> RefusedError:
    """409 of a service."""
    return RefusedError(service(409, f"{of}.api.conflict", [message]))


def refuse(of: str, violations: Iterable[Violation]) -> None:
    """Raise RefusedError (400) where there are violations.  Their words begin with the property's
    name, and there is no pointer."""
    messages = [f"{each.message}." for each in violations]
    if messages:
        raise invalid(of, *messages)


def quota_exceeded() -> RefusedError:
    """429 of a quota of the day."""
    return RefusedError(QUOTA_EXCEEDED)
