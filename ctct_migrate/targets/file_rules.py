"""CT381: new files that cannot be sent."""

from __future__ import annotations

from ctct_migrate.diagnostics import Concern, Rule, Severity

NOT_SENT = Rule(
    "CT381", "file-not-sent", Severity.ERROR,
    summary="A new file of the library that cannot be read, or is not the one that was planned",
    why="A new file is a form with the file in it. The file is read beside its document, under the name that the document gives: when it is planned, and when it is sent. What is sent is what was planned, byte for byte.",
    bad="An Image of `spring.jpg`, and no `spring.jpg` in the folder of its document.",
    good="An Image of `spring.jpg`, and beside its document the file.",
    how="Put the file, of 5 MB at most, into the folder of its document, and give the command again. What is in an archive is unpacked first.",
    fact="reference, v2-resources, Library",
    concern=Concern.SENDING,
)  # fmt: skip

RULES = (NOT_SENT,)
