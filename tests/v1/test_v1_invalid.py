"""The safety net: a reason in plain words, at the right element, whenever a document is refused."""

import subprocess
import sys

import pytest
from lxml import etree

from ctct_migrate.v1 import vocabulary
from ctct_migrate.v1.invalid import explain_invalid

ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
CTCT = 'xmlns="http://ws.constantcontact.com/ns/1.0/"'
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

#: Document, path of the guilty element, its number, words of the reason.
REFUSED = [
    (f"<Campaign {CTCT}><Name>x</Name><Status>Bad</Status></Campaign>", "Campaign/Status", 2, "Draft"),
    (f"<Campaign {CTCT}><Name>x</Name><Foo/></Campaign>", "Campaign", 0, "`Foo`"),
    (f"<Campaign {CTCT}><Status/></Campaign>", "Campaign", 0, "`Name` expected"),
    (f"<Campaign {CTCT} foo=''><Name>x</Name></Campaign>", "Campaign", 0, "`foo`"),
    (f"<entry {ATOM}><id>2</id></entry>", "entry/id", 1, "match"),
    (f"<entry {ATOM}><id>data:,</id></entry>", "entry", 0, "`content`"),
    (f"<feed {ATOM}><id>data:,</id><id>data:,</id></feed>", "feed", 0, "more than one `id`"),
    (
        f"<!-- first --><entry {ATOM}><!-- x --><author><name>a</name></author><id>2</id></entry>",
        "entry/id", 3, "match",
    ),
    (f"<a {XSI} xsi:type='b'/>", "a", 0, ""),
]  # fmt: skip


@pytest.mark.parametrize(("document", "path", "number", "words"), REFUSED)
def test_the_reason_is_plain_and_placed(document, path, number, words):
    refusal = explain_invalid(document.encode())
    assert (refusal.path, refusal.number) == (path, number)
    assert words in refusal.reason
    for jargon in ("{", "xmlschema", "Xsd", "atom:", "ctct:", " object at "):
        assert jargon not in refusal.reason.replace("{user}", "")


@pytest.mark.parametrize(("document", "path", "number", "words"), REFUSED)
def test_what_it_explains_is_what_libxml2_refuses(document, path, number, words):
    root = etree.fromstring(document)
    assert not vocabulary().is_valid(root)
    assert explain_invalid(root) == explain_invalid(document.encode())


def test_what_xmlschema_alone_would_accept_is_explained_too():
    """It takes any of Unicode's white space for white space (see the tests of the facts)."""
    document = f"<Campaign {CTCT}><Name>x</Name><Status>Sent\u00a0</Status></Campaign>"
    refusal = explain_invalid(document.encode())
    assert (refusal.path, refusal.number) == ("Campaign/Status", 2)
    assert "Sent\u00a0" in refusal.reason
    assert "{http" not in refusal.reason


def test_a_valid_document_has_no_reason():
    document = f"<Campaign {CTCT}><Name>x</Name></Campaign>".encode()
    assert vocabulary().is_valid(etree.fromstring(document))
    assert explain_invalid(document) is None


def test_bytes_that_are_no_xml_are_an_error_of_the_caller():
    with pytest.raises(etree.XMLSyntaxError):
        explain_invalid(b"<a>")


def test_the_vocabulary_does_not_import_xmlschema():
    program = (
        "import sys, types; package = types.ModuleType('ctct_migrate');"
        "from importlib.util import find_spec;"
        "package.__path__ = find_spec('ctct_migrate').submodule_search_locations;"
        "sys.modules['ctct_migrate'] = package;"
        "from ctct_migrate.v1 import vocabulary;"
        "vocabulary().schema('feed'); list(vocabulary().walk('feed'));"
        "print('xmlschema' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "False"
