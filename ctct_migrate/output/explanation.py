"""What is known about a rule, for `explain`, `rules`, the documentation and SARIF.

Everything said here stands in the catalogue (`Rule`); this module only lays it out.  The
documentation's page is the output of `catalogue_markdown`, and a test holds it to that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from difflib import SequenceMatcher
from itertools import groupby

from ctct_migrate.diagnostics import Concern, Rule, Severity
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.output.cells import shown
from ctct_migrate.output.paint import Paint

#: Heads of the families, by the first figure of their codes.
FAMILIES = {
    "CT0": "Reading",
    "CT1": "Well-formedness",
    "CT2": "The Atom envelope",
    "CT3": "Names and values",
    "CT4": "Required, and required together",
    "CT5": "HTML and text content",
    "CT6": "Dates and schedules, whole runs, logging in",
    "CT7": "Limits of v2",
    "CT8": "What conversion changes or drops",
    "CT9": "What the server answered",
}

#: What codes begin with that are about an answer, and not about a document.
_ANSWERS = ("CT66", "CT9")

_PREAMBLE = """\
# Rules

Made from the catalogue by `ctct-migrate rules --format markdown`; a test fails when it is stale.

A code, once released, never changes its meaning. Codes and names serve alike in `--select`, \
`--ignore`, the configuration and `<!-- ctct-migrate: ignore CT310 -->`; `CT3` stands for its \
whole family. How to use them: [configuration](reference/configuration.md).

A rule is about `v1` alone, about the `conversion`, or about a server's `answer`. `lint` reports \
whatever v1's server would have refused, or what does not do what its author meant. `convert` refuses \
a document only for an error about the conversion: its body would be wrong, incomplete or guessed. \
What v1 alone minded is a warning there.
"""


def families(rules: Sequence[Rule]) -> Iterator[tuple[str, list[Rule]]]:
    """The rules by family, in the order of their codes."""
    ordered = sorted(rules, key=lambda rule: rule.code)
    for prefix, members in groupby(ordered, key=lambda rule: rule.code[:3]):
        yield f"{prefix}xx: {FAMILIES.get(prefix, 'Others')}", list(members)


def explanation_sections(rule: Rule) -> list[tuple[str, list[str], bool]]:
    """The explanation in sections: heading, lines, and whether these are an example, or a list of
    values, that is shown as it is; else each line is a paragraph."""
    wrong, right = _examples(rule)
    sections = [
        ("Why", _paragraphs(rule.why), False),
        ("Allowed", list(rule.allowed), True),
        ("Wrong", wrong, True),
        ("Right", right, True),
        ("How to fix it", _paragraphs(rule.how), False),
        ("What it is about", [_about(rule)], False),
        ("Where that is from", _paragraphs(rule.fact), False),
        ("Since", [rule.since], False),
    ]
    return [each for each in sections if any(line.strip() for line in each[1])]


def _paragraphs(text: str) -> list[str]:
    return [" ".join(block.split()) for block in text.split("\n\n")]


def explanation_text(rule: Rule, paint: Paint, width: int = 80) -> str:
    """The explanation for a terminal: what, why, bad, good, how, where from, since when."""
    from textwrap import wrap

    def paragraph(text: str) -> str:
        return "\n".join(wrap(text, width, break_on_hyphens=False))

    def entry(text: str) -> str:
        return "\n".join(wrap(text, width, initial_indent="    ", subsequent_indent="      "))

    def laid_out(title: str, lines: Sequence[str], *, as_is: bool) -> str:
        if title == "Allowed":
            return "\n".join(map(entry, lines))
        if as_is:
            return "\n".join(f"    {line}".rstrip() for line in lines)
        return "\n\n".join(map(paragraph, lines))

    head = paint(rule.severity.value, f"{rule.severity.value}[{rule.code}]")
    parts = [f"{head} {paint('title', rule.name)}", paragraph(f"{rule.summary}.")]
    parts += [
        f"{paint('help', title)}\n{laid_out(title, lines, as_is=as_is)}"
        for title, lines, as_is in explanation_sections(rule)
    ]
    return "\n\n".join(parts) + "\n"


def explanation_markdown(rule: Rule) -> str:
    """The same as a piece of Markdown, without a heading (SARIF's `help.markdown`)."""
    wrong, right = _examples(rule)
    example = f"Wrong:\n\n{_fenced(wrong)}\n\nRight:\n\n{_fenced(right)}"
    has_example = rule.bad.strip() or rule.good.strip()
    origin = f"*Severity {rule.severity.value}; from {rule.fact}; since {rule.since}.*"
    allowed = "Allowed:\n\n" + "\n".join(f"- {value}" for value in rule.allowed)
    parts = [
        f"{rule.summary}.",
        rule.why,
        allowed if rule.allowed else "",
        example if has_example else "",
        rule.how,
        _about(rule),
        origin,
    ]
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def explanation_page(rule: Rule) -> str:
    """The same as a page of Markdown, with a heading for each part as `explanation_text` has them."""
    wrong, right = _examples(rule)
    sections = [
        ("Why", rule.why),
        ("Allowed", "\n".join(f"- {value}" for value in rule.allowed)),
        ("Wrong", _fenced(wrong) if rule.bad.strip() else ""),
        ("Right", _fenced(right) if rule.good.strip() else ""),
        ("How to fix it", rule.how),
        ("What it is about", _about(rule)),
    ]
    parts = [
        f"# {rule.code} {rule.name}",
        f"**{rule.severity.value.capitalize()}:** {rule.summary}.",
    ]
    parts += [f"## {title}\n\n{text.strip()}" for title, text in sections if text.strip()]
    parts.append(f"*From {rule.fact}; since {rule.since}.*")
    return "\n\n".join(parts) + "\n"


def _about(rule: Rule) -> str:
    """Whether a rule is about the v1 document alone or about what it converts to, and so whether a
    mistake stands in the way of a conversion."""
    if rule.code.startswith(_ANSWERS):
        return "About an answer of the target's server: the document may be right."
    error = rule.severity is Severity.ERROR
    if rule.concern is Concern.V1:
        minded = "`lint` reports an error, and `convert` makes the body all the same."
        return "About v1 alone: " + (minded if error else "the body is right all the same.")
    if rule.concern is Concern.SENDING:
        return "About sending: `convert` makes the body, and `send` does not send it."
    return "About the conversion: " + (
        "a document with this error is not converted."
        if error
        else "the body is made, and this is said of it."
    )


#: Lines of an example that are shown whole, and those around what is wrong in a longer one.
_WHOLE, _AROUND = 8, 1
_GAP = "…"


def _examples(rule: Rule) -> tuple[list[str], list[str]]:
    """The lines of the wrong and of the right example; of whole documents those that differ, with
    the lines around them."""
    wrong, right = _drawn(rule.bad), _drawn(rule.good)
    if max(len(wrong), len(right)) <= _WHOLE or not (rule.bad.strip() and rule.good.strip()):
        return wrong, right
    matcher = SequenceMatcher(None, wrong, right, autojunk=False)
    groups = list(matcher.get_grouped_opcodes(_AROUND))
    if not groups or matcher.ratio() < 0.5:
        return wrong, right
    return (
        _parts(wrong, [(group[0][1], group[-1][2]) for group in groups]),
        _parts(right, [(group[0][3], group[-1][4]) for group in groups]),
    )


def _parts(lines: Sequence[str], spans: Iterable[tuple[int, int]]) -> list[str]:
    """These lines, with a mark where others are left out."""
    shown_lines: list[str] = []
    at = 0
    for start, end in spans:
        if start > at:
            shown_lines.append(_GAP)
        shown_lines += lines[start:end]
        at = end
    if at < len(lines):
        shown_lines.append(_GAP)
    return shown_lines


def _drawn(example: str) -> list[str]:
    """The lines of an example; bad bytes, control characters and characters that nobody sees are
    what some are about."""
    return [_UNSEEN.sub(_named, shown(line)) for line in example.strip("\n").split("\n")]


#: Spaces that are not the ordinary one, and what `shown` draws of characters without a width.
_UNSEEN = late_compile(r"\\u\{([0-9A-F]+)\}|[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def _named(match: re.Match[str]) -> str:
    number = int(match[1], 16) if match[1] else ord(match[0])
    return f"[U+{number:04X}]"


def _fenced(lines: Sequence[str]) -> str:
    text = "\n".join(lines)
    fence = "````" if "```" in text else "```"
    return f"{fence}xml\n{text}\n{fence}"


def catalogue_text(rules: Sequence[Rule], paint: Paint) -> str:
    """One line a rule, in families."""
    longest = max((len(rule.name) for rule in rules), default=0)
    blocks = []
    for title, members in families(rules):
        lines = [
            f"  {rule.code}  {rule.name:<{longest}}  "
            f"{paint(rule.severity.value, f'{rule.severity.value:<7}')}  {rule.summary}"
            for rule in members
        ]
        blocks.append("\n".join([paint("title", title), *lines]))
    return "\n\n".join(blocks) + "\n"


def catalogue_fields(rules: Iterable[Rule]) -> list[dict[str, str]]:
    """The rules as JSON objects, with the fields of `Rule` for keys, in the order of codes."""
    names = [field.name for field in fields(Rule)]
    ordered = sorted(rules, key=lambda rule: rule.code)
    return [{name: _text(getattr(rule, name)) for name in names} for rule in ordered]


def _text(value: object) -> str:
    return "\n".join(value) if isinstance(value, tuple) else str(value)


def catalogue_markdown(rules: Sequence[Rule]) -> str:
    """The documentation's page: a table of all rules, then each with its explanation."""
    parts = [
        _PREAMBLE,
        "| code | name | severity | about | |\n|---|---|---|---|---|\n" + _table(rules),
    ]
    for title, members in families(rules):
        parts.append(f"## {title}\n")
        parts += [
            f'<a id="{rule.code}"></a>\n\n### {rule.code} {rule.name}\n\n'
            f"{explanation_markdown(rule)}"
            for rule in members
        ]
    return "\n".join(parts)


def concern_of(rule: Rule) -> str:
    """What a rule is about, in a word: `v1`, `conversion`, or `answer` for those of servers."""
    return "answer" if rule.code.startswith(_ANSWERS) else rule.concern.value


def _table(rules: Iterable[Rule]) -> str:
    cells = (
        (
            f"[{rule.code}](#{rule.code})",
            rule.name,
            rule.severity.value,
            concern_of(rule),
            rule.summary,
        )
        for rule in sorted(rules, key=lambda rule: rule.code)
    )
    rows = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in cells)
    return "".join(f"| {row} |\n" for row in rows)
