"""What follows from markup in an element that holds text alone.

`A<B & C>D` in a subject line was meant as text.  A reader takes `<B & C>` for a tag with something
wrong in it; CT307 says that there is no markup here, and its fix encodes all of it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.rules.names.element_name_rules import NESTED

#: What is said of the inside of a tag: bare ampersands, quotes, attributes.
_OF_TAGS = frozenset({"CT102", "CT107", "CT108", "CT118"})


def without_tags_in_text(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """`found` without what is said of the inside of a tag that was meant as text."""
    places = sorted(
        (
            min(edit.offset for edit in each.fixes[0].edits),
            max(edit.end_offset for edit in each.fixes[0].edits),
        )
        for each in found
        if each.code == NESTED.code and each.fixes and each.fixes[0].edits
    )
    starts = [start for start, _ in places]
    if not places:
        return list(found)

    def follows(each: Diagnostic) -> bool:
        at = each.span.start.offset
        if each.code not in _OF_TAGS:
            return False
        near = bisect_right(starts, at) - 1
        return near >= 0 and at < places[near][1]

    return [each for each in found if not follows(each)]
