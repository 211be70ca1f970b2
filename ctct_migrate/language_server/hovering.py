"""Hover: what the thing under the cursor means, its limits, and what becomes of it."""

from __future__ import annotations

from typing import NamedTuple

from ctct_migrate.language_server.analysis import Analysis
from ctct_migrate.language_server.body_places import body_at
from ctct_migrate.language_server.editor_text import EditorPlace
from ctct_migrate.language_server.hover_texts import (
    attribute_text,
    element_text,
    property_text,
    value_text,
)
from ctct_migrate.language_server.under_cursor import pointed, schema_place


class HoverText(NamedTuple):
    """Markdown, and the places between which what it is about stands."""

    markdown: str
    start: EditorPlace
    end: EditorPlace


def hover(analysis: Analysis, place: EditorPlace) -> HoverText | None:
    """What is known of the thing at a place; None where nothing is."""
    if analysis.body_target:
        return _of_body(analysis, place)
    return _of_document(analysis, place) if analysis.is_v1 else None


def _of_document(analysis: Analysis, place: EditorPlace) -> HoverText | None:
    snapshot = analysis.snapshot
    there = pointed(snapshot.document, snapshot.index(place))
    if there is None:
        return None
    stands = schema_place(snapshot.document, there.element)
    fact = stands.fact
    if fact is None:
        return None
    if there.attribute is None:
        markdown = element_text(fact, stands, analysis.shape)
        if there.on_value:
            meaning = value_text(fact.enumeration, there.element.text)
            markdown = f"{meaning}\n\n{markdown}" if meaning else markdown
    else:
        attribute = fact.attribute(there.attribute.name)
        if attribute is None:
            return None
        markdown = attribute_text(attribute, stands, analysis.shape)
        meaning = value_text(attribute.enumeration, there.attribute.value)
        if there.on_value and meaning:
            markdown = f"{meaning}\n\n{markdown}"
    return HoverText(markdown, snapshot.place(there.start), snapshot.place(there.end))


def _of_body(analysis: Analysis, place: EditorPlace) -> HoverText | None:
    snapshot = analysis.snapshot
    found = body_at(snapshot.source, analysis.body_target, snapshot.index(place))
    if found is None or (limits := found.limits) is None:
        return None
    markdown = property_text(limits, analysis.body_target, found.v1_paths)
    return HoverText(markdown, snapshot.place(found.start), snapshot.place(found.end))
