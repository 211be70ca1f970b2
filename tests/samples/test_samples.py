"""Every sample is linted, and says what it was expected to say, where it was expected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from expectations import (
    SAMPLES,
    Expectation,
    quotes,
    read_sample,
    read_samples,
    sample_name,
    sample_paths,
)

import ctct_migrate
from ctct_migrate.diagnostics import Diagnostic, Severity

ALL = sample_paths()


def reported(diagnostic: Diagnostic) -> Expectation:
    """A diagnostic in the terms of a sample."""
    start, end = diagnostic.span.start, diagnostic.span.end
    return Expectation(
        (start.line, start.column),
        (end.line, end.column),
        diagnostic.code,
        str(diagnostic.severity),
        -1 if diagnostic.entry is None else diagnostic.entry,
    )


@pytest.mark.parametrize("path", ALL, ids=sample_name)
def test_it_quotes_the_text_at_each_place(path: Path) -> None:
    sample = read_sample(path)
    for expected, written in sample.quotations:
        found = sample.at(expected.start, expected.end)
        assert quotes(written, found), f"{expected.code}: {found!r} stands there, not {written!r}"


@pytest.mark.parametrize("path", ALL, ids=sample_name)
def test_lint_says_what_the_sample_expects(path: Path) -> None:
    sample = read_sample(path)
    for shape, expected in sample.expectations.items():
        found = sorted(map(reported, ctct_migrate.lint(ctct_migrate.read(path), shape)))
        assert found == list(expected), f"as {shape or 'no shape'}"


@pytest.mark.parametrize(
    "sample", list(read_samples("good", "dialects", "archive")), ids=lambda s: s.path.name
)
def test_a_good_document_expects_no_error(sample: Any) -> None:
    assert [e for e in sample.expectations[None] if e.severity == Severity.ERROR] == []


@pytest.mark.parametrize("sample", list(read_samples("bad")), ids=lambda s: s.path.name)
def test_a_bad_document_expects_something(sample: Any) -> None:
    assert sample.expectations[None]


#: How many bodies come of a sample that is a feed, or has parts that become bodies of their own; those of
#: lists that v1 made itself do not count.
FEEDS = {
    "sent-events-feed": 2,
    "open-events-feed": 2,
    "click-events-feed": 3,
    "bounce-events-feed": 2,
    "optout-events-feed": 2,
    "reports-summary-feed": 2,
    "feed-of-three": 3,
    "contacts-collected": 2,
    "feed-listing": 3,
    "contact-lists-feed": 2,
    "contacts-page": 2,
    "account-addresses-feed": 2,
    "list-members-feed": 2,
    "activities-feed": 3,
    "folders-feed": 2,
    "images-feed": 2,
    "events-feed": 2,
    "registrants-feed": 2,
    "event-detail": 3,
    "event-two-types": 4,
    "event-ends-first": 3,
    "event-fee-without-amount": 3,
    "attendance-status": 0,
}


@pytest.mark.parametrize("path", sample_paths("good", "dialects"), ids=sample_name)
def test_a_good_document_converts_to_what_may_be_created(path: Path) -> None:
    conversion = ctct_migrate.convert(ctct_migrate.read(path))
    errors = [d for d in conversion.diagnostics if d.severity == Severity.ERROR]
    assert errors == []
    assert len(conversion) == FEEDS.get(path.stem, 1)


@pytest.mark.parametrize("path", sample_paths("archive"), ids=sample_name)
def test_an_archived_document_converts_to_a_record(path: Path) -> None:
    conversion = ctct_migrate.convert(ctct_migrate.read(path), shape="record")
    assert [d for d in conversion.diagnostics if d.severity == Severity.ERROR] == []
    assert len(conversion) == FEEDS.get(path.stem, 1)


@pytest.mark.parametrize("path", sample_paths("bad"), ids=sample_name)
def test_a_document_with_errors_converts_to_nothing_unless_v1_alone_minded(path: Path) -> None:
    found = ctct_migrate.lint(ctct_migrate.read(path), "create")
    # CT820: what can be recorded alone is skipped.
    none = any(each.stops_conversion or each.code == "CT820" for each in found)
    assert len(ctct_migrate.convert(ctct_migrate.read(path))) == (0 if none else 1)


def test_the_schedule_of_the_v2_documentation_converts_to_its_example_body() -> None:
    (payload,) = ctct_migrate.convert(ctct_migrate.read(SAMPLES / "good" / "schedule-002.xml"))
    assert payload.body == {"scheduled_date": "2013-05-10T11:07:43.626Z"}


def body(name: str) -> dict[str, Any]:
    """What a good sample converts to."""
    (payload,) = ctct_migrate.convert(ctct_migrate.read(SAMPLES / "good" / name))
    return payload.body


def test_xhtml_plain_and_inherited_children_come_out_as_the_same_content() -> None:
    """They hold the same markup, but for the namespaces that a reader does not see."""

    def content(kind: str) -> str:
        html: str = body(f"content-{kind}-children.xml")["email_content"]
        return html[html.index("<body") :]

    assert content("xhtml") == content("plain") == content("inherited")
    assert "xmlns" not in content("inherited")


def test_encoded_and_cdata_content_come_out_to_the_character() -> None:
    encoded = body("content-encoded.xml")["email_content"]
    assert body("content-cdata.xml")["email_content"] == "<!DOCTYPE html>\n" + encoded
    assert (
        '<a href="http://www.example.com/shop?month=5&amp;from=mail">Shop &amp; browse</a>'
        in encoded
    )


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("encoding-utf-16.xml", "Толстой and 村上 on our shelves 📚"),
        ("encoding-iso-8859-1.xml", "Crème brûlée and café: the cookbook evening"),
        ("encoding-windows-1252.xml", "“Best of the year” – only 9,99 €"),
        ("encoding-utf-8-bom.xml", "Naïve résumés — a workshop"),
    ],
)
def test_a_subject_is_the_same_in_every_encoding(name: str, subject: str) -> None:
    assert body(name)["subject"] == subject
