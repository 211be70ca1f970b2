"""The ledger: what was to be sent, what was sent, and what became of it, in one SQLite file.

`records` holds its values, `migrations` its tables and how older ones become today's, `opening`
who may open it and what is done about a damaged one, `store` what can be written and read.  The
ledger knows neither HTTP nor documents; it stores what it is given, durably, before it returns.
"""

from ctct_migrate.sender.ledger.opening import LedgerError
from ctct_migrate.sender.ledger.records import Attempt, Document, Kind, Record, Request, State
from ctct_migrate.sender.ledger.store import Ledger

__all__ = ["Attempt", "Document", "Kind", "Ledger", "LedgerError", "Record", "Request", "State"]
