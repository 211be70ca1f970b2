"""A target's server for rehearsals and tests: a real HTTP server on loopback that keeps the
target's contract.

It stores in SQLite, checks keys, tokens, bodies and rates as the reference says, and fails on
demand.  It knows JSON and HTTP; no module of this package may import anything that touches XML.
Importing this package is light: Starlette and uvicorn, the extra `sandbox`, are imported when a
server starts.

    with Sandbox(SandboxOptions(lists={"11": "Customers"}, addresses=("me@example.com",))) as sandbox:
        sandbox.inject(Fault(kind=FaultKind.CLOSE_AFTER, match="^POST ", times=1))
        ...  # any client, on sandbox.base_url
        assert all(call.status == 201 for call in sandbox.calls())
"""

from ctct_migrate.sandbox.database import RecordedCall, SandboxError
from ctct_migrate.sandbox.faults import Fault, FaultKind
from ctct_migrate.sandbox.options import DEFAULT_KEY, DEFAULT_TOKEN, SandboxOptions
from ctct_migrate.sandbox.server import MISSING_EXTRA, Sandbox

__all__ = [
    "DEFAULT_KEY",
    "DEFAULT_TOKEN",
    "MISSING_EXTRA",
    "Fault",
    "FaultKind",
    "RecordedCall",
    "Sandbox",
    "SandboxError",
    "SandboxOptions",
]
