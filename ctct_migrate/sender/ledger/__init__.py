"""The ledger: what was to be sent, what was sent, and what became of it, in one SQLite file.

`records` holds its values, `migrations` its tables and how older ones become today's, `opening`
who may open it and what is done about a damaged one, `documents` the rows of documents,
`digests` what they are compared by, `store` what can be written and read.  The
ledger knows neither HTTP nor documents; it stores what it is given, durably, before it returns.
"""

from ctct_migrate.sender.ledger.opening import LedgerError
from ctct_migrate.sender.ledger.records import (
    Attempt,
    CrossReferenced,
    Digests,
    KnownDocument,
    LedgerDocument,
    LedgerRequest,
    RequestContent,
    RequestKind,
    RequestRecord,
    State,
)
from ctct_migrate.sender.ledger.store import Ledger

__all__ = [
    "Attempt",
    "CrossReferenced",
    "Digests",
    "KnownDocument",
    "Ledger",
    "LedgerDocument",
    "LedgerError",
    "LedgerRequest",
    "RequestContent",
    "RequestKind",
    "RequestRecord",
    "State",
]  # fmt: skip
