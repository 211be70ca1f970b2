"""CT440: names of folders that v2 cannot store."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.characters import escape
from ctct_migrate.rules.payload_view import PayloadView
from ctct_migrate.rules.phrases import listing, quoted
from ctct_migrate.targets.v2.target import V2

NOT_LATIN = Rule(
    "CT440", "folder-name", Severity.ERROR,
    summary="A folder whose name has characters that v2 cannot store",
    why="v2 keeps the names of folders in ISO 8859-1, which has the letters of Western Europe: no typographic quotes, no long dashes, no Polish or Greek letters. To replace one is to rename the folder.",
    bad="<Folder>\n  <Name>Zima – Łódź</Name>\n</Folder>\n", good="<Folder>\n  <Name>Zima - Lodz</Name>\n</Folder>\n",
    how="Write the name with letters of Western Europe.", fact="reference, v2-resources, Library: Folder", target="v2",
)  # fmt: skip

RULES = (NOT_LATIN,)

#: The children of a folder that are looked at.
NAMES = frozenset({"Name"})

#: Characters by what typewriters have in their place.
_PLAIN = str.maketrans({
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "‐": "-",
    "…": "...", "•": "*", "€": "EUR", "™": "(TM)", "Ł": "L", "ł": "l", "Œ": "OE", "œ": "oe",
    "Đ": "D", "đ": "d", "\u2009": " ", "\u202f": " ", "\u200b": "",
})  # fmt: skip

_FORBIDDEN = late_compile(V2.contract.limits("folder", "/name").forbidden or r"(?!)")

#: Characters that a message shows at most.
_SHOWN = 5


def remarks(view: PayloadView) -> Iterator[Diagnostic]:
    """Whether v2 can store the name."""
    name = view.child("Name")
    found = list(dict.fromkeys(_FORBIDDEN.findall(name.text))) if name is not None else []
    if name is None or not found:
        return
    shown = listing(quoted(each) for each in found[:_SHOWN])
    start, end = name.value_span()
    plain = _in_latin(name.text)
    fixes: tuple[Fix, ...] = ()
    if plain is not None and plain.strip():
        fixes = view.report.fix(
            f"Write `{plain}`", (start, end, escape(plain)), safety=Safety.UNSAFE
        )
    yield view.report.at(
        NOT_LATIN, start, end, f"v2 cannot store {shown}{' and others' if len(found) > _SHOWN else ''} in the name of a folder",
        label="expected letters of ISO 8859-1 alone", help=(NOT_LATIN.how,), element=name.path, fixes=fixes,
    )  # fmt: skip


def _in_latin(text: str) -> str | None:
    """The same without the marks that ISO 8859-1 does not have; None where letters would be lost."""
    made = ""
    for each in text.translate(_PLAIN):
        if _FORBIDDEN.search(each):
            parts = unicodedata.normalize("NFKD", each)
            each = "".join(part for part in parts if not unicodedata.combining(part))
        made += each
    return None if _FORBIDDEN.search(made) else made
