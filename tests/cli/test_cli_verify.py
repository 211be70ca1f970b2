"""`verify` from end to end: what is compared with what, and what is said."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cli_documents import GOOD

SCHEDULE = """\
<entry xmlns="http://www.w3.org/2005/Atom">
  <id>http://api.constantcontact.com/ws/customers/joe/campaigns/1100546096289/schedules/1</id>
  <title type="text"></title>
  <updated>2009-10-19T18:34:53.105Z</updated>
  <author><name>Joe</name></author>
  <content type="application/vnd.ctct+xml">
    <Schedule xmlns="http://ws.constantcontact.com/ns/1.0/"
      id="http://api.constantcontact.com/ws/customers/joe/campaigns/1100546096289/schedules/1">
      <ScheduledTime>2090-11-13T20:03:35Z</ScheduledTime>
    </Schedule>
  </content>
</entry>
"""


@pytest.fixture
def body(run, folder) -> dict[str, Any]:
    """The body of `good.xml`."""
    return json.loads(run("convert", "good.xml").out)


def _given(value: Any, name: str = "body.json") -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    Path(name).write_text(text, "utf-8")
    return name


def test_silence_and_0_where_both_say_the_same(run, body):
    assert run("verify", "good.xml", _given(body)) == (0, "", "")
    assert run("verify", "good.xml", "-", stdin=json.dumps([body]).encode()) == (0, "", "")


SHOWN = [
    ({"is_view_as_webpage_enabled": "false"}, ['is `"false"` in', "expected `false`", "a string where v2 has a boolean"]),
    ({"is_view_as_webpage_enabled": 0}, ["is `0` in", "a number where v2 has a boolean"]),
    ({"subject": "Flowers "}, ['is `"Flowers "` in', 'expected `"Flowers"`', "white space at an end alone"]),
    ({"subject": "Flow\u00a0ers"}, ["is `\"Flow\\u00a0ers\"` in"]),
    ({"subject": "Flowers\u200b"}, ["is `\"Flowers\\u200b\"` in", "1 character more at its end"]),
    ({"subject": "flowers"}, ["capital and small letters alone"]),
    ({"subject": None}, ["the JSON has no `subject`", 'expected `"Flowers"`']),
    ({"subject": ["Flowers"]}, ["`subject"]),
    ({"greeting_string": "Greetings?"}, ['is `"Greetings?"` in', 'expected `"Greetings!"`']),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "words"), SHOWN)
def test_a_difference_can_be_seen(run, body, changes, words):
    status, out, _ = run("verify", "good.xml", _given({**body, **changes}))
    assert status == 1
    assert out.endswith("1 document: 1 error\n")
    assert all(each in out for each in words), out


def test_of_long_texts_the_first_difference_is_shown_on_both_sides(run, folder):
    long = "".join(f"line {number} of it\n" for number in range(400))
    text = GOOD.replace("Hello&lt;/body", f"Hello {long}&lt;/body")
    Path("good.xml").write_text(text)
    body = json.loads(run("convert", "good.xml").out)
    at = body["email_content"].index("line 300")
    body["email_content"] = body["email_content"].replace("line 300", "line\t300")
    out = run("verify", "good.xml", _given(body)).out
    assert f"`email_content` differs from character {at + 5:,} on" in out
    the_xml = next(line for line in out.splitlines() if "the XML says" in line)
    the_json = next(line for line in out.splitlines() if "the JSON has" in line)
    assert "line 299 of it\\nline 300 of it" in the_xml
    assert "line 299 of it\\nline\\t300 of it" in the_json


MISSPELT = [
    ({"subjekt": "Flowers"}, "subject", ["no property `subjekt`: did you mean `subject`?"], ["either"]),
    ({"fromName": "Joe"}, "from_name", ["no property `fromName`: did you mean `from_name`?"], []),
    ({"Subject": "Flour"}, "subject", ["did you mean `subject`?", "is not the right one either", '"Flowers"'], []),
    ({"campaign_colour": "red"}, None, ["v2 has no property `campaign_colour`", '`"red"`'], ["mean"]),
    ({"extras": {"a": 1, "b": [2, 3]}}, None, ["v2 has no property `extras`"], ["extras/a"]),
]  # fmt: skip


@pytest.mark.parametrize(("more", "less", "words", "not_said"), MISSPELT)
def test_a_property_that_v2_does_not_have_is_reported_once(run, body, more, less, words, not_said):
    given = {name: value for name, value in body.items() if name != less} | more
    out = run("verify", "good.xml", _given(given)).out
    assert out.count("error[") == 1
    assert "error[CT853]" in out
    assert all(each in out for each in words), out
    assert not any(each in out for each in not_said), out


def test_a_misspelt_property_inside_another(run, body):
    footer = dict(body["message_footer"])
    footer["cty"] = footer.pop("city")
    out = run("verify", "good.xml", _given({**body, "message_footer": footer})).out
    assert out.count("error[") == 1
    assert "no property `message_footer/cty`: did you mean `city`?" in out


FOREIGN = [
    ({"scheduled_date": "2090-11-13T20:03:35Z"}, "this is the body of a schedule, and the XML is a campaign"),
    ({"colour": "red", "weight": 5}, "this is not the body of a campaign"),
    ({}, "the JSON is the empty object"),
    ("[[1]]", "the JSON is a list"),
    ("5", "the JSON is a number"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "sentence"), FOREIGN)
def test_a_body_of_something_else_is_one_sentence(run, folder, given, sentence):
    out = run("verify", "good.xml", _given(given)).out
    assert out.count("error[") == 1
    assert sentence in out


def test_a_body_that_is_wrapped_in_something(run, body):
    out = run("verify", "good.xml", _given({"campaign": body})).out
    assert out.count("error[") == 1
    assert "the body stands in `campaign`" in out


BROKEN = [
    ('{"name": "a",\n "subject": \'b\'}', 2, 13, "double quotes"),
    ('{"name": "a",\n}', 2, 1, "a comma stands before this"),
    ('{"name": "a"\n "subject": 5}', 2, 2, "a comma is missing"),
    ('{"name" "a"}', 1, 9, "a colon is missing"),
    ('{"name": "a', 1, 10, "has no end"),
    ('{"name": True}', 1, 10, "JSON has no `True`"),
    ('{"name": NaN}', 1, 10, "JSON has no `NaN`"),
    ('{"name": "a\nb"}', 1, 12, "a line end or another control character"),
    ('{"name": "\\d"}', 1, 11, "not an escape"),
    ('{"name": 5} x', 1, 13, "after the end"),
    ('{"name": ', 1, 9, "ends too early"),
    ("{name: 5}", 1, 2, "the name of a property"),
    (" \n", 1, 1, "no JSON here"),
    ("<a/>", 1, 1, "this is XML, not JSON"),
    ("[" * 100_000, 1, 1, "too deep"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "words"), BROKEN)
def test_broken_json_is_reported_at_its_place(run, folder, text, line, column, words):
    status, out, err = run("verify", "good.xml", _given(text), "--format", "concise")
    assert (status, err) == (1, "")
    assert out.startswith(f"body.json:{line}:{column}: CT851 error: ")
    assert words in out
    assert out.count("\n") == 1


def test_broken_json_is_drawn_with_a_caret(run, folder):
    out = run("verify", "good.xml", _given('{"name": "a" "b"}')).out
    assert '\n1 | {"name": "a" "b"}\n  |              ^ expected `,`' in out


def test_json_that_is_not_utf_8(run, folder):
    Path("body.json").write_bytes(b'{"name": "\xff"}')
    out = run("verify", "good.xml", "body.json", "--format", "concise").out
    assert out == "body.json:1:11: CT851 error: this byte is not UTF-8\n"


def test_swapped_arguments_are_recognized(run, body):
    status, out, err = run("verify", _given(body), "good.xml")
    assert (status, out) == (2, "")
    assert "the XML comes first, ctct-migrate verify good.xml body.json" in err


class TestMany:
    """Folders, archives and JSON Lines."""

    @pytest.fixture
    def both(self, run, folder: Path) -> Path:
        (folder / "xml/2010").mkdir(parents=True)
        (folder / "json/2010").mkdir(parents=True)
        for name, text in (
            ("a", GOOD),
            ("2010/a", GOOD.replace("Flowers<", "Trees<", 1)),
            ("2010/s", SCHEDULE),
        ):
            Path(f"xml/{name}.xml").write_text(text)
            Path(f"json/{name}.json").write_text(run("convert", f"xml/{name}.xml").out)
        Path("all.jsonl").write_text(run("convert", "xml").out)
        return folder

    def test_folders(self, run, both):
        assert run("verify", "xml", "json") == (0, "", "")
        Path("json/2010/s.json").rename("json/s.create.json")
        assert run("verify", "xml", "json") == (0, "", "")

    def test_what_differs_is_told_of_its_document(self, run, both):
        path = Path("json/2010/a.json")
        path.write_text(path.read_text().replace("Trees", "Bees"))
        status, out, _ = run("verify", "xml", "json", "--format", "concise")
        assert status == 1
        assert out.startswith("xml/2010/a.xml:13:")
        assert out.count("\n") == 1

    def test_what_has_no_partner_is_reported(self, run, both):
        Path("json/2010/a.json").rename("json/lonely.json")
        status, out, _ = run("verify", "xml", "json", "--format", "concise")
        assert status == 1
        assert [line.partition(": CT854 ")[0] for line in out.splitlines()] == [
            "xml/2010/a.xml:9:6", "json/lonely.json:1:1",
        ]  # fmt: skip

    def test_json_lines(self, run, both):
        assert run("verify", "xml", "all.jsonl") == (0, "", "")
        assert run("verify", "xml", "-", stdin=Path("all.jsonl").read_bytes()) == (0, "", "")
        Path("xml").rename("other")
        assert run("verify", "other", "all.jsonl") == (0, "", "")

    def test_lines_that_name_nothing_are_taken_in_order(self, run, both):
        lines = [json.loads(line)["body"] for line in Path("all.jsonl").read_text().splitlines()]
        _given("".join(json.dumps(each) + "\n" for each in lines), "plain.jsonl")
        assert run("verify", "xml", "plain.jsonl") == (0, "", "")
        _given("".join(json.dumps(each) + "\n" for each in [*lines, lines[0]]), "plain.jsonl")
        out = run("verify", "xml", "plain.jsonl", "--format", "concise").out
        assert out == "plain.jsonl:4:1: CT854 error: no document belongs to this body\n"

    def test_a_line_that_is_broken(self, run, both):
        lines = Path("all.jsonl").read_text().splitlines()
        _given("\n".join([lines[0], lines[1][:-1], *lines[2:]]), "all.jsonl")
        status, out, _ = run("verify", "xml", "all.jsonl", "--format", "concise")
        assert status == 1
        assert out.startswith("all.jsonl:2:")
        assert out.count("\n") == 1

    def test_bodies_with_numbers_are_paired_by_them(self, run, folder):
        texts = {}
        for number in ("1100546096289", "1100546096290"):
            ident = f"http://api.constantcontact.com/ws/customers/joesflowers/campaigns/{number}"
            text = GOOD.replace("data:,none", ident).replace("Spring", f"Spring {number}")
            texts[number] = text.replace(
                '"/ws/customers/joesflowers/campaigns"',
                f'"/ws/customers/joesflowers/campaigns/{number}"',
            )
        Path("two").mkdir()
        bodies = []
        for name, text in zip("ab", texts.values(), strict=True):
            Path(f"two/{name}.xml").write_text(text)
            bodies.append(json.loads(run("convert", f"two/{name}.xml", "--shape", "update").out))
        assert run("verify", "two", _given(bodies[::-1])) == (0, "", "")

    def test_archives(self, run, both):
        with zipfile.ZipFile("all.zip", "w") as archive:
            for path in Path("xml").rglob("*.xml"):
                archive.write(path, path.relative_to("xml"))
        assert run("verify", "all.zip", "json") == (0, "", "")

    def test_what_cannot_be_read(self, run, both):
        assert run("verify", "missing.xml", "json").status == 2
        status, _, err = run("verify", "xml", "missing.json")
        assert (status, err) == (2, "ctct-migrate: missing.json: No such file or directory\n")
