"""Putting together: the body, in the order of the table, from the values that were read.

Also what is taken out of it again: values that a composition has no use for, objects that are not whole,
texts that the target would refuse and v1 ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from ctct_migrate.contract.contract import REQUEST, of_request
from ctct_migrate.mapping.compiled_table import Items, pointer_of
from ctct_migrate.mapping.complaints import ComplaintKind
from ctct_migrate.mapping.row_reading import RowReader
from ctct_migrate.mapping.rows import OF_COMPOSED, Chosen, Composition
from ctct_migrate.mapping.run_state import given_values
from ctct_migrate.payload import Fate

_NO_NAMES: Mapping[str, str] = {}


class BodyAssembler(RowReader):
    """A run that puts together what it has read."""

    __slots__ = ()

    def _compose(self, slot: int, parts: Mapping[str, int], composition: Composition) -> None:
        """Makes a value of the texts of several elements."""
        slots, plan = self.slots, self.plan
        there = {name: slots[at] for name, at in parts.items() if slots[at] is not None}
        if slots[slot] is None and not there:
            return
        made = composition.compose(slots[slot], there, self.options)
        if made.value is None:
            self._withdraw(slot, made.said)
        slots[slot] = made.value
        for name in there.keys() & made.unused.keys():
            self._withdraw(parts[name], made.unused[name])
        if self.trace is not None:
            pointer = plan.slots[slot]
            own = [note for note in self.trace if note.pointer == pointer]
            used = {f"{OF_COMPOSED}{name}": words for name, words in made.used.items()}
            rest = [note for note in self.trace if note.pointer != pointer]
            # What the value was made from comes first: what is said of the value is about that.
            self.trace[:] = [
                *(note._replace(reason=made.said or note.reason) for note in own),
                *(
                    note._replace(pointer=pointer, reason=used[note.pointer] or note.reason)
                    if note.pointer in used
                    else note
                    for note in rest
                ),
            ]
        for words in made.refused:
            self._complain(ComplaintKind.COMPOSED, self._source_of(slot), detail=words)

    def _source_of(self, slot: int) -> Any:
        """The element that the property of a slot is read from, or None."""
        keys = (step.key for step in self.plan.by_slot.get(slot, ()))
        return next((self.found[key] for key in keys if key in self.found), None)

    def _body(self) -> dict[str, Any]:
        """The body, in the order of the table, from what has been read."""
        slots = self.slots
        body: dict[str, Any] = {}
        for part in self.plan.body:
            if isinstance(part, Items):
                if slots[part.slot] is not None:
                    _put(body, part.tokens, slots[part.slot])
                continue
            tokens = part.tokens
            values = slots[part.start : part.stop]
            if tokens and values.count(None) == len(values):  # as most are, in a small document
                continue
            target = given_values(part.names, values)
            if not tokens:
                if part.constants:  # what every body has stands at its place
                    target = {
                        n: v
                        for n in part.names
                        if (v := target.get(n, part.constants.get(n))) is not None
                    }
                body.update(target)
            elif part.whole is not None and (reason := part.whole.why_left_out(target)):
                for slot in range(part.start, part.stop):
                    self._withdraw(slot, reason)
            else:
                for name, value in part.constants.items():
                    if name not in target:
                        target[name] = self._constant(value)
                place = _put(body, tokens, target)
                if self.trace is not None and place != tokens:
                    self._move(pointer_of(tokens), pointer_of(place))
        for tokens, value in self.plan.added:
            if not _has(body, tokens):
                _put(body, tokens, self._constant(value))
        return body

    def _request(self) -> dict[str, str]:
        """The query parameters that the body is sent with, which the contract is asked about."""
        plan = self.plan
        read = {name: self.slots[slot] for slot, name in plan.request}
        request = {**plan.given, **{n: v for n, v in read.items() if v is not None}}
        contract, resource = plan.table.contract, plan.table.resource
        if not contract.is_valid(resource, REQUEST, request):
            for violation in contract.violations(resource, REQUEST, request):
                self._complain(ComplaintKind.CONTRACT, detail=of_request(violation))
        return request

    def _constant(self, value: Any) -> Any:
        """A constant, or what the caller chose in its place."""
        if not isinstance(value, Chosen):
            return value
        return value.read(getattr(self.options.choices, value.name))

    def _withdraw(self, slot: int, reason: str) -> None:
        """Notes that a value that has been read is not sent after all; it is lost, unless another row
        sends the same element's."""
        if self.slots[slot] is None:
            return
        self.slots[slot] = None
        pointer = self.plan.slots[slot]
        if self.trace is not None:
            self.trace[:] = [note for note in self.trace if note.pointer != pointer]
        for step in self.plan.by_slot.get(slot, ()):
            node = self.found.get(step.key)
            if node is None or any(
                self.slots[each.slot] is not None
                for each in self.plan.by_path[step.row.path]
                if each.slot != slot
            ):
                continue
            self._set_aside(step.row, node, step.attribute, Fate.DROPPED, reason)

    def _move(self, old: str, new: str) -> None:
        """Corrects the notes of an object that came to stand elsewhere than its rows say."""
        assert self.trace is not None
        for index, note in enumerate(self.trace):
            if note.pointer.startswith(f"{old}/"):
                self.trace[index] = note._replace(pointer=new + note.pointer.removeprefix(old))

    def _drop_unused(self) -> bool:
        """Takes out texts that break a limit and that v1 ignored, since their flag says NO; says
        whether there were any."""
        plan = self.plan
        flagged = {plan.slots[step.slot]: step for step in plan.steps if step.row.flag}
        taken = False
        table = plan.table
        for violation in table.contract.violations(table.resource, plan.shape, self._body()):
            step = flagged.get(violation.pointer)
            if step is None or self.slots[step.slot] is None or self.text(step.row.flag) == "YES":
                continue
            reason = f"{table.target} would refuse it, and v1 ignored it, since {step.row.flag} is not YES"
            self._withdraw(step.slot, reason)
            taken = True
        return taken


def _has(body: Any, tokens: tuple[str, ...]) -> bool:
    """Whether a body has a property, given by the tokens of its pointer."""
    for token in tokens:
        if not isinstance(body, dict) or token not in body:
            return False
        body = body[token]
    return True


def _put(body: dict[str, Any], tokens: tuple[str, ...], value: Any) -> tuple[str, ...]:
    """Puts `value` into `body`: under its name, or, where the last token is a number, at the end
    of the list before it.  Returns the tokens of its pointer."""
    target: Any = body
    for token, after in pairwise(tokens):
        if isinstance(target, list):
            if int(token) == len(target):
                target.append({})
            target = target[int(token)]
        elif token in target:
            target = target[token]
        else:
            target[token] = target = [] if after.isdigit() else {}
    if isinstance(target, list):
        target.append(value)
        return (*tokens[:-1], str(len(target) - 1))
    target[tokens[-1]] = value
    return tokens
