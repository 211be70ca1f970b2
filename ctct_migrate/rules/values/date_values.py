"""CT601 to CT604: dates of the payload that are not what the format asks for.

What is odd about a text, and what it can mean, is found by `mapping.dates`; here it is worded, and
the one sensible reading is offered as a fix.  A date that the server sets itself (Date,
LastEditDate, LastRunDate, NextRunDate) was ignored when it was sent, so a mistake in it is a
warning: a record leaves out a date that has no certain reading, and lists it as dropped.
Dates that are right but stand for the wrong thing belong to `schedules`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import tzinfo

from ctct_migrate.diagnostics import Concern, Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.mapping.dates import DateReading, Oddity, Reading, read_date
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.edits import is_empty, write_value
from ctct_migrate.rules.fast.signs import Signs
from ctct_migrate.rules.phrases import choice, plural, quoted
from ctct_migrate.rules.values.meanings import facts_in_doubt, readable
from ctct_migrate.rules.values.spelled_out_dates import as_decoded, as_rfc3339, as_seconds
from ctct_migrate.unseen import NOTHING
from ctct_migrate.v1 import TypeKind

_DATES = "reference, v1-atom, Dates"

LOST_PLUS = Rule(
    "CT601", "lost-plus", Severity.ERROR,
    summary="The `+` of a time zone became a space",
    why="A form decoder reads `+` as a space. A date that was sent through one unencoded arrives without the sign of its offset, and nothing that expects a date can read it.",
    bad="<ScheduledTime>2030-09-28T05:22:42 01:00</ScheduledTime>",
    good="<ScheduledTime>2030-09-28T05:22:42+01:00</ScheduledTime>",
    how="Put the `+` back. In a URL or a form field, send it as `%2B`. In dates that only the server writes, v1 took no notice of it: there it is a warning.",
    fact=_DATES,
)  # fmt: skip
NO_ZONE = Rule(
    "CT602", "no-time-zone", Severity.ERROR,
    summary="A date without a time zone",
    why="Nobody can say which moment it names: read as UTC, a campaign meant for nine in the morning in New York goes out at four or five.",
    bad="<ScheduledTime>2030-03-27T08:04:15.089</ScheduledTime>",
    good="<ScheduledTime>2030-03-27T08:04:15.089-04:00</ScheduledTime>",
    how="Write `Z` (UTC) or an offset after it, or say once for all documents which zone was meant, with `--time-zone America/New_York`.",
    fact=f"{_DATES}; RFC 3339, 5.6",
)  # fmt: skip
DATE_FORMAT = Rule(
    "CT603", "date-format", Severity.ERROR,
    summary="A date that is not written as the format asks",
    why="v1 and v2 read one form alone, RFC 3339's: year, month and day, `T`, the time, and a zone. Anything else is refused or, worse, taken for another date.",
    bad="<ScheduledTime>2030-10-19 18:34:53Z</ScheduledTime>",
    good="<ScheduledTime>2030-10-19T18:34:53Z</ScheduledTime>",
    how="Write it like `2030-10-19T18:34:53.105Z`.",
    fact=f"{_DATES}; RFC 3339, 5.6",
)  # fmt: skip
IMPOSSIBLE = Rule(
    "CT604", "impossible-date", Severity.ERROR,
    summary="A date that no calendar or clock has",
    why="It has the form of a date, but there is no such day, time or offset; which one was meant cannot be known.",
    bad="<ScheduledTime>2030-02-30T09:00:00Z</ScheduledTime>",
    good="<ScheduledTime>2030-02-28T09:00:00Z</ScheduledTime>",
    how="Correct it to the day and time that were meant.",
    fact=f"{_DATES}; RFC 3339, 5.7",
)  # fmt: skip

UNSET = Rule(
    "CT605", "unset-date", Severity.INFO,
    summary="A date that .NET writes for no date at all",
    why="`0001-01-01T00:00:00` is what .NET has in a date that was never set. It is not a date of the campaign, and is left out of v2's record. As the time of a schedule it is an error: nothing says when to send.",
    bad="<LastRunDate>0001-01-01T00:00:00.0000000</LastRunDate>",
    good="<LastRunDate>2010-10-19T18:34:53.105Z</LastRunDate>",
    how="Nothing has to be done about a date that only the server writes. A schedule needs a real time.",
    fact="reference, v1-clients, Campaign, Schedule: .NET wrapper",
)  # fmt: skip

RULES = (LOST_PLUS, NO_ZONE, DATE_FORMAT, IMPOSSIBLE, UNSET)

#: Digits of a second's fraction that are still right (schemas/atom-types.xsd, Date; a test holds
#: the two together).  v2 keeps fewer, without anything being wrong.
_MOST_DIGITS = 6

#: What to show where no better example can be had.
_EXAMPLE = "2010-09-28T05:22:42Z"


@dataclass(frozen=True, slots=True)
class _Words:
    """How one oddity is reported.  `{given}` is the text in backquotes; `{right}` the reading, or an
    example where there is none; `{offset}` its zone; `{digits}` how many the fraction has."""

    rule: Rule
    message: str
    label: str
    help: str = ""


_WORDS = {
    Oddity.UNREADABLE: _Words(
        DATE_FORMAT, "{given} is not a date", "expected a date and time such as {right}"
    ),
    Oddity.UNSET: _Words(
        UNSET, "{given} is .NET's word for a date that was never set", "no date"
    ),
    Oddity.SLASHES: _Words(
        DATE_FORMAT, "{given} is a date in a local form",
        "expected year, month and day, the time and a zone, such as {right}",
    ),
    Oddity.NO_TIME: _Words(
        DATE_FORMAT, "{given} has no time of day", "expected a time and a zone too, such as {right}"
    ),
    Oddity.LOST_PLUS: _Words(
        LOST_PLUS, "{given} has lost the `+` of its time zone", "expected `+` before {offset}",
        "a `+` that passes through a form or a URL becomes a space: send it as `%2B`",
    ),
    Oddity.NO_ZONE: _Words(
        NO_ZONE, "{given} names no time zone",
        "expected Z or an offset such as -05:00 at its end",
        "say which zone was meant with `--time-zone`, such as `--time-zone America/New_York`, or write it here",
    ),
    Oddity.COLON_FRACTION: _Words(
        DATE_FORMAT, "{given} has a colon before the fraction of the second", "expected {right}"
    ),
    Oddity.SPACE: _Words(
        DATE_FORMAT, "{given} has a space where a `T` belongs", "expected {right}"
    ),
    Oddity.SPELLING: _Words(
        DATE_FORMAT, "{given} is not quite in the form of a date", "expected {right}"
    ),
    Oddity.LONG_FRACTION: _Words(
        DATE_FORMAT, "{given} has {digits} in the fraction of its second", "expected {right}",
        f"at most {_MOST_DIGITS} are read; .NET writes 7",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DateMistake:
    """What is wrong with one date.

    rule, message, label, help  as a `Diagnostic` has them
    replacement                 the date as it was most probably meant; None where that is open
    safety                      whether the replacement is certain
    meant                       whether there is any reading at all
    """

    rule: Rule
    message: str
    label: str
    help: tuple[str, ...]
    replacement: str | None
    safety: Safety
    meant: bool


def date_mistake(text: str, zone: tzinfo | None = None) -> DateMistake | None:
    """What is wrong with `text` as a date, or None when nothing is; `zone` is assumed where the
    text names none, and that it names none is then no mistake.

    >>> date_mistake("2010-09-28T05:22:42 01:00").replacement
    '2010-09-28T05:22:42+01:00'
    """
    reading = read_date(text, zone)
    oddity = _worst(reading, zone)
    if oddity is None:
        return None
    if oddity is Oddity.UNREADABLE:
        mistake = _looks_alike(reading.given, zone) or _spelled_out(reading.given, zone)
        if mistake is not None:
            return mistake
    replacement, safety = _replacement(reading)
    meant = bool(reading.readings)
    if oddity is Oddity.IMPOSSIBLE:
        message, label = f"{quoted(reading.given)} does not exist", _why_impossible(reading.given)
        helps = _guesses(reading) or (IMPOSSIBLE.how,)
        return DateMistake(IMPOSSIBLE, message, label, helps, replacement, safety, meant)
    words = _WORDS[oddity]
    only = reading.readings[0] if reading.readings else None
    facts = {
        "given": quoted(reading.given),
        "right": replacement or (_zoned(only) if only else _EXAMPLE),
        "offset": only.offset[1:] if only else "",
        "digits": plural(len(only.fraction), "digit") if only else "",
    }
    helps = (words.help or words.rule.how, *_guesses(reading))
    return DateMistake(
        words.rule, words.message.format(**facts), words.label.format(**facts), helps, replacement,
        safety, meant,
    )  # fmt: skip


#: Characters that look like those of a date, and what was meant: dashes of word processors, letters,
#: figures and signs of other scripts; and characters that cannot be seen.
_ALIKE = {
    **dict.fromkeys(NOTHING, ""),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d\u00ad", "-"),
    **dict.fromkeys("\uff1a\u2236\ua789\ufe55", ":"), **dict.fromkeys("\uff0b\ufe62", "+"),
    "\uff0e": ".", "\uff34": "T", "\uff3a": "Z", "\u0422": "T",
    **{chr(0xFF10 + figure): str(figure) for figure in range(10)},
}  # fmt: skip
#: Letters for figures, which are a guess.
_LETTERS = {"O": "0", "o": "0", "\u041e": "0", "\u043e": "0", "l": "1", "I": "1", "|": "1"}


def _looks_alike(given: str, zone: tzinfo | None) -> DateMistake | None:
    """What is wrong with a date in which characters only look like those of one; None for others."""
    for meant, safety in ((_ALIKE, Safety.SAFE), (_ALIKE | _LETTERS, Safety.UNSAFE)):
        written = "".join(meant.get(each, each) for each in given)
        reading = read_date(written, zone)
        if written == given or not reading.readings or Oddity.IMPOSSIBLE in reading.oddities:
            continue
        replacement, own = _replacement(reading)
        wrong = next(each for each in given if each in meant)
        kind = "letter" if wrong.isalpha() else "character"
        return DateMistake(
            DATE_FORMAT, f"{quoted(given)} has the {kind} `{wrong}` (U+{ord(wrong):04X}) where a date has {f'`{meant[wrong]}`' if meant[wrong] else 'nothing'}",
            f"expected {replacement or written}", (DATE_FORMAT.how,), replacement,
            safety if own is Safety.SAFE else own, meant=True,
        )  # fmt: skip
    return None


def _spelled_out(given: str, zone: tzinfo | None) -> DateMistake | None:
    """What is wrong with a date in words, in seconds, or encoded; None for what is neither."""
    counted = as_seconds(given)
    if counted is not None:
        return DateMistake(
            DATE_FORMAT, f"{quoted(given)} is not a date", f"expected {counted.text}",
            (f"as {counted.unit} since 1970 it is that",), counted.text,
            Safety.SAFE if counted.certain else Safety.UNSAFE, meant=False,
        )  # fmt: skip
    decoded = as_decoded(given)
    if decoded is not None:
        reading = read_date(decoded, zone)
        if reading.readings:
            replacement, safety = _replacement(reading)
            return DateMistake(
                DATE_FORMAT, f"{quoted(given)} is a date that was encoded for a URL or for HTML",
                f"expected {replacement or decoded}", ("write the characters themselves",), replacement,
                safety, meant=True,
            )  # fmt: skip
    spelled = as_rfc3339(given)
    if spelled is None:
        return None
    reading = read_date(spelled.text, zone)
    if Oddity.IMPOSSIBLE in reading.oddities:
        return DateMistake(
            IMPOSSIBLE, f"{quoted(given)} does not exist", _why_impossible(reading.given),
            (IMPOSSIBLE.how,), None, Safety.UNSAFE, meant=False,
        )  # fmt: skip
    replacement, safety = _replacement(reading)
    helps = [DATE_FORMAT.how]
    if Oddity.NO_TIME in reading.oddities:
        helps.append("it names no time of day")
    elif Oddity.NO_ZONE in reading.oddities and zone is None:
        helps.append("it names no time zone: Z is UTC")
    if spelled.doubt:
        safety = Safety.UNSAFE
        helps.append(spelled.doubt)
    return DateMistake(
        DATE_FORMAT, f"{quoted(given)} is not in the form of a date", f"expected {replacement}", tuple(helps),
        replacement, safety, meant=False,
    )  # fmt: skip


def _worst(reading: DateReading, zone: tzinfo | None) -> Oddity | None:
    """The oddity to speak of; None when there is none that matters."""
    for oddity in reading.oddities:
        if oddity is Oddity.LONG_FRACTION and len(reading.readings[0].fraction) <= _MOST_DIGITS:
            continue
        if oddity is Oddity.NO_ZONE and zone is not None:
            continue
        return oddity
    return None


def _replacement(reading: DateReading) -> tuple[str | None, Safety]:
    """The date as it was meant, and how sure that is: UTC stands for a zone that is not given."""
    if reading.certain is not None:
        return reading.certain.text, Safety.SAFE
    if reading.only is None:
        return None, Safety.UNSAFE
    return _zoned(reading.only), Safety.UNSAFE


def _zoned(reading: Reading) -> str:
    """A reading in UTC where it names no zone."""
    return reading.text + ("" if reading.offset else "Z")


def _guesses(reading: DateReading) -> tuple[str, ...]:
    """What a text may mean of which that is not certain: an order, a time."""
    if not any(each.guessed for each in reading.readings):
        return ()
    days = [each.local.partition("T")[0] for each in reading.readings]
    return (f"{choice(days)} may be meant",)


#: Year, month and day, hour, minute and second, as far as they are there.
_PARTS = late_compile(
    r"(\d{4})-(\d+)-(\d+)(?:[Tt ]+(\d+):(\d+)(?::(\d+))?(?:[.,:]\d+)?)?", re.ASCII
)


def _why_impossible(given: str) -> str:
    """What about the date `given` cannot be; in general words where it is not plain."""
    match = _PARTS.match(given)
    if match is None:
        return "the calendar has no such day"
    year, month, day = (int(part) for part in match.groups()[:3])
    hour, minute, second = (int(part or 0) for part in match.groups()[3:])
    if year < 1:
        return "there is no year 0"
    if not 1 <= month <= 12:
        return f"there is no month {month}"
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        return f"{calendar.month_name[month]} {year} has {days} days"
    clock = (("hour", hour, 23), ("minute", minute, 59), ("second", second, 59))
    for name, value, most in clock:
        if value > most:
            return f"there is no {name} {value}"
    return "no place on earth has that offset"


# -- the rules ----------------------------------------------------------------------------------


def may_report(signs: Signs) -> bool:
    """Whether a date can be wrong: one that the schema takes may still say that it was never set."""
    return not (signs.has_right_payload and signs.converts and signs.has_set_dates)


def check(context: Context) -> Iterator[Diagnostic]:
    """What is wrong with the dates of an entry's payload, wherever in it they stand."""
    for element, fact in facts_in_doubt(context, lambda signs: signs.has_set_dates):
        if fact.type_kind is not TypeKind.DATE_TIME:
            continue
        if readable(context, element) and not is_empty(element):
            yield from _check_date(context, element, read_only=fact.read_only)


def _check_date(context: Context, element: Element, *, read_only: bool) -> Iterator[Diagnostic]:
    mistake = date_mistake(element.text, context.zone)
    if mistake is None:
        return
    fixes: tuple[Fix, ...] = ()
    if mistake.replacement is not None:
        edit = write_value(context, element, mistake.replacement)
        title = f"Write `{mistake.replacement}`"
        fixes = context.report.fix(title, edit, safety=mistake.safety)
    helps = mistake.help
    uncertain = read_date(element.text, context.zone).certain is None
    if read_only and uncertain and context.shape is Shape.RECORD:
        helps = (*helps, "as it is, the record is made without this date")
    yield context.report.at(
        mistake.rule, *context.value_span(element), mistake.message, label=mistake.label,
        help=helps, element=context.path(element), fixes=fixes,
        severity=_severity(mistake, read_only=read_only), concern=Concern.V1 if read_only else None,
    )  # fmt: skip


def _severity(mistake: DateMistake, *, read_only: bool) -> Severity:
    """A warning for what v1 ignored, and a note where it only says that there is no date."""
    if not read_only:
        return Severity.ERROR
    return UNSET.severity if mistake.rule is UNSET else Severity.WARNING
