"""What becomes of a document, as values, from real payloads and diagnostics."""

import io
import json
from pathlib import Path

import pytest

from ctct_migrate import convert, read
from ctct_migrate.inputs.byte_sources import Held, InputLimits
from ctct_migrate.inputs.feeds import entries
from ctct_migrate.inputs.input import Input
from ctct_migrate.resources import RESOURCES
from ctct_migrate.runs.outcomes import DocumentOutcome, ResourceStatus, compact, outcome

SAMPLES = Path(__file__).parents[2] / "samples"


def campaign(**changes: str) -> str:
    fields = {
        "Name": "A", "Subject": "S", "FromName": "J", "FromEmail": "<EmailAddress>j@example.com"
        "</EmailAddress>", "ReplyToEmail": "<EmailAddress>j@example.com</EmailAddress>",
        "LastRunDate": "2010-01-02T03:04:05Z", "GreetingName": "FirstName",
        "EmailContentFormat": "HTML", "EmailContent": "&lt;html&gt;&lt;body&gt;x&lt;/body&gt;&lt;/html&gt;",
        "EmailTextContent": "&lt;Text&gt;x&lt;/Text&gt;", "CampaignType": "CUSTOM", "ArchiveURL": "urn:a",
    } | changes  # fmt: skip
    inner = "".join(f"<{name}>{value}</{name}>\n" for name, value in fields.items())
    return (
        "<entry xmlns='http://www.w3.org/2005/Atom'><id>urn:x</id><title>t</title>"
        "<updated>2009-01-01T00:00:00Z</updated><author><name>J</name></author>"
        "<content type='application/vnd.ctct+xml'><Campaign xmlns='http://ws.constantcontact.com/"
        "ns/1.0/' id='http://api.constantcontact.com/ws/customers/j/campaigns/7'>\n"
        f"{inner}</Campaign></content></entry>\n"
    )


def feed(*bodies: str, head: str = "<updated>2009-01-01T00:00:00Z</updated>") -> bytes:
    return (
        "<feed xmlns='http://www.w3.org/2005/Atom'><id>urn:f</id><title/>"
        f"<author><name>J</name></author>{head}\n{''.join(bodies)}</feed>"
    ).encode()


def made(item: Input, shape: str = "record", *, detailed: bool = True) -> DocumentOutcome:
    source = item.source()
    document = read(source)
    conversion = convert(document, shape)
    return outcome(
        item, source, conversion, conversion.diagnostics, detailed=detailed,
        names=lambda: {e.index: e.resource and RESOURCES[e.resource].slug for e in document.entries},
    )  # fmt: skip


def of(text: str | bytes, shape: str = "record") -> DocumentOutcome:
    data = text.encode() if isinstance(text, str) else text
    return made(Input("a.xml", "a.xml", Held(data)), shape)


def test_a_converted_document():
    (resource,) = of(campaign()).resources
    assert (resource.entry, resource.resource, resource.status) == (
        None, "campaign", ResourceStatus.CONVERTED,
    )  # fmt: skip
    assert json.loads(resource.body)["name"] == "A"
    assert b"\n" not in resource.body
    dropped = json.loads(resource.dropped)
    assert {"path", "line", "value", "reason"} == set(dropped[0])
    assert "entry/content/Campaign/ArchiveURL" in dict(resource.drops)
    assert resource.date.startswith("2010-01-02T03:04:05")
    assert (resource.codes, resource.findings) == ((), ())


def test_the_date_comes_from_the_xml_where_the_body_has_none():
    (resource,) = of(campaign(), "create").resources
    assert "last_run_date" not in json.loads(resource.body)
    assert resource.date == "2010-01-02T03:04:05Z"
    (resource,) = of(campaign(GreetingName="x", LastRunDate="")).resources
    assert resource.date == "2009-01-01T00:00:00Z"
    feeding = feed(campaign(LastRunDate="2001-01-01T00:00:00Z"), campaign(LastRunDate="2002-02-02T00:00:00Z"))  # fmt: skip
    assert [r.date[:4] for r in of(feeding, "create").resources] == ["2001", "2002"]


LISTED = """<entry xmlns='http://www.w3.org/2005/Atom'><id>http://api.constantcontact.com/ws/customers/j/lists/7</id>
<title>t</title><updated>2009-01-01T00:00:00Z</updated><author><name>J</name></author>
<content type='application/vnd.ctct+xml'><ContactList xmlns='http://ws.constantcontact.com/ns/1.0/'
id='http://api.constantcontact.com/ws/customers/j/lists/7'><OptInDefault>{opt}</OptInDefault><Name>A</Name></ContactList></content></entry>"""


@pytest.mark.parametrize("opt", ["false", "perhaps"])
def test_a_resource_has_its_slug_for_a_name_and_a_date_whatever_became_of_it(opt):
    (resource,) = of(LISTED.format(opt=opt)).resources
    assert (resource.resource, resource.date) == ("contact_list", "2009-01-01T00:00:00Z")
    assert (resource.body is None) == (opt == "perhaps")


def test_dates_of_a_refused_document_stand_in_the_elements_of_its_own_table():
    (resource,) = of(campaign(GreetingName="x", Date="1999-01-01T00:00:00Z")).resources
    assert (resource.body, resource.date) == (None, "2010-01-02T03:04:05Z")
    (resource,) = of(LISTED.format(opt="perhaps").replace("<Name>", "<LastRunDate>2010-01-02T03:04:05Z</LastRunDate><Name>")).resources  # fmt: skip
    assert resource.date == "2009-01-01T00:00:00Z"


def test_a_refused_document():
    (resource,) = of(campaign(GreetingName="cmp_grt_name")).resources
    assert (resource.status, resource.resource, resource.body) == (
        ResourceStatus.REFUSED, "campaign", None,
    )  # fmt: skip
    assert resource.codes == ("CT310",)
    (finding,) = resource.findings
    assert finding.excerpt == "<GreetingName>cmp_grt_name</GreetingName>"
    assert finding.excerpt[finding.start : finding.end] == "cmp_grt_name"
    assert (finding.line, finding.severity) == (8, "error")


def test_what_is_no_document_is_refused():
    for data in (b"", b"{}", b"\x89PNG\0\0", b"<html></html>", b"<feed"):
        (resource,) = of(data).resources
        assert (resource.status, resource.resource) == (ResourceStatus.REFUSED, None)
        assert resource.codes


def test_excerpts_of_long_lines_are_cut_around_the_guilty_text():
    text = campaign(GreetingName="wrong").replace("\n", " " * 500)
    (finding,) = of(text).resources[0].findings
    assert len(finding.excerpt) <= 160
    assert finding.excerpt[finding.start : finding.end] == "wrong"


def test_without_details_a_manifest_could_not_be_written_and_time_is_saved():
    item = Input("a.xml", "a.xml", Held(campaign().encode()))
    (resource,) = made(item, detailed=False).resources
    assert (resource.drops, resource.date, resource.findings) == ((), None, ())
    assert json.loads(resource.dropped)  # this is in the output


def test_each_entry_of_a_feed_is_a_resource():
    data = feed(campaign(), campaign(GreetingName="x"), campaign(Name="C"))
    found = of(data).resources
    assert [(r.entry, r.status.value, r.codes) for r in found] == [
        (0, "converted", ()), (1, "refused", ("CT310",)), (2, "converted", ()),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "head", ["<updated>2009-01-01T00:00:00Z</updated>", "<updated>x</updated>"]
)
def test_large_feeds_give_the_same_entries(head):
    data = feed(campaign(), campaign(GreetingName="x"), campaign(Name="C"), head=head)
    whole = of(data).resources
    parts = [
        resource
        for item in entries(io.BytesIO(data), "a.xml", "a.xml", InputLimits())
        for resource in made(item).resources
    ]
    wanted = [(r.entry, r.resource, r.status, r.body, r.findings) for r in whole]
    assert [(r.entry, r.resource, r.status, r.body, r.findings) for r in parts] == wanted
    assert [entry for entry, *_ in wanted] == [0, 1, 2]
    refused = [entry for entry, _, status, *_ in wanted if status is ResourceStatus.REFUSED]
    assert refused == [1]  # what only v1's server minds in the head refuses nothing


def test_json_is_compact_and_not_escaped():
    assert compact({"a": "é\u2028", "b": [1, None]}) == '{"a":"é\u2028","b":[1,null]}'.encode()
    assert compact(['\x00\x1f\x7f\n"\\/']) == b'["\\u0000\\u001f\x7f\\n\\"\\\\/"]'
    assert json.loads(compact({"lone \udce9": 1})) == {"lone \udce9": 1}
