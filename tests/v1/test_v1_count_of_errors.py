"""How many errors the schema finds in a document, whatever was counted before."""

from __future__ import annotations

from lxml import etree

from ctct_migrate.v1 import vocabulary

SPACE = "http://ws.constantcontact.com/ns/1.0/"
ONE = f'<Campaign xmlns="{SPACE}" id="x"/>'
MORE = f'<Campaign xmlns="{SPACE}" id="x"><Status>a</Status><Date>b</Date><PermissionReminder>c</PermissionReminder></Campaign>'


def test_it_does_not_depend_on_what_was_counted_before() -> None:
    def count(text: str) -> int:
        return vocabulary().count_of_errors(etree.fromstring(text))

    more, one = count(MORE), count(ONE)
    assert more > one > 0
    for _ in range(2):
        assert (count(MORE), count(MORE), count(ONE)) == (more, more, one)
