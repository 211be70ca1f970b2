"""Documents that were copied out of something: reported once, taken out whole, or left alone."""

from __future__ import annotations

import json

import pytest
from example_documents import CAMPAIGN, SCHEDULE
from wrapped_documents import Wrapped, wrapped

from ctct_migrate import Document, Safety, fix, lint, read

SUBJECT = "Joe’s C:\\new \\ “Café” &amp; 50% + more = 📚 'x' &lt;b&gt; &quot;y&quot;"
RICH = CAMPAIGN.replace("<Subject>Spring sale", f"<Subject>{SUBJECT}", 1)
PLAIN = SCHEDULE.replace("Constant Contact", "Joe's Flowers")


def _cases() -> list[Wrapped]:
    # Programs' line ends, without any other escape, are told from text alone if there is no other
    # backslash.
    rich = [each for each in wrapped(RICH) if each.name != "line ends of a program"]
    return [*wrapped(PLAIN), *rich]


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case.name)
def test_a_wrapped_document_is_told_once_and_taken_out(case: Wrapped) -> None:
    document = RICH if "📚" in case.text or "Campaign" in str(_unwrapped(case)) else PLAIN
    found = lint(read(case.text.encode()))
    assert tuple(each.code for each in found) == case.codes
    assert (found[0].fixes[0].safety is Safety.SAFE) is (
        case.safe or (len(case.codes) > 1 and found[0].fixes[0].safety is Safety.SAFE)
    )
    fixed, applied = fix(read(case.text.encode()), unsafe=not case.safe, diagnostics=found)
    assert len(applied) >= len(case.codes)
    assert lint(read(fixed)) == []
    assert _same(fixed.decode(), document, layout=case.layout)
    assert fix(read(fixed), unsafe=True)[0] == fixed
    if not case.safe:
        once, _ = fix(read(case.text.encode()), diagnostics=found)
        assert once == case.text.encode() or len(case.codes) > 1


def _unwrapped(case: Wrapped) -> bytes:
    return fix(read(case.text.encode()), unsafe=True)[0]


def _same(fixed: str, document: str, *, layout: bool) -> bool:
    if not layout:
        return fixed.split() == document.split()
    return fixed.replace("\r\n", "\n").strip() == document.strip()


#: Without percent signs, base64 and the like, the mistake inside can be read in the wrapping.
SHOWN = [
    case
    for case in wrapped(PLAIN.replace("ScheduledTime>", "ScheduleTime>"))
    if "ScheduleTime" in case.text
]


@pytest.mark.parametrize("case", SHOWN, ids=lambda case: case.name)
def test_what_is_wrong_inside_is_shown_where_it_stands(case: Wrapped) -> None:
    data = case.text.encode()
    found = lint(read(data))
    assert sorted(each.code for each in found) == sorted((*case.codes, "CT302"))
    (inner,) = (each for each in found if each.code == "CT302")
    assert data[inner.span.start.offset : inner.span.end.offset] == b"ScheduleTime"
    assert inner.fixes == ()
    fixed, _ = fix(read(data), unsafe=True, diagnostics=found)
    assert lint(read(fixed)) == []


def test_what_is_wrong_inside_is_shown_by_the_characters_that_it_is_encoded_in() -> None:
    text = PLAIN.replace("2030-11-13T20:03:35.000Z</Sch", "&#50;030-99-13T20:03:35.000Z</Sch")
    for case in wrapped(text):
        data = case.text.encode()
        document = read(data)
        for each in lint(document):
            assert 0 <= each.span.start.offset <= each.span.end.offset <= len(data)
            where = document.source.span(
                document.source.index(each.span.start.line, each.span.start.column),
                document.source.index(each.span.end.line, each.span.end.column),
            )
            assert where == each.span


@pytest.mark.parametrize(
    "text",
    [
        "HASH(0x55d0c8a1e2f8)",
        "ARRAY(0x1f2e3d)\n",
        "XML::Twig=HASH(0x7f8b1c)",
        "[object Object]",
        "[object XMLDocument]",
        "<Element entry at 0x7f3b2c1d>",
        "<Element {http://www.w3.org/2005/Atom}entry at 0x7f3b2c1d>",
        "<xml.etree.ElementTree.ElementTree object at 0x7f3b2c1d>",
        "#<Nokogiri::XML::Document:0x3fe1 name=document>",
        "org.w3c.dom.Document@1b2c3d",
        "[#document: null]",
        "System.Xml.XmlDocument",
        "Array\n(\n    [Name] => Spring sale\n)\n",
        'array(1) {\n  ["Name"]=>\n  string(11) "Spring sale"\n}\n',
        "SimpleXMLElement Object\n(\n    [id] => x\n)\n",
        "object(DOMDocument)#1 (2) {\n}\n",
        "$VAR1 = {\n  'Name' => 'Spring sale'\n};\n",
    ],
)
def test_an_object_in_memory_is_no_document(text: str) -> None:
    (said,) = lint(read(text.encode()))
    assert (said.code, said.fixes) == ("CT023", ())


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([SCHEDULE, SCHEDULE]),
        f"HTTP/1.1 200 OK\n\n{SCHEDULE}\nHTTP/1.1 200 OK\n\n{SCHEDULE}",
        f"```\n{SCHEDULE}```\nand\n```\n{SCHEDULE}```\n",
        'xml = "<entry><title>" + title + "</title></entry>";',
        "$xml = '<entry><title>' . $title . '</title></entry>';",
    ],
)
def test_what_cannot_be_got_has_no_fix(text: str) -> None:
    (said,) = lint(read(text.encode()))
    assert said.code in {"CT016", "CT018", "CT020", "CT027"}
    assert said.fixes == ()
    assert said.help


MARKED = CAMPAIGN.replace(
    "      <Subject>Spring sale</Subject>\n",
    "<<<<<<< HEAD\n      <Subject>Spring</Subject>\n{}=======\n      <Subject>{}</Subject>\n>>>>>>> b\n",
)


@pytest.mark.parametrize("base", ["", "||||||| 1a2b3c\n      <Subject>Old</Subject>\n"])
def test_both_sides_of_a_merge(base: str) -> None:
    data = MARKED.format(base, "Sale").encode()
    (said,) = lint(read(data))
    assert said.code == "CT025"
    assert [each.safety for each in said.fixes] == ["unsafe", "unsafe"]
    assert fix(read(data)) == (data, ())
    fixed, _ = fix(read(data), unsafe=True)
    assert fixed == CAMPAIGN.replace("<Subject>Spring sale", "<Subject>Spring").encode()


def test_two_sides_that_are_the_same() -> None:
    fixed, applied = fix(read(MARKED.format("", "Spring").encode()))
    assert len(applied) == 1
    assert fixed == CAMPAIGN.replace("<Subject>Spring sale", "<Subject>Spring").encode()


CONTENTS = [
    "Dear {{name}}, =======",
    "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> b",
    "data:image/png;base64,PD94bWwgdmVyc2lvbj0iMS4wIj8+",
    "> <entry> he wrote\n> and so on",
    "```xml\n<entry/>\n```",
    '"<entry xmlns=\\"x\\">\\n"',
    'say ""yes"" and ""no"" ="" ""',
    'POST / HTTP/1.1\n\n%3Centry%3E =3D"x"',
    "HASH(0x1234) was printed, [object Object] too",
    "  1  <entry>\n  2  </entry>",
]


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("cdata", [False, True])
def test_a_document_that_speaks_of_such_things_is_clean(content: str, cdata: bool) -> None:
    encoded = content.replace("&", "&amp;").replace("<", "&lt;")
    body = f"<![CDATA[<html><body>{content}</body></html>]]>"
    if not cdata:
        body = f"&lt;html&gt;&lt;body&gt;{encoded}&lt;/body&gt;&lt;/html&gt;"
    text = CAMPAIGN.replace(
        "&lt;html&gt;&lt;body&gt;&lt;p&gt;Hello&lt;/p&gt;&lt;/body&gt;&lt;/html&gt;", body
    )
    assert text != CAMPAIGN
    codes = {each.code for each in lint(read(text.encode()))}
    assert not any("CT016" <= code <= "CT027" for code in codes)
    if cdata and "<<<<<<<" in content:
        return  # a document that is broken as well may be a merge that was never finished
    broken = text.replace("<FromName>Joe", "<FromName>Joe &nbsp; Co")
    codes = {each.code for each in lint(read(broken.encode()))}
    assert not any("CT016" <= code <= "CT027" for code in codes)


def test_a_byte_order_mark_stays_and_an_encoding_that_comes_to_light_is_told() -> None:
    text = RICH.replace("UTF-8", "ISO-8859-1")
    data = b"\xef\xbb\xbf" + json.dumps(RICH).encode()
    assert fix(read(data))[0] == b"\xef\xbb\xbf" + RICH.encode()
    found = lint(read(json.dumps(text, ensure_ascii=False).encode()))
    assert [each.code for each in found] == ["CT016", "CT009"]


def test_a_document_of_v1_is_never_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("ctct_migrate.reader.wrappings.recognize", refuse)
    for text in (CAMPAIGN, SCHEDULE, CAMPAIGN.replace("us</Org", "xx</Org")):
        document = read(text.encode())
        assert isinstance(document, Document)
        lint(document)
