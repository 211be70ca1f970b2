"""CT820 and CT870: resources of which no request can be made: v1 only ever answered them, or a target
requires what v1 does not have and nobody has said.

They are skipped, as what v1 made itself is (`built_in`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.mapping.rows import Choices
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources import BY_SLUG, RESOURCES, Resource
from ctct_migrate.rules.context import Context, Reporter
from ctct_migrate.rules.fast.raw_payload import RawSubject, path_of, start_tags
from ctct_migrate.rules.fast.signs import Signs
from ctct_migrate.rules.phrases import article, listing
from ctct_migrate.source import Source
from ctct_migrate.targets import TARGETS

RECORD_ONLY = Rule(
    "CT820", "record-only", Severity.WARNING,
    summary="A resource that can be recorded, and not created or updated",
    why="v1 wrote it itself and took none: the members of a list, the account's own addresses, what became of a job. A request made of it would do something else than the document says. It is skipped, and the other documents are converted.",
    bad="""\
<ContactListMember xmlns="http://ws.constantcontact.com/ns/1.0/" id="http://api.constantcontact.com/ws/customers/joe/contacts/51">
  <EmailAddress>ada@example.org</EmailAddress>
</ContactListMember>
""",
    good="<Subject>Spring is here</Subject>",
    how="Nothing has to be done. `--shape record` converts it.",
    fact="reference, v1-resources, The v1 paths",
)  # fmt: skip

NOT_CHOSEN = Rule(
    "CT870", "not-chosen", Severity.WARNING,
    summary="A resource that can be recorded, and created only with facts that v1 does not have",
    why="v2 requires the time zone of an event and the name of who holds it. v1 has neither, and they cannot be told from what it has: an offset of four hours is New York's in summer and Halifax's in winter. Without them the event is skipped; what people pay for it is converted all the same, for an event that the account has.",
    bad="", good="",
    how="`--shape record` converts it as it is.",
    fact="reference, mapping-v2, Event",
)  # fmt: skip

RULES = (RECORD_ONLY, NOT_CHOSEN)


def may_report(signs: Signs) -> bool:
    """Whether a resource can be one that is recorded alone."""
    return signs.asked in (Shape.CREATE, Shape.UPDATE) and signs.resource.is_recorded_alone(
        signs.options.choices
    )


def check(context: Context) -> Iterator[Diagnostic]:
    """Whether a request is asked for of a resource that was only ever answered."""
    resource, payload = RESOURCES.get(context.resource or ""), context.payload
    if resource is None or payload is None or context.asked not in (Shape.CREATE, Shape.UPDATE):
        return
    if TARGETS[context.target].delivery(resource.slug) is None:
        return  # `placeless` says that nothing is made of it
    if resource.is_recorded_alone(context.choices):
        path = context.path(payload)
        yield _skipped(context.report, resource, payload, path, context.asked, context.choices)


def remarks(
    source: Source, root: Any, skipped: Sequence[RawSubject], asked: Shape, choices: Choices
) -> Iterator[Diagnostic]:
    """That payloads are skipped of which a request is asked for, given in the order of a document in which
    nothing is wrong; `root` is its root element.  Raises UnclearPlace."""
    tags = start_tags(source.text, root, [each.payload for each in skipped])
    for each, tag in zip(skipped, tags, strict=True):
        report, resource = Reporter(source, each.index), BY_SLUG[each.table.resource]
        yield _skipped(report, resource, tag, path_of(each.payload), asked, choices)


def _skipped(
    report: Reporter,
    resource: Resource,
    payload: Element,
    path: str,
    asked: Shape,
    choices: Choices,
) -> Diagnostic:
    """That a payload, of which the start tag counts, is skipped: nobody can make a request of it, or only
    whoever says what v1 does not have."""
    one = f"{article(resource.noun)} {resource.noun}"
    if resource.read_only:
        return report.at(
            RECORD_ONLY, payload.name_start, payload.name_end,
            f"{one} can be recorded, not {asked.value}d: it is skipped",
            label="v1 only ever answered it", help=(RECORD_ONLY.how,), element=path,
        )  # fmt: skip
    lacking = resource.unchosen(choices)
    options = listing([f"`--{name.replace('_', '-')}`" for name in lacking])
    return report.at(
        NOT_CHOSEN, payload.name_start, payload.name_end,
        f"{one} is {asked.value}d only with {options}: it is skipped",
        label="v1 does not have what they say" if len(lacking) > 1 else "v1 does not have what it says",
        help=(f"say it with {options}", NOT_CHOSEN.how), element=path,
        severity=Severity.ERROR if resource.is_half_chosen(choices) else None,
    )  # fmt: skip
