"""Lexicon: the names of the vocabulary, and where each may stand.

What a reader and the rules ask of names alone, gathered once: which there are, which hold text,
which hold content, what stands in what.  Paths are plain names from an envelope's or a payload's
root: `entry/author`, `Campaign/FromEmail/Email`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from ctct_migrate.v1.facts import ElementFact
from ctct_migrate.v1.vocabulary import ENVELOPES, ROOTS, ElementOutline, Vocabulary, vocabulary


class Lexicon:
    """The names of one vocabulary.

    names     every element name
    leaves    names that everywhere hold text alone
    contents  names that hold text or markup of any kind
    """

    def __init__(self, facts: Vocabulary):
        self._facts = facts
        self._by_path: dict[str, ElementOutline] = {}
        for root in ROOTS:
            for path, outline in _below(facts, root, ""):
                self._by_path[f"{root}/{path}".rstrip("/")] = outline
        every = list(self._by_path.values())
        self.names = frozenset(outline.name for outline in every)
        self.contents = frozenset(outline.name for outline in every if outline.open)
        branches = {outline.name for outline in every if outline.children or outline.open}
        self.leaves = self.names - branches - {"link"}
        self._children = {
            path: frozenset(outline.children) for path, outline in self._by_path.items()
        }

    @lru_cache(maxsize=64)  # noqa: B019  (there is one lexicon for each vocabulary)
    def holds_in(self, resource: str) -> Mapping[str, frozenset[str]]:
        """For each name, the names of what may stand in it in a document of that resource (its
        payload name); of what stands in other documents alone, there.  An empty name stands for
        documents of which the resource is not known."""
        found: dict[str, set[str]] = {}
        elsewhere: dict[str, set[str]] = {}
        for path, outline in self._by_path.items():
            own = not resource or path.partition("/")[0] in (resource, *ENVELOPES)
            (found if own else elsewhere).setdefault(outline.name, set()).update(outline.children)
        return {name: frozenset(inner) for name, inner in (elsewhere | found).items()}

    def fact(self, path: str) -> ElementFact | None:
        """What the schema says of the element at `path`, or None."""
        if path not in self._by_path:
            return None
        root, _, rest = path.partition("/")
        return self._facts.element(root, rest)

    def children(self, path: str) -> frozenset[str]:
        """Names of the elements that may stand in the one at `path`; empty where none may."""
        return self._children.get(path, frozenset())

    def repeats(self, path: str, name: str) -> bool:
        """Whether `name` may stand more than once in the element at `path`."""
        fact = self.fact(f"{path}/{name}")
        return fact is not None and fact.repeatable

    @lru_cache(maxsize=1024)  # noqa: B019  (there is one lexicon for each vocabulary)
    def attributes(self, path: str) -> frozenset[str]:
        """Names of the attributes of the element at `path`."""
        fact = self.fact(path)
        return frozenset(each.name for each in fact.attributes) if fact is not None else frozenset()

    @lru_cache(maxsize=64)  # noqa: B019  (there is one lexicon for each vocabulary)
    def places(self, resource: str) -> dict[str, tuple[str, ...]]:
        """For each name that stands in a document of `resource`: the names of the elements that
        it may stand in.  `name` -> (`author`), `EmailAddress` -> (`FromEmail`, `ReplyToEmail`)."""
        found: dict[str, list[str]] = {}
        for path, outline in self._by_path.items():
            root = path.partition("/")[0]
            if root not in (resource, "entry") or "/" not in path:
                continue
            parent = path.rpartition("/")[0].rpartition("/")[2]
            homes = found.setdefault(outline.name, [])
            if parent not in homes and parent != "source":
                homes.append(parent)
        return {name: tuple(homes) for name, homes in found.items() if homes}

    @lru_cache(maxsize=512)  # noqa: B019
    def path_to(self, resource: str, parent: str, name: str) -> str | None:
        """The path of the element `name` in an element `parent`, in a document of `resource`:
        `Campaign/ContactLists/ContactList`; the first where there are several, None for none."""
        ending = f"{parent}/{name}"
        for path in self._by_path:
            if path.partition("/")[0] in (resource, "entry") and f"/{path}".endswith(f"/{ending}"):
                return path
        return None


def _below(facts: Vocabulary, root: str, path: str) -> Iterator[tuple[str, ElementOutline]]:
    outline = facts.outline(root, path)
    if outline is None:
        return
    yield path, outline
    if path.rpartition("/")[2] == "content" and root in ENVELOPES:
        return  # payloads are roots of their own
    for name in outline.children:
        if root == "feed" and name == "entry":
            continue  # likewise
        yield from _below(facts, root, f"{path}/{name}".lstrip("/"))


@cache
def _of(facts: Vocabulary) -> Lexicon:
    return Lexicon(facts)


def lexicon() -> Lexicon:
    """The lexicon of the current vocabulary, made once."""
    return _of(vocabulary())
