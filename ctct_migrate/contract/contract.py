"""The contract of a target: what a JSON body may hold, read from the JSON Schemas in
`schemas/TARGET`.

`is_valid` is the fast question, asked of every body; `violations` says what is wrong, each with
the JSON pointer (RFC 6901) of the property; `limits` and `properties` say what the schemas allow,
so that no limit is typed again elsewhere.  Lengths count Unicode characters, as JSON Schema has it
(2020-12, Validation, 6.3.1).

A resource is named by its slug (`campaign`, `contact_list`); a shape is `create`, `update` or `record` (a
`payload.Shape` serves), or `request` for the query parameters of a resource that has any.  Any
other name raises `KeyError`.

Nothing here knows XML, and no limit stands in this file: `schemas/TARGET/*.json` is their home.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jsonschema_rs

from ctct_migrate.contract.violation_words import message
from ctct_migrate.late_dataclass import dataclass, replace

#: What a body is for: POST, PUT, or a resource in full.
SHAPES = ("create", "update", "record")

#: The query parameters that bodies are sent with, where a resource has any.
REQUEST = "request"

#: What a reference to another file has between the file's name and the place in it.
_ELSEWHERE = ".json#"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that the contract refuses.

    pointer  JSON pointer into the body: of the value; of the missing property itself for
             `required`; of the superfluous one for `additionalProperties`
    keyword  JSON Schema's word for the limit: `maxLength`, `enum`, `required`, …; `json` for
             what JSON cannot hold (bytes, half a character) or only too deep
    limit    what the schema says there: 80, the allowed values, the pattern, …
    message  plain English, without a full stop: ``name has 93 characters; at most 80 are allowed``
    value    what stands there; None for a missing property
    """

    pointer: str
    keyword: str
    limit: Any
    message: str
    value: Any


@dataclass(frozen=True, slots=True)
class PropertyLimits:
    """What the full representation allows for one property, conditions aside.

    pointer                 the property's JSON pointer, 0 for any item of a list
    type                    `string`, `boolean`, `integer`, `array` or `object`
    nullable                whether it may be null
    min_length, max_length  characters, or None for no limit
    minimum                 of an integer, or None
    enum                    the allowed values, without null; empty where any will do
    pattern                 ECMA 262 regular expression that a part of the value has to match, or
                            None.  For jsonschema-rs, which takes linear time; Python's `re` may
                            take quadratic time on hostile text
    forbidden               a regular expression of the same kind that no part of the value may
                            match, or None
    format                  `date-time` (checked) or None
    expected                in a few words what the pattern, format or list asks for; may be empty
    description             what the property means
    read_only               whether only the server writes it
    names                   English names of the allowed values, by value; empty where the schema
                            names none
    """

    pointer: str
    type: str
    nullable: bool
    min_length: int | None
    max_length: int | None
    minimum: int | None
    enum: tuple[str, ...]
    pattern: str | None
    forbidden: str | None
    format: str | None
    expected: str
    description: str
    read_only: bool
    names: Mapping[str, str] = field(default_factory=dict, hash=False)


class Contract:
    """The JSON Schemas of one directory (`…/schemas/v2`), read and compiled when first asked for.

    Raises `OSError` or `ValueError`, on first use, for a directory without readable schemas.
    """

    def __init__(self, directory: Path):
        self.directory = directory
        self._schemas: dict[str, dict[str, Any]] = {}
        self._validators: dict[tuple[str, str], jsonschema_rs.Draft202012Validator] = {}
        self._forms: dict[tuple[str, str], jsonschema_rs.Draft202012Validator] = {}

    def is_valid(self, resource: str, shape: str, body: Any) -> bool:
        """Whether `body`, a JSON value, keeps the contract.  Microseconds; never raises for a
        body, whatever is in it."""
        validator = self._validators.get((resource, shape)) or self._compiled(resource, shape)
        try:
            return validator.is_valid(body)
        except (ValueError, TypeError):  # not a JSON value
            return False

    def violations(self, resource: str, shape: str, body: Any) -> tuple[Violation, ...]:
        """What the contract refuses in `body`, by pointer; empty exactly when `is_valid`."""
        try:
            errors = list(self._compiled(resource, shape).iter_errors(body))
        except (ValueError, TypeError):
            return (_not_json(body),)
        schema = self._schema(resource)
        found: dict[tuple[str, str], Violation] = {}
        for error in errors:
            for violation in _violations(schema, error, body):
                found.setdefault((violation.pointer, violation.keyword), violation)
        return tuple(sorted(found.values(), key=lambda violation: violation.pointer))

    def part_violations(
        self, resource: str, shape: str, place: str, part: Any
    ) -> tuple[Violation, ...]:
        """What the contract refuses in a part of a body of that shape, the one at the JSON pointer
        `place` (empty for the whole); pointers are into the part.  Raises KeyError where the schema
        has no such property."""
        if not place:
            return self.violations(resource, shape, part)
        schema = self._schema(resource)
        name = f"{shape}{place}"
        if (resource, name) not in self._validators:
            root = {
                "$ref": schema["$id"] + _reference(schema, shape, place),
                "$defs": {"whole": schema},
            }
            validator = jsonschema_rs.Draft202012Validator(root, validate_formats=True)
            self._validators[resource, name] = validator
        try:
            errors = list(self._validators[resource, name].iter_errors(part))
        except (ValueError, TypeError):
            return (_not_json(part),)
        found = [each for error in errors for each in _violations(schema, error, part)]
        return tuple(sorted(found, key=lambda violation: violation.pointer))

    def schema(self, resource: str) -> Mapping[str, Any]:
        """The JSON Schema of a resource, in which what stands in other files has been put in its place.
        Not to be changed."""
        return self._schema(resource)

    def limits(self, resource: str, pointer: str) -> PropertyLimits:
        """What the full representation allows at `pointer` (`/message_footer/city`;
        `/sent_to_contact_lists/0/id`, where any number serves), or for a query parameter
        (`?action_by`).  Raises `KeyError` where there is no such property."""
        schema = self._schema(resource)
        node, read_only = _resolved(schema, schema), False
        if pointer.startswith("?"):
            node, pointer = _shape(schema, REQUEST), f"/{pointer[1:]}"
        for token in _tokens(pointer):
            node = _child(schema, node, token)
            read_only = read_only or bool(node.get("readOnly"))
        return _limits(pointer, node, read_only)

    def properties(self, resource: str, shape: str) -> tuple[str, ...]:
        """JSON pointers of all that a body of this shape may hold, objects and lists before what
        is in them, in the schema's order; 0 stands for any item of a list."""
        schema = self._schema(resource)
        return tuple(_pointers(schema, _shape(schema, shape), ""))

    def required(self, resource: str, shape: str) -> tuple[str, ...]:
        """Names of the properties that a body of this shape has to have in any case."""
        schema = self._schema(resource)
        return tuple(_shape(schema, shape).get("required", ()))

    def read_only_when(self, resource: str, name: str, value: str) -> tuple[str, ...]:
        """Names of the properties that only the server writes while the property `name` is
        `value`, in the schema's order."""
        return tuple(
            each
            for each, node in self._schema(resource)["properties"].items()
            if node.get("x-read-only-when") == {name: value}
        )

    def read_only_in(self, resource: str, record: Mapping[str, Any]) -> frozenset[str]:
        """Names of the properties that only the server writes while a record is as it is."""
        properties = self._schema(resource)["properties"]
        return frozenset(
            each
            for each, node in properties.items()
            if "x-read-only-when" in node
            and all(record.get(name) == value for name, value in node["x-read-only-when"].items())
        )

    def fits_pattern(self, resource: str, pointer: str, text: str) -> bool:
        """Whether a text is of the form that the property at `pointer` has to have, its length
        aside.  Raises `KeyError` where there is no such property."""
        form = self._forms.get((resource, pointer))
        if form is None:
            limits = self.limits(resource, pointer)
            schema = {"type": "string", "pattern": limits.pattern, "format": limits.format}
            said = {keyword: value for keyword, value in schema.items() if value is not None}
            form = jsonschema_rs.Draft202012Validator(said, validate_formats=True)
            self._forms[resource, pointer] = form
        try:
            return form.is_valid(text)
        except UnicodeEncodeError:  # half of a surrogate pair, which stands for an unreadable byte
            return False

    def _schema(self, resource: str) -> dict[str, Any]:
        schema = self._schemas.get(resource)
        if schema is None:
            file = self.directory / f"{resource}.json"
            if not file.is_file() and any(self.directory.glob("*.json")):
                raise KeyError(f"no contract for {resource!r}")
            text = file.read_text(encoding="utf-8")
            schema = json.loads(text)
            if _ELSEWHERE in text:
                schema = self._whole(schema)
            self._schemas[resource] = schema
        return schema

    def _whole(self, node: Any) -> Any:
        """A schema in which what stands in other files of the directory (`"$ref": "email.json#/…"`)
        has been put in its place, so that a fact that two bodies share stands in one file."""
        if isinstance(node, list):
            return [self._whole(each) for each in node]
        if not isinstance(node, dict):
            return node
        file, there, place = str(node.get("$ref", "")).partition(_ELSEWHERE)
        if not there:
            return {name: self._whole(each) for name, each in node.items()}
        schema = self._schema(file)
        found = _without_references(schema, _at(schema, place.split("/")[1:]))
        return {**found, **{name: each for name, each in node.items() if name != "$ref"}}

    def _compiled(self, resource: str, shape: str) -> jsonschema_rs.Draft202012Validator:
        validator = self._validators.get((resource, shape))
        if validator is None:
            schema = self._schema(resource)
            _shape(schema, shape)
            # The whole schema is embedded under its own $id, so that the references of the shape
            # find it (JSON Schema 2020-12, Core, 9.3.1).
            reference = f"{schema['$id']}#/$defs/{shape}"
            root = {"$ref": reference, "$defs": {"whole": schema}}
            validator = jsonschema_rs.Draft202012Validator(root, validate_formats=True)
            self._validators[resource, shape] = validator
        return validator


def _shape(schema: dict[str, Any], shape: str) -> dict[str, Any]:
    if shape not in (*SHAPES, REQUEST) or shape not in schema["$defs"]:
        raise KeyError(f"no shape {shape!r}")
    return _resolved(schema, schema["$defs"][shape])


def _reference(schema: dict[str, Any], shape: str, place: str) -> str:
    """Where the schema of a part of a body stands, as a reference into the whole schema."""
    reference, node = f"#/$defs/{shape}", schema["$defs"][shape]
    for token in (*_tokens(place), ""):
        while "$ref" in node:
            reference = node["$ref"]
            node = _at(schema, reference.split("/")[1:])
        if token:
            reference, node = f"{reference}/properties/{token}", node["properties"][token]
    return reference


def of_request(violation: Violation) -> Violation:
    """A violation in the query parameters, with the pointer that tables have for them."""
    return replace(violation, pointer=f"?{violation.pointer.removeprefix('/')}")


def _at(schema: Any, path: list[Any]) -> Any:
    """What stands in `schema` at a path of keys and indices."""
    for key in path:
        schema = schema[key]
    return schema


def _resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """`node` with its references followed; keywords beside a reference win."""
    while "$ref" in node:
        target = _at(
            schema, [token for token in node["$ref"].removeprefix("#").split("/") if token]
        )
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def _without_references(schema: dict[str, Any], node: Any) -> Any:
    """A part of a schema with all its references into that schema followed.  Names of definitions,
    which nobody refers to then, are left out."""
    if isinstance(node, list):
        return [_without_references(schema, each) for each in node]
    if not isinstance(node, dict):
        return node
    node = _resolved(schema, node)
    kept = node.keys() - {"$defs", "$id", "$schema"}
    return {name: _without_references(schema, each) for name, each in node.items() if name in kept}


def _tokens(pointer: str) -> list[str]:
    """The reference tokens of a JSON pointer (RFC 6901, 3 and 4)."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def _pointer(path: list[str | int]) -> str:
    return "".join(f"/{str(token).replace('~', '~0').replace('/', '~1')}" for token in path)


def _child(schema: dict[str, Any], node: dict[str, Any], token: str) -> dict[str, Any]:
    if "items" in node and token.isdigit():
        return _resolved(schema, node["items"])
    named = node.get("properties", {})
    if token not in named:
        for pattern, found in node.get("patternProperties", {}).items():
            if re.search(pattern, token):
                return _resolved(schema, found)
    return _resolved(schema, named[token])


def _pointers(schema: dict[str, Any], node: dict[str, Any], at: str) -> Iterator[str]:
    children = dict(node.get("properties", {}))
    if "items" in node:
        children["0"] = node["items"]
    for name, child in children.items():
        pointer = f"{at}{_pointer([name])}"
        if name != "0" or "properties" in node:
            yield pointer
        yield from _pointers(schema, _resolved(schema, child), pointer)


#: The type of the only value that is allowed, where the schema does not name it.
_TYPES = {bool: "boolean", int: "integer"}


def _limits(pointer: str, node: dict[str, Any], read_only: bool) -> PropertyLimits:
    values = node.get("enum", [])
    types = node.get("type", [_TYPES.get(type(node.get("const")), "string")])
    types = [types] if isinstance(types, str) else types
    return PropertyLimits(
        pointer=pointer,
        type=next(name for name in types if name != "null"),
        nullable="null" in types or None in values,
        min_length=node.get("minLength"),
        max_length=node.get("maxLength"),
        minimum=node.get("minimum"),
        enum=tuple(value for value in values if value is not None),
        pattern=node.get("pattern"),
        forbidden=node.get("not", {}).get("pattern"),
        format=node.get("format"),
        expected=node.get("x-expected", ""),
        description=node.get("description", ""),
        read_only=read_only,
        names=MappingProxyType(node.get("x-names", {})),
    )


def violations_in(schema: dict[str, Any], body: Any) -> list[Violation]:
    """What a JSON Schema of its own, which is part of no contract, refuses in a JSON value."""
    errors = jsonschema_rs.Draft202012Validator(schema).iter_errors(body)
    return [violation for error in errors for violation in _violations(schema, error, body)]


def _violations(
    schema: dict[str, Any], error: jsonschema_rs.ValidationError, body: Any
) -> Iterator[Violation]:
    """What one error of the engine says: one violation, or one for each superfluous property."""
    path, where = list(error.instance_path), list(error.schema_path)
    keyword = str(where[-1])
    limit, node = _at(schema, where), _at(schema, where[:-1])
    kind = error.kind
    names: list[str] = []
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Required):
        names = [kind.property]
    elif isinstance(kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        names = kind.unexpected
    for extra in [[name] for name in names] or [[]]:
        place = path + extra
        value = None if keyword == "required" else _at(body, place)
        text = message(place, keyword, limit, value, node.get("x-expected", ""))
        yield Violation(_pointer(place), keyword, limit, text + _condition(schema, where), value)


def _condition(schema: dict[str, Any], where: list[Any]) -> str:
    """`, since … is true` where the limit stands in a `then`; its own text in the schema."""
    if "then" not in where:
        return ""
    return f", since {_at(schema, where[: where.index('then')])['description']}"


def _not_json(body: Any) -> Violation:
    """What to say of a body that is not a JSON value: of the first part that JSON cannot hold, or of
    the whole, when it is too deep, or has keys that are not text."""
    path: list[str | int] = []
    value = body
    for at, part in _parts(body):
        if not isinstance(part, dict | list) and not _is_held(part):
            path, value = at, part
            break
    return Violation(_pointer(path), "json", None, message(path, "json", None, value, ""), value)


def _parts(body: Any) -> Iterator[tuple[list[str | int], Any]]:
    """`body` and all that is in it, however deep, in document order, each with its path."""
    waiting: list[tuple[list[str | int], Any]] = [([], body)]
    while waiting:
        path, value = waiting.pop()
        yield path, value
        items: Any = ()
        if isinstance(value, dict):
            items = value.items()
        elif isinstance(value, list):
            items = enumerate(value)
        waiting.extend(([*path, key], item) for key, item in reversed(list(items)))


def _is_held(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (TypeError, ValueError):
        return False
    return True
