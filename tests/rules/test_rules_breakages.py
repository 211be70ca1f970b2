"""Broken XML: one mistake is one diagnostic, at its place, and the fix makes the document right."""

from __future__ import annotations

import html
import re

import pytest
from example_documents import CAMPAIGN
from rule_cases import applied, guilty

from ctct_migrate import lint, read

#: What is right, what is written instead, the code, and the guilty text.
MENDED = [
    ("<entry xmlns=", "<entry xmnls=", "CT201", "xmnls"),
    ("<Campaign xmlns=", "<Campaign XMLNS=", "CT202", "XMLNS"),
    ("    </Campaign>\n", "", "CT104", "<Campaign"),
    ("</entry>\n", "", "CT104", '<entry xmlns="http://www.w3.org/2005/Atom">'),
    ("</EmailContent>", "<EmailContent>", "CT104", "<EmailContent>"),
    ("</EmailTextContent>", "<EmailTextContent>", "CT104", "<EmailTextContent>"),
    ("</PermissionReminderText>", "<PermissionReminderText>", "CT104", "<PermissionReminderText>"),
    ("</Subject>", "<Subject/>", "CT118", "<Subject/>"),
    ("<Subject>", "< Subject>", "CT118", "< "),
    ('rel="edit"', "rel=“edit”", "CT107", "“edit”"),
    ('<title type="text">', "<title type=‘text’>", "CT107", "‘text’"),
    ('<content type="application/vnd.ctct+xml">', "<content type=”application/vnd.ctct+xml”>", "CT107", "”application/vnd.ctct+xml”"),
    ('rel="edit"', "rel='edit\"", "CT107", "'edit\""),
    ('<title type="text">', "<title type=\"text'>", "CT107", "\"text'"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "code", "text"), MENDED, ids=lambda x: str(x)[:30])
def test_the_fix_restores_the_document(right: str, wrong: str, code: str, text: str) -> None:
    data = CAMPAIGN.replace(right, wrong, 1).encode()
    (said,) = lint(read(data))
    assert (said.code, guilty(data, said)) == (code, text)
    fixed = applied(data, said.fixes[0])
    assert fixed.decode().rstrip() == CAMPAIGN.rstrip()
    assert lint(read(fixed)) == []


def test_a_document_that_is_encoded_as_a_whole() -> None:
    for quote in (True, False):
        data = html.escape(CAMPAIGN.replace("Joe's", "Joe"), quote=quote).encode()
        (said,) = lint(read(data))
        assert said.code == "CT013"
        assert "45 lines" in said.fixes[0].title or "46 lines" in said.fixes[0].title
        fixed = applied(data, said.fixes[0])
        assert lint(read(fixed)) == []
        assert fixed.decode() == CAMPAIGN.replace("Joe's", "Joe")


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("<br />\n<b>Warning</b>:  Headers sent in <b>/x.php</b> on line <b>2</b><br />\n", "<br />"),
        ("\nWarning: Headers sent in /x.php on line 2\n", "Warning: Headers sent in /x.php on line 2"),
        ("PHP Notice:  Undefined index: a in x.php on line 3\n\n", "PHP Notice:  Undefined index: a in x.php on line 3"),
    ],
)  # fmt: skip
def test_a_message_of_php_before_the_document(before: str, text: str) -> None:
    data = (before + CAMPAIGN).encode()
    (said,) = lint(read(data))
    assert (said.code, guilty(data, said), said.fixes[0].safety) == ("CT109", text, "safe")
    assert applied(data, said.fixes[0]) == CAMPAIGN.encode()


@pytest.mark.parametrize("second", [CAMPAIGN, CAMPAIGN.partition("\n")[2]])
def test_two_documents_in_one_file_are_one_mistake(second: str) -> None:
    data = (CAMPAIGN + second).encode()
    (said,) = lint(read(data))
    assert (said.code, guilty(data, said)) == ("CT110", "entry")
    assert said.span.start.line > 40


def test_a_prefix_that_is_not_declared_is_declared_for_what_it_is() -> None:
    start, _, rest = CAMPAIGN.partition('<Campaign xmlns="http://ws.constantcontact.com/ns/1.0/"')
    inner, _, end = rest.partition("</Campaign>")
    inner = re.sub(r"<(/?)(?=[A-Z])", r"<\1c:", inner)
    data = f"{start}<c:Campaign{inner}</c:Campaign>{end}".encode()
    (said,) = lint(read(data))
    assert (said.code, guilty(data, said)) == ("CT116", "c")
    fixed = applied(data, said.fixes[0])
    assert lint(read(fixed)) == []
    assert b'<entry xmlns:c="http://ws.constantcontact.com/ns/1.0/" xmlns=' in fixed


@pytest.mark.parametrize(
    ("right", "wrong", "text", "message"),
    [
        ('<title type="text">', '<title type="markdown">', "markdown", "`markdown` is not a value of `type`"),
        ("<updated>", "<published>yesterday</published><updated>", "yesterday", "`yesterday` is not a date"),
        ("<updated>", "<category/><updated>", "", "`category` has no `term`"),
    ],
)  # fmt: skip
def test_what_the_schema_alone_refuses_is_told_in_plain_words(
    right: str, wrong: str, text: str, message: str
) -> None:
    data = CAMPAIGN.replace(right, wrong, 1).encode()
    (said,) = lint(read(data))
    assert (said.code, guilty(data, said), said.message) == ("CT399", text, message)
    assert said.label.startswith("expected ")
    assert said.help


def test_text_in_a_link_is_stray() -> None:
    data = CAMPAIGN.replace('rel="edit"/>', 'rel="edit">x</link>', 1).encode()
    (said,) = lint(read(data))
    assert (said.code, guilty(data, said)) == ("CT306", "x")


@pytest.mark.parametrize(
    ("written", "numbers"), [("1", "1"), ("1,2", "12"), (" 1; 2\n3 ", "123"), ("friends", "")]
)
def test_numbers_of_lists_become_lists(written: str, numbers: str) -> None:
    uri = "http://api.constantcontact.com/ws/customers/joe/lists"
    one = f'<ContactList id="{uri}/1"/>'
    assert CAMPAIGN.count(one) == 1
    data = CAMPAIGN.replace(one, written).encode()
    (said,) = lint(read(data))
    assert (said.code, guilty(data, said)) == ("CT306", written.strip().partition("\n")[0])
    if not numbers:
        assert said.fixes == ()
        return
    right = "".join(f'<ContactList id="{uri}/{number}"/>' for number in numbers)
    fixed = applied(data, said.fixes[0])
    assert right in fixed.decode()
    assert lint(read(fixed)) == []


@pytest.mark.parametrize("quotes", ["“”", "””", "‘’", "„“", "«»", "″″", "&quot;"])
def test_odd_quotes_in_the_xml_declaration(quotes: str) -> None:
    first, last = (quotes, quotes) if "&" in quotes else quotes
    data = CAMPAIGN.replace(
        CAMPAIGN[: CAMPAIGN.index("?>")],
        f"<?xml version={first}1.0{last} encoding={first}UTF-8{last}",
    ).encode()
    (said,) = lint(read(data))
    assert said.code == "CT112"
    fixed = applied(data, said.fixes[0])
    assert lint(read(fixed)) == []
    assert fixed[fixed.index(b"<entry") :] == CAMPAIGN.encode()[CAMPAIGN.index("<entry") :]


@pytest.mark.parametrize("padding", ["\x00", "\x00" * 500, "\x1a", "\x1a\r\n", "\x00\n\x00"])
def test_control_characters_after_the_document_are_one_diagnostic(padding: str) -> None:
    data = (CAMPAIGN + padding).encode()
    (said,) = lint(read(data))
    assert said.code == "CT109"
    assert applied(data, said.fixes[0]).decode().rstrip() == CAMPAIGN.rstrip()


@pytest.mark.parametrize("character", ["\x0b", "\x0c", "\u00a0", "\u200b"])
def test_page_breaks_and_the_like_around_the_root_and_between_elements(character: str) -> None:
    data = CAMPAIGN.replace("\n", "\n" + character).encode()
    found = lint(read(data))
    assert "CT121" in [each.code for each in found]
    assert "CT109" not in [each.code for each in found]
