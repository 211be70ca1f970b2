"""The sender: payloads to requests, requests to a server, each exactly once.

    async with Sender(base_url, Credentials.from_environment(), ledger="my.ledger") as sender:
        result = await sender.send(payload)

It knows payloads, their source maps and the client; documents, files and the command line are
none of its business.  The ledger is the one file that it writes.
"""

from ctct_migrate.sender.id_map import IdMapError, id_map, id_maps
from ctct_migrate.sender.ledger import Ledger, LedgerError, RequestKind, State
from ctct_migrate.sender.plan import SendPlan, Submission
from ctct_migrate.sender.planning import Planner
from ctct_migrate.sender.sender import Result, Sender, SendReport, SendStopped
from ctct_migrate.sender.settings import BulkChoice, OnNameTaken, OnUnclear, Settings
from ctct_migrate.sender.stopping import Stop
from ctct_migrate.targets.client import BASE_URL, BaseUrlError
from ctct_migrate.targets.credentials import Credentials, CredentialsError

__all__ = [
    "BASE_URL",
    "BaseUrlError",
    "BulkChoice",
    "Credentials",
    "CredentialsError",
    "IdMapError",
    "Ledger",
    "LedgerError",
    "OnNameTaken",
    "OnUnclear",
    "Planner",
    "RequestKind",
    "Result",
    "SendPlan",
    "SendReport",
    "SendStopped",
    "Sender",
    "Settings",
    "State",
    "Stop",
    "Submission",
    "id_map",
    "id_maps",
]  # fmt: skip
