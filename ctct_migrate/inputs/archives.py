"""What is in a file that has to be opened to be known: a document, a feed, or an archive.

`documents` looks at the first bytes, not at the name: a zip, a tar in any packing, a packed
document, or a plain one.  Members of an archive are documents, or archives in turn, one level
deep; they are named `archive.zip!/folder/file.xml`.  Nothing is ever unpacked under a name from an
archive, so that names like `../x` can do no harm; bombs run into `InputLimits`.

A member of a zip, and one of a tar that is not packed, is read by whoever works on it; members of
packed tars, and of archives in archives, are held in memory as they pass by.
"""

from __future__ import annotations

import posixpath
import shutil
import tempfile
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from ctct_migrate.inputs.byte_sources import (
    PACKED,
    Broken,
    ByteSource,
    File,
    Held,
    InputLimits,
    Packed,
    UnreadableInput,
    all_of,
    amount,
    bomb,
    chained,
    kind_of,
    reason,
)
from ctct_migrate.inputs.file_names import (
    is_archive,
    is_plain_xml,
    is_skipped,
    is_xml,
    mirrored,
    shown,
    without_packing,
)
from ctct_migrate.inputs.input import Input, InputError, PassedOver
from ctct_migrate.inputs.unpacking import unpacked
from ctct_migrate.late_dataclass import dataclass, replace

#: How deep archives are opened: one in another, and no further.
_DEPTH = 2


class Member(Protocol):
    """A member of an archive, as `zips` and `tars` find it.

    size      bytes when unpacked, as the archive claims; `packed` in the archive, or None
    target    where it leads, if it is a link; else None
    special   whether it is a folder, a device or the like
    """

    # fmt: off
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def size(self) -> int: ...  # noqa: D102
    @property
    def packed(self) -> int | None: ...  # noqa: D102
    @property
    def encrypted(self) -> bool: ...  # noqa: D102
    @property
    def special(self) -> bool: ...  # noqa: D102
    @property
    def target(self) -> str | None: ...  # noqa: D102
    @property
    def content(self) -> ByteSource: ...  # noqa: D102
    # fmt: on


def documents(
    name: str,
    relative: str,
    content: ByteSource,
    limits: InputLimits,
    *,
    split: bool = True,
    inside: str = "",
    passed: PassedOver | None = None,
) -> Iterator[Input | InputError]:
    """The inputs in `content`, which is called `name` and whose output belongs at `relative`;
    `inside` an archive, those at that place: `2010/a.xml`, `2010`, `in.zip!/a.xml`.  What cannot
    be read is an `InputError`; nothing is raised.  `passed` counts what is passed over."""
    place = shown(inside).rstrip("/")
    lasting = isinstance(content, File)
    counted = passed or PassedOver()
    opened = _Opened(name, relative, content, limits, split, lasting, counted, inside=place)
    yield from opened.inputs()


@dataclass(frozen=True, slots=True)
class _Opened:
    """Something that has to be opened.

    lasting  whether `content` can be read again later, and in another process
    depth    how many archives it stands in
    inside   the place in it, if it is an archive, that is wanted; empty for all of it
    """

    name: str
    relative: str
    content: ByteSource
    limits: InputLimits
    split: bool
    lasting: bool
    passed: PassedOver
    depth: int = 0
    inside: str = ""

    def inputs(self) -> Iterator[Input | InputError]:
        """What is in it."""
        try:
            with self.content.open() as stream:
                yield from self._of(stream, "")
        except Broken:
            raise  # an archive that this stands in breaks off, and tells of it
        except UnreadableInput as problem:
            yield InputError(self.name, str(problem))
        except OSError as error:
            yield InputError(self.name, reason(error))
        except MemoryError:
            yield InputError(self.name, "there is not enough memory to read it")

    def _of(self, stream: BinaryIO, packing: str) -> Iterator[Input | InputError]:
        """What is in `stream`, which is `content` or, with a `packing`, `content` unpacked."""
        from ctct_migrate.inputs import tars

        start = stream.read(self.limits.whole + 1)
        kind = kind_of(start)
        if kind is None and is_archive(self.name):
            # A tar from before there was a mark; a zip with a program in front that unpacks it.
            zip_name = not packing and self.name.lower().endswith(".zip")
            kind = "tar" if tars.is_old(start) else "zip" if zip_name else None
        if kind in PACKED and not packing:
            rest = unpacked(chained(start, stream), kind, self.limits)
            yield from self._of(rest, kind)
        elif kind in ("zip", "tar") and self.depth == _DEPTH:
            yield InputError(self.name, "archives are opened one in another, and no deeper")
        elif kind == "zip":
            yield from self._zip(chained(start, stream), packing)
        elif kind == "tar":
            plain = isinstance(self.content, File) and not packing
            place = self.content.path if isinstance(self.content, File) and plain else None
            found = tars.members(chained(start, stream), place, self.depth)
            yield from self._members(found, plain, self.limits.total)
        elif is_archive(self.name) or self.inside:
            yield InputError(
                self.name, "it is not an archive, whatever its name says, or is damaged"
            )
        else:
            yield from self._document(start, stream, packing)

    def _document(
        self, start: bytes, stream: BinaryIO, packing: str
    ) -> Iterator[Input | InputError]:
        relative = without_packing(self.relative) if packing else self.relative
        limit = self.limits.size
        if len(start) <= self.limits.whole:
            start += stream.read(1)  # nothing, or what made it stop
            plain = self.content if self.lasting and not packing else Held(start)
            yield Input(self.name, relative, plain, len(start), limit)
            return
        if self.split:
            from ctct_migrate.inputs.feeds import entries, is_feed

            if is_feed(start):
                whole, again = chained(start, stream), self._again(packing)
                yield from entries(whole, self.name, relative, self.limits, again)
                return
        if not self.lasting:
            content: ByteSource = Held(all_of(chained(start, stream), limit))
        else:
            content = Packed(self.content, packing, self.limits) if packing else self.content
        yield Input(self.name, relative, content, None, limit)

    def _again(self, packing: str) -> Callable[[], BinaryIO] | None:
        """What opens the document once more, if that can be done."""
        if not self.lasting:
            return None
        return Packed(self.content, packing, self.limits).open if packing else self.content.open

    def _zip(self, stream: BinaryIO, packing: str) -> Iterator[Input | InputError]:
        from ctct_migrate.inputs import zips

        if isinstance(self.content, File) and not packing:
            size, found = zips.members(self.content)
            yield from self._members(found, True, self._room(size))
            return
        # A zip's directory is at its end, so a stream has to be kept somewhere first.
        with tempfile.NamedTemporaryFile(prefix="ctct-migrate-", suffix=".zip") as spool:
            shutil.copyfileobj(stream, spool, 1 << 20)
            spool.flush()
            size, found = zips.members(File(spool.name))
            yield from self._members(found, False, self._room(size))

    def _room(self, size: int) -> int:
        """What an archive of `size` bytes may unpack to."""
        return min(self.limits.total, max(self.limits.whole, size * self.limits.ratio))

    def _members(
        self, members: Iterator[Member], lasting: bool, room: int
    ) -> Iterator[Input | InputError]:
        """The inputs in an archive whose members may have `room` bytes in all; those that are
        not `lasting` are gone when the next is asked for."""
        found = self._each_member(members, lasting, room)
        return found if lasting else _one_late(found)

    def _each_member(
        self, members: Iterator[Member], lasting: bool, room: int
    ) -> Iterator[Input | InputError]:
        found, total = False, 0
        locked, first_locked = 0, ""
        for number, member in enumerate(members, 1):
            if number > self.limits.count:
                yield InputError(
                    self.name, f"it has more than {self.limits.count} members; --limit count moves "
                    "that limit",
                )  # fmt: skip
                return
            place = self._wanted(member)
            if place is None:
                if not (self.inside or member.special):
                    self._pass_over(member)
                continue
            found = True
            if member.encrypted:
                locked += 1
                first_locked = first_locked or member.name
                continue
            if self._is_bomb(member):
                yield InputError(self.member(member).name, bomb(self.limits))
                continue
            total += member.size
            if total > room:
                limit = "total" if room == self.limits.total else "ratio"
                yield InputError(
                    self.name, f"its files unpack to more than {amount(room)}, as a bomb's do; "
                    f"the rest is not read (--limit {limit} moves that limit)",
                )  # fmt: skip
                return
            try:
                yield from self._member(member, lasting, place)
            except Broken as problem:
                if problem.depth < self.depth:
                    raise
                raise UnreadableInput(f"{problem} (in {shown(member.name)})") from None
        if locked:
            yield InputError(
                self.name, f"{locked} of its files cannot be read without a password, "
                f"the first of them {shown(first_locked)}; unpack it first",
            )  # fmt: skip
        if not found and self.inside:
            name = f"{self.name}!/{self.inside}"
            yield InputError(name, "there is no such file or folder in the archive")
        elif not found:
            yield InputError(self.name, "this archive holds no XML file")

    def _pass_over(self, member: Member) -> None:
        *folders, name = member.name.replace("\\", "/").split("/")
        if not any(is_skipped(part) and part not in (".", "..") for part in folders):
            self.passed.note(name)

    def _wanted(self, member: Member) -> str | None:
        """The place in a member that is wanted: empty for all of it, None for nothing of it."""
        if self.inside:
            name = shown(member.name)
            if name == self.inside:
                return None if member.special else ""  # it is named, whatever its name
            if self.inside.startswith(f"{name}!/"):
                return self.inside[len(name) + 2 :]
            if not name.startswith(f"{self.inside}/"):
                return None
        return "" if is_wanted(member) else None

    def member(self, member: Member) -> _Opened:
        """A member of this archive."""
        return replace(
            self, name=f"{self.name}!/{shown(member.name)}",
            relative=f"{self.relative}/{mirrored(member.name)}",
            content=member.content, depth=self.depth + 1, inside="",
        )  # fmt: skip

    def _is_bomb(self, member: Member) -> bool:
        packed = member.size if member.packed is None else member.packed
        return member.size > max(self.limits.whole, self.limits.ratio * packed)

    def _member(self, member: Member, lasting: bool, place: str) -> Iterator[Input | InputError]:
        """The inputs in one member, those at that place."""
        opened = replace(self.member(member), lasting=lasting, inside=place)
        if member.target is not None and self.inside == shown(member.name):
            yield InputError(opened.name, "it is a link to another member; name that instead")
        elif member.target is not None:
            yield from opened.linked(member)
        elif (
            lasting
            and is_plain_xml(member.name)
            and member.size <= self.limits.whole
            and not self.inside
        ):
            # Not opened here at all: this is the way that hundreds of thousands go.
            yield Input(opened.name, opened.relative, opened.content, member.size, self.limits.size)
        else:
            yield from opened.inputs()

    def linked(self, member: Member) -> Iterator[InputError]:
        """Nothing for a link to another member, an error for one that leads out."""
        target = member.target or ""
        inside = posixpath.normpath(posixpath.join(posixpath.dirname(member.name), target))
        if target.startswith("/") or inside.startswith(".."):
            yield InputError(self.name, "it is a link that leads out of the archive")


def _one_late(found: Iterator[Input | InputError]) -> Iterator[Input | InputError]:
    """The inputs, each when the next has been found: only then it is known of one that passes by
    that it is whole."""
    from ctct_migrate.inputs.tars import CutMember

    held: Input | InputError | None = None
    try:
        for item in found:
            if held is not None:
                yield held
            held = item
    except CutMember:
        raise  # and what is held is not what was packed
    except Exception:
        if held is not None:
            yield held
        raise
    if held is not None:
        yield held


def is_wanted(member: Member) -> bool:
    """Whether a member is a document or an archive, by its name, and not hidden."""
    name = member.name
    if member.special or not (is_xml(name) or is_archive(name)):
        return False
    parts = name.replace("\\", "/").split("/")  # some Windows programs write backslashes
    return not any(is_skipped(part) and part not in (".", "..") for part in parts)
