"""Personalization: v1's variables, and the tags that v3 has for them.

v1 filled in `$SUBSCRIBER.FIRSTNAME` and its like, in any letter case (seen by others, not
documented).  v3 has `[[FirstName]]`, and `[[FirstName OR "reader"]]` for recipients whose name is
not known; names are compared without regard to letter case.  In a subject a tag must have its `OR`
(reference, v3-contract, html_content of format_type 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ctct_migrate.late_pattern import late_compile

#: `$SUBSCRIBER.FIRSTNAME`; the name is the group.
VARIABLE = late_compile(r"\$SUBSCRIBER\.(\w+)", re.IGNORECASE)

#: v1's variables that have a tag in v3: the tag, and what stands there for somebody of whom it is
#: not known (None for the word that greetings use).  The name of the tag for the address is not
#: documented.
_TAGS: Mapping[str, tuple[str, str | None]] = {
    "FIRSTNAME": ("FirstName", None),
    "LASTNAME": ("LastName", None),
    "MIDDLENAME": ("MiddleName", None),
    "COMPANYNAME": ("CompanyName", "your company"),
    "JOBTITLE": ("JobTitle", "your work"),
    "CITY": ("City", "your town"),
    "STATENAME": ("StateName", "your state"),
    "EMAIL": ("EmailAddress", "your address"),
    "EMAILADDRESS": ("EmailAddress", "your address"),
}

#: Tags whose names v3 documents, in small letters; `custom.NAME` besides.
_DOCUMENTED = frozenset(
    {
        "firstname", "lastname", "middlename", "prefix", "companyname", "department", "jobtitle",
        "addressline1", "addressline2", "city", "statename", "trackingimage",
    }
)  # fmt: skip

#: `[[FirstName OR "reader"]]`: the name, and the rest.
TAG = late_compile(
    r"\[\[\s*([\w.]+)((?:\s+OR\s+(?:\"[^\"\]]*\"|'[^'\]]*'))?)\s*\]\]", re.IGNORECASE
)

#: The image that counts who opened a message.
TRACKING_IMAGE = "[[trackingImage]]"
TRACKING = late_compile(r"\[\[\s*trackingImage\s*\]\]", re.IGNORECASE)


#: Whatever stands in double brackets.
_ANY_TAG = late_compile(r"\[\[[^\[\]\n]{0,80}\]\]")
#: What v3 documents: a name, and perhaps an OR with a quoted word; no other white space.
_RIGHT_TAG = late_compile(r"\[\[([A-Za-z]\w*(?:\.\w+)?)(?: +OR +\"[^\"\]]+\")?\]\]", re.IGNORECASE)


def odd_tags(text: str) -> Iterator[tuple[int, int]]:
    """Where something stands in double brackets that is not a tag as v3 documents them."""
    if "[[" in text:
        for match in _ANY_TAG.finditer(text):
            right = _RIGHT_TAG.fullmatch(match[0])
            if right is None or not is_documented(right[1]):
                yield match.span()


def without_or(text: str) -> str:
    """A text whose tags have lost their `OR`, as where its quotes would end an attribute."""
    return re.sub(r" OR \"[^\"]*\"", "", text)


class Variable(NamedTuple):
    """One of v1's variables in a text: where it stands (0-based characters), as written, and v3's tag
    for it (empty where there is none)."""

    start: int
    end: int
    written: str
    tag: str

    @property
    def bare_tag(self) -> str:
        """The tag without its `OR`, whose quotes would end an attribute; empty where there is none."""
        return without_or(self.tag)

    @property
    def is_documented(self) -> bool:
        """Whether v3 documents the name of the tag."""
        found = TAG.match(self.tag)
        return found is not None and is_documented(found[1])


def is_documented(name: str) -> bool:
    """Whether v3 documents a tag of that name."""
    small = name.lower()
    return small in _DOCUMENTED or small.startswith("custom.")


def variables(text: str, word: str) -> list[Variable]:
    """v1's variables in a text.  `word` stands in the tags for the name of somebody whose name is
    not known.

    >>> variables("Hello $Subscriber.FirstName!", "reader")[0].tag
    '[[FirstName OR "reader"]]'
    """
    if "$" not in text:
        return []
    found = []
    for match in VARIABLE.finditer(text):
        tag, other = _TAGS.get(match[1].upper(), ("", None))
        written = f'[[{tag} OR "{word if other is None else other}"]]' if tag else ""
        found.append(Variable(match.start(), match.end(), match[0], written))
    return found


def translated(text: str, word: str) -> str:
    """A text with v3's tags for those of v1's variables that have one."""
    for each in reversed(variables(text, word)):
        if each.tag:
            text = text[: each.start] + each.tag + text[each.end :]
    return text


def words(found: list[Variable]) -> str:
    """What became of variables, in a clause; empty for none."""
    return "; ".join(f"`{each.written}` became `{each.tag}`" for each in found if each.tag)


#: What stands for the name of somebody whose name is not known, where nobody chose a word.
READER = "reader"


def greeting_word(chosen: str, salutation: str, general: str) -> str:
    """What stands in a greeting for the name of somebody whose name is not known: the word that
    was chosen; without one, the last word of v1's general greeting if that begins with the
    salutation (`Dear readers,` after `Dear`: `readers`), else `reader`.

    >>> greeting_word("", "Dear", "Dear readers,")
    'readers'
    """
    if chosen:
        return chosen
    salutation, general = salutation.strip(), general.strip().partition("$")[0].partition("[[")[0]
    if salutation and general.lower().startswith(salutation.lower()):
        rest = re.findall(r"[^\W\d_]+", general[len(salutation) :])
        if rest:
            return str(rest[-1])
    return READER
