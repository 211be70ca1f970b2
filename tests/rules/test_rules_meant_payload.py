"""A payload with misspelt names is copied in two ways, of which one is quicker: both give the engine the
same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from mutants import mutants

from ctct_migrate import Shape, read
from ctct_migrate.mapping.engine import run
from ctct_migrate.mapping.outcome import MappingOutcome
from ctct_migrate.mapping.rows import ConversionOptions, Table
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.conversion import meant_payload
from ctct_migrate.rules.conversion.meant_payload import ReadPayload
from ctct_migrate.targets import TARGETS

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def read_ways(text: str) -> Iterator[tuple[ReadPayload, ReadPayload, Table]]:
    """Each payload of a document with misspelt names, copied quickly and slowly."""
    document = read(text.encode("utf-8", "surrogatepass"))
    for entry in document.entries:
        context = Context(document, entry, None)
        payload, resource = context.payload, context.resource
        if document.root is None or document.problems or payload is None or resource is None:
            continue
        quick = meant_payload.read_payload(context, payload, resource)
        table = TARGETS["v2"].table(RESOURCES[resource].slug)
        if isinstance(quick, meant_payload._Renamed) and table is not None:
            yield quick, meant_payload._Copy(context, payload, resource), table


def test_both_copies_are_mapped_to_the_same() -> None:
    compared = 0
    for path in sorted((SAMPLES / "good").glob("*.xml"))[::4]:
        every = [each.text for each in mutants(path.read_text("utf-8", "replace"))]
        for quick, whole, table in chain.from_iterable(map(read_ways, every[::11])):
            options = ConversionOptions(Shape.CREATE)
            one = run(table, quick.payload, quick.envelope, options)
            other = run(table, whole.payload, whole.envelope, options)
            assert said(quick, one) == said(whole, other)
            compared += 1
    assert compared > 20


def said(way: ReadPayload, made: MappingOutcome) -> tuple[object, ...]:
    """All that is made of a payload, with the places where it is from."""
    origins = way.origins()
    complaints = [
        (
            each.kind,
            each.attribute,
            str(each.detail),
            each.node is not None and origins[each.node].start,
        )
        for each in made.complaints
    ]
    aside = [(row.path, origins[node].start, *rest) for row, node, *rest in made.aside]
    return made.body, made.attempt, made.number, made.request, complaints, aside


CONTENTS = [
    "<p>Read <b class='x'>this</b> &amp; that<br/><Greeting/></p>",
    '<p xmlns="">in none</p>',
    '<p xmlns="http://www.w3.org/1999/xhtml">in <i xmlns="">one</i></p>',
    '<p xmlns="urn:other">in another</p>',
    '<x:p xmlns:x="http://www.w3.org/1999/xhtml">by a prefix</x:p>',
    '<p xml:lang="en">in a language</p>',
    "<!-- kept --><p><?php echo ?>gone</p>",
    "<pre>\n\nlines</pre><script>a &lt; b<![CDATA[ && c ]]></script><style/>",
    "<Text>a wrapper</Text>",
    '<a href="?a=1&amp;b=2" title="a: b = c">x</a>text &lt;b> after',
    "no elements",
    "",
]


@pytest.mark.parametrize("html", CONTENTS)
@pytest.mark.parametrize(
    "space", ["", ' xmlns="urn:wrong"', ' xmlns="http://ws.constantcontact.com/"']
)
def test_content_in_a_wrong_namespace_is_mapped_to_the_same(
    html: str, space: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = (SAMPLES / "good" / "campaign-000.xml").read_text("utf-8")
    content = f"<html><body>{html}{'<hr/>' * 20}</body></html>" if html else html
    text = re.sub(
        "(?s)(<EmailContent>).*(</EmailContent>)", lambda m: m[1] + content + m[2], sample
    )
    wrong = text.replace(' xmlns="http://ws.constantcontact.com/ns/1.0/"', space, 1)
    found = []
    for is_quick in (True, False):
        if not is_quick:
            monkeypatch.setattr(
                meant_payload, "_says_the_same_in_any_namespace", lambda *given: False
            )
        document = read(wrong.encode())
        context = Context(document, document.entries[0], None)
        assert context.payload is not None
        way = meant_payload.read_payload(context, context.payload, "Campaign")
        table = TARGETS["v2"].table("campaign")
        assert table is not None
        found.append(said(way, run(table, way.payload, way.envelope, ConversionOptions())))
    assert found[0] == found[1]
