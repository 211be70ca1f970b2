"""What a target's contract refuses in a body, as diagnostics at the place in the JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ctct_migrate.bodies.json_places import PlacedValue, character_place
from ctct_migrate.bodies.recognising import properties
from ctct_migrate.contract.contract import Violation
from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.payload import Shape
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.conversion import json_body_rules as catalogue
from ctct_migrate.rules.nearness import nearest
from ctct_migrate.rules.phrases import choice
from ctct_migrate.targets import Delivery

#: Keywords of JSON Schema that have a rule of their own; all others are about limits.
_RULES = {
    "additionalProperties": catalogue.PROPERTY,
    "required": catalogue.MISSING,
    "enum": catalogue.VALUE,
    "type": catalogue.TYPE,
    "json": catalogue.TYPE,
}

#: Longer lists of values are not spelled out.
_SPELLED_OUT = 12


def repeated(reporter: Reporter, body: PlacedValue) -> Iterator[Diagnostic]:
    """Properties that an object has twice."""
    for pointer, value in body.everything():
        for each in value.repeated:
            name = reporter.source.text[each.name_place[0] : each.name_place[1]].strip('"')
            last = value.inside.get(name)
            second = [(*last.name_place, "the second one")] if last is not None else []
            yield reporter.at(
                catalogue.TWICE, *each.name_place, f"`{_joined(pointer, name)}` is there twice",
                label="the first one", help=(catalogue.TWICE.how,), element=f"{pointer}/{name}",
                labels=second,
            )  # fmt: skip


class Checking:
    """One body against its schema; `sent` is what is sent of it."""

    def __init__(
        self,
        reporter: Reporter,
        delivery: Delivery,
        shape: Shape,
        body: PlacedValue,
        sent: Mapping[str, Any],
    ):
        self._reporter, self._delivery, self._shape, self._body = reporter, delivery, shape, body
        self._contract, self._sent = delivery.table.contract, sent

    def diagnostics(self) -> list[Diagnostic]:
        """What the contract refuses."""
        violations = self._contract.violations(self._delivery.schema, self._shape, self._sent)
        meant = {
            each.pointer: near
            for each in violations
            if each.keyword == "additionalProperties" and (near := self._near(each.pointer))
        }
        # What is not of the form is not said to be too short besides.
        formless = {each.pointer for each in violations if each.keyword in ("pattern", "format")}
        found = [
            each
            for each in violations
            if each.pointer not in meant.values()
            and not (each.keyword == "minLength" and each.pointer in formless)
        ]
        return [self._diagnostic(each, meant.get(each.pointer)) for each in found]

    def _diagnostic(self, violation: Violation, near: str | None) -> Diagnostic:
        rule = _RULES.get(violation.keyword, catalogue.LIMIT)
        start, end = self._place(violation)
        label, help_ = self._words(violation, near)
        return self._reporter.at(
            rule, start, end, _message(violation, near), label=label,
            help=(*help_, *(() if help_ else (rule.how,))), element=violation.pointer,
        )  # fmt: skip

    def _place(self, violation: Violation) -> tuple[int, int]:
        """The name of what is superfluous, the object that lacks something, else the value; of a
        text that is too long, what is too much."""
        pointer = violation.pointer
        value = self._body.at(pointer)
        if violation.keyword == "required" or value is None:
            parent = self._body.at(pointer.rpartition("/")[0]) or self._body
            if parent.name_start is not None:
                return parent.name_place
            return parent.start, parent.start + 1
        if violation.keyword == "additionalProperties":
            return value.name_place
        if violation.keyword == "maxLength" and isinstance(value.value, str):
            text = self._reporter.source.text
            return character_place(text, value.start, violation.limit), value.end - 1
        if isinstance(value.value, dict | list):
            return value.start, value.start + 1
        return value.start, value.end

    def _words(self, violation: Violation, near: str | None) -> tuple[str, tuple[str, ...]]:
        """Label and help."""
        value, limit = violation.value, violation.limit
        if violation.keyword == "additionalProperties":
            if near is not None:
                return f"did you mean `{near.rpartition('/')[2]}`?", (f"Write `{_dotted(near)}`.",)
            known = sorted(self._known(violation.pointer))
            spelled = f"expected {choice(known)}" if 0 < len(known) <= _SPELLED_OUT else ""
            return spelled or "not a property of this resource", ()
        if violation.keyword == "required":
            said = self._described(violation.pointer)
            return f"expected `{violation.pointer.rpartition('/')[2]}`{said}", ()
        if violation.keyword == "enum":
            words = [str(each) for each in limit if each is not None]
            meant = nearest(value, words) if isinstance(value, str) else None
            if meant is not None:
                return f"did you mean `{meant}`?", (f'Write `"{meant}"`.',)
            if not words:
                return "expected it to be left out", ("Leave it out.",)
            few = f"expected {choice(words)}" if 0 < len(words) <= _SPELLED_OUT else ""
            return few or "not an allowed value", ()
        if violation.keyword == "type":
            return self._typed(value, limit)
        said = self._described(violation.pointer).removeprefix(": ")
        return "" if said in violation.message else said, ()

    def _typed(self, value: Any, limit: Any) -> tuple[str, tuple[str, ...]]:
        types = [limit] if isinstance(limit, str) else list(limit)
        if "string" in types and isinstance(value, int | float) and not isinstance(value, bool):
            return "expected text, in quotes", (f'Write `"{value}"`.',)
        if "boolean" in types and isinstance(value, str):
            word = value.strip().lower()
            meant = {"true": "true", "yes": "true", "false": "false", "no": "false"}.get(word)
            return "expected `true` or `false`, without quotes", (
                (f"Write `{meant}`.",) if meant else ()
            )
        if {"integer", "number"} & set(types) and isinstance(value, str):
            bare = value.strip()
            digits = bare.replace(".", "", 1).removeprefix("-")
            is_number = digits.isascii() and digits.isdigit()
            return "expected a number, without quotes", ((f"Write `{bare}`.",) if is_number else ())
        if "array" in types and not isinstance(value, list):
            return "expected a list, in `[` and `]`", ()
        return "", ()

    def _described(self, pointer: str) -> str:
        """`: what the property means`; empty where the schema says nothing."""
        try:
            limits = self._contract.limits(self._delivery.schema, _zeroed(pointer))
        except KeyError:
            return ""
        said = limits.expected or limits.description
        return f": {said[:1].lower()}{said[1:]}" if said else ""

    def _known(self, pointer: str) -> set[str]:
        """The properties that the object may have in which a property stands."""
        start = _zeroed(pointer.rpartition("/")[0]) + "/"
        allowed = self._contract.properties(self._delivery.schema, self._shape)
        inner = {each[len(start) :] for each in allowed if each.startswith(start)}
        return {each for each in inner if "/" not in each}

    def _near(self, pointer: str) -> str | None:
        """JSON pointer of the property that a wrong name was meant to be: one of the same object,
        or the only one of that name elsewhere."""
        parent, _, name = pointer.rpartition("/")
        there = self._body.at(parent)
        used = set(there.inside) if there is not None else set()
        meant = nearest(name, sorted(self._known(pointer) - used))
        if meant is not None:
            return f"{parent}/{meant}"
        allowed = self._contract.properties(self._delivery.schema, self._shape)
        elsewhere = [each for each in allowed if each.endswith(f"/{name}") and "/0" not in each]
        return elsewhere[0] if len(elsewhere) == 1 else None


def read_only(delivery: Delivery, shape: Shape, body: PlacedValue) -> list[str]:
    """Names of the properties of a body that are known, and that a request does not have, since
    only the server writes them."""
    if shape is Shape.RECORD or not isinstance(body.value, dict):
        return []
    contract = delivery.table.contract
    allowed = {
        each[1:] for each in contract.properties(delivery.schema, shape) if "/" not in each[1:]
    }
    fixed = contract.read_only_in(delivery.schema, body.value) if shape is Shape.UPDATE else ()
    known = properties(delivery, "")
    return [
        name for name in body.inside if name in fixed or (name in known and name not in allowed)
    ]


def _message(violation: Violation, near: str | None) -> str:
    """The contract's words, with the property in backticks."""
    name = _named(violation.pointer)
    if violation.keyword == "additionalProperties" and near is None:
        return f"there is no property `{name}`"
    if violation.keyword == "additionalProperties":
        return f"there is no property `{name}` here"
    return f"`{name}`{violation.message.removeprefix(name)}" if name else violation.message


def _named(pointer: str) -> str:
    """A JSON pointer as the contract's words have it: `lists[0].id`."""
    name = ""
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        name += f"[{token}]" if token.isdigit() else f".{token}" if name else token
    return name


def _dotted(pointer: str) -> str:
    return _named(pointer)


def _joined(pointer: str, name: str) -> str:
    return _named(f"{pointer}/{name}")


def _zeroed(pointer: str) -> str:
    return "/".join("0" if token.isdigit() else token for token in pointer.split("/"))
