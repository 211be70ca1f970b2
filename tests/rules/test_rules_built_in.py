"""CT807: lists that v1 made itself are skipped, and that is said; the others of the feed convert."""

from __future__ import annotations

import pytest

from ctct_migrate import Severity, Shape, convert, lint, read
from ctct_migrate.resources import RESOURCES

URI = "http://api.constantcontact.com/ws/customers/joe/lists"
BUILT_IN = sorted(RESOURCES["ContactList"].built_in)

ENTRY = """\
<entry xmlns="http://www.w3.org/2005/Atom">
  <link href="/ws/customers/joe/lists/{id}" rel="edit"/>
  <id>{uri}/{id}</id>
  <title type="text">{name}</title>
  <updated>2010-04-22T00:09:06.017Z</updated>
  <author><name>Constant Contact</name></author>
  <content type="application/vnd.ctct+xml">
    <ContactList xmlns="http://ws.constantcontact.com/ns/1.0/" id="{uri}/{id}">
      <Name>{name}</Name>
      <ShortName>{name}</ShortName>
    </ContactList>
  </content>
</entry>
"""


def entry(id: str, name: str = "Readers") -> str:
    return ENTRY.format(id=id, uri=URI, name=name)


@pytest.mark.parametrize("shape", list(Shape))
@pytest.mark.parametrize("id", BUILT_IN)
def test_one_is_skipped_and_that_is_said(id: str, shape: Shape) -> None:
    conversion = convert(read(entry(id).encode()), shape)
    assert len(conversion) == 0
    (found,) = conversion.diagnostics
    assert (found.code, found.severity) == ("CT807", Severity.WARNING)
    assert id in found.message


@pytest.mark.parametrize("id", BUILT_IN)
def test_lint_has_nothing_against_one(id: str) -> None:
    assert lint(read(entry(id).encode())) == []


def test_an_ordinary_list_of_such_a_name_is_converted() -> None:
    (payload,) = convert(read(entry("7", "Active").encode()))
    assert payload.body == {"name": "Active", "status": "ACTIVE"}


@pytest.mark.parametrize("shape", list(Shape))
def test_the_others_of_a_feed_are_converted(shape: Shape) -> None:
    entries = "".join(map(entry, (*BUILT_IN, "7", "8")))
    feed = f"""<feed xmlns="http://www.w3.org/2005/Atom"><id>{URI}</id><title/>
    <updated>2010-04-22T00:09:06.017Z</updated>{entries}</feed>"""
    conversion = convert(read(feed.encode()), shape)
    assert [payload.number for payload in conversion] == ["7", "8"]
    assert {each.code for each in conversion.diagnostics if each.entry is not None} == {"CT807"}
    assert conversion.ok
