"""CT414 and CT611 to CT614: when a schedule is for, and which campaign it is for.

Which campaign a schedule is for stands in its `link`, its `id` and the `id` of its payload, and in
nothing else (reference, v1-atom, Schedule).  How its time is written is a matter of `dates`.

Decided here, since the sources leave it open: that a time is past is said for every shape but the
record, which is about the past; it is a warning, so that an archive's schedules can be linted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ctct_migrate.diagnostics import Concern, Diagnostic, Fix, Rule, Severity
from ctct_migrate.mapping.dates import read_date
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources import RESOURCES
from ctct_migrate.resources.schedule.plain import TIME
from ctct_migrate.rules.context import Context, Reporter
from ctct_migrate.rules.envelope.named_places import (
    NamingPlace,
    disagreement,
    id_places,
    naming_places,
)
from ctct_migrate.rules.payload_view import PayloadView
from ctct_migrate.rules.phrases import listing, plural, quoted
from ctct_migrate.rules.values.date_values import date_mistake
from ctct_migrate.rules.values.meanings import readable, untroubled
from ctct_migrate.v1 import vocabulary

_SCHEDULE = "reference, v1-atom, Schedule"


def _document(link: str, own: str, number: str = "1") -> str:
    """An example: a schedule whose link and payload name campaigns."""
    uri = "http://api.constantcontact.com/ws/customers/joe/campaigns"
    return f"""\
<entry xmlns="http://www.w3.org/2005/Atom">
  <link href="/ws/customers/joe/campaigns/{link}/schedules/{number}" rel="edit"/>
  <id>data:,none</id>
  <title type="text">Spring news</title>
  <updated>2030-11-13T20:03:35.000Z</updated>
  <author><name>Constant Contact</name></author>
  <content type="application/vnd.ctct+xml">
    <Schedule xmlns="http://ws.constantcontact.com/ns/1.0/" id="{uri}/{own}/schedules/{number}">
      <ScheduledTime>2030-11-13T20:03:35.000Z</ScheduledTime>
    </Schedule>
  </content>
</entry>
"""


_GOOD = _document("1100546096289", "1100546096289")

WITHOUT_CAMPAIGN = Rule(
    "CT611", "schedule-without-campaign", Severity.ERROR,
    summary="A schedule that does not say which campaign it is for",
    why="The campaign's number stands in the schedule's link, its id and the id of its payload, and in nothing else. Without it it cannot be known what to send at that time.",
    bad="""\
<entry xmlns="http://www.w3.org/2005/Atom">
  <id>data:,none</id>
  <title type="text">Spring news</title>
  <updated>2030-11-13T20:03:35.000Z</updated>
  <author><name>Constant Contact</name></author>
  <content type="application/vnd.ctct+xml">
    <Schedule xmlns="http://ws.constantcontact.com/ns/1.0/">
      <ScheduledTime>2030-11-13T20:03:35.000Z</ScheduledTime>
    </Schedule>
  </content>
</entry>
""",
    good=_GOOD,
    how="Give the Schedule an `id` that ends in `/campaigns/{number}/schedules/1`, with the campaign's number.",
    fact=_SCHEDULE,
)  # fmt: skip
CONFLICT = Rule(
    "CT612", "schedule-campaign-conflict", Severity.ERROR,
    summary="A schedule that names two campaigns",
    why="Its link, its id and the id of its payload disagree. To guess would be to mail the wrong campaign.",
    bad=_document("1100546096289", "1100546096290"), good=_GOOD,
    how="Write the number of the campaign that is meant in all of them.",
    fact=_SCHEDULE,
)  # fmt: skip
IN_PAST = Rule(
    "CT613", "schedule-in-past", Severity.WARNING,
    summary="A scheduled time that is past",
    why="v2 takes no time but one in the future, so that nothing can be scheduled by this document as it is.",
    bad="<ScheduledTime>2010-11-13T20:03:35.000Z</ScheduledTime>",
    good="<ScheduledTime>2999-11-13T20:03:35.000Z</ScheduledTime>",
    how="Leave the schedule out, or give it a new time; `send --reschedule-past TIME` gives one to all that are past.",
    fact="reference, v2-contract, Schedule",
)  # fmt: skip
NUMBER = Rule(
    "CT614", "schedule-number", Severity.ERROR,
    summary="A schedule with a number other than 1",
    why="A campaign has at most one schedule, and that is number 1. Another number leads nowhere: the server answers 404.",
    bad=_document("1100546096289", "1100546096289", "2"), good=_GOOD,
    how="Write `/schedules/1`.", fact=_SCHEDULE,
)  # fmt: skip
MISSING_TIME = Rule(
    "CT414", "missing-scheduled-time", Severity.ERROR,
    summary="A schedule that does not say when",
    why="The time is all that a schedule says.",
    bad="<ScheduledTime></ScheduledTime>", good="<ScheduledTime>2030-11-13T20:03:35.000Z</ScheduledTime>",
    how="Add a `ScheduledTime` with a date, a time and a zone.", fact="reference, v1-atom, Schedule",
)  # fmt: skip

RULES = (MISSING_TIME, WITHOUT_CAMPAIGN, CONFLICT, IN_PAST, NUMBER)

REMARKED = frozenset({TIME})


def check(context: Context, now: datetime | None = None) -> Iterator[Diagnostic]:
    """What is wrong with a schedule; `now`, aware, is what is taken for
    the present, the clock's if it is not given."""
    if context.payload is not None:
        yield from _check_numbers(context, context.payload)
        yield from _check_time(context, now or datetime.now(UTC))


# -- the numbers of a schedule ------------------------------------------------------------------


def _check_numbers(context: Context, payload: Element) -> Iterator[Diagnostic]:
    campaign, schedule = RESOURCES["Campaign"], RESOURCES["Schedule"]
    places = naming_places(context, campaign, own=False)
    if not places:
        if not _is_told(context, payload):
            yield _without_campaign(context, payload)
        return
    if len({place.id for place in places}) > 1:
        yield disagreement(context, CONFLICT, campaign.noun, places)
    numbers = id_places(context, schedule).values()
    others = [place for place in numbers if place is not None and place.id != schedule.singleton]
    if others:
        yield _other_number(context, others)


def _is_told(context: Context, payload: Element) -> bool:
    """Whether it has been said already that an id or a link is wrong or cannot be read."""
    fact = vocabulary().element("Schedule", "")
    known = fact.attribute("id") if fact is not None else None
    own = payload.attribute("id")
    if own is not None and known is not None and not known.type.accepts(own.value):
        return True
    return not context.whole or not untroubled(context, payload.start, payload.open_end)


def _without_campaign(context: Context, payload: Element) -> Diagnostic:
    own = payload.attribute("id")
    start, end = payload.name_start, payload.name_end
    if own is not None:
        start, end = own.value_start, own.value_end
    return context.report.at(
        WITHOUT_CAMPAIGN, start, end, "the schedule does not say which campaign it is for",
        label="expected an `id` that ends in `/campaigns/{number}/schedules/1`", help=(WITHOUT_CAMPAIGN.how,),
        element=f"{context.path(payload)}/@id",
    )  # fmt: skip


def _other_number(context: Context, places: list[NamingPlace]) -> Diagnostic:
    """Of a new schedule it is about v1 alone, since a target gives the number itself."""
    first, *others = places
    edits = [(*place.at, "1") for place in places]
    fixes: tuple[Fix, ...] = context.report.fix("Write `1`", *edits)
    return context.report.at(
        NUMBER, *first.at, f"there is no schedule {quoted(first.id)}: a campaign has one at most, number 1",
        label="expected 1", help=(NUMBER.how,), element=first.path, fixes=fixes,
        labels=[(*place.at, "here too") for place in others],
        concern=Concern.V1 if context.shape in (None, Shape.CREATE) else None,
    )  # fmt: skip


# -- the time of a schedule ---------------------------------------------------------------------


def _check_time(context: Context, now: datetime) -> Iterator[Diagnostic]:
    element = context.field(TIME)
    if element is None or context.shape is Shape.RECORD or not readable(context, element):
        return
    zone = context.zone
    instant = read_date(element.text, zone).instant
    if instant is None or instant > now or date_mistake(element.text, zone) is not None:
        return
    place, path = context.value_span(element), context.path(element)
    yield _in_past(context.report, place, element.text.strip(), now - instant, path)


def remarks(view: PayloadView) -> Iterator[Diagnostic]:
    """That the time of a schedule in which nothing is wrong is past."""
    element, now = view.child(TIME), datetime.now(UTC)
    instant = read_date(element.text).instant if element is not None else None
    if element is None or instant is None or instant > now or view.shape is Shape.RECORD:
        return
    yield _in_past(view.report, element.value_span(), element.text, now - instant, element.path)


def _in_past(
    report: Reporter, place: tuple[int, int], text: str, ago: timedelta, path: str
) -> Diagnostic:
    return report.at(
        IN_PAST, *place, f"{quoted(text)} is {elapsed(ago)} past",
        label="expected a time in the future", help=(IN_PAST.how,), element=path,
    )  # fmt: skip


#: Seconds of what a time is told in; months and years of the Gregorian calendar on average.
_UNITS = (
    ("year", 31_556_952), ("month", 2_629_746), ("day", 86_400), ("hour", 3_600), ("minute", 60),
)  # fmt: skip


def elapsed(time: timedelta) -> str:
    """How long `time` is, in its two largest units: `13 years and 8 months`, `5 minutes`."""
    rest, parts = int(time.total_seconds()), list[str]()
    for name, seconds in _UNITS:
        count, rest = divmod(rest, seconds)
        if count:
            parts.append(plural(count, name))
        if len(parts) == 2 or (parts and not count):
            break
    return listing(parts) or "less than a minute"
