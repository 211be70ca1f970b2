"""Laws of lint and fix: they hold for whatever bytes are given."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from example_documents import CAMPAIGN, SCHEDULE
from hypothesis import given, settings
from hypothesis import strategies as st
from mutants import Mutant, mutants

from ctct_migrate import Document, Safety, convert, fix, lint, read

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bench"))

from mutation import samples  # noqa: E402

SAMPLES = sorted((ROOT / "samples").rglob("*.xml"))


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    """A sample with bytes taken out, put in and swapped."""
    data = draw(st.sampled_from(SAMPLES)).read_bytes()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        width = draw(st.integers(0, 12))
        put = draw(
            st.one_of(
                st.binary(max_size=6),
                st.sampled_from(
                    [b"<", b"&", b"&nbsp;", b"</", b"]]>", b"<!--", b'"', b"\x00", b"\xff"]
                ),
            )
        )
        data = data[:at] + put + data[at + width :]
    return data


_anything = st.one_of(
    st.binary(max_size=200),
    st.text(st.sampled_from(list("<>&;/!?-[]=\"' abé😀\n\r\0")), max_size=80).map(str.encode),
    st.sampled_from([b"", b" ", b"{}", b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff<\0", b"<a"]),
)


def _spans_lie_inside(data: bytes) -> None:
    document = read(data)
    for diagnostic in lint(document):
        for span in (diagnostic.span, *(label.span for label in diagnostic.labels)):
            assert 0 <= span.start.offset <= span.end.offset <= len(data)
            assert span.start.line >= 1
            assert span.start.column >= 1
            for position in (span.start, span.end):
                # A character boundary: the position is where the text says that it is.
                assert document.source.line(position.line) is not None
                before = document.source.line(position.line)[: position.column - 1]
                assert len(before) <= position.column - 1
        for each in diagnostic.fixes:
            for edit in each.edits:
                assert 0 <= edit.offset <= edit.end_offset <= len(data)


@given(_anything)
def test_no_bytes_raise(data: bytes) -> None:
    _spans_lie_inside(data)
    convert(read(data))


@settings(max_examples=150)
@given(_damaged())
def test_no_damage_raises(data: bytes) -> None:
    _spans_lie_inside(data)
    convert(read(data))


def _mutants() -> list[Mutant]:
    chosen = []
    for number, path in enumerate(samples()[::3]):
        chosen += [
            mutant
            for count, mutant in enumerate(mutants(path.read_text("utf-8")))
            if (count + number) % 37 == 0
        ]
    return chosen


@pytest.mark.parametrize("unsafe", [False, True])
def test_fix_is_idempotent_and_breaks_nothing(unsafe: bool) -> None:
    for mutant in _mutants():
        data = mutant.text.encode("utf-8", "surrogatepass")
        document = read(data)
        fixed, applied = fix(document, unsafe=unsafe)
        again, more = fix(read(fixed), unsafe=unsafe)
        assert again == fixed, mutant.mutator
        assert more == (), mutant.mutator
        if document.root is not None:
            assert read(fixed).root is not None, mutant.mutator
        if not applied:
            assert fixed == data


@settings(max_examples=60)
@given(_damaged())
def test_fix_never_breaks_a_damaged_document_further(data: bytes) -> None:
    document = read(data)
    fixed, _ = fix(document, unsafe=True)
    if document.root is not None:
        assert read(fixed).root is not None
    assert fix(read(fixed), unsafe=True)[0] == fixed


def test_what_was_fixed_is_not_reported_again() -> None:
    for mutant in _mutants():
        document = read(mutant.text.encode("utf-8", "surrogatepass"))
        found = [d for d in lint(document) if any(f.safety is Safety.SAFE for f in d.fixes)]
        fixed, _ = fix(document)
        if read(fixed).root is None:  # and so nothing was changed
            assert fixed == document.source.data
            continue
        left = {(d.code, d.message) for d in lint(read(fixed))}
        assert not left & {(d.code, d.message) for d in found}, mutant.mutator


def _in(text: str, encoding: str) -> Document:
    text = re.sub(r'encoding="[^"]*"', f'encoding="{encoding}"', text, count=1)
    return read(text.encode(encoding))


MISTAKES = [
    ("<Subject>Spring sale", "<Subject>Frühling &nbsp; & mehr"),
    ("<GreetingName>FirstName", "<GreetingName>prénom"),
    ("<OrganizationState>MA", "<OrganizationState>Übersee"),
    ("</FromName>", ""),
    ("<id>http", "<id>é http"),
    ("lists/1", "lists/é"),
]


@pytest.mark.parametrize(("old", "new"), MISTAKES, ids=[old for old, _ in MISTAKES])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_every_encoding_gives_the_same_diagnostics(old: str, new: str, line_end: str) -> None:
    text = CAMPAIGN.replace(old, new, 1).replace("\n", line_end)
    seen = []
    for encoding in ("utf-8", "utf-16", "iso-8859-1", "windows-1252"):
        document = _in(text, encoding)
        # Positions on the first line differ by the length of the encoding's name.
        seen.append(
            [
                (d.code, d.message, d.span.start.line, d.span.start.column, d.span.end.column)
                for d in lint(document)
            ]
        )
        for d in lint(document):
            codec = {"utf-16": "utf-16-le"}.get(encoding, encoding)
            raw = document.source.data[d.span.start.offset : d.span.end.offset].decode(codec)
            line = document.source.line(d.span.start.line)
            if d.span.start.line == d.span.end.line:
                assert raw == line[d.span.start.column - 1 : d.span.end.column - 1]
    assert seen[0]
    assert all(each == seen[0] for each in seen[1:])


def test_astral_characters_and_tabs_count_as_one() -> None:
    text = CAMPAIGN.replace("<Subject>Spring sale", "\t<Subject>😀😀 &nbsp;")
    (diagnostic,) = lint(read(text.encode()))
    assert diagnostic.span.start.column == 7 + 1 + len("<Subject>😀😀 ")


def test_one_line_of_a_megabyte() -> None:
    filler = "<!--" + "é" * 1_000_000 + "-->"
    text = SCHEDULE.replace("\n", "").replace("<ScheduledTime>", filler + "<ScheduledTime>x")
    (diagnostic,) = lint(read(text.encode()))
    assert diagnostic.code == "CT603"
    at = text.index("<ScheduledTime>x") + len("<ScheduledTime>")
    assert diagnostic.span.start.column == at + 1
    assert diagnostic.span.start.offset == len(text[:at].encode())
