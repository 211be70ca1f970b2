"""CT807: resources that v1 made itself in every account, and that no request can write.

They are skipped: no body is made, and that is said where bodies are made, so not by a `lint` that
is asked for no shape.  It is not a mistake of the document's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.mapping.engine import MappingOutcome
from ctct_migrate.mapping.rows import Table
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources import BY_SLUG, RESOURCES
from ctct_migrate.rules.context import Context, Reporter
from ctct_migrate.rules.fast.raw_payload import RawSubject, path_of, start_tags
from ctct_migrate.rules.fast.signs import Signs
from ctct_migrate.source import Source

BUILT_IN = Rule(
    "CT807", "built-in", Severity.WARNING,
    summary="A resource that v1 made itself, and that cannot be created",
    why="Some resources v1 kept itself in every account, such as the contact lists `active`, `do-not-mail` and `removed`, which say in which state contacts are. Nobody could write them, and v2 has no such lists; a list made of one would be an ordinary list with that name. The entry is skipped, and the others of its feed are converted.",
    bad="", good="",
    how="Nothing has to be done. The state of a contact stands in the contact itself.",
    fact="reference, v1-resources, ContactList: System lists; mapping-v2, ContactList",
)  # fmt: skip

RULES = (BUILT_IN,)


class MadeOutcome(Protocol):
    """What the engine made of one payload."""

    @property
    def outcome(self) -> MappingOutcome:
        """What it made."""

    @property
    def table(self) -> Table:
        """The table that it ran."""


def is_built_in(made: MadeOutcome) -> bool:
    """Whether a payload is one that v1 made itself."""
    resource = BY_SLUG.get(made.table.resource)
    return resource is not None and made.outcome.number in resource.built_in


def may_report(signs: Signs) -> bool:
    """Whether an entry can be one that v1 made itself."""
    return bool(signs.resource.built_in) and not (
        signs.is_valid and signs.is_for_default_target and not signs.is_built_in
    )


def check(context: Context) -> Iterator[Diagnostic]:
    """That an entry is skipped."""
    from ctct_migrate.mapping.rows import ConversionOptions
    from ctct_migrate.rules.fast.fast_path import outcome_of

    resource = RESOURCES.get(context.resource or "")
    payload = context.payload
    if resource is None or not resource.built_in or context.shape is None or payload is None:
        return
    made = outcome_of(context.document, context.entry, ConversionOptions(context.shape))
    if made is None or not is_built_in(made):
        return
    yield _skipped(context.report, payload, made, payload.path)


def remarks(source: Source, root: Any, skipped: Sequence[RawSubject]) -> Iterator[Diagnostic]:
    """That payloads are skipped, given in the order of a document in which nothing is wrong; `root` is
    its root element.  Raises UnclearPlace."""
    tags = start_tags(source.text, root, [each.payload for each in skipped])
    for each, tag in zip(skipped, tags, strict=True):
        yield _skipped(Reporter(source, each.index), tag, each, path_of(each.payload))


def _skipped(report: Reporter, payload: Element, made: MadeOutcome, path: str) -> Diagnostic:
    """That a payload, of which the start tag counts, is skipped."""
    resource, id = BY_SLUG[made.table.resource], made.outcome.number
    attribute = next((each for each in payload.attributes if each.name == "id"), None)
    start, end = payload.name_start, payload.name_end
    if attribute is not None and id is not None:
        inside = report.source.text.find(id, attribute.value_start, attribute.value_end)
        if inside >= 0:
            start, end = inside, inside + len(id)
    return report.at(
        BUILT_IN, start, end, f"`{id}` is a {resource.noun} that v1 made itself: it is skipped",
        label="cannot be created or changed", help=(BUILT_IN.how,), element=path,
    )  # fmt: skip
