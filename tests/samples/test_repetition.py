"""Under one excerpt nothing is said three times."""

from __future__ import annotations

import re

import pytest
from expectations import sample_name, sample_paths

from ctct_migrate import lint, read
from ctct_migrate.output import DocumentReport, Style, renderer
from ctct_migrate.payload import Shape

#: Words that say what to do, but not with what.
_COMMON = {"write", "add", "expected", "did", "you", "mean", "a", "an", "the", "it", "its", "to",
           "is", "be", "in", "as", "with", "of", "use", "give", "put", "move"}  # fmt: skip


def _content(line: str) -> set[str]:
    """The words of a line, shortened so that `rename` and `renamed` are one."""
    return {word[:5] for word in re.findall(r"\w+", line.lower()) if word not in _COMMON}


@pytest.mark.parametrize("path", sample_paths(), ids=sample_name)
def test_no_sample_is_told_the_same_three_times(path):
    document = read(path)
    for shape in (None, *Shape):
        for found in lint(document, shape):
            shown = "".join(renderer("text")([DocumentReport(document.source, (found,))], Style()))
            said = [found.label, *(fix.title for fix in found.fixes)]
            if len([each for each in said if each]) < 2:
                continue
            known = set().union(*map(_content, said))
            for help in re.findall(r"^ *= help: (.+)$", shown, re.M):
                assert not _content(help) <= known, shown
