"""Codecs: how a v1 value becomes a v2 one.

A codec gets the text of one element or attribute and gives the v2 value, None where the text says
nothing (v1 wrote empty elements for what is not set; v2 leaves them out), or raises `UnreadableValue`,
so that no wrong JSON is ever made.  Allowed values are not listed here: v1's are read from the
vocabulary, v2's from the contract, and spelling leads from one to the other.

White space: Name, Subject and FromName lose what surrounds them (reference, v2-contract, v1 to
v2), and so does whatever is a code, a number, a date, an address or a URI.  Other text is kept as
it is, unless it is white space alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC
from functools import cache, partial
from typing import Any

from ctct_migrate.contract.contract import Contract
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.mapping import content
from ctct_migrate.mapping.dates import read_date, right_date
from ctct_migrate.mapping.rows import Codec, ConversionOptions, UnreadableValue
from ctct_migrate.resources import BY_SLUG, Resource
from ctct_migrate.v1 import vocabulary

#: XML's white space (XML 1.0, production 3).
SPACE = " \t\r\n"

#: Both begin with letters, for which a search is fast, and look back at what stands before them.
_CAMPAIGN = late_compile(r"campaigns/(?<![^/]campaigns/)(\d+)(?=[/?#]|$)", re.ASCII)
_LIST = late_compile(r"lists/(?<![^/]lists/)([^/?#\s]+)/?(?:[?#]|$)")
_SCHEDULE = late_compile(r"/schedules/(\d+)(?=[/?#]|$)", re.ASCII)
#: A segment after which only a query or a fragment may come, with those before it, which are
#: passed by at once.
_LAST_SEGMENT = late_compile(r"(?:[/?#\s]*+[^/?#\s]++(?!/?(?:[?#]|$)))*+[/?#\s]*+([^/?#\s]++)")
#: reference, v2-contract, v1 to v2.
_YES_NO = {"YES": True, "NO": False}


def _stripped(text: str, options: ConversionOptions) -> str | None:
    return text.strip(SPACE) or None


def listed(name: str, values: Mapping[str, Any]) -> Codec:
    """A codec for an enumeration of which the target's words are `values`, by v1's; it forgives white
    space, and `name` is what is expected of others (`UnreadableValue.kind`)."""
    return _listed(name, lambda: values)


def _listed(name: str, values: Callable[[], Mapping[str, Any]]) -> Codec:
    """The same where the words are read when they are first asked for."""

    def read(text: str, options: ConversionOptions) -> Any:
        text = " ".join(text.split())
        if text and text not in values():
            raise UnreadableValue(name)
        return values().get(text)

    return Codec(name, read, values=values)


def _counter(text: str, options: ConversionOptions) -> int | None:
    text = text.strip(SPACE)
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise UnreadableValue("counter")
    return int(text)


#: Reference, v1-resources, Event: `15.00`.
_AMOUNT = late_compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,4})?", re.ASCII)


def _amount(text: str, options: ConversionOptions) -> float | None:
    text = text.strip(SPACE)
    if not text:
        return None
    if _AMOUNT.fullmatch(text) is None:
        raise UnreadableValue("amount")
    return float(text)


_TRUE_FALSE = {"true": True, "false": False}


def _flag(text: str, options: ConversionOptions) -> bool | None:
    text = text.strip().lower()
    if text and text not in _TRUE_FALSE:
        raise UnreadableValue("true-false")
    return _TRUE_FALSE.get(text)


def _date(text: str, options: ConversionOptions) -> str | None:
    right = right_date(text)
    if right is not None:
        return right.v2
    reading = read_date(text, options.time_zone)
    if not reading.given:
        return None
    if reading.certain is None:
        raise UnreadableValue("date")
    return reading.certain.v2


def _local_date(text: str, options: ConversionOptions) -> str | None:
    """As `_date`; a date without a fraction of a second has none."""
    made = _date(text, options)
    return made.replace(".000", "", 1) if made is not None and "." not in text else made


def _utc_date(text: str, options: ConversionOptions) -> str | None:
    reading = right_date(text)
    if reading is not None and reading.offset == "Z":
        return reading.v2
    if reading is None:
        given = read_date(text, options.time_zone)
        if not given.given:
            return None
        reading = given.certain
    try:
        instant = reading.instant if reading is not None else None
        moment = instant.astimezone(UTC) if instant is not None else None
    except OverflowError:  # the offset leads out of the calendar
        moment = None
    if moment is None:
        raise UnreadableValue("date")
    return f"{moment.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def one_of(payload: str, path: str, contract: Contract, resource: str, pointer: str) -> Codec:
    """A codec for an enumeration: the value that the contract allows at `pointer` of a resource
    (its slug) and that is the same as what the vocabulary allows at `path` of a payload (its name)
    but for case, spaces and underscores."""

    @cache
    def values() -> Mapping[str, str]:
        fact = vocabulary().element(payload, path)
        known = {_letters(value): value for value in contract.limits(resource, pointer).enum}
        return {
            value.value: known[_letters(value.value)]
            for value in (fact.enumeration if fact else ())
            if _letters(value.value) in known
        }

    return _listed("enumeration", values)


def _letters(value: str) -> str:
    return re.sub(r"[\s_]", "", value).upper()


def _found(pattern: re.Pattern[str], text: str, options: ConversionOptions) -> str | None:
    match = pattern.search(text.strip(SPACE))
    return match[1] if match else None


def id_of(resource: Resource) -> Codec:
    """A codec for the URI of a resource: its id, None for a URI without one."""
    return Codec(f"{resource.noun} number", lambda text, options: resource.id_in(text))


def _list_id(text: str, options: ConversionOptions) -> str:
    match = _LIST.search(text.strip(SPACE))
    if match is None:
        raise UnreadableValue("list-uri")
    return match[1]


def _last_segment(text: str, options: ConversionOptions) -> str | None:
    match = _LAST_SEGMENT.match(text.strip(SPACE))
    return match[1] if match else None


def known_key(slug: str) -> Codec:
    """For a resource with that slug that is given by its number alone, of which v2 wants the key:
    another document of the run may say it (`Choices.known_keys`)."""
    resource = BY_SLUG[slug]

    def read(text: str, options: ConversionOptions) -> str:
        known = options.choices.known(slug, text)
        if known is None:
            raise UnreadableValue(f"{slug}-number")
        return known.key

    def origin(text: str, options: ConversionOptions) -> str:
        known = options.choices.known(slug, text)
        return f"{resource.noun} {known.number}, as {known.place} says" if known is not None else ""

    return Codec(f"{slug}-number", read, origin=origin)


def _unwrapped(text: str, options: ConversionOptions) -> str | None:
    text = content.unwrapped(text)
    return None if not text or text.isspace() else text


TEXT = Codec("text", plain=True)
STRIPPED = Codec("stripped text", _stripped)
YES_NO = listed("yes-no", _YES_NO)
TRUE_FALSE = Codec("true-false", _flag)
COUNTER = Codec("counter", _counter)
#: An amount of money.
AMOUNT = Codec("amount", _amount)
DATE = Codec("date", _date)
#: A date of v1's second dialect, in which fractions are optional.
LOCAL_DATE = Codec("date", _local_date)
#: A date as a target wants it that takes UTC alone.
UTC_DATE = Codec("date", _utc_date)
URI_SEGMENT = Codec("uri", _last_segment)
LIST_ID = Codec("list-uri", _list_id)

#: The number of the campaign in a URI, None for a URI without one.
CAMPAIGN_NUMBER = Codec("campaign number", partial(_found, _CAMPAIGN))
SCHEDULE_NUMBER = Codec("schedule number", partial(_found, _SCHEDULE))

MARKUP = Codec("markup", plain=True, whole=content.markup)
TEXT_CONTENT = Codec("text content", _unwrapped, whole=content.text_content)
