"""XML of other origin: named as what it is, and not renamed into something that it is not."""

from __future__ import annotations

import re

import pytest
from example_documents import CAMPAIGN

from ctct_migrate import convert, lint, read
from ctct_migrate.reader.document import OTHER_PAYLOADS
from ctct_migrate.reader.tree import CTCT


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<campaign><from-name>Joe</from-name></campaign>", "Rails"),
        ('<campaign><sent type="datetime"/></campaign>', "Rails"),
        ('<campaigns type="array"><campaign/></campaigns>', "Rails"),
        ("<hash><name>x</name></hash>", "Rails"),
        (
            '<campaign xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><Name/></campaign>',
            "XmlSerializer",
        ),
        ("<ArrayOfCampaign/>", "XmlSerializer"),
        ('<x xmlns="http://schemas.datacontract.org/2004/07/Mail"/>', "DataContract"),
        ("<com.example.Campaign><name/></com.example.Campaign>", "XStream"),
        ('<ns2:campaign xmlns:ns2="urn:x"/>', "JAXB"),
        ('<root><name type="str">x</name></root>', "dicttoxml"),
        ("<root><item0/><item1/></root>", "array"),
        ('<opt name="x"/>', "XML::Simple"),
        ('<rss version="2.0"/>', "RSS"),
        ("<methodCall/>", "XML-RPC"),
    ],
)
def test_it_is_named(text: str, what: str) -> None:
    (said,) = lint(read(text.encode()))
    assert said.code == "CT011"
    assert what in said.message
    assert said.fixes == ()


def test_a_misspelt_root_still_is_renamed() -> None:
    (said,) = lint(
        read(b'<Campain xmlns="http://ws.constantcontact.com/ns/1.0/"><Name/></Campain>')
    )
    assert said.fixes


#: Resources that no later API has, which is said of them.
WITHOUT_COUNTERPART = {"AttendanceStatus", "PaymentStatus", "Guest"}


@pytest.mark.parametrize("name", OTHER_PAYLOADS)
def test_a_resource_that_is_not_converted_in_any_spelling(name: str) -> None:
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    for written in {name, name.lower(), name.upper(), snake, snake.lower().replace("_", "-")}:
        bare = f'<{written} xmlns="{CTCT}"><Name>x</Name></{written}>'
        in_an_entry = re.sub("(?s)<Campaign.*</Campaign>", bare, CAMPAIGN)
        for data in (bare.encode(), in_an_entry.encode()):
            found = [each for each in lint(read(data)) if each.code not in ("CT202", "CT201")]
            code = "CT445" if name in WITHOUT_COUNTERPART else "CT012"
            assert [each.code for each in found] == [code], written
            assert f"`{name}`" in found[0].message
            assert not convert(read(data))
