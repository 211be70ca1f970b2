"""Dates that are spelled out: `Tue, 28 Sep 2010 05:22:42 GMT`, `September 28, 2010 9:00 AM EST`.

What mail programs (RFC 822), C's `ctime`, databases and people write.  `as_rfc3339` puts the parts
in the order that `mapping.dates` reads; what they can mean is for `mapping.dates` to say, and how
the mistake is reported for the family `dates`.  The mapping engine takes no such date.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from urllib.parse import unquote

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.mapping.dates import offset_text, time_zone

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = late_compile(
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?",
    re.I,
)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = late_compile(
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|"
    r"sat(?:urday)?|sun(?:day)?)\.?",
    re.I,
)

#: The zones that have a name in RFC 822, 5.1.
_ZONES = {
    "z": "Z", "ut": "Z", "utc": "Z", "gmt": "Z", "est": "-05:00", "edt": "-04:00",
    "cst": "-06:00", "cdt": "-05:00", "mst": "-07:00", "mdt": "-06:00", "pst": "-08:00",
    "pdt": "-07:00",
}  # fmt: skip

#: Where the zones of the US are kept, by their first letters.
_HOMES = {
    "e": "America/New_York", "c": "America/Chicago", "m": "America/Denver",
    "p": "America/Los_Angeles",
}  # fmt: skip

_TIME = late_compile(
    r"(?<![0-9:])([0-9]{1,2}):([0-9][0-9])(?::([0-9][0-9])(?:[.,]([0-9]{1,9}))?)?\s*([ap]\.?m\b\.?)?(?![0-9:])",
    re.I,
)
_HOUR = late_compile(r"(?<![0-9:.])([0-9]{1,2})()()()\s*([ap]\.?m\b\.?)", re.I)
_OFFSET = late_compile(r"([+-])([0-9][0-9]):?([0-9][0-9])")
_BASIC = late_compile(
    r"([0-9]{4})([0-9][0-9])([0-9][0-9])T([0-9][0-9])([0-9][0-9])([0-9][0-9])(Z|[+-][0-9][0-9]:?[0-9][0-9])?"
)
_ISO = late_compile(r"([0-9]{4})[-./]([0-9]{1,2})[-./]([0-9]{1,2})")
_DOTTED = late_compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_NUMBER = late_compile(r"([0-9]{1,2})(?:st|nd|rd|th)?", re.I)
_YEAR = late_compile(r"[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Spelled:
    """A date in the order of RFC 3339.

    text   year, month, day, and the time and the zone as far as they are given
    doubt  why it may be meant otherwise: it is another day of the week than is named beside, or
           the zone is not kept at that time of the year; empty where there is none
    """

    text: str
    doubt: str = ""


#: Characters of the longest date that anybody spells out, and some more.
_LONGEST = 200


def as_rfc3339(text: str) -> Spelled | None:
    """The parts of a date that is spelled out, in order; None where there is more to the text, or
    less, than the parts of one date.

    >>> as_rfc3339("Tue, 28 Sep 2010 05:22:42 EDT").text
    '2010-09-28T05:22:42-04:00'
    >>> as_rfc3339("some day")
    """
    text = " ".join(text.split())
    if len(text) > _LONGEST:
        return None
    if basic := _BASIC.fullmatch(text):
        year, month, day, hour, minute, second, zone = basic.groups()
        return Spelled(f"{year}-{month}-{day}T{hour}:{minute}:{second}{zone or ''}")
    text = re.sub(r"(?<=[0-9])[Tt](?=[0-9])", " ", text)
    time = _TIME.search(text) or _HOUR.search(text)
    clock = ""
    if time is not None:
        clock = _clock(time)
        if not clock:
            return None
        text = f"{text[: time.start()]} {text[time.end() :]}"
    return _ordered(re.sub(r"[,()]|\b(?:at|of|the)\b", " ", text).split(), clock)


def _clock(match: re.Match[str]) -> str:
    """`T09:00:00`; empty for an hour that the half of a day does not have."""
    hour, minute, second, fraction, half = match.groups()
    number = int(hour)
    if half:
        if not 1 <= number <= 12:
            return ""
        number = number % 12 + (12 if half[0] in "pP" else 0)
    return f"T{number:02}:{minute or '00'}:{second or '00'}" + (f".{fraction}" if fraction else "")


def _ordered(words: list[str], clock: str) -> Spelled | None:
    """The date that the words of a text without its time of day give."""
    found: dict[str, str] = {}
    for word in words:
        part = _part(word)
        if part is None or part[0] in found:
            return None
        found[part[0]] = part[1]
    whole = found.pop("whole", "")
    zone, weekday = found.pop("zone", ""), found.pop("weekday", "")
    if not whole and found.keys() == {"year", "month", "day"}:
        whole = f"{found['year']}-{found['month']}-{int(found['day']):02}"
    elif found:
        return None
    if not whole or (zone and not clock):
        return None
    offset = _ZONES.get(zone.lower(), zone)
    if "/" in zone:
        offset = _offset_at(zone, whole + clock)
        if not offset:
            return None
    doubt = ""
    if not _is_on(whole, weekday):
        doubt = f"that day is no {weekday}: is the date the right one?"
    elif not _is_kept(zone, whole + clock):
        doubt = f"{zone.upper()} is not kept at that time of the year: is the hour the right one?"
    return Spelled(whole + clock + offset, doubt)


def _part(word: str) -> tuple[str, str] | None:
    """Which part of a date a word is, and how RFC 3339 writes it."""
    if match := _ISO.fullmatch(word):
        return "whole", f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    if match := _DOTTED.fullmatch(word):
        return "whole", f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    if match := _OFFSET.fullmatch(word):
        return "zone", f"{match[1]}{match[2]}:{match[3]}"
    if _YEAR.fullmatch(word):
        return "year", word
    if match := _NUMBER.fullmatch(word):
        return "day", match[1]
    if _MONTH.fullmatch(word):
        return "month", f"{_MONTHS.index(word[:3].lower()) + 1:02}"
    if _DAY.fullmatch(word):
        return "weekday", word
    if word.lower() in _ZONES:
        return "zone", word
    return ("zone", word) if "/" in word else None


def _offset_at(name: str, local: str) -> str:
    """The offset that the zone `America/New_York` has at a time; empty where there is none."""
    try:
        return offset_text(datetime.fromisoformat(local).replace(tzinfo=time_zone(name)))
    except ValueError:
        return ""


def _is_kept(zone: str, local: str) -> bool:
    """Whether a zone with a name of its own for daylight time, such as EDT, is kept at a time."""
    home = _HOMES.get(zone[:1].lower()) if len(zone) == 3 else None
    if home is None or zone.lower() not in _ZONES:
        return True
    try:
        moment = datetime.fromisoformat(local).replace(tzinfo=time_zone(home))
    except ValueError:
        return True
    return moment.tzname() == zone.upper()


def _is_on(day: str, weekday: str) -> bool:
    """Whether a day is on the day of the week that is named, if there are such a day and name."""
    try:
        return not weekday or date.fromisoformat(day).weekday() == _DAYS.index(weekday[:3].lower())
    except ValueError:
        return True


@dataclass(frozen=True, slots=True)
class CountedDate:
    """What a count since 1970, in UTC, stands for.

    text     the date in RFC 3339's form
    unit     `seconds` or `milliseconds`
    certain  whether the digits can mean nothing else: ten may be `2010092805` as well
    """

    text: str
    unit: str
    certain: bool


def as_seconds(text: str) -> CountedDate | None:
    """The date that a count of seconds or milliseconds since 1970 stands for; None for what is
    none, or is of another century than e-mail.

    >>> as_seconds("2022591600000").text
    '2034-02-03T15:00:00.000Z'
    """
    text = text.strip()
    if re.fullmatch(r"[1-9][0-9]{8,9}", text) is not None:
        moment = datetime.fromtimestamp(int(text), UTC)
        return CountedDate(moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "seconds", certain=False)
    if re.fullmatch(r"[1-9][0-9]{11,12}", text) is None:
        return None
    seconds, rest = divmod(int(text), 1000)
    moment = datetime.fromtimestamp(seconds, UTC)
    certain = len(text) == 13  # twelve digits may be `201009280522`
    return CountedDate(f"{moment:%Y-%m-%dT%H:%M:%S}.{rest:03}Z", "milliseconds", certain)


#: How often a date is taken to have been encoded, at most.
_ENCODINGS = 3


def as_decoded(text: str) -> str | None:
    """`text` without the encoding of URLs (`%2B`) and of HTML (`&#43;`), decoded until nothing is
    left of it; None where there was none.

    >>> as_decoded("2010-09-28T05%3A22:42%2B01:00"), as_decoded("2010-09-28T05:22:42Z")
    ('2010-09-28T05:22:42+01:00', None)
    """
    from html import unescape

    decoded = text
    for _ in range(_ENCODINGS):
        once = unquote(unescape(decoded))
        if once == decoded:
            break
        decoded = once
    return None if decoded == text else decoded
