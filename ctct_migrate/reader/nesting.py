"""Which elements are open, and what an end tag that nobody expected was meant to close.

The scanner pushes every start tag and hands over every end tag.  Where an end tag does not fit,
`Nesting` settles it: it belongs to something further up (then what is above was never closed), it
is a misspelling of what is open, it comes late (crossed tags), or it is stray.  Child elements
that an unclosed leaf swallowed are given back to its parent, so that one lost end tag is one
mistake.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import field

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.reader.ahead import EndTags
from ctct_migrate.reader.problems import Problem
from ctct_migrate.reader.tree import Element, Markup, Text


@dataclass(frozen=True, slots=True)
class Names:
    """What the scanner may know of the vocabulary, to read broken text as it was meant.

    holds    for each element name of the format, the names of what may stand in it
    leaves   those that hold text alone
    content  those that hold HTML or text, encoded, CDATA or as markup
    """

    holds: Mapping[str, frozenset[str]] = field(default_factory=dict)
    leaves: frozenset[str] = frozenset()
    content: frozenset[str] = frozenset()

    @property
    def known(self) -> Container[str]:
        """Every element name of the format."""
        return self.holds

    def may_hold(self, parent: str, child: str, around: str) -> bool:
        """Whether `child` may stand in `parent`, which stands in `around`, as far as that is
        known.  HTML may hold anything but what belongs beside its own element."""
        if parent in self.content:
            return child not in self.holds.get(around, ())
        if parent not in self.holds:
            return child not in self.holds
        return child not in self.holds or child in self.holds[parent]


class Nesting:
    """The stack of open elements over one text; `note` adds to `problems`, and `end_tags`
    are those of the text.  Elements are added by `push` and taken away by `pop`."""

    def __init__(self, text: str, names: Names, problems: list[Problem], end_tags: EndTags,
        note: Callable[..., None],
    ):  # fmt: skip
        self.text, self.names, self.problems, self._note = text, names, problems, note
        self.end_tags = end_tags
        self.stack: list[Element] = []
        #: How many elements of each name are open (names as they were when they were opened).
        self._open: Counter[str] = Counter()
        self._pushed: list[str] = []
        #: Names of elements that were closed by force, with the numbers of the problems that said
        #: so, the first one first: their end tags may still come.
        self._owed: defaultdict[str, deque[int]] = defaultdict(deque)

    def push(self, element: Element) -> None:
        """Opens an element."""
        self.stack.append(element)
        self._pushed.append(element.qname)
        self._open[element.qname] += 1

    def is_open(self, qname: str) -> bool:
        """Whether an element of that name is open."""
        return self._open[qname] > 0

    def pop(self, start: int, end: int, *, closed: bool = True) -> Element:
        """Closes the innermost element with the end tag at `start`..`end`."""
        element = self.stack.pop()
        self._open[self._pushed.pop()] -= 1
        element.close_start, element.end, element.closed = start, end, closed
        return element

    def close(self, qname: str, start: int, end: int, limit: int) -> None:
        """The end tag `qname` stands at `start`..`end`; the text goes on to `limit`."""
        stack = self.stack
        if stack and stack[-1].qname == qname:
            self.pop(start, end)
        elif self.is_open(qname):
            while stack[-1].qname != qname:
                self._unclosed(self.pop(start, start, closed=False), start, end, qname)
            self.pop(start, end)
        elif self._is_owed(qname, start, end) or self._lost_its_opening(qname, start, end):
            return
        elif stack and self._resembles(qname, stack[-1], end, limit):
            opened = stack[-1].qname
            element = self.pop(start, end)
            at = (element.start, element.name_end)
            self._note(
                "crossed-tags", start, end, element, opened=opened, closed=qname, opened_at=at
            )
            self._take_meant_name(element, qname)
        else:
            self._stray(qname, start, end)

    def _stray(self, qname: str, start: int, end: int) -> None:
        """Nothing of that name is open, and nothing that is could be meant."""
        parent = self.stack[-1] if self.stack else None
        self._note(
            "stray-end-tag", start, end, parent, tag=qname, open=parent.qname if parent else None
        )

    def _lost_its_opening(self, qname: str, start: int, end: int) -> bool:
        """Whether the text before `</qname>` holds its start tag, whose `<` is missing."""
        parent = self.stack[-1] if self.stack else None
        last = parent.children[-1] if parent is not None and parent.children else None
        if parent is None or not isinstance(last, Text) or last.end != start:
            return False
        found = self._opening_without_less_than(qname, last.start, last.end)
        if found is None:
            return False
        at, inner = found
        self._note("malformed-tag", at, inner, parent, what="no-start", insert=at, name=qname)
        self._rebuild(parent, last, qname, at, inner, start, end)
        return True

    def _opening_without_less_than(
        self, qname: str, start: int, end: int
    ) -> tuple[int, int] | None:
        """Where `qname>` or `qname attributes>` stands in a text, at its start or after white
        space, and where it ends; None where it does not."""
        text, at, greater, less = self.text, start, -1, -1
        while (at := text.find(qname, at, end)) >= 0:
            behind = at + len(qname)
            if (at == start or text[at - 1].isspace()) and behind < end:
                if text[behind] == ">":
                    return at, behind + 1
                if text[behind].isspace():
                    if greater < behind:
                        greater = text.find(">", behind, end)
                        if greater < 0:
                            return None
                    if less < behind:
                        less = text.find("<", behind, end)
                        less = end if less < 0 else less
                    if greater < less:
                        return at, greater + 1
            at = behind
        return None

    def _rebuild(
        self, parent: Element, text: Text, qname: str, at: int, inner: int, start: int, end: int
    ) -> None:
        """Makes the element whose start tag lost its `<` out of the text that it was taken for."""
        prefix, _, name = qname.rpartition(":")
        element = Element(prefix, name, at, at, parent)
        element.open_end, element.close_start, element.end = inner, start, end
        element.children = [self._run(inner, start)] if start > inner else []
        parent.children[-1] = self._run(text.start, at)
        parent.children.append(element)

    def _run(self, start: int, end: int) -> Text:
        return Text(self.text[start:end], start, end)

    def _is_owed(self, qname: str, start: int, end: int) -> bool:
        """Whether an element of that name was closed by force; then the two tags are crossed."""
        owed = self._owed.get(qname)
        if not owed:
            return False
        number = owed.popleft()
        old = self.problems[number]
        if old.element is not None:
            element = old.element
            closer = old.detail["closer"]
            self.problems[number] = Problem(
                "crossed-tags", closer[0], closer[1], element,
                {"opened": element.qname, "closed": qname, "by": old.detail["by"],
                 "opened_at": (element.start, element.name_end), "late": (start, end),
                 "insert": old.detail["insert"]},
            )  # fmt: skip
        return True

    def _resembles(self, qname: str, element: Element, at: int, limit: int) -> bool:
        """Whether `</qname>` was probably written to close `element`: its own end tag does not
        come any more (after text: is not the next tag)."""
        if qname.casefold() == element.qname.casefold():
            return True
        if not element.elements and not self.names.holds.get(element.name):
            following = self.text.find("<", at, limit)
            return following >= 0 and not self.text.startswith(f"</{element.qname}", following)
        own = self.end_tags.next(element.qname, at, limit)
        parent = element.parent.qname if element.parent is not None else ""
        end = self.end_tags.next(parent, at, limit)
        return own < 0 or 0 <= end < own

    def _take_meant_name(self, element: Element, closed: str) -> None:
        """When only the end tag's name is one of the format's, it is the name that was meant."""
        prefix, _, name = closed.rpartition(":")
        if element.name not in self.names.known and name in self.names.known:
            element.prefix, element.name = prefix, name

    # -- elements that were never closed ----------------------------------------------------

    def _unclosed(self, element: Element, start: int, end: int, by: str) -> None:
        """`element` was still open when `</by>` came at `start`..`end`."""
        parent = element.parent
        leaf = element.name in self.names.leaves or element.name in self.names.content
        if (
            parent is not None
            and leaf
            and parent.qname == element.qname
            and not self._has_own_end(parent)
        ):
            return  # the inner one of `<Name>x<Name>`: reported when the outer one is popped
        if (
            parent is not None
            and parent.name in self.names.leaves
            and element.name not in self.names.known
        ):
            # Markup in a text is reported as that; this kind has no words of its own.
            self._note("nested-markup", element.start, element.open_end, element)
            return
        if leaf:
            twin = next((e for e in element.elements if e.qname == element.qname), None)
            if twin is not None and not twin.closed:
                self._slash_lost(element, twin)
                return
            if twin is not None and twin.self_closing and not twin.attributes:
                self._slash_behind(element, twin)
                return
        at = self._proper_end(element)
        lost = self._end_tag_without_opening(element)
        if lost is not None:
            self._note(
                "malformed-tag", lost, lost + len(element.qname) + 2, element, what="no-start",
                insert=lost, name="/" + element.qname,
            )  # fmt: skip
            return
        self._owed[element.qname].append(len(self.problems))
        self._note(
            "unclosed-element", element.start, element.open_end, element, name=element.qname,
            insert=at, closer=(start, end), by=by, slash=None,
        )  # fmt: skip

    def _has_own_end(self, element: Element) -> bool:
        return element not in self.stack

    def _slash_lost(self, element: Element, twin: Element) -> None:
        """`<Name>x<Name>`: the second one was meant as the end tag."""
        element.children.remove(twin)
        element.close_start, element.end = twin.start, twin.open_end
        self._give(element, twin.children)
        self._note(
            "unclosed-element", twin.start, twin.open_end, element, name=element.qname,
            insert=None, closer=None, by=None, slash=twin.start + 1,
        )  # fmt: skip

    def _slash_behind(self, element: Element, twin: Element) -> None:
        """`<Name>x<Name/>`: the second one was meant as the end tag."""
        place = element.children.index(twin)
        behind, element.children = element.children[place + 1 :], element.children[:place]
        element.close_start, element.end = twin.start, twin.open_end
        self._give(element, behind)
        self._note(
            "malformed-tag", twin.start, twin.open_end, element, what="end-tag", expected=element.qname
        )  # fmt: skip

    def _end_tag_without_opening(self, element: Element) -> int | None:
        """Where `/Name>` stands at the end of the text of `element`, its `<` lost; else None."""
        last = element.children[-1] if element.children else None
        if not isinstance(last, Text):
            return None
        raw = self.text[last.start : last.end].rstrip()
        tail = f"/{element.qname}>"
        if not raw.endswith(tail):
            return None
        at = last.start + len(raw) - len(tail)
        element.children[-1] = self._run(last.start, at)
        element.close_start = at
        return at

    def _proper_end(self, element: Element) -> int:
        """Where the end tag of an element that was never closed should stand.  What cannot
        stand in it was swallowed, and is given back to its parent first."""
        around = element.parent.name if element.parent is not None else ""
        stranger = next(
            (e for e in element.elements if not self.names.may_hold(element.name, e.name, around)),
            None,
        )
        if stranger is not None:
            cut = element.children.index(stranger)
            swallowed, element.children = element.children[cut:], element.children[:cut]
            self._give(element, swallowed)
            element.close_start = element.end = stranger.start
        last = element.children[-1] if element.children else None
        if last is None:
            return element.open_end
        if isinstance(last, Text) and not last.cdata:
            return last.start + len(self.text[last.start : last.end].rstrip())
        return last.end

    def _give(self, element: Element, children: Sequence[Element | Text | Markup]) -> None:
        """Makes what `element` swallowed its following siblings; white space is let go."""
        parent = element.parent
        if parent is None:
            return
        place = parent.children.index(element) + 1
        kept = [child for child in children if not isinstance(child, Text)]
        for child in kept:
            if isinstance(child, Element):
                child.parent = parent
        parent.children[place:place] = kept

    # -- the end of the text ----------------------------------------------------------------

    def finish(self, end: int, *, reported: bool, roots: int) -> bool:
        """The text is over at `end`.  Notes what is still open, unless that was `reported`; says
        whether the end of the text is missing."""
        still_open = list(self.stack)
        while self.stack:
            self.pop(end, end, closed=False)
        if not still_open or reported:
            return reported
        root, innermost = still_open[0], still_open[-1]
        tail = self.text[:end].rstrip()
        if len(still_open) == 1 and tail.endswith(">") and root.elements and roots == 1:
            self._note(
                "unclosed-element", root.start, root.open_end, root, name=root.qname,
                insert=len(tail), closer=None, by=None, slash=None,
            )  # fmt: skip
            return False
        self._note(
            "truncated", len(tail), len(tail), innermost, inside="element",
            open=tuple(element.qname for element in still_open),
            opened_at=(innermost.start, innermost.open_end),
        )  # fmt: skip
        return True
