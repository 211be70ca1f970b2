"""Lexicon: the names of the vocabulary, and where each may stand.

What a reader and the rules ask of names alone, gathered once: which there are, which hold text,
which hold content, what stands in what.  Paths are plain names from an envelope's or a payload's
root: `entry/author`, `Campaign/FromEmail/Email`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from ctct_migrate.v1.facts import ElementFact
from ctct_migrate.v1.vocabulary import ENVELOPES, ROOTS, Vocabulary, vocabulary


class Lexicon:
    """The names of one vocabulary.

    names     every element name
    leaves    names that everywhere hold text alone
    contents  names that hold text or markup of any kind
    """

    def __init__(self, facts: Vocabulary):
        self._by_path: dict[str, ElementFact] = {}
        for root in ROOTS:
            for path, fact in _below(facts, root, ""):
                self._by_path[f"{root}/{path}".rstrip("/")] = fact
        every = list(self._by_path.values())
        self.names = frozenset(fact.name for fact in every)
        self.contents = frozenset(fact.name for fact in every if fact.open)
        branches = {fact.name for fact in every if fact.children or fact.open}
        self.leaves = frozenset(fact.name for fact in every) - branches - {"link"}
        self._attributes = {
            path: frozenset(attribute.name for attribute in fact.attributes)
            for path, fact in self._by_path.items()
        }
        self._children = {path: frozenset(fact.children) for path, fact in self._by_path.items()}

    @lru_cache(maxsize=64)  # noqa: B019  (there is one lexicon for each vocabulary)
    def holds_in(self, resource: str) -> Mapping[str, frozenset[str]]:
        """For each name, the names of what may stand in it in a document of that resource (its
        payload name); of what stands in other documents alone, there.  An empty name stands for
        documents of which the resource is not known."""
        found: dict[str, set[str]] = {}
        elsewhere: dict[str, set[str]] = {}
        for path, fact in self._by_path.items():
            own = not resource or path.partition("/")[0] in (resource, *ENVELOPES)
            (found if own else elsewhere).setdefault(fact.name, set()).update(fact.children)
        return {name: frozenset(inner) for name, inner in (elsewhere | found).items()}

    def fact(self, path: str) -> ElementFact | None:
        """What the schema says of the element at `path`, or None."""
        return self._by_path.get(path)

    def children(self, path: str) -> frozenset[str]:
        """Names of the elements that may stand in the one at `path`; empty where none may."""
        return self._children.get(path, frozenset())

    def repeats(self, path: str, name: str) -> bool:
        """Whether `name` may stand more than once in the element at `path`."""
        fact = self._by_path.get(f"{path}/{name}")
        return fact is not None and fact.repeatable

    def attributes(self, path: str) -> frozenset[str]:
        """Names of the attributes of the element at `path`."""
        return self._attributes.get(path, frozenset())

    @lru_cache(maxsize=8)  # noqa: B019  (there is one lexicon for each vocabulary)
    def places(self, resource: str) -> dict[str, tuple[str, ...]]:
        """For each name that stands in a document of `resource`: the names of the elements that
        it may stand in.  `name` -> (`author`), `EmailAddress` -> (`FromEmail`, `ReplyToEmail`)."""
        found: dict[str, list[str]] = {}
        for path, fact in self._by_path.items():
            root = path.partition("/")[0]
            if root not in (resource, "entry") or "/" not in path:
                continue
            parent = path.rpartition("/")[0].rpartition("/")[2]
            homes = found.setdefault(fact.name, [])
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


def _below(facts: Vocabulary, root: str, path: str) -> Iterator[tuple[str, ElementFact]]:
    fact = facts.element(root, path)
    if fact is None:
        return
    yield path, fact
    if path.rpartition("/")[2] == "content" and root in ENVELOPES:
        return  # payloads are roots of their own
    for name in fact.children:
        if root == "feed" and name == "entry":
            continue  # likewise
        yield from _below(facts, root, f"{path}/{name}".lstrip("/"))


@cache
def _of(facts: Vocabulary) -> Lexicon:
    return Lexicon(facts)


def lexicon() -> Lexicon:
    """The lexicon of the current vocabulary, made once."""
    return _of(vocabulary())
