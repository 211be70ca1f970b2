"""One small mistake in content is corrected where it is, and leaves the rest alone."""

from __future__ import annotations

import re

import pytest
from example_documents import CAMPAIGN

from ctct_migrate import Severity, fix, lint, read

HTML = """<html><body>
<table><tr><td>
<p>One @ two</p>
<p>Salt &amp; pepper</p>
</td></tr></table>
</body></html>"""


def _with_content(content: str) -> str:
    start, end = CAMPAIGN.index("<EmailContent>") + 14, CAMPAIGN.index("</EmailContent>")
    return CAMPAIGN[:start] + content + CAMPAIGN[end:]


def _fixed(text: str) -> str:
    return fix(read(text.encode()))[0].decode()


def _codes(text: str) -> list[str]:
    return [each.code for each in lint(read(text.encode())) if each.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("<p>a</p>&lt;br&gt;", "&lt;p&gt;a&lt;/p&gt;&lt;br&gt;"),
        ("&lt;p&gt;a</p>", "&lt;p&gt;a&lt;/p&gt;"),
        ("&lt;p&gt;a</b>&lt;/p&gt;", "&lt;p&gt;a&lt;/b&gt;&lt;/p&gt;"),
        ("<p>a&lt;/p&gt;", "&lt;p&gt;a&lt;/p&gt;"),
        ("&lt;p&gt;a<br>b&lt;/p&gt;", "&lt;p&gt;a&lt;br&gt;b&lt;/p&gt;"),
        ("&lt;p&gt;a</p> &lt;i&gt;b</i>", "&lt;p&gt;a&lt;/p&gt; &lt;i&gt;b&lt;/i&gt;"),
        ("&lt;p>a</p>", "&lt;p>a&lt;/p>"),
    ],
)
def test_a_raw_tag_beside_encoded_ones_is_encoded_like_them(wrong: str, right: str) -> None:
    around = "&lt;html&gt;&lt;body&gt;{}&lt;/body&gt;&lt;/html&gt;"
    if "&gt;" not in right:
        around = around.replace("&gt;", ">")
    broken = _with_content(around.format(wrong))
    if read(broken.encode()).root is None:
        assert _codes(broken) == ["CT114"]
        assert _fixed(broken) == _with_content(around.format(right))


@pytest.mark.parametrize(
    ("wrong", "right", "code"),
    [
        ("a & b", "a &amp; b", "CT102"),
        ("a&nbsp;b", "a&#160;b", "CT101"),
        ("&copy; us", "&#169; us", "CT101"),
        ("5 < 6", "5 &lt; 6", "CT103"),
        ("?a=1&b=2&c=3", "?a=1&amp;b=2&amp;c=3", "CT102"),
    ],
)
def test_a_slip_in_html_that_is_xml_otherwise_is_one_character(
    wrong: str, right: str, code: str
) -> None:
    broken = _with_content(HTML.replace("@", wrong))
    assert set(_codes(broken)) == {code}
    assert _fixed(broken) == _with_content(HTML.replace("@", right))


@pytest.mark.parametrize(
    "wrong", ["<br>", "<b>x", "<img src=x/>", "&nbsp;&nbsp;&nbsp;&nbsp;", "<br>&nbsp;"]
)
def test_html_that_is_not_xml_is_encoded_whole(wrong: str) -> None:
    broken = _with_content(HTML.replace("@", wrong))
    assert _codes(broken) == ["CT114"]
    assert "&lt;table>" in _fixed(broken)


SECTION = "<![CDATA[<html><body><p>Salt &amp; pepper</p></body></html>]]>"


@pytest.mark.parametrize("end", ["]] >", "] ]>", "] ] >", "]]&gt;", "]]\n>"])
def test_the_end_of_a_section_is_closed_up(end: str) -> None:
    broken = _with_content(SECTION.replace("]]>", end))
    assert _codes(broken) == ["CT119"]
    assert _fixed(broken) == _with_content(SECTION)


@pytest.mark.parametrize("end", ["]] >", "] ]>", "]]", "]>"])
def test_a_section_that_ends_with_the_next_one_is_ended_where_its_element_is(end: str) -> None:
    good = _with_content(SECTION).replace("<Text>Hello</Text>", "<![CDATA[<Text>Hello</Text>]]>")
    assert good.count("<![CDATA[") == 2
    broken = good.replace("]]>", end, 1)
    assert _codes(broken) == ["CT119"]
    assert _fixed(broken) == good


@pytest.mark.parametrize(
    "start", ["<![cdata[", "<![CData[", "<! [CDATA[", "<![CDATA [", "<![ CDATA["]
)
def test_the_beginning_of_a_section_is_written_as_xml_has_it(start: str) -> None:
    broken = _with_content(SECTION.replace("<![CDATA[", start))
    assert _codes(broken) == ["CT118"]
    assert _fixed(broken) == _with_content(SECTION)
    text = CAMPAIGN.replace("<Subject>Spring sale<", "<Subject><![CDATA[Salt & pepper]]><")
    assert _fixed(text.replace("<![CDATA[", start)) == text


@pytest.mark.parametrize("inner", ["<![CDATA[", " <![CDATA[", "<![CDATA[\n<![CDATA["])
def test_a_section_in_a_section_is_reported_and_taken_out(inner: str) -> None:
    broken = _with_content(SECTION.replace("<![CDATA[", f"<![CDATA[{inner}"))
    found = lint(read(broken.encode()))
    assert [each.code for each in found] == ["CT123"]
    fixed = _fixed(broken)
    assert re.sub(r"(?<=CDATA\[)\s+", "", fixed) == _with_content(SECTION)
    assert lint(read(fixed.encode())) == []


@pytest.mark.parametrize("between", ["", "\n", " "])
def test_a_whole_section_in_a_section_is_taken_out(between: str) -> None:
    inside = f"<![CDATA[{between}{SECTION}"
    broken = _with_content(f"{inside}{between}]]>")
    assert _codes(broken) == ["CT120"]
    assert _codes(_fixed(broken)) == []
    assert re.sub(r"(?<=CDATA\[)\s+|(?<=]]>)\s+(?=</Email)", "", _fixed(broken)) == _with_content(
        SECTION
    )


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("&nbsp;", ["CT101"]),
        ("&emsp;\n  &nbsp;", ["CT101", "CT101"]),
        ("&#160;", ["CT306"]),
        ("&#xA0;\n&#x3000;", ["CT306"]),
        ("&#8195;", ["CT306"]),
    ],
)
@pytest.mark.parametrize("before", ["</id>", "</Status>", "<author>", "</author>", "<Campaign "])
def test_what_looks_like_white_space_between_elements_becomes_a_space(
    written: str, codes: list[str], before: str
) -> None:
    at = CAMPAIGN.index(before)
    at = CAMPAIGN.index(">", at) + 1
    broken = CAMPAIGN[:at] + written + CAMPAIGN[at:]
    assert _codes(broken) == codes
    fixed = _fixed(broken)
    assert not _codes(fixed)
    assert fixed == CAMPAIGN[:at] + re.sub(r"&\S+?;", " ", written) + CAMPAIGN[at:]


def test_in_a_text_it_stays_a_no_break_space() -> None:
    at = CAMPAIGN.index("<Name>") + 6
    assert _fixed(CAMPAIGN[:at] + "a&nbsp;" + CAMPAIGN[at:])[at:].startswith("a&#160;")
