"""Zones: what `fix` writes into dates that name none, where its caller says which was meant.

`lint` takes a zone that it is given for granted, and reports such dates no more; in the document
they are as ambiguous as before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from ctct_migrate.diagnostics import Diagnostic, Fix, Safety
from ctct_migrate.late_dataclass import replace
from ctct_migrate.mapping.dates import Reading, read_date
from ctct_migrate.rules.values.date_values import NO_ZONE


def zoned(found: Iterable[Diagnostic], zone: tzinfo) -> Iterator[Diagnostic]:
    """Those of the diagnostics that say that a date names no zone (CT602), each with the fix that
    writes the offset that `zone` has at that time.  A local time that the clocks showed twice, or
    never, gets a guess."""
    for each in found:
        if each.code != NO_ZONE.code or len(each.fixes) != 1 or len(each.fixes[0].edits) != 1:
            continue
        (edit,) = each.fixes[0].edits
        reading = read_date(edit.text.removesuffix("Z"), zone).certain
        if reading is None:
            continue
        safety = Safety.SAFE if _is_plain(reading, zone) else Safety.UNSAFE
        text = replace(edit, text=reading.text)
        yield replace(each, fixes=(Fix(f"Write `{reading.text}`", safety, (text,)),))


def _is_plain(reading: Reading, zone: tzinfo) -> bool:
    """Whether the clocks of `zone` showed that time exactly once."""
    local = datetime.fromisoformat(reading.local).replace(tzinfo=zone)
    return local.utcoffset() == local.replace(fold=1).utcoffset()
