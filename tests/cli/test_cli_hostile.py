"""Nothing from a document, a name or a ledger reaches the terminal as it is."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from example_documents import CAMPAIGN
from program import completed

from ctct_migrate.output.cells import escaped, shown
from ctct_migrate.output.drawn import Drawn

#: An escape sequence, its C1 form, a right-to-left override, an isolate, a space without width, a
#: line separator, a carriage return, a bell, a byte order mark, a tag.
HOSTILE = "\x1b[31m\x9b2J\u202e\u2066\u200b\u2028\r\x07\ufeff\U000e0041"

#: What XML can hold of it.
IN_XML = "\x9b2J\u202e\u2066\u200b\u2028\ufeff\U000e0041"

#: What a file may be called.
NAME = "a\x1b[31m\x9b2J\u202eb\u200b\n.xml"


def obeyed(text: str) -> set[str]:
    """The characters that a terminal would obey."""
    return {
        char
        for char in text
        if char not in "\n\t\u200c\u200d" and unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")
    }


def run(*arguments: str, cwd: Path, data: bytes = b"") -> str:
    """Both outputs of a command line."""
    done = completed(*arguments, cwd=cwd, stdin=data, env={"PATH": "", "HOME": str(cwd)})
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a document of a hostile name and hostile texts, with mistakes and without."""
    bad = CAMPAIGN.replace("<Name>", f"<Name>{IN_XML}").replace("<Status>", f"<Status>{IN_XML}")
    bad = bad.replace("</Campaign>", f"<Abc{chr(0x2C00)} a='{IN_XML}'/></Campaign>")
    (tmp_path / NAME).write_text(bad, encoding="utf-8")
    good = CAMPAIGN.replace("<Name>", f"<Name>{IN_XML}")
    (tmp_path / f"good{NAME}").write_text(good, encoding="utf-8")
    (tmp_path / f"json{NAME}").write_text(json.dumps({HOSTILE: HOSTILE}, ensure_ascii=False))
    return tmp_path


COMMANDS = (
    *(("lint", "--format", name, ".") for name in (
        "text", "concise", "grouped", "json", "jsonl", "sarif", "junit", "github", "gitlab", "rdjson",
        "checkstyle",
    )),
    ("lint", "--statistics", "."),
    ("lint", NAME),
    ("lint", "--color", "always", NAME),
    ("fix", "--diff", "--unsafe", "--color", "never", f"missing{NAME}"),
    ("fix", "--check", "."),
    ("convert", NAME),
    ("convert", f"good{NAME}"),
    ("convert", "--explain-losses", f"good{NAME}"),
    ("verify", f"good{NAME}", f"json{NAME}"),
    ("explain", HOSTILE),
    ("rules", HOSTILE),
    (HOSTILE,),
    ("lint", f"--{HOSTILE}"),
    ("lint", "--select", HOSTILE, "."),
    ("lint", "--config", f"missing{NAME}", "."),
    ("status", "--ledger", f"missing{NAME}"),
    ("send", "--ledger", f"missing{NAME}", "--dry-run", "."),
    ("report", f"missing{NAME}"),
)  # fmt: skip


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda words: " ".join(map(ascii, words))[:60])
def test_no_output_is_obeyed(folder: Path, arguments: tuple[str, ...]) -> None:
    shows = run(*(word.replace("\x00", "") for word in arguments), cwd=folder)
    assert shows
    if "always" in arguments:
        shows = shows.replace("\x1b[", "[")  # its own colours
    assert not obeyed(shows), shows


def test_data_for_programs_is_exact(folder: Path) -> None:
    body = json.loads(run("convert", "-q", f"good{NAME}", cwd=folder).splitlines()[0])
    assert body["name"].startswith(IN_XML)
    line = run("lint", "--format", "jsonl", NAME, cwd=folder).splitlines()[0]
    assert json.loads(line)["code"].startswith("CT")
    before = (folder / NAME).read_bytes()
    assert IN_XML[1:] in completed("fix", "-", stdin=before).stdout  # its first character is fixed


class _Stream:
    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text


@pytest.mark.parametrize(
    "ours",
    [
        "\x1b[1;31merror\x1b[0m",
        "\x1b]8;;file:///rules.md#CT101\x1b\\CT101\x1b]8;;\x1b\\",
        "a\tb\n",
        "n\u00f6",
    ],
)
def test_colours_and_links_pass(ours: str) -> None:
    stream = _Stream()
    Drawn(stream).write(ours)  # type: ignore[arg-type]
    assert stream.text == ours


@pytest.mark.parametrize(
    "theirs",
    ["\x1b[2J", "\x1b[8mhidden", "\x1b]0;title\x07", "\x1b]8;;http://evil.example\x1b\\", "\x9b2J"],
)
def test_other_sequences_do_not(theirs: str) -> None:
    stream = _Stream()
    Drawn(stream).write(theirs)  # type: ignore[arg-type]
    assert not obeyed(stream.text)


def test_every_character_that_is_drawn_in_a_line_is_escaped_in_a_text() -> None:
    for point in (*range(0xD800), *range(0xE000, 0x110000)):
        char = chr(point)
        if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") and char not in "\n\t":
            assert (escaped(char) != char) == (shown(char) != char), hex(point)
            assert json.loads(f'"{escaped(char)}"', strict=False) == char


def test_send_status_and_report_are_not_obeyed(folder: Path) -> None:
    (folder / NAME).unlink()
    (folder / f"json{NAME}").unlink()
    feed = f"in{IN_XML}.xml"
    (folder / feed).write_text(CAMPAIGN.replace("<Subject>", f"<Subject>{IN_XML}"))
    ledger, manifest, page = f"l{IN_XML}.db", f"m{IN_XML}.jsonl", f"p{IN_XML}.html"
    for command in (
        ("convert", ".", "-o", "out", "--manifest", manifest),
        ("send", "--sandbox", "--ledger", ledger, "."),
        ("send", "--sandbox", "--ledger", ledger, "."),
        ("status", "--ledger", ledger),
        ("report", manifest, "-o", page),
        ("report", manifest),
    ):
        shows = run(*command, cwd=folder)
        assert not obeyed(shows), command
    html = (folder / page).read_text(encoding="utf-8")
    assert not obeyed(html)
    assert "202e" in html.lower()  # it is there, drawn
    rows = html.partition('<script type="application/json" id="rows">')[2].partition("</script>")[0]
    assert not obeyed("".join(str(each) for row in json.loads(rows) for each in row))
