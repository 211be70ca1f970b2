"""Gates: no family is silenced where it has something to report.

Each family is run on every entry, whatever its gate says, and what it reports is held against the gate.
A part of all mutants here; `make gates` tries all of them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from mutants import mutants
from sampling import EXHAUSTIVE

from ctct_migrate import Shape, read
from ctct_migrate.mapping.rows import ConversionOptions
from ctct_migrate.reader.document import Document, Entry
from ctct_migrate.rules import gating, linting, registry
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.own_rules import own_rules

SAMPLES = Path(__file__).resolve().parents[2] / "samples"

#: Of how many documents one is tried, and from which on.
STEP = int(os.environ.get("CTCT_MIGRATE_GATES", "11" if EXHAUSTIVE else "97"))
START = int(os.environ.get("CTCT_MIGRATE_GATES_FROM", "0"))

ASKED = [(shape, target) for shape in (None, *Shape) for target in ("v2", "v3")]


def documents() -> Iterator[str]:
    """The samples, their mutants, and entries with two mistakes."""
    for path in sorted(SAMPLES.rglob("*.xml")):
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        yield text
        every = [each.text for each in mutants(text)]
        yield from every
        for one, other in list(combinations(every[::23], 2))[:20]:
            yield joined(text, one, other)


def joined(text: str, one: str, other: str) -> str:
    """A document with the changes that two mutants make: the beginning of one and the end of the other, up
    to where the first differs."""
    most = min(len(text), len(one))
    last = next((at for at in range(1, most) if text[-at] != one[-at]), most)
    return one[: len(one) - last + 1] + other[len(other) - last + 1 :]


def silenced(document: Document, entry: Entry, shape: Shape | None, target: str) -> Iterator[str]:
    """What a family reports whose gate says that it has nothing to report, or does not report for the
    signs, or reports for them alone."""
    options = ConversionOptions(shape or Shape.CREATE, target=target)
    signs = gating.entry_signs(document, entry, options, shape)
    context = Context(document, entry, shape, target=target)
    with_signs = Context(document, entry, shape, target=target, signs=signs)
    for family in registry.ENTRY_FAMILIES:
        told = [f"{family.__name__}: {each!r}" for each in family.check(context)]
        if not gating.looks(family, gating.signs_for(family, with_signs)):
            yield from told
        elif signs is not None:
            yield from {*told} ^ {
                f"{family.__name__}: {each!r}" for each in family.check(with_signs)
            }
    own = own_rules(context.resource)
    told = list(map(repr, own.check(context)))
    if not gating.own_rules_look(gating.own_signs(with_signs)):
        yield from told
    else:
        yield from {*told} ^ set(map(repr, own.check(with_signs)))


def test_no_gate_silences_a_family() -> None:
    found, gated = [], 0
    for number, text in enumerate(documents()):
        if number % STEP != START % STEP:
            continue
        document = read(text.encode("utf-8", "surrogateescape"))
        if document.root is None or document.form is not None:
            continue
        for shape, target in ASKED[number // STEP % 3 :: 3]:
            for entry in document.entries:
                gated += 1
                found += silenced(document, entry, shape, target)
    assert found == []
    assert gated > 100


def test_what_is_said_of_an_entry_without_a_payload_is_said_by_few_families() -> None:
    others = [each for each in registry.ENTRY_FAMILIES if each not in gating.OF_ENVELOPES]
    found, bare = [], 0
    for number, text in enumerate(_without_payloads()):
        document = read(text.encode("utf-8", "surrogateescape"))
        shape, target = ASKED[number % len(ASKED)]
        for entry in document.entries:
            if entry.payload is None:
                bare += 1
                context = Context(document, entry, shape, target=target)
                found += [each for family in others for each in family.check(context)]
                found += own_rules(context.resource).check(context)
    assert found == []
    assert bare > 50


def _without_payloads() -> Iterator[str]:
    """Samples, each of them without what stands in its contents, with the beginning of it, and with several
    of it."""
    for path in sorted(SAMPLES.rglob("*.xml")):
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        for inner in (r"", r"\g<2>", r"<Abc/><Name>a</Name>", r"a &nbsp; b"):
            changed = _CONTENT.sub(rf"\g<1>{inner}\g<4>", text)
            if changed != text:
                yield changed
                yield changed.replace("<entry", "<Entry").replace("</entry", "</Entry")


#: The content of an entry: its start tag, the text before its payload, that, and the end tag.
_CONTENT = re.compile(r"(<(?:\w+:)?content\b[^>]*>)(\s*)(<.*?)(</(?:\w+:)?content>)", re.S)


def test_an_entry_of_a_feed_without_mistakes_is_not_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first of three has a mistake; of the others no family is asked."""
    feed = (SAMPLES / "good" / "contacts-collected.xml").read_text("utf-8")
    wrong = feed.replace("</EmailAddress>", " at</EmailAddress>", 1)
    looked: list[int | None] = []
    looks = gating.looks

    def noted(family: object, signs: gating.Signs | None) -> bool:
        said = looks(family, signs)  # type: ignore[arg-type]
        if said:
            looked.append(None if signs is None else signs.payload.sourceline)
        return said

    monkeypatch.setattr(linting, "gating", gating, raising=False)
    monkeypatch.setattr(gating, "looks", noted)
    document = read(wrong.encode())
    assert {each.entry for each in linting.inspect(document, Shape.RECORD)} == {0}
    assert len(set(looked)) == 1


@pytest.mark.parametrize(
    ("right", "wrong", "silent"),
    [
        ("<Status>Draft<", "<Status>Drawn<", {"envelope", "element_names", "garbled_texts", "losses"}),
        ("</updated>", " at noon</updated>", {"values", "missing", "element_names", "target_limits"}),
        ("</Name>", f"{'long ' * 40}</Name>", {"envelope", "element_names", "encoded_texts"}),
        ("<GreetingName>", "<GreetingName>x", {"missing", "identities", "target_limits", "repeated_references"}),
        ("GreetingName>", "Greetingname>", {"values", "missing", "identities", "target_limits", "garbled_texts"}),
        (' xmlns="http://ws.constantcontact.com/ns/1.0/"', "", {"values", "missing", "identities", "losses"}),
    ],
)  # fmt: skip
def test_families_that_see_no_sign_do_not_look(right: str, wrong: str, silent: set[str]) -> None:
    text = (SAMPLES / "good" / "campaign-000.xml").read_text("utf-8")
    assert right in text
    document = read(text.replace(right, wrong, 2 if right.endswith("Name>") else 1).encode())
    entry = document.entries[0]
    signs = gating.entry_signs(document, entry, ConversionOptions(), None)
    context = Context(document, entry, None, signs=signs)
    assert context.meant_signs is not None
    looking = {
        family.__name__.rpartition(".")[2]
        for family in registry.ENTRY_FAMILIES
        if gating.looks(family, gating.signs_for(family, context))
    }
    assert silent.isdisjoint(looking)


@pytest.mark.parametrize(
    ("right", "wrong", "names"),
    [
        ("<Status>", "<Status>X", ["Status"]),
        ("<EmailAddress>", "<EmailAddress>at ", ["EmailAddress"]),
        ('<ContactList id="', '<ContactList id="x y', ["ContactList"]),
        ("<Subject>", f"<Subject>{'long ' * 50}", ["Subject"]),  # the target alone refuses it
        ("</updated>", " at noon</updated>", []),
        ("<Subject>", "<Subject/><Subject>", None),
        ("<Status>Draft</Status>", "<Status><b>Draft</b></Status>", None),
    ],
)
@pytest.mark.parametrize("prefix", ["", "ctct:"])
def test_what_is_in_doubt_is_known_where_names_are_right(
    right: str, wrong: str, names: list[str] | None, prefix: str
) -> None:
    text = (SAMPLES / "good" / "campaign-000.xml").read_text("utf-8")
    assert right in text
    document = read(_prefixed(text.replace(right, wrong, 1), prefix).encode())
    assert document.root is not None
    entry = document.entries[0]
    signs = gating.entry_signs(document, entry, ConversionOptions(), None)
    found = Context(document, entry, None, signs=signs).in_doubt
    assert (found if found is None else [element.name for element, _ in found]) == names


def _prefixed(text: str, prefix: str) -> str:
    """A campaign with a prefix before the names of all elements of the payload."""
    if not prefix:
        return text
    start, end = text.index("<Campaign"), text.index("</Campaign>") + len("</Campaign>")
    inner = re.sub(r"(</?)(?=[A-Z])", rf"\1{prefix}", text[start:end])
    return text[:start] + inner.replace("xmlns=", f"xmlns:{prefix[:-1]}=", 1) + text[end:]


def test_a_schema_is_not_asked_about_thousands_of_siblings() -> None:
    """For each of them that is wrong libxml2 would count the others."""
    text = (SAMPLES / "good" / "campaign-001.xml").read_text("utf-8")
    wrong = "<ContactList>a</ContactList>" * 6_000
    document = read(text.replace("<ContactLists>", f"<ContactLists>{wrong}").encode())
    options = ConversionOptions(Shape.CREATE)
    assert gating.entry_signs(document, document.entries[0], options, None) is None
    assert gating.entry_signs(read(text.encode()), read(text.encode()).entries[0], options, None)
