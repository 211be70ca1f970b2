"""What is offered does what it says, and no harm: tried on the samples."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ctct_migrate import fix, lint, read
from ctct_migrate.configuration import Configuration
from ctct_migrate.language_server.analysis import Analysis, Snapshot, analysed
from ctct_migrate.language_server.editor_text import EditorText
from ctct_migrate.language_server.offered_fixes import Offer, OfferedFixes
from ctct_migrate.language_server.text_changes import TextChange, changes

SAMPLES = sorted((Path(__file__).parents[2] / "samples" / "bad").glob("*.xml"))
TEXTS = st.text("ab\r\n\u2028", max_size=12)

#: Documents with a fix that would do harm, by the code of what it is for.
_OPEN = '<Campaign xmlns="http://ws.constantcontact.com/ns/1.0/" '
REFUSED = {
    # Without the `<` there is another one before the next tag.
    "CT103": f'{_OPEN}id=3>\n<Name>a</Name><<<Subject="x></Campaign>',
    # In a document that cannot be read, where the attribute ends is a guess.
    "CT305": f"{_OPEN}><Name id=3>a</Name>\x01 <1a> </Campaign>",
}


def applied(text: str, edits: list[TextChange]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def analysis_of(text: str, configuration: Configuration | None = None) -> Analysis:
    snapshot = Snapshot("file:///a.xml", "a.xml", None, 1, EditorText(text))
    return analysed(snapshot, configuration or Configuration(), 1_000_000)


def after(analysis: Analysis, offer: Offer) -> str:
    return applied(analysis.snapshot.source.text, list(offer.changes))


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_changes_lead_from_one_text_to_the_other(a: str, b: str, c: str, d: str) -> None:
    before, wanted = f"{a}\n{b}\n{c}", f"{a}\n{d}\n{c}"
    found = changes(before, wanted)
    assert applied(before, found) == wanted
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_changes_of_a_long_text_are_one() -> None:
    before = "".join(f"{n}\n" for n in range(3_000))
    wanted = before.replace("1500\n", "x\n")
    assert changes(before, wanted) == [
        TextChange(before.index("1500\n"), before.index("1500\n") + 4, "x")
    ]


@pytest.mark.parametrize("sample", SAMPLES[::6], ids=lambda path: path.stem)
def test_a_fix_that_is_offered_does_no_harm(sample: Path) -> None:
    text = sample.read_bytes().decode("utf-8", "replace")
    analysis = analysis_of(text)
    offers = OfferedFixes(analysis)
    was_parsed = analysis.snapshot.document.root is not None
    for diagnostic in analysis.wanted:
        for offer in offers.of(diagnostic):
            new = after(analysis, offer)
            document = read(new.encode())
            assert document.root is not None or not was_parsed, offer.title
            if diagnostic.fixes:
                same = (diagnostic.code, diagnostic.message, diagnostic.span.start)
                left = {(each.code, each.message, each.span.start) for each in lint(document)}
                assert same not in left, offer.title


@pytest.mark.parametrize("name", ["campaign-001", "crossed-tags", "ampersand"])
def test_all_at_once_is_what_fix_does(name: str) -> None:
    text = (SAMPLES[0].parent / f"{name}.xml").read_text()
    analysis = analysis_of(text)
    offer = OfferedFixes(analysis).all
    fixed = fix(read(text.encode()))[0].decode()
    assert (text if offer is None else after(analysis, offer)) == fixed


@pytest.mark.parametrize("code", REFUSED)
def test_a_fix_that_would_do_harm_is_not_offered(code: str) -> None:
    analysis = analysis_of(REFUSED[code])
    (diagnostic,) = [each for each in analysis.wanted if each.code == code and each.fixes]
    offers = OfferedFixes(analysis)
    assert offers.unchecked(diagnostic)
    assert offers.harm(diagnostic, 0)
    assert offers.of(diagnostic) == []
    assert offers.all is None


def test_a_fix_that_does_no_harm_is_offered() -> None:
    text = '<Campaign xmlns="http://ws.constantcontact.com/ns/1.0/"><GreetingName>firstname</GreetingName></Campaign>'
    analysis = analysis_of(text)
    (diagnostic,) = [each for each in analysis.wanted if each.code == "CT310"]
    (offer,) = OfferedFixes(analysis).of(diagnostic)
    assert etree.fromstring(after(analysis, offer).encode())[0].text == "FirstName"


def test_of_two_targets_what_is_wrong_for_one_has_a_fix() -> None:
    text = (SAMPLES[0].parents[1] / "v3" / "campaign-breaks.xml").read_text()
    analysis = analysis_of(text, Configuration(target="v2,v3"))
    (diagnostic,) = [each for each in analysis.wanted if each.code == "CT729"]
    assert diagnostic.targets == ("v3",)
    (offer,) = OfferedFixes(analysis).of(diagnostic)
    assert "CT729" not in {
        each.code for each in lint(read(after(analysis, offer).encode()), target="v3")
    }
