"""What is known of an element, an attribute, a value or a property, as Markdown for an editor.

All of it is from the XSDs, the JSON Schemas and the tables that `convert` runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ctct_migrate.contract.contract import PropertyLimits
from ctct_migrate.language_server.under_cursor import SchemaPlace
from ctct_migrate.mapping.rows import Table
from ctct_migrate.output.mapping_table import fate_in
from ctct_migrate.payload import Shape
from ctct_migrate.resources import RESOURCES
from ctct_migrate.targets import TARGETS
from ctct_migrate.v1 import AttributeFact, ElementFact, TypeFact, TypeKind, Value

#: Longer lists of values are cut.
_LISTED = 12

_HELD = {
    TypeKind.DATE_TIME: "A date-time of RFC 3339 with its time zone.",
    TypeKind.COUNTER: "A whole number, 0 or more.",
    TypeKind.MARKUP: "Text, or markup of any kind.",
}

#: When an element is required, by `ElementFact.required_when`.
_WHEN = {
    "full": "Required in every campaign that is more than a listing.",
    "custom": "Required unless CampaignType is STOCK.",
}


def element_text(fact: ElementFact, place: SchemaPlace, shape: Shape) -> str:
    """What an element means, its limits, and what becomes of it."""
    below = f" in {place.root}" if place.path else ""
    head = f"**`<{fact.name}>`**{below}"
    return _joined(
        [head, _sentence(fact.meaning), *_limits(fact.type, fact.type_kind), *_occurrence(fact)],
        fates(place, "", shape),
    )


def attribute_text(fact: AttributeFact, place: SchemaPlace, shape: Shape) -> str:
    """The same for an attribute of the element that stands there."""
    needed = "Required." if fact.required else "Optional."
    name = place.path.rpartition("/")[2] or place.root
    return _joined(
        [f"**`{fact.name}`** of `<{name}>`", _sentence(fact.meaning), *_limits(fact.type), needed],
        fates(place, f"@{fact.name}", shape),
    )


def value_text(values: Sequence[Value], written: str) -> str:
    """What a value of an enumeration means; empty where it is none of them."""
    found = next((each for each in values if each.value == written.strip()), None)
    if found is None:
        return ""
    other = f" Another spelling of `{found.spelling_of}`." if found.spelling_of else ""
    return f"`{found.value}`: {found.documentation}{other}"


def property_text(limits: PropertyLimits, target: str, v1_paths: Sequence[str]) -> str:
    """What a property of a body means, its limits, and what it is from."""
    kind = limits.type + (" or null" if limits.nullable else "")
    parts = [
        f"**`{limits.pointer}`** in {TARGETS[target].title} ({kind})",
        _sentence(limits.description),
    ]
    if limits.expected:
        parts.append(f"Expected: {limits.expected}.")
    if limits.enum:
        known = [f"`{each}`" + _named(limits.names.get(each)) for each in limits.enum]
        parts.append(_list_of(known))
    if limits.max_length is not None:
        parts.append(f"At most {limits.max_length:,} characters.")
    if limits.min_length:
        parts.append(f"At least {limits.min_length:,} characters.")
    if limits.minimum is not None:
        parts.append(f"At least {limits.minimum:,}.")
    if limits.read_only:
        parts.append("Only the server writes it.")
    lines = [f"- v1: `{path}`" for path in v1_paths]
    return _joined(parts, lines)


def _sentence(text: str) -> str:
    return f"{text}." if text and text[-1] not in ".!?" else text


def _named(name: str | None) -> str:
    return f": {name}" if name else ""


def _joined(parts: Sequence[str], fates_: Sequence[str]) -> str:
    paragraphs = [part for part in parts if part]
    if fates_:
        paragraphs.append("\n".join(fates_))
    return "\n\n".join(paragraphs)


def _limits(fact: TypeFact | None, kind: TypeKind | None = None) -> Iterator[str]:
    if fact is None:
        if kind is TypeKind.MARKUP:
            yield _HELD[kind]
        return
    if fact.kind in _HELD:
        yield _HELD[fact.kind]
    own = [each for each in fact.enumeration if each.spelling_of is None]
    if own:
        yield _list_of([f"`{each.value}`: {each.documentation}" for each in own])
    elif fact.documentation and fact.kind is TypeKind.PATTERN:
        yield f"{fact.documentation.partition(' (')[0].rstrip('.')}."
    if fact.max_length is not None:
        yield f"At most {fact.max_length:,} characters."
    if fact.min_length > 1:
        yield f"At least {fact.min_length:,} characters."
    if fact.max_value is not None:
        yield f"At most {fact.max_value:,}."


def _list_of(values: Sequence[str]) -> str:
    lines = [f"- {each}" for each in values[:_LISTED]]
    if len(values) > _LISTED:
        lines.append(f"- … {len(values) - _LISTED} more")
    return "Allowed:\n\n" + "\n".join(lines)


def _occurrence(fact: ElementFact) -> Iterator[str]:
    if fact.required:
        yield "Required."
    elif fact.required_when:
        name, _, value = fact.required_when.partition("=")
        yield _WHEN.get(fact.required_when, f"Required where {name} is {value}.")
    if fact.repeatable:
        yield "May stand here several times."
    if fact.read_only:
        yield "Only the server writes it."


def fates(place: SchemaPlace, attribute: str, shape: Shape) -> list[str]:
    """What becomes of an element, or of one of its attributes (`@id`), in each target: a line each;
    none where no target's table knows it."""
    entry = place.entry
    resource = RESOURCES.get((entry.resource if entry is not None else place.root) or "")
    if resource is None:
        return []
    in_envelope = place.root == "entry"
    way = [part for part in ("entry" if in_envelope else "", place.path, attribute) if part]
    path = "/".join(way)
    wanted = Shape.RECORD if resource.read_only else shape
    lines = []
    for target in TARGETS.values():
        said = _fate(target.table(resource.slug), path, wanted)
        if said:
            lines.append(f"- {target.title}: {said}")
    return lines if any("not known" not in line for line in lines) else []


def _fate(table: Table | None, path: str, shape: Shape) -> str:
    """What a table says of a path, or of what stands in it, where it has no row of its own."""
    if table is None:
        return fate_in(table, path, shape)
    above, _, name = path.rpartition("/")
    for each in (path, f"{above}/atom:{name}".lstrip("/")):
        row = next((row for row in table.rows if row.path.replace("*", "") == each), None)
        if row is not None:
            return fate_in(table, row.path, shape)
    return ""
