"""CT300, CT311, CT318 and CT320: values that are not among those the format allows.

Allowed values, patterns, lengths and their meaning come from the XSD, and every one of them is
held to, in every resource.  A resource may name a rule of its own for an element or a type
(`Resource.wording`, `rules.own_rules`); some types have a rule whatever resource they are in
(`_OF_TYPES`); of everything else CT300 speaks, in the words of the XSD.  What a wrong value was
meant to be is found in `meanings`, what is wrong with a URI in `uris`.

What a target is stricter about than v1 is reported by `target_limits`.  Dates have a family of their
own; a value that is missing belongs to `missing`, but for elements and URIs that may be left out
and not be empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from ctct_migrate.diagnostics import Concern, Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.reader.tree import Attribute, Element
from ctct_migrate.rules.context import Context, attribute_span
from ctct_migrate.rules.edits import hole, is_empty, write_attribute, write_value
from ctct_migrate.rules.fast.signs import Signs
from ctct_migrate.rules.own_rules import ValueWords, code_of, own_rules
from ctct_migrate.rules.phrases import choice, plural, quoted, unseen
from ctct_migrate.rules.values import money
from ctct_migrate.rules.values.meanings import (
    Meaning,
    email_of,
    facts_in_doubt,
    meaning_of,
    readable,
    untroubled,
)
from ctct_migrate.rules.values.uris import RESOURCE_URI, check_uri, is_uri
from ctct_migrate.unseen import without_nothing
from ctct_migrate.v1 import AttributeFact, ElementFact, TypeFact, TypeKind

_CAMPAIGN = "reference, v1-atom, Campaign"


def _list(flag: str) -> str:
    """An example: a contact list whose OptInDefault is `flag`."""
    return f"""\
<ContactList xmlns="http://ws.constantcontact.com/ns/1.0/">
  <OptInDefault>{flag}</OptInDefault>
  <Name>Readers</Name>
</ContactList>
"""


BAD_VALUE = Rule(
    "CT300", "bad-value", Severity.ERROR,
    summary="A value that the format does not allow",
    why="v1 said of each element which values, which form and which length it takes, and refused a document with another. What was meant cannot be told from it, so that it is not converted.",
    bad=_list("maybe"), good=_list("true"),
    how="Write a value that the format has; the label says which it has.",
    fact="schemas/v1: the type of the element",
)  # fmt: skip
YES_NO = Rule(
    "CT311", "yes-no", Severity.ERROR,
    summary="A flag that is neither YES nor NO",
    why="v1's flags are the words YES and NO, in capitals. What else stands there is refused, or taken for NO.",
    bad="<ViewAsWebpage>false</ViewAsWebpage>", good="<ViewAsWebpage>NO</ViewAsWebpage>",
    how="Write YES or NO.", fact=_CAMPAIGN,
    element="Campaign/ViewAsWebpage",
)  # fmt: skip
COUNTER = Rule(
    "CT318", "counter", Severity.ERROR,
    summary="A count that is not a whole number",
    why="Counts become integers in the record of a resource; what is not a number is left out of it.",
    bad="<Opens>many</Opens>", good="<Opens>611</Opens>",
    how="Write digits alone, without signs, separators and fractions, or leave the element out: only the server writes it.",
    fact=_CAMPAIGN,
    concern=Concern.V1,
)  # fmt: skip
EMAIL_ADDRESS = Rule(
    "CT320", "email-address", Severity.ERROR,
    summary="An address that is not an e-mail address",
    why="Campaigns are sent from, and answered to, addresses that the account's owner has confirmed; what is not an address never is one.",
    bad="<FromEmail><EmailAddress>joe.example.com</EmailAddress></FromEmail>",
    good="<FromEmail><EmailAddress>joe@example.com</EmailAddress></FromEmail>",
    how="Write the address alone: no name, no angle brackets, one address.",
    fact=_CAMPAIGN,
)  # fmt: skip

RULES = (BAD_VALUE, YES_NO, COUNTER, RESOURCE_URI, EMAIL_ADDRESS, *money.RULES)

#: The rules of values that v1 ignored where only the server writes them, and that cost a record the one
#: property alone.
_OF_SERVER = frozenset({BAD_VALUE.code, EMAIL_ADDRESS.code, *(rule.code for rule in money.RULES)})

#: The rules that speak of a type in whatever resource it is, by the name of the XSD's type.
_OF_TYPES: Mapping[str, ValueWords] = {
    "YesNo": ValueWords(YES_NO),
    "TrueFalse": ValueWords(BAD_VALUE, is_read=True),
    "Counter": ValueWords(COUNTER, "a count", expected="expected a whole number, 0 or more"),
    "Amount": ValueWords(
        money.AMOUNT, "an amount", expected="expected digits, and a point before the fraction",
        reading=money.amount_of, fixes=money.amount_fixes,
    ),
    "Currency": ValueWords(
        money.CURRENCY, "the code of a currency that v2 knows", expected="expected a code such as {examples}",
        examples=("USD", "EUR", "GBP"), reading=money.currency_of, fixes=money.currency_fixes,
    ),
    "EmailAddress": ValueWords(
        EMAIL_ADDRESS, "an e-mail address", expected="expected an address such as joe@example.com"
    ),
}  # fmt: skip

#: Values of an enumeration that a label lists; of more it shows some.
_MOST_SHOWN = 12


def may_report(signs: Signs) -> bool:
    """Whether a value can be wrong: one that the schema takes is, if at all, a code that the target or the resource does not know."""
    return not (signs.has_right_payload and signs.converts and signs.has_plain_values)


def check(context: Context) -> Iterator[Diagnostic]:
    """What is wrong with the values of an entry's payload."""
    for element, fact in facts_in_doubt(context, lambda signs: signs.has_plain_values):
        held = fact.type
        if held is not None and held.kind is not TypeKind.DATE_TIME:
            yield from _check_element(context, element, fact, held)
        for attribute in fact.attributes:
            if is_uri(attribute.type):
                yield from check_uri(context, element, fact, attribute)
            else:
                yield from _check_attribute(context, element, fact, attribute)


def words_for(context: Context, path: str, held: TypeFact) -> ValueWords:
    """How a wrong value of the element or attribute at `path`, of the type `held`, is spoken of."""
    return _words(context.resource, path, held.name)


@cache
def _words(resource: str | None, path: str, held: str) -> ValueWords:
    """As `words_for`, by the names of the resource and of the type."""
    own = own_rules(resource)
    code = code_of(resource, path, held)
    if own.value_words is not None and code in own.value_words:
        return own.value_words[code]
    rule = own.rule(code) or next((rule for rule in RULES if rule.code == code), None)
    if rule is not None:
        return ValueWords(rule)
    return _OF_TYPES.get(held) or ValueWords(BAD_VALUE)


# -- values of elements -------------------------------------------------------------------------


def _check_element(
    context: Context, element: Element, fact: ElementFact, held: TypeFact
) -> Iterator[Diagnostic]:
    words = words_for(context, fact.path, held)
    text = element.text
    if _is_right(held, words, text) or own_rules(context.resource).is_substituted(text):
        return
    if not readable(context, element):
        return
    if not is_empty(element):
        yield _wrong(context, element, fact, held, words)
    elif not fact.required:  # else the family `missing` speaks of it
        yield _empty(context, element, fact, held, words)


def _wrong(
    context: Context, element: Element, fact: ElementFact, held: TypeFact, words: ValueWords
) -> Diagnostic:
    text = element.text
    instead = words.unmeant(text)
    meaning = None if instead else _meaning(held, text)
    if meaning is not None and not _is_right(held, words, meaning.value):
        meaning = None
    guessed = meaning is None or not meaning.certain
    known = words.reading(text.strip()) if guessed and not instead else None
    if known is not None:
        meaning = Meaning(known, certain=True)
    message, label = _message(text, fact.name, held, words), _expected(held, words, text, fact)
    fixes: tuple[Fix, ...] = ()
    if meaning is not None:
        safety = Safety.SAFE if meaning.certain else Safety.UNSAFE
        edit = write_value(context, element, meaning.value)
        fixes = context.report.fix(f"Write `{meaning.value}`", edit, safety=safety)
    return context.report.at(
        words.rule, *context.value_span(element), message, label=label,
        help=(*unseen(text), *((instead,) if instead else _help(held, words, meaning, fact, text))),
        element=context.path(element), fixes=fixes or words.fixes(context, element),
        severity=words.severity(context),
        concern=Concern.V1 if words.is_read and meaning is not None and meaning.certain else _concern(words.rule, fact),
    )  # fmt: skip


def _concern(rule: Rule, fact: ElementFact) -> Concern:
    """What only the server writes was ignored when it was sent."""
    return Concern.V1 if rule.code in _OF_SERVER and fact.read_only else rule.concern


def _meaning(held: TypeFact, text: str) -> Meaning | None:
    text = without_nothing(text)
    if held.name.endswith("EmailAddress"):
        return email_of(text)
    return meaning_of(held, text)


def _is_right(held: TypeFact, words: ValueWords, text: str) -> bool:
    """Whether a text is a value of its type, and one of the codes that the words name."""
    text = text.strip(" \t\r\n")
    if not held.accepts(text):
        return False
    return not text or words.codes is None or text.lower() in words.codes()


def _own(held: TypeFact) -> list[str]:
    """The values of an enumeration without their spellings."""
    return [value.value for value in held.enumeration if value.spelling_of is None]


def _too_long(held: TypeFact, text: str) -> int:
    """By how many characters a text is too long; 0 for none."""
    length = len(" ".join(text.split()) if held.collapses else text)
    return max(0, length - held.max_length) if held.max_length is not None else 0


def _is_too_large(held: TypeFact, text: str) -> bool:
    """Whether all that is wrong with a number is that it is above the type's limit."""
    return held.max_value is not None and re.fullmatch("[0-9]+", text.strip()) is not None


def _message(text: str, name: str, held: TypeFact, words: ValueWords) -> str:
    """What is wrong with a value, by the first facet of the type that it does not fit."""
    given, own = quoted(text.strip()), _own(held)
    if words.noun:
        return f"{given} is not {words.noun}"
    if 1 < len(own) <= 2:
        return f"{given} is neither {' nor '.join(own)}"
    if own:
        return f"{given} is not a value of `{name}`"
    over = _too_long(held, text)
    if over and held.max_length is not None:
        length = held.max_length + over
        return f"`{name}` is {length:,} characters long, v1 allows {held.max_length:,}"
    if _is_too_large(held, text):
        return f"{given} is larger than v1 allows"
    described = _described(held)
    return f"{given} is not {described}" if described else f"{given} is not a value of `{name}`"


def _described(held: TypeFact) -> str:
    """What a value of the type is, by its documentation: `a whole number, 0 or more`; empty where
    that does not begin with an article, or there is none."""
    said = held.documentation.rstrip()
    if said.endswith(")"):  # where the fact is from
        said = said.rpartition("(")[0].rstrip()
    said = said.partition(";")[0].removesuffix(", or nothing")
    first = said.partition(" ")[0]
    return said[:1].lower() + said[1:] if first in ("A", "An", "One", "The") else ""


def _expected(held: TypeFact, words: ValueWords, text: str, fact: ElementFact) -> str:
    """`expected YES or NO`: the allowed values, or what they look like where they are many."""
    codes = list(words.codes()) if words.codes is not None else _own(held)
    if words.expected:
        known = [value for value in words.examples if value in codes] or codes[:2]
        return words.expected.format(examples=choice(known))
    if len(codes) > _MOST_SHOWN:
        return f"expected one of {len(codes)} values, such as {choice(codes[:3])}"
    if codes:
        return f"expected {choice(codes)}"
    over = _too_long(held, text)
    if over:
        return f"{plural(over, 'character')} too long"
    described = _described(held)
    if _is_too_large(held, text):
        return f"expected {held.max_value:,} at most"
    meaning = fact.meaning.partition(";")[0]
    return f"expected {described or meaning[:1].lower() + meaning[1:]}"


def _help(
    held: TypeFact, words: ValueWords, meaning: Meaning | None, fact: ElementFact, text: str
) -> tuple[str, ...]:
    if meaning is None:
        over = _too_long(held, text)
        if words.rule is BAD_VALUE and over:
            return (f"shorten it to {held.max_length:,} characters or fewer",)
        if words.rule is BAD_VALUE and not words.help:
            return _meant_for(fact) or (words.rule.how,)
        return (words.help or words.rule.how,)
    name = _name(held, words, meaning.value)
    question = f"did you mean `{meaning.value}`{f', {name}' if name else ''}?"
    return (question, words.help) if words.help and not name else (question,)


def _meant_for(fact: ElementFact | AttributeFact) -> tuple[str, ...]:
    """What an element says, as the XSD has it."""
    return (f"`{fact.name}`: {fact.meaning[:1].lower()}{fact.meaning[1:]}",) if fact.meaning else ()


def _name(held: TypeFact, words: ValueWords, code: str) -> str:
    """The name of a state or a country; empty for other values, which speak for themselves."""
    if words.codes is not None:
        return words.codes().get(code.lower(), "")
    if held.name == "StateCode":
        return next((v.documentation for v in held.enumeration if v.value == code), "")
    return ""


def _empty(
    context: Context, element: Element, fact: ElementFact, held: TypeFact, words: ValueWords
) -> Diagnostic:
    """An empty element of a type that has no empty value."""
    at = hole(context, element)
    fixes: tuple[Fix, ...] = ()
    if words.filler and held.accepts(words.filler):
        edit = write_value(context, element, words.filler)
        fixes = context.report.fix(f"Write `{words.filler}`", edit, safety=Safety.UNSAFE)
    return context.report.at(
        words.rule, at, at, f"`{fact.name}` is empty", label=_expected(held, words, "", fact),
        help=(words.help or words.rule.how,), element=context.path(element), fixes=fixes,
        concern=_concern(words.rule, fact),
    )  # fmt: skip


# -- values of attributes -----------------------------------------------------------------------


def _check_attribute(
    context: Context, element: Element, fact: ElementFact, known: AttributeFact
) -> Iterator[Diagnostic]:
    attribute = element.attribute(known.name)
    if attribute is None or not untroubled(context, attribute.start, attribute.end):
        return
    held = known.type
    words = words_for(context, f"{fact.path}/@{known.name}".lstrip("/"), held)
    if _is_right(held, words, attribute.value):
        return
    yield _wrong_attribute(context, element, fact, attribute, known, words)


def _wrong_attribute(
    context: Context, element: Element, fact: ElementFact, attribute: Attribute,
    known: AttributeFact, words: ValueWords,
) -> Diagnostic:  # fmt: skip
    held, text = known.type, attribute.value
    meaning = _meaning(held, text)
    if meaning is not None and not _is_right(held, words, meaning.value):
        meaning = None
    fixes: tuple[Fix, ...] = ()
    helps = _meant_for(known) or (words.rule.how,)
    if meaning is not None:
        safety = Safety.SAFE if meaning.certain else Safety.UNSAFE
        edit = write_attribute(context, attribute, meaning.value)
        fixes = context.report.fix(f"Write `{meaning.value}`", edit, safety=safety)
        helps = (f"did you mean `{meaning.value}`?",)
    message = (
        _message(text, known.name, held, words)
        if text.strip()
        else f"the `{known.name}` of `{element.name}` is empty"
    )
    return context.report.at(
        words.rule, *attribute_span(attribute), message, label=_expected(held, words, text, fact),
        help=helps, element=f"{context.path(element)}/@{known.name}", fixes=fixes,
    )  # fmt: skip
