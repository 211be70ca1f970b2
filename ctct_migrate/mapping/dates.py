"""v1 dates as they are really written, and how v2 wants them.

`read_date` says of any text what is odd about it and which moments it can mean.  The engine takes
a date only where there is no doubt (`DateReading.certain`); the rules word what is odd and offer
the readings as fixes.  What is right, and what real producers write besides: reference, v1-atom,
Dates; RFC 3339, 5.6.  No wording for users stands here.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile

#: Fraction digits of v2's dates (reference, v2-contract, Schedule: `2013-05-10T11:07:43.626Z`).
_DIGITS = 3

#: `date-time` of RFC 3339, 5.6, as XML Schema writes it: capital T and Z, offset with a colon.
_RIGHT = late_compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)",
    re.ASCII,
)

#: The same with everything that producers leave out, add or mistake.
_TOLERANT = late_compile(
    r"""
    (?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})
    (?:
      (?P<separator>[Tt]|[ ]+)
      (?P<hour>\d{1,2}):(?P<minute>\d\d)
      (?: :(?P<second>\d\d) (?: (?P<point>[.:,]) (?P<fraction>\d+) )? )?
      (?P<zone> [ ]?(?:[Zz]|UTC|GMT) | (?P<sign>[+-]|[ ]+) (?P<east>\d\d):?(?P<odd>\d\d)? )?
    )?
    """,
    re.ASCII | re.VERBOSE,
)

#: `12/12/2010`, with or without a time of day.
_SLASHED = late_compile(
    r"""
    (?P<first>\d{1,2})/(?P<other>\d{1,2})/(?P<year>\d{4})
    (?: [T ]+ (?P<hour>\d{1,2}):(?P<minute>\d\d)(?: :(?P<second>\d\d) )?[ ]*(?P<half>[AaPp][Mm])? )?
    """,
    re.ASCII | re.VERBOSE,
)

#: How .NET writes a date that was never set, with any time of its day (a zone moves it) and any
#: offset (reference, v1-clients, Campaign, Schedule: `0001-01-01T00:00:00.0000000`).
_UNSET = late_compile(r"0001-01-0?1(?![0-9])|0?1/0?1/0001(?![0-9])", re.ASCII)

_OFFSET = late_compile(r"([+-])(\d\d):?(\d\d)", re.ASCII)


class Oddity(StrEnum):
    """What is odd about a date."""

    LOST_PLUS = "lost-plus"  #: `2010-09-28T05:22:42 01:00`: a form decoder made the `+` a space
    NO_ZONE = "no-zone"  #: neither `Z` nor an offset
    COLON_FRACTION = "colon-fraction"  #: `05:22:42:105Z`
    LONG_FRACTION = "long-fraction"  #: more digits than v2 keeps, as .NET writes them
    SPACE = "space"  #: a space where the `T` belongs
    SPELLING = "spelling"  #: small letters, `+0100`, `UTC`, a digit or the seconds left out
    NO_TIME = "no-time"  #: a date alone
    SLASHES = "slashes"  #: `12/12/2010`
    IMPOSSIBLE = "impossible"  #: the calendar or the clock has no such moment
    UNREADABLE = "unreadable"  #: no date at all
    UNSET = "unset"  #: .NET's `DateTime.MinValue`, which says that there is no date


class Reading(NamedTuple):
    """One moment that a text can mean.

    local     `2010-09-28T05:22:42`, valid on calendar and clock
    fraction  digits of the second, as given, without the point; may be empty
    offset    `Z`, `+01:00`, or empty where no zone is known
    guessed   what the text does not say and the reading supplies: "time" (midnight), "order" (of
              day and month)
    """

    local: str
    fraction: str
    offset: str
    guessed: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """In canonical RFC 3339, with as much of the fraction as v2 keeps; without an offset where
        none is known (not RFC 3339 then)."""
        digits = self.fraction[:_DIGITS]
        return f"{self.local}{'.' + digits if digits else ''}{self.offset}"

    @property
    def v2(self) -> str:
        """As v2 writes it: always with milliseconds, `Z` or the offset kept."""
        return f"{self.local}.{self.fraction[:_DIGITS].ljust(_DIGITS, '0')}{self.offset}"

    @property
    def instant(self) -> datetime | None:
        """The moment, aware, to the microsecond; None where no zone is known."""
        if not self.offset:
            return None
        micro = int(f"{self.fraction[:6]:0<6}")
        zone = _fixed_zone(self.offset)
        return datetime.fromisoformat(self.local).replace(microsecond=micro, tzinfo=zone)


@dataclass(frozen=True, slots=True)
class DateReading:
    """What is to be said about one date.

    given     the text, without surrounding white space
    oddities  what is odd, the worst first; empty when the date is right
    readings  what it can mean, the likeliest first
    """

    given: str
    oddities: tuple[Oddity, ...]
    readings: tuple[Reading, ...]

    @property
    def certain(self) -> Reading | None:
        """The one reading that nothing had to be guessed for and that names an instant, or
        None."""
        if len(self.readings) != 1:
            return None
        (reading,) = self.readings
        return reading if reading.offset and not reading.guessed else None

    @property
    def instant(self) -> datetime | None:
        """The moment meant, aware, or None where that is not certain."""
        return self.certain.instant if self.certain else None

    @property
    def only(self) -> Reading | None:
        """The reading, where there is exactly one (it may lack its zone), or None."""
        return self.readings[0] if len(self.readings) == 1 else None


def read_date(text: str, zone: tzinfo | None = None) -> DateReading:
    """What `text` means as a date.  `zone` is assumed where the text names none; the oddity is
    reported all the same.  Never raises.

    >>> read_date("2010-09-28T05:22:42 01:00").certain.text
    '2010-09-28T05:22:42+01:00'
    >>> [reading.text for reading in read_date("05/06/2010").readings]
    ['2010-05-06T00:00:00', '2010-06-05T00:00:00']
    """
    given = text.strip(" \t\r\n")
    if _UNSET.match(given):
        return DateReading(given, (Oddity.UNSET,), ())
    right = right_date(given)
    if right is not None:
        long = len(right.fraction) > _DIGITS
        return DateReading(given, (Oddity.LONG_FRACTION,) if long else (), (right,))
    if match := _TOLERANT.fullmatch(given):
        return _tolerant(given, match, zone)
    if match := _SLASHED.fullmatch(given):
        return _slashed(given, match, zone)
    return DateReading(given, (Oddity.UNREADABLE,), ())


def right_date(text: str) -> Reading | None:
    """What `text` means, if it is a date as it ought to be but for digits too many in its fraction:
    `read_date` where nothing more is asked.  Microseconds count here, since a campaign has five."""
    match = _RIGHT.fullmatch(text)
    if match is None or text.startswith("0001-01-01"):
        return None
    local, fraction, offset = match.groups()
    return Reading(local, fraction or "", offset) if _exists(local) else None


def _tolerant(given: str, match: re.Match[str], zone: tzinfo | None) -> DateReading:
    """The reading of something in the order of RFC 3339."""
    part = match.groupdict()
    oddities = _oddities(match)
    date = f"{part['year']}-{int(part['month']):02}-{int(part['day']):02}"
    time = f"{int(part['hour'] or 0):02}:{part['minute'] or '00'}:{part['second'] or '00'}"
    offset = _written_offset(part["zone"], part["sign"], part["east"], part["odd"])
    guessed = () if part["hour"] else ("time",)
    if offset is None:
        return DateReading(given, (Oddity.IMPOSSIBLE, *oddities), ())
    local = _moment(date, time)
    if local is None:
        oddities = (Oddity.IMPOSSIBLE, *oddities)
        guessed = (*guessed, "order")
        local = _moment(f"{part['year']}-{int(part['day']):02}-{int(part['month']):02}", time)
    if local is None:
        return DateReading(given, oddities, ())
    reading = _reading(local, part["fraction"], offset, guessed, zone)
    return DateReading(given, oddities, (reading,))


def _oddities(match: re.Match[str]) -> tuple[Oddity, ...]:
    """What is odd about a text that `_TOLERANT` has matched."""
    part = match.groupdict()
    timed = part["hour"] is not None
    lost_plus = bool(part["sign"]) and part["sign"].isspace()
    plain = re.fullmatch(r"\d{4}-\d\d-\d\d(?:[T ]+\d\d:\d\d:\d\d.*)?", match[0])
    shaped = re.fullmatch(r"Z|(?:[+-]| +)\d\d:\d\d", part["zone"] or "Z")
    spelt = plain and shaped and part["separator"] != "t" and part["point"] != ","
    table = (
        (Oddity.NO_TIME, not timed),
        (Oddity.LOST_PLUS, lost_plus),
        (Oddity.NO_ZONE, not part["zone"]),
        (Oddity.COLON_FRACTION, part["point"] == ":"),
        (Oddity.SPACE, (part["separator"] or "T").isspace()),
        (Oddity.SPELLING, not spelt or part["hour"] == "24" or part["second"] == "60"),
        (Oddity.LONG_FRACTION, len(part["fraction"] or "") > _DIGITS),
    )
    return tuple(oddity for oddity, found in table if found)


def _slashed(given: str, match: re.Match[str], zone: tzinfo | None) -> DateReading:
    """The readings of `12/12/2010`: month first, as the product's country writes it, then day
    first, where both exist and differ."""
    part = match.groupdict()
    hour = int(part["hour"] or 0)
    if part["half"]:
        hour = hour % 12 + (12 if part["half"].lower() == "pm" else 0)
    time = f"{hour:02}:{part['minute'] or '00'}:{part['second'] or '00'}"
    first, other = int(part["first"]), int(part["other"])
    orders = dict.fromkeys(((first, other), (other, first)))
    dates = (_moment(f"{part['year']}-{month:02}-{day:02}", time) for month, day in orders)
    locals_ = tuple(local for local in dates if local is not None)
    guessed = (("order",) if len(locals_) > 1 else ()) + (() if part["hour"] else ("time",))
    oddities = [Oddity.SLASHES, Oddity.NO_ZONE]
    if part["hour"] is None:
        oddities.insert(1, Oddity.NO_TIME)
    if not locals_:
        oddities.insert(0, Oddity.IMPOSSIBLE)
    readings = tuple(_reading(local, None, "", guessed, zone) for local in locals_)
    return DateReading(given, tuple(oddities), readings)


def _reading(
    local: str, fraction: str | None, offset: str, guessed: tuple[str, ...], zone: tzinfo | None
) -> Reading:
    """A reading, with the offset that `zone` has at that time where the text names none."""
    if not offset and zone is not None:
        offset = offset_text(datetime.fromisoformat(local).replace(tzinfo=zone))
    return Reading(local, fraction or "", offset, guessed)


def _written_offset(
    zone: str | None, sign: str | None, east: str | None, odd: str | None
) -> str | None:
    """`Z`, `+01:00`; empty for none; None for one that no place on earth has."""
    if not zone:
        return ""
    if sign is None or east is None:
        return "Z"
    hours, minutes = int(east), int(odd or 0)
    if hours * 60 + minutes > 14 * 60 or minutes > 59:
        return None
    return f"{'+' if sign.isspace() else sign}{hours:02}:{minutes:02}"


def _moment(date: str, time: str) -> str | None:
    """`2010-09-28T05:22:42` in the form of RFC 3339, or None if there is no such moment.  Midnight
    at a day's end (ISO 8601's 24:00) and leap seconds (RFC 3339, 5.7) become what they equal."""
    step = timedelta()
    if time == "24:00:00":
        time, step = "00:00:00", timedelta(days=1)
    elif time.endswith(":60"):
        time, step = time[:-2] + "59", timedelta(seconds=1)
    if not _exists(f"{date}T{time}"):
        return None
    try:
        return (datetime.fromisoformat(f"{date}T{time}") + step).isoformat()
    except OverflowError:  # the last second of the year 9999
        return None


def _exists(local: str) -> bool:
    """Whether calendar and clock have the moment `local` (`2010-09-28T05:22:42`)."""
    try:
        datetime.fromisoformat(local)
    except ValueError:
        return False
    return True


def offset_text(moment: datetime) -> str:
    """The offset of an aware `moment`, as RFC 3339 writes it; `Z` for UTC.

    >>> offset_text(datetime(2010, 9, 28, tzinfo=UTC))
    'Z'
    """
    offset = moment.utcoffset() or timedelta()
    if not offset:
        return "Z"
    minutes = round(offset.total_seconds() / 60)  # before railways, zones had seconds too
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


@lru_cache(maxsize=128)
def _fixed_zone(offset: str) -> timezone:
    """The zone of `Z` or `+01:00`."""
    if offset == "Z":
        return UTC
    sign, hours, minutes = offset[0], int(offset[1:3]), int(offset[4:6])
    away = timedelta(hours=hours, minutes=minutes)
    return timezone(-away if sign == "-" else away)


def time_zone(name: str) -> tzinfo:
    """The zone that `name` means: `UTC`, `Z`, an offset (`+01:00`, `-0500`), or a name of the IANA
    data base (`America/New_York`).  Raises ValueError, with a sentence for users, for any other."""
    if name.upper() in {"UTC", "Z", "GMT"}:
        return UTC
    if (match := _OFFSET.fullmatch(name)) and int(match[2]) * 60 + int(match[3]) <= 14 * 60:
        return _fixed_zone(f"{match[1]}{match[2]}:{match[3]}")
    from zoneinfo import ZoneInfo  # not on the fast path: it looks for its data on the disk

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        message = (
            f"`{name}` is not a time zone: write America/New_York, UTC or an offset like -05:00"
        )
        raise ValueError(message) from None
