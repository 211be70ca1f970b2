"""Comments in a document that switch rules off, and CT090 and CT091 about those comments.

`<!-- ctct-migrate: ignore CT310 -->` speaks of the next element (and of what stands in it);
`<!-- ctct-migrate: ignore-file CT310 -->` of the whole file.  Several codes, names or families (`CT3`, `CT3xx`) are
separated by commas or spaces; none at all means every rule.  Configuration does not belong here.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator

from ctct_migrate.diagnostics import Concern, Diagnostic, Fix, Marking, Rule, Safety, Severity
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import Element, Markup
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.phrases import choice, quoted

UNUSED = Rule(
    "CT090", "unused-ignore", Severity.WARNING,
    summary="A comment that ignores what does not occur",
    why="A suppression that suppresses nothing hides the next mistake of its kind, and misleads whoever reads it.",
    bad="<!-- ctct-migrate: ignore CT310 -->\n<GreetingName>FirstName</GreetingName>",
    good="<GreetingName>FirstName</GreetingName>",
    how="Delete the comment, or the code in it that does not occur.", fact="docs/reference/configuration.md",
    concern=Concern.V1, marking=Marking.UNNECESSARY,
)  # fmt: skip
UNKNOWN = Rule(
    "CT091", "unknown-ignore", Severity.WARNING,
    summary="A comment that ignores a rule that does not exist",
    why="A misspelt code switches nothing off.",
    bad="<!-- ctct-migrate: ignore CT31O -->\n<GreetingName>FirstName</GreetingName>",
    good="<GreetingName>FirstName</GreetingName>",
    how="Write a code or a name of the catalogue; `ctct-migrate rules` lists it.", fact="docs/reference/configuration.md",
    concern=Concern.V1,
)  # fmt: skip

RULES = (UNUSED, UNKNOWN)

_DIRECTIVE = late_compile(r"\s*+ctct-migrate:\s*+(ignore-file|ignore)\b[ \t:]*+([^\r\n]*+)\Z")
_WORD = late_compile(r"[^\s,]++")

#: Codes in all comments of one document that are looked at.
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class _Ignore:
    """One code (or `*`) of a comment, and the characters that it speaks of."""

    word: str
    at: tuple[int, int]
    scope: tuple[int, int]
    comment: tuple[int, int]


def apply(
    document: Document, found: list[Diagnostic], codes_of: Callable[[str], frozenset[str]],
    near: Callable[[str], tuple[str, ...]], elsewhere: Container[str] = (),
) -> list[Diagnostic]:  # fmt: skip
    """`found` without what the document's comments switch off, and with what is wrong with the
    comments.  `codes_of` says which codes a word stands for; `near` for which words it was probably
    meant.  Of the codes `elsewhere` a document alone cannot say whether they occur in it."""
    if "ctct-migrate:" not in document.source.text or document.tree is None:
        return found
    report = Reporter(document.source)
    ignores, complaints = [], []
    for number, ignore in enumerate(_ignores(document)):
        if number == _MOST:
            complaints.append(_too_many(report, ignore))
            break
        if ignore.word == "*" or codes_of(ignore.word):
            ignores.append(ignore)
        else:
            complaints.append(_unknown(report, ignore, near(ignore.word)))
    by_code: dict[str, list[_Ignore]] = {}
    for ignore in ignores:
        for code in ("*",) if ignore.word == "*" else codes_of(ignore.word):
            by_code.setdefault(code, []).append(ignore)
    used: set[_Ignore] = set()
    kept = []
    for diagnostic in found:
        able = (*by_code.get(diagnostic.code, ()), *by_code.get("*", ()))
        matching = [each for each in able if _covers(document, each, diagnostic)]
        used.update(matching)
        if not matching:
            kept.append(diagnostic)
    for each in ignores:
        if each not in used and not all(code in elsewhere for code in codes_of(each.word) or "*"):
            kept.append(_unused(report, each))
    return kept + complaints


def _covers(document: Document, ignore: _Ignore, diagnostic: Diagnostic) -> bool:
    """Whether a diagnostic of a code that `ignore` names stands where it speaks of."""
    offset = diagnostic.span.start.offset
    start, end = (document.source.offset(index) for index in ignore.scope)
    return start <= offset <= end


def _ignores(document: Document) -> Iterator[_Ignore]:
    for comment, following in _comments(document):
        match = _DIRECTIVE.match(comment.value.rstrip())
        if match is None:
            continue
        if match[1] == "ignore-file":
            scope = (0, len(document.source.text))
        elif following is None:
            scope = (comment.end, comment.end)
        else:
            scope = (following.start, following.end)
        base = comment.start + len("<!--")
        whole = (comment.start, comment.end)
        if not match[2]:
            yield _Ignore("*", whole, scope, whole)
        for word in _WORD.finditer(match[2]):
            at = base + match.start(2) + word.start()
            yield _Ignore(word[0], (at, at + len(word[0])), scope, whole)


def _comments(document: Document) -> Iterator[tuple[Markup, Element | None]]:
    """Each comment, with the element that follows it."""
    tree = document.tree
    for node in document.prolog:
        if node.kind == "comment":
            yield node, tree
    if tree is None:
        return
    for element in tree.walk():
        found: list[tuple[Markup, Element | None]] = []
        following: Element | None = None
        for child in reversed(element.children):
            if isinstance(child, Element):
                following = child
            elif isinstance(child, Markup) and child.kind == "comment":
                found.append((child, following))
        yield from reversed(found)


def _unused(report: Reporter, ignore: _Ignore) -> Diagnostic:
    what = "nothing" if ignore.word == "*" else f"no {ignore.word}"
    return report.at(
        UNUSED, *ignore.at, f"this comment ignores {ignore.word if ignore.word != '*' else 'every rule'}, but there is {what} to ignore",
        label="not needed", help=(UNUSED.how,),
    )  # fmt: skip


def _too_many(report: Reporter, ignore: _Ignore) -> Diagnostic:
    return report.at(
        UNKNOWN, *ignore.at, f"there are more than {_MOST} codes to ignore in this document",
        label="this one and what comes later is not looked at",
        help=("`ignore` without codes, or a configuration, ignores as many as are wanted",),
    )  # fmt: skip


def _unknown(report: Reporter, ignore: _Ignore, near: tuple[str, ...]) -> Diagnostic:
    helps = (f"did you mean {choice(map(quoted, near))}?",) if near else (UNKNOWN.how,)
    fixes: tuple[Fix, ...] = ()
    if len(near) == 1:
        edit = (*ignore.at, near[0])
        fixes = report.fix(f"Write `{near[0]}`", edit, safety=Safety.UNSAFE)
    return report.at(
        UNKNOWN, *ignore.at, f"there is no rule `{ignore.word}`", label="expected a code such as CT310",
        help=helps, fixes=fixes,
    )  # fmt: skip
