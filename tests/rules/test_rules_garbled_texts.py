"""CT370 to CT373 and CT376: texts that a program spoilt, which nothing else would report."""

from __future__ import annotations

import pytest
from example_documents import CAMPAIGN

from ctct_migrate import fix, lint, read
from ctct_migrate.rules.linting import inspect

TEXTS = [
    "Café — “naïve” & so on", "It’s “fine” … 5€", "Überraschung™", "Привет, мир", "你好，世界", "日本語のテスト",
    "naïve coöperation", "Søren Ærø Åse", "Ďakujem", "emoji 😀 here", "Señor ¿qué?", "€ 5 – £ 6",
]  # fmt: skip


def with_text(value: str, name: str = "Subject") -> bytes:
    start = CAMPAIGN.index(f"<{name}>") + len(name) + 2
    text = CAMPAIGN[:start] + value + CAMPAIGN[CAMPAIGN.index(f"</{name}>", start) :]
    return text.encode()


def codes(data: bytes) -> list[str]:
    """What is said, which has to be the same on the fast path and without it."""
    document = read(data)
    quick = [each.code for each in lint(document)]
    assert quick == [each.code for each in inspect(document, None)]
    return quick


def spoilt(text: str, codec: str) -> str:
    def one(byte: int) -> str:
        try:
            return bytes([byte]).decode(codec)
        except UnicodeDecodeError:
            return chr(byte)

    return "".join(map(one, text.encode()))


def escaped(text: str) -> str:
    return text.replace("&", "&amp;")


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_that_is_right_is_left(text: str) -> None:
    assert codes(with_text(escaped(text))) == []


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("rounds", [1, 2])
def test_a_garbled_text_is_reported_and_what_was_meant_is_offered(text: str, rounds: int) -> None:
    wrong = text
    for _ in range(rounds):
        wrong = spoilt(wrong, "cp1252")
    if any("\x80" <= each <= "\x9f" for each in wrong):
        assert "CT370" in codes(with_text(escaped(wrong)))  # beside the control characters
        return
    data = with_text(escaped(wrong))
    assert codes(data) == ["CT370"]
    assert fix(read(data))[0] == data
    assert fix(read(data), unsafe=True)[0] == with_text(escaped(text))


@pytest.mark.parametrize("text", ["Café", "It’s here – now", "Señor"])
def test_the_old_encoding_of_the_macintosh(text: str) -> None:
    data = with_text(spoilt(text, "mac_roman"))
    assert codes(data) == ["CT370"]
    assert fix(read(data), unsafe=True)[0] == with_text(text)


@pytest.mark.parametrize(
    "text", ["AMANHÃ”", "«MAÇû", "IRMÃ…", "CAFÉ»", "CAFÉ™", "Âme", "Ã", "√2", "‚so‘"]
)
def test_letters_that_only_look_garbled(text: str) -> None:
    assert codes(with_text(text)) == []


@pytest.mark.parametrize("text", ["Caf\ufffd", "\ufffd\ufffd Hi", "a &#xFFFD; b"])
def test_a_lost_character(text: str) -> None:
    assert codes(with_text(text)) == ["CT371"]
    assert fix(read(with_text(text)), unsafe=True)[0] == with_text(text)


@pytest.mark.parametrize("name", ["Subject", "Name", "FromName"])
@pytest.mark.parametrize("value", ["one\n   two", "one&#10;two", "one&#13;&#10;two", "a\u2028b"])
def test_a_line_break_in_a_text_of_one_line(name: str, value: str) -> None:
    assert codes(with_text(value, name)) == ["CT372"]
    fixed = fix(read(with_text(value, name)), unsafe=True)[0]
    assert codes(fixed) == []


def test_line_breaks_around_a_text_or_in_one_of_many_lines_are_right() -> None:
    assert codes(with_text("\n   one line\n   ")) == []
    assert codes(with_text("one\ntwo", "PermissionReminderText")) == []


@pytest.mark.parametrize(
    "value", ["undefined", "null", "NaN", "None", "NULL", " null ", "nil", "(null)"]
)
def test_the_word_for_nothing(value: str) -> None:
    assert codes(with_text(value)) == ["CT373"]


@pytest.mark.parametrize("value", ["Null", "None of us", "not undefined", "nan", "nothing"])
def test_words_that_are_meant(value: str) -> None:
    assert codes(with_text(value)) == []


def test_a_byte_order_mark_in_a_text_and_before_the_content() -> None:
    marked = with_text("\ufeffHi")
    assert codes(marked) == ["CT376"]
    assert fix(read(marked))[0] == with_text("Hi")
    html = "{}&lt;html&gt;&lt;body&gt;Hi{} &lt;/body&gt;&lt;/html&gt;"
    start = CAMPAIGN.index("<EmailContent>") + len("<EmailContent>")
    end = CAMPAIGN.index("</EmailContent>")

    def content(first: str, inside: str) -> bytes:
        return (CAMPAIGN[:start] + html.format(first, inside) + CAMPAIGN[end:]).encode()

    assert codes(content("\ufeff", "")) == ["CT376"]
    assert codes(content("\n\ufeff", "")) == ["CT376"]
    assert fix(read(content("\ufeff", "")))[0] == content("", "")
    assert codes(content("", "\ufeff")) == []  # it serves the lay-out
    assert codes(content("", " CafÃ©")) == ["CT370"]
