"""CT89: what is wrong in a body that came from no XML.

Rules alone: what is wrong is found in `bodies`, by the JSON Schema of the resource.
"""

from __future__ import annotations

from ctct_migrate.diagnostics import Marking, Rule, Severity

_FACT = "schemas/v2, schemas/v3; docs/how-to/send-json-bodies.md"


def _rule(
    number: int, name: str, severity: Severity, summary: str, why: str, how: str,
    marking: Marking = Marking.NONE,
) -> Rule:  # fmt: skip
    return Rule(
        f"CT{number}", name, severity, summary, why, bad="", good="", how=how, fact=_FACT,
        marking=marking,
    )  # fmt: skip


PROPERTY = _rule(
    890, "body-property", Severity.ERROR,
    "A property of a body that the resource does not have",
    "The server refuses a body with a property that it does not know.",
    "Write the property as the schema has it, or leave it out.",
)  # fmt: skip
MISSING = _rule(
    891, "body-missing", Severity.ERROR,
    "A property that a body has to have is missing",
    "The server refuses the body.",
    "Add the property.",
)  # fmt: skip
VALUE = _rule(
    892, "body-value", Severity.ERROR,
    "A value of a body that is none of those allowed",
    "The server takes the words of a list alone, as they are written there.",
    "Write one of the allowed values.",
)  # fmt: skip
TYPE = _rule(
    893, "body-type", Severity.ERROR,
    "A value of a body that is of another type",
    "Text, numbers and `true` or `false` are told apart: ids are text, though they look like numbers.",
    "Write the value as the type that is expected.",
)  # fmt: skip
LIMIT = _rule(
    894, "body-limit", Severity.ERROR,
    "A value of a body that is outside the limits",
    "The server refuses what is too long, too short, too large, too small or of another form.",
    "Change the value.",
)  # fmt: skip
READ_ONLY = _rule(
    895, "body-read-only", Severity.WARNING,
    "A property that only the server writes",
    "It is part of what the server answers and not of what may be sent, so it is left out of the request. What it says is not changed.",
    "Leave it out; a body that was read from the server may keep it.", Marking.UNNECESSARY,
)  # fmt: skip
RESOURCE = _rule(
    896, "body-resource", Severity.ERROR,
    "A body of which it is not clear what it is of",
    "Its properties are those of no resource, or of several, and nothing says which one is meant.",
    "Say the resource: `--resource promocode`.",
)  # fmt: skip
TWICE = _rule(
    897, "body-property-twice", Severity.ERROR,
    "A property that an object has twice",
    "Which of the two counts differs from reader to reader.",
    "Leave one of them out.",
)  # fmt: skip
PLACE = _rule(
    898, "body-place", Severity.ERROR,
    "A body of which it is not clear where it belongs",
    "A body does not say which resource it lives in, and one that replaces or deletes something has to name it: the URL says both.",
    "Say the resource that it lives in with `--parent event=ID`, and the one that is meant with its `id` or with `--id`.",
)  # fmt: skip
NO_REQUEST = _rule(
    899, "body-no-request", Severity.ERROR,
    "A body for which there is no such request",
    "The API has no call that does this to such a resource.",
    "`ctct-migrate mapping --bodies` lists what can be created, replaced and deleted.",
)  # fmt: skip

RULES = (
    PROPERTY, MISSING, VALUE, TYPE, LIMIT, READ_ONLY, RESOURCE, TWICE, PLACE, NO_REQUEST,
)  # fmt: skip
