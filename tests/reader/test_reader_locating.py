"""What libxml2 has read, located: the same tree as the scanner's, place by place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xml_strategies import well_formed

from ctct_migrate import lint, read
from ctct_migrate.reader import locating
from ctct_migrate.reader.locating import locate
from ctct_migrate.reader.namespaces import repair, resolve
from ctct_migrate.reader.scanner import scan
from ctct_migrate.reader.tree import ATOM, CTCT, Element, Markup, Text, UnreadElement
from ctct_migrate.resources import Dialect

SAMPLES = Path(__file__).resolve().parents[2] / "samples"

Told = tuple[object, ...]


def _told(node: Element | Text | Markup) -> Told:
    """All that a node says of itself and of what is in it."""
    if isinstance(node, Markup):
        return node.kind, node.value, node.start, node.end
    if isinstance(node, Text):
        return "text", node.value, node.start, node.end, node.cdata
    attributes = [
        (a.prefix, a.name, a.value, a.start, a.end, a.value_start, a.value_end)
        for a in node.attributes
    ]
    places = (node.start, node.name_start, node.name_end, node.open_end, node.close_start, node.end)
    inside = [_told(child) for child in node.children]
    reported = node.prefix, node.name, node.number, node.self_closing, node.closed
    return *reported, places, attributes, inside


@given(well_formed)
def test_it_is_the_tree_that_the_scanner_gives(text: str) -> None:
    located, scanned = locate(text), scan(text)
    assert located is not None
    assert located.root is not None
    assert scanned.root is not None
    assert _told(located.root) == _told(scanned.root)
    assert [_told(each) for each in located.prolog] == [_told(each) for each in scanned.prolog]


@given(st.text(st.sampled_from(list("<>&;/!?-[]=\"' abCDATA#x\n\r\0é😀\ud800")), max_size=60))
def test_no_text_raises(text: str) -> None:
    locate(text)


@pytest.mark.parametrize(
    "text", ["", "x", "<a>", "<a></b>", "<a/><b/>", "<a/>x", "</a>", "<a></a></a>"]
)
def test_what_is_not_well_formed_is_left_to_the_scanner(text: str) -> None:
    assert locate(text) is None


CONTENTS = frozenset({"a", "b", "Name", "EmailContent"})
PAYLOADS = frozenset({"r", "Campaign"})


@given(well_formed)
def test_what_is_read_when_asked_for_is_the_same_tree(text: str) -> None:
    """Elements of some names are not read inside at first; their numbers, and those of all that
    follows, are as before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locating, "_MANY", 1)
        patch.setattr(locating, "_SOME", 1)
        whole, late = locate(text), locate(text, CONTENTS, PAYLOADS)
    assert whole is not None
    assert late is not None
    for scan_ in (whole, late):
        assert scan_.root is not None
        assert resolve(scan_.root) == []
        repair(scan_.root, dict.fromkeys(PAYLOADS, Dialect.CTCT), CONTENTS)
    assert whole.root is not None
    assert late.root is not None
    assert _spaces(whole.root) == _spaces(late.root)
    assert _told(whole.root) == _told(late.root)


def _spaces(root: Element) -> list[tuple[str | None, ...]]:
    return [
        (each.namespace, each.space, *(attribute.namespace for attribute in each.attributes))
        for each in root.walk()
    ]


HTML = "<html><body>" + "<p>Read <b>this</b></p>" * 20 + "</body></html>"


@pytest.mark.parametrize(
    "inner",
    [
        HTML,
        f"<!-- </EmailContent> -->{HTML}",
        f"{HTML}<![CDATA[</EmailContent>]]>",
        f"<?x </EmailContent>?>{HTML}",
        f"<EmailContent>{HTML}</EmailContent>",
        f"{HTML}<EmailContentFormat/>",
    ],
)
def test_the_end_of_a_content_is_found_whatever_stands_in_it(inner: str) -> None:
    text = f"<r><EmailContent>{inner}</EmailContent \n><x>1</x></r>"
    late, whole = locate(text, CONTENTS), locate(text)
    assert late is not None
    assert late.root is not None
    assert whole is not None
    assert whole.root is not None
    content, after = late.root.elements
    assert after.number == whole.root.elements[1].number
    assert content.has_elements
    assert not content.is_empty
    assert _told(late.root) == _told(whole.root)


WRONG = "<Status>Sant</Status>"


@pytest.mark.parametrize("mistake", [WRONG, "<Stattus>Sent</Stattus>", "<Status>Sent</Status>x"])
def test_a_mistake_elsewhere_reads_nothing_inside_a_content(mistake: str) -> None:
    sample = next((SAMPLES / "good").glob("campaign*.xml")).read_text("utf-8")
    content = f"<EmailContent>{HTML}</EmailContent>"
    text = re.sub(r"<EmailContent>.*?</EmailContent>", lambda _: content, sample, flags=re.S)
    document = read(re.sub("<Status>.*?</Status>", mistake, text).encode())
    assert lint(document)
    assert document.tree is not None
    found = [each for each in document.entries[0].payload.elements if each.name == "EmailContent"]  # type: ignore[union-attr]
    assert isinstance(found[0], UnreadElement)
    assert found[0].is_unread


_LINK = '<link xmlns="http://www.w3.org/2005/Atom" href="/x" rel="self"/>'


@pytest.mark.parametrize(
    ("inner", "is_late"),
    [
        (f'<Email id="1">{_LINK}</Email><EmailAddress>a@b.example</EmailAddress>', True),
        (f"<List>{_LINK}</List> <List>{_LINK}</List>\n<List/>", True),
        ("<Url><Value>http://a.example?b&amp;c:d</Value><Clicks>1</Clicks></Url>", True),
        ("<Email>a</Email>", False),
        (f"<List>{_LINK.replace('Atom', 'atom')}</List><a/>", False),
        ('<List><link href="/x"/></List><a/>', False),
        ('<List><Link href="/x"/></List><a/>', False),
        ('<List xmlns=""><a/></List><a/>', False),
        ('<x:List xmlns:x="u"><a/></x:List><a/>', False),
        ("<x:List><a/></x:List><a/>", False),
        ("<List><a/><!-- <b/> --></List>", False),
        ("<FromEmail><a/></FromEmail><a/>", False),
    ],
)
@pytest.mark.parametrize("space", [CTCT, ATOM, ""])
def test_children_of_a_payload_are_read_when_asked_for(
    inner: str, *, is_late: bool, space: str
) -> None:
    """Unless something may be wrong with the namespaces of what stands in them."""
    text = f"""<entry xmlns="{ATOM}" xmlns:x="{CTCT}"><content>
        <Campaign xmlns="{space}"><Name>A</Name><FromEmail>{inner}</FromEmail><Date>B</Date></Campaign>
        </content></entry>"""
    late, whole = locate(text, CONTENTS, PAYLOADS), locate(text)
    problems = []
    for each in (late, whole):
        assert each is not None
        assert each.root is not None
        assert resolve(each.root) == []
        found = repair(each.root, {"Campaign": Dialect.CTCT}, CONTENTS)
        problems.append([(problem.kind, problem.start, problem.end) for problem in found])
    payload = late.root.elements[0].elements[0]  # type: ignore[union-attr]
    assert isinstance(payload.elements[1], UnreadElement) is is_late
    assert problems[0] == problems[1]
    assert _spaces(late.root) == _spaces(whole.root)  # type: ignore[union-attr, arg-type]
    assert _told(late.root) == _told(whole.root)  # type: ignore[union-attr, arg-type]
