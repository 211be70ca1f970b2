"""CT877: resources that a target has no place for, of which nothing is made.

They are skipped, and that is said where bodies are made, and by a `lint` for that target.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.fast.signs import Signs
from ctct_migrate.targets import TARGETS

PLACELESS = Rule(
    "CT877", "placeless", Severity.WARNING,
    summary="A resource that the target has no place for",
    why="An API that came later does not have all that v1 had: v3 has no library of images, and its events are another product. The document is skipped, and the others are converted.",
    bad="<Folder>\n  <Name>Spring</Name>\n</Folder>\n", good="<Subject>Spring is here</Subject>",
    how="Keep the document, or convert it for another target.",
    fact="reference, mapping-v3, Feeds, library, events", target="v3",
)  # fmt: skip

RULES = (PLACELESS,)


def may_report(signs: Signs) -> bool:
    """Whether the target can have no place for a resource."""
    return TARGETS[signs.options.target].delivery(signs.resource.slug) is None


def check(context: Context) -> Iterator[Diagnostic]:
    """Whether the target has no place for the resource of an entry."""
    resource, payload = RESOURCES.get(context.resource or ""), context.payload
    target = TARGETS[context.target]
    if resource is None or payload is None or target.delivery(resource.slug) is not None:
        return
    instead = target.instead.get(resource.slug)
    yield context.report.at(
        PLACELESS, payload.name_start, payload.name_end, f"{target.title} has no place for {resource.noun}s: this one is skipped",
        label="skipped", help=(*((instead,) if instead else ()), PLACELESS.how), element=context.path(payload),
    )  # fmt: skip
