"""The form of an import of a file: `file`, a file of CSV, and `list_ids`, with commas."""

from __future__ import annotations

import csv
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.policy import HTTP

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.sandbox.v3 import v3_errors
from ctct_migrate.sandbox.v3.v3_call import Record, V3Call

_OF = v3_errors.ACTIVITIES

#: Lines of the largest file, with the heading (reference, v3-contract, Bulk activities).
_MOST_LINES = 40_000

#: Columns whose values are numbers.
_NUMBERS = ("birthday_month", "birthday_day")


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A form: the name of its file, the rows as an import in JSON has them, and the lists."""

    name: str
    rows: list[Record]
    list_ids: list[str]


def read(call: V3Call) -> ImportedFile:
    """The form that the call holds; what is over the limit of bytes is lost without an error.
    Raises RefusedError (400) for one that is no form, or lacks a part."""
    head = f"Content-Type: {call.request.headers.get('content-type', '')}\r\n\r\n"
    form = BytesParser(EmailMessage, policy=HTTP).parsebytes(head.encode() + call.request.body)
    parts = {_name(part): part for part in form.iter_parts()} if form.is_multipart() else {}
    missing = [name for name in ("file", "list_ids") if name not in parts]
    if missing:
        raise v3_errors.invalid(_OF, f"{missing[0]} is missing.")
    content = _content(parts["file"])[: call.settings.import_bytes]
    listed = _content(parts["list_ids"]).decode(errors="replace")
    lists = [each.strip() for each in listed.split(",") if each.strip()]
    lines = content.decode("utf-8-sig", errors="replace").splitlines()
    if len(lines) > _MOST_LINES:
        raise v3_errors.invalid(_OF, f"The file has more than {_MOST_LINES} lines.")
    return ImportedFile(parts["file"].get_filename() or "", _rows(lines), lists)


def _name(part: MIMEPart) -> str:
    return str(part.get_param("name", "", header="content-disposition"))


def _content(part: MIMEPart) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _rows(lines: list[str]) -> list[Record]:
    """The rows by their headings, without what is blank."""
    found = []
    for given in csv.DictReader(lines):
        row: Record = {}
        for heading, text in given.items():
            if not heading or not isinstance(text, str) or not text.strip():
                continue
            name = heading.strip()
            name = name if name.startswith("cf:") else name.lower().replace(" ", "_")
            number = name in _NUMBERS and text.strip().isdigit()
            row[name] = int(text) if number else text.strip()
        found.append(row)
    return found
