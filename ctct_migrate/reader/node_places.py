"""From libxml2's elements to those of the located tree.

A few are found by the way that leads to each; from then on all are listed, which takes reading the whole
document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from ctct_migrate.reader.tree import Element, Text

#: Elements that are looked for one by one.
_FEW = 32


class NodePlaces(Mapping[etree._Element, Element]):
    """For each of libxml2's elements at and below `root` the element of the located `tree`."""

    def __init__(self, root: etree._Element, tree: Element):
        self._root, self._tree = root, tree
        self._found: dict[etree._Element, Element] = {}
        self._is_whole = False

    def __getitem__(self, node: etree._Element) -> Element:
        found = self._found.get(node)
        if found is None:
            if self._is_whole:
                raise KeyError(node)
            if len(self._found) >= _FEW:
                return self._whole()[node]
            found = self._found[node] = self._located(node)
        return found

    def __iter__(self) -> Iterator[etree._Element]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def _whole(self) -> dict[etree._Element, Element]:
        if not self._is_whole:
            self._found = dict(zip(self._root.iter("*"), self._tree.walk(), strict=False))
            self._is_whole = True
        return self._found

    def _located(self, node: etree._Element) -> Element:
        """The element at the same place, step by step from the root."""
        way: list[int] = []
        at = node
        while (parent := at.getparent()) is not None:
            way.append(parent.index(at))
            at = parent
        if at is not self._root:
            raise KeyError(node)
        element = self._tree
        for number in reversed(way):
            # lxml counts comments and processing instructions too.
            inner = [each for each in element.children if not isinstance(each, Text)]
            found = inner[number] if number < len(inner) else None
            if not isinstance(found, Element):
                raise KeyError(node)
            element = found
        return element
