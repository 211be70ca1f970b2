"""What v2's own answers mean, besides what HTTP says (reference, v2-contract, Errors that have been
seen)."""

from __future__ import annotations

from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.replies import AnswerRow, Reaction, only

_R = Reaction

#: The gateway's header is what its maker documents for 403s; the keys are the reference's.
_GATEWAY = "x-mashery-error-code"
_SCOPE = ("www-authenticate", "insufficient_scope")

_SCHEDULING = r"emailmarketing/campaigns/[^/]+/schedules(/[^/]+)?"

ANSWERS: tuple[AnswerRow, ...] = (
    AnswerRow(only(400), catalogue.ADDRESS_MISSING, _R.FAIL, text=r"enter an address"),
    AnswerRow(only(400), catalogue.LIST_UNKNOWN, _R.FAIL,
              text=r"lists?\.value\.invalid|list \S+ does not exist"),
    AnswerRow(only(400), catalogue.ADDRESS_REFUSED, _R.FAIL, text=r"json\.email\.invalid"),
    AnswerRow(only(400), catalogue.STOCK_READ_ONLY, _R.FAIL,
              text=r"read.?only.*stock|stock.*read.?only"),
    AnswerRow(only(403), catalogue.KEY_INACTIVE, _R.STOP, text=r"\.inactive$|\.inactive "),
    AnswerRow(only(403), catalogue.KEY_INACTIVE, _R.STOP, header=(_GATEWAY, "INACTIVE")),
    AnswerRow(only(403), catalogue.OVER_QPS, _R.SLOW_DOWN, text=r"over\.qps|queries.per.second"),
    AnswerRow(only(403), catalogue.OVER_QPS, _R.SLOW_DOWN, header=(_GATEWAY, "OVER_QPS")),
    AnswerRow(only(403), catalogue.QUOTA_USED_UP, _R.WAIT_FOR_DAY,
              text=r"over\.ratelimit|rate limit quota"),
    AnswerRow(only(403), catalogue.QUOTA_USED_UP, _R.WAIT_FOR_DAY, header=(_GATEWAY, "OVER_RATE")),
    AnswerRow(only(403), catalogue.SCHEDULING_NOT_PERMITTED, _R.BLOCK_RESOURCE, path=_SCHEDULING,
              header=_SCOPE),
    AnswerRow(only(409), catalogue.SCHEDULE_TAKEN, _R.ASK, path=_SCHEDULING),
)  # fmt: skip
