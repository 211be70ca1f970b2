"""The rows of the Atom envelope, which every table shares (reference, v1-atom, The envelope).

What names the resource is bookkeeping, and done with; what else an envelope says has no place in
v2, and is reported as dropped (reference, v2-contract, v1 to v2, last row).
"""

from __future__ import annotations

from ctct_migrate.mapping.rows import Row, dropped, ignored

_NO_PLACE = "v2 has no place for it"
_BOOKKEEPING = "Atom's bookkeeping"

ENVELOPE: tuple[Row, ...] = (
    ignored("entry/id", _BOOKKEEPING),
    ignored("entry/content", _BOOKKEEPING),
    ignored("entry/content/@type", _BOOKKEEPING),
    dropped("entry/title", _NO_PLACE),
    dropped("entry/updated", _NO_PLACE),
    dropped("entry/author", _NO_PLACE, deep=True),
    dropped("entry/link/@href", _NO_PLACE),
    ignored("entry/link/@rel", _BOOKKEEPING),
    dropped("entry/link/@type", _NO_PLACE),
    dropped("entry/link/@hreflang", _NO_PLACE),
    dropped("entry/link/@title", _NO_PLACE),
    dropped("entry/link/@length", _NO_PLACE),
    dropped("entry/summary", _NO_PLACE),
    dropped("entry/source", _NO_PLACE, deep=True),
    dropped("entry/published", _NO_PLACE),
    dropped("entry/contributor", _NO_PLACE, deep=True),
    dropped("entry/category", _NO_PLACE, deep=True),
    dropped("entry/rights", _NO_PLACE),
    # What form a text is in: `type="text"` (RFC 4287, 3.1.1).
    ignored("entry/title/@type", _BOOKKEEPING),
    ignored("entry/summary/@type", _BOOKKEEPING),
    ignored("entry/rights/@type", _BOOKKEEPING),
)

#: What becomes of elements and attributes of other namespaces, which Atom allows (RFC 4287, 6.4).
EXTENSION = "an extension of Atom's, for which v2 has no place"
