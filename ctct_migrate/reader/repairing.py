"""The smallest repair of a text that is not well-formed.

Where a strict parser stops, many small edits are tried (`candidates`), and the one is kept after
which the text parses: of several the one after which the schema complains least, and among equals
the one that puts in what was lost.  A text with several small mistakes is repaired one after the
other: then the edit is kept that lets the parser get furthest.

Other references than the damaged ones (`&nbsp;`, a bare `&`) and characters that XML does
not allow are not looked at: the scanner knows exactly what to say of them.  The work is bounded by the number of bytes parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader import candidates
from ctct_migrate.reader.breaking import BreakingPoint, first_break, reach
from ctct_migrate.reader.candidates import Candidate
from ctct_migrate.reader.character_references import Damaged, damaged_references
from ctct_migrate.reader.characters import character
from ctct_migrate.reader.lost_tags import (
    changed_round,
    doubled,
    lost_end_tags,
    lost_start_tags,
    stands_already,
)
from ctct_migrate.reader.reaching import Reach
from ctct_migrate.v1 import vocabulary
from ctct_migrate.v1.lexicon import lexicon

#: Bytes that are parsed at most for one repair.
BUDGET = 40_000_000

#: A text longer than this (bytes) is tried in a window around the breakage before it is tried whole.
_WINDOWED = 65_536
_WINDOW = 16_384

#: What starting a parser costs, in bytes parsed.
_OVERHEAD = 2_000

#: What passed the window and is tried on the whole text, at most.
_FINALISTS = 8

#: Candidates that are held against the schema, at most.
_JUDGED = 40

#: A repair that gets the parser further than this is not doubted, in bytes.
_LONG_WAY = 300

#: A repair of a text that has more mistakes has to get the parser at least this much further.
_PROGRESS = 12

#: What begins like a reference, but for those that XML itself defines.
_REFERENCE = late_compile(rb"&(?!(?:lt|gt|amp|quot|apos);)(?:#(?:x([0-9A-Fa-f]++)|([0-9]++));)?")
_FIRST = late_compile(rb"<!DOCTYPE|<[A-Za-z]", re.I)
_END_TAG = late_compile(rb"</(?:[\w.-]++:)?([\w.-]++)\s*+>")
_CONTROL = late_compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|\xed[\xa0-\xbf][\x80-\xbf]"
)


#: An XML declaration with other quotes than XML's: the scanner knows what to say of it.
_ODD_DECLARATION = late_compile(rb"<\?xml\s(?=[^<>&\x80-\xff`]*+[&\x80-\xff`])[^<>]*+(?<=\?)>")

#: Kinds of candidates, the likelier first: that a long part stands twice in a row is no accident;
#: what is lost is more often found missing than what is
#: too many, and one character is seldom written for another.
_COPY, _PUT_IN, _SWAPPED, _TAKEN_OUT, _REPLACED = range(5)


@dataclass(frozen=True, slots=True)
class Repair:
    """Replace the characters `start` up to `end` by `put`; `certain` says that nothing else of
    that size gives a text that means something different."""

    start: int
    end: int
    put: str
    certain: bool


def smallest_repair(text: str, budget: int = BUDGET) -> Repair | None:
    """The smallest edit after which `text` is well-formed, or gets further; None where there is
    none, or where it is well-formed but for references of which nobody knows what was meant.
    Never raises."""
    damaged = _damaged_reference(text)
    if damaged is not None:
        return Repair(damaged.start, damaged.end, damaged.meant, True)
    data, broken = _broken(text)
    if broken is None or broken.repeated:
        return None  # no character is lost where an attribute stands twice
    search = _Search(data, broken, budget)
    found = search.best()
    if found is None:
        return None
    candidate, certain = found
    start = len(data[: candidate.start].decode("utf-8", "surrogatepass"))
    length = len(data[candidate.start : candidate.end].decode("utf-8", "surrogatepass"))
    return Repair(start, start + length, candidate.put.decode("utf-8", "surrogatepass"), certain)


def is_whole_when_swapped(text: str) -> bool:
    """Whether `text`, which is not well-formed, may be so once two neighbours change places.  Says yes
    where `smallest_repair` has something else to do first."""
    data, broken = _broken(text)
    if broken is None or _damaged_reference(text) is not None:
        return True
    reach_of = Reach(data, broken).of_edit
    return any(
        reach_of(*each) is None
        for each in _Search(data, broken, BUDGET).every()
        if len(each.put) == each.end - each.start > 1
    )


def _damaged_reference(text: str) -> Damaged | None:
    return next(damaged_references(text), None) if "&" in text else None


def _broken(text: str) -> tuple[bytes, BreakingPoint | None]:
    """The bytes that are parsed for `text`, and where they break; None where no repair is looked
    for."""
    try:
        data = _calm(text.encode("utf-8", "surrogatepass"))
    except UnicodeEncodeError:
        return b"", None
    first = _FIRST.search(data)
    if first is not None and first[0][1:2] == b"!":
        return data, None  # its entities could be anything
    return data, first_break(data)


def _calm(data: bytes) -> bytes:
    """`data` with bad references and characters replaced by letters, byte for byte, where they
    stand in text or in the value of an attribute; and a declaration with odd quotes by a comment of
    the same length."""

    def calmed(match: re.Match[bytes]) -> bytes:
        if match.re is _REFERENCE and match.lastindex is not None:
            hexadecimal, decimal = (None if d is None else d.decode() for d in match.groups())
            if character(hexadecimal, decimal) is not None:
                return match[0]
        return match[0] if _is_in_tag(data, match.start()) else b"x" * len(match[0])

    odd = _ODD_DECLARATION.match(data)
    if odd is not None:
        data = b"<!--" + b"x" * (odd.end() - 7) + b"-->" + data[odd.end() :]
    return _CONTROL.sub(calmed, _REFERENCE.sub(calmed, data))


def _is_in_tag(data: bytes, at: int) -> bool:
    """Whether a byte stands between the `<` and the `>` of a tag, outside quotes."""
    begin = max(0, at - 400)
    opened = data.rfind(b"<", begin, at)
    if opened < 0 or data.rfind(b">", opened, at) >= 0:
        return False
    inside = data[opened:at]
    return inside.count(b'"') % 2 == 0 and inside.count(b"'") % 2 == 0


class _Search:
    """The search for one repair."""

    def __init__(self, data: bytes, broken: BreakingPoint, budget: int):
        self.data, self.broken, self.budget, self.left = data, broken, budget, budget
        names = candidates.names_in(data)
        self.names = names | frozenset(name.encode() for name in lexicon().names)

    def best(self) -> tuple[Candidate, bool] | None:
        """The best candidate, and whether no other means something else."""
        reached = self._reached()
        whole = [candidate for candidate, at in reached.items() if at is None]
        if whole:
            return self._best_whole(whole)
        further = [
            (at, candidate)
            for candidate, at in reached.items()
            if at is not None and at - self._shift(candidate) > self.broken.at + _PROGRESS
        ]
        furthest = max((at - self._shift(candidate) for at, candidate in further), default=0)
        best = [c for at, c in further if at - self._shift(c) == furthest]
        if furthest < self.broken.at + _LONG_WAY:
            best = self._closing(reached) or best
        if not best:
            return None
        best.sort(key=self._preference)
        left = {
            candidate: (self._left_over(candidate), self._open_after(candidate))
            for candidate in best[:_JUDGED]
        }
        fewest = min(left.values())
        tidy = [candidate for candidate in best[:_JUDGED] if left[candidate] == fewest]
        text = next((each for each in tidy if each.put == b"&lt;"), None)
        if text is not None and self._is_in_text_field():
            return text, True
        certain = len(tidy) == 1 and not self._stands_already(tidy[0])
        return tidy[0], certain and (not self._holds_elements_alone() or self._is_tidy(tidy[0]))

    def _closing(self, reached: dict[Candidate, int | None]) -> list[Candidate]:
        """Candidates with which the parser stops at the same place, but with fewer elements open:
        more than one end tag has been lost."""
        if len(self.broken.opened) < 2 or not (self.broken.mismatch or self.broken.ended):
            return []
        if self.broken.mismatch and not self._closes_something():
            return []
        fewest, best = len(self.broken.opened), []
        for candidate, at in reached.items():
            ended = self.broken.ended and at is not None
            if at is None or self.left <= 0:
                continue
            if not ended and at - self._shift(candidate) - 2 != self.broken.at:
                continue
            after = first_break(candidate.applied(self.data))
            self.left -= 3 * at
            if after is None or after.at - self._shift(candidate) < self.broken.at:
                continue
            if len(after.opened) < fewest:
                fewest, best = len(after.opened), [candidate]
            elif len(after.opened) == fewest and best:
                best.append(candidate)
        return best

    def _closes_something(self) -> bool:
        """Whether the end tag at the breakage belongs to an element that is open."""
        name = re.compile(rb"[^\s>]*").match(self.data, self.broken.at + 2)
        written = name[0].decode("utf-8", "replace") if name is not None else ""
        return any(each.name == written for each in self.broken.opened)

    def _open_after(self, candidate: Candidate) -> int:
        """How many elements are open where the parser stops with a candidate: one that only hides
        a lost end tag leaves more of them open."""
        if self.left <= 0:
            return 0
        after = first_break(candidate.applied(self.data))
        self.left -= 3 * (len(self.data) if after is None else after.at)
        return 0 if after is None else len(after.opened)

    def _left_over(self, candidate: Candidate) -> int:
        """How much of a damaged tag is left around a candidate."""
        low, high = max(0, candidate.start - 2000), candidate.end + 2000
        moved = Candidate(candidate.start - low, candidate.end - low, candidate.put)
        return left_over(moved.applied(self.data[low:high]))

    def _shift(self, candidate: Candidate) -> int:
        return len(candidate.put) - (candidate.end - candidate.start)

    def every(self) -> list[Candidate]:
        """All candidates, each once, in the order in which they are tried."""
        data, broken = self.data, self.broken
        near = candidates.near(data, broken.at, self.names)
        parts = (*lost_start_tags(data, broken), *changed_round(data, broken))
        parts += (*doubled(data, broken), *lost_end_tags(data, broken))
        every = dict.fromkeys([*parts, *near, *candidates.far(data, broken, self.names)])
        alone = self._holds_elements_alone()
        return [
            each
            for each in every
            if each.put != b"&lt;" or not (alone or self._is_end_tag(each.start))
        ]

    def _reached(self) -> dict[Candidate, int | None]:
        """How far the parser gets with each candidate (None: to the end)."""
        every = self.every()
        if len(self.data) > _WINDOWED:
            every = list(dict.fromkeys(self._through_window(every)))
        return dict(self._tried(every))

    def _holds_elements_alone(self) -> bool:
        """Whether the breakage stands between elements, where no text is to be made of anything."""
        name = self.broken.opened[-1].name.rpartition(":")[2] if self.broken.opened else ""
        words = lexicon()
        return name in words.names and name not in words.leaves | words.contents

    def _is_end_tag(self, at: int) -> bool:
        """Whether an end tag of the format stands at a byte, which is never text."""
        tag = _END_TAG.match(self.data, at)
        return tag is not None and tag[1].decode("utf-8", "replace") in lexicon().names

    def _tried(self, every: Iterable[Candidate]) -> Iterator[tuple[Candidate, int | None]]:
        reach_of = Reach(self.data, self.broken).of_edit
        for candidate in every:
            if self.left <= 0:
                return
            at = reach_of(*candidate)
            self.left -= _OVERHEAD + (len(self.data) if at is None else at)
            yield candidate, at

    def _through_window(self, every: Iterable[Candidate]) -> list[Candidate]:
        """Those candidates with which the parser gets furthest in a window around the breakage,
        and the first few of those that lie before the window."""
        data, at = self.data, self.broken.at
        begin, head = self._window_start()
        window = data[begin : at + _WINDOW]
        scored, outside = [], []
        for candidate in every:
            if candidate.start < begin:
                outside.append(candidate)
                continue
            if self.left <= self.budget // 2:
                break
            moved = Candidate(candidate.start - begin, candidate.end - begin, candidate.put)
            reached = reach(head + moved.applied(window), whole=False)
            end = (
                len(head) + len(window) + 1 if reached is None else reached - self._shift(candidate)
            )
            self.left -= _OVERHEAD + min(end, len(window))
            scored.append((-end, self._preference(candidate), candidate))
        scored.sort()
        best = [candidate for _, _, candidate in scored[:_FINALISTS]]
        return best + sorted(outside, key=self._preference)[:_FINALISTS]

    def _window_start(self) -> tuple[int, bytes]:
        """Where the window begins, and start tags of the elements around it."""
        at, opened = self.broken.at, self.broken.opened
        places = [(each.start, level) for level, each in enumerate(opened)]
        places += [(start, len(opened)) for start in self.broken.before]
        wide = [place for place in places if at - place[0] <= _WINDOWED]
        begin, level = min(wide) if wide else (max(places)[0], max(places)[1]) if places else (0, 0)
        if at - begin > _WINDOWED:
            begin = max(0, at - _WINDOWED)
        tags = (
            self.data[each.start : self.data.find(b">", each.start) + 1] for each in opened[:level]
        )
        return begin, b"".join(tags)

    def _best_whole(self, whole: list[Candidate]) -> tuple[Candidate, bool] | None:
        """The best of the candidates after which the text is well-formed."""
        judged: list[tuple[int, tuple[int, bool, int], Candidate, etree._Element]] = []
        for candidate in sorted(whole, key=self._preference)[:_JUDGED]:
            verdict = _judged(candidate.applied(self.data))
            self.left -= 3 * len(self.data)
            if verdict is not None:
                judged.append((verdict[0], self._preference(candidate), candidate, verdict[1]))
            if self.left <= 0:
                break
        if not judged:
            return None
        judged.sort(key=lambda each: each[:3])
        fewest, preference, best, _ = judged[0]
        kind = max(preference[0], _TAKEN_OUT)
        rivals = [root for count, (of, *_), _, root in judged if count == fewest and of <= kind]
        certain = len(rivals) == 1 or len(set(map(_meaning, rivals))) == 1
        certain = certain and not self._stands_already(best)
        return best, certain and (not self._holds_elements_alone() or self._is_tidy(best))

    def _stands_already(self, candidate: Candidate) -> bool:
        return stands_already(self.data, self.broken, candidate.put)

    def _is_in_text_field(self) -> bool:
        """Whether the breakage stands in an element that holds text alone."""
        opened = self.broken.opened
        return bool(opened) and opened[-1].name.rpartition(":")[2] in lexicon().leaves

    def _is_tidy(self, candidate: Candidate) -> bool:
        """Whether a candidate leaves no piece of a damaged tag that did not look so before."""
        nothing = Candidate(candidate.start, candidate.start, b"")
        return self._left_over(candidate) <= self._left_over(nothing)

    def _preference(self, candidate: Candidate) -> tuple[int, bool, int]:
        """What is lost is put in rather than taken out; near the breakage rather than far."""
        removed, put = self.data[candidate.start : candidate.end], candidate.put
        if put == b"&lt;":
            kind = _TAKEN_OUT
        elif not put and len(removed) > 1:
            kind = _COPY
        elif len(put) > len(removed) or re.sub(rb"\s+", b"", removed) == put:
            kind = _PUT_IN
        elif len(put) > 1:
            kind = _SWAPPED
        else:
            kind = _REPLACED if put else _TAKEN_OUT
        before = self.data[candidate.start - 1 : candidate.start]
        awkward = not removed and not before.strip() and not put.startswith(b"<")
        return kind, awkward, abs(candidate.start - self.broken.at)


#: The beginning of a section that became text because its `<` was taken away.
_SECTION_AS_TEXT = late_compile(rb"(?<![<;])!(?:\[CDATA\[|--)")

#: What is allowed, but is mostly what is left of a damaged tag: a `>` in a text, a `/` at the end
#: of one that is not a URI, an attribute in the value of another.
_LEFT_OVER = (
    late_compile(rb"(?<=>)[^<>]*+>"),
    late_compile(rb">[^<>:]*+(?<=/)</"),
    late_compile(rb"\](?=\]\]>)"),
    late_compile(rb"""=\s*+(?:"(?:\s*+=|[^"<>]*?\s[\w:]++=)|'(?:\s*+=|[^'<>]*?\s[\w:]++=))"""),
    late_compile(rb"""[\w"']\s*+/\s*+["'](?=\s*+>)(?<!/["'])"""),
)


def left_over(data: bytes) -> int:
    """How many pieces of damaged tags seem to stand in a text, or to be its attributes."""
    return sum(len(each.findall(data)) for each in _LEFT_OVER)


def _judged(data: bytes) -> tuple[int, etree._Element] | None:
    """How many complaints there are about a text, the schema's and pieces of damaged tags, and
    its root; None where libxml2 refuses it."""
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True,
        remove_comments=False,
    )  # fmt: skip
    if _SECTION_AS_TEXT.search(data):
        return None
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return left_over(data) + vocabulary().count_of_errors(root), root


def _meaning(root: etree._Element) -> bytes:
    """What a document says: its canonical form without white space."""
    try:
        canonical = etree.tostring(root, method="c14n")
    except etree.C14NError:  # the name of a namespace is a relative URI, or none at all
        canonical = etree.tostring(root)
    return re.sub(rb"\s+", b"", canonical)
