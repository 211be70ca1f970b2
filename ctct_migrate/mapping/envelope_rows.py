"""The rows of the Atom envelope, which every table shares (reference, v1-atom, The envelope).

What names the resource is bookkeeping, and done with; what else an envelope says has no place in
v2, and is reported as dropped (reference, v2-contract, v1 to v2, last row).
"""

from __future__ import annotations

from ctct_migrate.mapping.rows import Row, dropped, ignored

_BOOKKEEPING = "Atom's bookkeeping"

ENVELOPE: tuple[Row, ...] = (
    ignored("entry/id", _BOOKKEEPING),
    ignored("entry/content", _BOOKKEEPING),
    ignored("entry/content/@type", _BOOKKEEPING),
    dropped("entry/title"),
    dropped("entry/updated"),
    dropped("entry/author", deep=True),
    dropped("entry/link/@href"),
    ignored("entry/link/@rel", _BOOKKEEPING),
    dropped("entry/link/@type"),
    dropped("entry/link/@hreflang"),
    dropped("entry/link/@title"),
    dropped("entry/link/@length"),
    dropped("entry/summary"),
    dropped("entry/source", deep=True),
    dropped("entry/published"),
    dropped("entry/contributor", deep=True),
    dropped("entry/category", deep=True),
    dropped("entry/rights"),
    # What form a text is in: `type="text"` (RFC 4287, 3.1.1).
    ignored("entry/title/@type", _BOOKKEEPING),
    ignored("entry/summary/@type", _BOOKKEEPING),
    ignored("entry/rights/@type", _BOOKKEEPING),
)

#: What becomes of elements and attributes of other namespaces, which Atom allows (RFC 4287, 6.4).
EXTENSION = "an extension of Atom's, for which {target} has no place"
