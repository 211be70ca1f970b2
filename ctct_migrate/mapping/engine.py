"""The engine: runs a table over a payload.

One engine, two uses.  Without a `trace` it makes the body as fast as Python can; with one it does
the same and notes which row made what, from which the accounting and the source map are made
(`trace`).  It works on lxml's tree alone, knows no resource, and words nothing: what is in the way
comes out as `Complaint`s.

A body leaves only if the contract holds it valid.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ctct_migrate.late_dataclass import replace
from ctct_migrate.mapping.body_assembly import BodyAssembler
from ctct_migrate.mapping.compiled_table import key_of
from ctct_migrate.mapping.complaints import ComplaintKind
from ctct_migrate.mapping.outcome import MappingOutcome, Note
from ctct_migrate.mapping.rows import ConversionOptions, Table
from ctct_migrate.mapping.validity import is_valid
from ctct_migrate.payload import Shape
from ctct_migrate.resources import BY_SLUG


def run(
    table: Table,
    payload: Any,
    envelope: Any,
    options: ConversionOptions,
    trace: list[Note] | None = None,
) -> MappingOutcome:
    """Converts one payload.

    `payload` is the lxml element that `table` is for; `envelope` its Atom entry, or None for a
    bare payload.  With a `trace`, what each row did is appended to it.  Never raises on what the
    document holds.  Of a resource that can only be recorded a record is made, whatever shape is
    asked for: `rules.conversion.record_only` says that nothing else can be.
    """
    if options.shape is not Shape.RECORD:
        declared = BY_SLUG.get(table.resource)
        if declared is not None and declared.is_recorded_alone(options.choices):
            options = replace(options, shape=Shape.RECORD)
    return _Run(table, payload, envelope, options, trace).outcome()


_NO_NAMES: Mapping[str, str] = {}


class _Run(BodyAssembler):
    """One run, from the first row to the verdict of the contract."""

    __slots__ = ()

    def outcome(self) -> MappingOutcome:
        """Runs all rows."""
        plan = self.plan
        self._direct()
        for inside in plan.nested:
            self._look_into(inside, self.found)
        self._late(plan.late, self.found, self.slots, plan.slots, "")
        for items in plan.lists:
            self._list(items)
        for repeated in plan.repeated:
            self._one_of(repeated)
        for slot, parts, composition in plan.composed:
            self._compose(slot, parts, composition)
        numbers, number = self._number()
        body = self._body()
        self._refusal()
        contract, resource, shape = plan.table.contract, plan.table.resource, plan.shape
        if not is_valid(contract, resource, shape, body):
            if self._drop_unused():
                body = self._body()
            for violation in contract.violations(resource, shape, body):
                self._complain(ComplaintKind.CONTRACT, detail=violation)
        request = self._request() if plan.request or plan.given else _NO_NAMES
        good = None if self.complaints else body
        return MappingOutcome(
            good,
            numbers,
            self.complaints,
            self.aside,
            body,
            self.found,
            self.differs,
            number,
            request,
            self.repeats,
            self.texts,
        )

    def _refusal(self) -> None:
        space = self.plan.table.namespace
        for refusal in self.plan.table.refused.get(self.plan.shape, ()):
            text = self.text(refusal.path)
            if not (refusal.forbids(text) if refusal.forbids else text == refusal.value):
                continue
            if refusal.unless and key_of(refusal.unless, space) in self.found:
                continue
            node = self.found[key_of(refusal.path, space)]
            self._complain(ComplaintKind(refusal.kind), node, path=refusal.path, text=text)


__all__ = ["MappingOutcome", "Note", "run"]
