"""Patterns that are compiled when they are first used.

A run uses few of the patterns that stand in the modules it loads: those of the rules that look at a
document, and of these the ones that its texts lead to.  Compiling takes a fifth of a millisecond
each.  `late_compile` takes what `re.compile` takes, for a pattern that is a constant of a module;
the pattern that it returns has all methods of a compiled one, and costs nothing more once it is used.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any


class LatePattern:
    """A regular expression that is compiled when one of its methods is asked for."""

    def __init__(self, pattern: str | bytes, flags: int = 0) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """A method or attribute of the compiled pattern, which is kept: the next time it is an
        attribute of this object."""
        if name.startswith("__"):
            raise AttributeError(name)
        found = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, found)
        return found

    def __repr__(self) -> str:
        return f"late_compile({self.pattern!r}, {self._flags})"

    def __reduce__(self) -> tuple[type[LatePattern], tuple[str | bytes, int]]:
        """Pickled and copied as it was written."""
        return LatePattern, (self.pattern, self._flags)


if TYPE_CHECKING:
    late_compile = re.compile
else:
    late_compile = LatePattern
