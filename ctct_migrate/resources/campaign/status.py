"""CT610: a campaign whose Status says that it is scheduled.

A campaign's Status and Date schedule nothing; a Schedule document does (reference, v1-atom,
Schedule).
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Concern, Diagnostic, Rule, Severity
from ctct_migrate.payload import Shape
from ctct_migrate.resources.campaign import CAMPAIGN
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.envelope.named_places import naming_places
from ctct_migrate.rules.phrases import quoted
from ctct_migrate.rules.values.meanings import meant, readable

STATUS_SCHEDULED = Rule(
    "CT610", "status-scheduled", Severity.WARNING,
    summary="A status of Scheduled, which schedules nothing",
    why="v1 took no notice of a Status or a Date that was sent: the campaign stays a draft and is never mailed. In the founding thread this was the question after next.",
    bad="<Status>Scheduled</Status>\n<Date>2030-09-28T05:22:42.000Z</Date>", good="<Status>Draft</Status>",
    how="POST a Schedule document, with the time in `ScheduledTime`, to the campaign's `schedules`.",
    fact="reference, v1-atom, Campaign: Status",
    concern=Concern.V1,
)  # fmt: skip

RULES = (STATUS_SCHEDULED,)


def check(context: Context) -> Iterator[Diagnostic]:
    """A record says what the server said of the campaign: there a status of Scheduled is right."""
    status = context.field("Status")
    if status is None or context.shape is Shape.RECORD or not readable(context, status):
        return
    if meant(context, "Status") != "Scheduled":
        return
    date = context.field("Date")
    labels = []
    if date is not None and date.filled and not date.elements:
        labels.append((*context.value_span(date), "this date was meant"))
    yield context.report.at(
        STATUS_SCHEDULED, *context.value_span(status), f"a Status of {quoted(status.text.strip())} schedules nothing",
        label="the campaign stays a draft",
        help=(f"a Schedule document does: POST it to `{_schedules_of(context)}`",),
        element=context.path(status), labels=labels,
    )  # fmt: skip


def _schedules_of(context: Context) -> str:
    """Where the schedules of this campaign are: with its number, if the document has it."""
    numbers = [place.id for place in naming_places(context, CAMPAIGN)]
    return f"…/campaigns/{numbers[0] if numbers else '{id}'}/schedules"
