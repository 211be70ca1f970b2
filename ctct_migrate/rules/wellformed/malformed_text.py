"""CT1, text: what is said of characters, references, sections and raw HTML that break the XML."""

from __future__ import annotations

import re

from ctct_migrate.diagnostics import Diagnostic, Safety
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader import characters
from ctct_migrate.reader.problems import Problem
from ctct_migrate.reader.rawhtml import encoded, is_partly_encoded
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.phrases import clip, plural, quoted
from ctct_migrate.rules.wellformed import malformed_rules as rule
from ctct_migrate.rules.wellformed.problem_words import Breakage
from ctct_migrate.v1.lexicon import lexicon


def undefined_entity(at: Breakage) -> Diagnostic:
    """CT101: an entity of HTML, or of nobody."""
    name = at.detail["entity"]
    char = characters.html_entity(name)
    if char is not None:
        numeric = f"&#{ord(char)};"
        if char.isspace() and _holds_elements_alone(at.problem.element):
            return at.say(
                rule.UNDEFINED_ENTITY, f"XML does not know the entity `{clip(at.written)}`",
                label="HTML's; between elements an ordinary space does", help=("write a space, or nothing",),
                fixes=at.report.fix("Write an ordinary space", (at.start, at.end, " ")),
            )  # fmt: skip
        return at.say(
            rule.UNDEFINED_ENTITY, f"XML does not know the entity `{clip(at.written)}`",
            label=f"HTML's; in XML it is `{numeric}`", help=(f"write `{numeric}`",),
            fixes=at.report.fix(f"Write `{numeric}`", (at.start, at.end, numeric)),
        )  # fmt: skip
    from ctct_migrate.rules.nearness import nearest

    near = nearest(name, characters.PREDEFINED)
    helps = [f"did you mean `&{near};`?"] if near else []
    helps.append(f"if no entity is meant, write `&amp;{clip(name)};`")
    return at.say(
        rule.UNDEFINED_ENTITY, f"there is no entity `{clip(at.written)}`",
        label="XML knows `&lt;`, `&gt;`, `&amp;`, `&quot;` and `&apos;`", help=tuple(helps),
        fixes=at.report.fix("Encode the ampersand", (at.start, at.start + 1, "&amp;"), safety=Safety.UNSAFE),
    )  # fmt: skip


def bare_ampersand(at: Breakage) -> Diagnostic:
    """CT102: an ampersand that begins no reference, or one without its `;`."""
    reference = at.detail.get("reference")
    meanings = characters.readings(reference) if reference is not None else []
    if reference is not None and (len(meanings) > 1 or meanings != [reference]):
        return _ambiguous(at, reference, meanings)
    if reference is not None:
        char = characters.html_entity(reference)
        meant = (
            f"&#{ord(char)};"
            if char and reference not in characters.PREDEFINED
            else f"&{reference};"
        )
        return at.say(
            rule.BARE_AMPERSAND, f"`{at.written}` has no `;` at its end", label=f"expected `{meant}`",
            help=(f"write `{meant}`, or `&amp;` if the ampersand stands for itself",),
            fixes=at.report.fix(f"Write `{meant}`", (at.start, at.end, meant), safety=Safety.UNSAFE),
        )  # fmt: skip
    if _is_alone_between_elements(at):
        return at.say(
            rule.BARE_AMPERSAND, f"a bare `&` stands between elements{at.holder}", label="only elements may stand here",
            help=("delete it",), fixes=at.report.fix("Delete it", (at.start, at.end, "")),
        )  # fmt: skip
    return at.say(
        rule.BARE_AMPERSAND, f"a bare `&`{at.holder}", label="write `&amp;`",
        help=(_IN_LINK if _is_in_link(at) else "in XML an ampersand begins a reference; one that stands for itself is `&amp;`",),
        fixes=at.report.fix("Write `&amp;`", (at.start, at.start + 1, "&amp;")),
    )  # fmt: skip


_IN_LINK = "an ampersand in the query of a link is `&amp;` in XML: `?a=1&amp;b=2`"

#: A word with a query in it, up to an ampersand.
_QUERY = late_compile(r"\?[^\s<>\"']*+\Z")


def _is_in_link(at: Breakage) -> bool:
    """Whether an ampersand stands in the query of a link."""
    return _QUERY.search(at.text, max(0, at.start - 200), at.start) is not None


def _ambiguous(at: Breakage, reference: str, meanings: list[str]) -> Diagnostic:
    """A number in hexadecimal digits, of which the last may be letters of the text."""
    shown = [f"`&{each};{reference[len(each) :]}`" for each in meanings[:3]]
    fixes = [
        fix
        for each, title in zip(meanings, shown, strict=False)
        for fix in at.report.fix(
            f"Write {title}", (at.start, at.end, f"&{each};{reference[len(each) :]}"), safety=Safety.UNSAFE
        )
    ]  # fmt: skip
    means = [
        f"{title} is {quoted(chr(int(each[2:], 16)) + reference[len(each) :])}"
        for each, title in zip(meanings, shown, strict=False)
    ]
    return at.say(
        rule.BARE_AMPERSAND, f"`{at.written}` has no `;`, and where it ends cannot be known" if len(shown) > 1 else f"`{at.written}` has no `;` at its end",
        label=f"{' or '.join(shown)}?", help=("; ".join(means),), fixes=tuple(fixes),
    )  # fmt: skip


def _is_alone_between_elements(at: Breakage) -> bool:
    """Whether nothing but white space stands around it, where no text may stand."""
    element = at.problem.element
    if element is None or not _holds_elements_alone(element) or at.end - at.start != 1:
        return False
    before = at.text[max(element.start, at.start - 200) : at.start].rstrip()
    return before.endswith(">") and re.compile(r"\s*<").match(at.text, at.end) is not None


def _holds_elements_alone(element: Element | None) -> bool:
    """Whether no text may stand in an element of the format."""
    facts = lexicon()
    if element is None or element.name in facts.leaves or element.name in facts.contents:
        return False
    return bool(facts.holds_in("").get(element.name))


def less_than(at: Breakage) -> Diagnostic:
    """CT103: a `<` that begins no tag."""
    where = (
        f" in the value of `{at.detail['attribute']}`" if "attribute" in at.detail else at.holder
    )
    if "attribute" not in at.detail and _holds_elements_alone(at.problem.element):
        alone = _is_alone_between_elements(at)
        return at.say(
            rule.LESS_THAN, f"a `<` that begins no tag{where}",
            label="only elements may stand here", help=("delete it",) if alone else (),
            fixes=at.report.fix("Delete it", (at.start, at.end, "")) if alone else (),
        )  # fmt: skip
    return at.say(
        rule.LESS_THAN, f"a `<` that begins no tag{where}", label="write `&lt;`",
        fixes=at.report.fix("Write `&lt;`", (at.start, at.start + 1, "&lt;")),
    )  # fmt: skip


def bad_character(at: Breakage) -> Diagnostic:
    """CT111: a character, or a reference to one, that XML does not allow."""
    meant = at.detail.get("meant")
    if meant is not None:
        right = f"&#{meant};" if at.written[2] not in "xX" else f"&#x{meant:X};"
        return at.say(
            rule.BAD_CHARACTER, f"`{clip(at.written)}` is one character, written as the two halves that UTF-16 has for it",
            label=f"expected `{right}`: U+{meant:X}",
            help=("write one reference, with the number of the character itself",),
            fixes=at.report.fix(f"Write `{right}`", (at.start, at.end, right)),
        )  # fmt: skip
    if at.detail["reference"]:
        return at.say(
            rule.BAD_CHARACTER, f"`{clip(at.written)}` is not a character that XML allows", label="not allowed",
            fixes=at.report.fix("Delete it", (at.start, at.end, ""), safety=Safety.UNSAFE),
        )  # fmt: skip
    count = at.end - at.start
    shown = f"U+{ord(at.written[0]):04X}"
    what = f"the character {shown}" if count == 1 else f"{count} characters such as {shown}"
    return at.say(
        rule.BAD_CHARACTER, f"XML does not allow {what}", label="not allowed, not even as a reference",
        fixes=at.report.fix("Delete it" if count == 1 else "Delete them", (at.start, at.end, ""), safety=Safety.UNSAFE),
    )  # fmt: skip


def comment(at: Breakage) -> Diagnostic:
    """CT117: two hyphens in a comment."""
    start, end = at.detail["inside"]
    inner = at.text[start:end]
    fixed = inner
    while "--" in fixed:
        fixed = fixed.replace("--", "- -")
    if fixed.endswith("-"):
        fixed += " "
    return at.say(
        rule.COMMENT, "`--` stands inside a comment", label="allowed only at its end",
        end=min(at.end, end + 1),
        fixes=at.report.fix("Put a space between the hyphens", (start, end, fixed)),
    )  # fmt: skip


def _inner_section(at: Breakage) -> tuple[int, int] | None:
    """Where a section begins in another one, which ends just before the breakage; else None."""
    mark = "<![CDATA["
    start = at.text.rfind(mark, 0, at.start)
    outer = at.text[:start].rstrip()
    between = at.text[start : at.start].rstrip()
    if not outer.endswith(mark) or between.find("]]>") != len(between) - len("]]>"):
        return None
    return start, start + len(mark)


def section_end(at: Breakage) -> Diagnostic:
    """CT120: `]]>` in a text."""
    inner = _inner_section(at)
    if inner is not None:
        return at.say(
            rule.SECTION_END, f"`]]>` stands in the text{at.holder}: a CDATA section was put into another",
            label="the section has ended before", labels=((*inner, "this is text, too"),),
            help=("wrap the text once: delete the inner `<![CDATA[` and its `]]>`",),
            fixes=at.report.fix("Take the inner section out", (*inner, ""), (at.start, at.end, "")),
        )  # fmt: skip
    return at.say(
        rule.SECTION_END, f"`]]>` stands in the text{at.holder}", label="write `]]&gt;`",
        fixes=at.report.fix("Write `]]&gt;`", (at.start, at.end, "]]&gt;")),
    )  # fmt: skip


def unterminated(at: Breakage) -> Diagnostic:
    """CT119: a comment, section or instruction that never ends."""
    opening, closing = at.detail["opening"], at.detail["closing"]
    what = {"<!--": "comment", "<![CDATA[": "CDATA section"}.get(opening, "processing instruction")
    return at.say(
        rule.UNTERMINATED, f"a {what} begins here and never ends", label=f"there is no `{closing}` for it",
        help=(f"add `{closing}` where it ends; what follows could not be read",),
    )  # fmt: skip


#: What is left to encode in content that is encoded otherwise.
_LEFT_RAW = late_compile(r"<(?:[^<>&]*+>)?|&(?!#x?[0-9A-Fa-f]+;|\w+;)|\]\]>")


def _unencoded_tags(at: Breakage, element: Element, start: int, raw: str) -> Diagnostic:
    """CT114: tags that stand as they are in content that is encoded otherwise."""
    wanted = "&gt;" if "&gt;" in raw else ">"
    edits, tags = [], []
    for match in _LEFT_RAW.finditer(raw):
        written = match[0]
        right = written.replace("&", "&amp;").replace("<", "&lt;")
        if written.endswith(">"):
            right = right[:-1] + ("&gt;" if written == "]]>" else wanted)
        edits.append((start + match.start(), start + match.end(), right))
        if written.startswith("<"):
            tags.append(match.span())
    first = next((span for span in tags if start + span[1] > at.start), tags[0] if tags else (0, 1))
    shown = raw[slice(*first)]
    count = len(tags)
    message = f"{quoted(clip(shown, 40))} stands unencoded in `{element.name}`, whose HTML is encoded otherwise"
    helps = [f"write {quoted(clip(shown.replace('<', '&lt;').replace('>', wanted), 60))}"]
    if count > 1:
        helps.append(f"{plural(count, 'tag')} of this content stand unencoded")
    return at.say(
        rule.RAW_HTML, message, label="encode it like the rest", start=start + first[0], end=start + first[1],
        help=tuple(helps), fixes=at.report.fix("Encode it" if count < 2 else f"Encode all {count} tags", *edits),
    )  # fmt: skip


def raw_html(at: Breakage) -> Diagnostic:
    """CT114: HTML that breaks the XML, as one mistake."""
    element: Element = at.problem.element  # type: ignore[assignment]
    first: Problem = at.detail["first"]
    start, end = at.detail["content"]
    reasons = {
        "undefined-entity": "is an HTML entity",
        "bare-ampersand": "has to be `&amp;` in XML",
        "unescaped-less-than": "begins no tag",
        "unclosed-element": "is never closed",
        "crossed-tags": "does not fit what is open",
        "stray-end-tag": "closes nothing",
        "unquoted-attribute": "is not in quotes",
        "duplicate-attribute": "stands twice in its tag",
        "doctype": "may not stand here",
        "malformed-tag": "is not an attribute of XML",
    }
    breaks = at.text[first.start : first.end]
    reason = f"`{clip(breaks, 30)}` {reasons.get(first.kind, 'is not XML')}"
    more = at.detail["count"] - 1
    shown = at.start + min([len(breaks), 120, *([breaks.find("\n")] if "\n" in breaks else [])])
    raw = at.text[start:end]
    sections = "![cdata[" in raw.lower() or "]]>" in raw
    helps = [
        "encode all of it as text: `&lt;` for `<` and `&amp;` for `&`, or put it between `<![CDATA[` and `]]>`"
    ]
    if more:
        helps.append(f"{plural(more, 'further place')} in this content would break the XML too")
    lines = raw.count("\n") + 1
    size = f" ({plural(lines, 'line')})" if lines > 1 else ""
    fixes = at.report.fix(f"Encode the whole content{size}", (start, end, encoded(raw)))
    if is_partly_encoded(raw):
        return _unencoded_tags(at, element, start, raw)
    if sections:
        # What is left of a CDATA section would be encoded with the rest, for all to read.
        fixes = ()
        helps = [
            "a CDATA section ends at its first `]]>` and cannot hold another: take the inner brackets out"
        ]
    return at.say(
        rule.RAW_HTML, f"HTML stands unencoded in `{element.name}`, and it is not XML",
        label=reason, end=max(shown, at.start + 1), help=tuple(helps),
        labels=((element.name_start, element.name_end, "the content that has to be encoded"),),
        fixes=fixes,
    )  # fmt: skip
