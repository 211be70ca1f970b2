"""What `convert --bulk` does with each document, in whichever process: its contacts as rows.

What is wrong with a document is reported as `convert` reports it; whoever may not be created is in
no row.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from ctct_migrate import convert, read
from ctct_migrate.bulk.bulk_rows import BulkRow, row_of
from ctct_migrate.clark_names import local_name
from ctct_migrate.cli import CommandError
from ctct_migrate.cli.conversion_work import ConvertWork
from ctct_migrate.configuration import Configuration
from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.inputs.feeds import parts
from ctct_migrate.inputs.input import Input
from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.mapping.start_lines import lines_of
from ctct_migrate.payload import Payload, Shape
from ctct_migrate.reader.document import Document, other_payload
from ctct_migrate.resources import BY_SLUG, RESOURCES
from ctct_migrate.rules.conversion.bulk_rules import no_list, not_taken, sent_alone
from ctct_migrate.runs.outcomes import DocumentOutcome, ResourceStatus, outcome
from ctct_migrate.runs.run_findings import Intent, run_findings
from ctct_migrate.source import Source
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.bulk_activity import BulkActivity


class Gathered(NamedTuple):
    """A contact that is in a row: the row, and its place as JSON (`source`, `entry`, `line`, and
    for a manifest `resource`, `sha256` and `codes`)."""

    row: BulkRow
    place: str


class Alone(NamedTuple):
    """A contact that is created by itself: its lists and address, its body, and its place as JSON."""

    row: BulkRow
    resource: str
    body: bytes
    place: str


class BulkOutcome(NamedTuple):
    """What became of one document.

    gathered  its contacts
    apart     the places of what is in no row, with the status of each
    text      what is to be shown of it
    refused   whether anything in it has errors
    others    how many resources it has that no such request is made of
    alone     contacts that the request would change, each with a body of its own
    """

    gathered: tuple[Gathered, ...]
    apart: tuple[tuple[ResourceStatus, dict[str, Any]], ...]
    text: str
    refused: bool
    others: int = 0
    alone: tuple[Alone, ...] = ()


@dataclass(frozen=True, slots=True)
class BulkWork:
    """The work; `activity` is the name of the request, of the target that the configuration of a
    document names."""

    convert: ConvertWork
    activity: str

    def __call__(self, source: Source, item: Input, sha256: str = "") -> BulkOutcome | CommandError:
        """The outcome of a document; or what is wrong with the configuration."""
        try:
            configuration = self.convert.configurations.of(item)
        except CommandError as error:
            return error
        document = read(source)
        if document.root is None and (entries := parts(item, source.data)):
            return _joined(self(each.source(), each, sha256) for each in entries)
        activity = TARGETS[configuration.target].bulk.get(self.activity)
        if activity is None:
            return CommandError(f"{configuration.target} has no request `{self.activity}`")
        others = _others(document, activity)
        if others:
            return BulkOutcome((), (), "", False, others)
        made, kept = bulk_payloads(document, activity, configuration)
        intent = Intent(None, configuration.target, activity)
        across = run_findings(document, item, self.convert.facts, intent)
        stopped = {each.entry for each in across if each.stops_conversion}
        kept = [each for each in kept if each.entry not in stopped]
        rows: list[tuple[Payload, BulkRow]] = []
        single: list[tuple[Payload, BulkRow]] = []
        wrong = []
        pointer = activity.contact_address
        for payload in kept:
            row = row_of(activity, payload.body)
            if row.unfit and activity.creates and payload.shape is Shape.CREATE:
                single.append((payload, row))
                wrong.append(sent_alone(source, payload, pointer, activity.name, row.unfit))
            elif row.unfit:
                lost = activity.creates
                wrong.append(
                    not_taken(source, payload, pointer, activity.name, row.unfit, lost=lost)
                )
            elif row.lists:
                rows.append((payload, row))
            else:
                wrong.append(no_list(source, payload, pointer))
        diagnostics = [*made, *wrong, *across]
        codes: dict[int | None, dict[str, None]] = {}
        for each in diagnostics:
            codes.setdefault(each.entry, {})[each.code] = None
        made_of = [*rows, *single]
        lines = _lines(document, [payload for payload, _ in made_of], pointer)
        places = [
            _place(item, payload, line, sha256, tuple(codes.get(payload.entry, ())))
            for (payload, _), line in zip(made_of, lines, strict=True)
        ]
        gathered = tuple(
            Gathered(row, place) for (_, row), place in zip(rows, places, strict=False)
        )
        alone = tuple(
            Alone(row, payload.resource, orjson.dumps(payload.body), place)
            for (payload, row), place in zip(single, places[len(rows) :], strict=True)
        )
        kept_entries = {payload.entry for payload, _ in made_of}
        told = outcome(
            item, source, (), [d for d in diagnostics if d.entry not in kept_entries], detailed=False,
            target=configuration.target, names=lambda: _names(document),
        )  # fmt: skip
        apart = tuple(_apart(item, told, kept_entries, sha256))
        text = self.convert.text_of(source, item, configuration, diagnostics)
        refused = any(each.severity is Severity.ERROR for each in diagnostics)
        return BulkOutcome(gathered, apart, text, refused, alone=alone)


def bulk_payloads(
    document: Document, activity: BulkActivity, configuration: Configuration
) -> tuple[list[Diagnostic], list[Payload]]:
    """The diagnostics of a document, and its payloads that become rows.

    An import is the act of the account's owner, whatever the documents say (reference, mapping-v2,
    Many contacts: OptInSource has no place in it); unless the target creates those for whom that is
    wrong by themselves.
    """
    shape = next(
        (each for slug, each in activity.takes.items() if _holds(document, slug)), Shape.CREATE
    )
    choices = configuration.choices
    if activity.parts is None:
        choices = replace(choices, opt_in_by="owner")
    made = convert(
        document, shape, time_zone=configuration.zone, target=configuration.target, choices=choices
    )
    kept = [each for each in made if activity.takes.get(each.resource) is shape]
    return list(made.diagnostics), kept


def _payload_names(document: Document) -> Iterator[str]:
    """The names of the payloads of a document, as far as they are known."""
    root = document.root
    if root is None:
        names = (entry.payload.name for entry in document.entries if entry.payload is not None)
    else:
        names = (local_name(element.tag) for element in root.iter("*"))
    for name in names:
        if name in RESOURCES or other_payload(name) is not None:
            yield name


def _holds(document: Document, slug: str) -> bool:
    """Whether the payloads of a document are of that resource: those of a feed are of one kind."""
    return next(_payload_names(document), "") == BY_SLUG[slug].name


def _others(document: Document, activity: BulkActivity) -> int:
    """How many resources a document has, if it has none that rows are made of; what is wrong with
    them is not asked here."""
    if document.form is not None:
        return 1
    first = next(_payload_names(document), None)
    taken = {BY_SLUG[slug].name for slug in activity.takes}
    if first is None or first in taken:
        return 0
    return max(1, sum(name == first for name in _payload_names(document)))


def _names(document: Document) -> dict[int | None, str | None]:
    return {
        entry.index: RESOURCES[entry.resource].slug if entry.resource else None
        for entry in document.entries
    }


def _place(item: Input, payload: Payload, line: int, sha256: str, codes: tuple[str, ...]) -> str:
    place: dict[str, Any] = {
        "source": item.name,
        "entry": payload.entry if item.part is None else item.part.number(payload.entry),
        "line": line,
    }
    if sha256:
        place |= {"resource": payload.resource, "sha256": sha256, "codes": codes}
    return _json(place)


def _json(value: dict[str, Any]) -> str:
    try:
        return orjson.dumps(value).decode("utf-8")
    except TypeError:  # a name that is not UTF-8
        import json

        return json.dumps(value)


def _apart(
    item: Input, told: DocumentOutcome, kept: set[int | None], sha256: str
) -> Iterator[tuple[ResourceStatus, dict[str, Any]]]:
    for each in told.resources:
        if each.entry in kept:
            continue
        yield (
            each.status,
            {
                "source": item.name,
                "entry": each.entry,
                "resource": each.resource,
                "sha256": sha256 or None,
                "codes": each.codes,
            },
        )


def _lines(document: Document, payloads: list[Payload], pointer: str) -> list[int]:
    """On which line (1-based, of the file) the address of each payload stands, which has that JSON
    pointer in its body."""
    if not payloads:
        return []
    root = document.root
    nodes: list[Any] = []
    if root is not None:
        entries = [root]
        if payloads[0].entry is not None:
            same = f"{root.tag[: -len(local_name(root.tag))]}entry"
            entries = [each for each in root.iterchildren("*") if each.tag == same]
        for payload in payloads:
            entry = entries[payload.entry or 0] if len(entries) > (payload.entry or 0) else None
            found = next(entry.iter("{*}EmailAddress"), None) if entry is not None else None
            if found is None:
                break
            nodes.append(found)
    if len(nodes) == len(payloads):
        lines = lines_of(document.source, nodes)
        if lines is not None:
            return lines
    return [
        span.start.line if (span := payload.source_map.get(pointer)) is not None else 1
        for payload in payloads
    ]


def _joined(outcomes: Iterator[BulkOutcome | CommandError]) -> BulkOutcome | CommandError:
    """What became of a feed, from what became of its entries; the first failure, if any failed."""
    from ctct_migrate.cli.diagnostic_output import PIECE

    gathered: list[Gathered] = []
    apart: list[tuple[ResourceStatus, dict[str, Any]]] = []
    texts: list[str] = []
    alone: list[Alone] = []
    refused, others = False, 0
    for each in outcomes:
        if isinstance(each, CommandError):
            return each
        gathered += each.gathered
        alone += each.alone
        apart += each.apart
        texts += [each.text] if each.text else []
        refused |= each.refused
        others += each.others
    return BulkOutcome(
        tuple(gathered), tuple(apart), PIECE.join(texts), refused, others, tuple(alone)
    )
