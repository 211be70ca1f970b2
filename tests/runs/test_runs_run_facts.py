"""Who opted out is known whatever the order of the documents, and however an address is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate.runs.run_facts import Gathering
from ctct_migrate.runs.statements import Statement, Wish, address_keys, is_light, light

NAMES = ("ada", "bob", "eve")

said = st.builds(
    lambda resource, name, wish, lists: Statement(
        None, resource, "1", f"{name}@example.org",
        wish if resource == "contact" else Wish.UNSAID, (("contact_list", lists),), True,
    ),
    st.sampled_from(["contact", "contact_list_member"]),
    st.sampled_from(NAMES),
    st.sampled_from(Wish),
    st.lists(st.sampled_from(["3", "4"]), min_size=1, unique=True).map(tuple),
)  # fmt: skip


@given(st.lists(said, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_the_documents_does_not_matter(found: list[Statement], random) -> None:
    documents = [(f"d{number}.xml", each) for number, each in enumerate(found)]
    shuffled = list(documents)
    random.shuffle(shuffled)
    assert _people(documents) == _people(shuffled)
    wishes = [max((e.wish for e in found if e.key.startswith(name)), default=0) for name in NAMES]
    assert [wish for wish, _ in _people(documents)] == wishes


def _people(documents: list[tuple[str, Statement]]) -> list[tuple[int, int]]:
    """The wish of each, and how many documents are the contact where that matters."""
    with Gathering(resumed=True) as gathering:
        for name, each in documents:
            gathering.add(name, [each])
        facts = gathering.facts()
        people = [facts.person(f"{name.upper()} @example.org") for name in NAMES]
        for name, each in documents:
            person = facts.person(each.key)
            opted_out = person is not None and person.wish is Wish.OPTED_OUT
            own = each.resource == "contact" and each.wish is not Wish.OPTED_OUT
            assert facts.touches(name) == (opted_out and own)
    return [(int(p.wish), p.times) if p is not None else (0, 0) for p in people]


def test_nothing_is_kept_of_documents_that_say_nothing_of_each_other() -> None:
    with Gathering() as gathering:
        gathering.add("a.xml", [Statement(None, "contact", "1", "ada@example.org")])
        gathering.add("b.xml", [Statement(None, "contact", "2", "bob@example.org")])
        assert not gathering.facts()


@given(st.from_regex(r"[a-z0-9.+_-]{1,20}@[a-z0-9-]{1,10}\.(org|example)", fullmatch=True))
def test_an_address_has_one_key_however_it_is_written(address: str) -> None:
    (key,) = address_keys(address)
    for other in (address.upper(), f" {address}\n", f"mailto:{address}", f'"Ada, B" <{address}>'):
        assert key in address_keys(other)
    assert address_keys(f"x{address}") != (key,)


def test_a_domain_outside_ascii_has_one_key() -> None:
    assert address_keys("ada@bücher.example") == address_keys("Ada@xn--bcher-kva.example")
    assert address_keys("nobody") == ()
    assert len(set(address_keys("ada@example.org bob@example.org"))) >= 2


#: How the payloads of a document are written, and which they are.
PAYLOADS = {
    b"<content type='x'><Campaign>": {"Campaign"},
    b"<content><OpenEvent/></content><atom:content>\n<c:Schedule>": {"OpenEvent", "Schedule"},
    b"<content><Campaign></content><content type='x'>\n <Contact>": {"Campaign", "Contact"},
    b"<content><content><Contact>": {"content", "Contact"},
    b"<Campaign>content</Campaign>": set(),
    b"<p class='content'><Contact>": set(),
    b"content<content-x><Campaign>": {"Campaign"},
    b"": set(),
}


@pytest.mark.parametrize("data", PAYLOADS)
def test_a_document_is_light_if_all_its_payloads_are(data: bytes) -> None:
    assert is_light(data) is (bool(PAYLOADS[data]) and PAYLOADS[data] <= light())
