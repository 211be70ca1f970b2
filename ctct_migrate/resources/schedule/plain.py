"""Whether the rules of schedules would report nothing, asked of the texts of a schedule alone.

The fast path asks it; nothing is imported here that makes diagnostics.  A test holds it to what the
rules report.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.mapping.dates import read_date
from ctct_migrate.payload import Shape
from ctct_migrate.rules.fast.fields import ENVELOPE, Fields

TIME = "ScheduledTime"

#: The number of a schedule other than 1, of which v2 has one for a campaign.
_ODD_NUMBER = late_compile(r"/schedules/(?!1(?:[/?#]|$))", re.M)


def fields() -> frozenset[str]:
    """Names of the children that `is_plain` asks about, and that it asks about the envelope."""
    return frozenset({TIME, ENVELOPE})


def is_plain(fields: Fields) -> bool:
    """Whether there is a time, and no other number than 1 stands in the envelope.  Of ids that differ or
    give no number the mapping engine complains."""
    if ENVELOPE not in fields or _ODD_NUMBER.search(fields[ENVELOPE]):
        return False
    return read_date(fields.get(TIME, "")).instant is not None


def is_remarked(fields: Fields, shape: Shape | None, now: datetime | None = None) -> bool:
    """Whether the time is past at `now` (the clock's time if it is not given), as that of a record
    may be."""
    if shape is Shape.RECORD:
        return False
    instant = read_date(fields.get(TIME, "")).instant
    return instant is not None and instant <= (now or datetime.now(UTC))
