"""Under one excerpt nothing is said three times."""

from __future__ import annotations

import pytest
from output_specimens import campaign, diagnosed, fix, rendered

from ctct_migrate.output import DocumentReport
from ctct_migrate.output.repetition import new_help, sentences
from ctct_migrate.source import Source


def text(source: Source, *found) -> str:
    return rendered("text", DocumentReport(source, found))


@pytest.mark.parametrize(
    ("label", "help", "kept"),
    [
        ("write `Summer`", "Write `Summer`.", ()),
        ("expected `Summer`", "Did you mean `Summer`?", ()),
        ("expected `Summer`", "Write `Summer`. Autumn is over.", ("Autumn is over.",)),
        ("", "Write `Summer`.", ()),
        ("expected a season", "Write `Winter`.", ("Write `Winter`.",)),
        ("expected a season", "v2 knows `a. B`; Spring is not one.", ("v2 knows `a. B`; Spring is not one.",)),
    ],
)  # fmt: skip
def test_a_help_that_only_repeats_is_left_out(label, help, kept):
    source = campaign()
    found = diagnosed(
        source, "Spring", label=label, help=(help,), fixes=(fix(source, "Spring", "Summer"),)
    )
    assert tuple(new_help(found)) == kept
    assert text(source, found).count("= help:") == len(kept)


def test_all_helps_are_kept_where_nothing_else_says_what_to_do():
    source = campaign()
    found = diagnosed(source, "Spring", label="", message="`Spring` is there", help=("Spring",))
    assert tuple(new_help(found)) == ("Spring",)


def test_sentences_end_at_their_marks_but_not_in_quotations():
    assert list(sentences("One. `Two. Not three`? Four")) == ["One.", "`Two. Not three`?", "Four"]
