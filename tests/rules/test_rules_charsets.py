"""Names of encodings: every codec that Python has, and what is said of it in a declaration."""

from __future__ import annotations

import codecs
import encodings
import pkgutil
from encodings.aliases import aliases

import pytest
from example_documents import CAMPAIGN
from lxml import etree
from rule_cases import applied
from sampling import some

from ctct_migrate import convert, fix, lint, read
from ctct_migrate.rules.reading.charsets import iana_name

#: What `encodings` holds: modules and aliases, with underscores and with hyphens.
_MODULES = {module.name for module in pkgutil.iter_modules(encodings.__path__)}
_SPELLINGS = _MODULES | set(aliases) | set(aliases.values())
EVERY = sorted(_SPELLINGS | {name.replace("_", "-") for name in _SPELLINGS})

#: Codecs that make something else of text than bytes in an encoding.
NO_ENCODINGS = (
    "undefined", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "charmap", "mbcs",
    "oem", "rot13", "hex", "base64", "zip", "zlib", "bz2", "uu", "quopri", "utf_7",
)  # fmt: skip


def declaring(name: str, subject: str = "Spring sale") -> bytes:
    text = CAMPAIGN.replace("UTF-8", name, 1).replace("<Subject>Spring sale", f"<Subject>{subject}")
    return text.encode()


#: Each codec once, under its own name, and all names with a document that parses.
CODECS = sorted(_MODULES)


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        ("Spring sale", some(EVERY, 60)),
        ("Café", some(CODECS, 25)),
        ("caf&nbsp;e", some(CODECS, 25)),
    ],
)
def test_no_codec_is_an_internal_error(subject: str, names: list[str]) -> None:
    for name in names:
        document = read(declaring(name, subject))
        for diagnostic in lint(document):
            assert diagnostic.code in {"CT007", "CT008", "CT009", "CT015", "CT101", "CT112", "CT370"}, (
                name, diagnostic,
            )  # fmt: skip
        convert(document)
        fix(document, unsafe=True)


def test_what_xml_parsers_do_not_take_is_told_and_nothing_else() -> None:
    for name in some(EVERY, 60):
        if name == "csHPRoman8":  # an alias that Python itself cannot look up
            continue
        data = declaring(name)
        try:
            etree.fromstring(data)
            taken = True
        except (etree.XMLSyntaxError, LookupError):
            taken = False
        codes = [each.code for each in lint(read(data))]
        assert len(codes) == (not taken) or codes == ["CT009"], name
        if not taken:
            assert codes in (["CT008"], ["CT009"], ["CT112"]), name


def test_a_number_is_no_name() -> None:
    data = declaring("1252", "Caf&#233;")
    (said,) = lint(read(data))
    assert said.code == "CT112"
    assert lint(read(applied(data, said.fixes[0]))) == []


@pytest.mark.parametrize("name", NO_ENCODINGS)
def test_what_is_no_encoding(name: str) -> None:
    (said,) = lint(read(declaring(name)))
    assert said.code == "CT008"


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("latin-1", "ISO-8859-1"),
        ("ISO8859_1", "ISO-8859-1"),
        ("utf_8", "UTF-8"),
        ("U8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("windows_1252", "windows-1252"),
        ("us_ascii", "US-ASCII"),
        ("koi8_r", "KOI8-R"),
        ("mac_roman", "macintosh"),
        ("euc_jp", "EUC-JP"),
    ],
)
def test_a_name_of_pythons_is_made_the_registered_one(name: str, right: str) -> None:
    data = declaring(name)
    (said,) = lint(read(data))
    assert (said.code, said.fixes[0].safety) == ("CT008", "safe")
    assert data[said.span.start.offset : said.span.end.offset].decode() == name
    assert applied(data, said.fixes[0]) == declaring(right)
    assert lint(read(declaring(right))) == []


def test_the_registered_names_are_known_to_both() -> None:
    for name in EVERY:
        right = iana_name(name)
        if right is None:
            continue
        assert codecs.lookup(right).name.removesuffix("-sig") == codecs.lookup(
            name
        ).name.removesuffix("-sig")
        etree.fromstring(f'<?xml version="1.0" encoding="{right}"?><a/>'.encode())


@pytest.mark.parametrize("name", ["cp037", "cp500", "IBM1140", "utf-16", "utf_32"])
def test_an_encoding_in_which_the_declaration_could_not_be_read(name: str) -> None:
    data = declaring(name)
    (said,) = lint(read(data))
    assert said.code == "CT009"
    assert applied(data, said.fixes[0]) == declaring("UTF-8")


def test_mistakes_beside_the_name_are_told_as_well() -> None:
    codes = [each.code for each in lint(read(declaring("latin-1", "A &nbsp; B")))]
    assert codes == ["CT008", "CT101"]
