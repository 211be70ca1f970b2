"""Divergence: two JSON values that differ, written so that the difference can be seen.

Values are JSON literals, with what cannot be seen escaped, so that a string differs visibly from a
number and a trailing blank has a quote after it.  Of long texts the first differing place is shown,
with its surroundings on both sides.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Any

from ctct_migrate.late_dataclass import dataclass

#: Characters that a literal may have and still be shown whole, and those that are shown before and
#: after the first difference of longer ones.
WHOLE = 64
_BEFORE, _AFTER = 20, 36

#: Categories of Unicode whose characters are not drawn, or are drawn as a blank.
_UNSEEN = frozenset(["Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"])


@dataclass(frozen=True, slots=True)
class Divergence:
    """Two values that differ.

    expected, found  each as a JSON literal, or the part of it around the first difference, with `…`
                     where something is left out
    at               0-based character of the first difference, where only a part is shown
    note             what kind of difference it is, as a sentence without a full stop; empty where
                     there is no more to say than the values do
    """

    expected: str
    found: str
    at: int | None = None
    note: str = ""


def literal(value: Any) -> str:
    """`value` as JSON on one line, with every character escaped that cannot be seen.

    >>> literal("a\\u00a0b ")
    '"a\\\\u00a0b "'
    """
    text = json.dumps(value, ensure_ascii=False)
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(char: str) -> str:
    if char == " " or unicodedata.category(char) not in _UNSEEN:
        return char
    return json.dumps(char)[1:-1] if ord(char) != 0x7F else "\\u007f"


def short(value: Any) -> str:
    """The literal of a value, or its beginning where it is long."""
    text = literal(value if not isinstance(value, str) else value[: WHOLE * 2])
    return text if len(text) <= WHOLE else f"{text[: WHOLE - 1]}…"


def diverging(expected: Any, found: Any) -> Divergence:
    """How two values that are not objects or lists differ."""
    if not isinstance(expected, str) or not isinstance(found, str):
        note = ""
        if kind(expected) != kind(found):
            note = f"the JSON has {kind(found)} where v2 has {kind(expected)}"
        return Divergence(short(expected), short(found), note=note)
    if max(len(literal(expected)), len(literal(found))) <= WHOLE:
        return Divergence(literal(expected), literal(found), note=_note(expected, found))
    pairs = enumerate(zip(expected, found, strict=False))
    at = next((at for at, (one, other) in pairs if one != other), min(len(expected), len(found)))
    return Divergence(
        _around(expected, at), _around(found, at), at, _note(expected, found)
    )  # fmt: skip


def kind(value: Any) -> str:
    """The JSON type of a value, with its article."""
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    if value is None:
        return "null"
    return "an object" if isinstance(value, dict) else "a list"


def _around(text: str, at: int) -> str:
    start, end = max(0, at - _BEFORE), min(len(text), at + _AFTER)
    shown = literal(text[start:end])
    return f"{'…' if start else ''}{shown}{'…' if end < len(text) else ''}"


def _note(expected: str, found: str) -> str:
    """What two texts differ in, where that is less than the eye makes of it."""
    if expected.strip() == found.strip():
        return "they differ in the white space at an end alone"
    if "".join(expected.split()) == "".join(found.split()):
        return "they differ in white space alone"
    if expected.casefold() == found.casefold():
        return "they differ in capital and small letters alone"
    if found.startswith(expected):
        return f"the JSON has {_characters(len(found) - len(expected))} more at its end"
    if expected.startswith(found):
        return f"the JSON lacks the last {_characters(len(expected) - len(found))}"
    return ""


def _characters(number: int) -> str:
    return "1 character" if number == 1 else f"{number:,} characters"
