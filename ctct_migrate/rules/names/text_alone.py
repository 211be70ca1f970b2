"""What follows from markup in an element that holds text alone.

`A<B & C>D` in a subject line was meant as text.  A reader takes `<B & C>` for a tag with something
wrong in it; CT307 says that there is no markup here, and its fix encodes all of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.rules.names.element_name_rules import NESTED

#: What is said of the inside of a tag: bare ampersands, quotes, attributes.
_OF_TAGS = frozenset({"CT102", "CT107", "CT108", "CT118"})


def without_tags_in_text(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """`found` without what is said of the inside of a tag that was meant as text."""
    places = [
        (
            min(edit.offset for edit in each.fixes[0].edits),
            max(edit.end_offset for edit in each.fixes[0].edits),
        )
        for each in found
        if each.code == NESTED.code and each.fixes and each.fixes[0].edits
    ]
    if not places:
        return list(found)

    def follows(each: Diagnostic) -> bool:
        at = each.span.start.offset
        return each.code in _OF_TAGS and any(start <= at < end for start, end in places)

    return [each for each in found if not follows(each)]
