"""`Input`, one document to work on, `InputError`, one that cannot be read, and `PassedOver`, how
many files were not looked at.

Values only; how they are found stands in `inputs` and `archives`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctct_migrate.inputs.byte_sources import SIZE_LIMIT, ByteSource, File, UnreadableInput, reason
from ctct_migrate.inputs.file_names import is_archive, is_packed, is_xml
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.source import Source

if TYPE_CHECKING:
    from ctct_migrate.inputs.feeds import Part


@dataclass(frozen=True, slots=True)
class InputError:
    """An input that cannot be read.  It does not end the run, and makes the exit status 2.

    `str` is the line for standard error, without a line end: `name: message`, or, for the entry
    (0-based) of a large feed, `name, entry 7: message`.
    """

    name: str
    message: str
    entry: int | None = None

    def __str__(self) -> str:
        place = self.name if self.entry is None else f"{self.name}, entry {self.entry}"
        return f"{place}: {self.message}"


@dataclass(slots=True)
class PassedOver:
    """How many files in folders and archives were passed over for their names, for those who count
    their documents.  What is in hidden folders, and what macOS adds (`._a.xml`), is not counted.

    others  files that are neither documents nor archives by their names, and not hidden
    hidden  files that are, but whose names begin with a dot
    """

    others: int = 0
    hidden: int = 0

    def __str__(self) -> str:
        """`3 files passed over: 2 not .xml, 1 hidden`; empty if there was none."""
        told = [
            f"{count:,} {what}"
            for count, what in ((self.others, "not .xml"), (self.hidden, "hidden"))
            if count
        ]
        total = self.others + self.hidden
        files = "file" if total == 1 else "files"
        return f"{total:,} {files} passed over: {', '.join(told)}" if told else ""

    def note(self, name: str) -> None:
        """Counts a file, hidden or other, of that name (its last part)."""
        taken = is_xml(name) or is_archive(name)
        if not name.startswith("."):
            self.others += not taken
        elif not name.startswith("._"):
            self.hidden += taken


@dataclass(frozen=True, slots=True)
class Input:
    """One document to work on, or one entry of a very large feed.

    name      what users know it by
    relative  where its output belongs below an output folder: `2010/a.xml`, `x.zip/2010/a.xml`
    content   where its bytes are
    size      their number, if it is known without reading them; it may have changed since
    limit     the most bytes that are read
    part      which entry of a large feed it is, None for a document of its own
    piped     whether it is standard input, under another name than `-`
    """

    name: str
    relative: str
    content: ByteSource
    size: int | None = None
    limit: int = SIZE_LIMIT
    part: Part | None = None
    piped: bool = False

    @property
    def is_standard_input(self) -> bool:
        """Whether it is standard input, whatever it is called."""
        return self.piped or self.name == "-"

    @property
    def path(self) -> Path | None:
        """The file that holds this document and nothing else, or None."""
        if self.part is None and isinstance(self.content, File):
            return Path(self.content.path)
        return None

    @property
    def entry(self) -> int | None:
        """0-based number of the entry, where the input is one entry of a large feed."""
        return None if self.part is None else self.part.entry

    @property
    def enclosed(self) -> bool:
        """Whether it stands in an archive or a packed file, and so cannot be fixed in place.  Of
        an entry of a large feed its name tells."""
        if self.part is not None:
            return is_packed(self.name)
        return self.path is None and not self.is_standard_input

    def read(self) -> bytes:
        """The bytes, of an entry its own alone.  Raises `UnreadableInput`, and nothing else."""
        try:
            return self.content.read(self.limit)
        except OSError as error:
            raise UnreadableInput(reason(error)) from None
        except MemoryError:
            raise UnreadableInput("there is not enough memory to read it") from None

    def source(self, data: bytes | None = None) -> Source:
        """The bytes (`data`, if they have been read) as a `Source`; of an entry, as a feed of
        that entry alone, positioned as in its file.  Raises `UnreadableInput`."""
        if data is None:
            data = self.read()
        return Source(self.name, data) if self.part is None else self.part.source(self.name, data)

    def packed(self) -> tuple[object, ...]:
        """The input as plain values, for another process: pickling them takes a tenth of the time
        that the objects take."""
        content = self.content.path if isinstance(self.content, File) else self.content
        return (self.name, self.relative, content, self.size, self.limit, self.part, self.piped)

    @staticmethod
    def unpacked(values: tuple[Any, ...]) -> Input:
        """The input that `packed` made `values` of."""
        name, relative, content, size, limit, part, piped = values
        if isinstance(content, str):
            content = File(content)
        return Input(name, relative, content, size, limit, part, piped)

    def error(self, problem: UnreadableInput | str) -> InputError:
        """`problem` as a value."""
        return InputError(self.name, str(problem), self.entry)
