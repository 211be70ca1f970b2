"""The rules of one resource: what its own module of rules adds to the generic families.

The generic families report whatever the XSD says of every resource.  A resource may name better
words for some of it (`Resource.wording`, `Resource.missing`), and check by itself what no schema
can say.  Both stand in the module that `Resource.rules` names, which is imported when a document
of the resource is looked at.  A resource without such a module is checked by the generic families
alone, and completely.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ctct_migrate.diagnostics import Diagnostic, Fix, Rule, Severity
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.context import Context
from ctct_migrate.v1 import ElementFact

if TYPE_CHECKING:
    from ctct_migrate.rules.payload_view import PayloadView


def _no_fix(context: Context, element: Element) -> tuple[Fix, ...]:
    return ()


def _as_ever(context: Context) -> Severity | None:
    return None


@dataclass(frozen=True, slots=True)
class ValueWords:
    """How a rule speaks of a wrong value.

    rule      the rule
    noun      what the value should be: `a greeting name`; empty where the values speak for
              themselves
    help      what to do, where no value is near; empty for the rule's `how`
    expected  the label; empty for the list of all values; `{examples}` stands for two of them
    filler    what an empty element may say, where it may not be empty; empty for nothing
    codes     the values that are meant, where another source than the XSD lists them, with their
              names; None where the XSD does
    examples  values that everybody knows, for a list that is too long to be shown
    unmeant   a value that looks near to an allowed one and asks for something else: what to do
              instead; None for any other value
    fixes     fixes besides the one that writes what was probably meant
    severity  the severity in a context, where it is not the rule's
    is_read   whether the conversion reads what was certainly meant, so that v1 alone minds how it
              is written
    reading   what a text certainly says, in a way that nothing else knows; None for nothing
    """

    rule: Rule
    noun: str = ""
    help: str = ""
    expected: str = ""
    filler: str = ""
    codes: Callable[[], Mapping[str, str]] | None = None
    examples: tuple[str, ...] = ()
    unmeant: Callable[[str], str | None] = lambda text: None
    fixes: Callable[[Context, Element], tuple[Fix, ...]] = _no_fix
    severity: Callable[[Context], Severity | None] = _as_ever
    is_read: bool = False
    reading: Callable[[str], str | None] = lambda text: None


def _nothing(context: Context) -> Iterable[Diagnostic]:
    return ()


@dataclass(frozen=True, slots=True)
class OwnRules:
    """What a resource's module of rules has, under these names in capitals for values and in small
    letters for functions; each may be left out.

    RULES         its rules, for the catalogue
    VALUE_WORDS   how they speak of wrong values, by code (`Resource.wording` leads to the codes)
    NOT_CREATED   codes of rules that say why nothing can be created: where nobody has asked for
                  that, their warnings are all that is said of it
    SPOKEN_OF     children of the payload of which `check` says itself that they are missing
    check         what is wrong with an entry, after the generic families
    is_excused    whether a child that is required does not have to be there in this document
    says_nothing  whether a child that is there and not empty holds nothing all the same
    is_substituted  whether a text stands for another that v1 filled in, so that it is not judged
    guess         what a missing child was probably meant to say; empty for nothing
    remarks       what `check` remarks on though nothing is wrong, of a payload in which nothing is;
                  `is_remarked` of the module that `Resource.plain` names says whether it does
    REMARKED      names of the payload's children that `remarks` looks at
    """

    rules: tuple[Rule, ...] = ()
    value_words: Mapping[str, ValueWords] | None = None
    not_created: frozenset[str] = frozenset()
    spoken_of: frozenset[str] = frozenset()
    check: Callable[[Context], Iterable[Diagnostic]] = _nothing
    is_excused: Callable[[Context, ElementFact], bool] = lambda context, fact: False
    says_nothing: Callable[[Context, str], bool] = lambda context, name: False
    is_substituted: Callable[[str], bool] = lambda text: False
    guess: Callable[[Context, str], str] = lambda context, name: ""
    remarks: Callable[[PayloadView], Iterable[Diagnostic]] = lambda view: ()
    remarked: frozenset[str] = frozenset()

    def rule(self, code: str) -> Rule | None:
        """Its rule of that code, or None."""
        return next((rule for rule in self.rules if rule.code == code), None)


@cache
def own_rules(resource: str | None) -> OwnRules:
    """The rules of the resource with that payload name; none for None, for an unknown name and
    for a resource without rules of its own."""
    declared = RESOURCES.get(resource or "")
    if declared is None or not declared.rules:
        return OwnRules()
    module = import_module(declared.rules)
    values = ("RULES", "VALUE_WORDS", "NOT_CREATED", "SPOKEN_OF", "REMARKED")
    functions = ("check", "is_excused", "says_nothing", "is_substituted", "guess", "remarks")
    found: dict[str, Any] = {
        name.lower(): getattr(module, name)
        for name in (*values, *functions)
        if hasattr(module, name)
    }
    return OwnRules(**found)


def all_own_rules() -> tuple[Rule, ...]:
    """The rules of all resources."""
    return tuple(rule for name in RESOURCES for rule in own_rules(name).rules)


def code_of(resource: str | None, path: str, held: str) -> str:
    """The code of the resource's rule that speaks of a wrong value of the element or attribute at
    `path`, or of the type of the name `held`; empty for none."""
    declared = RESOURCES.get(resource or "")
    wording = declared.wording if declared is not None else {}
    return wording.get(path) or wording.get(held, "")
