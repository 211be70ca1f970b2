"""Did you mean: the known word that is nearest to one that is not known.

Compares with the vocabulary alone, never with the document.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from ctct_migrate.late_pattern import late_compile

_SEPARATORS = late_compile(r"[\s_\-.]+")


def squeezed(word: str) -> str:
    """`word` without letter case, spacing, underscores and hyphens."""
    return _squeezed_name(word) if len(word) <= _NAME else _SEPARATORS.sub("", word).casefold()


#: Characters of a word that is taken for a name; the same names come again and again.
_NAME = 60


@lru_cache(maxsize=4096)
def _squeezed_name(name: str) -> str:
    return _SEPARATORS.sub("", name).casefold()


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` was probably meant to be, or None.

    The same word in another case, spacing or with underscores; else one at an edit distance of at
    most 2 (optimal string alignment; at most 1 for words of up to four letters), the nearest
    first.  None for the empty word and where two are equally near.  A word with another number in it
    is another one, however near: `CustomField16` is not `CustomField15`.
    """
    wanted = squeezed(word)
    if not wanted:
        return None
    words = [each for each in known if not _is_of_another_number(wanted, squeezed(each))]
    for candidate in words:
        if squeezed(candidate) == wanted:
            return candidate
    from rapidfuzz.distance import OSA

    limit = 2 if len(wanted) > 4 else 1
    best: list[str] = []
    distance = limit
    for candidate in words:
        far = OSA.distance(wanted, squeezed(candidate), score_cutoff=distance)
        if far < distance or (far == distance and not best and far <= limit):
            best, distance = [candidate], far
        elif far == distance:
            best.append(candidate)
    return best[0] if len(best) == 1 else None


_NUMBER = late_compile(r"[0-9]+")


def _is_of_another_number(word: str, known: str) -> bool:
    """Whether two words differ in the numbers in them alone."""
    if _NUMBER.search(word) is None or _NUMBER.sub("#", word) != _NUMBER.sub("#", known):
        return False
    return [int(n) for n in _NUMBER.findall(word)] != [int(n) for n in _NUMBER.findall(known)]


def certain(word: str, candidate: str) -> bool:
    """Whether `word` can only have meant `candidate`: they differ in letter case, spacing,
    underscores or hyphens alone."""
    return squeezed(word) == squeezed(candidate)
