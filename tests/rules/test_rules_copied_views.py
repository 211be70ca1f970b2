"""What is copied from a view, and tags that are written twice: one mistake is one diagnostic, and its
fix gives the document back."""

from __future__ import annotations

import re

import pytest
from example_documents import CAMPAIGN

from ctct_migrate import fix, lint, read

LINES = CAMPAIGN.splitlines()


def one(data: str) -> tuple[str, str]:
    """The code of the one thing that is said, and what the safe fix makes of the document."""
    (said,) = lint(read(data.encode()))
    return said.code, fix(read(data.encode()))[0].decode()


@pytest.mark.parametrize(
    "before",
    [
        "2012-01-01 10:00:0{0},12{0} DEBUG ", "Jan {0} 10:00:0{0} web app[3{0}]: ", "web_1  | ",
        "[{0}] <xml> ".replace("<xml>", "xml"), "I/Sender(123{0}): ", "10:0{0} ",
    ],
)  # fmt: skip
def test_a_log(before: str) -> None:
    logged = "\n".join(before.format(at % 10) + line for at, line in enumerate(LINES))
    assert one(logged) == ("CT026", "\n".join(LINES))


def test_a_log_with_other_lines_around_is_not_unwrapped_without_being_asked() -> None:
    logged = "app starts\n" + "\n".join("DEBUG " + line for line in LINES) + "\nDEBUG done\nbye\n"
    (said, *_) = lint(read(logged.encode()))
    assert said.code == "CT026"
    assert fix(read(logged.encode()))[0] == logged.encode()


def viewed(mark: str, *, leaves: bool) -> str:
    """As a browser shows it: a mark before each element that can be folded away."""
    lines = []
    for line in LINES:
        is_tag = re.match(r"\s*<[A-Za-z]", line) is not None
        if is_tag and (leaves or "</" not in line):
            lines.append(re.sub(r"^(\s*)", lambda found: f"{found[1]}{mark}", line))
        else:
            lines.append(line)
    return "\n".join(lines)


@pytest.mark.parametrize("mark", ["- ", "-", "\u25bc", "\u25be ", "\u2212 "])
@pytest.mark.parametrize("leaves", [True, False])
def test_the_tree_of_a_browser(mark: str, leaves: bool) -> None:
    assert one(viewed(mark, leaves=leaves)) == ("CT026", "\n".join(LINES))


@pytest.mark.parametrize("mark", ["<br>", "<br />", " <BR/>"])
def test_a_page_with_a_break_after_each_line(mark: str) -> None:
    assert one("".join(f"{line}{mark}\n" for line in LINES)) == ("CT027", "\n".join(LINES) + "\n")


def test_what_was_folded_away_is_missing() -> None:
    (said, *_) = lint(read(viewed("+ ", leaves=False).encode()))
    assert said.code == "CT026"
    assert any("unfold" in help for help in said.help)


def test_each_less_than_sign_twice() -> None:
    assert one(CAMPAIGN.replace("<", "<<")) == ("CT103", CAMPAIGN)
    assert one(CAMPAIGN.replace("<", "<<").replace(">", ">>")) == ("CT103", CAMPAIGN)
    assert one(re.sub("</(?!Text)(?=[A-Z])", "<</", CAMPAIGN)) == ("CT103", CAMPAIGN)


@pytest.mark.parametrize("name", ["Campaign", "ContactLists", "FromEmail", "author", "content"])
def test_an_element_in_itself(name: str) -> None:
    doubled = re.sub(rf"<{name}([^>]*)>", rf"<{name}\1><{name}>", CAMPAIGN)
    doubled = doubled.replace(f"</{name}>", f"</{name}></{name}>")
    assert one(doubled) == ("CT378", CAMPAIGN)


def test_the_outer_one_goes_where_the_inner_one_says_more() -> None:
    doubled = CAMPAIGN.replace("<Campaign ", "<Campaign><Campaign ")
    doubled = doubled.replace("</Campaign>", "</Campaign></Campaign>")
    assert one(doubled) == ("CT378", CAMPAIGN)


def test_two_lists_in_an_element_are_not_one_in_itself() -> None:
    assert lint(read(CAMPAIGN.encode())) == []
    other = CAMPAIGN.replace("<Campaign ", '<Campaign id="http://a"><Campaign id="http://b" ')
    other = other.replace("</Campaign>", "</Campaign></Campaign>")
    assert "CT378" not in [each.code for each in lint(read(other.encode()))]


@pytest.mark.parametrize("start", ["<Campaign", "<Subject>", "<FromName>", "</Subject>"])
def test_the_rest_of_an_entry(start: str) -> None:
    (said,) = lint(read(CAMPAIGN[CAMPAIGN.index(start) :].encode()))
    assert said.code == "CT106"
    assert "the beginning of the document is missing" in said.message


def test_of_the_rest_of_an_entry_the_payload_can_be_kept() -> None:
    start = CAMPAIGN.index("<Campaign")
    payload = CAMPAIGN[start : CAMPAIGN.index("</Campaign>") + len("</Campaign>")]
    rest = CAMPAIGN[start:]
    assert fix(read(rest.encode()))[0].decode() == rest
    assert fix(read(rest.encode()), unsafe=True)[0].decode().strip() == payload


@pytest.mark.parametrize(
    "output",
    [
        "<b>Warning</b>:  Undefined variable $x in /var/www/a.php on line 3<br />\n", "<br>\n", "<br/><br/>",
        "<p>Connecting …</p>\n", "<pre>array(3) {\n}</pre>\n", "<font color=red>Deprecated</font>: a()\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("declared", [True, False])
def test_what_a_program_printed_before_the_document(output: str, declared: bool) -> None:
    at = CAMPAIGN.index("<entry")
    rest = CAMPAIGN[at:]
    before = CAMPAIGN[:at] if declared else ""
    assert one(before + output + rest) == ("CT109", before + rest)


@pytest.mark.parametrize("name", ["Subject", "FromName", "ContactLists"])
@pytest.mark.parametrize("character", ["\u00ad", "\u200b", "\u2060"])
def test_an_invisible_character_in_a_name(name: str, character: str) -> None:
    wrong = CAMPAIGN.replace(f"<{name}>", f"<{name[:3]}{character}{name[3:]}>")
    (said,) = lint(read(wrong.encode()))
    assert (said.code, said.message.endswith("in the name of a tag")) == ("CT121", True)
    assert fix(read(wrong.encode()))[0].decode() == CAMPAIGN


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("<entry ", "< entry "), ("<entry ", "entry "), ("<entry ", "<entyr "), ("<entry ", "<Entry "),
     ('2005/Atom">', '2005/Atom"'), ("<entry ", "<\\entry ")],
)  # fmt: skip
def test_a_damaged_beginning_is_there(right: str, wrong: str) -> None:
    for said in lint(read(CAMPAIGN.replace(right, wrong, 1).encode())):
        assert "the beginning of the document is missing" not in said.message


@pytest.mark.parametrize(
    "name", ["entry", "Campaign", "ContactLists", "author", "Subject", "FromEmail"]
)
def test_a_start_tag_twice(name: str) -> None:
    assert one(CAMPAIGN.replace(f"<{name}", f"<{name}><{name}", 1)) == ("CT378", CAMPAIGN)


def test_a_start_tag_before_the_declaration() -> None:
    assert one(f"<entry>\n{CAMPAIGN}") == ("CT378", CAMPAIGN)
