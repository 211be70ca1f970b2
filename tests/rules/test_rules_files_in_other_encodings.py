"""Files that are cut in the middle of a character, and files of mainframes."""

from __future__ import annotations

import codecs

import pytest
from example_documents import CAMPAIGN

from ctct_migrate import lint, read

PLAIN = CAMPAIGN.replace('encoding="UTF-8"', 'encoding="UTF-16"')


@pytest.mark.parametrize("lost", [1, 3, 701])
@pytest.mark.parametrize("bom", [codecs.BOM_UTF16_LE, b""])
def test_utf_16_with_an_odd_number_of_bytes(lost: int, bom: bytes) -> None:
    data = bom + PLAIN.encode("utf-16-le")
    assert "CT007" not in [each.code for each in lint(read(data))]
    found = [each for each in lint(read(data[:-lost])) if each.code == "CT007"]
    assert len(found) == 1
    assert "ends in the middle of a character" in found[0].message


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_utf_32_likewise(lost: int) -> None:
    data = codecs.BOM_UTF32_LE + CAMPAIGN.replace('"UTF-8"', '"UTF-32"').encode("utf-32-le")
    assert [each.code for each in lint(read(data[:-lost]))].count("CT007") == 1


@pytest.mark.parametrize("codec", ["cp037", "cp500", "cp1140"])
@pytest.mark.parametrize("without", ["", '<?xml version="1.0" encoding="UTF-8"?>\n'])
def test_a_document_of_a_mainframe_is_named(codec: str, without: str) -> None:
    (said,) = lint(read(CAMPAIGN.removeprefix(without).encode(codec)))
    assert said.code == "CT002"
    assert "EBCDIC" in said.message
    assert any("iconv" in help for help in said.help)


def test_text_that_begins_with_l_is_no_ebcdic() -> None:
    (said,) = lint(read(b"L\x6f\xa7\x94 and so on"))
    assert "EBCDIC" not in said.message
