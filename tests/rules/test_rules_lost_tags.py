"""Tags that are lost whole, changed round, or written twice: one error, at its place, and a fix that
gives the document back; and what is text stays text."""

from __future__ import annotations

import re

import pytest
from example_documents import CAMPAIGN

from ctct_migrate import Diagnostic, Safety, Severity, convert, fix, lint, read


def _errors(text: str) -> list[Diagnostic]:
    return [each for each in lint(read(text.encode())) if each.severity is Severity.ERROR]


def _with_subject(subject: str) -> str:
    return CAMPAIGN.replace("<Subject>Spring sale</Subject>", f"<Subject>{subject}</Subject>")


TEXTS = [
    "Tom <tom@example.com> wrote", "Stan <stan@example.com>", "<stan@example.com>",
    "see <http://example.com>", "see <https://example.com/a?b=c> now", "a<b and c>d",
    "if a<b, then c>a", "Save 5</10", "1</2", "I </3 you", "<?here", "<?", "Hi <first name>,",
    "Hi <FirstName>,", "Hi <name>", "x <Name> y", "x </Subjct y", "a <- b", "Bob</Bob",
    "Größe <XXL>", "<<now>>", "see <www.example.com> now", "Save 5</10 and 1</2",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_less_than_sign_in_a_text_field_is_text(text: str) -> None:
    broken = _with_subject(text)
    assert {each.code for each in _errors(broken)} == {"CT103"}
    fixed, _ = fix(read(broken.encode()))
    assert fixed.decode() == _with_subject(text.replace("<", "&lt;"))
    (converted,) = convert(read(fixed))
    assert converted.body is not None
    assert converted.body["subject"] == text


@pytest.mark.parametrize(
    "text", ["a <b>bold</b> word", "one<br/>two", "<!-- a note -->x", "<![CDATA[Salt & pepper]]>"]
)
def test_what_is_markup_in_a_text_field_is_not_called_text(text: str) -> None:
    assert "CT103" not in {each.code for each in _errors(_with_subject(text))}


def _field_tags() -> list[str]:
    """The start tags of all fields of the campaign that hold something."""
    every = re.findall(r"<[A-Za-z][^<>/]*>(?=[^<>]*</)", CAMPAIGN)
    return sorted({each for each in every if each != "<Text>"})


@pytest.mark.parametrize(
    "tag",
    [*_field_tags(), "<author>", "<FromEmail>", "<ReplyToEmail>"],
)
def test_a_start_tag_that_is_lost_is_one_error_at_its_end_tag(tag: str) -> None:
    at = CAMPAIGN.index(tag)
    broken = CAMPAIGN[:at] + CAMPAIGN[at + len(tag) :]
    name = re.findall(r"\w+", tag)[0]
    (said,) = _errors(broken)
    assert said.code == "CT106"
    assert said.message == f"`</{name}>` has no start tag"
    start, end = said.span.start.offset, said.span.end.offset
    assert broken.encode()[start:end].decode() == f"</{name}>"
    fixed, _ = fix(read(broken.encode()))
    assert fixed.decode().replace(f"<{name}>", tag, 1) in (CAMPAIGN, fixed.decode())
    assert list(_bodies(fixed)) == list(_bodies(CAMPAIGN.encode()))


def _bodies(data: bytes) -> list[object]:
    return [each.body for each in convert(read(data))]


def test_the_start_tag_of_a_payload_is_a_guess_since_its_number_is_lost() -> None:
    tag = re.findall(r"<Campaign [^>]*>", CAMPAIGN)[0]
    broken = CAMPAIGN.replace(tag, "")
    (said,) = _errors(broken)
    assert said.code == "CT106"
    assert said.fixes[0].safety is Safety.UNSAFE
    assert fix(read(broken.encode()))[0].decode() == broken
    fixed, _ = fix(read(broken.encode()), unsafe=True)
    assert _errors(fixed.decode()) == []


@pytest.mark.parametrize("brackets", ["＜＞", "‹›", "〈〉"])
def test_a_tag_in_other_brackets_gets_those_of_xml(brackets: str) -> None:
    left, right = brackets
    broken = CAMPAIGN.replace("<Subject>", f"{left}Subject{right}")
    (said,) = _errors(broken)
    assert said.code == "CT118"
    assert fix(read(broken.encode()))[0].decode() == CAMPAIGN


@pytest.mark.parametrize(("first", "second"), [("Name", "Status"), ("Subject", "FromName")])
def test_two_tags_that_have_changed_places_are_changed_back(first: str, second: str) -> None:
    broken = re.sub(rf"(</{first}>)(\s*)(<{second}>)", r"\3\1\2", CAMPAIGN)
    assert broken != CAMPAIGN
    (said,) = _errors(broken)
    assert said.code == "CT105"
    assert fix(read(broken.encode()))[0].decode() == CAMPAIGN


@pytest.mark.parametrize(("at", "length"), [(900, 200), (1000, 120), (1300, 400)])
def test_a_part_that_was_written_twice_is_written_once(at: int, length: int) -> None:
    broken = CAMPAIGN[:at] + CAMPAIGN[at - length :]
    said = _errors(broken)
    assert [each.code for each in said] == ["CT122"]
    assert fix(read(broken.encode()))[0].decode() == CAMPAIGN


@pytest.mark.parametrize(("at", "length"), [(900, 100), (1010, 77), (1100, 300)])
def test_a_piece_that_is_missing_is_not_made_up(at: int, length: int) -> None:
    broken = CAMPAIGN[:at] + CAMPAIGN[at + length :]
    if read(broken.encode()).root is None:
        assert fix(read(broken.encode()))[0].decode() == broken


SUBJECT = "<Subject>Spring sale</Subject>"

TWO = [
    ("Spring sale</Subject>", "<FromName>Joe", {"CT106", "CT104"}),
    ("Spring sale</Subject>", "Joe</FromName>", {"CT106"}),
    ("<Subject>Spring sale", "<FromName>Joe", {"CT104"}),
]


@pytest.mark.parametrize(("subject", "sender", "codes"), TWO)
def test_two_tags_that_are_lost_are_two_errors(subject: str, sender: str, codes: set[str]) -> None:
    broken = CAMPAIGN.replace(SUBJECT, subject).replace("<FromName>Joe</FromName>", sender)
    said = _errors(broken)
    assert len(said) == 2
    assert {each.code for each in said} == codes
    assert fix(read(broken.encode()))[0].decode() == CAMPAIGN


@pytest.mark.parametrize(
    ("field", "right"),
    [
        ("<Subject>Tom <tom@example.com>", "Tom &lt;tom@example.com>"),
        ("<Subject>Tom <tom@example.com></Subjct>", "Tom &lt;tom@example.com>"),
        ("<Subject>Save 5</10</Subjetc>", "Save 5&lt;/10"),
    ],
)
def test_a_text_with_a_less_than_sign_whose_end_tag_is_damaged_keeps_its_text(
    field: str, right: str
) -> None:
    broken = CAMPAIGN.replace(SUBJECT, field)
    assert fix(read(broken.encode()))[0].decode() == _with_subject(right)


@pytest.mark.parametrize(
    "field",
    [
        f"{SUBJECT}\n      Summer</Subject>", f"Summer</Subject>\n      {SUBJECT}",
        "<Subject>a</Name>b</Subject>", "Tom <tom@example.com></Subject>",
    ],
)  # fmt: skip
def test_where_there_is_more_than_one_reading_nothing_is_written(field: str) -> None:
    broken = CAMPAIGN.replace(SUBJECT, field)
    assert _errors(broken)
    assert fix(read(broken.encode()))[0].decode() == broken


@pytest.mark.parametrize(
    "text", ["Joe <joe@example.com> wrote", "Save 5</10", "see <https://example.com/a>"]
)
def test_an_address_in_content_is_text(text: str) -> None:
    start = CAMPAIGN.index("<PermissionReminderText>") + 24
    end = CAMPAIGN.index("</PermissionReminderText>")
    broken = CAMPAIGN[:start] + text + CAMPAIGN[end:]
    (said,) = _errors(broken)
    assert said.code == "CT103"
    right = CAMPAIGN[:start] + text.replace("<", "&lt;") + CAMPAIGN[end:]
    assert fix(read(broken.encode()))[0].decode() == right
