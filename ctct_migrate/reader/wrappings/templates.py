"""Templates that were never rendered: places that a program was to fill in.

Two questions are answered here: is a malformed text a template of a kind that is not XML (`find`),
and is there a place to fill in in the value of an element (`placeholder`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.wrappings.document_roots import BEGINNING
from ctct_migrate.reader.wrappings.wrapping import Wrapping
from ctct_migrate.source import Source

#: Code in a text that makes it malformed: of PHP, and of ASP, JSP and ERB.
_CODE = late_compile(r"<(?:\?(php\b|=)|(%))")
_CODE_END = {"<?": "?>", "<%": "%>"}

#: What may hold such code as text, for its readers.
_SECTION = late_compile(
    r"<(?:!\[CDATA\[|!--|(?:[\w.-]{1,40}:)?(EmailContent|EmailTextContent|StyleSheet)(?=[\s>]))"
)


def find(source: Source) -> Wrapping | None:
    """A template of PHP, ASP, JSP or ERB, or None."""
    text = source.text
    if _CODE.search(text) is None or BEGINNING.search(text) is None:
        return None
    places = list(_code(text))
    if not places:
        return None
    start, end = places[0]
    kind = "PHP" if text.startswith("<?", start) else "ASP, JSP or ERB"
    line = text.find("\n", start, end)
    count = len(places)
    note = f"{count:,} places have to be filled in: run the program, and save what it writes"
    if count == 1:
        note = "one place has to be filled in: run the program, and save what it writes"
    return Wrapping(
        "unrendered-template", f"a template of {kind} that was not rendered", start,
        end if line < 0 else line, note=note,
    )  # fmt: skip


def _code(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each piece of code outside of contents, CDATA and comments."""
    at = 0
    while (match := _CODE.search(text, at)) is not None:
        section = _SECTION.search(text, at, match.start())
        if section is not None:
            name = section[1]
            ends = f"</{name}" if name else "]]>" if "[" in section[0] else "-->"
            end = text.find(ends, section.end())
            if end < 0 and name:
                end = text.find(f":{name}", section.end())
            at = section.end() if end < 0 else end
            continue
        end = text.find(_CODE_END[text[match.start() : match.start() + 2]], match.end())
        at = match.end() if end < 0 else end + 2
        yield match.start(), at


#: A place to fill in, anywhere in a value: Mustache, Jinja, Liquid, Handlebars; Java, JavaScript,
#: the shell; Ruby; ASP and ERB, encoded.
_ANYWHERE = late_compile(
    r"\{\{[^{}\n]{1,200}\}\}|\{%[^{}%\n]{1,200}%\}|[$#]\{[\w.@()\[\]'\" :>-]{1,100}\}|<%[^%\n]{1,200}%>"
)
#: One that is all of a value: of Python, PHP, Perl, ColdFusion, and of form letters.
_ALL = late_compile(
    r"\{[A-Za-z_][\w.]{0,80}\}|%\([A-Za-z_]\w{0,80}\)[sd]|%[sd]|\$[a-z_]\w{0,80}(?:(?:->|\[|\{)[\w'\"\]\}>-]{1,80})?"
    r"|#[A-Za-z_][\w.]{0,80}#|\[\[[\w. ]{1,80}\]\]"
)


#: A piece of a program that puts a text together, with the quotes that it opens and closes: of PHP
#: and Perl (`' . $subject . '`), and of JavaScript, Java, C# and Python (`" + subject + "`).
_VARIABLE = r"[A-Za-z_][\w.]{0,80}(?:\([^()\n]{0,80}\)|\[[^\[\]\n]{0,80}\]|->\w{1,80}){0,4}"
_JOINED = late_compile(
    rf"""(["'])(?:(?: \. |\.)\${_VARIABLE}(?: \. |\.)|(?: \+ |\+)\$?{_VARIABLE}(?: \+ |\+))\1"""
)


def _joined(value: str) -> re.Match[str] | None:
    """A piece of a program in a value; a text that quotes its own words has more quotes."""
    match = _JOINED.search(value)
    if match is None:
        return None
    around = value[: match.start()] + value[match.end() :]
    return None if "+" in match[0] and match[1] in around else match


def placeholder(value: str) -> tuple[int, int] | None:
    """Start and end of the first place to fill in in a value; None where there is none."""
    match = _ALL.fullmatch(value) or _ANYWHERE.search(value) or _joined(value)
    return match.span() if match else None
