"""The two dialects of v1: what an entry has to have depends on the resource in it."""

from __future__ import annotations

from typing import Any

import pytest
from example_documents import CAMPAIGN

from ctct_migrate import convert, fix, lint, read
from ctct_migrate.rules.fast import fast_path

ATOM = 'xmlns:atom="http://www.w3.org/2005/Atom"'
CTCT = "http://ws.constantcontact.com/ns/1.0/"
URI = "tag:api.constantcontact.com,2010:/ws/customers/joe/library/folders"


def entry(payload: str, *, parts: str = "", type_: str = "") -> str:
    """An entry of the second dialect."""
    return f"<atom:entry {ATOM}>{parts}<atom:content{type_}>{payload}</atom:content></atom:entry>"


NEW = "<Folder><Name>Spring</Name></Folder>"

RIGHT = {
    "a new one, with its content alone": (entry(NEW), "create"),
    "with a prefix of another name": (
        entry(NEW).replace("atom:", "a:").replace(":atom", ":a"),
        "create",
    ),
    "a server's answer": (
        entry(
            f'<Folder id="{URI}/3"><Name>Spring</Name><Link><href>/ws/x</href></Link></Folder>',
            parts=f"<atom:id>{URI}/3</atom:id><atom:title>Spring</atom:title>"
            "<atom:updated>2010-04-16T16:28:10.385-04:00</atom:updated>",
        ),
        "record",
    ),
    "a feed without an author": (
        f"<atom:feed {ATOM}><atom:id>{URI}</atom:id>{entry(NEW).replace(' ' + ATOM, '')}</atom:feed>",
        "create",
    ),
    "a bare payload": (NEW, "create"),
    "an empty author": (entry(NEW, parts="<atom:author/>"), "create"),
}

#: Title: document, what is reported of it, what fix makes of it (empty for what it leaves).
WRONG = {
    "Atom's namespace by default": (
        f'<entry xmlns="http://www.w3.org/2005/Atom"><content>{NEW}</content></entry>',
        ["CT202"],
        '<Folder xmlns=""><Name>',
    ),
    "v1's namespace": (
        entry(NEW.replace("<Folder", f'<Folder xmlns="{CTCT}"')), ["CT202"], "<Folder><Name>",
    ),
    "v1's namespace under a prefix": (
        entry(
            f'<c:Folder xmlns:c="{CTCT}"><c:Name>Spring</c:Name></c:Folder>',
        ),
        ["CT202"],
        "<atom:content><Folder><Name>Spring</Name></Folder>",
    ),
    "v1's namespace under a prefix that the entry declares": (
        entry("<c:Folder><c:Name>Spring</c:Name></c:Folder>").replace(ATOM, f'{ATOM} xmlns:c="{CTCT}"'),
        ["CT202"],
        f"<atom:entry {ATOM}><atom:content><Folder><Name>Spring</Name></Folder>",
    ),
    "v1's namespace under a prefix, in Atom's by default": (
        f'<entry xmlns="http://www.w3.org/2005/Atom"><content><c:Folder xmlns:c="{CTCT}"><c:Name>Spring</c:Name></c:Folder></content></entry>',
        ["CT202"],
        '<content><Folder xmlns=""><Name>Spring</Name></Folder>',
    ),
    "v1's namespace under a prefix that something else uses": (
        entry("<c:Folder><c:Name>Spring</c:Name></c:Folder>").replace(ATOM, f'{ATOM} xmlns:c="{CTCT}" c:x="1"'),
        ["CT305", "CT202"],
        f' xmlns:c="{CTCT}" c:x="1"><atom:content><Folder><Name>',
    ),
    "v1's namespace over all": (
        entry(NEW).replace(ATOM, f'{ATOM} xmlns="{CTCT}"'), ["CT202"], '<Folder xmlns=""><Name>',
    ),
    "v1's namespace on a child": (
        entry(NEW.replace("<Name", f'<Name xmlns="{CTCT}"')), ["CT202"], "<Folder><Name>",
    ),
    "a content type": (
        entry(NEW, type_=' type="application/vnd.ctct+xml"'), ["CT211"], "<atom:content><Folder>",
    ),
    "an id that is not a URI": (entry(NEW, parts="<atom:id>2</atom:id>"), ["CT204"], ""),
    "no content": (f"<atom:entry {ATOM}></atom:entry>", ["CT210"], ""),
    "no Atom namespace": (entry(NEW).replace("2005/Atom", "2005/atom"), ["CT201"], "2005/Atom"),
}  # fmt: skip


EVENTS = "tag:api.constantcontact.com,2010:/ws/customers/joe/events"
PERSON = "<Registrant{}><LastName>Byron</LastName></Registrant>"

#: Registrants: document, what is reported, and the event that each is found to be in.
OWNED = {
    "in one event": (
        entry(
            PERSON.format(f' id="{EVENTS}/a07e3/registrants/7"'),
            parts=f"<atom:id>{EVENTS}/a07e3/registrants/7</atom:id>",
        ),
        [],
        "a07e3",
    ),
    "in two events": (
        entry(
            PERSON.format(f' id="{EVENTS}/a07e3/registrants/7"'),
            parts=f"<atom:id>{EVENTS}/a07e4/registrants/7</atom:id>",
        ),
        ["CT216"],
        None,
    ),
    "in no event": (entry(PERSON.format("")), ["CT218"], ""),
    "in an event that is a filler": (
        entry(PERSON.format(f' id="{EVENTS}/0/registrants/0"')),
        ["CT218"],
        "",
    ),
}


def judged(text: str, shape: str) -> dict[str, Any]:
    """What is made of a document."""
    document = read(text.encode())
    conversion = convert(document, shape)
    fixed = fix(document)[0]
    return {
        "lint": [each.code for each in lint(document, shape)],
        "bodies": [each.body for each in conversion],
        "numbers": [each.number for each in conversion],
        "references": [dict(each.references) for each in conversion],
        "reasons": [account.reason for each in conversion for account in each.accounting],
        "fixed": fixed.decode(),
        "after": lint(read(fixed), shape),
    }


@pytest.mark.parametrize("title", RIGHT)
def test_a_right_document_of_the_second_dialect_is_right(title: str) -> None:
    text, shape = RIGHT[title]
    found = judged(text, shape)
    assert found["lint"] == []
    assert found["fixed"] == text
    assert [body["name"] for body in found["bodies"]] == ["Spring"]
    assert not any("no row of the table" in reason for reason in found["reasons"])


@pytest.mark.parametrize("title", WRONG)
def test_what_does_not_belong_in_the_second_dialect_is_reported(title: str) -> None:
    text, codes, fixed = WRONG[title]
    found = judged(text, "create")
    assert found["lint"] == codes
    assert fixed in found["fixed"]
    if fixed:
        assert found["after"] == []


@pytest.mark.parametrize("title", OWNED)
def test_what_lives_in_another_names_it_once(title: str) -> None:
    text, codes, event = OWNED[title]
    found = judged(text, "record")
    assert found["lint"] == codes
    expected = {None: [], "": [{}]}.get(event, [{"event": (event,)}])
    assert found["references"] == expected


def test_the_id_of_the_second_dialect_names_the_resource() -> None:
    assert judged(*RIGHT["a server's answer"])["numbers"] == ["3"]


def test_a_content_type_too_many_does_not_stop_a_conversion() -> None:
    assert len(judged(WRONG["a content type"][0], "create")["bodies"]) == 1


# -- the first dialect ------------------------------------------------------------------------------

LIST = f"""\
<entry xmlns="http://www.w3.org/2005/Atom">
  <id>data:,</id>
  <title/>
  <updated>2010-11-13T20:03:35.000Z</updated>
  <author/>
  <content type="application/vnd.ctct+xml">
    <ContactList xmlns="{CTCT}"><Name>Gardeners</Name></ContactList>
  </content>
</entry>
"""
AUTHOR = "<author><name>Constant Contact</name></author>"


def codes(text: str) -> list[str]:
    document = read(text.encode())
    found = [each.code for each in lint(document)]
    assert (fast_path.is_clean(document, None) is False) or found == []
    return [code for code in found if code != "CT801"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<author/>", "<author/>", []),
        ("<author/>", "<author> </author>", []),
        ("<author/>", AUTHOR, []),
        ("<author/>", "", ["CT208"]),
        ("<author/>", "<author>Joe</author>", ["CT209"]),
        ("<author/>", "<author><name/></author>", ["CT209"]),
        ("<author/>", "<author/><author/>", ["CT303"]),
        ("  <id>data:,</id>\n", "", ["CT203"]),
        ("  <title/>\n", "", ["CT207"]),
        ("  <updated>2010-11-13T20:03:35.000Z</updated>\n", "", ["CT205"]),
        (' type="application/vnd.ctct+xml"', "", ["CT211"]),
        (f' xmlns="{CTCT}"', "", ["CT202"]),
        (f' xmlns="{CTCT}"', ' xmlns=""', ["CT202"]),
    ],
)
def test_a_list_may_have_an_empty_author_and_needs_all_else(
    old: str, new: str, expected: list[str]
) -> None:
    assert old in LIST
    assert codes(LIST.replace(old, new)) == expected


def test_a_campaign_needs_the_name_of_its_author() -> None:
    assert codes(CAMPAIGN.replace(AUTHOR, "<author/>")) == ["CT209"]
    assert codes(CAMPAIGN.replace(AUTHOR, "")) == ["CT208"]


def feed(author: str, *entries: str, id: str = "<id>data:,f</id>") -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom">{id}<title/>'
        f"<updated>2009-10-19T18:34:53Z</updated>{author}{''.join(entries)}</feed>"
    )


def test_the_entries_of_a_feed_inherit_its_author() -> None:
    assert codes(feed(AUTHOR, LIST.replace("<author/>", ""))) == []
    assert codes(feed("", LIST.replace("<author/>", ""))) == ["CT208"]
    assert codes(feed("<author/>", LIST.replace("<author/>", ""))) == []
    campaign = CAMPAIGN[CAMPAIGN.index("<entry") :].replace(AUTHOR, "")
    assert codes(feed(AUTHOR, campaign)) == []
    assert codes(feed("<author/>", campaign)) == ["CT209"]
    assert codes(feed("<author/>", LIST, campaign)) == ["CT209"]


@pytest.mark.parametrize("entries", [(), (LIST,)])
def test_a_feed_of_the_first_dialect_says_what_it_is(entries: tuple[str, ...]) -> None:
    assert codes(feed("", *entries)) == []
    assert codes(feed("", *entries, id="")) == ["CT203"]


def test_an_empty_feed_under_a_prefix_needs_nothing() -> None:
    assert codes(f"<atom:feed {ATOM}/>") == []


def test_a_payload_beside_the_content_is_seen_without_an_id() -> None:
    text = LIST.replace("<id>data:,</id>", f'<Contact xmlns="{CTCT}"/>')
    assert codes(text)


def test_a_name_of_the_feeds_author_is_added() -> None:
    campaign = CAMPAIGN[CAMPAIGN.index("<entry") :].replace(AUTHOR, "")
    fixed, _ = fix(read(feed("<author/>", campaign).encode()))
    assert AUTHOR in fixed.decode()
    assert len(convert(read(fixed))) == 1


@pytest.mark.parametrize("payload", ["Guest", "AttendanceStatus", "PaymentStatus"])
def test_a_resource_without_a_counterpart_has_its_one_diagnostic(payload: str) -> None:
    document = read(entry(f"<{payload}><Name>Spring</Name></{payload}>").encode())
    for shape in (None, "create", "record"):
        found = lint(document, shape)
        assert [(each.code, each.severity) for each in found] == [("CT445", "warning")]
    assert list(convert(document, "record")) == []
    assert convert(document, "record").ok
