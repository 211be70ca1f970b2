"""`convert` and `verify`."""

from __future__ import annotations

import gzip
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_documents import BAD, GOOD, SUMMARY

Run = Callable[..., Any]

SCHEDULE = """\
<entry xmlns="http://www.w3.org/2005/Atom">
  <id>http://api.constantcontact.com/ws/customers/joe/campaigns/5/schedules/1</id>
  <title>When</title>
  <updated>2010-09-28T05:22:42.000Z</updated>
  <author><name>Constant Contact</name></author>
  <content type="application/vnd.ctct+xml">
    <Schedule xmlns="http://ws.constantcontact.com/ns/1.0/">
      <ScheduledTime>2090-05-10T11:07:43</ScheduledTime>
    </Schedule>
  </content>
</entry>
"""
NUMBERED = GOOD.replace(
    "data:,none", "http://api.constantcontact.com/ws/customers/joe/campaigns/77"
)


def feed(*entries: str) -> str:
    head = "<id>http://x</id><title>t</title><updated>2010-09-28T05:22:42Z</updated>"
    inner = "".join(entry[entry.index("<entry") :] for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}<author><name>n</name></author>{inner}</feed>'


# -- to standard output -----------------------------------------------------------------------------


def test_one_document_is_bare_json_on_one_line(run: Run, folder: Path) -> None:
    status, out, err = run("convert", "good.xml")
    assert (status, err) == (0, "")
    assert out.count("\n") == 1
    body = json.loads(out)
    assert body["name"] == "Spring"
    assert body["message_footer"]["state"] == "MA"
    assert "id" not in body


def test_several_are_json_lines(run: Run, folder: Path) -> None:
    (folder / "other.xml").write_text(feed(GOOD, NUMBERED))
    status, out, err = run("convert", "good.xml", "other.xml")
    assert (status, err) == (0, "")
    lines = [json.loads(line) for line in out.splitlines()]
    assert [list(line) for line in lines] == [
        ["source", "entry", "resource", "body", "dropped"]
    ] * 3
    assert [(line["source"], line["entry"]) for line in lines] == [
        ("good.xml", None), ("other.xml", 0), ("other.xml", 1)
    ]  # fmt: skip
    assert all(line["resource"] == "campaign" for line in lines)
    first = lines[0]["dropped"][0]
    assert first == {
        "path": "entry/link", "line": 3, "value": "/ws/customers/joesflowers/campaigns",
        "reason": "v2 has no place for it",
    }  # fmt: skip


def test_a_feed_of_one_entry_is_bare_json_too(run: Run, folder: Path) -> None:
    (folder / "feed.xml").write_text(feed(GOOD))
    assert json.loads(run("convert", "feed.xml").out)["name"] == "Spring"


def test_on_a_terminal_it_is_laid_out(folder: Path) -> None:
    ours, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, "-m", "ctct_migrate", "convert", "good.xml"], stdout=theirs, check=True
    )
    os.close(theirs)
    text = b""
    while chunk := _read(ours):
        text += chunk
    assert b'{\r\n  "name": "Spring",\r\n' in text


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


def test_a_document_with_errors_yields_no_json(run: Run, folder: Path) -> None:
    status, out, err = run("convert", "bad.xml", "good.xml")
    assert status == 1
    assert [json.loads(line)["source"] for line in out.splitlines()] == ["good.xml"]
    assert "error[CT310]: `cmp_grt_name` is not a greeting name\n  --> bad.xml:26:21\n" in err


def test_an_entry_with_errors_does_not_stop_the_others(run: Run, folder: Path) -> None:
    (folder / "feed.xml").write_text(feed(GOOD, BAD, NUMBERED))
    status, out, err = run("convert", "feed.xml")
    assert status == 1
    assert [json.loads(line)["entry"] for line in out.splitlines()] == [0, 2]
    assert "CT310" in err


def test_what_cannot_be_read_is_one_line_and_the_others_are_done(run: Run, folder: Path) -> None:
    status, out, err = run("convert", "missing.xml", "good.xml")
    assert status == 2
    assert err.startswith("ctct-migrate: missing.xml: ")
    assert err.count("\n") == 1
    assert json.loads(out)["source"] == "good.xml"


def test_standard_input(run: Run, folder: Path) -> None:
    status, out, _ = run("convert", "-", stdin=GOOD.encode())
    assert (status, json.loads(out)["name"]) == (0, "Spring")


# -- shapes, zones -----------------------------------------------------------------------------------


def test_shapes(run: Run, folder: Path) -> None:
    (folder / "numbered.xml").write_text(NUMBERED)
    bodies = {
        shape: json.loads(run("convert", "--shape", shape, "numbered.xml").out)
        for shape in ("create", "update", "record")
    }
    assert "id" not in bodies["create"]
    assert bodies["update"]["id"] == bodies["record"]["id"] == "77"
    assert bodies["record"]["status"] == "DRAFT"
    assert "status" not in bodies["update"]


def test_an_update_says_what_it_would_empty(run: Run, folder: Path) -> None:
    (folder / "numbered.xml").write_text(NUMBERED)
    status, _, err = run("convert", "--shape", "update", "numbered.xml")
    assert status == 0
    assert "warning[CT803]" in err
    assert run("convert", "--quiet", "--shape", "update", "numbered.xml").err == ""


def test_the_listing_of_a_feed_can_be_recorded_but_not_created(run: Run, folder: Path) -> None:
    (folder / "feed.xml").write_text(SUMMARY)
    status, out, _ = run("convert", "--shape", "record", "feed.xml")
    assert status == 0
    assert json.loads(out)["created_date"] == "2010-11-13T20:03:35.000Z"
    status, out, err = run("convert", "feed.xml")
    assert (status, out) == (1, "")
    assert "CT415" in err


def test_a_time_zone_may_be_assumed(run: Run, folder: Path) -> None:
    (folder / "schedule.xml").write_text(SCHEDULE)
    status, out, err = run("convert", "schedule.xml")
    assert (status, out) == (1, "")
    assert "error[CT602]" in err
    status, out, _ = run("convert", "--time-zone", "America/New_York", "schedule.xml")
    assert status == 0
    assert json.loads(out) == {"scheduled_date": "2090-05-10T11:07:43.000-04:00"}
    status, out, err = run("convert", "--time-zone", "Mars/Phobos", "schedule.xml")
    assert (status, out) == (2, "")
    assert "Mars/Phobos" in err


# -- explain, source map ------------------------------------------------------------------------------


def test_explain_prints_what_became_of_each_part(run: Run, folder: Path) -> None:
    status, out, err = run("convert", "--explain", "good.xml")
    assert (status, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert ["entry/content/Campaign/Name", "10", "Spring", "→", "/name", "mapped"] in lines
    assert any(line[:2] == ["entry/title", "5"] and "dropped:" in line for line in lines)
    assert "good.xml: campaign (create)" in out


def test_explain_counts_what_stands_in_markup(run: Run, folder: Path) -> None:
    html = "<html xmlns=''><body><p>a</p><p class='b'>c<br/></p></body></html>"
    encoded = "&lt;html&gt;&lt;body&gt;Hello&lt;/body&gt;&lt;/html&gt;"
    (folder / "child.xml").write_text(GOOD.replace(encoded, html))
    out = run("convert", "--explain", "child.xml").out
    assert "… 7 parts in it, likewise" in out
    assert "EmailContent/html" not in out
    assert "entry/content/Campaign/FromEmail/EmailAddress" in out


def test_explain_tells_of_a_feed_what_is_in_no_entry(run: Run, folder: Path) -> None:
    (folder / "feed.xml").write_text(feed(GOOD, GOOD))
    out = run("convert", "--explain", "feed.xml").out
    assert "feed.xml, entry 1: campaign" in out
    assert "feed/author/name" in out


def test_explain_goes_on_where_something_cannot_be_read(run: Run, folder: Path) -> None:
    (folder / "closed.xml").write_bytes(b"")
    (folder / "link.xml").symlink_to("nowhere.xml")
    status, out, err = run("convert", "--explain", "link.xml", "closed.xml", "bad.xml", "good.xml")
    assert status == 2
    assert "Traceback" not in err
    assert {"CT001", "CT310"} <= {word.strip("[]:") for word in err.replace("error", "").split()}
    assert "good.xml: campaign (create)" in out


def test_the_source_map_goes_to_a_file(run: Run, folder: Path) -> None:
    status, out, _ = run("convert", "--source-map", "map.jsonl", "good.xml")
    assert status == 0
    assert json.loads(out)["name"] == "Spring"
    line = json.loads((folder / "map.jsonl").read_text())
    assert (line["source"], line["entry"]) == ("good.xml", None)
    span = line["source_map"]["/name"]
    data = (folder / "good.xml").read_bytes()
    assert data[span["offset"] : span["end_offset"]] == b"Spring"
    assert (span["line"], span["column"]) == (10, 13)


def test_the_source_map_comes_with_the_lines_on_request(run: Run, folder: Path) -> None:
    out = run("convert", "--source-map", "-", "good.xml").out
    line = json.loads(out)
    assert line["source_map"]["/name"]["line"] == 10
    assert line["body"]["name"] == "Spring"


# -- outputs ------------------------------------------------------------------------------------------


def test_a_folder_of_outputs(run: Run, folder: Path) -> None:
    status, out, err = run("convert", "-o", "out", "good.xml", "bad.xml")
    assert (status, out) == (1, "")
    assert json.loads((folder / "out" / "good.json").read_text())["name"] == "Spring"
    assert not (folder / "out" / "bad.json").exists()
    assert "1 converted, 1 with errors" in err
    assert "CT310" in err


def test_packed_lines_are_not_overwritten_unasked(run: Run, folder: Path) -> None:
    assert run("convert", "-o", "out.jsonl.gz", "good.xml").status == 0
    assert len(gzip.decompress((folder / "out.jsonl.gz").read_bytes()).splitlines()) == 1
    status, _, err = run("convert", "-o", "out.jsonl.gz", "good.xml")
    assert status == 2
    assert "--force" in err
    assert run("convert", "--force", "-o", "out.jsonl.gz", "good.xml").status == 0


def test_what_the_documents_of_a_run_say_together(run: Run, folder: Path) -> None:
    (folder / "one.xml").write_text(NUMBERED)
    (folder / "two.xml").write_text(NUMBERED)
    (folder / "when.xml").write_text(SCHEDULE.replace("11:07:43<", "11:07:43Z<"))
    status, out, err = run("convert", "one.xml", "two.xml", "when.xml")
    assert status == 0
    assert len(out.splitlines()) == 3
    assert err.count("warning[CT616]") == 1
    assert err.count("info[CT615]") == 1


def test_a_file_of_json_lines(run: Run, folder: Path) -> None:
    status, _, _ = run("convert", "-o", "out.jsonl", "good.xml")
    assert status == 0
    assert json.loads((folder / "out.jsonl").read_text())["body"]["name"] == "Spring"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--resume", "good.xml"),
        ("--force", "good.xml"),
        ("-o", "out", "--explain", "good.xml"),
        ("--shape", "delete", "good.xml"),
        ("-o", "out", "--resume", "good.xml"),
        (),
    ],
)
def test_bad_arguments(run: Run, folder: Path, arguments: tuple[str, ...]) -> None:
    status, out, err = run("convert", *arguments)
    assert (status, out) == (2, "")
    assert "Traceback" not in err


def test_a_source_map_that_cannot_be_written(run: Run, folder: Path) -> None:
    status, _, err = run("convert", "--source-map", "no/such/folder/map.jsonl", "good.xml")
    assert status == 2
    assert "Traceback" not in err


# -- verify -------------------------------------------------------------------------------------------


def given(folder: Path, value: Any) -> str:
    (folder / "given.json").write_text(json.dumps(value))
    return "given.json"


def test_verify_accepts_what_convert_makes(run: Run, folder: Path) -> None:
    for arguments in (("good.xml",), ("--source-map", "-", "good.xml")):
        (folder / "given.json").write_text(run("convert", *arguments).out)
        assert run("verify", "good.xml", "given.json") == (0, "", "")
    (folder / "feed.xml").write_text(feed(GOOD, NUMBERED))
    (folder / "given.json").write_text(run("convert", "feed.xml").out)
    assert run("verify", "feed.xml", "given.json").status == 0


def test_verify_shows_each_difference_in_the_xml(run: Run, folder: Path) -> None:
    body = json.loads(run("convert", "good.xml").out)
    del body["subject"]
    body["message_footer"]["state"] = "NY"
    body["greeting"] = "Hello"
    status, out, _ = run("verify", "--format", "json", "good.xml", given(folder, body))
    assert status == 1
    found = json.loads(out)
    assert sorted((each["code"], each["line"], each["element"].rpartition("/")[2]) for each in found) == [
        ("CT850", 13, "Subject"), ("CT850", 31, "OrganizationState"), ("CT853", 9, "Campaign"),
    ]  # fmt: skip
    text = run("verify", "good.xml", "given.json").out
    assert "--> good.xml:31:" in text
    assert '`"NY"`' in text
    assert 'expected `"MA"`' in text


def test_verify_takes_lists_and_says_what_is_missing_or_too_much(run: Run, folder: Path) -> None:
    body = json.loads(run("convert", "good.xml").out)
    (folder / "feed.xml").write_text(feed(GOOD, GOOD))
    assert run("verify", "feed.xml", given(folder, [body, body])).status == 0
    for bodies, words in ([body], "no body"), ([body] * 3, "the JSON has 1 body more"):
        status, out, _ = run("verify", "feed.xml", given(folder, bodies))
        assert status == 1
        assert out.count("error[") == 1
        assert "error[CT854]" in out
        assert words in out


def test_verify_tells_of_a_document_that_does_not_convert(run: Run, folder: Path) -> None:
    status, out, _ = run("verify", "bad.xml", given(folder, {}))
    assert status == 1
    assert "CT310" in out


@pytest.mark.parametrize("text", ["", "{", "nothing", "[" * 100_000, "\x00", '{"a": 1} {"b": 2}'])
def test_verify_of_what_is_no_json(run: Run, folder: Path, text: str) -> None:
    (folder / "given.json").write_text(text)
    status, out, err = run("verify", "good.xml", "given.json", "--format", "concise")
    assert (status, err) == (1, "")
    assert out.startswith("given.json:1:")
    assert ": CT851 error: " in out
    assert out.count("\n") == 1


NO_BODY = [
    (None, "CT850"),
    (5, "CT850"),
    ("x", "CT850"),
    ([], "CT854"),
    ([[]], "CT850"),
    ({"source": 1, "entry": "x", "body": {}}, "CT852"),
]


@pytest.mark.parametrize(("value", "code"), NO_BODY)
def test_verify_of_json_that_is_no_body(run: Run, folder: Path, value: Any, code: str) -> None:
    status, out, err = run("verify", "good.xml", given(folder, value))
    assert status == 1
    assert out.count("error[") == 1
    assert f"error[{code}]" in out
    assert err == ""


def test_verify_of_missing_files(run: Run, folder: Path) -> None:
    body = json.loads(run("convert", "good.xml").out)
    for value in (body, [body, body], {"subject": "Flowers"}):
        status, out, err = run("verify", "nowhere.xml", given(folder, value))
        assert (status, out) == (2, "")
        assert err == "ctct-migrate: nowhere.xml: there is no such file or folder\n"
    status, out, err = run("verify", "good.xml", "nowhere.json")
    assert (status, out) == (2, "")
    assert err == "ctct-migrate: nowhere.json: No such file or directory\n"


def test_verify_of_a_missing_document_still_says_what_is_wrong_with_the_json(
    run: Run, folder: Path
) -> None:
    status, out, err = run("verify", "nowhere.xml", "good.xml", "--format", "concise")
    assert status == 2
    assert out == "good.xml:1:1: CT851 error: this is XML, not JSON\n"
    assert err == "ctct-migrate: nowhere.xml: there is no such file or folder\n"


# -- forms, encodings, names --------------------------------------------------------------------------

BOOKS = GOOD.replace("<Name>Spring<", "<Name>Frühling \U0001f4da<")
LOCALES = [{"PYTHONIOENCODING": "cp1252"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}, {"LANG": "de_DE.ISO-8859-1"}]  # fmt: skip


@pytest.mark.parametrize("locale", LOCALES, ids=str)
@pytest.mark.parametrize("arguments", [["books.xml"], ["books.xml", "good.xml"]])
def test_standard_output_is_utf_8_whatever_the_locale(folder: Path, locale, arguments) -> None:
    (folder / "books.xml").write_text(BOOKS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ctct_migrate", "convert", *arguments],
        env={**os.environ, **locale}, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    value = json.loads(done.stdout.decode("utf-8").splitlines()[0])
    assert value.get("body", value)["name"] == "Frühling \U0001f4da"


class TestForms:
    def test_one_file(self, run: Run, folder: Path) -> None:
        (folder / "books.xml").write_text(BOOKS, encoding="utf-8")
        assert run("convert", "books.xml", "-o", "a.json") == (0, "", "")
        assert json.loads((folder / "a.json").read_bytes())["name"] == "Frühling \U0001f4da"
        status, _, err = run("convert", "good.xml", "-o", "a.json")
        assert (status, err) == (
            2, "ctct-migrate: a.json is there already; --force overwrites it\n"
        )  # fmt: skip
        assert run("convert", "good.xml", "-o", "a.json", "--force").status == 0
        assert json.loads((folder / "a.json").read_text())["name"] == "Spring"

    def test_one_file_of_a_feed_of_one_entry(self, run: Run, folder: Path) -> None:
        (folder / "feed.xml").write_text(feed(GOOD))
        assert run("convert", "feed.xml", "-o", "a.json").status == 0
        assert json.loads((folder / "a.json").read_text())["name"] == "Spring"

    @pytest.mark.parametrize("documents", [["good.xml", "good.xml"], ["feed.xml"]])
    def test_one_file_does_not_take_two_bodies(self, run: Run, folder: Path, documents) -> None:
        (folder / "feed.xml").write_text(feed(GOOD, NUMBERED))
        (folder / "a.json").write_text("old")
        status, out, err = run("convert", *documents, "-o", "a.json", "--force")
        assert (status, out) == (2, "")
        assert err.startswith("ctct-migrate: a.json takes one body, and there are more; ")
        assert (folder / "a.json").read_text() == "old"

    def test_one_file_is_not_made_for_a_document_with_errors(self, run: Run, folder: Path) -> None:
        before = sorted(folder.iterdir())
        status, _, err = run("convert", "bad.xml", "-o", "a.json")
        assert status == 1
        assert "CT310" in err
        assert sorted(folder.iterdir()) == before

    @pytest.mark.parametrize("documents", [["good.xml"], ["good.xml", "good.xml"], ["bad.xml"]])
    def test_each_form_can_be_asked_for(self, run: Run, folder: Path, documents) -> None:
        number = documents.count("good.xml")
        lines = run("convert", *documents, "--format", "jsonl").out
        assert [json.loads(line)["source"] for line in lines.splitlines()] == documents[:number]
        array = run("convert", *documents, "--format", "json").out
        assert json.loads(array) == [json.loads(line) for line in lines.splitlines()]
        run("convert", *documents, "--format", "json", "-o", "a.json")
        assert (folder / "a.json").read_text() == array

    @pytest.mark.parametrize(
        "arguments",
        [
            ["-o", "out", "--format", "json"],
            ["-o", "a.json", "--manifest", "m"],
            ["--format", "xml"],
        ],
    )
    def test_what_does_not_go_together(self, run: Run, folder: Path, arguments) -> None:
        assert run("convert", "good.xml", *arguments).status == 2


def test_where_to_read_more_is_said_once(run: Run, folder: Path) -> None:
    err = run("convert", "bad.xml", "bad.xml").err
    assert err.count("= more:") == 1
    assert err.endswith("= more: ctct-migrate explain CT311 (or CT310)\n")


def test_past_schedules_are_shown_once_and_counted(run: Run, folder: Path) -> None:
    for number in range(9):
        past = SCHEDULE.replace("2090-05-10T11:07:43", f"201{number}-05-10T11:07:43Z")
        (folder / f"schedule-{number}.xml").write_text(past.replace("/5/", f"/{number}/"))
    err = run("convert", *sorted(folder.glob("schedule-*.xml"))).err
    assert err.count("warning[CT613]") == 1
    assert "= note: 9 schedules are in the past (CT613)" in err


class TestStandardInputByAnotherName:
    def test_in_messages_and_bodies(self, run: Run, folder: Path) -> None:
        assert "  --> web/a.xml:26:21\n" in run(
            "convert", "-", "--stdin-filename", "web/a.xml", stdin=BAD.encode()
        ).err  # fmt: skip
        line = run(
            "convert", "-", "--stdin-filename", "web/a.xml", "--format", "jsonl",
            stdin=GOOD.encode(),
        ).out  # fmt: skip
        assert json.loads(line)["source"] == "web/a.xml"
        run("convert", "-", "--stdin-filename", "web/a.xml", "-o", "out", stdin=GOOD.encode())
        assert (folder / "out/a.json").exists()

    def test_in_lint_with_the_configuration_of_its_folder(self, run: Run, folder: Path) -> None:
        (folder / "web").mkdir()
        (folder / "web/ctct-migrate.toml").write_text('ignore = ["CT310"]')
        outcome = run(
            "lint", "-", "--stdin-filename", "web/a.xml", "--format", "concise", stdin=BAD.encode()
        )
        assert outcome.status == 1
        assert outcome.out.startswith("web/a.xml:23:22: CT311 ")
        assert "CT310" not in outcome.out
        text = run("lint", "-", "--stdin-filename", "web/a.xml", stdin=BAD.encode()).out
        assert text.endswith("1 can be fixed with ctct-migrate fix\n")

    def test_in_fix_which_still_writes_to_standard_output(self, run: Run, folder: Path) -> None:
        (folder / "a.xml").write_text("untouched")
        outcome = run("fix", "-", "--stdin-filename", "a.xml", stdin=BAD.encode())
        assert outcome.out == BAD.replace("<ViewAsWebpage>no", "<ViewAsWebpage>NO")
        assert "a.xml" in outcome.err
        assert (folder / "a.xml").read_text() == "untouched"


class TestPairingWhereOneIsMissing:
    def bodies(self, run: Run, folder: Path) -> list[str]:
        (folder / "xml").mkdir()
        for name in ("A", "B", "C", "D"):
            text = GOOD.replace("Spring</Name>", f"Sale {name}</Name>")
            (folder / "xml" / f"{name}.xml").write_text(text)
        lines = run("convert", "xml", "--format", "jsonl").out.splitlines()
        return [json.dumps(json.loads(line)["body"]) for line in lines]

    @pytest.mark.parametrize("gone", ["A", "B", "D"])
    def test_a_document_that_is_gone_shifts_no_body(
        self, run: Run, folder: Path, gone: str
    ) -> None:
        every = self.bodies(run, folder)
        (folder / "all.jsonl").write_text("\n".join(every))
        assert run("verify", "xml", "all.jsonl").status == 0
        (folder / "xml" / f"{gone}.xml").unlink()
        done = run("verify", "--format", "json", "xml", "all.jsonl")
        assert [each["code"] for each in json.loads(done.out)] == ["CT854"]

    def test_a_body_that_is_gone_shifts_no_other(self, run: Run, folder: Path) -> None:
        every = self.bodies(run, folder)
        (folder / "all.jsonl").write_text("\n".join(every[1:]))
        done = run("verify", "--format", "json", "xml", "all.jsonl")
        assert [each["code"] for each in json.loads(done.out)] == ["CT854"]
