"""The scanner against libxml2 on well-formed text, and what it makes of broken text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from xml_strategies import well_formed

from ctct_migrate.reader.document import Document
from ctct_migrate.reader.nesting import Names
from ctct_migrate.reader.scanner import scan
from ctct_migrate.reader.tree import Element
from ctct_migrate.source import Source

NAMES = Names(
    {
        "Campaign": frozenset({"Name", "Subject", "EmailContent", "FromEmail"}),
        "FromEmail": frozenset({"Email", "EmailAddress"}),
        "Email": frozenset(),
        "EmailAddress": frozenset(),
        "Name": frozenset(),
        "Subject": frozenset(),
        "EmailContent": frozenset(),
    },
    frozenset({"Name", "Subject", "EmailAddress"}),
    frozenset({"EmailContent"}),
)


def _shape(element: Element) -> list[object]:
    return [
        (
            e.qname,
            sorted((a.qname, a.value) for a in e.attributes if not a.qname.startswith("xmlns")),
            e.text,
        )
        for e in element.walk()
    ]


def _lxml_shape(root: etree._Element) -> list[object]:
    def qname(tag: str) -> str:
        return tag.replace("{urn:c}", "c:")

    found: list[object] = []
    for element in root.iter("*"):
        text = (element.text or "") + "".join(child.tail or "" for child in element)
        found.append((qname(element.tag), sorted((qname(k), v) for k, v in element.items()), text))
    return found


@given(well_formed)
def test_well_formed_text_is_read_as_libxml2_reads_it(text: str) -> None:
    root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False))
    result = scan(text, NAMES)
    assert result.problems == []
    assert result.root is not None
    assert _shape(result.root) == _lxml_shape(root)
    assert [e.number for e in result.root.walk()] == list(range(len(list(root.iter("*")))))


@given(well_formed, st.data())
def test_what_libxml2_refuses_the_scanner_notes(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    width = data.draw(st.integers(0, 3))
    put = data.draw(st.sampled_from(["", "<", "&", ">", '"', "</", "]]>", "\x00", "<!--", "x"]))
    broken = text[:at] + put + text[at + width :]
    try:
        etree.fromstring(broken.encode(), etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError as error:
        if "URI" not in (error.msg or "") and error.code < 200:  # those are about namespaces
            assert scan(broken, NAMES).problems or scan(broken, NAMES).root is None
    except ValueError:
        pass


@given(st.text(st.sampled_from(list("<>&;/!?-[]=\"' abCDATA#x\n\r\0é😀\ud800")), max_size=60))
def test_no_text_raises_and_every_span_lies_in_it(text: str) -> None:
    result = scan(text, NAMES)
    for problem in result.problems:
        assert 0 <= problem.start <= problem.end <= len(text)
    if result.root is not None:
        for element in result.root.walk():
            assert 0 <= element.start <= element.open_end <= element.end <= len(text)


#: text, then each problem as kind and guilty text
BROKEN = [
    ("<a>x&nbsp;y</a>", [("undefined-entity", "&nbsp;")]),
    ("<a>x & y</a>", [("bare-ampersand", "&")]),
    ('<a href="?a=1&b=2">x</a>', [("bare-ampersand", "&")]),
    ("<a>1 < 2</a>", [("unescaped-less-than", "<")]),
    ("<a>I <3 you</a>", [("unescaped-less-than", "<")]),
    ("<Campaign><Name>Foo<Subject>x</Subject></Campaign>", [("unclosed-element", "<Name>")]),
    ("<Campaign><Name>Foo<Name><Subject>x</Subject></Campaign>", [("unclosed-element", "<Name>")]),
    ("<r><a><b>x</a></b></r>", [("crossed-tags", "</a>")]),
    ("<Campaign><Name>x</name></Campaign>", [("crossed-tags", "</name>")]),
    ("<Campaign><Nmae>x</Name></Campaign>", [("crossed-tags", "</Name>")]),
    ("<Campaign><Name Foo</Name></Campaign>", [("malformed-tag", "<Name")]),
    ("<Campaign>Name>Foo</Name></Campaign>", [("malformed-tag", "Name>")]),
    ("<Campaign><Name>Foo/Name><Subject>a</Subject></Campaign>", [("malformed-tag", "/Name>")]),
    ("<Campaign><Name>Foo</></Campaign>", [("malformed-tag", "</>")]),
    ("<a>x</b></a>", [("stray-end-tag", "</b>")]),
    ("<a b=c>x</a>", [("unquoted-attribute", "c")]),
    ('<a b="c>x</a>', [("unquoted-attribute", 'b="c')]),
    ('<a b="c" b="d">x</a>', [("duplicate-attribute", 'b="d"')]),
    ("<a b>x</a>", [("malformed-tag", "b")]),
    ("x<a/>", [("text-outside-root", "x")]),
    ("<a/>y", [("text-outside-root", "y")]),
    ("<a/><b/>", [("second-root", "b")]),
    ("<a>\x0b</a>", [("bad-character", "\x0b")]),
    ("<a>&#0;</a>", [("bad-character", "&#0;")]),
    ("<?xml version=1.0?><a/>", [("xml-declaration", "<?xml version=1.0?>")]),
    (' <?xml version="1.0"?><a/>', [("late-xml-declaration", '<?xml version="1.0"?>')]),
    ("<a><!-- x -- y --></a>", [("bad-comment", "--")]),
    ("<a><!-- x</a>", [("unterminated-section", "<!--")]),
    ("<a>]]></a>", [("stray-section-end", "]]>")]),
    ("<a><b>x", [("truncated", "")]),
    ("<a><b x='", [("truncated", "<b x='")]),
    ("<a><b/>", [("unclosed-element", "<a>")]),
    (
        "<Campaign><EmailContent><html>a<br>b&nbsp;</html></EmailContent></Campaign>",
        [("raw-html", "<br>")],
    ),
    (
        "<Campaign><EmailContent>&lt;p&gt;a&nbsp;b</EmailContent></Campaign>",
        [("undefined-entity", "&nbsp;")],
    ),
    (
        "<Campaign><FromEmail><Email><EmailAddress>a@b</EmailAddress></FromEmail></Campaign>",
        [("unclosed-element", "<Email>")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), BROKEN, ids=[text[:40] for text, _ in BROKEN])
def test_one_breakage_is_one_problem(text: str, expected: list[tuple[str, str]]) -> None:
    found = scan(text, NAMES).problems
    assert [(problem.kind, text[problem.start : problem.end]) for problem in found] == expected


def test_swallowed_siblings_are_given_back() -> None:
    text = "<Campaign><Name>Foo<Subject>x</Subject></Campaign>"
    root = scan(text, NAMES).root
    assert root is not None
    assert [(e.name, e.text) for e in root.elements] == [("Name", "Foo"), ("Subject", "x")]


def test_raw_html_is_read_as_the_text_that_was_meant() -> None:
    text = (
        "<Campaign><EmailContent><html>a<br>b&nbsp;</html></EmailContent><Name>n</Name></Campaign>"
    )
    root = scan(text, NAMES).root
    assert root is not None
    assert root.elements[0].text == "<html>a<br>b&nbsp;</html>"
    assert root.elements[1].text == "n"


def test_nesting_beyond_the_limit_ends_the_scan() -> None:
    result = scan("<a>" * 5000)
    assert [problem.kind for problem in result.problems] == ["too-deep"]
    assert result.cut


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_offsets_are_bytes_of_the_file(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>\r\n<a>é\t&nbsp;</a>'
    data = text.encode(encoding)
    document = Document(Source("a.xml", data))
    problem = next(p for p in document.problems if p.kind == "undefined-entity")
    span = document.source.span(problem.start, problem.end)
    assert (span.start.line, span.start.column) == (2, 6)
    raw = data[span.start.offset : span.end.offset]
    codec = {"utf-16": "utf-16-le"}.get(encoding, encoding)
    assert raw.decode(codec) == "&nbsp;"


def test_a_line_past_the_limit_of_libxml2_has_its_number() -> None:
    text = "<a>" + "\n" * 70000 + "&nbsp;</a>"
    document = Document(Source("a.xml", text.encode()))
    span = document.source.span(document.problems[0].start, document.problems[0].end)
    assert (span.start.line, span.start.column) == (70001, 1)


def test_names_of_tags_are_matched_exactly() -> None:
    assert re.search("unclosed", scan("<a><ab></a>").problems[0].kind)
