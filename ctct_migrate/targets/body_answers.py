"""CT98: what a server has against bodies that came from no XML."""

from __future__ import annotations

from ctct_migrate.diagnostics import Rule, Severity

SOLD = Rule(
    "CT980", "name-is-sold", Severity.ERROR,
    summary="The name cannot be changed, since some were sold",
    why="What people have bought keeps the name under which they bought it: the server refuses another one.",
    bad="", good="",
    how="Leave the name as it is there, or add a new one beside it.",
    fact="reference, v2-resources, Eventspot",
)  # fmt: skip

FIXED = Rule(
    "CT981", "read-only-there", Severity.WARNING,
    summary="What the account has cannot be changed there, and was left as it is",
    why="The content of a campaign that was made from a template in the user interface is changed there alone: the rest of the update was made, and this was not sent.",
    bad="", good="",
    how="Change it in the user interface, or leave it out.",
    fact="reference, v2-contract, Endpoints",
)  # fmt: skip

RULES = (SOLD, FIXED)
