"""The example of the page about Python does what its comments say."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

import pytest
from documentation_pages import DOCS, ROOT, blocks


def test_the_example_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = (
        block.text
        for block in blocks(DOCS / "reference" / "python.md")
        if block.language == "python"
    )
    monkeypatch.chdir(ROOT)
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(example, "python.md", "exec"), {})
    assert "29 CT310 `cmp_grt_name` is not a greeting name" in printed.getvalue()
    assert "{'scheduled_date': '2013-05-10T11:07:43.626Z'}" in printed.getvalue()
