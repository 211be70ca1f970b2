"""The rows of a form's data: their width and quotes, the addresses, and the other values.

Rows are read quickly; places are looked for only where there is something to report.  What is
remembered of a row is its address, so that one that comes twice is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ctct_migrate.diagnostics import Diagnostic, Fix, Safety, Severity
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.forms.csv_cells import Cell, CsvRow, cells, rows
from ctct_migrate.resources.contact.particulars import DOMAIN, PHONE
from ctct_migrate.resources.contact.plain import is_scientific
from ctct_migrate.rules.forms.form_columns_check import in_csv
from ctct_migrate.rules.forms.form_look import FormLook, FormTable
from ctct_migrate.rules.forms.form_rules import (
    ADDRESS_TWICE,
    CSV_ADDRESS,
    CSV_VALUE,
    INVISIBLE,
    PLUS,
    QUOTE,
    ROW_WIDTH,
)
from ctct_migrate.rules.phrases import plural, quoted
from ctct_migrate.rules.values.meanings import email_of, in_ascii
from ctct_migrate.targets.bulk_activity import BulkColumn, address_key, pointer_of, put
from ctct_migrate.v1.form_parameters import FormKind

_CONTROL = late_compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")
_AT = late_compile(r"[^\s@,;<>]@[^\s@,;<>]")


@dataclass(frozen=True, slots=True)
class _Limited:
    """A column whose values have limits."""

    index: int
    column: BulkColumn
    longest: int
    phone: bool


def check(look: FormLook) -> Iterator[Diagnostic]:
    """What is wrong with the rows."""
    if look.table is not None and look.activity is not None:
        yield from _Rows(look, look.table).check()


class _Rows:
    """The rows of one table."""

    def __init__(self, look: FormLook, table: FormTable):
        assert look.activity is not None
        self.look, self.table = look, table
        self.decoded = table.decoded
        self.text = table.decoded.value
        address = look.activity.address
        found = [n for n, column in enumerate(table.columns) if column is address]
        self.address = found[0] if found else None
        self.first: dict[str, int] = {}
        self.limited = self._limits()
        self.adding = look.adding
        self.empty = self.adding.whole(["1"])
        pointer = f"{self.adding.rows}/0{self.adding.row_address}"
        limits = look.target.contract.limits(self.adding.schema, pointer)
        self.longest = limits.max_length or 0
        most = look.activity.limits
        self.most = most.rows if most is not None else 0
        self.has_controls = _CONTROL.search(self.text, table.start) is not None
        self._gap = False

    def _limits(self) -> tuple[_Limited, ...]:
        found = []
        contract = self.look.target.contract
        for index, column in enumerate(self.table.columns):
            if column is None or column.row is None or index == self.address:
                continue
            if self.look.kind is FormKind.REMOVE:
                continue
            place = column.row.under(self.look.choices)
            if place is None:
                continue
            adding = self.look.adding
            pointer = f"{adding.rows}/0{pointer_of(place.path)}" + (
                "/0/value" if place.item else ""
            )
            limits = contract.limits(adding.schema, pointer)
            phone = column.headings[0].endswith("PHONE")
            found.append(_Limited(index, column, limits.max_length or 0, phone))
        return tuple(found)

    def check(self) -> Iterator[Diagnostic]:
        """What is wrong with each row, in order."""
        text, width = self.text, self.table.width
        for number, row in enumerate(rows(text, self.table.start, self.table.separator), 1):
            values = row.values
            if text.find('"', row.start, row.end) >= 0:
                quotes = list(self._quotes(row))
                yield from quotes
                if any(each.severity is Severity.ERROR for each in quotes):
                    continue
            if len(values) != width:
                if len(values) == 1 and not values[0].strip():
                    continue
                wrong = self._width(row, number)
                if wrong is not None:
                    yield wrong
                    if wrong.severity is Severity.ERROR:
                        continue
            if self.address is not None and self.address < len(values):
                yield from self._address(row, number, values[self.address])
            for each in self.limited:
                if each.index < len(values) and values[each.index]:
                    value = values[each.index].strip()
                    if len(value) > each.longest > 0 or each.column.code is not None:
                        yield from self._value(row, number, each, value)
                    if each.phone and is_scientific(value):
                        yield self._phone(row, number, each, value)
            if self.has_controls:
                yield from self._controls(row)

    # -- places ---------------------------------------------------------------------------------

    def _cells(self, row: CsvRow) -> list[Cell]:
        return cells(self.text, row.start, self.table.separator)[0]

    def _inside(self, row: CsvRow, index: int) -> tuple[int, int]:
        """A cell of a row, without quotes and blanks around it."""
        cell = self._cells(row)[index]
        start, end = cell.start, cell.end
        if cell.is_quoted and cell.after < 0:
            start, end = start + 1, end - cell.is_closed
        raw = self.text[start:end]
        start += len(raw) - len(raw.lstrip())
        return start, max(start, start + len(raw.strip()))

    def _where(self, at: int, number: int) -> str:
        line, column = self.decoded.line_and_column(at)
        return f"contact {number:,}, in line {line:,}, column {column:,} of the data"

    # -- one row --------------------------------------------------------------------------------

    def _width(self, row: CsvRow, number: int) -> Diagnostic | None:
        found, width = self._cells(row), self.table.width
        many = len(found) > width
        if many and not any(cell.value.strip() for cell in found[width:]):
            if self._gap:
                return None
            self._gap = True
            return self.look.in_value(
                ROW_WIDTH, self.decoded, found[width].start - 1, found[-1].end,
                "a separator stands at the end of the row", label=self._where(found[width].start, number),
                help=("the empty cells are left out, in this row and in others",), element="data",
                severity=Severity.WARNING,
            )  # fmt: skip
        start = found[width].start if many else found[0].start
        end = found[-1].end
        fixes: tuple[Fix, ...] = ()
        if not many:
            missing = self.table.separator * (width - len(found))
            fixes = self.look.fix(
                "Add the empty cells that are missing", self.decoded, (end, end, missing),
                safety=Safety.UNSAFE,
            )  # fmt: skip
        return self.look.in_value(
            ROW_WIDTH, self.decoded, start, end,
            f"the row has {plural(len(found), 'cell')}, and there are {plural(width, 'column')}",
            label=self._where(found[0].start, number), help=(ROW_WIDTH.how,), fixes=fixes,
            element="data",
        )  # fmt: skip

    def _quotes(self, row: CsvRow) -> Iterator[Diagnostic]:
        for cell in self._cells(row):
            if (cell.is_quoted and not cell.is_closed) or (
                cell.is_quoted
                and "\n" in cell.value
                and _AT.search(cell.value, cell.value.index("\n"))
            ):
                yield self._endless(cell)
            elif cell.after >= 0 and self.text[cell.after : cell.end].strip():
                yield self.look.in_value(
                    QUOTE, self.decoded, cell.after, cell.end,
                    f"{quoted(self.text[cell.after : cell.end])} stands after the quotes",
                    label="expected the end of the cell", help=(QUOTE.how,), element="data",
                )  # fmt: skip
            elif not cell.is_quoted and '"' in cell.value:
                at = cell.start + cell.value.index('"')
                edit = (cell.start, cell.end, in_csv(cell.value))
                yield self.look.in_value(
                    QUOTE, self.decoded, at, at + 1, f"a quote stands inside {quoted(cell.value)}",
                    label="read as it is", help=(QUOTE.how,), element="data",
                    fixes=self.look.fix("Put the value into quotes", self.decoded, edit),
                    severity=Severity.WARNING,
                )  # fmt: skip

    def _endless(self, cell: Cell) -> Diagnostic:
        line_end = re.compile(r"\r\n|\n|\r|\Z").search(self.text, cell.start)
        assert line_end is not None, "the end of the text is one"
        at = line_end.start()
        rest = self.text[cell.start + 1 : at]
        fixes: tuple[Fix, ...] = ()
        if self.table.separator not in rest and '"' not in rest and not cell.is_closed:
            fixes = self.look.fix(
                "End the quotes at the end of the line", self.decoded, (at, at, '"'),
                safety=Safety.UNSAFE,
            )  # fmt: skip
        line, column = self.decoded.line_and_column(cell.start)
        return self.look.in_value(
            QUOTE, self.decoded, cell.start, max(cell.start + 1, at),
            "the quotes do not end" if not cell.is_closed else "the quotes end in another line",
            label=f"they begin in line {line:,}, column {column:,} of the data and take other contacts in",
            help=(QUOTE.how,), fixes=fixes, element="data",
        )  # fmt: skip

    def _controls(self, row: CsvRow) -> Iterator[Diagnostic]:
        match = _CONTROL.search(self.text, row.start, row.end)
        if match is not None:
            yield self.look.in_value(
                INVISIBLE, self.decoded, *match.span(),
                f"the control character U+{ord(match[0]):04X} stands in the data",
                label="deleted by the fix", help=(INVISIBLE.how,), element="data",
                severity=Severity.ERROR,
                fixes=self.look.fix("Delete it", self.decoded, (*match.span(), "")),
            )  # fmt: skip

    # -- values ---------------------------------------------------------------------------------

    def _address(self, row: CsvRow, number: int, value: str) -> Iterator[Diagnostic]:
        address = value.strip()
        made: dict[str, Any] = {}
        if self.adding.address.row is not None:
            put(made, self.adding.address.row, address)
        request = self.adding.with_rows(self.empty, [made])
        if not self.look.target.contract.is_valid(self.adding.schema, "create", request):
            yield self._no_address(row, number, address)
            return
        if not address.isascii():
            yield from self._domain(row, number, address)
        key = address_key(address)
        before = self.first.setdefault(key, row.start)
        if before != row.start:
            yield self._again(row, before, number, address)
            return
        look = self.look
        look.contacts += 1
        if look.contacts == self.most + 1:
            look.over = row.start

    def _no_address(self, row: CsvRow, number: int, address: str) -> Diagnostic:
        assert self.address is not None
        start, end = self._inside(row, self.address)
        where = self._where(start, number)
        plus = [
            at
            for at in range(start, end)
            if self.text[at] == " " and self.decoded.is_written(at, "+")
        ]
        meant = re.sub(" ", "+", address)
        if plus and not self.look.form.multipart and _is_one(email_of(meant), meant):
            edits = [(at, at + 1, "+") for at in plus]
            return self.look.in_value(
                PLUS, self.decoded, start, end, f"{quoted(address)} has a blank where `+` was not encoded",
                label=f"did you mean `{meant}`? ({where})", help=(PLUS.how,), element="data",
                fixes=self.look.fix(f"Write `{meant}`", self.decoded, *edits),
            )  # fmt: skip
        message = f"{quoted(address)} is not an address"
        fixes: tuple[Fix, ...] = ()
        if not address:
            message = "the row has no address"
        elif len(address) > self.longest and address.count("@") == 1:
            message = (
                f"the address has {len(address):,} characters; at most {self.longest} are allowed"
            )
        elif address.count("@") > 1:
            message = f"{quoted(address)} is more than one address"
        elif (found := email_of(address)) is not None and found.value != address:
            safety = Safety.SAFE if found.certain else Safety.UNSAFE
            fixes = self.look.fix(
                f"Write `{found.value}`", self.decoded, (start, end, found.value), safety=safety
            )
        return self.look.in_value(
            CSV_ADDRESS, self.decoded, start, end, message, label=where,
            help=(CSV_ADDRESS.how,), fixes=fixes, element="data",
        )  # fmt: skip

    def _domain(self, row: CsvRow, number: int, address: str) -> Iterator[Diagnostic]:
        """That the domain of an address is not written in ASCII."""
        assert self.address is not None
        domain = address.rpartition("@")[2]
        if domain.isascii():
            return
        place = self._inside(row, self.address)
        right = in_ascii(address)
        fixes = self.look.fix(f"Write `{right}`", self.decoded, (*place, right)) if right else ()
        yield self.look.in_value(
            DOMAIN, self.decoded, *place, f"the domain {quoted(domain)} is not written in ASCII",
            label=self._where(place[0], number), help=(DOMAIN.how,), fixes=fixes, element="data",
        )  # fmt: skip

    def _again(self, row: CsvRow, before: int, number: int, address: str) -> Diagnostic:
        assert self.address is not None
        start, end = self._inside(row, self.address)
        first = CsvRow(before, before, [])
        there = self._inside(first, self.address)
        line, _ = self.decoded.line_and_column(before)
        differs = self._said(first) != self._said(row)
        return self.look.in_value(
            ADDRESS_TWICE, self.decoded, start, end,
            f"{quoted(address)} is there twice, with other values: those of line {line:,} are kept" if differs
            else f"{quoted(address)} is there twice", label=self._where(start, number),
            labels=((*there, f"the first, in line {line:,} of the data"),), help=(ADDRESS_TWICE.how,),
            element="data",
        )  # fmt: skip

    def _said(self, row: CsvRow) -> Sequence[str]:
        """What a row says besides its address."""
        found = [cell.value.strip() for cell in self._cells(row)]
        return [value for index, value in enumerate(found) if index != self.address]

    def _value(self, row: CsvRow, number: int, each: _Limited, value: str) -> Iterator[Diagnostic]:
        heading = each.column.headings[0]
        if each.column.code is not None:
            code = each.column.code(value) if value else ""
            if code is None:
                start, end = self._inside(row, each.index)
                yield self.look.in_value(
                    CSV_VALUE, self.decoded, start, end, f"{quoted(value)} is not {each.column.noun}",
                    label=f"left out: {self._where(start, number)}",
                    help=(each.column.help or CSV_VALUE.how,), element="data",
                )  # fmt: skip
            if code is None or len(code) <= each.longest or not each.longest:
                return
        start, end = self._inside(row, each.index)
        yield self.look.in_value(
            CSV_VALUE, self.decoded, start, end,
            f"`{heading}` has {len(value):,} characters; at most {each.longest} are allowed",
            label=self._where(start, number), help=(CSV_VALUE.how,), element="data",
            severity=Severity.WARNING if self.look.shape is None else Severity.ERROR,
        )  # fmt: skip

    def _phone(self, row: CsvRow, number: int, each: _Limited, value: str) -> Diagnostic:
        start, end = self._inside(row, each.index)
        return self.look.in_value(
            PHONE, self.decoded, start, end,
            f"{quoted(value)} is a telephone number that a spreadsheet rounded",
            label=f"digits are lost: {self._where(start, number)}", help=(PHONE.how,), element="data",
        )  # fmt: skip


def _is_one(found: object, text: str) -> bool:
    return getattr(found, "value", None) == text
