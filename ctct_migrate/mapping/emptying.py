"""Emptying: what a PUT would take away that its document does not speak of.

Asked of the engine's outcome alone, so that what only lints needs nothing that makes payloads.
"""

from __future__ import annotations

from ctct_migrate.mapping.compiled_table import CompiledRow, key_of, top_of
from ctct_migrate.mapping.compiling import plan_of
from ctct_migrate.mapping.content import decoded
from ctct_migrate.mapping.engine import MappingOutcome
from ctct_migrate.mapping.rows import Table
from ctct_migrate.payload import Shape


def emptied_by(table: Table, outcome: MappingOutcome) -> tuple[str, ...]:
    """JSON pointers of what a PUT of an outcome's body would empty although the document does not
    say so: properties of an update for which it has no element, not even an empty one (reference,
    v2-contract, Endpoints: what is left out is emptied).  Of an object that is left out
    altogether, its own pointer alone.  What an update has to have is not among them: without it
    there is no PUT.  `outcome` must be of the update shape."""
    plan = plan_of(table, Shape.UPDATE)
    found = outcome.found
    steps = (*(step for *_, step in plan.direct.values()), *plan.late)
    there = {plan.slots[step.slot] for step in steps if _is_there(table, step, outcome)}
    there.update(plan.slots[items.slot] for items in plan.lists if items.parent in found)
    there.update(
        plan.slots[step.slot]
        for repeated in plan.repeated
        for step in repeated.steps
        if repeated.parent in found
    )
    there.update(table.added.get(Shape.UPDATE, {}))
    if plan.number_slot is not None:
        there.add(plan.slots[plan.number_slot])  # without which there is no update
    there.update(table.constants)  # which every body has
    required = table.contract.required(table.resource, Shape.UPDATE)
    there.update(f"/{name}" for name in required)
    missing = [
        each
        for each in plan.slots
        if each.startswith("/") and each not in there and not _is_kept(table, each)
    ]
    whole = {
        pointer.rpartition("/")[0]
        for pointer in missing
        if pointer.count("/") > 1 and pointer.split("/")[1] not in outcome.attempt
    }
    return tuple(
        dict.fromkeys(
            parent if (parent := pointer.rpartition("/")[0]) in whole else pointer
            for pointer in missing
        )
    )


def _is_kept(table: Table, pointer: str) -> bool:
    """Whether the update leaves what stands at a pointer as it is."""
    return any(pointer == each or pointer.startswith(f"{each}/") for each in table.kept)


def _is_there(table: Table, step: CompiledRow, outcome: MappingOutcome) -> bool:
    """Whether the document has what the step reads, or its property may not be written anyway."""

    def text(path: str) -> str:
        node = outcome.found.get(key_of(path, table.namespace))
        return decoded(node).strip() if node is not None else ""

    return top_of(step.key) in outcome.found or (
        step.when is not None and not step.when.holds(text)
    )
