"""The forms of reviewdog, GitLab and Checkstyle: each is read back by what is meant to read it."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from output_specimens import campaign, diagnosed, edit, fix, rendered

from ctct_migrate.diagnostics import Fix, Safety, Severity
from ctct_migrate.output import DocumentReport
from ctct_migrate.source import Source

DATA = Path(__file__).parent / "data"


def checked(schema: str, written: str):
    value = json.loads(written)
    validator = jsonschema_rs.validator_for(json.loads((DATA / schema).read_text()))
    assert [str(error) for error in validator.iter_errors(value)] == []
    return value


class TestRdjson:
    def diagnostics(self, *reports, **style):
        return checked("rdjson.json", rendered("rdjson", *reports, **style))["diagnostics"]

    def test_the_schema_does_refuse(self):
        schema = json.loads((DATA / "rdjson.json").read_text())
        assert not jsonschema_rs.validator_for(schema).is_valid({"diagnostics": [{"message": "m"}]})

    def test_of_nothing_is_valid(self):
        assert self.diagnostics(DocumentReport(campaign())) == []

    def test_has_place_severity_code_and_safe_fixes(self):
        source = campaign()
        safe, guess = (fix(source, "Spring", "x", safety) for safety in Safety)
        found = diagnosed(
            source, "Spring", severity=Severity.WARNING, help=("do it",), fixes=(safe, guess)
        )
        (one,) = self.diagnostics(DocumentReport(source, (found,)), links="https://example.org/#")
        assert one == {
            "message": "`Spring` is not a greeting name\nexpected FirstName or None\ndo it",
            "location": {
                "path": "campaign.xml",
                "range": {"start": {"line": 2, "column": 9}, "end": {"line": 2, "column": 15}},
            },
            "severity": "WARNING",
            "code": {"value": "CT310", "url": "https://example.org/#CT310"},
            "suggestions": [{"range": one["location"]["range"], "text": "x"}],
        }

    def test_columns_count_bytes_of_utf_8(self):
        source = Source("a.xml", "<a>\n\U0001f4da\u00e9<b/></a>".encode("utf-16"))
        (one,) = self.diagnostics(DocumentReport(source, (diagnosed(source, "<b/>"),)))
        assert one["location"]["range"] == {
            "start": {"line": 2, "column": 7}, "end": {"line": 2, "column": 11},
        }  # fmt: skip

    def test_a_fix_of_several_edits_is_one_replacement(self):
        source = campaign()
        edits = (edit(source, "</Name>", "</N>"), edit(source, "<Name>", "<N>"))
        both = Fix("rename", Safety.SAFE, edits)
        (one,) = self.diagnostics(
            DocumentReport(source, (diagnosed(source, "Spring", fixes=(both,)),))
        )
        (suggestion,) = one["suggestions"]
        assert suggestion["text"] == "<N>Spring</N>"
        place = suggestion["range"]
        line = source.line(place["start"]["line"])
        assert line[place["start"]["column"] - 1 : place["end"]["column"] - 1] == (
            "<Name>Spring</Name>"
        )

    @given(st.text(), st.text(min_size=1), st.data())
    def test_is_valid_whatever_the_text(self, text, content, data):
        source = Source("a.xml", content.encode("utf-8", "surrogatepass"))
        length = len(source.text)
        start = data.draw(st.integers(0, length))
        place = source.span(start, data.draw(st.integers(start, length)))
        found = diagnosed(source, source.text[:0], message=text, label=text, span=place)
        self.diagnostics(DocumentReport(source, (found,)))


class TestGitlab:
    def issues(self, *reports):
        return checked("gitlab-code-quality.json", rendered("gitlab", *reports))

    def test_of_nothing_is_an_empty_array(self):
        assert self.issues(DocumentReport(campaign())) == []

    def test_has_what_gitlab_reads(self):
        source = Source("./campaign.xml", campaign().data)
        (one,) = self.issues(DocumentReport(source, (diagnosed(source, "Spring"),)))
        assert one.pop("fingerprint")
        assert one == {
            "description": "CT310 `Spring` is not a greeting name: expected FirstName or None",
            "check_name": "greeting-name",
            "severity": "major",
            "location": {"path": "campaign.xml", "lines": {"begin": 2, "end": 2}},
        }

    def test_fingerprints_are_unique_and_do_not_move_with_the_lines(self):
        def marks(path: str, before: bytes) -> list[str]:
            source = Source(path, before + campaign().data)
            found = diagnosed(source, "Spring")
            return [
                each["fingerprint"] for each in self.issues(DocumentReport(source, (found, found)))
            ]

        first, second = marks("a.xml", b"")
        assert first != second
        assert marks("a.xml", b"\n\n\n") == [first, second]
        assert not {first, second} & set(marks("b.xml", b""))

    def test_severities(self):
        source = campaign()
        found = tuple(diagnosed(source, "Spring", severity=severity) for severity in Severity)
        assert [each["severity"] for each in self.issues(DocumentReport(source, found))] == [
            "major", "minor", "info",
        ]  # fmt: skip

    @given(st.text())
    def test_is_valid_whatever_the_text(self, text):
        source = Source(text or "a", b"<a/>")
        self.issues(DocumentReport(source, (diagnosed(source, "<a/>", message=text, label=text),)))


class TestCheckstyle:
    def files(self, *reports):
        root = etree.fromstring(rendered("checkstyle", *reports).encode())
        dtd = etree.DTD((DATA / "checkstyle.dtd").open())
        assert dtd.validate(root), dtd.error_log
        return root

    def test_has_a_file_a_document_and_an_error_a_diagnostic(self):
        source = campaign()
        info = diagnosed(source, "Spring", severity=Severity.INFO, label="")
        root = self.files(
            DocumentReport(source, (diagnosed(source, "cmp_grt_name"), info)),
            DocumentReport(Source("b.xml", b"")),
        )
        (file,) = root
        assert file.get("name") == "campaign.xml"
        assert [dict(each.attrib) for each in file] == [
            {
                "line": "3", "column": "17", "severity": "error",
                "message": "`cmp_grt_name` is not a greeting name: expected FirstName or None",
                "source": "ctct-migrate.CT310.greeting-name",
            },
            {
                "line": "2", "column": "9", "severity": "info",
                "message": "`Spring` is not a greeting name",
                "source": "ctct-migrate.CT310.greeting-name",
            },
        ]  # fmt: skip

    @given(st.text())
    def test_is_well_formed_whatever_the_text(self, text):
        source = Source(text or "a", b"<a/>")
        self.files(DocumentReport(source, (diagnosed(source, "<a/>", message=text, label=text),)))


def test_paths_have_slashes_on_windows_too(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source("mails\\spring\\a.xml", campaign().data)
    report = DocumentReport(source, (diagnosed(source, "Spring"),))
    forms = ("github", "gitlab", "rdjson", "checkstyle", "junit")
    assert [form for form in forms if "mails/spring/a.xml" in rendered(form, report)] == []
    monkeypatch.setattr("os.sep", "\\")
    assert [form for form in forms if "mails/spring/a.xml" not in rendered(form, report)] == []
