"""The first line of a form's data, and the columns of an export: their names, and what separates
them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from urllib.parse import unquote_plus

from ctct_migrate.diagnostics import Concern, Diagnostic, Fix, Safety, Severity
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.forms.csv_cells import SEPARATORS, Cell, cells, rows
from ctct_migrate.reader.forms.decoded_text import DecodedText
from ctct_migrate.reader.forms.form_request import Parameter
from ctct_migrate.rules.forms.form_look import FormLook, FormTable
from ctct_migrate.rules.forms.form_rules import (
    COLUMN,
    COLUMN_TWICE,
    COLUMN_UNMAPPED,
    INVISIBLE,
    LEFT_OUT,
    PARAMETER_MISSING,
    PERCENT,
    SEPARATOR,
)
from ctct_migrate.rules.nearness import nearest, squeezed
from ctct_migrate.rules.phrases import quoted
from ctct_migrate.targets.bulk_activity import BulkActivity, BulkColumn
from ctct_migrate.v1.form_parameters import DATA_PARAMETERS, FormKind

#: A first line that tells a spreadsheet what separates the cells.
_SPREADSHEET = late_compile(r"(sep=[^\w\r\n])(?:\r\n|\n|\r)", re.I)

#: What only data has that is encoded, and what only data has that is not.
_TWICE = late_compile(r"%(?:0[aAdD]|2[cC]|40)")
_ONCE = late_compile(r"[\n\r,@]")

_BLANK = late_compile(r"[\ufeff\s]*+")

#: What v1 reads, and what people take for it.
_RIGHT = SEPARATORS[:2]


def heading(look: FormLook) -> Iterator[Diagnostic]:
    """What is wrong with the first line of the data; fills in the table."""
    given = [
        each
        for name in DATA_PARAMETERS
        for each in look.form.named(name)
        if each.value.strip("\ufeff \t\r\n")
    ]
    if not given or look.activity is None:
        return
    data = given[0]
    decoded = data.decoded
    text = decoded.value
    if text.startswith("\ufeff"):
        yield look.in_value(
            INVISIBLE, decoded, 0, 1, "a byte order mark stands at the beginning of the data",
            label="makes the name of the first column another one", help=(INVISIBLE.how,),
            fixes=look.fix("Delete it", decoded, (0, 1, "")), element=data.name,
        )  # fmt: skip
    match = _BLANK.match(text)
    start = match.end() if match else 0
    if (hint := _SPREADSHEET.match(text, start)) is not None:
        yield look.in_value(
            SEPARATOR, decoded, *hint.span(1), f"the line {quoted(hint[1])} is for a spreadsheet",
            label="v1 takes it for the names of the columns", help=("Delete the line.",),
            fixes=look.fix("Delete the line", decoded, (*hint.span(), "")), element=data.name,
            concern=Concern.V1,
        )  # fmt: skip
        start = hint.end()
    if _TWICE.search(text, start) is not None and not _ONCE.search(text, start):
        again = unquote_plus(text)
        yield look.in_value(
            PERCENT, decoded, start, len(text), "the data is encoded twice",
            label="expected line ends and commas after decoding", help=("Encode it once.",),
            fixes=look.fix("Decode it once", decoded, (start, len(text), again[start:])),
            element=data.name,
        )  # fmt: skip
        return
    separator = _separator(look, text, start)
    found, end = cells(text, start, separator)
    if separator not in _RIGHT:
        yield _wrong_separator(look, decoded, found, start, separator)
    if not any(_column(look, cell.value)[0] for cell in found[:_JUDGED]) and any(
        "@" in cell.value for cell in found[:_JUDGED]
    ):
        yield _no_heading(look, decoded, found, start)
        return
    columns = []
    for cell in found:
        column, sure = _column(look, cell.value)
        yield from _name(look, decoded, cell, column, sure=sure)
        columns.append(column if sure else None)
    look.table = FormTable(decoded, separator, start, end, tuple(columns))
    yield from _repeated(look, decoded, found, columns)
    yield from _whole(look, decoded, found, columns, (start, end))
    if look.kind is FormKind.ADD:
        yield from _unmapped(look, look.table, found)


#: Cells of the first line by which it is told whether they are names.
_JUDGED = 200

#: Characters of the first line by which it is told what separates the names.
_COMPARED = 4_000


def _separator(look: FormLook, text: str, start: int) -> str:
    """What separates the names: the one by which most of them are known, v1's own first."""

    line = text[start : start + _COMPARED]

    def names(separator: str) -> int:
        return sum(bool(_column(look, cell.value)[0]) for cell in cells(line, 0, separator)[0])

    return max(SEPARATORS, key=names)


def _column(look: FormLook, text: str) -> tuple[BulkColumn | None, bool]:
    """The column that a text names, and whether that is certain."""
    name = " ".join(text.strip("\ufeff").split()).upper()
    activity = look.activity
    if activity is None or not name:
        return None, False
    # A removal takes addresses alone; what else stands in its data has names all the same.
    known, alike, aliases = _known(look.adding)
    if name in known:
        return known[name], True
    if (meant := alike.get(squeezed(name))) is not None:
        return meant, True
    if name in aliases:
        return aliases[name], aliases[name].name == name
    if re.fullmatch(r"CUSTOM ?FIELD ?\d+", name):  # another number is another field
        return None, False
    near = nearest(name, known) if len(name) < 60 else None
    return (known[near], False) if near is not None else (None, False)


_Columns = dict[str, BulkColumn]


@cache
def _known(activity: BulkActivity) -> tuple[_Columns, _Columns, _Columns]:
    """The columns by their names; by these without spaces and separators; by what people write for
    them."""
    columns = activity.columns
    known = {heading: column for column in columns for heading in column.headings}
    return (
        known,
        {squeezed(heading): column for heading, column in known.items()},
        {alias: column for column in columns for alias in column.aliases},
    )


def _written_so(text: str, column: BulkColumn) -> bool:
    return " ".join(text.strip("\ufeff").split()).upper() in column.headings


def _name(
    look: FormLook, decoded: DecodedText, cell: Cell, column: BulkColumn | None, *, sure: bool
) -> Iterator[Diagnostic]:
    """That a name is not v1's."""
    if column is not None and sure and _written_so(cell.value, column):
        place = column.row
        if place is None or (not place.needed and place.under(look.choices) is None):
            yield _left_out(look, decoded, cell, column.headings[0])
        return
    start, end = _inside(cell)
    text = cell.value.strip()
    fixes: tuple[Fix, ...] = ()
    if column is not None:
        word = _styled(column.headings[0], text)
        safety = Safety.SAFE if sure else Safety.UNSAFE
        fixes = look.fix(f"Write `{word}`", decoded, (start, end, word), safety=safety)
    number = re.fullmatch(r"(?i)custom[ _]?field[ _]?(\d+)", text)
    yield look.in_value(
        COLUMN, decoded, start, end,
        f"v1 has no column {quoted(text)}" if text else "a column has no name",
        label=f"did you mean `{_styled(column.headings[0], text)}`?" if column is not None
        else "v1 has custom fields 1 to 15" if number else "not the name of a column",
        help=(COLUMN.how,), fixes=fixes, element=f"{_data(decoded, look)}",
        concern=Concern.V1 if sure else None,
    )  # fmt: skip


def _data(decoded: DecodedText, look: FormLook) -> str:
    return next((each.name for each in look.form.parameters if each.decoded is decoded), "data")


def _styled(heading: str, like: str) -> str:
    """A heading in the letter case in which the others are probably written."""
    return heading if like.isupper() else heading.title()


def _inside(cell: Cell) -> tuple[int, int]:
    """A cell without its quotes and the blanks around it."""
    if cell.is_quoted:
        return cell.start + 1, max(cell.start + 1, cell.end - 1)
    lead = len(cell.value) - len(cell.value.lstrip())
    return cell.start + lead, cell.start + lead + len(cell.value.strip())


def _left_out(look: FormLook, decoded: DecodedText, cell: Cell, name: str) -> Diagnostic:
    return look.in_value(
        LEFT_OUT, decoded, *_inside(cell), f"{look.target.title} has no place for `{name}`: the column is left out",
        label="left out", help=(LEFT_OUT.how,), element="data",
    )  # fmt: skip


def _repeated(
    look: FormLook,
    decoded: DecodedText,
    found: Sequence[Cell],
    columns: Sequence[BulkColumn | None],
) -> Iterator[Diagnostic]:
    first: dict[str, int] = {}
    for index, column in enumerate(columns):
        if column is None:
            continue
        key = column.name or column.headings[0]
        if key in first:
            before = found[first[key]]
            yield look.in_value(
                COLUMN_TWICE, decoded, *_inside(found[index]),
                f"there are two columns {quoted(found[index].value.strip())}"
                if squeezed(before.value) == squeezed(found[index].value)
                else f"{quoted(before.value.strip())} and {quoted(found[index].value.strip())} are one column in {look.target.title}",
                label="the second", labels=((*_inside(before), "the first"),),
                help=(COLUMN_TWICE.how,), element="data",
            )  # fmt: skip
        else:
            first[key] = index


def _unmapped(look: FormLook, table: FormTable, found: Sequence[Cell]) -> Iterator[Diagnostic]:
    """Columns of custom fields of which nobody says what they are called in the account, and that
    hold anything."""
    waiting = {}
    for index, column in enumerate(table.columns):
        place = column.row if column is not None else None
        if place is not None and place.needed and look.choices.custom_field(place.element) is None:
            waiting[index] = place.element
    used: dict[int, str] = {}
    for row in rows(table.decoded.value, table.start, table.separator) if waiting else ():
        values = row.values
        for index in [index for index in waiting if index < len(values) and values[index].strip()]:
            used[index] = waiting.pop(index)
        if not waiting:
            break
    for index, element in sorted(used.items()):
        yield look.in_value(
            COLUMN_UNMAPPED, table.decoded, *_inside(found[index]),
            f"nobody says which custom field of {look.target.title} takes {quoted(found[index].value.strip())}",
            label=f"say it with `--custom-field {element}=LABEL`", help=(COLUMN_UNMAPPED.how,),
            element=_data(table.decoded, look),
        )  # fmt: skip


def _whole(
    look: FormLook, decoded: DecodedText, found: Sequence[Cell],
    columns: Sequence[BulkColumn | None], line: tuple[int, int],
) -> Iterator[Diagnostic]:  # fmt: skip
    """That no column holds addresses, or there are no rows; what a removal leaves out."""
    assert look.activity is not None
    assert look.table is not None
    address = look.activity.address
    if address not in columns and not any(
        _column(look, cell.value)[0] is address for cell in found
    ):
        yield look.in_value(
            COLUMN, decoded, *line, "no column holds the addresses",
            label=f"expected one that is called `{address.headings[0].title()}`", help=(COLUMN.how,),
            element="data",
        )  # fmt: skip
    if look.kind is FormKind.REMOVE:
        for cell, column in zip(found, columns, strict=True):
            if column is not None and column is not address and column.row is not None:
                yield _left_out(look, decoded, cell, cell.value.strip())
    if next(rows(decoded.value, look.table.start, look.table.separator), None) is None:
        yield look.in_value(
            PARAMETER_MISSING, decoded, *line, "the data has names of columns, and no contact",
            label="expected rows after this line", help=(PARAMETER_MISSING.how,), element="data",
        )  # fmt: skip


def _no_heading(
    look: FormLook, decoded: DecodedText, found: Sequence[Cell], start: int
) -> Diagnostic:
    fixes: tuple[Fix, ...] = ()
    if len(found) == 1:
        fixes = look.fix("Write `Email Address` first", decoded, (start, start, "Email Address\n"))
    return look.in_value(
        COLUMN, decoded, *_inside(found[0]), "the first line holds a contact, and no names of columns",
        label="expected names such as `Email Address,First Name`", help=(COLUMN.how,), fixes=fixes,
        element="data",
    )  # fmt: skip


def _wrong_separator(
    look: FormLook, decoded: DecodedText, found: Sequence[Cell], start: int, separator: str
) -> Diagnostic:
    at = found[0].end
    return look.in_value(
        SEPARATOR, decoded, at, at + 1, f"the cells are separated by `{separator}`",
        label="v1 reads `,` and tabs", help=(SEPARATOR.how,), element="data",
        fixes=_separated(look, decoded, start, separator), concern=Concern.V1,
    )  # fmt: skip


#: Characters of data that are written anew by one fix.
_REWRITTEN = 2_000_000


def _separated(look: FormLook, decoded: DecodedText, start: int, separator: str) -> tuple[Fix, ...]:
    """The data with commas, if each row then has as many cells as there are names."""
    text = decoded.value
    if len(text) > _REWRITTEN:
        return ()
    lines, width = [], 0
    for row in rows(text, start, separator):
        width = width or len(row.values)
        if len(row.values) != width:
            return ()
        lines.append(",".join(map(in_csv, row.values)))
    end = text.rstrip("\r\n")
    written = ("\r\n" if "\r\n" in text else "\n").join(lines)
    return look.fix("Separate the cells with commas", decoded, (start, len(end), written))


def in_csv(value: str) -> str:
    """A value as a cell of CSV: in quotes where it needs them."""
    if any(each in value for each in ',"\r\n\t'):
        return '"' + value.replace('"', '""') + '"'
    return value


def exported(look: FormLook) -> Iterator[Diagnostic]:
    """What is wrong with the columns of an export; fills them in."""
    seen: dict[str, Parameter] = {}
    for each in look.form.named("columns"):
        cell = Cell(0, len(each.value), each.value)
        column, sure = _column(look, each.value)
        yield from _name(look, each.decoded, cell, column, sure=sure)
        if column is None or not sure or column.row is None:
            continue
        if column.name in seen:
            yield look.report.at(
                COLUMN_TWICE, each.start, each.end, f"the column {quoted(each.value)} is there twice",
                label="the second", labels=((seen[column.name].start, seen[column.name].end, "the first"),),
                help=("it is sent once",), severity=Severity.WARNING, element=each.name,
            )  # fmt: skip
            continue
        seen[column.name] = each
        look.exported.append((column, each))
