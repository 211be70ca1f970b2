"""CT879: what is said of folders and files whose numbers are not those of v1."""

from __future__ import annotations

from ctct_migrate.diagnostics import Rule, Severity

OTHER_NAME = Rule(
    "CT879", "other-name", Severity.ERROR,
    summary="A folder or file whose number leads to another one in the account",
    why="v2 numbered folders and files anew. The number of a v1 document is believed only if the account has the same name under it: else the update would change something else.",
    bad="", good="",
    how="Say with `--id-map` which number it has now, or send it as a new one.",
    fact="reference, mapping-v2, Rules for all: ids",
)  # fmt: skip

RULES = (OTHER_NAME,)
