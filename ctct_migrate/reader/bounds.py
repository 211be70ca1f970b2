"""How much is read of a document that is made of almost nothing but markup or mistakes.

Any document of a megabyte is to be answered within seconds.  What costs time is elements and
mistakes, not bytes; a document that has far more of them than any campaign is read up to there.
"""

from __future__ import annotations

#: Elements that any document may have …
_ELEMENTS = 20_000
#: … and characters that each further one needs.  HTML has 30 and more for each.
_CHARACTERS = 16

#: Attributes and mistakes that are read of a tag in which something is wrong.
ATTRIBUTES = 5_000

#: Breakages of one kind that are noted one by one; more are counted.
BREAKAGES = 5_000

#: Breakages of one kind in markup after which nothing more is read.
MARKUP = 50_000


def elements(length: int) -> int:
    """How many elements are read of a document of `length` characters."""
    return _ELEMENTS + length // _CHARACTERS
