"""Plain: what neither schema can say of a payload, asked of its texts alone, on the fast path.

Beside a family's `check`, which words what it finds, stands here, where the family has anything to
add to XSD and JSON Schema, one function that says in a microsecond whether `check` would find
nothing.  It gets the texts of the payload's children (`plainfields.fields_of`; stripped or not).
`limits` has none, since the JSON Schema says it all.  A test holds every family to the promise.

Nothing is imported here that makes diagnostics: a document without mistakes needs none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache

from ctct_migrate.contract import contract
from ctct_migrate.mapping.dates import read_date
from ctct_migrate.rules.fast.fields import ENVELOPE, MARKUP
from ctct_migrate.rules.fast.suspects import (
    REFERENCE_LEFT,
    REFERENCE_TWICE,
    country_of_state,
    plain_texts,
)
from ctct_migrate.targets.v2.states_and_countries import ACCOUNT_VARIABLE
from ctct_migrate.v1 import vocabulary

Fields = Mapping[str, str]

#: The dates of a campaign.
_DATES = frozenset({"Date", "LastEditDate", "LastRunDate", "NextRunDate"})

#: The wrapper of EmailTextContent (reference, v1-atom, Campaign).
_START, _END = "<Text>", "</Text>"

#: The number of a schedule other than 1, of which v2 has one for a campaign.
_ODD_NUMBER = re.compile(r"/schedules/(?!1(?:[/?#]|$))", re.M)


def values(fields: Fields) -> bool:
    """Whether nothing can be said of the values: all but the country is in the XSD, and the
    country in the JSON Schema only where there is a footer; neither holds it against the state."""
    country = fields.get("OrganizationCountry", "").strip()
    if any(
        "$" in fields.get(name, "") and ACCOUNT_VARIABLE.search(fields[name]) for name in _address()
    ):
        return False
    if not country:
        return True
    if country_of_state(fields.get("OrganizationState", ""), country) is not None:
        return False
    return country.upper() in contract.country_names()


def required(fields: Fields) -> bool:
    """Whether nothing can be said to be missing: of what XSD and JSON Schema leave open, a content
    format, and texts that are more than blank.  Of addresses that are given by their numbers alone
    the mapping engine complains; a campaign without content is left to `check`."""
    get = fields.get
    always, conditions = _required("Schedule" if "ScheduledTime" in fields else "Campaign")
    for name in always:
        if not get(name, "").strip():
            return False
    for flag, value, names in conditions:
        if get(flag, "").strip() == value:
            for name in names:
                if not get(name, "").strip():
                    return False
    return True


def content(fields: Fields) -> bool:
    """Whether nothing can be said of the contents.

    Of what no schema sees: EmailTextContent has to begin with its wrapper and end with it, be that
    an element or encoded, and to say something.  EmailContent is seen by the JSON Schema.
    """
    if fields.get("CampaignType", "").strip() == "STOCK":
        return "EmailContent" not in fields  # which is then not sent, and seen by no schema
    if "EmailTextContent" not in fields:
        return True
    text = fields["EmailTextContent"].strip()
    wrapped = text.startswith(_START) and text.endswith(_END)
    return wrapped and bool(text[len(_START) : -len(_END)].strip())


def schedules(fields: Fields, now: datetime | None = None) -> bool:
    """Whether nothing can be said of a schedule: no status of Scheduled; no time that is past, and
    no schedule's number other than 1 in the envelope.  Of ids that differ or give no number the
    mapping engine complains."""
    if "ScheduledTime" not in fields:
        return fields.get("Status", "").strip().casefold() != "scheduled"
    if ENVELOPE not in fields or _ODD_NUMBER.search(fields[ENVELOPE]):
        return False
    instant = read_date(fields["ScheduledTime"]).instant
    return instant is not None and instant > (now or datetime.now(UTC))


def conversions(fields: Fields) -> bool:
    """Whether conversion does nothing to be told of, but for what an update empties."""
    if fields.get("CampaignType", "").strip() == "STOCK":
        return False
    return _undocumented().isdisjoint(fields)


def texts(fields: Fields) -> bool:
    """Whether no text for people was encoded twice."""
    found = "\n".join([fields[name] for name in _texts() & fields.keys()])
    if fields.get("EmailContentFormat", "").strip() == "XHTML":
        html = fields.get("EmailContent", "")
        if html == MARKUP or REFERENCE_TWICE.search(html) is not None:
            return False
    return "&" not in found or REFERENCE_LEFT.search(found) is None


def dates(fields: Fields) -> bool:
    """Whether no date that only the server writes is one that .NET never set."""
    return not any(fields.get(name, "").lstrip().startswith("0001-01-01") for name in _DATES)


#: Every question, one for each family that has any.
QUESTIONS: tuple[Callable[[Fields], bool], ...] = (
    values, required, content, schedules, conversions, texts, dates
)  # fmt: skip


@cache
def asked() -> frozenset[str]:
    """The local names of all children that the questions look at."""
    named = {
        "CampaignType", "EmailContent", "EmailContentFormat", "EmailTextContent", "OrganizationCountry",
        "OrganizationState", "ScheduledTime", "Status",
    }  # fmt: skip
    for resource in ("Campaign", "Schedule"):
        always, conditions = _required(resource)
        named.update(always)
        for flag, _, names in conditions:
            named.update((flag, *names))
    return _undocumented() | plain_texts() | named | _DATES | _address()


@cache
def _texts() -> frozenset[str]:
    return plain_texts() | {"EmailTextContent"}


@cache
def _address() -> frozenset[str]:
    children = vocabulary().children("Campaign")
    return frozenset(name for name in children if name.startswith("Organization"))


@cache
def _undocumented() -> frozenset[str]:
    return vocabulary().undocumented("Campaign")


@cache
def _required(
    resource: str,
) -> tuple[tuple[str, ...], tuple[tuple[str, str, tuple[str, ...]], ...]]:
    """Names of the children that are required in any case, and those that are where a flag, by
    its name, has a value."""
    always: list[str] = []
    conditions: dict[str, list[str]] = {}
    for name, when in vocabulary().required(resource).items():
        if "=" in when:
            conditions.setdefault(when, []).append(name)
        else:
            always.append(name)
    flags = ((condition.partition("="), tuple(names)) for condition, names in conditions.items())
    return tuple(always), tuple((flag, value, names) for (flag, _, value), names in flags)
