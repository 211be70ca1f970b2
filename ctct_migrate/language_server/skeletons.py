"""The markup of an element that is not there yet: its tags, and what it cannot be without.

As a snippet (LSP 3.17, Snippet Syntax) it has stops for what the user has to fill in, with the
allowed values to choose from where they are few.
"""

from __future__ import annotations

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.tree import ATOM
from ctct_migrate.v1 import ElementFact, TypeFact, vocabulary

#: Longer lists of values are not put into a snippet.
_CHOICES = 12

_SPECIAL = late_compile(r"[$}\\]")
_SPECIAL_IN_CHOICE = late_compile(r"[$}\\,|]")

#: How deep what is required is written out.
_DEEPEST = 4


def allowed(fact: TypeFact | None) -> list[str]:
    """The allowed values of a type in their own spelling; none where any will do."""
    return [each.value for each in fact.enumeration if each.spelling_of is None] if fact else []


class Skeleton:
    """The markup of elements.

    prefix   of the elements in the namespace of their parent; empty for none
    space    the namespace that stands there for elements without a prefix, or with that one
    snippet  whether it has stops
    indent   white space before the lines after the first; empty puts all on one line
    """

    def __init__(self, *, prefix: str, space: str, snippet: bool, indent: str = ""):
        self._prefix, self._space = prefix, space
        self._snippet, self._indent = snippet, indent
        self._stops = 0

    def of(self, root: str, path: str, value: str = "") -> str:
        """The element at `path` below `root` (as `Vocabulary.element` has them); `value` is the text
        of one that holds text.  Raises KeyError where the schemas have none."""
        fact = vocabulary().element(root, path)
        if fact is None:
            raise KeyError(path)
        return self._element(fact, root, path, value, 0, self._space, self._prefix)

    def _element(
        self, fact: ElementFact, root: str, path: str, value: str, depth: int, space: str, prefix: str
    ) -> str:  # fmt: skip
        declared = ""
        if fact.namespace != space:
            declared, prefix, space = f' xmlns="{fact.namespace}"', "", fact.namespace
        qname = f"{prefix}:{fact.name}" if prefix else fact.name
        needed = "".join(
            f' {each.name}="{self._stop(each.type)}"' for each in fact.attributes if each.required
        )
        start = f"<{qname}{declared}{needed}"
        inside = self._children(fact, root, path, depth, space, prefix)
        if inside:
            return f"{start}>{inside}</{qname}>"
        holds_nothing = fact.namespace == ATOM and fact.name == "link"
        if needed and (holds_nothing or (fact.type is None and not fact.open)):
            return f"{start}/>"
        text = self._text(value) if value else self._stop(fact.type)
        return f"{start}>{text}</{qname}>"

    def _children(
        self, fact: ElementFact, root: str, path: str, depth: int, space: str, prefix: str
    ) -> str:
        if depth >= _DEEPEST:
            return ""
        found = []
        for name in fact.children:
            below = f"{path}/{name}" if path else name
            child = vocabulary().element(root, below)
            if child is not None and (child.required or child.required_when == "full"):
                found.append(self._element(child, root, below, "", depth + 1, space, prefix))
        if not found:
            return ""
        if not self._indent:
            return "".join(found)
        line = self._indent + "  " * (depth + 1)
        return "".join(f"{line}{each}" for each in found) + self._indent + "  " * depth

    def _stop(self, fact: TypeFact | None) -> str:
        if not self._snippet:
            return ""
        self._stops += 1
        values = allowed(fact)
        if 1 < len(values) <= _CHOICES:
            escaped = (_SPECIAL_IN_CHOICE.sub(r"\\\g<0>", each) for each in values)
            return f"${{{self._stops}|{','.join(escaped)}|}}"
        if len(values) == 1:
            return f"${{{self._stops}:{_SPECIAL.sub(lambda m: chr(92) + m[0], values[0])}}}"
        return f"${self._stops}"

    def _text(self, value: str) -> str:
        return _SPECIAL.sub(r"\\\g<0>", value) if self._snippet else value
