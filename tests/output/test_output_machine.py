"""The forms for programs: each is read back by what is meant to read it."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from output_specimens import campaign, diagnosed, edit, fix, rendered, span

from ctct_migrate.diagnostics import Fix, Safety, Severity
from ctct_migrate.output import DocumentReport
from ctct_migrate.rules.registry import catalogue
from ctct_migrate.source import Source

SARIF_FILE = Path(__file__).parent / "data" / "sarif-2.1.0-rtm.5.json"

#: The published schema; one pattern in it, of a property that is not written here, is a regular
#: expression only for those who forgive a `]` without `[`.
SARIF = json.loads(SARIF_FILE.read_text().replace("{2}]?$", r"{2}\\]?$"))

#: The design's, in its order: "each object has exactly".
KEYS = [
    "path", "entry", "line", "column", "end_line", "end_column", "offset", "end_offset",
    "severity", "code", "name", "message", "label", "help", "element", "targets", "fixes",
]  # fmt: skip


def full(source: Source, guilty: str = "cmp_grt_name", **fields):
    """A diagnostic with everything in it."""
    defaults = {
        "help": ("None leaves it out", "or write FirstName"),
        "element": "Campaign/GreetingName",
        "labels": (("<Campaign>", "in this"),),
        "fixes": (
            fix(source, guilty, "FirstName"),
            Fix(
                "rename",
                Safety.UNSAFE,
                (edit(source, "<Name>", "<N>"), edit(source, "</Name>", "</N>")),
            ),
        ),
    }
    return diagnosed(source, guilty, **{**defaults, **fields})


def wide_campaign(encoding: str) -> Source:
    text = f"\ufeff{campaign().text}".replace("Spring", "Fr\u00fchling \U0001f30d")
    return Source("dir/camp \u00e9.xml", text.replace("\n", "\r\n").encode(encoding))


class TestJson:
    def test_has_exactly_the_keys_of_the_design(self):
        source = campaign()
        (found,) = json.loads(rendered("json", DocumentReport(source, (full(source, entry=2),))))
        assert list(found) == KEYS
        assert found == {
            "path": "campaign.xml",
            "entry": 2,
            "line": 3,
            "column": 17,
            "end_line": 3,
            "end_column": 29,
            "offset": 49,
            "end_offset": 61,
            "severity": "error",
            "code": "CT310",
            "name": "greeting-name",
            "message": "`cmp_grt_name` is not a greeting name",
            "label": "expected FirstName or None",
            "help": ["None leaves it out", "or write FirstName"],
            "element": "Campaign/GreetingName",
            "targets": [],
            "fixes": [
                {
                    "title": "write `FirstName`",
                    "safety": "safe",
                    "edits": [{"offset": 49, "end_offset": 61, "text": "FirstName"}],
                },
                {
                    "title": "rename",
                    "safety": "unsafe",
                    "edits": [
                        {"offset": 13, "end_offset": 19, "text": "<N>"},
                        {"offset": 25, "end_offset": 32, "text": "</N>"},
                    ],
                },
            ],
        }

    @pytest.mark.parametrize("number", [0, 1, 3])
    def test_is_one_array(self, number):
        source = campaign()
        found = tuple(full(source) for _ in range(number))
        reports = [
            DocumentReport(source, found),
            DocumentReport(source),
            DocumentReport(source, found),
        ]
        assert len(json.loads(rendered("json", *reports))) == 2 * number

    def test_lines_are_the_same_objects(self):
        source = campaign()
        report = DocumentReport(source, (full(source), full(source, "Spring")))
        lines = rendered("jsonl", report).splitlines()
        assert [json.loads(line) for line in lines] == json.loads(rendered("json", report))

    @given(st.text(st.characters() | st.sampled_from('\\u\ud800\udce9\udfff"\x1b')))
    def test_carries_any_text_but_unpaired_surrogates(self, text):
        source = campaign()
        written = rendered("json", DocumentReport(source, (full(source, message=text),)))
        assert written.isascii()
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f]", written)
        whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        message = json.loads(written)[0]["message"]
        assert len(re.sub("\ufffd+", "", message)) == len(re.sub("\ufffd+", "", whole))
        message.encode()


class TestConcise:
    def test_is_what_editors_understand(self):
        source = campaign()
        report = DocumentReport(
            source, (full(source), full(source, "Spring", code="CT401", message="m\n"))
        )
        assert rendered("concise", report) == (
            "campaign.xml:3:17: CT310 error: `cmp_grt_name` is not a greeting name\n"
            "campaign.xml:2:9: CT401 error: m␊\n"
        )

    @pytest.mark.parametrize("severity", list(Severity))
    def test_names_the_severity(self, severity):
        source = campaign()
        written = rendered("concise", DocumentReport(source, (full(source, severity=severity),)))
        assert written.startswith(f"campaign.xml:3:17: CT310 {severity.value}: ")

    def test_is_nothing_for_nothing(self):
        assert rendered("concise", DocumentReport(campaign())) == ""


class TestGithub:
    def test_names_file_lines_and_columns(self):
        source = campaign()
        assert rendered("github", DocumentReport(source, (full(source),))) == (
            "::error title=CT310 greeting-name,file=campaign.xml,line=3,endLine=3,col=17,endColumn=29"
            "::`cmp_grt_name` is not a greeting name%0Aexpected FirstName or None"
            "%0ANone leaves it out%0Aor write FirstName\n"
        )

    def test_leaves_columns_out_over_several_lines(self):
        source = campaign()
        written = rendered(
            "github", DocumentReport(source, (diagnosed(source, "Spring</Name>\n"),))
        )
        assert ",line=2,endLine=3::" in written

    @pytest.mark.parametrize(
        ("severity", "command"),
        [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "notice")],
    )
    def test_knows_three_severities(self, severity, command):
        source = campaign()
        report = DocumentReport(source, (full(source, severity=severity),))
        assert rendered("github", report).startswith(f"::{command} ")

    @given(st.text(), st.text(min_size=1))
    def test_a_document_cannot_write_commands(self, message, path):
        source = Source(path, b"<a/>")
        found = diagnosed(source, "<a/>", message=message, label="")
        written = rendered("github", DocumentReport(source, (found,)))
        assert written.count("\n") == 1
        assert "\r" not in written
        properties, _, data = written.rstrip("\n").removeprefix("::error ").partition("::")
        values = dict(pair.split("=", 1) for pair in properties.split(","))
        assert set(values) == {"title", "file", "line", "endLine", "col", "endColumn"}
        for text in (values["file"], data):
            assert not re.search(r"%(?!25|0A|0D|3A|2C)", text)


class TestJunit:
    def suites(self, *reports):
        return etree.fromstring(rendered("junit", *reports).encode())

    def test_has_a_suite_a_document_and_a_case_a_diagnostic(self):
        source = campaign()
        warning = full(source, "Spring", severity=Severity.WARNING)
        root = self.suites(
            DocumentReport(source, (full(source), warning)),
            DocumentReport(Source("b.xml", b"<a/>")),
        )
        assert root.tag == "testsuites"
        first, second = root
        assert dict(first.attrib) == {
            "name": "campaign.xml", "tests": "2", "failures": "1", "errors": "0", "skipped": "0",
        }  # fmt: skip
        assert [case.get("name") for case in first] == [
            "CT310 greeting-name at 3:17",
            "CT310 greeting-name at 2:9",
        ]
        failure = first[0].find("failure")
        assert failure.get("message") == "`cmp_grt_name` is not a greeting name"
        assert failure.get("type") == "CT310"
        assert failure.text.splitlines() == [
            "campaign.xml:3:17: CT310 `cmp_grt_name` is not a greeting name",
            "expected FirstName or None",
            "None leaves it out",
            "or write FirstName",
        ]
        assert first[1].find("failure") is None
        assert first[1].findtext("system-out").startswith("warning: campaign.xml:2:9: CT310")
        assert (second.get("tests"), second.get("failures")) == ("1", "0")
        assert len(second.findall("testcase")) == 1

    @given(st.text())
    def test_is_well_formed_whatever_the_text(self, text):
        source = Source(text or "a", b"<a/>")
        found = diagnosed(source, "<a/>", message=text, label=text, help=(text,))
        assert len(self.suites(DocumentReport(source, (found,)))[0]) == 1


class TestSarif:
    def log(self, *reports, **style):
        log = json.loads(rendered("sarif", *reports, **style))
        validator = jsonschema_rs.validator_for(SARIF, validate_formats=True)
        assert [str(error) for error in validator.iter_errors(log)] == []
        return log

    def test_the_schema_does_refuse(self):
        assert not jsonschema_rs.validator_for(SARIF).is_valid({"version": "2.1.0", "runs": [{}]})

    def test_of_nothing_is_valid(self):
        assert self.log()["runs"][0]["results"] == []

    def test_holds_the_whole_catalogue(self):
        driver = self.log(links="https://example.org/#")["runs"][0]["tool"]["driver"]
        assert [rule["id"] for rule in driver["rules"]] == sorted(rule.code for rule in catalogue())
        for rule in driver["rules"]:
            assert rule["help"]["text"]
            assert rule["helpUri"] == f"https://example.org/#{rule['id']}"

    def test_results_point_into_text_and_bytes(self):
        source = wide_campaign("utf-8")
        log = self.log(
            DocumentReport(source, (full(source), full(source, "</Name>", severity=Severity.INFO)))
        )
        first, second = log["runs"][0]["results"]
        assert log["runs"][0]["columnKind"] == "unicodeCodePoints"
        rules = log["runs"][0]["tool"]["driver"]["rules"]
        assert rules[first["ruleIndex"]]["id"] == first["ruleId"] == "CT310"
        assert (first["level"], second["level"]) == ("error", "note")
        place = first["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "dir/camp%20%C3%A9.xml"
        region = place["region"]
        guilty = "cmp_grt_name"
        char = region["charOffset"]
        assert source.text[char : char + region["charLength"]] == guilty
        at = region["byteOffset"]
        assert source.data[at : at + region["byteLength"]] == guilty.encode()
        assert region["startLine"] == region["endLine"] == 3
        related = first["relatedLocations"][0]
        assert related["message"]["text"] == "in this"
        assert related["physicalLocation"]["region"]["startLine"] == 1

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
    def test_fixes_replace_the_right_text(self, encoding):
        source = wide_campaign(encoding)
        (result,) = self.log(DocumentReport(source, (full(source),)))["runs"][0]["results"]
        text = source.text
        (change,) = result["fixes"][1]["artifactChanges"]
        for replacement in reversed(change["replacements"]):
            region = replacement["deletedRegion"]
            start, length = region["charOffset"], region["charLength"]
            assert "byteOffset" not in region
            text = text[:start] + replacement["insertedContent"]["text"] + text[start + length :]
        assert text == source.text.replace("<Name>", "<N>").replace("</Name>", "</N>")
        assert [fix["properties"]["safety"] for fix in result["fixes"]] == ["safe", "unsafe"]

    def test_paths_become_uris(self):
        sources = [Source(path, b"<a/>") for path in ("-", "/srv/a b.xml", "x/%.xml")]
        log = self.log(
            *(DocumentReport(source, (diagnosed(source, "<a/>"),)) for source in sources)
        )
        places = [result["locations"][0] for result in log["runs"][0]["results"]]
        assert [place["physicalLocation"]["artifactLocation"]["uri"] for place in places] == [
            "stdin",
            "file:///srv/a%20b.xml",
            "x/%25.xml",
        ]

    def test_of_a_part_of_a_larger_file_has_bytes_of_the_file(self):
        source = Source("big.xml", b"<a>\n<b/></a>", first_line=10, first_offset=1000)
        region = self.log(DocumentReport(source, (diagnosed(source, "<b/>"),)))["runs"][0][
            "results"
        ][0]["locations"][0]["physicalLocation"]["region"]
        assert region == {
            "startLine": 11, "startColumn": 1, "endLine": 11, "endColumn": 5,
            "byteOffset": 1004, "byteLength": 4,
        }  # fmt: skip

    @given(st.text(), st.text(min_size=1))
    def test_is_valid_whatever_the_text(self, text, content):
        source = Source("a.xml", content.encode("utf-8", "surrogatepass"))
        self.log(
            DocumentReport(source, (diagnosed(source, content[:0], message=text, label=text),))
        )


def test_statistics_count_by_code():
    source = campaign()
    span(source, "Spring")
    other = diagnosed(
        source, "Spring", code="CT610", name="status-scheduled", severity=Severity.WARNING
    )
    reports = [
        DocumentReport(source, (full(source), other)),
        DocumentReport(source, (full(source),)),
    ]
    from ctct_migrate.output import Style, statistics

    assert "".join(statistics.render(reports, Style())) == (
        "2  CT310 greeting-name: error, 2 can be fixed\n"
        "1  CT610 status-scheduled: warning\n"
        "\n"
        "1 document: 2 errors, 1 warning; 2 can be fixed with ctct-migrate fix\n"
    )
    assert json.loads("".join(statistics.render_json(reports, Style())))[1] == {
        "code": "CT610", "name": "status-scheduled", "severity": "warning", "count": 1, "fixable": 0,
    }  # fmt: skip
    assert "".join(statistics.render([], Style())) == ""
