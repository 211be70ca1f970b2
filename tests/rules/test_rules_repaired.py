"""One lost, added or misplaced character is one error, and its fix gives the document back."""

from __future__ import annotations

import pytest
from example_documents import CAMPAIGN
from rule_cases import guilty

from ctct_migrate import Safety, Severity, fix, lint, read

CONTENT = "&lt;html&gt;&lt;body&gt;&lt;p&gt;Hi&lt;/p&gt;&lt;/body&gt;&lt;/html&gt;"
ENCODED = CAMPAIGN.replace(
    CAMPAIGN[CAMPAIGN.index("<EmailContent>") : CAMPAIGN.index("</EmailContent>")],
    f"<EmailContent>{CONTENT}",
)
SECTION = CAMPAIGN.replace(
    CAMPAIGN[CAMPAIGN.index("<EmailContent>") : CAMPAIGN.index("</EmailContent>")],
    "<EmailContent><![CDATA[<html><body>Hi &amp; bye</body></html>]]>",
)

#: Document, what is right, what is written instead, the code.
RESTORED = [
    (CAMPAIGN, '<entry xmlns="', "<entry xmlns=", "CT107"),
    (CAMPAIGN, '<title type="text">', '<title type="text>', "CT107"),
    (CAMPAIGN, 'xmlns="http://ws.constantcontact.com/ns/1.0/"', 'xmlns="http://ws.constantcontact.com/ns/1.0/', "CT107"),
    (CAMPAIGN, '<title type="text">', '<title type"text">', "CT118"),
    (CAMPAIGN, '<title type="text">', '<title type"=text">', "CT118"),
    (CAMPAIGN, '<title type="text">', '<title type=""text">', "CT118"),
    (CAMPAIGN, "<Campaign ", "Campaign ", "CT118"),
    (CAMPAIGN, "<content ", "content ", "CT118"),
    (CAMPAIGN, "<entry ", "entry ", "CT118"),
    (CAMPAIGN, "</Campaign>", "/Campaign>", "CT118"),
    (CAMPAIGN, "</content>", "/content>", "CT118"),
    (CAMPAIGN, "</Subject>", "</Subject", "CT118"),
    (CAMPAIGN, "</Subject>", "</Subjec>t", "CT118"),
    (CAMPAIGN, "</Subject>", "/<Subject>", "CT118"),
    (CAMPAIGN, "</Subject>", "<<Subject>", "CT118"),
    (CAMPAIGN, "</Subject>", "<//Subject>", "CT118"),
    (CAMPAIGN, "<Subject>S", "<SubjectS>", "CT118"),
    (CAMPAIGN, "<Subject>", "S<ubject>", "CT118"),
    (CAMPAIGN, "<Subject>", "<Sub>ject>", "CT118"),
    (CAMPAIGN, "<Subject>", "</Subject>", "CT118"),
    (SECTION, "]]>", "]]", "CT119"),
    (SECTION, "]]>", "", "CT119"),
    (SECTION, "<![CDATA[", "![CDATA[", "CT118"),
    (SECTION, "<![CDATA[", "<[CDATA[", "CT118"),
    (ENCODED, "&lt;/p&gt;", "&lt/p&gt;", "CT102"),
    (ENCODED, "&lt;/p&gt;", "&lt;/p&gt", "CT102"),
    (ENCODED, "&lt;p&gt;H", "&lt;p&gtH;", "CT101"),
    (ENCODED, "&lt;/p&gt;", "&t;/p&gt;", "CT101"),
    (ENCODED, "&lt;/p&gt;", "&l;t/p&gt;", "CT102"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "right", "wrong", "code"), RESTORED, ids=[f"{r}>{w}" for _, r, w, _ in RESTORED]
)
def test_one_character_is_one_error_and_its_fix_gives_the_document_back(
    document: str, right: str, wrong: str, code: str
) -> None:
    assert right in document
    broken = document.replace(right, wrong, 1)
    found = lint(read(broken.encode()))
    assert [each.code for each in found if each.severity is Severity.ERROR] == [code]
    fixed, _ = fix(read(broken.encode()))
    assert fixed.decode() == document


@pytest.mark.parametrize("space", [" ", "  ", "\n"])
def test_a_space_in_a_tag_of_the_vendor_is_closed_up(space: str) -> None:
    good = CAMPAIGN.replace(
        "<PermissionReminderText></PermissionReminderText>",
        "<PermissionReminderText>Please <ConfirmOptin>confirm</ConfirmOptin> it.</PermissionReminderText>",
    ).replace("<PermissionReminderText/>", "<PermissionReminderText>Please <ConfirmOptin>confirm</ConfirmOptin> it.</PermissionReminderText>")  # fmt: skip
    if "<ConfirmOptin>" not in good:
        start, end = (
            good.index("<PermissionReminderText>") + 24,
            good.index("</PermissionReminderText>"),
        )
        good = f"{good[:start]}Please <ConfirmOptin>confirm</ConfirmOptin> it.{good[end:]}"  # fmt: skip
    assert lint(read(good.encode())) == []
    broken = good.replace("<ConfirmOptin>", f"<{space}ConfirmOptin>")
    (said,) = lint(read(broken.encode()))
    assert said.code == "CT118"
    assert fix(read(broken.encode()))[0].decode() == good


def test_several_small_mistakes_are_all_found() -> None:
    broken = (
        CAMPAIGN.replace('<title type="text">', '<title type="text>')
        .replace("</Subject>", "/<Subject>")
        .replace("</Campaign>", "/Campaign>")
        .replace("<GreetingName>FirstName", "<GreetingName>first name")
    )
    found = lint(read(broken.encode()))
    assert [each.code for each in found] == ["CT107", "CT118", "CT310", "CT118"]
    assert fix(read(broken.encode()))[0].decode() == CAMPAIGN


def test_six_mistakes_of_different_kinds_are_six_errors_and_all_are_fixed() -> None:
    slips = [
        ('rel="edit"/>', 'rel="edit>'),
        ("</title>", "</titel>"),
        ("</name>", "</name"),
        ("<content ", "content "),
        ("</Subject>", "/Subject>"),
    ]
    broken = CAMPAIGN
    for right, wrong in slips:
        assert right in broken
        broken = broken.replace(right, wrong, 1)
    found = lint(read(broken.encode()))
    assert [each.code for each in found] == ["CT104", "CT107", "CT105", "CT118", "CT118", "CT118"]
    assert fix(read(broken.encode()))[0].decode() == CAMPAIGN


def test_what_is_said_of_the_rest_stands_at_the_places_of_the_file() -> None:
    broken = CAMPAIGN.replace("<Campaign ", "Campaign ").replace(">FirstName<", ">prénom<")
    broken = broken.replace('encoding="UTF-8"', 'encoding="UTF-16"')
    data = broken.encode("utf-16")
    lost, greeting = lint(read(data))
    assert guilty(data.decode("utf-16").encode(), lost) or lost.code == "CT118"
    span = greeting.span
    assert data[span.start.offset : span.end.offset].decode("utf-16-le") == "prénom"
    line = broken.splitlines()[span.start.line - 1]
    assert line[span.start.column - 1 : span.end.column - 1] == "prénom"


@pytest.mark.parametrize(
    "content",
    [
        "<html><body>one<br>two</body></html>",
        "<html><body><p>one<p>two</body></html>",
        "<html><body><img src=x>two</body></html>",
    ],
)
def test_html_that_is_no_xml_is_encoded_not_repaired(content: str) -> None:
    broken = ENCODED.replace(CONTENT, content)
    (said,) = lint(read(broken.encode()))
    assert said.code == "CT114"


@pytest.mark.parametrize("text", ["Smith &ltd. co", "a?x=1&lt=3", "5 < 6 and 7", "AT&T"])
def test_what_is_text_is_encoded(text: str) -> None:
    broken = CAMPAIGN.replace("<Subject>Spring sale", f"<Subject>{text}")
    fixed, _ = fix(read(broken.encode()), unsafe=False)
    encoded = text.replace("&", "&amp;").replace("<", "&lt;")
    assert f"<Subject>{encoded}" in fixed.decode() or fixed == broken.encode()


def test_where_no_small_repair_is_there_is_one_diagnostic() -> None:
    cut = CAMPAIGN[: CAMPAIGN.index("<OrganizationName>") + 5]
    (said,) = [d for d in lint(read(cut.encode())) if d.severity is Severity.ERROR]
    assert said.code == "CT115"
    assert any("still open: `<Campaign>`, `<content>`, `<entry>`" in line for line in said.help)
    assert any("not checked" in line for line in said.help)


INVISIBLE = [("\u00a0", " "), ("\u200b", ""), ("\ufeff", ""), ("\u2003", " "), ("\u202f", " ")]


@pytest.mark.parametrize(
    ("character", "instead"), INVISIBLE, ids=[f"U+{ord(c):04X}" for c, _ in INVISIBLE]
)
@pytest.mark.parametrize("prefix", ["", "c:"])
def test_invisible_characters_are_one_mistake(character: str, instead: str, prefix: str) -> None:
    good = CAMPAIGN if not prefix else _prefixed(CAMPAIGN)
    assert lint(read(good.encode())) == []
    tag = f"<{prefix}Subject>"
    indented = good.replace(f"      {tag}", f"   {character}  {tag}").replace(
        "  <id>", f"{character} <id>"
    )
    inside = indented.replace("<title type", f"<title{character} type")
    for broken, count in ((indented, 2), (inside, 3)):
        (said,) = lint(read(broken.encode()))
        assert said.code == "CT121"
        assert f"{count} characters" in said.message
        assert f"`U+{ord(character):04X}`" in said.message
        assert said.fixes[0].safety is Safety.SAFE
        fixed, _ = fix(read(broken.encode()))
        assert fixed.decode() == broken.replace(character, instead)
        assert lint(read(fixed)) == []


def _prefixed(text: str) -> str:
    import re

    start, _, rest = text.partition('<Campaign xmlns="http://ws.constantcontact.com/ns/1.0/"')
    inner, _, end = rest.partition("</Campaign>")
    inner = re.sub(r"<(/?)(?=[A-Z])", r"<\1c:", inner)
    start = start.replace("<entry ", '<entry xmlns:c="http://ws.constantcontact.com/ns/1.0/" ')
    return f"{start}<c:Campaign{inner}</c:Campaign>{end}"


def test_invisible_characters_in_texts_are_left_alone() -> None:
    text = CAMPAIGN.replace("<Subject>Spring sale", "<Subject>Spring\u00a0sale")
    assert "CT121" not in [each.code for each in lint(read(text.encode()))]


def test_a_repeated_attribute_is_reported_as_that() -> None:
    """Nothing is lost: a `>` put in between would make text of the second one."""
    text = CAMPAIGN.replace('<title type="text">', '<title type="text" type="html">', 1)
    assert text != CAMPAIGN
    (error,) = [each for each in lint(read(text.encode())) if each.severity is Severity.ERROR]
    assert error.code == "CT108"
