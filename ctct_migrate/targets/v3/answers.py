"""What v3's own answers mean, besides what HTTP says (reference, v3-contract, Rate, Errors).

A 403 is never about rate.  An error names no place; where a word of it is a property's name, it is
shown there.
"""

from __future__ import annotations

from ctct_migrate.targets import account_rules
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.replies import AnswerRow, Reaction, only

_R = Reaction

_SCHEDULING = r"emails/activities/[^/]+/schedules"

#: One contact; what else stands below `contacts/` has a name of its own.
_CONTACT = r"contacts/[0-9a-fA-F-]{36}"

ANSWERS: tuple[AnswerRow, ...] = (
    AnswerRow(only(403), account_rules.PRIVILEGE_MISSING, _R.BLOCK_RESOURCE, path=_SCHEDULING),
    # Somebody else changes the same contact: what is there is read and compared once more.
    AnswerRow(only(409), catalogue.NAME_TAKEN, _R.ASK, path=_CONTACT, method="PUT"),
    AnswerRow(only(429), catalogue.QUOTA_USED_UP, _R.WAIT_FOR_DAY, text=r"quota_exceeded"),
    AnswerRow(only(429), catalogue.OVER_QPS, _R.SLOW_DOWN, text=r"throttled"),
)
