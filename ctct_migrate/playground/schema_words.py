"""What may be written where, for completion in the page's editor: elements, attributes and values by
the names of elements, from the XSDs."""

from __future__ import annotations

from functools import cache
from typing import Any

from ctct_migrate.resources import NAMES
from ctct_migrate.v1.facts import ElementFact
from ctct_migrate.v1.vocabulary import ENVELOPES, vocabulary


@cache
def schema_words() -> dict[str, Any]:
    """`elements`: name, `children`, `attributes` and `values` (what its text may be, where that is a
    list) of each element; of one name in several places all that there is; `top`: roots."""
    facts = vocabulary()
    found: dict[str, dict[str, dict[str, None]]] = {}
    for root in (*ENVELOPES, *NAMES):
        for fact in facts.walk(root):
            known = found.setdefault(fact.name, {"children": {}, "attributes": {}, "values": {}})
            known["children"].update(dict.fromkeys(fact.children))
            known["attributes"].update(dict.fromkeys(each.name for each in fact.attributes))
            known["values"].update(dict.fromkeys(_values(fact)))
    elements = [
        {"name": name, **{part: list(each) for part, each in known.items()}}
        for name, known in found.items()
    ]
    return {"elements": elements, "top": list(ENVELOPES)}


def _values(fact: ElementFact) -> list[str]:
    return [each.value for each in fact.enumeration if each.spelling_of is None]
