"""No set of fixes, safe or unsafe, throws away what was written."""

from __future__ import annotations

import re

import pytest
from example_documents import CAMPAIGN
from hypothesis import given, settings
from hypothesis import strategies as st

from ctct_migrate import Severity, fix, lint, read
from ctct_migrate.fixing import loss

DAMAGED = {
    "no slash": re.sub(r"</(?=\w)", "<", CAMPAIGN),
    "no slash in the payload": re.sub(r"</(?=[A-Z])", "<", CAMPAIGN),
    "a space for the slash": CAMPAIGN.replace("</", "< "),
    "a division slash": CAMPAIGN.replace("</", "<∕"),
    "another bracket in end tags": CAMPAIGN.replace("</", "‹/"),
    "other brackets": CAMPAIGN.replace("<", "‹").replace(">", "›"),
    "wide brackets": CAMPAIGN.replace("<", "＜").replace(">", "＞"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_tags_that_are_all_damaged_alike_are_one_error(damage: str) -> None:
    broken = DAMAGED[damage]
    errors = [each for each in lint(read(broken.encode())) if each.severity is Severity.ERROR]
    assert [each.code for each in errors] == ["CT036"]
    for unsafe in (False, True):
        assert fix(read(broken.encode()), unsafe=unsafe)[0].decode() == CAMPAIGN


def _letters(data: bytes) -> int:
    return loss.text_of(data.decode("utf-8", "replace"))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["<", "/", ">", '"', "</", "="]), st.sampled_from(["", " ", "‹", "x", "<<"]),
       st.integers(1, 7))  # fmt: skip
def test_guesses_leave_three_quarters_of_the_text(mark: str, put: str, every: int) -> None:
    parts = CAMPAIGN.split(mark)
    broken = parts[0] + "".join(
        (put if number % every == 0 else mark) + part for number, part in enumerate(parts[1:])
    )
    before = _letters(broken.encode())
    after = _letters(fix(read(broken.encode()), unsafe=True)[0])
    assert after >= 0.75 * min(before, _letters(CAMPAIGN.encode()))


@pytest.mark.parametrize("head", ["@@ -1,3 +1,3 @@", "@@ -1,2 +1,90 @@", "@@ -4 +4 @@"])
def test_all_lines_of_a_difference_are_kept_whatever_its_head_says(head: str) -> None:
    lines = "".join(f" {line}" for line in CAMPAIGN.splitlines(keepends=True))
    broken = f"--- a/x.xml\n+++ b/x.xml\n{head}\n{lines}"
    assert fix(read(broken.encode()), unsafe=True)[0].decode() == CAMPAIGN


def test_a_next_file_does_not_belong_to_the_hunk_before_it() -> None:
    lines = "".join(f"+{line}" for line in CAMPAIGN.splitlines(keepends=True))
    count = len(CAMPAIGN.splitlines())
    other = "diff --git a/y b/y\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-one\n+<!-- two -->\n"
    broken = f"--- /dev/null\n+++ b/x.xml\n@@ -0,0 +1,{count} @@\n{lines}{other}"
    assert fix(read(broken.encode()), unsafe=True)[0].decode() == CAMPAIGN + "<!-- two -->\n"
