"""What files are called: which names are taken, how they are shown, and where output goes.

A name found in a folder or an archive decides alone whether the file is taken.  Names are hostile
until `shown` (for eyes) or `mirrored` (for an output folder) has seen them.
"""

from __future__ import annotations

from ctct_migrate.late_pattern import late_compile

#: Documents: XML, and v1's requests for bulk activities, which were forms.
XML_SUFFIXES = (".xml", ".atom", ".entry", ".feed", ".form")
#: Files that are documents if they hold such a form.
TEXT_SUFFIX = ".txt"
PACKED_SUFFIXES = (".gz", ".bz2", ".xz", ".zst")
ARCHIVE_SUFFIXES = (
    ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz", ".tar.zst",
    ".tzst",
)  # fmt: skip

#: Folders of version control systems whose names do not begin with a dot, and the one that macOS
#: puts into zips.
_SKIPPED = frozenset({"CVS", "_darcs", "SCCS", "RCS", "__MACOSX"})

#: What Windows does not allow in a file name; written as `_`, so that a mirrored tree can be
#: copied there.
_HARMLESS = late_compile(r"(?:[\w ,+@()\[\]-][\w ,+@()\[\].-]*(?:/(?!\Z)|\Z))+")
_AWKWARD = str.maketrans(dict.fromkeys(':*?"<>|', "_"))


def is_skipped(name: str) -> bool:
    """Whether a folder, or a file, of that name is passed over: hidden, or version control."""
    return name.startswith(".") or name in _SKIPPED


def is_xml(name: str) -> bool:
    """Whether a file of that name is taken for a document, packed or not."""
    lower = name.lower()
    if lower.endswith(XML_SUFFIXES):
        return True
    if lower.endswith(PACKED_SUFFIXES):
        inner = lower.rpartition(".")[0]
        return inner.endswith(XML_SUFFIXES) or "." not in inner.rpartition("/")[2]
    return False


def is_text(name: str) -> bool:
    """Whether a file of that name may hold a form, which is seen from what it says."""
    return name.lower().endswith(TEXT_SUFFIX)


def is_archive(name: str) -> bool:
    """Whether a file of that name is taken for an archive."""
    return name.lower().endswith(ARCHIVE_SUFFIXES)


def is_plain_xml(name: str) -> bool:
    """Whether a file of that name is taken for a document that is not packed."""
    return name.lower().endswith(XML_SUFFIXES)


def is_packed(name: str) -> bool:
    """Whether a document that users know by that name is in an archive or in packed form."""
    archive, mark, _ = name.partition("!/")
    return (bool(mark) and is_archive(archive)) or name.lower().endswith(PACKED_SUFFIXES)


def without_packing(name: str) -> str:
    """`a.xml` for `a.xml.gz`."""
    lower = name.lower()
    for suffix in PACKED_SUFFIXES:
        if lower.endswith(suffix):
            return name[: -len(suffix)]
    return name


def shown(name: str) -> str:
    r"""A name as users see it: bytes that are not UTF-8, and control characters, as `\xNN`."""
    if name.isprintable():
        return name
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def mirrored(name: str) -> str:
    """`name` as a path below an output folder: relative, with `/` between its parts, and without
    `..`, a root, a drive, or characters that a terminal or a file system would mind."""
    if _HARMLESS.fullmatch(name):
        return name
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(shown(part).replace("\\", "_").translate(_AWKWARD) for part in parts) or "_"
