"""The law of fixes: the document is never worse afterwards, whatever the rules propose.

Rules propose good fixes; here bad ones are made up, so that the law is seen to refuse them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from example_documents import CAMPAIGN, SCHEDULE
from hypothesis import given, settings
from hypothesis import strategies as st

from ctct_migrate import Diagnostic, Document, Edit, Fix, Safety, Severity, fix, lint, read
from ctct_migrate.fixing import Fixing, fixed
from ctct_migrate.fixing.harm import reach
from ctct_migrate.source import Source

BAD = CAMPAIGN.replace("<ViewAsWebpage>NO", "<ViewAsWebpage>no")


def _errors(data: bytes) -> list[Diagnostic]:
    return [each for each in lint(read(data)) if each.severity is Severity.ERROR]


def _with(text: str, *edits: tuple[str, str, str]) -> Fixing:
    """`fixed`, where each diagnostic of the first pass has been given other edits: at the place
    of the first text, in characters that are bytes, the second becomes the third."""
    made = tuple(
        Fix(
            f"Write {new}",
            Safety.SAFE,
            (Edit(at := text.index(where) + where.index(old), at + len(old.encode()), new),),
        )
        for where, old, new in edits
    )

    def chosen(found: Sequence[Diagnostic]) -> Iterable[Diagnostic]:
        return [replace(found[0], fixes=(each,)) for each in made]

    return fixed(read(text.encode()), chosen=chosen)


HARMFUL = [
    ("<ViewAsWebpage>no", "no", "N<O"),
    ("</Subject>", "</Subject>", ""),
    ("<ViewAsWebpage>no", "no", "</ViewAsWebpage>"),
    ("<Subject>", "Subject", "Betreff"),
    ("<Status>Draft", "Draft", "Drift"),
]


@pytest.mark.parametrize("edit", HARMFUL)
def test_a_fix_that_does_harm_is_refused(edit: tuple[str, str, str]) -> None:
    result = _with(BAD, edit)
    assert (result.data.decode(), result.applied) == (BAD, ())
    (refused,) = result.refused
    assert refused.fix.title == f"Write {edit[2]}"
    assert refused.reason
    assert result.left == tuple(lint(read(BAD.encode())))


def test_the_largest_harmless_set_is_applied() -> None:
    good = ("<ViewAsWebpage>no", "no", "NO")
    seen = []

    def chosen(found: Sequence[Diagnostic]) -> Iterable[Diagnostic]:
        text = BAD if not seen else BAD.replace("<ViewAsWebpage>no", "<ViewAsWebpage>NO")
        seen.append(text)
        flag = [each for each in found if each.code == "CT311"]
        about = found[0] if found else None
        made = list(flag)
        for where, old, new in HARMFUL[1:2] + HARMFUL[3:]:
            at = text.index(where) + where.index(old)
            edits = (Edit(at, at + len(old), new),)
            if about is not None:
                made.append(replace(about, fixes=(Fix(new, Safety.SAFE, edits),)))
        return made

    result = fixed(read(BAD.encode()), chosen=chosen)
    assert result.data.decode() == BAD.replace(good[0], "<ViewAsWebpage>NO")
    assert [each.diagnostic.code for each in result.applied] == ["CT311"]
    assert result.left == ()


def test_no_two_edits_touch_one_place() -> None:
    at = BAD.index("<ViewAsWebpage>no") + len("<ViewAsWebpage>")
    one, two = (
        Fix(new, Safety.SAFE, (Edit(at, at + length, new),))
        for new, length in (("NO", 2), ("NO<!-- -->", 0))
    )

    def chosen(found: Sequence[Diagnostic]) -> Iterable[Diagnostic]:
        return [replace(each, fixes=(made,)) for each in found for made in (one, two)]

    result = fixed(read(BAD.encode()), chosen=chosen)
    assert [each.fix for each in result.applied] == [one]


@pytest.mark.parametrize("edits", [((5, 3),), ((0, 9), (4, 12)), ((10**9, 10**9),), ()])
def test_edits_that_make_no_sense_are_left_out(edits: tuple[tuple[int, int], ...]) -> None:
    made = Fix("x", Safety.SAFE, tuple(Edit(start, end, "") for start, end in edits))

    def chosen(found: Sequence[Diagnostic]) -> Iterable[Diagnostic]:
        return [replace(each, fixes=(made,)) for each in found]

    assert fixed(read(BAD.encode()), chosen=chosen).data == BAD.encode()


def test_fixes_that_undo_each_other_are_not_applied() -> None:
    at = BAD.index("<Name>") + len("<Name>")

    def chosen(found: Sequence[Diagnostic]) -> Iterable[Diagnostic]:
        # To and fro: what is for a diagnostic at another place each time.
        about = next(each for each in found)
        length = number[0] % 2
        number[0] += 1
        edit = Edit(at, at + length, "" if length else "x")
        moved = replace(about, code=f"CT{number[0]}", fixes=(Fix("x", Safety.SAFE, (edit,)),))
        return [moved]

    number = [0]
    result = fixed(read(BAD.encode()), chosen=chosen)
    assert (result.data, result.applied) == (BAD.encode(), ())
    assert {each.reason for each in result.refused} == {
        "it is undone by other fixes of the document"
    }


def test_a_document_that_cannot_be_parsed_in_the_end_is_not_changed() -> None:
    text = BAD.replace("</Subject>", "</Subject").replace("<Name>", "<Name <>")
    data, _ = fix(read(text.encode()))
    assert data == text.encode() or read(data).root is not None


def test_mistakes_that_come_to_light_do_not_stop_a_fix() -> None:
    text = CAMPAIGN.replace("<ViewAsWebpage>NO", "<ViewAsWebpage>Yes")
    result = fixed(read(text.encode()))
    assert b"<ViewAsWebpage>YES" in result.data
    assert [each.code for each in result.left] == ["CT409"]
    malformed = text.replace("</FromName>", "")
    assert fix(read(malformed.encode()))[0].decode() == text.replace(">Yes<", ">YES<")


def test_a_root_that_is_put_right_shows_what_is_in_it() -> None:
    text = "<campaign>" + CAMPAIGN.partition("/ns/1.0/")[2].partition(">")[2]
    text = text.partition("</Campaign>")[0] + "</campaign>"
    result = fixed(read(text.encode()))
    assert result.data.startswith(b"<Campaign xmlns=")
    assert "CT202" in {each.diagnostic.code for each in result.applied}


def test_where_a_fix_was_is_told_in_the_document_as_it_was() -> None:
    text = BAD.replace("</FromName>", "").replace("<Name>", "\n<Name>")
    lines = {
        each.position.line: each.diagnostic.code for each in fixed(read(text.encode())).applied
    }
    flag = text[: text.index("<ViewAsWebpage>no")].count("\n") + 1
    assert lines[flag] == "CT311"
    assert list(lines) == sorted(lines)


class TestReach:
    """Where a parser stops."""

    @pytest.mark.parametrize(
        ("text", "rest"),
        [
            ("<a><b></b></a>", ""),
            ("<a>é€😀<b c='1' d></b></a>", "<b c='1' d></b></a>"),
            ("<a>é<b c='>' d=></b></a>", "<b c='>' d=></b></a>"),
            ("<a>é<b c='>'>x & y</b></a>", "& y</b></a>"),
            ("<a>é<b>&nbsp;</b></a>", "&nbsp;</b></a>"),
            ("<a><b></a>", "</a>"),
            ("<a><b>", ""),
            ("<a/><!DOCTYPE x>", "<!DOCTYPE x>"),
            (
                "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
                "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
            ),
        ],
    )
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_is_where_it_is(self, text: str, rest: str, encoding: str) -> None:
        data = text.encode(encoding)
        codec = {"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}.get(encoding, encoding)
        assert reach(Source("-", data)) == len(data) - len(rest.encode(codec))
        assert reach(Source("-", data, first_offset=7)) == 7 + len(data) - len(rest.encode(codec))

    @given(st.binary(max_size=80))
    def test_is_in_the_file(self, data: bytes) -> None:
        assert 0 <= reach(Source("-", data)) <= len(data)


# -- the law, over whatever is damaged ----------------------------------------------------------

_PIECES = st.sampled_from(
    [b"<", b">", b'"', b"'", b"/", b"=", b"&", b";", b"&nbsp;", b"&lt", b"</", b"]]>", b"<!--",
     b"-->", b"<![CDATA[", b"\xc2\xa0", b"\x00", b"\xff", b"\\", b"<?", b"no", b" "]
)  # fmt: skip


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    """A document with a few characters lost, put in or swapped."""
    data = draw(st.sampled_from([BAD, CAMPAIGN, SCHEDULE])).encode()
    for _ in range(draw(st.integers(1, 3))):
        structural = [match.start() for match in re.finditer(rb"""[<>"'/=&;]""", data)]
        at = draw(st.one_of(st.sampled_from(structural), st.integers(0, len(data))))
        how = draw(st.integers(0, 2))
        if how == 0:
            data = data[:at] + data[at + 1 :]
        elif how == 1:
            data = data[:at] + draw(_PIECES) + data[at:]
        else:
            data = data[:at] + data[at + 1 : at + 2] + data[at : at + 1] + data[at + 2 :]
    return data


_rubbish = st.one_of(
    st.binary(max_size=120),
    st.lists(_PIECES, max_size=30).map(b"".join),
    st.text(st.sampled_from(list("<>&;/!?-[]=\"' abCampaignentry😀\n")), max_size=80).map(
        str.encode
    ),
)


def _law_holds(data: bytes, *, unsafe: bool) -> None:
    document = read(data)
    result = fixed(document, unsafe=unsafe)
    after = Document(Source("-", result.data))
    if document.root is not None:
        assert after.root is not None
    if not result.applied:
        assert result.data == data
    if not unsafe and result.applied:
        assert after.root is not None
    if after.root is None:
        assert reach(after.source) - len(result.data) >= reach(document.source) - len(data)
    if document.root is not None and any(entry.payload for entry in document.entries):
        assert len(_errors(result.data)) <= len(_errors(data))
    again = fixed(after, unsafe=unsafe)
    assert (again.data, again.applied) == (result.data, ())


@settings(max_examples=120)
@given(_damaged(), st.booleans())
def test_the_law_holds_for_damaged_documents(data: bytes, unsafe: bool) -> None:
    _law_holds(data, unsafe=unsafe)


@settings(max_examples=120)
@given(_rubbish, st.booleans())
def test_the_law_holds_for_rubbish(data: bytes, unsafe: bool) -> None:
    _law_holds(data, unsafe=unsafe)


@pytest.mark.parametrize(
    "text", ["<ntry><onten><Campaign</>", "<fed><entr><Schedule</></", "<entry><contnt></>"]
)
@pytest.mark.parametrize("unsafe", [False, True])
def test_the_law_holds_where_fix_once_was_not_idempotent(text: str, unsafe: bool) -> None:
    _law_holds(text.encode(), unsafe=unsafe)
