"""Names of lxml's elements, which are written in Clark notation: `{namespace}local`.

`etree.QName` refuses namespaces with a brace in them, which a document may well have.
"""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=512)
def local_name(tag: str) -> str:
    """The name without its namespace."""
    return tag.rpartition("}")[2]


def namespace(tag: str) -> str:
    """The namespace of a name; "" for none."""
    return tag.rpartition("}")[0][1:]
