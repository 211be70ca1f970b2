"""CT820: resources that v1 only ever answered, so that no request can be made of them.

They are skipped, as what v1 made itself is (`built_in`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.payload import Shape
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.phrases import article

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

RULES = (RECORD_ONLY,)


def check(context: Context) -> Iterator[Diagnostic]:
    """Whether a request is asked for of a resource that was only ever answered."""
    resource, payload = RESOURCES.get(context.resource or ""), context.payload
    if resource is None or not resource.read_only or payload is None:
        return
    if context.asked in (Shape.CREATE, Shape.UPDATE):
        noun = resource.noun
        yield context.report.at(
            RECORD_ONLY, payload.name_start, payload.name_end,
            f"{article(noun)} {noun} can be recorded, not {context.asked.value}d: it is skipped",
            label="v1 only ever answered it", help=(RECORD_ONLY.how,), element=context.path(payload),
        )  # fmt: skip
