"""CT414 and CT611 to CT614: when a schedule is for, and which campaign it is for.

Which campaign a schedule is for stands in its `link`, its `id` and the `id` of its payload, and in nothing else (reference,
v1-atom, Schedule).  How its time is written is a matter of `dates`.

Decided here, since the sources leave it open: that a time is past is said for every shape but the
record, which is about the past; it is a warning, so that an archive's schedules can be linted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ctct_migrate.diagnostics import Diagnostic, Fix, Rule, Severity
from ctct_migrate.mapping.dates import read_date
from ctct_migrate.mapping.ids import naming
from ctct_migrate.payload import Shape
from ctct_migrate.reader.characters import raw_index
from ctct_migrate.reader.tree import Attribute, Element
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.context import Context, trimmed
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
    why="The campaign's number stands in the schedule's link, its id and the id of its payload, and in nothing else. Without it nobody knows what to send at that time.",
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

#: Where ids and links have their numbers.
_NUMBERS = re.compile(r"(?:/|^)campaigns/([0-9]+)(?:/schedules(?:/([0-9]+))?)?(?![^/?#\s])")


def check(context: Context, now: datetime | None = None) -> Iterator[Diagnostic]:
    """What is wrong with a schedule; `now`, aware, is what is taken for
    the present, the clock's if it is not given."""
    if context.payload is not None:
        yield from _check_numbers(context, context.payload)
        yield from _check_time(context, now or datetime.now(UTC))


# -- the numbers of a schedule ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place that names a campaign.

    what      `link`, `id`, or the payload's attribute: `Schedule`
    campaign  the campaign's number; `at` where it stands in the document
    schedule  the schedule's number, or None; `schedule_at` likewise
    path      plain path of the element or attribute
    """

    what: str
    campaign: str
    at: tuple[int, int]
    schedule: str | None
    schedule_at: tuple[int, int]
    path: str


def given_places(context: Context) -> dict[str, NamedPlace | None]:
    """The ids and links that can name a campaign, in the order in which they are believed, by
    their plain paths: the payload's id, the entry's id, the edit link.  None for one that has no
    number."""
    found: dict[str, NamedPlace | None] = {}
    payload = context.payload
    own = payload.attribute("id") if payload is not None else None
    if payload is not None and own is not None:
        path = f"{context.path(payload)}/@id"
        found[path] = _in_attribute(context, payload.name, own, path)
    for element in context.naming.parts.get("id", ())[:1]:
        path = context.path(element)
        found[path] = _in_text(context, element)
    for link in context.naming.parts.get("link", ()):
        relation, href = link.attribute("rel"), link.attribute("href")
        if href is not None and relation is not None and relation.value.strip() == "edit":
            path = f"{context.path(link)}/@href"
            key = path if path not in found else f"{path} at {href.start}"
            found[key] = _in_attribute(context, "link", href, path)
    return found


def naming_places(context: Context) -> list[NamedPlace]:
    """The places that name a campaign, in the order in which they are believed; fillers and ids
    without a number do not."""
    places = given_places(context)
    numbers = {path: place.campaign if place else None for path, place in places.items()}
    named = naming(RESOURCES["Campaign"], numbers, own=context.resource == "Campaign")
    return [place for path, place in places.items() if place is not None and path in named]


def _in_attribute(
    context: Context, what: str, attribute: Attribute, path: str
) -> NamedPlace | None:
    raw = context.source.text[attribute.value_start : attribute.value_end]
    return _read(what, attribute.value, raw, attribute.value_start, path)


def _in_text(context: Context, element: Element) -> NamedPlace | None:
    runs = element.filled
    if len(runs) != 1 or element.elements:
        return None
    start, end = trimmed(context.source.text, runs[0])
    raw = context.source.text[start:end]
    return _read("id", runs[0].value.strip(), raw, start, context.path(element))


def _read(what: str, value: str, raw: str, start: int, path: str) -> NamedPlace | None:
    match = _NUMBERS.search(value)
    if match is None:
        return None

    def at(group: int) -> tuple[int, int]:
        first, last = match.span(group)
        return start + raw_index(raw, first), start + raw_index(raw, last)

    schedule_at = at(2) if match[2] else (0, 0)
    return NamedPlace(what, match[1], at(1), match[2], schedule_at, path)


def _check_numbers(context: Context, payload: Element) -> Iterator[Diagnostic]:
    places = naming_places(context)
    if not places:
        if not _is_told(context, payload):
            yield _without_campaign(context, payload)
        return
    if len({place.campaign for place in places}) > 1:
        yield disagreement(context, CONFLICT, places)
    others = [place for place in places if place.schedule not in (None, "1")]
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


def odd_one_out(places: list[NamedPlace]) -> NamedPlace:
    """The one of several places, which do not agree, that is to blame: the odd one out, or, where
    there is none, the last that was read."""
    numbers = [place.campaign for place in places]
    if len(set(numbers)) == 2 and len(numbers) > 2:
        return next(place for place in places if numbers.count(place.campaign) == 1)
    return places[-1]


def disagreement(context: Context, rule: Rule, places: list[NamedPlace], **more: Any) -> Diagnostic:
    """What is said, by `rule`, of places that name more than one campaign."""
    odd = odd_one_out(places)
    others = [place for place in places if place.campaign != odd.campaign]
    named = listing(dict.fromkeys(quoted(place.campaign) for place in others))
    return context.report.at(
        rule, *odd.at, f"{whose(odd)} names campaign {quoted(odd.campaign)}, {whose(others[0])} {named}",
        label=f"expected {quoted(others[0].campaign)}, as in {listing(whose(place) for place in others)}",
        help=(rule.how,), element=odd.path,
        labels=[(*place.at, f"{whose(place)} names this one") for place in places if place is not odd],
        **more,
    )  # fmt: skip


def whose(place: NamedPlace) -> str:
    """What a place is in a sentence: `the entry's link`, `the id of Schedule`."""
    if place.what in ("link", "id"):
        return f"the entry's {place.what}"
    return f"the id of {place.what}"


def _other_number(context: Context, places: list[NamedPlace]) -> Diagnostic:
    first, *others = places
    edits = [(*place.schedule_at, "1") for place in places]
    fixes: tuple[Fix, ...] = context.report.fix("Write `1`", *edits)
    return context.report.at(
        NUMBER, *first.schedule_at, f"there is no schedule {quoted(first.schedule)}: a campaign has one at most, number 1",
        label="expected 1", help=(NUMBER.how,), element=first.path, fixes=fixes,
        labels=[(*place.schedule_at, "here too") for place in others],
    )  # fmt: skip


# -- the time of a schedule ---------------------------------------------------------------------


def _check_time(context: Context, now: datetime) -> Iterator[Diagnostic]:
    element = context.field("ScheduledTime")
    if element is None or context.shape is Shape.RECORD or not readable(context, element):
        return
    zone = context.zone
    instant = read_date(element.text, zone).instant
    if instant is None or instant > now or date_mistake(element.text, zone) is not None:
        return
    yield context.report.at(
        IN_PAST, *context.value_span(element), f"{quoted(element.text.strip())} is {elapsed(now - instant)} past",
        label="expected a time in the future", help=(IN_PAST.how,), element=context.path(element),
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
