"""Characters that a reader does not see: those that look like a space, and those that look like nothing.

They come from web pages and word processors.  In a text they are nobody's business; in a value that
has a form, such as an address, they are a mistake that has to be named to be found.
"""

from __future__ import annotations

from collections.abc import Sequence

from ctct_migrate.late_pattern import late_compile

#: What takes the room of a space, beside XML's own white space.
SPACES = "\x0b\x0c\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u0085\u2028\u2029"

#: What takes no room.
NOTHING = "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"

_NAMES = {
    "\x0b": "vertical tab", "\x0c": "form feed",
    "\u00a0": "no-break space", "\u2007": "figure space", "\u202f": "narrow no-break space",
    "\u3000": "ideographic space", "\u200b": "zero width space", "\u2060": "word joiner",
    "\ufeff": "byte order mark", "\u200c": "zero width non-joiner", "\u200d": "zero width joiner",
    "\u00ad": "soft hyphen", "\u2028": "line separator", "\u2003": "em space", "\u2002": "en space",
}  # fmt: skip

_UNSEEN = late_compile(f"[{SPACES}{NOTHING}]")
_NOTHINGS = late_compile(f"[{NOTHING}]")


def called(character: str) -> str:
    """A character by its number and name: ``U+00A0` (no-break space)`."""
    name = _NAMES.get(character)
    code = f"`U+{ord(character):04X}`"
    return f"{code} ({name})" if name else code


def unseen_in(text: str) -> Sequence[str]:
    """The characters in a text that a reader does not see, each once, in their order."""
    return (
        [] if text.isascii() and text.isprintable() else list(dict.fromkeys(_UNSEEN.findall(text)))
    )


def without_nothing(text: str) -> str:
    """`text` without the characters that look like nothing."""
    return text if text.isascii() else _NOTHINGS.sub("", text)
