"""Whether the rules of campaigns would report nothing, asked of the texts of a campaign alone.

The fast path asks it; `rules.fast.questions` says of what.  Nothing is imported here that makes
diagnostics.  Beside the checks of this folder, which word what they find, it says in a microsecond
whether they would find anything beyond what XSD and JSON Schema see.  A test holds it to that.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import CTCT
from ctct_migrate.resources.campaign.page_starts import has_repeated_element, repeated_start
from ctct_migrate.resources.contact_list import CONTACT_LIST
from ctct_migrate.rules.fast.fields import MARKUP, Fields
from ctct_migrate.rules.fast.suspects import (
    REFERENCE_LEFT,
    REFERENCE_TWICE,
    country_of_state,
    holds_surrogate_reference,
    is_postal_code_in_doubt,
    is_state_abroad,
)
from ctct_migrate.targets.v2.campaign import STOCK, TEMPLATE
from ctct_migrate.targets.v2.states_and_countries import (
    ACCOUNT_VARIABLE,
    COUNTRY_PATH,
    STATE_PATH,
    country_names,
)
from ctct_migrate.v1 import vocabulary

#: The wrapper of EmailTextContent (reference, v1-atom, Campaign).
_START, _END = "<Text>", "</Text>"

_LISTS, _CONTENT = f"{{{CTCT}}}ContactLists", f"{{{CTCT}}}EmailContent"

#: Children whose text is looked at with the tags that stand around it.
WRAPPED = frozenset({"EmailTextContent"})


@cache
def fields() -> frozenset[str]:
    """Names of the children that `is_plain` asks about."""
    return _address() | {
        "CampaignType", "EmailContent", "EmailContentFormat", "EmailTextContent", "Status",
    }  # fmt: skip


def is_plain_for(fields: Fields, shape: Shape | None) -> bool:
    """Whether the rules of campaigns would report nothing, for what the campaign is to become."""
    return (
        has_plain_values(fields)
        and _content(fields, shape)
        and _texts(fields)
        and (shape is Shape.RECORD or _status(fields))
    )


def is_plain_inside(payload: Any, shape: Shape | None) -> bool:
    """Whether they would report nothing about its lists, or about content that stands there as elements:
    whether no list is one that v1 made itself, and the content is one page."""
    content: Any = next(payload.iterchildren(_CONTENT), ())
    if len(content) and has_repeated_element(content):
        return False
    named = next(payload.iterchildren(_LISTS), ())
    return CONTACT_LIST.built_in.isdisjoint(
        [CONTACT_LIST.id_in(each.get("id") or "") for each in named]
    )


def has_plain_values(fields: Fields) -> bool:
    """Whether they would report nothing about values.  All but the country is in the XSD, and the country
    in the JSON Schema only where there is a footer; neither holds it against the state."""
    country = fields.get(COUNTRY_PATH, "").strip()
    if any(
        "$" in fields.get(name, "") and ACCOUNT_VARIABLE.search(fields[name]) for name in _address()
    ):
        return False
    if not country:
        return True
    if is_postal_code_in_doubt(fields.get("OrganizationPostalCode", ""), country):
        return False
    state = fields.get(STATE_PATH, "")
    if country_of_state(state, country) is not None or is_state_abroad(state, country):
        return False
    return country.upper() in country_names()


def _content(fields: Fields, shape: Shape | None) -> bool:
    """What no schema sees: EmailTextContent has to begin with its wrapper and end with it, be that
    an element or encoded, and to say something.  EmailContent is seen by the JSON Schema, but where a
    template has the content, so that none is sent; and such a campaign cannot be created."""
    holds_content = bool(fields.get("EmailContent", "").strip())
    if (
        _is_template(fields)
        and shape is not Shape.RECORD
        and (holds_content or shape is Shape.CREATE)
    ):
        return False
    if "EmailTextContent" not in fields:
        return True
    text = fields["EmailTextContent"].strip()
    wrapped = text.startswith(_START) and text.endswith(_END)
    return wrapped and bool(text[len(_START) : -len(_END)].strip())


def _is_template(fields: Fields) -> bool:
    """Whether it was made from a template, and its content is not in the document."""
    kind = fields.get("CampaignType", "").strip()
    return kind == STOCK or (kind == TEMPLATE and "EmailContent" not in fields)


def is_excused(fields: Fields, name: str) -> bool:
    """Whether it may lack a child that others have to have."""
    return name in _of_custom() and _is_template(fields)


@cache
def _of_custom() -> frozenset[str]:
    """What only campaigns that hold their content have to have."""
    required = vocabulary().required("Campaign").items()
    return frozenset(name for name, condition in required if condition == "custom")


def _texts(fields: Fields) -> bool:
    """Whether no content was encoded twice, or in halves of characters, or is two pages."""
    html = fields.get("EmailContent", "")
    if holds_surrogate_reference(html) or repeated_start(html) is not None:
        return False
    is_xhtml = fields.get("EmailContentFormat", "").strip() == "XHTML"
    if is_xhtml and (html == MARKUP or REFERENCE_TWICE.search(html) is not None):
        return False
    text = fields.get("EmailTextContent", "")
    return "&" not in text or REFERENCE_LEFT.search(text) is None


def _status(fields: Fields) -> bool:
    return fields.get("Status", "").strip().casefold() != "scheduled"


@cache
def _address() -> frozenset[str]:
    children = vocabulary().children("Campaign")
    return frozenset(name for name in children if name.startswith("Organization"))
