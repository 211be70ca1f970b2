"""Colours and hyperlinks, as terminals take them; plain text when they are not asked for.

ANSI (ECMA-48, Select Graphic Rendition) and OSC 8, written out: `rich` and `colorama` would cost
more to import than a small document takes to lint.  Text that goes in has to be `shown` before.
"""

from __future__ import annotations

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.output.document_report import Style

#: SGR parameters (ECMA-48) by role: all that there are.
ROLES = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "secondary": "1;34",
    "gutter": "1;34",
    "help": "1;36",
    "title": "1",
    "removed": "31",
    "added": "32",
}


@dataclass(frozen=True, slots=True)
class Paint:
    """Dresses text in a role's colours, or in a link."""

    style: Style

    def __call__(self, role: str, text: str) -> str:
        """`text` in the colours of `role`; as it is without colours, or for an unknown role."""
        if not self.style.colour or not text or role not in ROLES:
            return text
        return f"\x1b[{ROLES[role]}m{text}\x1b[0m"

    def link(self, code: str, text: str) -> str:
        """`text` as a hyperlink to the explanation of `code`."""
        if not self.style.links:
            return text
        return f"\x1b]8;;{self.style.links}{code}\x1b\\{text}\x1b]8;;\x1b\\"
