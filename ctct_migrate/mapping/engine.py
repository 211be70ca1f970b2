"""The engine: runs a table over a payload.

One engine, two uses.  Without a `trace` it makes the body as fast as Python can; with one it does
the same and notes which row made what, from which the accounting and the source map are made
(`trace`).  It works on lxml's tree alone, knows no resource, and words nothing: what is in the way
comes out as `Complaint`s.

A body leaves only if the contract holds it valid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from ctct_migrate.contract.contract import REQUEST, of_request
from ctct_migrate.mapping.codecs import SPACE
from ctct_migrate.mapping.compiled_table import (
    Alternatives,
    CompiledRow,
    InEnvelope,
    Items,
    Nested,
    key_of,
    plan_of,
    pointer_of,
)
from ctct_migrate.mapping.complaints import Complaint, ComplaintKind
from ctct_migrate.mapping.content import decoded
from ctct_migrate.mapping.ids import naming
from ctct_migrate.mapping.outcome import Aside, Found, MappingOutcome, Note
from ctct_migrate.mapping.rows import (
    OF_COMPOSED,
    RECORD,
    Chosen,
    Composition,
    ConversionOptions,
    Row,
    Table,
    UnreadableValue,
    ValueLeftOut,
)
from ctct_migrate.mapping.validity import is_valid
from ctct_migrate.payload import Fate, Shape
from ctct_migrate.reader.tree import ATOM
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
    declared = BY_SLUG.get(table.resource)
    alone = declared is not None and declared.is_recorded_alone(options.choices)
    if alone and options.shape is not Shape.RECORD:
        options = replace(options, shape=Shape.RECORD)
    return _Run(table, payload, envelope, options, trace).outcome()


_NO_NAMES: Mapping[str, str] = {}


class _Run:
    """The state of one run.  `slots` are the values, by the plan's slots; None for none."""

    __slots__ = (
        "aside", "complaints", "differs", "envelope", "found", "options", "payload", "plan", "repeats",
        "slots", "texts", "trace",
    )  # fmt: skip

    def __init__(
        self,
        table: Table,
        payload: Any,
        envelope: Any,
        options: ConversionOptions,
        trace: list[Note] | None,
    ):
        self.plan = plan_of(table, options.shape)
        self.payload, self.envelope, self.options, self.trace = payload, envelope, options, trace
        self.complaints: list[Complaint] = []
        self.aside: list[Aside] = []
        self.differs = self.repeats = False
        self.found: Found = {"": payload}
        self.texts: dict[Any, str | None] = {}
        self.slots: list[Any] = [None] * len(self.plan.slots)

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

    def text(self, path: str) -> str:
        """The text of a leaf of the payload, without white space around it."""
        node = self.found.get(key_of(path, self.plan.table.namespace))
        return decoded(node).strip(SPACE) if node is not None else ""

    # -- reading ---------------------------------------------------------------------------------

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
            target = _given(items.names, slots)
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

    def _again(self, items: Items, child: Any) -> None:
        """Notes that an item says what another one has said."""
        self.repeats = True
        if self.trace is not None:
            self.trace[:] = [note for note in self.trace if note.node is not child]
        for step in items.steps:
            if step.attribute and not step.key:
                self._set_aside(step.row, child, step.attribute, Fate.DROPPED, "it is named before")

    def _inside(self, step: CompiledRow, node: Any) -> str | None:
        """The text of an element that is not empty of nodes: comments, markup, or what does not
        belong there."""
        if step.whole is not None:
            return step.whole(node)
        for child in node.iterchildren("*"):
            self._complain(ComplaintKind.NESTED_ELEMENT, child, path=step.row.path)
            return None
        return decoded(node) or None

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

    # -- finding ---------------------------------------------------------------------------------

    def _sort_out(
        self, parent: Any, known: frozenset[str], cased: Mapping[str, str] = _NO_NAMES
    ) -> None:
        """Says what is wrong with the children of `parent`, if it is not just comments, or the
        letter case of names in `cased`, or the id once more."""
        seen = set()
        for child in parent.iterchildren("*"):
            tag = child.tag
            if tag not in known:
                tag = cased.get(tag.lower(), tag)
            if parent is self.payload and tag == self.plan.id_tag and self._repeats_id(child):
                continue
            if tag not in known:
                self._complain(ComplaintKind.UNKNOWN_ELEMENT, child)
            elif tag in seen and tag != _LINK and tag not in self._repeated() | self.plan.twice:
                self._complain(ComplaintKind.REPEATED_ELEMENT, child)
            seen.add(tag)

    def _repeats_id(self, child: Any) -> bool:
        """Whether an `id` inside the payload says what its attribute says."""
        own = (self.payload.get("id") or "").strip()
        return not len(child) and bool(own) and decoded(child).strip() == own

    def _repeated(self) -> frozenset[str]:
        return frozenset(items.tag for items in self.plan.lists if not items.parent)

    def _look_into(self, inside: Nested, found: Found) -> None:
        """Finds what is in an element that the steps need something from."""
        node = found.get(inside.key)
        if node is None:
            return
        for child in node:
            key = inside.keys.get(child.tag)
            if key is None:
                if isinstance(child.tag, str):
                    self._complain(ComplaintKind.UNKNOWN_ELEMENT, child)
            elif key not in found:
                found[key] = child
            elif child.tag not in inside.repeats:
                self._complain(ComplaintKind.REPEATED_ELEMENT, child)

    def _in_envelope(self, place: InEnvelope) -> Any:
        """The envelope's element at a place, or None."""
        if self.envelope is None:
            return None
        tag, rel = place
        for node in self.envelope.iterchildren(tag):
            if not rel or node.get("rel") == rel:
                return node
        return None

    # -- putting together ------------------------------------------------------------------------

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
            target = _given(part.names, slots[part.start : part.stop])
            if not tokens:
                if part.constants:  # what every body has stands at its place
                    target = {
                        n: v
                        for n in part.names
                        if (v := target.get(n, part.constants.get(n))) is not None
                    }
                body.update(target)
            elif not target:
                continue
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

    # -- what is in the way, and what is not sent ------------------------------------------------

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

    def _set_aside(self, row: Row, node: Any, attribute: str, fate: Fate, reason: str) -> None:
        """Notes a value that is not sent."""
        if fate is Fate.DROPPED:
            self.aside.append((row, node, attribute, fate, reason))
        if self.trace is not None:
            self.trace.append(Note(row, node, attribute, "", fate, reason))

    def _unreadable(self, row: Row, node: Any, attribute: str, error: UnreadableValue) -> None:
        """A value that cannot be read stops the conversion; one that only the server writes costs
        its own property alone, and so does one that is left out on purpose."""
        if isinstance(error, ValueLeftOut):
            reason = self.plan.table.worded(error.reason)
            self._set_aside(row, node, attribute, Fate.DROPPED, reason)
            return
        if row.shapes == RECORD:
            reason = f"it is not {error.expected}"
            self._set_aside(row, node, attribute, Fate.DROPPED, reason)
            return
        text = node.get(attribute) if attribute else decoded(node)
        self._complain(
            ComplaintKind.UNREADABLE, node, path=row.path, attribute=attribute, text=text,
            detail=error.kind,
        )  # fmt: skip

    def _complain(
        self, kind: ComplaintKind, node: Any = None, *, path: str = "", attribute: str = "",
        text: str = "", detail: Any = None,
    ) -> None:  # fmt: skip
        self.complaints.append(Complaint(kind, path, node, attribute, text, detail))


_LINK = f"{{{ATOM}}}link"


def _given(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """The values that there are, by their names."""
    return {n: v for n, v in zip(names, values, strict=True) if v is not None}


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


__all__ = ["MappingOutcome", "Note", "run"]
