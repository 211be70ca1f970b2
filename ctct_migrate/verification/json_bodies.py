"""Bodies: v2 bodies out of JSON text, and what is wrong with the text.

One body, a list of bodies, or JSON Lines: bodies of their own, or the lines that `convert` writes,
which say which document and which entry they are of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import field
from typing import Any, NoReturn

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.conversion.bodies import JSON_SYNTAX
from ctct_migrate.source import Source


@dataclass(frozen=True, slots=True)
class Body:
    """A v2 JSON value.

    entry   0-based number of the entry that it is said to be of; None if unsaid
    source  the document that it is said to be of, as `convert` names it; None if unsaid
    request query parameters that it is said to be sent with, as `convert` has them beside the body
            (`{}` for none); None if unsaid
    line    1-based line of its file on which it begins; 1 for a body that is not in a file
    """

    value: Any
    entry: int | None = None
    source: str | None = None
    line: int = 1
    request: Any = None


@dataclass(frozen=True, slots=True)
class Bodies:
    """What a JSON text holds: its bodies in order, or the `problems` for which it cannot be read."""

    bodies: list[Body] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)


def bodies_of(value: Any, line: int = 1) -> list[Body]:
    """The bodies in a JSON value: those of a list, or the value itself."""
    values = value if isinstance(value, list) else [value]
    return [_body(each, line) for each in values]


def _body(value: Any, line: int) -> Body:
    """A value as it is, or out of a line of `convert`."""
    if isinstance(value, dict) and {"source", "body"} <= value.keys():
        entry, source = value.get("entry"), value["source"]
        return Body(
            value["body"],
            entry if isinstance(entry, int) else None,
            source if isinstance(source, str) else None,
            line,
            value.get("request", {}),
        )
    return Body(value, None, None, line)


def parsed(source: Source) -> Bodies:
    """The bodies in the text of a JSON file.  Never raises on bad input."""
    text = source.text
    report = Reporter(source)
    if source.undecodable is not None:
        at = source.undecodable
        return Bodies(
            problems=[
                report.at(
                    JSON_SYNTAX, at, at + 1, "this byte is not UTF-8",
                    label="JSON is written in UTF-8", help=("write the file in UTF-8",),
                )
            ]
        )  # fmt: skip
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] == "<":
        return Bodies(problems=[_xml(report, start)])
    try:
        return Bodies(bodies_of(_loaded(text), 1))
    except (ValueError, RecursionError) as error:
        lines = list(_lines(text))
        if len(lines) < 2 or 2 * sum(_is_object(line) for _, line in lines) < len(lines):
            return Bodies(problems=[_problem(report, 0, text, error)])
    found = Bodies()
    for at, line in lines:
        number = source.position(at).line
        try:
            found.bodies.extend(bodies_of(_loaded(line), number))
        except (ValueError, RecursionError) as error:
            found.problems.append(_problem(report, at, line, error))
    return found


def _xml(report: Reporter, start: int) -> Diagnostic:
    return report.at(
        JSON_SYNTAX, start, start + 1, "this is XML, not JSON", label="expected `{`",
        help=("the XML comes first, the JSON second: `ctct-migrate verify XML JSON`",),
    )  # fmt: skip


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with the characters at which they begin."""
    at = 0
    for line in text.split("\n"):
        if line.strip():
            yield at, line
        at += len(line) + 1


def _is_object(line: str) -> bool:
    try:
        return isinstance(_loaded(line), dict)
    except (ValueError, RecursionError):
        return False


def _loaded(text: str) -> Any:
    return json.loads(text, parse_constant=_constant)


class _NotANumber(ValueError):
    """A constant that JSON does not have."""


def _constant(name: str) -> NoReturn:
    raise _NotANumber(name)


def _problem(report: Reporter, at: int, text: str, error: Exception) -> Diagnostic:
    """The diagnostic for JSON that cannot be read; `at` is where `text` begins in the file."""
    if isinstance(error, _NotANumber):
        start = at + max(0, text.find(str(error)))
        return report.at(
            JSON_SYNTAX, start, start + len(str(error)), f"JSON has no `{error}`",
            label="expected a number, or `null`", help=(JSON_SYNTAX.how,),
        )  # fmt: skip
    if not isinstance(error, json.JSONDecodeError):
        words = "too deep" if isinstance(error, RecursionError) else "too long a number"
        return report.at(
            JSON_SYNTAX, at, at + 1, f"this JSON cannot be read: {words}", help=(JSON_SYNTAX.how,)
        )
    place = error.pos
    message, label = _words(error.msg, text, place)
    if not text[place:].strip():  # at the end: after the last thing that is there
        place = len(text.rstrip())
    end = min(len(text), place + 1)
    return report.at(
        JSON_SYNTAX, at + place, at + end, message, label=label, help=(JSON_SYNTAX.how,)
    )


def _words(words: str, text: str, at: int) -> tuple[str, str]:
    """Message and label for what Python's parser says of `text` at a character."""
    rest = text[at:]
    char, before = rest[:1], text[:at].rstrip()[-1:]
    if words.startswith("Unterminated string"):
        return "this string has no end", 'expected `"` after it'
    if not rest.strip():
        if not text.strip():
            return "there is no JSON here", "expected `{`"
        return "the JSON ends too early", "expected more after this"
    if (char in "}]" and before == ",") or words.startswith("Illegal trailing comma"):
        return "a comma stands before this with nothing after it", "delete the comma"
    if char == "'":
        return "JSON has strings in double quotes alone", 'expected `"`'
    for prefix, message, label in _JSON_WORDS:
        if words.startswith(prefix):
            return message, label
    for wrong, right in (("True", "true"), ("False", "false"), ("None", "null")):
        if rest.startswith(wrong):
            return f"JSON has no `{wrong}`", f"expected `{right}`"
    return "this is not a JSON value", 'expected a string in `"`, a number, `true`, `{` or `[`'


#: How Python's parser begins its words, and ours.
_JSON_WORDS = (
    ("Expecting property name", "the name of a property is expected here", 'expected `"`'),
    ("Expecting ',' delimiter", "a comma is missing here", "expected `,` or the end"),
    ("Expecting ':' delimiter", "a colon is missing after the name of the property", "expected `:`"),
    ("Invalid control character", "a line end or another control character stands in a string", r"write it as `\n`, `\t` or `\u…`"),
    ("Invalid \\", "this is not an escape that JSON has", r"write `\\` for a backslash"),
    ("Extra data", "something stands after the end of the JSON", "expected nothing more"),
)  # fmt: skip
