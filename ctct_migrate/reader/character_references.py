"""References of which one character is damaged: `&ltp&gt;`, `&l;t`, `&tl;`.

What XML itself defines (`&lt;`, `&gt;`, `&amp;`, `&quot;`, `&apos;`) makes up most of a campaign's
encoded content.  A bare ampersand is encoded as `&amp;`; but where one character more gives the
reference that the text around it needs, that was meant, and encoding would make it visible text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.characters import PREDEFINED

_STRUCTURAL = "<>\"'/=;"

#: An ampersand that begins no reference that XML knows.
_BAD = late_compile(r"&(?!(?:lt|gt|amp|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);)")

_NAMES = "|".join(PREDEFINED)
#: `&ltp`, `&ltC;` and `&xlt;`: the semicolon is lost, or an end has changed places with its
#: neighbour.  What goes on as a parameter of a link is a bare ampersand.
_CUT = late_compile(rf"&({_NAMES})(?![A-Za-z0-9]*=)")
_END_SWAPPED = late_compile(rf"&({_NAMES})([^;&<]);")
_START_SWAPPED = late_compile(rf"&([^&<])({_NAMES});")

#: How far back and on the text around is looked at, in characters.
_AROUND = 2000

#: `&gt&;lt;` and `l&t;`: a reference's end changed places with the next one's beginning, and its
#: beginning with its first letter.
_TWO = late_compile(rf"&({_NAMES})&;({_NAMES});")
_LETTER_FIRST = {f"{name[0]}&{name[1:]};": f"&{name};" for name in PREDEFINED}

_TAG_BEGINS = late_compile(r"[A-Za-z/!?]")


class Damaged(NamedTuple):
    """The characters `start` up to `end` of a text, and what was meant by them."""

    start: int
    end: int
    meant: str


def _forms() -> dict[str, set[str]]:
    """What is left of a reference when a letter is lost, two of its characters change places, or
    a structural character comes in."""
    forms: dict[str, set[str]] = {}
    for name in PREDEFINED:
        whole = f"&{name};"
        for at in range(1, len(whole)):
            for put in _STRUCTURAL:
                forms.setdefault(whole[:at] + put + whole[at:], set()).add(whole)
            if at < len(whole) - 1:
                forms.setdefault(whole[:at] + whole[at + 1 :], set()).add(whole)
                swapped = whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :]
                forms.setdefault(swapped, set()).add(whole)
    return {form: meant for form, meant in forms.items() if form not in meant}


_FORMS = _forms()
_LENGTHS = sorted({len(form) for form in _FORMS}, reverse=True)


def damaged_references(text: str) -> Iterator[Damaged]:
    """Damaged references of which it is certain what was meant, in order, outside comments and
    CDATA sections."""
    at = 0
    for start, end in _sections(text):
        yield from _between(text, at, start)
        at = end
    yield from _between(text, at, len(text))


def _between(text: str, start: int, end: int) -> Iterator[Damaged]:
    done = start
    for match in _BAD.finditer(text, start, end):
        at = match.start()
        found = _damaged(text, at) if at >= done else None
        if found is not None:
            done = found.end
            yield found


def _sections(text: str) -> Iterator[tuple[int, int]]:
    """Comments and CDATA sections; one that never ends is not one."""
    at = 0
    ends = {"<!--": "-->", "<![CDATA[": "]]>"}
    opening = re.compile(r"<!--|<!\[CDATA\[")
    while ends and (match := opening.search(text, at)) is not None:
        closing = ends.get(match[0])
        close = text.find(closing, match.end()) if closing is not None else -1
        if closing is None or close < 0:
            ends.pop(match[0], None)
            at = match.end()
            continue
        yield match.start(), close + 3
        at = close + 3


def _damaged(text: str, at: int) -> Damaged | None:
    match = _TWO.match(text, at)
    if match is not None:
        return Damaged(*match.span(), f"&{match[1]};&{match[2]};")
    for form, meant in _LETTER_FIRST.items():
        if text.startswith(form, at - 1) and _fits(
            text, at - 1, text[at - 1 + len(form) :][:1], meant, at - 1 + len(form)
        ):
            return Damaged(at - 1, at - 1 + len(form), meant)
    for length in _LENGTHS:
        written = text[at : at + length]
        if written in _FORMS:
            return _only(text, at, at + length, [(each, "", "") for each in _FORMS[written]])
    match = _END_SWAPPED.match(text, at)
    if match is not None:
        return _only(text, *match.span(), [(f"&{match[1]};", "", match[2])])
    match = _START_SWAPPED.match(text, at)
    if match is not None:
        return _only(text, *match.span(), [(f"&{match[2]};", match[1], "")])
    match = _CUT.match(text, at)
    if match is not None:
        return _only(text, *match.span(), [(f"&{match[1]};", "", "")])
    return None


def _only(text: str, start: int, end: int, meant: list[tuple[str, str, str]]) -> Damaged | None:
    """The one of several references that fits the text around it, if there is one: each with what
    stands before and after it."""
    fitting = [
        each for each in meant if _fits(text, start, each[2] + text[end : end + 1], each[0], end)
    ]
    if len(fitting) != 1:
        return None
    whole, before, after = fitting[0]
    written = text[start + 1]
    if whole == "&gt;" and text[start:end] == f"&{written}gt;" and written in "\"'/":
        # In `width="1&"gt;` the quote closes the value; a second one would be too many.
        opened = text.rfind("&lt;", max(0, start - _AROUND), start)
        if written == "/" or text.count(written, opened, start) % 2:
            before = written
    return Damaged(start, end, f"{before}{whole}{after}")


def _fits(text: str, start: int, following: str, whole: str, end: int) -> bool:
    """Whether a reference may stand there: `&lt;` where an encoded tag may begin that ends later,
    `&gt;` where one is open."""
    if whole not in ("&lt;", "&gt;"):
        return True
    low = max(0, start - _AROUND)
    inside = text.rfind("&lt;", low, start) > max(
        text.rfind("&gt;", low, start), text.rfind(">", low, start)
    )
    if whole == "&gt;":
        return inside
    if inside or _TAG_BEGINS.match(following) is None:
        return False
    high = min(len(text), end + _AROUND)
    closes, opens = text.find("&gt;", end, high), text.find("&lt;", end, high)
    return closes >= 0 and (opens < 0 or closes < opens)
