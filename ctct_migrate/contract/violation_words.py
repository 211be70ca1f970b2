"""How a broken limit of the contract is put into words.

English for one JSON Schema keyword at a time, and nothing else: what is broken is found in
`contract`, and what the limits are stands in the schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

#: The types of JSON Schema in the words of people who do not write any.
_TYPES = {
    "string": "text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "an object",
    "null": "null",
}

#: Longer lists of values are not spelled out.
_SPELLED_OUT = 12

#: Longer values are shown shortened, in characters.
_SHOWN = 40


def message(place: Sequence[str | int], keyword: str, limit: Any, value: Any, expected: str) -> str:
    """One clause, without a full stop, for the value at `place` (property names and 0-based
    indices) that breaks `keyword: limit`; `expected` is what the schema says it asks for, in a
    few words, or empty."""
    name = _name(place)
    says = _WORDING.get(keyword)
    if says is None:
        return f"{name} is not what is allowed there"
    return says(name, limit, value, expected)


def _name(place: Sequence[str | int]) -> str:
    """`message_footer.city`, `sent_to_contact_lists[0].id`; `the body` for the body itself."""
    name = ""
    for token in place:
        name += f"[{token}]" if isinstance(token, int) else f".{token}" if name else token
    return name or "the body"


def _alternatives(words: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return " or ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return _TYPES["object" if isinstance(value, dict) else "array"]
    text = str(value)
    return f"`{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}`"


def _counted(number: int) -> str:
    return f"{number:,} character{'' if number == 1 else 's'}"


def _are(number: int) -> str:
    return f"{number:,} {'is' if number == 1 else 'are'}"


def _too_long(name: str, limit: Any, value: Any, expected: str) -> str:
    return f"{name} has {_counted(len(value))}; at most {_are(limit)} allowed"


def _too_short(name: str, limit: Any, value: Any, expected: str) -> str:
    if value == "":
        return f"{name} is empty"
    return f"{name} has {_counted(len(value))}; at least {_are(limit)} required"


def _not_listed(name: str, limit: Any, value: Any, expected: str) -> str:
    words = [str(item) for item in limit if item is not None]
    wanted = expected if expected or len(words) > _SPELLED_OUT else _alternatives(words)
    return f"{name} is {_shown(value)}, not {wanted or 'one of the allowed values'}"


def _wrong_type(name: str, limit: Any, value: Any, expected: str) -> str:
    types = [limit] if isinstance(limit, str) else list(limit)
    return f"{name} is {_shown(value)}, not {_alternatives([_TYPES[word] for word in types])}"


def _wrong_form(name: str, limit: Any, value: Any, expected: str) -> str:
    return f"{name} is not {expected or 'in the form that is asked for'}"


def _missing(name: str, limit: Any, value: Any, expected: str) -> str:
    return f"{name} is missing"


def _superfluous(name: str, limit: Any, value: Any, expected: str) -> str:
    return f"{name} is not a property that may be sent here"


def _too_small(name: str, limit: Any, value: Any, expected: str) -> str:
    return f"{name} is {_shown(value)}; at least {limit:,} is required"


def _too_large(name: str, limit: Any, value: Any, expected: str) -> str:
    return f"{name} is {_shown(value)}; at most {limit:,} is allowed"


def _counted_items(number: int) -> str:
    return f"{number:,} item{'' if number == 1 else 's'}"


def _too_many(name: str, limit: Any, value: Any, expected: str) -> str:
    if limit == 0:
        return f"{name} may hold nothing"
    return f"{name} has {_counted_items(len(value))}; at most {_are(limit)} allowed"


def _too_few(name: str, limit: Any, value: Any, expected: str) -> str:
    if not value:
        return f"{name} is empty"
    return f"{name} has {_counted_items(len(value))}; at least {_are(limit)} required"


def _repeated(name: str, limit: Any, value: Any, expected: str) -> str:
    return f"{name} says something twice"


def _not_json(name: str, limit: Any, value: Any, expected: str) -> str:
    return f"{name} holds something that JSON cannot hold"


_WORDING: dict[str, Callable[[str, Any, Any, str], str]] = {
    "maxLength": _too_long,
    "minLength": _too_short,
    "enum": _not_listed,
    "type": _wrong_type,
    "pattern": _wrong_form,
    "format": _wrong_form,
    "required": _missing,
    "additionalProperties": _superfluous,
    "minimum": _too_small,
    "maximum": _too_large,
    "maxItems": _too_many,
    "minItems": _too_few,
    "uniqueItems": _repeated,
    "json": _not_json,
}
