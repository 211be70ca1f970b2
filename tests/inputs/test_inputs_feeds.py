"""Feeds cut at their entries: where entries begin and end, and where they say they stand."""

import functools
import gzip
import importlib.util
import io
import re
import tarfile
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import some

from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.inputs import feed_cutting
from ctct_migrate.inputs.feeds import entries, is_feed
from ctct_migrate.inputs.paths import Input, InputError, InputLimits, inputs
from ctct_migrate.source import Source

HEAD = (
    "<?xml version='1.0' encoding='{encoding}'?>\n<!-- a <feed> -->\n"
    "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:c='urn:c'>\n"
    "  <id>urn:x</id><title/><author><name>J\u00e9</name></author>"
    "<updated>2009-01-01T00:00:00Z</updated>\n"
)


def feed(*bodies: str, encoding: str = "utf-8", end: str = "</feed>\n") -> bytes:
    return (HEAD.format(encoding=encoding) + "".join(bodies) + end).encode(encoding)


def cut(data: bytes, size: int = 1 << 26) -> list[Input | InputError]:
    return list(entries(io.BytesIO(data), "f.xml", "f.xml", InputLimits(size=size)))


def bodies(data: bytes) -> list[str]:
    """What each part has of its own, without white space around it."""
    return [
        item.read().decode().strip() if isinstance(item, Input) else item.message
        for item in cut(data)
    ]


def assert_placed(item: Input, whole: Source) -> None:
    """Every character of the part's own bytes has the place that it has in the whole."""
    source = item.source()
    part = item.part
    by_offset = {whole.offset(at): at for at in range(len(whole.text) + 1)}
    seen = 0
    for at in range(len(source.text)):
        place = source.position(at)
        if part.offset <= place.offset < part.offset + len(item.read()):
            expected = whole.position(by_offset[place.offset])
            assert place == expected
            assert source.line(place.line)[place.column - 1 : place.column] == whole.text[
                by_offset[place.offset]
            ].strip("\r\n")
            seen += 1
    assert seen == len(item.read().decode(source.decoding.encoding).removeprefix("\ufeff"))


def test_entries_are_cut_and_numbered():
    data = feed("<entry><id>1</id></entry>\n", "  <entry><id>2</id></entry>", "<entry/>\n")
    items = cut(data)
    assert [item.entry for item in items] == [0, 1, 2]
    assert [item.name for item in items] == ["f.xml"] * 3
    first, second, third = (item.read() for item in items)
    assert first + b"\n" + second + third == data
    assert second == b"  <entry><id>2</id></entry>"
    assert third == b"<entry/>\n</feed>\n"


def test_each_can_be_read_alone():
    from lxml import etree

    for item in cut(feed(*(f"<entry><c:x>{n}</c:x></entry>\n" for n in range(5)))):
        root = etree.fromstring(item.source().data)
        assert root.findtext("{*}author/{*}name") == "J\u00e9"
        assert len(root.findall("{*}entry")) == 1
        assert root.findtext("{*}entry/{urn:c}x") == str(item.entry)


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16", "utf-8-sig", "utf-32"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_places_are_those_of_the_file(encoding, newline):
    text = HEAD.format(encoding=encoding.removesuffix("-sig")) + "".join(
        f"  <entry>\n<t>{'é' * n}</t>\n\t</entry>{gap}" for n, gap in enumerate(("\n", "", " \n\n"))
    )
    data = (text + "<!-- end -->\n</feed>").replace("\n", newline).encode(encoding)
    whole = Source("f.xml", data)
    items = cut(data)
    assert len(items) == 3
    for item in items:
        assert_placed(item, whole)


_GAPS = st.sampled_from(
    ["", "\n", "\r\n", "  ", "\n\n ", "<!-- <entry> -->", "<?p </entry>?>\n", "<link/>", "é"]
)
_INSIDE = st.sampled_from(
    ["é", "\n", "\r", "<b>", "</b>", "<!-- </entry> -->", "<![CDATA[</entry><entry>]]>",
     "<?p <entry>?>", "<x a='>'/>", "<x a=\"</entry-\"/>", "&amp;", "<entryx/>", "<br>", "a & b",
     "<content type='x'><entry>n</entry></content>", "<content>\n<!-- c --><a:entry/></content>",
     "<feed><entry>n</entry><entry/></feed>", "𝄞"]
)  # fmt: skip
_ENTRY = st.tuples(
    st.sampled_from(["entry", "a:entry", "Entry"]),
    st.sampled_from(["", " a='1'", ' b=">"', " \n c='</entry>'"]),
    st.lists(_INSIDE, max_size=6),
)


@st.composite
def _feeds(draw: st.DrawFn) -> tuple[str, int]:
    found = draw(st.lists(st.tuples(_GAPS, _ENTRY), min_size=1, max_size=6))
    text = "".join(
        f"{gap}<{name}{tag}>{''.join(inside)}</{name}>" for gap, (name, tag, inside) in found
    )
    return text + draw(_GAPS), len(found)


@settings(max_examples=150, deadline=None)
@given(_feeds(), st.sampled_from(["utf-8", "utf-16-le", "utf-16"]), st.integers(1, 4000))
def test_any_feed_is_cut_where_its_entries_end(generated, encoding, block):
    text, count = generated
    data = feed(text, encoding=encoding)
    if encoding == "utf-16-le":
        data = data.removeprefix(b"\xff\xfe")
    original = feed_cutting.BLOCK
    feed_cutting.BLOCK = 8192  # so that blocks end inside entries
    try:
        items = list(entries(_Slow(data, block), "f.xml", "f.xml", InputLimits()))
    finally:
        feed_cutting.BLOCK = original
    assert [item.entry for item in items] == list(range(count))
    whole = Source("f.xml", data)
    # Nothing is lost but white space before lines, which stands for nothing.
    own = b"".join(item.read() for item in items).decode(whole.decoding.encoding)
    assert re.sub(r"\s", "", own.removeprefix("\ufeff")) == re.sub(r"\s", "", whole.text)
    for item in items:
        assert_placed(item, whole)


class _Slow(io.BytesIO):
    """Gives fewer bytes than asked for, as pipes do (but a first block that shows the head)."""

    def __init__(self, data: bytes, block: int):
        super().__init__(data)
        self.block = block

    def read(self, size: int | None = -1) -> bytes:
        most = 2000 if self.tell() == 0 else self.block
        return super().read(min(most, size) if size and size > 0 else most)


def test_an_entry_that_is_never_closed_takes_no_other_with_it():
    data = feed("<entry><a>1</a>\n", "<entry>2</entry>\n", "<entry><b>3\n", "<entry>4</entry>")
    assert [body.split("\n")[0] for body in bodies(data)[1:]] == [
        "<entry>2</entry>", "<entry><b>3", "<entry>4</entry></feed>",
    ]  # fmt: skip
    assert [item.entry for item in cut(data)] == [0, 1, 2, 3]


def test_a_section_that_never_ends_takes_no_other_with_it():
    data = feed("<entry><!-- 1</entry>\n", "<entry>2<![CDATA[</entry>\n", "<entry>3</entry>")
    assert [item.entry for item in cut(data)] == [0, 1, 2]
    assert bodies(data)[1] == "<entry>2<![CDATA[</entry>"


def test_a_feed_that_breaks_off():
    items = cut(feed("<entry>1</entry>\n", "<entry>2<b", end=""))
    assert [item.entry for item in items] == [0, 1]
    assert items[1].read() == b"<entry>2<b"
    assert items[1].source().data.endswith(b"<entry>2<b")  # no end tag that is not there


def test_what_follows_the_feed_is_read_with_the_last_entry():
    items = cut(feed("<entry>1</entry>", "<entry>2</entry>", end="</feed><feed><entry/></feed>"))
    assert [item.entry for item in items] == [0, 1]
    assert items[1].read() == b"<entry>2</entry></feed><feed><entry/></feed>"


def test_a_long_end_is_cut_short():
    items = cut(feed("<entry>1</entry>", end="</feed>" + "x" * 5_000_000))
    assert len(items[0].read()) < 100_000


def test_a_feed_without_entries_comes_whole():
    data = feed("<id>" + "x" * 3_000_000 + "</id>")
    (item,) = cut(data)
    assert (item.part, item.read()) == (None, data)


def test_an_entry_beyond_the_limit_is_told_and_the_next_are_read():
    data = feed(
        "<entry>1</entry>\n", "<entry>" + "y" * 9_000_000 + "</entry>\n", "<entry>3</entry>\n",
        "<entry>4</entry>",
    )  # fmt: skip
    items = cut(data, size=4_000_000)
    assert str(items[1]).startswith("f.xml, entry 1: it is larger than 3.8 MiB, the limit for one ")
    assert [item.entry for item in items] == [0, 1, 2, 3]
    for item in (items[2], items[3]):
        source = item.source()
        at = source.text.rindex("<entry>")
        assert source.position(at).line == 5 + item.entry
        assert data[source.offset(at) :].startswith(b"<entry>%d" % (item.entry + 1))


def test_a_feed_on_one_line():
    text = "".join(f"<entry>{n}é</entry>" for n in range(1000))
    data = feed(text).replace(b"\n", b" ")
    whole = Source("f.xml", data)
    for item in (cut(data)[at] for at in (1, 500, 999)):
        assert_placed(item, whole)


def test_diagnostics_about_the_lent_head_are_told_once():
    def everywhere(source: Source) -> Iterator[Diagnostic]:
        for entry, mark in ((None, "<feed"), (0, "<entry")):
            at = source.text.rindex(mark)
            yield Diagnostic(
                "f.xml", entry, source.span(at, at + 1), Severity.ERROR, "CT999", "x", mark
            )

    first, second = cut(feed("<entry>1</entry>\n", "<entry>2</entry>\n"))
    assert [(d.message, d.entry) for d in first.part.own(everywhere(first.source()))] == [
        ("<feed", None),
        ("<entry", 0),
    ]
    (only,) = second.part.own(everywhere(second.source()))
    assert (only.message, only.entry, only.span.start.line) == ("<entry", 1, 6)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (b"<feed xmlns='urn:x'>", True),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- c --><a:feed>", True),
        ("<?xml version='1.0' encoding='UTF-16'?><feed>".encode("utf-16"), True),
        (b"<!DOCTYPE feed [<!ENTITY a 'b'>]><feed>", False),
        (b"<feed/>", False),
        (b"<entry><feed>", False),
        (b"<feedback>", False),
        (b"", False),
        (b"{}", False),
    ],
)
def test_what_is_a_feed(start, expected):
    assert is_feed(start) is expected


# -- Through `inputs`


def large() -> bytes:
    return feed(*(f"<entry><id>{n}</id>{'z' * 3000}</entry>\n" for n in range(700)))


def test_small_feeds_come_whole_and_large_ones_by_entry(tmp_path):
    (tmp_path / "small.xml").write_bytes(feed("<entry/>"))
    (tmp_path / "x.xml").write_bytes(large())
    items = list(inputs([tmp_path]))
    assert [item.entry for item in items] == [None, *range(700)]
    assert {item.relative for item in items} == {"small.xml", "x.xml"}
    assert items[1].path is None
    (whole,) = inputs([tmp_path / "x.xml"], split=False)
    assert (whole.part, whole.path, whole.read()) == (None, tmp_path / "x.xml", large())


def test_large_feeds_in_every_wrapping(tmp_path):
    data = large()
    (tmp_path / "a.xml.gz").write_bytes(gzip.compress(data))
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("in/feed.xml", data)
        archive.writestr("in/last.xml", b"<entry/>")
    member = tarfile.TarInfo("feed.xml")
    member.size = len(data)
    for name, mode in (("c.tar", "w"), ("d.tar.gz", "w:gz")):
        with tarfile.open(tmp_path / name, mode) as archive:
            archive.addfile(member, io.BytesIO(data))
    items = list(inputs([tmp_path], limits=InputLimits(ratio=2000)))
    assert [item.entry for item in items] == [
        *range(700), *range(700), None, *range(700), *range(700),
    ]  # fmt: skip
    piped = list(inputs(["-"], stdin=lambda: io.BytesIO(data)))
    for at in (0, 1, 350, 699):
        expected = piped[at].read()
        assert b"<id>%d</id>" % at in expected
        assert [items[at + start].read() for start in (0, 700, 1401, 2101)] == [expected] * 4
    assert items[699].name == str(tmp_path / "a.xml.gz")
    assert items[700].name == str(tmp_path / "b.zip") + "!/in/feed.xml"


def test_a_damaged_packed_feed_gives_what_came_before_the_damage(tmp_path):
    import random

    noise = random.Random(3)
    data = feed(*(f"<entry>{noise.randbytes(2000).hex()}</entry>\n" for _ in range(700)))
    packed = gzip.compress(data)
    (tmp_path / "a.xml.gz").write_bytes(packed[: len(packed) // 2])
    items = list(inputs([tmp_path]))
    assert isinstance(items[-1], InputError)
    assert "damaged" in items[-1].message
    assert 280 < len(items) < 351  # half of them, but for the last blocks
    assert all(item.read().strip().endswith(b"</entry>") for item in items[:-1])


def test_memory_does_not_grow_with_the_feed():
    class Endless(io.RawIOBase):
        """A feed of as many entries as are asked for, made while it is read."""

        def __init__(self, count: int):
            self.count, self.at, self.rest = count, 0, feed(end="")

        def read(self, size: int = -1) -> bytes:
            while len(self.rest) < size and self.at < self.count:
                self.rest += b"<entry>" + b"x" * 10_000 + b"</entry>\n"
                self.at += 1
            data, self.rest = self.rest[:size], self.rest[size:]
            return data

    def peak(count: int) -> int:
        tracemalloc.start()
        seen = sum(1 for _ in entries(Endless(count), "f", "f", InputLimits()))  # type: ignore[arg-type]
        assert seen == count
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    assert peak(4000) < 1.1 * peak(1000) < 12_000_000


@functools.cache
def corpus() -> ModuleType:
    """The benchmark's documents."""
    path = Path(__file__).parents[2] / "bench" / "corpus.py"
    spec = importlib.util.spec_from_file_location("corpus", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_found_in_entries_is_what_is_found_in_the_whole():
    """The law of it all: cutting changes no diagnostic, no place, no fix."""
    from ctct_migrate import lint, read

    campaigns = [entry.decode() for entry in corpus().entries(40, seed=5)]
    for old, new in (
        ("", ""),
        ("<updated>2009", "<updated>x2009"),
        ("<title/>", ""),
        ("urn:x", ""),
    ):
        data = feed(*campaigns).replace(old.encode(), new.encode(), 1)
        whole = lint(read(Source("f.xml", data)))
        parts = [d for item in cut(data) for d in item.part.own(lint(read(item.source())))]
        assert len(whole) > 3
        assert sorted(parts, key=repr) == sorted(whole, key=repr)


BROKEN = (
    ("<Name>", "<Name>A & B "), ("<Name>", "<Name>a < b "), ("</Campaign>", "</Campain>"),
    ("</Name>", ""), ("</Campaign>", ""), ("</Name>", "</Name></b>"), ('type="text"', "type=text"),
    ('type="text"', 'type="text" type="html"'), ("<Name>", "<Name>&nbsp;"),
    ("<Name>", "<Name>\x01"), ("<Name>", "<x:Name/><Name>"), ("<Name>", "<!-- a -- b --><Name>"),
    ("<Name>", "<Name "), ("<Name>", "<br><p><Name>"),
    ("</entry>", ""), ("<Name>", '<?xml version="1.0"?><Name>'),
)  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "at"), some([(*each, at) for each in BROKEN for at in (0, 2, 5)], 19)
)
def test_what_is_broken_is_the_same_cut_or_whole(old, new, at):
    from ctct_migrate import lint, read

    campaigns = [entry.decode() for entry in corpus().entries(6, seed=5)]
    assert old in campaigns[at]
    campaigns[at] = campaigns[at].replace(old, new, 1)
    data = feed(*campaigns)
    whole = lint(read(Source("f.xml", data)))
    parts = [d for item in cut(data) for d in item.part.own(lint(read(item.source())))]
    assert any(each.entry == at and each.code.startswith("CT1") for each in whole)

    def told(found: list[Diagnostic]) -> list[object]:  # edits may be made at another place
        return sorted([(d.code, d.entry, d.span.start, d.message) for d in found], key=repr)

    assert told(parts) == told(whole)


LATE = {
    "author": "<author><name>J</name></author>",
    "updated": "<updated>2009-01-01T00:00:00Z</updated>",
    "id": "<id>urn:x</id>",
    "title": "<title type='text'>t</title>",
    "bad": "<updated>yesterday</updated>",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("first", "second", "last"),
    [
        ("id title updated author", "", ""),
        ("id title updated", "", "author"),
        ("id title updated", "author", ""),
        ("", "id author", "updated title"),
        ("id title author", "", "bad"),
        ("id title author", "bad", ""),
        ("id", "title", ""),
    ],
)
def test_what_a_feed_says_of_itself_may_stand_anywhere(first, second, last, encoding):
    from ctct_migrate import lint, read

    def told(names: str) -> str:
        return "".join(f"  {LATE[name]}\n" for name in names.split())

    entry = (
        "<entry><id>http://api.constantcontact.com/ws/customers/j/campaigns/1</id><title/>"
        "<updated>2009-01-01T00:00:00Z</updated><!-- <author/> --></entry>\n"
    )
    text = f"<feed xmlns='http://www.w3.org/2005/Atom'>\n{told(first)}{entry}{told(second)}"
    data = (text + entry * 2 + told(last) + "</feed>\n").encode(encoding)
    items = entries(io.BytesIO(data), "f.xml", "f", InputLimits(), again=lambda: io.BytesIO(data))
    parts = [d for item in items for d in item.part.own(lint(read(item.source())))]
    whole = lint(read(Source("f.xml", data)))
    assert [(d.code, d.entry, d.span) for d in parts] == [(d.code, d.entry, d.span) for d in whole]
    assert any(d.code == "CT208" for d in whole) == ("author" not in first + second + last)


def test_a_large_feed_whose_author_stands_at_its_end(tmp_path):
    """In a file, plain or packed; a pipe cannot be read twice."""
    from random import Random

    from ctct_migrate import lint, read

    titles = (Random(1).randbytes(1500).hex() for _ in range(400))
    text = "".join(f"<entry><title>{title}</title></entry>\n" for title in titles)
    text = f"<feed xmlns='http://www.w3.org/2005/Atom'>\n{text}  {LATE['author']}\n</feed>\n"
    plain, packed = tmp_path / "f.xml", tmp_path / "f.xml.gz"
    plain.write_text(text)
    packed.write_bytes(gzip.compress(text.encode()))
    for path in (plain, packed):
        items = list(inputs([path]))
        assert len(items) == 400
        found = lint(read(items[7].source()))
        assert "CT203" in {d.code for d in found}
        assert "CT208" not in {d.code for d in found}
    stdin = list(inputs(["-"], stdin=lambda: io.BytesIO(text.encode())))
    assert "CT208" in {d.code for d in lint(read(stdin[7].source()))}
