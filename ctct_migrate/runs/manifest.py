r"""The manifest: what became of each resource of a run, as JSON Lines.

A line is an object with, always: `source` (the document's name), `entry` (0-based number in a
feed, or null), `sha256` (of the document's bytes, or of the entry's where a large feed came entry
by entry; null if it could not be read), `resource`, `shape`, `target`, `status`, `codes`, `output` (the file
that the body is in, or null).  Where they are known: `request` (the query parameters that the body is
sent with), `date`, `diagnostics`, `dropped` and
`message` (of what could not be read), `packed` (true of what was refused and stands in an archive
or a packed file, where `fix` does not reach it), and, where several inputs have one name (a path that is
given twice, two members of an archive), `occurrence` (0-based, from the second on).

All of it is text that UTF-8 can write: undecodable bytes of a document or a name stand there as
`\xNN` (`valid`).  Only `output` must lead to the file whatever it is called: of an output whose
name is not UTF-8, it has the bytes as Python does, as escaped lone surrogates.

Lines are written some at a time, so that a run that broke off can be gone on with.  Of those that
tell of bodies which are written by now, the last has `reached`: the output file and how far it
reached then (bytes, or finished parts of a Parquet file), or null for an output folder.  Lines
after the last `reached` do not count.  What an earlier manifest says is `known.Known`'s business.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from ctct_migrate.inputs.input import Input, InputError
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.runs.disk import write_all
from ctct_migrate.runs.outcomes import ReportedDiagnostic, ResourceOutcome, ResourceStatus, compact
from ctct_migrate.runs.purpose import Purpose

#: Diagnostics that a line tells in full; the codes tell of all.
_MOST = 20

Line = dict[str, Any]


def line_of(item: Input, sha256: str, purpose: Purpose, resource: ResourceOutcome) -> Line:
    """The line about a resource, but for its output."""
    line: Line = {
        "source": item.name,
        "entry": resource.entry,
        "sha256": sha256 or None,
        "resource": resource.resource,
        "shape": purpose.shape,
        "target": purpose.target,
        "status": resource.status.value,
        "codes": list(resource.codes),
        "output": None,
    }
    if resource.part is not None:
        line["part"] = resource.part
    if purpose.choices:
        line["choices"] = purpose.choices
    if resource.request:
        line["request"] = dict(resource.request)
    if resource.date:
        line["date"] = resource.date
    if item.enclosed and resource.status is ResourceStatus.REFUSED:
        line["packed"] = True
    if resource.findings:
        line["diagnostics"] = [_told(finding) for finding in resource.findings[:_MOST]]
    if resource.drops:
        line["dropped"] = dict(resource.drops)
    return line


def line_of_error(error: InputError, status: ResourceStatus = ResourceStatus.UNREADABLE) -> Line:
    """The line about what could not be read."""
    return {
        "source": error.name,
        "entry": error.entry,
        "sha256": None,
        "resource": None,
        "shape": None,
        "target": None,
        "status": status.value,
        "codes": [],
        "output": None,
        "message": error.message,
    }


def _told(finding: ReportedDiagnostic) -> Line:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "line": finding.line,
        "column": finding.column,
        "message": finding.message,
        "fix": finding.fix or None,
        "excerpt": finding.excerpt,
        "mark": [finding.start, finding.end],
    }


def written(line: Line) -> bytes:
    """The line as it stands in the file."""
    return compact(valid(line)) + b"\n"


def valid(line: Line) -> Line:
    r"""The line with nothing but `output` in it that UTF-8 cannot write: lone surrogates are
    escapes, `\xNN` for those that stand for bytes that could not be decoded, `\u{NNNN}` for the
    others."""
    try:
        orjson.dumps(line)  # next to no line has any, and this is the quickest way to see it
    except TypeError:
        kept = {key: line[key] for key in ("output", "reached") if key in line}
        return {escaped(key): _escaped(value) for key, value in line.items()} | kept
    return line


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, list):
        return [_escaped(each) for each in value]
    if isinstance(value, dict):
        return {escaped(key): _escaped(each) for key, each in value.items()} | _mark(value)
    return value


def _mark(told: Line) -> Line:
    """Where the guilty text of a diagnostic is in its excerpt once that has its escapes."""
    match told:
        case {"excerpt": str(excerpt), "mark": [int(start), int(end)]}:
            return {"mark": [len(escaped(excerpt[:start])), len(escaped(excerpt[:end]))]}
    return {}


_LONE = late_compile("[\ud800-\udfff]")


def escaped(text: str) -> str:
    """The text with its lone surrogates as escapes (`valid`)."""
    return _LONE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    if 0xDC80 <= number <= 0xDCFF:
        return f"\\x{number - 0xDC00:02X}"  # a byte that could not be decoded (PEP 383)
    return f"\\u{{{number:X}}}"


# A line that is written already is changed in its bytes: taking it apart and putting it together
# again takes longer than all else that the process that writes does for a document.


def with_output(line: bytes, output: str) -> bytes:
    """A written line of `line_of` with the name of the file that the body is in."""
    # In a string the quotes would have backslashes before them.
    return line.replace(b',"output":null', b',"output":' + compact(output), 1)


def with_occurrence(line: bytes, occurrence: int) -> bytes:
    """A written line with the number of the input among those of its name."""
    if not occurrence:
        return line
    return line.replace(b',"entry":', b',"occurrence":%d,"entry":' % occurrence, 1)


def with_reached(line: bytes, output: str | None, end: int | None) -> bytes:
    """A written line with the note of how far the output reached then."""
    reached = compact(None if end is None else [output, end])
    return b'%s,"reached":%s}\n' % (line.removesuffix(b"}\n"), reached)


def unwritten(line: bytes, message: str) -> bytes:
    """A written line about a body that could not be written where it belongs."""
    told: Line = json.loads(line)
    return written(told | {"status": ResourceStatus.UNWRITTEN.value, "message": message})


class ManifestError(Exception):
    """A file is not a manifest; `str(error)` says where, in one line."""


def read(path: Path) -> Iterator[Line]:
    """The lines of a manifest.  Raises OSError, and `ManifestError` for what is none; a last line
    that was cut off is passed over."""
    with path.open("rb") as stream:
        yield from lines(stream, path)


def lines(stream: BinaryIO, path: Path) -> Iterator[Line]:
    """The lines of the manifest at `path`, which is open."""
    for number, raw in enumerate(stream, 1):
        if not raw.endswith(b"\n"):
            return  # the run broke off while it was written
        try:
            line = json.loads(raw)
            fit = _is_line(line)
        except (ValueError, KeyError, TypeError, RecursionError):
            fit = False
        if not fit:
            raise ManifestError(f"{path}:{number}: this is not a line of a manifest")
        yield line


def _is_line(line: Any) -> bool:
    """Whether a line has what the program relies on.  Raises KeyError or TypeError if not."""
    if not isinstance(line["source"], str) or line["status"] not in _STATUSES:
        return False
    if not all(
        isinstance(line.get(name) or "", str) for name in ("shape", "target", "sha256", "output")
    ):
        return False
    numbers = [line.get("entry") or 0, line.get("occurrence", 0)]
    match line.get("reached"):
        case None:
            pass
        case [str(), end]:
            numbers.append(end)
        case _:
            return False
    return all(isinstance(number, int) and 0 <= number < 1 << 63 for number in numbers)


_STATUSES = frozenset(status.value for status in ResourceStatus)


class Writer:
    """The manifest of a run, written line by line; `size` is that of what stays of an earlier one,
    in bytes."""

    def __init__(self, path: Path, size: int):
        self.path, self.size = path, size
        self.stream = path.open("r+b" if size else "wb", buffering=0)
        if size:
            self.stream.seek(size)
            self.stream.truncate()

    def write(self, lines: list[bytes]) -> None:
        """Adds written lines, all or none.  Raises OSError with the manifest's name."""
        data = b"".join(lines)
        try:
            write_all(self.stream, data)
        except OSError as error:
            with suppress(OSError):  # a pipe, or a device
                self.stream.truncate(self.size)
            raise OSError(error.errno, error.strerror, str(self.path)) from None
        self.size += len(data)

    def close(self) -> None:
        """Makes sure that it is on the disk."""
        if not self.stream.closed:
            with suppress(OSError):  # a pipe, or a device
                os.fsync(self.stream.fileno())
            self.stream.close()
