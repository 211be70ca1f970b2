"""What joins texts in programs: in the values of a document, it is left of a program that was not run.

A module of its own, since the fast path asks for it and nothing else of `reader.wrappings`.
"""

from __future__ import annotations

#: What no piece of a program in a value is without (`reader.wrappings.templates`), in bytes of a
#: document.
JOINS = tuple(
    f"{quote}{join}"
    for quote in ('"', "'", "&quot;", "&apos;", "&#34;", "&#39;", "&#x22;", "&#x27;")
    for join in (" . $", ".$", " + ", "+")
)
