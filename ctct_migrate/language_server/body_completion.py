"""Completion in JSON bodies: properties that may stand here and are missing, and allowed values.

It works while the JSON cannot be read, since somebody is typing: only its tokens are looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import field

from ctct_migrate.bodies.recognising import recognised
from ctct_migrate.contract.contract import PropertyLimits
from ctct_migrate.language_server.document_completion import Completes, Proposal
from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.payload import Shape
from ctct_migrate.targets import Delivery, target_named

#: A string, perhaps without its end; a literal; a mark.
_TOKEN = late_compile(r'"(?:[^"\\\r\n]|\\.)*+"?|[\w.+-]+|[{}\[\],:]')
_WORD = late_compile(r"[\w$-]*")

#: What shows that the quote after the cursor begins another string.
_BEYOND = late_compile(r"[{}\[\],:]")


@dataclass
class _Level:
    """An object or a list that is open at the cursor: what it is, where in its parent it stands, and
    the names of the properties that it has, before the cursor and after it."""

    is_object: bool
    token: str
    names: dict[str, None] = field(default_factory=dict)
    name: str = ""
    awaits_value: bool = False


@dataclass
class _There:
    """What stands around the cursor.  `start` and `end` are of the token that is being typed."""

    levels: list[_Level]
    start: int
    end: int
    is_text: bool


def _string(token: str) -> str:
    try:
        return str(json.loads(token if len(token) > 1 and token.endswith('"') else f'{token}"'))
    except ValueError:
        return token.strip('"')


def _around(text: str, at: int) -> _There:
    levels: list[_Level] = []
    there: _There | None = None
    depth = place = 0
    while (match := _TOKEN.search(text, place)) is not None:
        token, start, place = match[0], match.start(), match.end()
        if there is None and start >= at:
            there, depth = _There(_kept(levels), at, at, False), len(levels)
        elif there is None and token[0] not in "{}[],:" and at <= place:
            is_text, is_whole = token[0] == '"', len(token) > 1 and token.endswith('"')
            is_whole = is_whole and not _BEYOND.search(text, at, place)
            if is_text and not is_whole:  # its end is not typed yet: it is the word at the cursor
                place = at + len(_WORD.match(text, at)[0])  # type: ignore[index]
            if at < place or not (is_text and is_whole):
                there, depth = _There(_kept(levels), start, place, is_text), len(levels)
                if levels and levels[-1].is_object and not levels[-1].awaits_value:
                    continue  # the name that is being typed is not there yet
        _take(levels, token)
        if there is not None and len(levels) < max(depth, 1):
            break
    return there or _There(_kept(levels), at, at, False)


def _kept(levels: list[_Level]) -> list[_Level]:
    """The levels as they are now, but for names, to which those after the cursor are added."""
    return [replace(each) for each in levels]


def _take(levels: list[_Level], token: str) -> None:
    """Goes on by a token."""
    top = levels[-1] if levels else None
    if token in "{[":
        levels.append(_Level(token == "{", _pointer_token(top)))
    elif token in "}]":
        if levels:
            levels.pop()
            if levels:
                levels[-1].awaits_value = False
    elif token == ":":
        if top is not None:
            top.awaits_value = True
    elif token == ",":
        if top is not None:
            top.awaits_value = False
    elif top is not None and top.is_object and not top.awaits_value and token.startswith('"'):
        top.name = _string(token)
        top.names[top.name] = None


def _pointer_token(level: _Level | None) -> str:
    if level is None:
        return ""
    return level.name.replace("~", "~0").replace("/", "~1") if level.is_object else "0"


def body_proposals(text: str, at: int, target: str, *, snippets: bool) -> list[Proposal]:
    """What may stand at `at` (characters of `text`) of a JSON body of a target, the most useful
    first.  Never raises on bad input."""
    there = _around(text, at)
    levels = there.levels
    while levels and not levels[0].is_object:  # a list of bodies
        levels = levels[1:]
    if not levels:
        return []
    if {"source", "body"} <= levels[0].names.keys() and len(levels) > 1:
        levels = levels[1:]  # a line of `convert`
    likely = recognised(target_named(target).deliveries().values(), levels[0].names)
    if not likely:
        return []
    pointer = "".join(f"/{each.token}" for each in levels[1:])
    top = levels[-1]
    if top.is_object and not top.awaits_value:
        return list(_properties(likely[0], pointer, top, there, text, snippets))
    value = f"{pointer}/{_pointer_token(top)}"
    limits = _limits(likely[0], value)
    return [] if limits is None else list(_values(limits, there))


def _limits(delivery: Delivery, pointer: str) -> PropertyLimits | None:
    try:
        return delivery.table.contract.limits(delivery.schema, pointer)
    except KeyError:
        return None


def _properties(
    delivery: Delivery, pointer: str, level: _Level, there: _There, text: str, snippets: bool
) -> Iterator[Proposal]:
    contract = delivery.table.contract
    sent = dict.fromkeys(
        each
        for shape in (Shape.CREATE, Shape.UPDATE)
        for each in contract.properties(delivery.schema, shape)
    )
    required = set(contract.required(delivery.schema, Shape.CREATE)) if not pointer else set()
    known = {**sent, **dict.fromkeys(contract.properties(delivery.schema, Shape.RECORD))}
    has_value = re.match(r"\s*:", text[there.end :]) is not None
    for weight, each in enumerate(known):
        above, _, name = each.rpartition("/")
        name = name.replace("~1", "/").replace("~0", "~")
        limits = _limits(delivery, each) if above == pointer and name not in level.names else None
        if limits is None or name == "0":
            continue
        details = [limits.type] + ["required"] * (name in required)
        details += ["read-only"] * (each not in sent or limits.read_only)
        written = json.dumps(name) + ("" if has_value else f": {_beginning(limits, snippets)}")
        yield Proposal(
            name, Completes.PROPERTY, written, there.start, there.end, snippets and not has_value,
            ", ".join(details), limits.description,
            weight + 1_000 * (name not in required) + 1_000 * (each not in sent),
        )  # fmt: skip


def _beginning(limits: PropertyLimits, snippets: bool) -> str:
    """What a value begins and ends with."""
    stop = "$1" if snippets else ""
    close = "\\}" if snippets else "}"
    marks = {"string": ('"', '"'), "array": ("[", "]"), "object": ("{", close)}
    first, last = marks.get(limits.type, ("", ""))
    return f"{first}{stop}{last}"


def _values(limits: PropertyLimits, there: _There) -> Iterator[Proposal]:
    if limits.type == "boolean":
        words = [("true", ""), ("false", "")]
    else:
        words = [(json.dumps(each), limits.names.get(each, "")) for each in limits.enum]
    for weight, (word, name) in enumerate(words):
        yield Proposal(
            word.strip('"'),
            Completes.VALUE,
            word,
            there.start,
            there.end,
            False,
            name,
            name,
            weight,
        )
