"""The envelope: what an entry, a feed, and a feed's copy in an entry's `source` say alike."""

from __future__ import annotations

import pytest
from example_documents import SCHEDULE
from rule_cases import applied, guilty

from ctct_migrate import lint, read

FEED = (
    """\
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>http://api.constantcontact.com/ws/customers/joe/campaigns</id>
  <title type="text">Campaigns</title>
  <link rel="self" href="/ws/customers/joe/campaigns"/>
  <author><name>joe</name></author>
  <updated>2011-11-23T00:11:12.861Z</updated>
"""
    + SCHEDULE.partition("\n")[2].replace(' xmlns="http://www.w3.org/2005/Atom"', "")
    + "</feed>\n"
)

SOURCE = SCHEDULE.replace(
    "</entry>",
    """\
  <source>
    <id>http://api.constantcontact.com/ws/customers/joe/campaigns</id>
    <title type="text">Campaigns</title>
    <link rel="self" href="/ws/customers/joe/campaigns"/>
    <author><name>joe</name></author>
    <updated>2011-11-23T00:11:12.861Z</updated>
  </source>
</entry>""",
)

#: What stands in a feed or its copy, what is written instead, and what is said of it: code,
#: severity, the guilty text, and what its first fix writes in place of what is written instead.
ALIKE = [
    ("<updated>2011-11-23T00:11:12.861Z<", "<updated>2011-11-23T00:11:12.8610000Z<",
     "CT206", "warning", "2011-11-23T00:11:12.8610000Z", "<updated>2011-11-23T00:11:12.861Z<"),
    ("<updated>2011-11-23T00:11:12.861Z<", "<updated>2011-11-23T00:11:12 01:00<",
     "CT206", "error", "2011-11-23T00:11:12 01:00", "<updated>2011-11-23T00:11:12+01:00<"),
    ("<id>http://api.constantcontact.com/ws/customers/joe/campaigns<", "<id>2<",
     "CT204", "error", "2", "<id>data:,none<"),
    ("<id>http://api.constantcontact.com/ws/customers/joe/campaigns</id>", "<id/>",
     "CT204", "error", "", "<id>data:,none</id>"),
    ("<author><name>joe<", "<author><name> <", "CT209", "error", "", "<author><name>Constant Contact <"),
    ('<link rel="self" href="/ws/customers/joe/campaigns"/>', '<link rel="self"/>',
     "CT215", "warning", "link", None),
]  # fmt: skip


@pytest.mark.parametrize("base", [FEED, SOURCE], ids=["feed", "source"])
@pytest.mark.parametrize(
    ("right", "wrong", "code", "severity", "text", "fixed"), ALIKE, ids=lambda each: str(each)[:40]
)
def test_a_feed_and_a_source_are_told_of_as_an_entry_is(
    base: str, right: str, wrong: str, code: str, severity: str, text: str, fixed: str | None
) -> None:
    assert lint(read(base.encode())) == []
    assert base.count(right) == 1
    data = base.replace(right, wrong).encode()
    (said,) = lint(read(data))
    assert (said.code, said.severity, said.entry) == (code, severity, None)
    assert guilty(data, said) == text
    assert said.help
    if fixed is None:
        assert said.fixes == ()
    else:
        assert applied(data, said.fixes[0]).decode() == base.replace(right, fixed)
        assert lint(read(applied(data, said.fixes[0]))) == []


@pytest.mark.parametrize(
    ("name", "code", "added"),
    [
        ("id", "CT203", "<id>data:,none</id>"),
        ("title", "CT207", '<title type="text"></title>'),
        ("updated", "CT205", "<updated>2030-11-13T20:03:35.000Z</updated>"),
    ],
)
def test_what_a_feed_lacks_is_not_its_first_entrys(name: str, code: str, added: str) -> None:
    lines = FEED.splitlines(keepends=True)
    gone = next(line for line in lines if line.startswith(f"  <{name}"))
    lines.remove(gone)
    data = "".join(lines).encode()
    (said,) = lint(read(data))
    assert (said.code, said.entry, said.element) == (code, None, f"feed/{name}")
    last = next(line for line in lines if "<updated" in line or "<author" in line).rstrip("\n")
    mended = applied(data, said.fixes[0])
    assert lint(read(mended)) == []
    assert f"\n  {added}\n" in mended.decode()
    assert last in mended.decode()


def test_a_part_that_is_missing_takes_the_prefix_of_its_parent() -> None:
    text = SCHEDULE.replace(' xmlns="http://www.w3.org', ' xmlns:a="http://www.w3.org')
    for name in ("entry", "link", "id", "title", "updated", "author", "name", "content"):
        text = text.replace(f"<{name}", f"<a:{name}").replace(f"</{name}>", f"</a:{name}>")
    assert lint(read(text.encode())) == []
    author = "  <a:author><a:name>Constant Contact</a:name></a:author>\n"
    data = text.replace(author, "").encode()
    (said,) = lint(read(data))
    assert applied(data, said.fixes[0]).decode() == text
