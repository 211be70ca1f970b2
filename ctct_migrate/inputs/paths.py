"""PATH arguments to a stream of inputs: what every command that takes a PATH reads from.

For those who write commands::

    from ctct_migrate.inputs.paths import Input, InputError, Unreadable, inputs

    for item in inputs(paths):              # a generator: nothing is opened before its turn
        if isinstance(item, InputError):    # a missing file, a damaged archive …: one line for
            print(item)                     # standard error, "name: message"; the run goes on,
            continue                        # and its exit status becomes 2
        try:
            source = item.source()          # the bytes, as a `Source` whose path is item.name
        except Unreadable as error:         # it vanished meanwhile, or may not be read, or …
            print(item.error(error))        # again an InputError
            continue

(`batch.run.run` does this, in several processes.)

`Input.name` is what users see: the path as given, `folder/sub/file.xml`,
`archive.zip!/folder/file.xml`, `feed.xml.gz`, or `-` for standard input.  `Input.path` is the file
to write back to (`fix`), None for what is not a plain file of its own.  `Input.relative` is where
the output belongs below an output folder: relative, with `/` between its parts, never leaving it.
`Input.part` tells which entry of a very large feed it is, where such a feed comes one entry at a
time, else None: see `feeds.Part` (`split=False` keeps large feeds whole).

An `Input` is small and can be pickled: a plain file is read by whoever calls `source`, in
whichever process.  Inputs come in a fixed order: the arguments as given, folders sorted by name
(code point by code point, a folder's files and subfolders together), archives in their own order.

What does not belong here: what an XML document is.  A file is taken by its name, and a file that
is named explicitly is taken whatever its name.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import BinaryIO

from ctct_migrate.inputs.byte_sources import (
    ByteSource,
    File,
    InputLimits,
    UnreadableInput,
    kind_of,
    reason,
)
from ctct_migrate.inputs.file_names import (
    is_archive,
    is_plain_xml,
    is_skipped,
    is_text,
    is_xml,
    mirrored,
    shown,
)
from ctct_migrate.inputs.input import Input, InputError, PassedOver
from ctct_migrate.late_dataclass import replace

__all__ = ["Input", "InputError", "InputLimits", "PassedOver", "UnreadableInput", "inputs"]


def inputs(
    paths: Iterable[str | os.PathLike[str]],
    *,
    limits: InputLimits | None = None,
    split: bool = True,
    stdin: Callable[[], BinaryIO] | None = None,
    passed: PassedOver | None = None,
    stdin_name: str | None = None,
    pipe: Callable[[str], BinaryIO] | None = None,
) -> Iterator[Input | InputError]:
    """The inputs that `paths` stand for, in a fixed order, one at a time.

    A path is a file, a folder, a glob (`**` reaches into subfolders), `-` (standard input), an
    archive, a place in one (`a.zip!/2010/a.xml`, `a.zip!/2010`), or `@list.txt`, a UTF-8 file (`@-`: standard input) of one path a line in which blank
    lines and lines that begin with `#` count for nothing.  Something of that very name goes before
    the special reading.  `stdin` opens standard input, which is called `stdin_name`, if that is given
    (an archive in it is not); `split=False` keeps large feeds whole.  `pipe` opens what can be read only
    once, by its path, for those who go through the inputs again.
    `passed` counts the files that are passed over, as far as the stream has been taken.  Never
    raises on bad paths: what cannot be read comes as an `InputError` in its place.
    """
    search = _Search(
        limits or InputLimits(), split, stdin or _standard_input, passed or PassedOver()
    )
    search.stdin_name = stdin_name
    search.pipe = pipe or search.pipe
    for path in paths:
        yield from search.argument(os.fspath(path))


def _opened(path: str) -> BinaryIO:
    return File(path).open()


def _standard_input() -> BinaryIO:
    return sys.stdin.buffer


class _Search:
    """One run of `inputs`: what is the same for all its arguments."""

    def __init__(
        self, limits: InputLimits, split: bool, stdin: Callable[[], BinaryIO], passed: PassedOver
    ):
        self.limits, self.split, self.stdin, self.passed = limits, split, stdin, passed
        self.stdin_used = False
        self.stdin_name: str | None = None
        self.pipe: Callable[[str], BinaryIO] = _opened

    def argument(self, path: str) -> Iterator[Input | InputError]:
        """The inputs of one argument."""
        if path == "-":
            if self.stdin_used:
                yield InputError("-", "standard input can be read only once")
            else:
                self.stdin_used = True
                yield from map(self._renamed, self.opened("-", "stdin.xml", _Pipe(self.stdin)))
        elif path.startswith("@") and not os.path.lexists(path):
            yield from self.listed(path[1:])
        else:
            place, inside = _in_archive(path)
            relative = mirrored(os.path.basename(os.path.abspath(place)))
            yield from self.named(place, relative, inside)

    def _renamed(self, item: Input | InputError) -> Input | InputError:
        """An input that is standard input, under the name that it was given."""
        if self.stdin_name is None or item.name != "-":
            return item
        name = shown(self.stdin_name)
        if isinstance(item, InputError):
            return replace(item, name=name)
        relative = mirrored(os.path.basename(self.stdin_name))
        return replace(item, name=name, relative=relative, piped=True)

    def listed(self, path: str) -> Iterator[Input | InputError]:
        """The inputs of the paths in a list file; relative paths are mirrored as written."""
        name = f"@{shown(path)}"
        if path == "-" and self.stdin_used:
            yield InputError(name, "standard input can be read only once")
            return
        self.stdin_used |= path == "-"
        found = False
        try:
            with self.stdin() if path == "-" else self._list(path) as lines:
                for number, raw in enumerate(lines, 1):
                    text = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
                    line = os.fsdecode(text.rstrip(b"\r\n"))
                    if "\0" in line:
                        yield InputError(name, f"line {number} is not a path; is this a list?")
                        return
                    if line.strip() and not line.startswith("#"):
                        found = True
                        place, inside = _in_archive(line)
                        yield from self.named(place, mirrored(place), inside)
        except OSError as error:
            yield InputError(name, reason(error))
            return
        if not found:
            yield InputError(name, "this list names no file")

    def _list(self, path: str) -> BinaryIO:
        return _opened(path) if os.path.isfile(path) else self.pipe(path)

    def named(self, path: str, relative: str, inside: str = "") -> Iterator[Input | InputError]:
        """The inputs of one path of the file system, or of a glob if there is no such path;
        `inside` an archive, those at that place."""
        try:
            status = os.stat(path)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name
            missing = not isinstance(error, OSError) or isinstance(error, FileNotFoundError)
            if missing and any(char in path for char in "*?["):
                yield from self.matching(path)
            else:
                problem = error if isinstance(error, OSError) else FileNotFoundError()
                yield InputError(shown(path), reason(problem))
            return
        if stat.S_ISDIR(status.st_mode):
            yield from self.folder(path)
        elif not stat.S_ISREG(status.st_mode):  # a pipe, as in <(command), or a device
            yield from self.opened(shown(path), relative, _Pipe(partial(self.pipe, path)))
        elif (
            is_plain_xml(path)
            and not inside
            and status.st_size <= self.limits.whole
            and not _is_packed(path)
        ):
            yield Input(shown(path), relative, File(path), status.st_size, self.limits.size)
        else:
            yield from self.opened(shown(path), relative, File(path), inside)

    def matching(self, pattern: str) -> Iterator[Input | InputError]:
        """The inputs of the files and folders that a glob matches, sorted; mirrored from its
        first wildcard on."""
        import glob

        fixed = os.path.dirname(pattern[: min(pattern.find(c) for c in "*?[" if c in pattern)])
        deep = "**" in pattern
        found = False
        for path in sorted(glob.iglob(pattern, recursive=True)):
            if deep and os.path.isdir(path):
                continue  # what is in it matches, or does not, by its own name
            found = True
            yield from self.named(path, mirrored(os.path.relpath(path, fixed or ".")))
        if not found:
            yield InputError(shown(pattern), "no file matches this pattern")

    def folder(self, root: str) -> Iterator[Input | InputError]:
        """The documents and archives below a folder."""
        found = False
        for item in self.below(root, "", root):
            found = True
            yield item
        if not found:
            yield InputError(shown(root), "this folder holds no XML file")

    def below(self, folder: str, inside: str, root: str) -> Iterator[Input | InputError]:
        """`inside` is the way from `root` to `folder`, empty or with a `/` at its end."""
        try:
            with os.scandir(folder) as scan:
                # One string for each, its kind after a NUL: a folder may hold a million of them.
                found = sorted(f"{e.name}\0{_kind(e)}" for e in scan if not self._skips(e))
        except OSError as error:
            yield InputError(shown(folder), reason(error))
            return
        start = os.path.join(folder, "")
        for each in found:
            name, kind = each[:-2], each[-1]
            path = start + name
            if kind == _FOLDER:
                yield from self.below(path, f"{inside}{name}/", root)
            elif kind == _LINK:
                yield from self.linked(path, root)
            elif is_xml(name) or is_archive(name):
                if kind == _FILE:
                    yield from self.found(path, mirrored(inside + name))
                else:
                    yield InputError(shown(path), "it is not a file but a pipe, socket or device")
            elif kind == _FILE and is_text(name) and _is_form(path):
                yield from self.found(path, mirrored(inside + name))
            elif kind == _FILE:
                self.passed.note(name)

    def _skips(self, entry: os.DirEntry[str]) -> bool:
        """Whether an entry of a folder is hidden, or a version control's."""
        if not is_skipped(entry.name):
            return False
        if entry.is_file(follow_symlinks=False):
            self.passed.note(entry.name)
        return True

    def found(self, path: str, relative: str) -> Iterator[Input | InputError]:
        """The inputs of a file in a folder."""
        if is_plain_xml(path):
            try:
                size = os.stat(path).st_size
            except OSError as error:
                yield InputError(shown(path), reason(error))
                return
            if size <= self.limits.whole:
                yield Input(shown(path), relative, File(path), size, self.limits.size)
                return
        yield from self.opened(shown(path), relative, File(path))

    def linked(self, path: str, root: str) -> Iterator[InputError]:
        """Nothing for a symbolic link to what is below `root`, since that is found under its own
        name (so circles end); an error for one that leads elsewhere."""
        if not (is_xml(path) or is_archive(path) or os.path.isdir(path)):
            return
        target, top = os.path.realpath(path), os.path.realpath(root)
        if not os.path.exists(target):
            yield InputError(shown(path), "this symbolic link leads nowhere")
        elif target != top and not target.startswith(os.path.join(top, "")):
            yield InputError(
                shown(path),
                "this symbolic link leads out of the folder; name its target to read it",
            )

    def opened(
        self, name: str, relative: str, content: ByteSource, inside: str = ""
    ) -> Iterator[Input | InputError]:
        """The inputs of what has to be opened to know what it is."""
        from ctct_migrate.inputs.archives import documents

        yield from documents(
            name, relative, content, self.limits, split=self.split, inside=inside,
            passed=self.passed,
        )  # fmt: skip


#: Bytes of a text by which it is seen to be a form.
_HEAD = 8_192


def _is_form(path: str) -> bool:
    """Whether a text is one of v1's requests for bulk activities."""
    from ctct_migrate.reader.forms.form_request import recognize_form
    from ctct_migrate.source import Source

    try:
        with open(path, "rb") as stream:
            return recognize_form(Source(path, stream.read(_HEAD))) is not None
    except OSError:
        return False


def _in_archive(path: str) -> tuple[str, str]:
    """`a.zip`, `2010/a.xml` for `a.zip!/2010/a.xml`, if `a.zip` is a file; `path`, nothing for
    what is no place in an archive."""
    at = path.find(_INSIDE)
    if at > 0 and not os.path.lexists(path):
        while at > 0:
            if os.path.isfile(path[:at]):
                return path[:at], path[at + len(_INSIDE) :]
            at = path.find(_INSIDE, at + 1)
    return path, ""


def _is_packed(path: str) -> bool:
    """Whether a file is an archive, or packed, whatever its name; a name on a command line is no
    promise of what is in the file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError:
        return False  # whoever reads it tells
    try:
        return kind_of(os.read(descriptor, _MARKED)) is not None
    except OSError:
        return False
    finally:
        os.close(descriptor)


#: Between the name of an archive and a place in it.
_INSIDE = "!/"

#: Bytes that have all the marks of archives.
_MARKED = 512

_FILE, _FOLDER, _LINK, _OTHER = "f", "d", "l", "o"


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return _LINK
    if entry.is_dir(follow_symlinks=False):
        return _FOLDER
    return _FILE if entry.is_file(follow_symlinks=False) else _OTHER


class _Pipe:
    """What can be read once, from start to end: standard input, a named pipe."""

    def __init__(self, opener: Callable[[], BinaryIO]):
        self.open = opener

    def read(self, limit: int) -> bytes:
        """Not for `Input`s: `archives.documents` takes the stream."""
        raise UnreadableInput("it can be read only once")
