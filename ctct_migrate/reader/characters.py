"""References and characters: raw text to what an XML parser reports, and back to the place.

Grammar of XML 1.0: `Char` (production 2), `Reference` (67), `CharRef` (66).  Values only; what is
wrong with a reference is found here, worded in `rules`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from ctct_migrate.late_pattern import late_compile

#: What XML itself defines (XML 1.0, 4.6).
PREDEFINED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}

#: Not `Char`: control characters, lone surrogates, U+FFFE and U+FFFF.
FORBIDDEN = late_compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

#: A reference, or an ampersand that begins none.
REFERENCE = late_compile(r"&(?:#x([0-9A-Fa-f]++);|#([0-9]++);|([A-Za-z_:][\w.\-:]*+);|)")

_UNUSUAL = late_compile(r"&(?!(?:lt|gt|amp|quot);)")


@cache
def _html_entities() -> Mapping[str, int]:
    from html.entities import name2codepoint  # a large table, for the broken documents alone

    return name2codepoint


def html_entity(name: str) -> str | None:
    """The character that HTML 4 calls `name` (one of 252), or None."""
    code = _html_entities().get(name)
    return None if code is None else chr(code)


def is_known_reference(reference: str) -> bool:
    """Whether `reference`, what stands between `&` and `;`, stands for a character: `#233`, `#xE9`,
    `nbsp`.  Of a hexadecimal number the last digits may be letters of the text."""
    if reference.startswith("#x"):
        return any(
            character(reference[2:end], None) for end in range(3, min(len(reference), 10) + 1)
        )
    if reference.startswith("#"):
        return character(None, reference[1:]) is not None
    return known_entity(reference)


def readings(reference: str) -> list[str]:
    """What a reference without its `;` may have been, the likelier first: `#xE9b` is the Lao letter
    `#xE9b`, or `#xE9` and a `b`; any other is only itself."""
    if not reference.startswith("#x"):
        return [reference]
    whole = character(reference[2:], None)
    if whole is not None and _is_common(whole):
        return [reference]
    shorter = [
        reference[:end]
        for end in range(len(reference) - 1, 2, -1)
        if reference[end].isalpha() and _is_common(character(reference[2:end], None))
    ]
    return [*shorter[:1], reference] if whole is not None else shorter[:1]


def _is_common(char: str | None) -> bool:
    """Whether texts in Latin letters have the character: letters, punctuation, signs, emoji."""
    return char is not None and (
        " " <= char < "\u0250" or "\u2000" <= char < "\u2800" or "\U0001f000" <= char < "\U0001fb00"
    )


def known_entity(name: str) -> bool:
    """Whether XML or HTML 4 has an entity of that name."""
    return name in PREDEFINED or name in _html_entities()


def _resolved(match: re.Match[str]) -> str:
    """What a reference stands for; the reference as written where it stands for nothing."""
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return PREDEFINED.get(name) or html_entity(name) or match[0]
    if hexadecimal is None and decimal is None:
        return "&"
    code = character(hexadecimal, decimal)
    return match[0] if code is None else code


def character(hexadecimal: str | None, decimal: str | None) -> str | None:
    """The character of a numeric reference, or None when XML does not allow it."""
    # Zeros in front may be as many as one likes; Python reads no more than 4,300 digits.
    digits = (hexadecimal if hexadecimal is not None else decimal or "").lstrip("0") or "0"
    if len(digits) > 7:
        return None
    code = int(digits, 16 if hexadecimal is not None else 10)
    if code > 0x10FFFF or FORBIDDEN.match(chr(code)):
        return None
    return chr(code)


_NUMERIC = late_compile(r"&#(?:[xX]0*+([0-9A-Fa-f]{1,6})|0*+([0-9]{1,7}));")


def surrogate_pair(text: str, start: int, end: int) -> tuple[int, int] | None:
    """What two numeric references at `start` of `text` mean that are the two halves of a surrogate
    pair (Unicode, 3.9, D91), and where they end; None for anything else.  No reference is read
    past `end`.

    >>> surrogate_pair("&#55357;&#xDE0A;", 0, 16)
    (128522, 16)
    """
    codes = []
    for low, high in ((0xD800, 0xDBFF), (0xDC00, 0xDFFF)):
        match = _NUMERIC.match(text, start, end)
        if match is None:
            return None
        code = int(match[1], 16) if match[1] else int(match[2])
        if not low <= code <= high:
            return None
        codes.append(code)
        start = match.end()
    return 0x10000 + ((codes[0] - 0xD800) << 10) + (codes[1] - 0xDC00), start


def line_feeds(raw: str) -> str:
    """`raw` with every line end as LF (XML 1.0, 2.11)."""
    return raw.replace("\r\n", "\n").replace("\r", "\n")


def resolve(raw: str) -> str:
    """`raw` with line ends as LF and references resolved.

    HTML's entities are resolved too and a bare ampersand stands for itself: that they are
    mistakes has been said elsewhere, and what follows should read what was meant.
    """
    if "\r" in raw:
        raw = line_feeds(raw)
    if "&" not in raw:
        return raw
    if _UNUSUAL.search(raw) is None:
        return (
            raw.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", '"')
            .replace("&amp;", "&")
        )
    return REFERENCE.sub(_resolved, raw)


def normalize_attribute(raw: str) -> str:
    """The value of an attribute of type CDATA (XML 1.0, 3.3.3)."""
    raw = raw.replace("\r\n", "\n")
    for space in "\n\r\t":
        if space in raw:
            raw = raw.replace(space, " ")
    return resolve(raw)


def raw_index(raw: str, index: int) -> int:
    """Where in `raw` the character stands that is at `index` of `resolve(raw)`.

    Both are 0-based; `index` may be one past the end.
    """
    return next(raw_indices(raw, (index,)))


def raw_indices(raw: str, indices: Iterable[int]) -> Iterator[int]:
    """As `raw_index`, for many `indices`, which must not go back; reads `raw` once."""
    if "&" not in raw and "\r" not in raw:
        yield from indices
        return
    units = _UNIT.finditer(raw)
    unit = next(units, None)
    at = seen = 0
    for index in indices:
        while unit is not None:
            plain = unit.start() - at
            if seen + plain >= index:
                yield at + index - seen
                break
            length = 1 if unit[0][0] == "\r" else len(_resolved_unit(unit[0]))
            if seen + plain + length > index:
                yield unit.start()
                break
            seen += plain + length
            at = unit.end()
            unit = next(units, None)
        else:
            yield min(len(raw), at + index - seen)


_UNIT = late_compile(r"\r\n?|&(?:#x[0-9A-Fa-f]++;|#[0-9]++;|[A-Za-z_:][\w.\-:]*+;|)")


def _resolved_unit(unit: str) -> str:
    match = REFERENCE.match(unit)
    return _resolved(match) if match else unit


def escape(text: str) -> str:
    """`text` as character data: what must be encoded is, and nothing else."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "]]&gt;")
