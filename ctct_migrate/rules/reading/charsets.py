"""Charsets: what an encoding is called in an XML declaration.

Programs write the names that their own language knows encodings by (`latin-1`, `utf_8`,
`ISO8859_1`).  An XML declaration has the names of the IANA registry, and XML parsers know no
others.  Nothing here reads a document.
"""

from __future__ import annotations

import codecs

from ctct_migrate.late_pattern import late_compile

#: By Python's name of the codec: its preferred MIME name in the IANA registry (IANA, Character
#: Sets).  Only those that XML parsers know.
_IANA = {
    "ascii": "US-ASCII",
    "utf-8": "UTF-8",
    "big5": "Big5",
    "big5hkscs": "Big5-HKSCS",
    "cp850": "IBM850",
    "cp862": "IBM862",
    "cp866": "IBM866",
    "euc_jp": "EUC-JP",
    "euc_kr": "EUC-KR",
    "gb18030": "GB18030",
    "gb2312": "GB2312",
    "gbk": "GBK",
    "hp-roman8": "hp-roman8",
    "hz": "HZ-GB-2312",
    "iso2022_jp": "ISO-2022-JP",
    "iso2022_jp_2": "ISO-2022-JP-2",
    "iso2022_kr": "ISO-2022-KR",
    "koi8-r": "KOI8-R",
    "koi8-u": "KOI8-U",
    "kz1048": "KZ-1048",
    "mac-roman": "macintosh",
    "ptcp154": "PTCP154",
    "shift_jis": "Shift_JIS",
    "tis-620": "TIS-620",
}
_ISO = late_compile(r"iso8859-(\d+)")
_WINDOWS = late_compile(r"cp(125\d)")

#: Names that no registry has, and that programs write all the same.
_OTHER_NAMES = {
    "ansi": "windows-1252",
    "utf8mb4": "UTF-8",
    "utf8mb3": "UTF-8",
    "windows1252": "windows-1252",
    "win1252": "windows-1252",
    "win-1252": "windows-1252",
    "iso88591": "ISO-8859-1",
    "unicode": "UTF-16",
}


def iana_name(name: str) -> str | None:
    """The registered name of the encoding that Python calls `name`; None where there is none that
    XML parsers know, or where Python knows no such codec.

    >>> iana_name("latin-1"), iana_name("utf_8"), iana_name("cp037"), iana_name("rot13")
    ('ISO-8859-1', 'UTF-8', None, None)
    """
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if match := _ISO.fullmatch(codec):
        return f"ISO-8859-{match[1]}"
    if match := _WINDOWS.fullmatch(codec):
        return f"windows-{match[1]}"
    return _IANA.get(codec.removesuffix("-sig"))


def other_name(name: str) -> str | None:
    """The encoding that is probably meant by a name which no codec has."""
    return _OTHER_NAMES.get(name.lower())
