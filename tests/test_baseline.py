import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate.baseline import (
    Baseline,
    BaselineError,
    Recorder,
    Sieve,
    fingerprint,
    parsed,
    written,
)
from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.source import Source

TEXT = "<Campaign>\n  <Name>bad</Name>\n  <Subject>bad</Subject>\n</Campaign>\n"


def found(source: Source, guilty: str = "bad", code: str = "CT310") -> list[Diagnostic]:
    """A diagnostic for each `guilty` text."""
    diagnostics, at = [], source.text.find(guilty)
    while at >= 0:
        span = source.span(at, at + len(guilty))
        diagnostics.append(
            Diagnostic(source.path, None, span, Severity.ERROR, code, "name", "m", element="a/b")
        )
        at = source.text.find(guilty, at + 1)
    return diagnostics


def document(text: str) -> Source:
    return Source("a.xml", text.encode())


def baseline_of(text: str) -> Baseline:
    recorder = Recorder()
    recorder.add("a.xml", document(text), found(document(text)))
    return parsed(written(recorder.baseline).encode())


def new(baseline: Baseline, text: str, path: str = "a.xml") -> list[int]:
    """Lines of what is new."""
    source = document(text)
    return [d.span.start.line for d in Sieve(baseline).new(path, source, found(source))]


def test_what_was_recorded_is_not_new():
    baseline = baseline_of(TEXT)
    assert baseline.size == 2
    assert new(baseline, TEXT) == []


@pytest.mark.parametrize(
    "changed",
    [
        "\n\n\n" + TEXT,
        TEXT.replace("  <", "\t\t  <"),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("<Campaign>", "<Campaign>\n  <Status>Draft</Status>"),
        TEXT.replace("  <Subject>bad</Subject>\n", ""),
    ],
)
def test_moved_lines_make_nothing_new(changed):
    assert new(baseline_of(TEXT), changed) == []


def test_a_new_mistake_is_new():
    assert new(
        baseline_of(TEXT), TEXT.replace("</Campaign>", "  <Status>bad</Status>\n</Campaign>")
    ) == [4]


def test_one_more_of_the_same_kind_is_new():
    twice = TEXT.replace("  <Name>bad</Name>\n", "  <Name>bad</Name>\n  <Name>bad</Name>\n")
    assert new(baseline_of(TEXT), twice) == [3]
    assert new(baseline_of(twice), twice) == []


def test_another_document_knows_nothing_of_it():
    assert new(baseline_of(TEXT), TEXT, "b.xml") == [2, 3]


def test_a_document_in_parts_uses_up_what_is_known():
    source = document(TEXT)
    sieve = Sieve(baseline_of(TEXT))
    first, second = found(source)
    assert sieve.new("a.xml", source, [first]) == []
    assert sieve.new("a.xml", source, [second]) == []
    assert sieve.new("a.xml", source, [second]) == [second]


def test_in_one_long_line_only_the_neighbourhood_counts():
    far = "<a>" + "<Status>Draft</Status>" * 100
    text = f"{far}<Name>bad</Name>{far}"
    assert new(baseline_of(text), text.replace("Draft", "Sent", 50)) == []


def test_code_element_and_text_make_the_fingerprint():
    source = document(TEXT)
    first, second = found(source)
    (other_code,) = found(source, "bad</Name>", "CT311")
    marks = {fingerprint(source, each) for each in (first, second, other_code)}
    assert len(marks) == 3
    assert all(mark.split(":")[0] in ("CT310", "CT311") for mark in marks)


def test_the_file_is_sorted_and_stable():
    recorder = Recorder()
    for path in ("b.xml", "a.xml"):
        recorder.add(path, document(TEXT), found(document(TEXT)))
    text = written(recorder.baseline)
    assert list(json.loads(text)["documents"]) == ["a.xml", "b.xml"]
    assert written(parsed(text.encode())) == text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "this is not a baseline (it is not JSON)"),
        (b"\xff\xfe", "this is not a baseline (it is not JSON)"),
        (b"[" * 100_000, "this is not a baseline (it is not JSON)"),
        (b"[]", "this is not a baseline"),
        (b'{"version": 1}', "this is not a baseline"),
        (
            b'{"format": "ctct-migrate baseline", "version": 2, "documents": {}}',
            "this baseline is of version 2, not 1: record it anew with --write-baseline",
        ),
        (
            b'{"format": "ctct-migrate baseline", "version": 1, "documents": {"a": {"b": -1}}}',
            "this baseline is damaged: record it anew with --write-baseline",
        ),
        (
            b'{"format": "ctct-migrate baseline", "version": 1, "documents": []}',
            "this baseline is damaged: record it anew with --write-baseline",
        ),
    ],
)
def test_rubbish_is_one_clear_error(data, message):
    with pytest.raises(BaselineError) as error:
        parsed(data)
    assert str(error.value) == message


@given(
    st.binary(max_size=80)
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(
        lambda value: json.dumps(
            {"format": "ctct-migrate baseline", "version": 1, "documents": value}
        ).encode()
    )
)
def test_nothing_else_is_raised(data):
    with suppress(BaselineError):
        parsed(data)
