"""Reading: the rows of a plan, run over a payload.

Fills the slots with values.  The innermost loops of the program are here: each child of a payload is
touched once, and what is read of it is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ctct_migrate.mapping.compiled_table import Alternatives, CompiledRow, Items
from ctct_migrate.mapping.complaints import ComplaintKind
from ctct_migrate.mapping.content import decoded
from ctct_migrate.mapping.ids import naming
from ctct_migrate.mapping.outcome import Found, Note
from ctct_migrate.mapping.rows import UnreadableValue
from ctct_migrate.mapping.run_state import RunState, given_values
from ctct_migrate.payload import Fate, Shape


class RowReader(RunState):
    """A run that reads."""

    __slots__ = ()

    def _direct(self) -> None:
        """Finds the payload's children, and runs the direct steps as they come.

        The program's innermost loop: each name looked up here is looked up for every element of
        every document.
        """
        found, texts, slots = self.found, self.texts, self.slots
        trace, options = self.trace, self.options
        direct_step_of = self.plan.direct.get
        for child in self.payload:
            tag = child.tag
            found[tag] = child
            direct_step = direct_step_of(tag)
            if len(child):
                text = self._inside(direct_step[3], child) if direct_step is not None else None
            else:
                text = texts[tag] = child.text
            if text is None or direct_step is None:
                continue
            slot, values, read, step = direct_step
            if values is not None and text in values:
                slots[slot] = values[text]
            elif read is not None:
                try:
                    slots[slot] = read(text, options)
                except UnreadableValue as error:
                    self._unreadable(step.row, child, "", error)
            elif not text.isspace():
                slots[slot] = text
            if trace is not None and slots[slot] is not None:
                trace.append(Note(step.row, child, "", self.plan.slots[slot], Fate.MAPPED, ""))
        if len(found) != len(self.payload) + 1 or not self.plan.known.issuperset(found):
            texts.clear()
            self._adopt()
            if self.plan.twice:
                self._keep_first()
            self._sort_out(self.payload, self.plan.known, self.plan.cased)

    def _keep_first(self) -> None:
        """Takes back what the second of two children said, where the first one counts."""
        for tag in self.plan.twice & self.found.keys():
            first, *others = self.payload.iterchildren(tag)
            if not others:
                continue
            self.found[tag] = first
            direct = self.plan.direct.get(tag)
            rows = [row for row in self.plan.table.rows if tag.endswith(f"}}{row.path}")]
            if direct is not None:
                step = direct[3]
                self.slots[step.slot] = None
                if self.trace is not None:
                    self.trace[:] = [note for note in self.trace if note.node not in others]
                    self.trace[:] = [note for note in self.trace if note.node is not first]
                self._late([step], self.found, self.slots, self.plan.slots, "")
            for other in others:
                self._set_aside(rows[0], other, "", Fate.DROPPED, "the first one counts")

    def _adopt(self) -> None:
        """Finds children that only the server writes under names in the wrong letter case."""
        found, cased = self.found, self.plan.cased
        for child in self.payload.iterchildren("*"):
            right = cased.get(child.tag.lower())
            if right is None or right in found:
                continue
            found[right] = found.pop(child.tag)
            direct = self.plan.direct.get(right)
            if direct is not None:
                self._late([direct[3]], found, self.slots, self.plan.slots, "")

    def _late(
        self,
        steps: Sequence[CompiledRow],
        found: Found,
        slots: list[Any],
        names: Sequence[str],
        at: str,
    ) -> None:
        """Runs steps in the order of the table.  They fill `slots`, which stand for what has these
        `names` below the pointer `at`."""
        options, trace = self.options, self.trace
        for step in steps:
            slot, key, attribute, values, read, _, when, row, place = step
            if slots[slot] is not None and row.fate is not Fate.DROPPED:
                continue
            node = found.get(key) if place is None else self._in_envelope(place)
            if node is None:
                continue
            if attribute:
                text = node.get(attribute)
            else:
                text = node.text if not len(node) else self._inside(step, node)
            if not text:
                continue
            if slots[slot] is not None:
                self._set_aside(row, node, attribute, row.fate, row.reason)
                continue
            if when is not None and not when.allows(self.text, options.choices):
                self._set_aside(row, node, attribute, when.fate, when.reason)
                continue
            if values is not None and text in values:
                slots[slot] = values[text]
            elif read is not None:
                try:
                    slots[slot] = read(text, options)
                except UnreadableValue as error:
                    self._unreadable(row, node, attribute, error)
            elif not text.isspace():
                slots[slot] = text
            if trace is not None and slots[slot] is not None:
                origin = row.codec.origin(text, options) if row.codec.origin else ""
                trace.append(Note(row, node, attribute, at + names[slot], Fate.MAPPED, origin))

    def _list(self, items: Items) -> None:
        """Makes an object for each of the repeated elements."""
        parent = self.found.get(items.parent)
        if parent is None:
            return
        at = items.pointer
        values: list[Any] = []
        for child in parent:
            if child.tag != items.tag and not self._is_item(child, items):
                continue
            found: Found = {"": child}
            if inside_it := len(child):
                for inner in child:
                    found[inner.tag] = inner
                if len(found) != inside_it + 1 or not items.known.issuperset(found):
                    for inner in child.iterchildren("*"):
                        found.setdefault(items.cased.get(inner.tag.lower(), inner.tag), inner)
                    self._sort_out(child, items.known, items.cased)
                for inside in items.nested:
                    self._look_into(inside, found)
            slots: list[Any] = [None] * len(items.names)
            if items.is_plain:
                self._late(items.steps, found, slots, (str(len(values)),), f"{at}/")
                if slots[0] is not None and items.distinct and slots[0] in values:
                    self._again(items, child)
                elif slots[0] is not None:
                    values.append(slots[0])
                continue
            self._late(items.steps, found, slots, items.names, f"{at}/{len(values)}/")
            target = given_values(items.names, slots)
            if target:
                target.update(items.constants)
                if items.distinct and target in values:
                    self._again(items, child)
                else:
                    values.append(target)
        if values or (items.may_be_empty and not len(parent)):
            self.slots[items.slot] = values

    def _is_item(self, child: Any, items: Items) -> bool:
        """Whether a child under another name is an item all the same."""
        if not isinstance(child.tag, str):  # a comment
            return False
        if items.cased.get(child.tag.lower()) == items.tag:
            return True
        if items.parent:  # of the payload's own children, others may be known
            self._complain(ComplaintKind.UNKNOWN_ELEMENT, child)
        return False

    def _again(self, items: Items, child: Any) -> None:
        """Notes that an item says what another one has said."""
        self.repeats = True
        if self.trace is not None:
            self.trace[:] = [note for note in self.trace if note.node is not child]
        for step in items.steps:
            if step.attribute and not step.key:
                self._set_aside(step.row, child, step.attribute, Fate.DROPPED, "it is named before")

    def _one_of(self, repeated: Alternatives) -> None:
        """Reads what several elements may say and the body has once."""
        parent = self.found.get(repeated.parent)
        slots, names = self.slots, self.plan.slots
        for number, child in enumerate(
            parent.iterchildren(repeated.tag) if parent is not None else ()
        ):
            found: Found = {"": child}
            for inner in child.iterchildren("*"):
                if found.setdefault(inner.tag, inner) is not inner:
                    self._complain(ComplaintKind.REPEATED_ELEMENT, inner)
                elif inner.tag not in repeated.known:
                    self._complain(ComplaintKind.UNKNOWN_ELEMENT, inner)
            for inside in repeated.nested:
                self._look_into(inside, found)
            for step in repeated.steps:
                node = found.get(step.key)
                if node is None:
                    continue
                if (slots[step.slot] is not None or (repeated.first and number)) and decoded(
                    node
                ).strip():
                    reason = step.row.reason or "another one counts"
                    self._set_aside(step.row, node, step.attribute, Fate.DROPPED, reason)
                else:
                    self._late((step,), found, slots, names, "")

    def _number(self) -> tuple[dict[str, str], str | None]:
        """The id that says which resource the document is, by the path that it is read from: the
        first reading, and all of them where they must agree; and the resource's own id, or None.
        Fills the property that takes it."""
        plan, trace = self.plan, self.trace
        if plan.identified is None or plan.resource is None:
            return {}, None
        given: dict[str, str | None] = {}
        own: dict[str, str | None] = {}
        nodes: dict[str, tuple[CompiledRow, Any]] = {}
        for step in plan.numbers:
            _, key, attribute, _, read, _, _, row, place = step
            node = self.found.get(key) if place is None else self._in_envelope(place)
            if node is None:
                continue
            text = node.get(attribute) if attribute else decoded(node)
            if text is not None:
                path = row.path
                given[path] = read(text, self.options) if text and read is not None else None
                nodes[path] = step, node
                if plan.needed:
                    own[path] = plan.resource.id_in(text)
        readings = naming(plan.identified, given, own=not plan.needed)
        numbers = readings
        if not plan.needed and len(readings) > 1:
            first = next(iter(readings))
            numbers = {first: readings[first]}
        for path, number in numbers.items():
            step, node = nodes[path]
            pointer = ""
            if plan.number_slot is not None:
                self.slots[plan.number_slot], pointer = number, step.row.pointer
            if trace is not None:
                fate = Fate.MAPPED if pointer else step.row.fate
                reason = "" if pointer else step.row.reason
                trace.append(Note(step.row, node, step.attribute, pointer, fate, reason))
        self.differs = len(readings) > 1 and len(set(readings.values())) > 1
        if self.differs and (plan.needed or plan.shape is Shape.UPDATE):
            detail = tuple(readings.items())
            self._complain(ComplaintKind.NUMBERS_DIFFER, self.payload, detail=detail)
        if (plan.needed or plan.shape is Shape.UPDATE) and not readings:
            self._complain(ComplaintKind.NO_NUMBER, self.payload)
        named = naming(plan.resource, own) if plan.needed else numbers
        return numbers, next(iter(named.values()), None)
