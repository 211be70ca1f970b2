"""CT1: what makes a document malformed, in the user's terms.

Each `Problem` that the scanner noted becomes one diagnostic; `_WORDS` says by which function.
The rules themselves stand in `breakages`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from ctct_migrate.diagnostics import Diagnostic, Fix, Rule, Safety
from ctct_migrate.reader import characters
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.problems import Problem
from ctct_migrate.reader.rawhtml import encoded
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules import breakages as rule
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.phrases import clip, plural, quoted

#: Breakages of one kind in one element that are told one by one.
_MOST = 50


def check(document: Document) -> Iterator[Diagnostic]:
    """One diagnostic for each breakage; libxml2's own words if the scanner saw none."""
    report = Reporter(document.source)
    told: Counter[tuple[str, Element | None]] = Counter()
    every = Counter((problem.kind, problem.element) for problem in document.problems)
    for problem in document.problems:
        words = _WORDS.get(problem.kind)
        kind = (problem.kind, problem.element)
        told[kind] += 1
        if words is None or told[kind] > _MOST:
            continue
        diagnostic = words(_Breakage(document, report, problem))
        more = every[kind] - _MOST
        if told[kind] == _MOST and more > 0:
            note = f"{plural(more, 'more place')} like this in the same element are not listed"
            diagnostic = replace(diagnostic, help=(*diagnostic.help, note))
        yield diagnostic
    if document.problems or document.root is not None or _told_elsewhere(document):
        return
    error = document.syntax_error
    if error is not None:
        yield _unexplained(document, report, error)


def _told_elsewhere(document: Document) -> bool:
    """Whether a rule about reading says why libxml2 does not take the document."""
    decoding = document.source.decoding
    return (
        document.cut
        or decoding.contradicted
        or not decoding.known
        or document.source.undecodable is not None
    )


def _unexplained(document: Document, report: Reporter, error: tuple[int, int, str]) -> Diagnostic:
    """libxml2 refuses what the scanner took: its place, and that it is malformed."""
    line, column, words = error
    start = 0
    text = document.source.text
    for _ in range(line - 1):
        found = text.find("\n", start)
        if found < 0:
            break
        start = found + 1
    start = min(len(text), start + max(0, column - 1))
    return report.at(
        rule.NOT_WELL_FORMED, start, min(len(text), start + 1), "this is not well-formed XML",
        label=words[:1].lower() + words[1:], help=(rule.NOT_WELL_FORMED.how,),
    )  # fmt: skip


class _Breakage:
    """One problem, with what is needed to word it."""

    def __init__(self, document: Document, report: Reporter, problem: Problem):
        self.document, self.report, self.problem = document, report, problem
        self.text = document.source.text
        self.start, self.end, self.detail = problem.start, problem.end, problem.detail
        self.written = self.text[self.start : self.end]

    @property
    def where(self) -> str:
        element = self.problem.element
        return element.path if element is not None else ""

    @property
    def holder(self) -> str:
        """` in `Subject``: the element that it stands in, for messages."""
        element = self.problem.element
        return f" in `{element.qname}`" if element is not None else ""

    def say(
        self,
        about: Rule,
        message: str,
        *,
        label: str = "",
        help: tuple[str, ...] = (),
        fixes: tuple[Fix, ...] = (),
        labels: tuple[tuple[int, int, str], ...] = (),
        start: int | None = None,
        end: int | None = None,
    ) -> Diagnostic:
        return self.report.at(
            about, self.start if start is None else start, self.end if end is None else end,
            message, label=label, help=help or (about.how,), element=self.where, fixes=fixes,
            labels=labels,
        )  # fmt: skip


def _undefined_entity(at: _Breakage) -> Diagnostic:
    name = at.detail["entity"]
    char = characters.html_entity(name)
    if char is not None:
        numeric = f"&#{ord(char)};"
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


def _bare_ampersand(at: _Breakage) -> Diagnostic:
    reference = at.detail.get("reference")
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
    return at.say(
        rule.BARE_AMPERSAND, f"a bare `&`{at.holder}", label="write `&amp;`",
        fixes=at.report.fix("Write `&amp;`", (at.start, at.start + 1, "&amp;")),
    )  # fmt: skip


def _less_than(at: _Breakage) -> Diagnostic:
    where = (
        f" in the value of `{at.detail['attribute']}`" if "attribute" in at.detail else at.holder
    )
    return at.say(
        rule.LESS_THAN, f"a `<` that begins no tag{where}", label="write `&lt;`",
        fixes=at.report.fix("Write `&lt;`", (at.start, at.start + 1, "&lt;")),
    )  # fmt: skip


def _unclosed(at: _Breakage) -> Diagnostic:
    name, slash, insert = at.detail["name"], at.detail["slash"], at.detail["insert"]
    if slash is not None:
        first = at.problem.element
        labels = ((first.start, first.open_end, "opened here"),) if first is not None else ()
        return at.say(
            rule.UNCLOSED, f"`<{name}>` is opened a second time where it should be closed",
            label=f"expected `</{name}>`", labels=labels,
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
        fixes=at.report.fix(f"Add `</{name}>`", (insert, insert, f"</{name}>")),
    )  # fmt: skip


def _crossed(at: _Breakage) -> Diagnostic:
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
        fixes=at.report.fix(f"Write `</{opened}>`", (at.start, at.end, f"</{opened}>")),
    )  # fmt: skip


def _stray(at: _Breakage) -> Diagnostic:
    tag = at.detail["tag"]
    inside = at.detail.get("open")
    label = "nothing is open here" if inside is None else f"`<{inside}>` is open here, no `<{tag}>`"
    return at.say(
        rule.STRAY, f"`</{tag}>` closes nothing", label=label, help=("delete it, or add the start tag that it lacks",),
        fixes=at.report.fix("Delete it", (at.start, at.end, ""), safety=Safety.UNSAFE),
    )  # fmt: skip


def _unquoted(at: _Breakage) -> Diagnostic:
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


def _duplicate(at: _Breakage) -> Diagnostic:
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


def _outside(at: _Breakage) -> Diagnostic:
    place = at.detail["place"]
    line_end = at.written.find("\n")
    shown = at.end if line_end < 0 else at.start + len(at.written[:line_end].rstrip())
    helps = ["delete it, or put it inside the root element"]
    marks = not at.written.strip("\ufeff")
    if marks:
        return at.say(
            rule.OUTSIDE, "a second byte order mark stands before the document", label="delete it",
            help=("a program put one before a text that had one",),
            fixes=at.report.fix("Delete it", (at.start, at.end, "")),
        )  # fmt: skip
    if at.written.startswith(("HTTP/", "POST ", "PUT ", "GET ")):
        helps = ["these are the lines of an HTTP message: keep its body alone"]
    return at.say(
        rule.OUTSIDE, f"text stands {place} the document: {quoted(clip(at.written, 40))}",
        label="nothing but comments may stand here", end=shown, help=tuple(helps),
        fixes=at.report.fix("Delete it", (at.start, at.end, ""), safety=Safety.UNSAFE),
    )  # fmt: skip


def _second_root(at: _Breakage) -> Diagnostic:
    first = at.document.tree
    labels = ((first.start, first.name_end, "the first one"),) if first is not None else ()
    return at.say(
        rule.SECOND_ROOT, f"a second document begins here: `<{at.written}>`",
        label="a document has one root", labels=labels,
    )  # fmt: skip


def _bad_character(at: _Breakage) -> Diagnostic:
    if at.detail["reference"]:
        return at.say(
            rule.BAD_CHARACTER, f"`{clip(at.written)}` is no character that XML allows", label="not allowed",
            fixes=at.report.fix("Delete it", (at.start, at.end, ""), safety=Safety.UNSAFE),
        )  # fmt: skip
    count = at.end - at.start
    shown = f"U+{ord(at.written[0]):04X}"
    what = f"the character {shown}" if count == 1 else f"{count} characters such as {shown}"
    return at.say(
        rule.BAD_CHARACTER, f"XML does not allow {what}", label="not allowed, not even as a reference",
        fixes=at.report.fix("Delete it" if count == 1 else "Delete them", (at.start, at.end, ""), safety=Safety.UNSAFE),
    )  # fmt: skip


def _declaration(at: _Breakage) -> Diagnostic:
    encoding = at.document.source.decoding
    name = encoding.declared or ("UTF-16" if encoding.encoding.startswith("utf-16") else "UTF-8")
    right = f'<?xml version="1.0" encoding="{name}"?>'
    end = at.end if "\n" not in at.written else at.start + at.written.index("\n")
    return at.say(
        rule.DECLARATION, "the XML declaration is malformed", end=end, label=f"expected `{right}`",
        help=("its parts are version, encoding and standalone, in this order, with quotes, and `?>` at its end",),
        fixes=at.report.fix("Write it as it should be", (at.start, at.end, right)),
    )  # fmt: skip


def _late_declaration(at: _Breakage) -> Diagnostic:
    if at.detail["where"] != "before":
        return at.say(
            rule.LATE_DECLARATION, "an XML declaration stands inside the document",
            label="it may only stand at the very start", help=("delete it, and what belongs to a second document with it",),
            fixes=at.report.fix("Delete it", (at.start, at.end, ""), safety=Safety.UNSAFE),
        )  # fmt: skip
    before = at.text[: at.start]
    if before.startswith("<?xml"):
        return at.say(
            rule.LATE_DECLARATION, "a second XML declaration", label="the document has one already",
            help=("delete it",), fixes=at.report.fix("Delete it", (at.start, at.end, "")),
        )  # fmt: skip
    what = "white space stands" if not before.strip() else "something stands"
    fixes = at.report.fix("Delete what stands before it", (0, at.start, ""))
    if before.strip():
        fixes = at.report.fix("Move it to the start", (0, 0, at.written), (at.start, at.end, ""))
    return at.say(
        rule.LATE_DECLARATION, f"{what} before the XML declaration",
        label="the declaration has to be the very first thing", fixes=fixes,
    )  # fmt: skip


def _raw_html(at: _Breakage) -> Diagnostic:
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
        "malformed-tag": "is no attribute of XML",
    }
    breaks = at.text[first.start : first.end]
    reason = f"`{clip(breaks, 30)}` {reasons.get(first.kind, 'is no XML')}"
    more = at.detail["count"] - 1
    shown = at.start + min([len(breaks), 120, *([breaks.find("\n")] if "\n" in breaks else [])])
    raw = at.text[start:end]
    sections = "![cdata[" in raw.lower() or "]]>" in raw
    helps = [
        "encode all of it as text: `&lt;` for `<` and `&amp;` for `&`, or put it between `<![CDATA[` and `]]>`"
    ]
    if more:
        helps.append(f"{plural(more, 'further place')} in this content would break the XML too")
    fixes = at.report.fix("Encode the whole content", (start, end, encoded(raw)))
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


def _truncated(at: _Breakage) -> Diagnostic:
    if at.detail["inside"] == "tag":
        line = at.written.splitlines()[0] if at.written else ""
        return at.say(
            rule.TRUNCATED, f"the document ends inside the tag {quoted(clip(at.written, 40))}",
            label="the rest is missing", end=at.start + max(1, len(line)),
        )  # fmt: skip
    names = at.detail["open"]
    shown = ", ".join(f"`<{name}>`" for name in reversed(names[-4:]))
    return at.say(
        rule.TRUNCATED, f"the document ends inside `<{names[-1]}>`", label=f"still open: {shown}",
        labels=((*at.detail["opened_at"], "opened here"),),
    )  # fmt: skip


def _undeclared(at: _Breakage) -> Diagnostic:
    prefix = at.detail["prefix"]
    return at.say(
        rule.UNDECLARED, f"the prefix `{prefix}` is not declared",
        label=f"there is no `xmlns:{prefix}` in scope",
    )  # fmt: skip


def _comment(at: _Breakage) -> Diagnostic:
    start, end = at.detail["inside"]
    inner = at.text[start:end]
    mended = inner
    while "--" in mended:
        mended = mended.replace("--", "- -")
    if mended.endswith("-"):
        mended += " "
    return at.say(
        rule.COMMENT, "`--` stands inside a comment", label="allowed only at its end",
        end=min(at.end, end + 1),
        fixes=at.report.fix("Put a space between the hyphens", (start, end, mended)),
    )  # fmt: skip


def _section_end(at: _Breakage) -> Diagnostic:
    return at.say(
        rule.SECTION_END, f"`]]>` stands in the text{at.holder}", label="write `]]&gt;`",
        fixes=at.report.fix("Write `]]&gt;`", (at.start, at.end, "]]&gt;")),
    )  # fmt: skip


def _malformed(at: _Breakage) -> Diagnostic:
    what = at.detail["what"]
    if what == "no-end":
        insert = at.detail["insert"]
        end = at.end if "\n" not in at.written else at.start + at.written.index("\n")
        return at.say(
            rule.MALFORMED, f"the tag {quoted(clip(at.written, 40))} has no `>`", end=end, label="expected `>`",
            help=("add the `>`",), fixes=at.report.fix("Add the `>`", (insert, insert, ">")),
        )  # fmt: skip
    if what == "no-start":
        insert = at.detail["insert"]
        return at.say(
            rule.MALFORMED, f"the tag `{at.detail['name']}>` has lost its `<`", label="expected `<` before it",
            help=("add the `<`",), fixes=at.report.fix("Add the `<`", (insert, insert, "<")),
        )  # fmt: skip
    if what == "no-space":
        insert = at.detail["insert"]
        return at.say(
            rule.MALFORMED, "two attributes stand without a space between them", label="expected a space before it",
            help=("add a space",), fixes=at.report.fix("Add a space", (insert, insert, " ")),
        )  # fmt: skip
    if what == "instruction":
        return at.say(
            rule.MALFORMED,
            f"{quoted(clip(at.written, 40))} is no processing instruction",
            label="expected a name behind `<?`",
            help=("delete it",),
            fixes=at.report.fix("Delete it", (at.start, at.end, ""), safety=Safety.UNSAFE),
        )
    if what == "end-tag":
        expected = at.detail["expected"]
        fixes = (
            at.report.fix(f"Write `</{expected}>`", (at.start, at.end, f"</{expected}>"))
            if expected
            else ()
        )
        return at.say(
            rule.MALFORMED, f"{quoted(clip(at.written, 40))} is no end tag",
            label=f"expected `</{expected}>`" if expected else "", fixes=fixes,
            help=("an end tag holds the element's name alone",),
        )  # fmt: skip
    if what == "no-value":
        name = at.detail["name"]
        return at.say(
            rule.MALFORMED, f"the attribute `{name}` has no value", label=f'expected `{name}="…"`',
            help=("HTML allows this, XML does not",),
            fixes=at.report.fix(f'Write `{name}="{name}"`', (at.end, at.end, f'="{name}"'), safety=Safety.UNSAFE),
        )  # fmt: skip
    return at.say(
        rule.MALFORMED, f"{quoted(clip(at.written, 40))} is no attribute", label='expected `name="value"`',
        help=("delete it, or write it as an attribute",),
        fixes=at.report.fix("Delete it", (at.start, at.end, ""), safety=Safety.UNSAFE),
    )  # fmt: skip


def _unterminated(at: _Breakage) -> Diagnostic:
    opening, closing = at.detail["opening"], at.detail["closing"]
    what = {"<!--": "comment", "<![CDATA[": "CDATA section"}.get(opening, "processing instruction")
    return at.say(
        rule.UNTERMINATED, f"a {what} begins here and never ends", label=f"there is no `{closing}` for it",
        help=(f"add `{closing}` where it ends; what follows could not be read",),
    )  # fmt: skip


_WORDS: dict[str, Callable[[_Breakage], Diagnostic]] = {
    "undefined-entity": _undefined_entity,
    "bare-ampersand": _bare_ampersand,
    "unescaped-less-than": _less_than,
    "unclosed-element": _unclosed,
    "crossed-tags": _crossed,
    "stray-end-tag": _stray,
    "unquoted-attribute": _unquoted,
    "duplicate-attribute": _duplicate,
    "text-outside-root": _outside,
    "second-root": _second_root,
    "bad-character": _bad_character,
    "xml-declaration": _declaration,
    "late-xml-declaration": _late_declaration,
    "raw-html": _raw_html,
    "truncated": _truncated,
    "undeclared-prefix": _undeclared,
    "bad-comment": _comment,
    "malformed-tag": _malformed,
    "unterminated-section": _unterminated,
    "stray-section-end": _section_end,
}
