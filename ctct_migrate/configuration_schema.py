"""The JSON Schema of `ctct-migrate.toml`, for editors: completion, meanings and mistakes while typing.

It is made from the settings that the program reads (`configured_values.SETTINGS`) and from the catalogue
of rules.  `ctct-migrate schema --configuration` prints it; `schemas/ctct-migrate.schema.json` is a copy.

What the schema takes, the program takes, but for time zones, of which each machine has its own list, and
for one label that is given to two elements.  The program takes a little more: names of rules in other
letter case.  Draft 7, which is what taplo (Even Better TOML) reads; `x-taplo` is what it shows beside
allowed values.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from ctct_migrate import configured_values
from ctct_migrate.configured_values import SETTINGS
from ctct_migrate.diagnostics import Severity
from ctct_migrate.mapping.rows import CHOICES, labelled_elements
from ctct_migrate.payload import Shape
from ctct_migrate.rules.registry import EVERYTHING, catalogue
from ctct_migrate.targets import TARGETS

Schema = dict[str, Any]

_SELECTOR = {"$ref": "#/definitions/selector"}
_SELECTORS: Schema = {"type": "array", "items": _SELECTOR}

_SEVERITIES = {
    Severity.ERROR: "fails a run, with exit status 1",
    Severity.WARNING: "is reported",
    Severity.INFO: "is reported, as something to know",
}
_SHAPES = {
    Shape.CREATE: "the body of a POST",
    Shape.UPDATE: "the body of a PUT",
    Shape.RECORD: "an archived resource in full, with what is read-only",
}


def configuration_schema() -> Schema:
    """The schema, as JSON has it."""
    properties = {
        name: {"description": setting.meaning, **_value(name)} for name, setting in SETTINGS.items()
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "ctct-migrate.toml",
        "description": "What a project asks of ctct-migrate: which rules, how severe, where not, for "
        "which time zone, shape and target.",
        "type": "object",
        "properties": properties,
        "additionalProperties": _none("there is no such setting"),
        "definitions": {"selector": _selector()},
    }


def _value(name: str) -> Schema:
    """What the value of a setting may be."""
    setting = SETTINGS[name]
    known = [each for each in CHOICES.get(setting.attribute, ()) if each]
    return _allowed(dict.fromkeys(known, "")) if known else _OF_READERS[setting.reader]()


def _allowed(meanings: dict[str, str]) -> Schema:
    """One of these texts, with their meanings (empty for none)."""
    schema: Schema = {"type": "string", "enum": list(meanings)}
    if any(meanings.values()):
        schema["x-taplo"] = {"docs": {"enumValues": list(meanings.values())}}
    return schema


def _none(why: str) -> Schema:
    """What no value is.  Of `false`, taplo would show the error at every line of the table; of this, at
    the value, with the reason."""
    return {"not": {"description": why}}


def _selector() -> Schema:
    """A code, a family, a name or ALL.  Those that are worth completing are listed; a pattern takes
    the other ways of writing them that stand for a rule."""
    rules = catalogue()
    families = sorted({rule.code[:3] for rule in rules})
    listed = {
        EVERYTHING: "every rule",
        **{family: f"every rule whose code begins with {family}" for family in families},
        **{rule.code: f"{rule.name}: {rule.summary}" for rule in rules},
        **{rule.name: f"{rule.code}: {rule.summary}" for rule in rules},
    }
    return {
        "description": "A code, the beginning of one (CT6), the name of a rule, or ALL.",
        "anyOf": [_allowed(listed), {"type": "string", "pattern": _pattern()}],
    }


def _pattern() -> str:
    """What matches each code, each beginning of one, and families with `x` for figures, all in any
    letter case."""
    tree: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for rule in catalogue():
        tree[rule.code[2]][rule.code[3]].add(rule.code[4])
    families = []
    for first, below in sorted(tree.items()):
        groups = [
            f"{second}([{''.join(sorted(thirds))}]|[Xx])?" for second, thirds in below.items()
        ]
        families.append(f"{first}({'|'.join(sorted(groups))}|[Xx]{{2}})?")
    return f"^([Cc][Tt]({'|'.join(families)}|[Xx]{{3}})?|[Aa][Ll][Ll])$"


def _time_zone() -> Schema:
    return {"type": "string", "minLength": 1, "examples": ["America/New_York", "+02:00", "Z"]}


def _target() -> Schema:
    name = f" *({'|'.join(map(re.escape, TARGETS))}) *"
    listed = _allowed({name: target.title for name, target in TARGETS.items()})
    one, several = (
        {"type": "string", "pattern": f"^{name}{more}$"} for more in ("", f"(,{name})*")
    )
    array = {"type": "array", "items": {"anyOf": [listed, one]}, "minItems": 1}
    return {"anyOf": [listed, several, array]}


def _custom_fields() -> Schema:
    labels = {name: {"type": "string"} for name in labelled_elements()}
    nothing_else = _none("no element of that name goes into a custom field")
    return {"type": "object", "properties": labels, "additionalProperties": nothing_else}


#: What the value of a setting may be, by what reads it.
_OF_READERS: dict[Callable[[Any, str], Any], Callable[[], Schema]] = {
    configured_values.read_selectors: lambda: _SELECTORS,
    configured_values.read_per_file_ignores: lambda: {
        "type": "object", "additionalProperties": _SELECTORS,
    },
    configured_values.read_severities: lambda: {
        "type": "object",
        "propertyNames": _SELECTOR,
        "additionalProperties": _allowed({each.value: _SEVERITIES[each] for each in Severity}),
    },
    configured_values.read_shape: lambda: _allowed({each.value: _SHAPES[each] for each in Shape}),
    configured_values.read_time_zone: _time_zone,
    configured_values.read_target: _target,
    configured_values.read_text: lambda: {"type": "string"},
    configured_values.read_custom_fields: _custom_fields,
}  # fmt: skip
