"""Ids that documents say by a label: the account is asked once what it has, before anything is
created, and a body gets the ids when it is sent.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ctct_migrate.json_pointers import at, with_value
from ctct_migrate.sender.calling import Caller, Refused
from ctct_migrate.sender.plan_failures import failure
from ctct_migrate.targets.account_facts import LabelledId
from ctct_migrate.targets.replies import Call, Expected, Failure
from ctct_migrate.targets.target import Delivery

Row = Mapping[str, Any]


#: Seconds for which it is believed that the account has nothing of a label.
_BELIEVED = 60.0


class GivenLabel(NamedTuple):
    """A label in a body: where it stands, and what it is."""

    pointer: str
    text: str


class Labels:
    """What one account has by labels."""

    def __init__(self, caller: Caller):
        self._caller = caller
        #: The rows of each listing, by its path; a failure where they are not to be had.
        self._rows: dict[str, list[dict[str, Any]] | Failure] = {}
        #: When each was asked for, in monotonic seconds.
        self._asked: dict[str, float] = {}

    async def look_up(self, delivery: Delivery, body: Mapping[str, Any]) -> list[Failure]:
        """What is said of labels in a body that the account does not have.  Raises Stopped."""
        found: list[Failure] = []
        for labelled in delivery.labels:
            for label in labels_in(labelled, body):
                rows = await self._listed(labelled)
                if isinstance(rows, Failure) or _row(labelled.names, rows, label.text) is None:
                    rows = await self._listed(labelled, again=True)
                if isinstance(rows, Failure):
                    found.append(rows)
                elif _row(labelled.names, rows, label.text) is None:
                    words = labelled.words.format(label=label.text)
                    found.append(failure(labelled.rule, label.pointer, words))
        return found

    def with_ids(self, delivery: Delivery, body: dict[str, Any]) -> dict[str, Any]:
        """A body with the ids of what it says by labels."""
        for labelled in delivery.labels:
            body = self._replaced(labelled, body, labels_in(labelled, body), self._own(labelled))
        return body

    def for_bulk(self, delivery: Delivery, body: dict[str, Any]) -> dict[str, Any]:
        """A body with what requests about many call it."""
        for labelled in delivery.labels:
            texts = texts_in(labelled, body)  # ids, too
            body = self._replaced(labelled, body, texts, labelled.in_bulk)
        return body

    @staticmethod
    def _own(labelled: LabelledId) -> str:
        return f"/{labelled.collection.id}"

    def _replaced(
        self, labelled: LabelledId, body: dict[str, Any], texts: Iterable[GivenLabel], name: str
    ) -> dict[str, Any]:
        rows = self._rows.get(labelled.collection.path, [])
        names = (self._own(labelled), *labelled.names)
        for label in list(texts):
            row = None if isinstance(rows, Failure) else _row(names, rows, label.text)
            if row is not None and at(row, name) is not None:
                body = with_value(body, label.pointer, at(row, name))
        return body

    async def _listed(
        self, labelled: LabelledId, *, again: bool = False
    ) -> list[dict[str, Any]] | Failure:
        collection = labelled.collection
        old = time.monotonic() - self._asked.get(collection.path, -_BELIEVED) >= _BELIEVED
        if collection.path not in self._rows or (again and old):
            self._asked[collection.path] = time.monotonic()
            call = Call.of("GET", collection.path, {}, Expected(rows=collection.rows))
            try:
                rows = await self._caller.pages(call, collection, collection.query, optional=True)
                self._rows[collection.path] = rows
            except Refused as refused:
                self._rows[collection.path] = refused.outcome.failures[0]
        return self._rows[collection.path]


def labels_in(labelled: LabelledId, body: Mapping[str, Any]) -> Iterator[GivenLabel]:
    """The labels in a body, in order; what is an id already is none."""
    form = labelled.form
    for each in texts_in(labelled, body):
        if re.fullmatch(form, each.text, re.ASCII) is None:
            yield each


def texts_in(labelled: LabelledId, body: Mapping[str, Any]) -> Iterator[GivenLabel]:
    """The labels and ids in a body, in order."""
    head, star, tail = labelled.pointer.partition("/*")
    items = at(body, head) if star else [body]
    for index, item in enumerate(items if isinstance(items, list) else ()):
        text = at(item, tail if star else head)
        if isinstance(text, str):
            yield GivenLabel(f"{head}/{index}{tail}" if star else head, text)


def _row(names: Iterable[str], rows: list[dict[str, Any]], label: str) -> Row | None:
    """What has a label: exactly, or else in other letter case; by its best name first."""
    forms: tuple[Callable[[str], str], ...] = (str.strip, _folded)
    for form in forms:
        for name in names:
            for row in rows:
                if form(str(at(row, name))) == form(label):
                    return row
    return None


def _folded(text: str) -> str:
    return text.strip().casefold()
