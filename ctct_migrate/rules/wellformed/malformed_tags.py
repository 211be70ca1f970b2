"""CT1, tags: what is said of start tags, end tags and attributes that break the XML."""

from __future__ import annotations

from collections.abc import Callable

from ctct_migrate.diagnostics import Diagnostic, Fix, Safety
from ctct_migrate.reader.document import OTHER_PAYLOADS
from ctct_migrate.reader.tree import ATOM, CTCT, Element
from ctct_migrate.resources import NAMES
from ctct_migrate.rules.context import indentation
from ctct_migrate.rules.phrases import clip, quoted
from ctct_migrate.rules.wellformed import malformed_rules as rule
from ctct_migrate.rules.wellformed.problem_words import Breakage
from ctct_migrate.v1.lexicon import lexicon


def unclosed(at: Breakage) -> Diagnostic:
    """CT104: a start tag without its end tag."""
    name, slash, insert = at.detail["name"], at.detail["slash"], at.detail["insert"]
    if slash is not None:
        first = at.problem.element
        labels = ((first.start, first.open_end, "opened here"),) if first is not None else ()
        return at.say(
            rule.UNCLOSED, f"`<{name}>` is opened a second time where it should be closed",
            label=f"expected `</{name}>`", labels=labels, help=(f"write `</{name}>`",),
            fixes=at.report.fix(f"Write `</{name}>`", (slash, slash, "/")),
        )  # fmt: skip
    labels = ()
    closer = at.detail["closer"]
    if closer is not None and closer[1] > closer[0]:
        labels = ((*closer, f"`<{name}>` is still open here"),)
    end = at.end
    if "\n" in at.written or len(at.written) > 120:
        end = at.start + 1 + len(name)
    return at.say(
        rule.UNCLOSED, f"`<{name}>` is never closed", label=f"there is no `</{name}>` for it",
        labels=labels, end=end, help=(f"add `</{name}>`",),
        fixes=at.report.fix(
            f"Add `</{name}>`", (insert, insert, _laid_out(at, f"</{name}>", insert)),
            safety=Safety.UNSAFE if _is_strange(at.problem.element) else Safety.SAFE,
        ),
    )  # fmt: skip


def _is_strange(element: Element | None) -> bool:
    """Whether an element that is not one of the format's stands between those of the format:
    closing it makes nothing of it."""
    if element is None or element.parent is None:
        return False
    words, around = lexicon(), element.parent.name
    return (
        element.name not in words.names and around in words.names and around not in words.contents
    )


def _laid_out(at: Breakage, tag: str, insert: int) -> str:
    """An end tag that is put in at `insert`: on a line of its own, under its start tag, if elements
    in lines of their own stand between the two."""
    element = at.problem.element
    if element is None or not element.elements or "\n" not in at.text[element.open_end : insert]:
        return tag
    return (indentation(at.text, element.start) or "\n") + tag


def crossed(at: Breakage) -> Diagnostic:
    """CT105: an end tag that does not fit, or comes too late."""
    opened, closed = at.detail["opened"], at.detail["closed"]
    opened_at = at.detail["opened_at"]
    if "by" in at.detail:
        by, late, insert = at.detail["by"], at.detail["late"], at.detail["insert"]
        return at.say(
            rule.CROSSED, f"`<{by}>` is closed while `<{opened}>` is still open",
            label=f"expected `</{closed}>` first",
            labels=((*opened_at, "opened here"), (*late, "closed too late")),
            fixes=at.report.fix(
                f"Move `</{closed}>` to its place", (insert, insert, f"</{closed}>"), (*late, "")
            ),
            help=(f"close `{opened}` before `{by}`",),
        )  # fmt: skip
    name_at = (opened_at[0] + 1, opened_at[1])
    element = at.problem.element
    # The scanner has taken the end tag's name where only that one is known: then the start tag
    # is the misspelt one.
    if element is not None and element.qname == closed:
        return at.say(
            rule.CROSSED, f"`<{opened}>` is closed by `</{closed}>`", start=name_at[0], end=name_at[1],
            label=f"expected `{closed}`", labels=((at.start, at.end, "closed by another name"),),
            help=(f"write `<{closed}>`",), fixes=at.report.fix(f"Write `<{closed}>`", (*name_at, closed)),
        )  # fmt: skip
    return at.say(
        rule.CROSSED, f"`<{opened}>` is closed by `</{closed}>`", label=f"expected `</{opened}>`",
        labels=((*opened_at, "opened here"),), help=(f"write `</{opened}>`",),
        fixes=at.report.fix(
            f"Write `</{opened}>`", (at.start, at.end, f"</{opened}>"),
            safety=Safety.UNSAFE if _is_run_together(closed, opened) else Safety.SAFE,
        ),
    )  # fmt: skip


#: How much of a name has to be left for it to be recognized, in characters.
_LEFT_OF_A_NAME = 3


def _is_run_together(closed: str, opened: str) -> bool:
    """Whether an end tag's name begins as the open element's and ends as another's: what stood
    between the two tags is missing, and nobody knows what it was."""
    from ctct_migrate.rules.nearness import nearest

    names = lexicon().names
    if closed in names or opened not in names or nearest(closed, (opened,)) is not None:
        return False
    return any(
        opened.startswith(closed[:at]) and any(name.endswith(closed[at:]) for name in names)
        for at in range(_LEFT_OF_A_NAME, len(closed) - _LEFT_OF_A_NAME + 1)
    )


def stray(at: Breakage) -> Diagnostic:
    """CT106: an end tag without a start tag."""
    tag = at.detail["tag"]
    inside = at.detail.get("open")
    label = "nothing is open here" if inside is None else f"`<{inside}>` is open here, no `<{tag}>`"
    return at.say(
        rule.STRAY, f"`</{tag}>` closes nothing", label=label, help=("delete it, or add the start tag that it lacks",),
        fixes=at.report.fix("Delete it", (at.start, at.end, ""), safety=Safety.UNSAFE),
    )  # fmt: skip


def unquoted(at: Breakage) -> Diagnostic:
    """CT107: an attribute whose quotes are missing, or one of them."""
    if "quotes" in at.detail:
        return _odd_quotes(at)
    name, quote = at.detail["name"], at.detail["quote"]
    edits = tuple((place, place, mark) for place, mark in at.detail["insert"])
    if quote is None:
        return at.say(
            rule.UNQUOTED, f"the value of `{name}` is not in quotes", label="expected quotes around it",
            help=(f'write `{name}="{clip(at.written, 30)}"`',),
            fixes=at.report.fix("Put it in quotes", *edits),
        )  # fmt: skip
    return at.say(
        rule.UNQUOTED, f"the value of `{name}` has no closing quote", label=f"expected a `{quote}` at its end",
        help=(f"add the closing `{quote}`",),
        fixes=at.report.fix("Add the closing quote", *edits, safety=Safety.UNSAFE),
    )  # fmt: skip


def _odd_quotes(at: Breakage) -> Diagnostic:
    """Quotes of a word processor, or an opening and a closing one that do not match."""
    name, (opening, closing) = at.detail["name"], at.detail["quotes"]
    edits = [(*place, '"') for place in at.detail["places"] if at.text[slice(*place)] != '"']
    if opening in "\"'" and closing in "\"'":
        message = f"the value of `{name}` begins with `{opening}` and ends with `{closing}`"
        help = "write the same quote at both ends"
    elif "&" in opening + closing:
        message = f"the quotes around the value of `{name}` are references: `{opening}`"
        help = "write the quotes themselves: only those inside a value are written as references"
    else:
        message = f"the value of `{name}` is in typographic quotes"
        help = "write straight quotes: word processors make them curly"
    return at.say(
        rule.UNQUOTED, message, label="expected `\"` around it", help=(help,),
        fixes=at.report.fix("Put it in straight quotes", *edits),
    )  # fmt: skip


def duplicate(at: Breakage) -> Diagnostic:
    """CT108: an attribute that stands twice."""
    name, same = at.detail["name"], at.detail["same"]
    start = at.start
    while at.text[start - 1].isspace():
        start -= 1
    return at.say(
        rule.DUPLICATE, f"`{name}` stands twice in one tag", label="the second one",
        labels=((*at.detail["first"], "the first one"),),
        help=("delete one of the two" + ("; they are equal" if same else "; their values differ"),),
        fixes=at.report.fix(
            "Delete the second one", (start, at.end, ""), safety=Safety.SAFE if same else Safety.UNSAFE
        ),
    )  # fmt: skip


def malformed(at: Breakage) -> Diagnostic:
    """CT118: a tag that cannot be read; `what` is wrong with it, the detail says."""
    return _MALFORMED[at.detail["what"]](at)


def _no_end(at: Breakage) -> Diagnostic:
    insert = at.detail["insert"]
    end = at.end if "\n" not in at.written else at.start + at.written.index("\n")
    return at.say(
        rule.MALFORMED, f"the tag {quoted(clip(at.written, 40))} has no `>`", end=end, label="expected `>`",
        help=("add the `>`",), fixes=at.report.fix("Add the `>`", (insert, insert, ">")),
    )  # fmt: skip


def _no_start(at: Breakage) -> Diagnostic:
    insert = at.detail["insert"]
    return at.say(
        rule.MALFORMED, f"the tag `{at.detail['name']}>` has lost its `<`", label="expected `<` before it",
        help=("add the `<`",), fixes=at.report.fix("Add the `<`", (insert, insert, "<")),
    )  # fmt: skip


def _no_space(at: Breakage) -> Diagnostic:
    insert = at.detail["insert"]
    return at.say(
        rule.MALFORMED, "two attributes stand without a space between them", label="expected a space before it",
        help=("add a space",), fixes=at.report.fix("Add a space", (insert, insert, " ")),
    )  # fmt: skip


def _spaced(at: Breakage) -> Diagnostic:
    name = at.detail["name"]
    return at.say(
        rule.MALFORMED, f"a space stands between `<` and `{name}`", label=f"expected `<{name}`",
        help=("delete the space",), fixes=at.report.fix("Delete the space", (at.start + 1, at.end, "")),
    )  # fmt: skip


def _instruction(at: Breakage) -> Diagnostic:
    return at.say(
        rule.MALFORMED, f"{quoted(clip(at.written, 40))} is not a processing instruction",
        label="expected a name after `<?`", help=("delete it",),
        fixes=at.report.fix("Delete it", (at.start, at.end, ""), safety=Safety.UNSAFE),
    )  # fmt: skip


def _end_tag(at: Breakage) -> Diagnostic:
    expected = at.detail["expected"]
    right = f"</{expected}>"
    return at.say(
        rule.MALFORMED, f"{quoted(clip(at.written, 40))} is not an end tag", label=f"expected `{right}`" if expected else "",
        help=("an end tag holds the element's name alone",),
        fixes=at.report.fix(f"Write `{right}`", (at.start, at.end, right)) if expected else (),
    )  # fmt: skip


def _no_value(at: Breakage) -> Diagnostic:
    name = at.detail["name"]
    return at.say(
        rule.MALFORMED, f"the attribute `{name}` has no value", label=f'expected `{name}="…"`',
        help=("HTML allows this, XML does not",),
        fixes=at.report.fix(f'Write `{name}="{name}"`', (at.end, at.end, f'="{name}"'), safety=Safety.UNSAFE),
    )  # fmt: skip


def _junk(at: Breakage) -> Diagnostic:
    return at.say(
        rule.MALFORMED, f"{quoted(clip(at.written, 40))} is not an attribute", label='expected `name="value"`',
        help=("delete it, or write it as an attribute",),
        fixes=at.report.fix("Delete it", (at.start, at.end, ""), safety=Safety.UNSAFE),
    )  # fmt: skip


#: What can be wrong with a tag, as the readers call it, and who words it.
_MALFORMED: dict[str, Callable[[Breakage], Diagnostic]] = {
    "no-end": _no_end,
    "no-start": _no_start,
    "no-space": _no_space,
    "spaced": _spaced,
    "instruction": _instruction,
    "end-tag": _end_tag,
    "no-value": _no_value,
    "junk": _junk,
}


def undeclared(at: Breakage) -> Diagnostic:
    """CT116: a prefix without its declaration."""
    prefix, root = at.detail["prefix"], at.document.tree
    element = at.problem.element
    owns = element is not None and element.prefix == prefix and element.namespace is None
    meant = _meant(element) if element is not None and owns else None
    declaration = f'xmlns:{prefix}="{meant or "…"}"'
    fixes: tuple[Fix, ...] = ()
    if meant is not None and root is not None:
        fixes = at.report.fix(
            f"Declare `{prefix}` on `{root.qname}`",
            (root.name_end, root.name_end, f" {declaration}"),
        )
    return at.say(
        rule.UNDECLARED, f"the prefix `{prefix}` is not declared", label=f"expected `{declaration}` on an element around it",
        help=(f"add `{declaration}` to `<{root.qname if root is not None else 'entry'}>`, or leave the prefix out",),
        fixes=fixes,
    )  # fmt: skip


def _meant(element: Element) -> str | None:
    """The namespace that an element of the format belongs to, by its name; None for others."""
    facts, name = lexicon(), element.name
    if name in NAMES + OTHER_PAYLOADS:
        return CTCT
    if name in ("entry", "feed") or name in facts.children("entry"):
        return ATOM
    return CTCT if name in facts.names else None
