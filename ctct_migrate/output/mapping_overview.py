"""What becomes of each v1 resource in each target, as a table made from the declarations of both.

A cell says which calls a body is for, or why none is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ctct_migrate.output.mapping_table import MappingLine, mapping_lines, markdown
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import WITHOUT_COUNTERPART
from ctct_migrate.resources import BY_SLUG, PARTS, RESOURCES, Resource
from ctct_migrate.targets import Target

#: What is said of what no target has.
_NO_COUNTERPART = "no counterpart: skipped, and said so"


def overview(targets: Sequence[Target]) -> Iterator[MappingLine]:
    """A line for each v1 resource, by the name of its payload element."""
    for resource in (*RESOURCES.values(), *PARTS):
        yield MappingLine(resource.name, tuple(_cell(resource, each) for each in targets))
    for name in sorted(WITHOUT_COUNTERPART):
        yield MappingLine(name, (_NO_COUNTERPART,) * len(targets))


def _cell(resource: Resource, target: Target) -> str:
    delivery = target.delivery(resource.slug)
    if delivery is None:
        instead = target.instead.get(resource.slug)
        return f"no place: {instead}" if instead else "no place"
    shapes = {shape for row in delivery.table.rows if row.pointer for shape in row.shapes}
    if resource.read_only or shapes == {Shape.RECORD}:
        return "recorded alone"
    made = _shapes_of_part(resource, target)
    found = []
    for shape, word, steps in (
        (Shape.CREATE, "created", delivery.create),
        (Shape.UPDATE, "updated", delivery.update),
    ):
        if shape not in made:
            continue
        calls = ", ".join(dict.fromkeys(f"{step.method} `/{step.path}`" for step in steps))
        found.append(f"{word} ({calls})" if calls else f"{word} (a body, which is not sent)")
    said = ", ".join([*found, "recorded"])
    if resource.chosen:
        options = " and ".join(f"`--{name.replace('_', '-')}`" for name in resource.chosen)
        said += f"; to be created or updated it needs {options}"
    inner = [BY_SLUG[slug].noun for slug in delivery.parts]
    return said + "".join(f"; each {noun} becomes a body of its own" for noun in inner)


def _shapes_of_part(resource: Resource, target: Target) -> frozenset[Shape]:
    """The shapes in which bodies are made of a resource; of a part, those that its whole allows."""
    wholes = (each.parts.get(resource.slug) for each in target.deliveries().values())
    return next((part.shapes for part in wholes if part is not None), frozenset(Shape))


def whole_page(targets: Sequence[Target]) -> str:
    """The overview and the tables of all resources, as Markdown: of what can be created what a new
    one becomes, of everything else the record."""
    parts = [markdown(list(overview(targets)), targets)]
    for resource in (*RESOURCES.values(), *PARTS):
        shape = Shape.RECORD if resource.read_only else Shape.CREATE
        lines = list(mapping_lines(resource, targets, shape))
        what = "recorded" if shape is Shape.RECORD else "created"
        title = f"\n## {resource.name}\n\nWhat becomes of each element of one that is {what}.\n\n"
        parts.append(title + markdown(lines, targets))
    return "".join(parts)
