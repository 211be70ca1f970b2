"""Payloads of forms: the bodies that a form becomes, with where each part of them comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ctct_migrate.json_pointers import at
from ctct_migrate.payload import Account, Dropped, Fate, Payload, Shape
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.forms.csv_cells import Cell, cells, rows
from ctct_migrate.reader.forms.form_request import FormRequest, Parameter
from ctct_migrate.resources.contact_list import CONTACT_LIST
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.forms.form_bodies import FormBody
from ctct_migrate.rules.forms.form_judging import looked_at
from ctct_migrate.rules.forms.form_look import FormLook, FormTable
from ctct_migrate.rules.forms.form_parameters_check import known
from ctct_migrate.source import Span
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.bulk_activity import BulkColumn, pointer_of


def form_payloads(
    document: Document, form: FormRequest, bodies: Sequence[FormBody], target: str
) -> list[Payload]:
    """The payloads of a form; where there are several, their `entry` numbers them.

    Source map, accounting and drops are made when they are first asked for.
    """
    making = _Making(document, form, target)
    found: list[Payload] = []
    for number, each in enumerate(bodies):
        one = _Body(making, each, first=number == 0)
        found.append(
            FormPayload(
                each,
                source=document.path,
                entry=number if len(bodies) > 1 else None,
                resource=each.activity.name,
                accounts=one.accounts,
                drops=one.drops,
                spans=one.spans,
                references={LISTS: each.activity.lists_in(each.whole)},
            )
        )
    return found


class FormPayload(Payload):
    """A payload of a form, whose body is made anew whenever it is asked for."""

    _made: FormBody

    def __init__(
        self,
        made: FormBody,
        *,
        source: str,
        entry: int | None,
        resource: str,
        accounts: Callable[[], tuple[Account, ...]],
        drops: Callable[[], tuple[Dropped, ...]],
        spans: Callable[[], Mapping[str, Span]],
        references: Mapping[str, tuple[str, ...]],
    ):
        fields = {
            "source": source, "entry": entry, "resource": resource, "shape": Shape.CREATE,
            "number": None, "accounts": accounts, "drops": drops, "spans": spans,
            "references": references, "request": {}, "_made": made,
        }  # fmt: skip
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    @property
    def body(self) -> dict[str, Any]:
        """The JSON value."""
        return self._made.body


class _Making:
    """What all bodies of a form have in common, looked up when somebody asks."""

    def __init__(self, document: Document, form: FormRequest, target: str):
        self.document, self.form, self.target = document, form, target
        self._look: FormLook | None = None

    def look(self) -> FormLook:
        """The form as the rules read it."""
        if self._look is None:
            self._look = FormLook(self.form, TARGETS[self.target], Reporter(self.document.source))
            for _ in looked_at(self._look):  # what is wrong has been reported
                pass
        return self._look

    def span(self, start: int, end: int) -> Span:
        """The span of characters of the source."""
        return self.document.source.span(start, end)


class _Body:
    """One body; `first` says whether what is not in any row is accounted for with it."""

    def __init__(self, making: _Making, made: FormBody, *, first: bool):
        self._making, self._made, self._first = making, made, first

    def accounts(self) -> tuple[Account, ...]:
        """What became of each parameter, name of a column, and cell."""
        return tuple(sorted(self._accounts(), key=lambda each: each.span))

    def drops(self) -> tuple[Dropped, ...]:
        """What is not in the body.  Cells that are in it are not looked at."""
        return tuple(
            Dropped(each.path, each.span.start.line, each.value, each.reason)
            for each in self._accounts(dropped=True)
            if each.fate is Fate.DROPPED and each.value
        )

    def spans(self) -> Mapping[str, Span]:
        """For each JSON pointer of the body, where it comes from."""
        return {each.pointer: each.span for each in self._accounts() if each.pointer}

    def _accounts(self, *, dropped: bool = False) -> Iterator[Account]:
        look = self._making.look()
        table = look.table
        lists = {id(each.parameter): n for n, each in enumerate(look.lists)}
        exported = {id(parameter) for _, parameter in look.exported}
        activity = self._made.activity
        for each in look.form.parameters:
            if table is not None and each.decoded is table.decoded:
                yield from self._table(look, table, each, dropped=dropped)
            elif self._first:
                pointer = ""
                if id(each) in lists:
                    number = lists[id(each)]
                    state = activity.states.get(look.lists[number].id)
                    pointer = f"/{state[0]}" if state else f"{activity.lists[0]}/{number}"
                elif id(each) in exported:
                    name = next(c.exported or c.name for c, p in look.exported if p is each)
                    pointer = f"{activity.headed}/{self._named().index(name)}"
                elif (option := activity.options.get(each.name)) is not None:
                    pointer = f"/{option.property}" if option.property in self._made.body else ""
                yield self._parameter(each, pointer)

    def _named(self) -> list[str]:
        """The names of the columns in the body; none where it does not list them."""
        headed = self._made.activity.headed
        return (at(self._made.whole, headed) if headed else None) or []

    def _parameter(self, each: Parameter, pointer: str) -> Account:
        span = self._making.span(each.start, each.end)
        if pointer:
            return Account(each.name, span, each.value, Fate.MAPPED, pointer, "")
        fact = known(each)
        ignored = fact is not None and fact.name in _SPOKEN
        return Account(
            each.name, span, each.value, Fate.IGNORED if ignored else Fate.DROPPED, "",
            "it says which request it is, or what another one says" if ignored
            else f"{self._making.look().target.title} has no place for it",
        )  # fmt: skip

    def _table(
        self, look: FormLook, table: FormTable, data: Parameter, *, dropped: bool
    ) -> Iterator[Account]:
        """What became of the names of the columns and of the cells; with `dropped`, only the cells
        that are not in the body."""
        columns = self._made.activity.columns
        headed, named = self._made.activity.headed, self._named()
        places = self._made.reading.places if self._made.reading is not None else {}
        text = table.decoded.value
        lost = [
            c for c in table.columns if c not in columns or not c or not places.get(id(c)) or c.code
        ]
        if dropped and not lost:
            return
        if self._first and not dropped:
            for column, cell in zip(
                table.columns, cells(text, table.heading, table.separator)[0], strict=True
            ):
                used = column is not None and column in columns and column.name in named
                pointer = f"{headed}/{named.index(column.name)}" if used and column else ""
                fate = Fate.MAPPED if used else Fate.IGNORED
                reason = "" if used else "it says what the column holds"
                yield self._cell(look, table, data, cell, fate, pointer, reason)
        kept = {start: number for number, start in enumerate(self._made.rows)}
        for row in rows(text, table.start, table.separator):
            if row.start not in kept:
                continue
            here = f"{self._made.activity.rows}/{kept[row.start]}"
            fields = [column for column in columns if column in table.columns]
            customs = 0
            values = cells(text, row.start, table.separator)[0]
            by_column = dict(zip(table.columns, values, strict=False))
            for column in fields:
                given, place = by_column.get(column), places.get(id(column))
                if given is None or not given.value.strip() or place is None:
                    continue
                if column.code is not None and column.code(given.value.strip()) is None:
                    reason = f"{look.target.title} does not know it"
                    yield self._cell(look, table, data, given, Fate.DROPPED, "", reason, column)
                    continue
                if dropped:
                    continue
                plain = self._made.activity.plain
                pointer = here if plain else here + pointer_of(place.path)
                if place.item:
                    pointer += f"/{customs}/value"
                    customs += 1
                yield self._cell(look, table, data, given, Fate.MAPPED, pointer, "")
            for column, cell in by_column.items():
                if cell.value.strip() and (column not in fields or not places.get(id(column))):
                    reason = f"{look.target.title} has no place for it"
                    if column is not None and column.row is not None and column.row.needed:
                        reason = "it is left out, as was asked for"
                    yield self._cell(look, table, data, cell, Fate.DROPPED, "", reason, column)

    def _cell(
        self, look: FormLook, table: FormTable, data: Parameter, cell: Cell, fate: Fate,
        pointer: str, reason: str, column: BulkColumn | None = None,
    ) -> Account:  # fmt: skip
        span = self._making.span(*table.decoded.span(cell.start, cell.end))
        path = f"{data.name}/{column.headings[0]}" if column is not None else data.name
        return Account(path, span, cell.value.strip(), fate, pointer, reason)


#: The slug of what `lists` names.
LISTS = CONTACT_LIST.slug

#: Parameters that have done their duty.
_SPOKEN = frozenset({"activityType", "lists", "listId", "columns"})
