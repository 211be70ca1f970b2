"""Habits: many mistakes of one kind with one cause, in one entry, become one diagnostic.

Whoever writes `<fromname>` writes all names in lower case.  The rules report each of them; here
they are joined into one diagnostic with a count, the first three places, and one fix that applies
to all.  Fewer than `FEWEST` of a kind stay on their own.

What has one cause:

* names of elements, and of attributes, that are written in one way (`habits_of`);
* diagnostics that say the same in the same words;
* mistakes against XML's own rules that are made in one way (quotes of a word processor, a bare
  `&`, a space after `<`), whatever the names in them;
* values that have to be replaced, where the same is expected of each.

A fix that is certain is never joined with one that is a guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence

from ctct_migrate.diagnostics import Diagnostic, Fix, Label, Safety, Severity
from ctct_migrate.late_dataclass import replace
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.rules.nearness import squeezed
from ctct_migrate.rules.phrases import plural
from ctct_migrate.source import Source

#: Diagnostics of one kind that become one.
FEWEST = 4

#: Places that are shown of a habit.
_PLACES = 3

#: Misspelt names of elements and of attributes.
_NAMES = {"CT302": "elements", "CT305": "attributes"}

#: Families of which diagnostics with the same words are joined …
_SAME_WORDS = ("CT2", "CT3", "CT5", "CT6")

#: … those of which only the words outside backticks have to be the same: the mistakes against
#: XML's own rules that are made character by character or tag by tag …
_SAME_KIND = frozenset({"CT101", "CT102", "CT103", "CT107", "CT111", "CT118"})
_QUOTED_WORDS = late_compile(r"`[^`]*+`")

#: … and those that speak of values.
_VALUES = ("CT300", "CT31", "CT32", "CT60")

#: Wrong values that one document has in several elements, of which two are one.
_TWINS = frozenset({"CT320"})

#: What is about the whole, and says so itself.
_ALONE = frozenset({"CT399"})


def joined(source: Source, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """`found` with one diagnostic for each habit; the others as they are, in their order."""
    diagnostics = list(found)
    groups: dict[Hashable, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        key = _twin(diagnostic) or _same(diagnostic)
        if key is not None:
            groups.setdefault(key, []).append(diagnostic)
    made: dict[int, Diagnostic] = {}
    gone: set[int] = set()

    def join(
        group: Sequence[Diagnostic], words: Callable[[Sequence[Diagnostic]], Diagnostic]
    ) -> None:
        if len(group) >= (FEWEST if _twin(group[0]) is None else 2):
            ordered = sorted(group, key=lambda each: each.span.start.offset)
            made[id(ordered[0])] = words(ordered)
            gone.update(id(each) for each in ordered[1:])

    for group in groups.values():
        join(group, _alike)
    for names in _by_names(diagnostics):
        for habit, group in _by_habit(source, names):
            join(group, lambda ordered, habit=habit: _named(source, ordered, habit))  # type: ignore[misc]
    return [made.get(id(each), each) for each in diagnostics if id(each) not in gone]


# -- names --------------------------------------------------------------------------------------


def habits_of(written: str, meant: str) -> tuple[str, ...]:
    """The ways in which `written` may have come from the name `meant`, in words that follow
    "names are written"; empty for a slip of its own.

    >>> habits_of("from_name", "FromName"), habits_of("name", "Name")[0]
    (('in snake_case', 'with underscores'), 'in lower case')
    """
    ways: list[str] = []
    if squeezed(written) != squeezed(meant):
        return _affixes(written, meant)
    one_word = meant[1:].islower()
    if len(written) == len(meant):
        if written == meant.lower():
            ways += ["in lower case", *(["in snake_case", "with hyphens"] if one_word else [])]
        if written == meant.upper():
            ways += ["in upper case", *(["in upper case with underscores"] if one_word else [])]
        if written == meant[:1].lower() + meant[1:]:
            ways.append("with a small first letter")
        return (*ways, "in the wrong letter case")
    if "_" in written:
        if written == written.lower():
            ways.append("in snake_case")
        elif written == written.upper():
            ways.append("in upper case with underscores")
        return (*ways, "with underscores")
    return ("with hyphens",) if "-" in written else ()


def _affixes(written: str, meant: str) -> tuple[str, ...]:
    """As `habits_of`, of a name with something before or after it."""
    whole, inner = squeezed(written), squeezed(meant)
    if len(inner) >= len(whole):
        return ()
    if whole.endswith(inner):
        at = max(i for i in range(len(written)) if squeezed(written[i:]) == inner)
        return (f"with the prefix `{written[:at]}`",)
    if whole.startswith(inner):
        at = min(i for i in range(len(written)) if squeezed(written[:i]) == inner)
        return (f"with the suffix `{written[at:]}`",)
    return ()


def _by_names(diagnostics: list[Diagnostic]) -> Iterable[list[Diagnostic]]:
    """Misspelt names that a fix corrects, by entry, code and how certain the fix is."""
    groups: dict[Hashable, list[Diagnostic]] = {}
    for each in diagnostics:
        if each.code in _NAMES and each.fixes and each.fixes[0].title.startswith("Rename "):
            key = each.entry, each.code, each.fixes[0].safety
            groups.setdefault(key, []).append(each)
    return groups.values()


def _by_habit(source: Source, names: list[Diagnostic]) -> Iterable[tuple[str, list[Diagnostic]]]:
    """Each habit with the diagnostics that it explains; the one that explains most first."""
    ways = {id(each): habits_of(*_names(source, each)) for each in names}
    while names:
        counts = Counter(way for each in names for way in ways[id(each)])
        if not counts:
            return
        habit, _ = counts.most_common(1)[0]
        yield habit, [each for each in names if habit in ways[id(each)]]
        names = [each for each in names if habit not in ways[id(each)]]


def _names(source: Source, diagnostic: Diagnostic) -> tuple[str, str]:
    """A misspelt name as it is written, without its prefix, and the right one."""
    start, end = diagnostic.span.start, diagnostic.span.end
    text = source.text[source.index(start.line, start.column) : source.index(end.line, end.column)]
    return text.rpartition(":")[2], diagnostic.fixes[0].edits[0].text


def _named(source: Source, group: Sequence[Diagnostic], habit: str) -> Diagnostic:
    first, count, what = group[0], len(group), _NAMES[group[0].code]
    written, meant = _names(source, first)
    return _one(
        group,
        f"{count} names of {what} are written {habit}: `{written}` for `{meant}` and so on",
        f"Rename all {count} {what}",
        help=("write each name exactly as the format has it",),
    )


# -- the same words -----------------------------------------------------------------------------


def _twin(diagnostic: Diagnostic) -> Hashable:
    """What has one value in two elements has in common: an address that a campaign is sent from, and
    answered to.  None for all others."""
    if diagnostic.code not in _TWINS:
        return None
    fix = diagnostic.fixes[0].title if diagnostic.fixes else ""
    return diagnostic.entry, diagnostic.code, diagnostic.severity, fix, diagnostic.message


def _same(diagnostic: Diagnostic) -> Hashable:
    """What diagnostics that are to be one have in common; None for one that stays alone."""
    code = diagnostic.code
    fix = diagnostic.fixes[0] if diagnostic.fixes else None
    if code in _SAME_KIND:
        kind = _QUOTED_WORDS.sub("``", diagnostic.message)
        return None, code, diagnostic.severity, fix.safety if fix is not None else None, kind
    if not code.startswith(_SAME_WORDS) or code in _ALONE:
        return None
    if code in _NAMES and fix is not None and fix.title.startswith("Rename "):
        return None
    safety = fix.safety if fix is not None else None
    value = code.startswith(_VALUES) and fix is not None
    said = diagnostic.label if value else diagnostic.message
    return diagnostic.entry, code, diagnostic.severity, safety, said


def _alike(group: Sequence[Diagnostic]) -> Diagnostic:
    first, more = group[0], len(group) - 1
    titles = {each.fixes[0].title for each in group if each.fixes}
    title = f"{titles.pop()}, in all" if len(titles) == 1 else "Correct all"
    return _one(
        group, f"{first.message}; the same mistake is made in {plural(more, 'more place')}",
        f"{title} {len(group)} places", help=tuple(dict.fromkeys((*first.help, *_of_the_rest(group)))),
    )  # fmt: skip


def _of_the_rest(group: Sequence[Diagnostic]) -> tuple[str, ...]:
    """The help of the last, which may say that more places are not listed."""
    return group[-1].help if group[0].code in _SAME_KIND else ()


# -- one for all --------------------------------------------------------------------------------


def _one(
    group: Sequence[Diagnostic], message: str, title: str, help: tuple[str, ...]
) -> Diagnostic:
    """One diagnostic at the first place, with the worst severity and all the edits."""
    first = group[0]
    severities = {each.severity for each in group}
    fixes: tuple[Fix, ...] = ()
    if all(each.fixes for each in group):
        edits = dict.fromkeys(edit for each in group for edit in each.fixes[0].edits)
        safety = max(
            (each.fixes[0].safety for each in group), key=(Safety.SAFE, Safety.UNSAFE).index
        )
        fixes = (Fix(title, safety, tuple(edits)),)
    return replace(
        first, message=message, help=help, fixes=fixes,
        severity=next(each for each in Severity if each in severities),
        labels=tuple(Label(each.span, each.label) for each in group[1:_PLACES]),
        members=tuple(group),
    )  # fmt: skip
