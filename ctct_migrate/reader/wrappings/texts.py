"""Documents that stand as they are, or encoded as markup, in a text: a page, a mail in Markdown,
another XML document, a block of YAML, a here-document, a dump of a program's variables.
"""

from __future__ import annotations

import re

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.characters import resolve
from ctct_migrate.reader.wrappings.document_roots import (
    AFTER_LESS_THAN,
    BEGINNING,
    ROOTS,
    end_of_document,
    is_alone,
)
from ctct_migrate.reader.wrappings.pieces import Pieces
from ctct_migrate.reader.wrappings.wrapping import Choice, Wrapping
from ctct_migrate.source import Source

_TITLE = "Keep the document alone"
_SEVERAL = "there is more than one document in it: put each into a file of its own"

_FENCE = late_compile(r"(?m)^[ \t>]*+(`{3,}+|~{3,}+)[^\n]*+\n")
_HEREDOC = late_compile(r"<<(<|[~-])?[ \t]*+([\"']?)([A-Za-z_]\w*)\2[^\n]*+\n")
_BLOCK = late_compile(r"(?m)^([ \t-]*+)[\w.\"'-]++:[ \t]*+([|>])[-+\d]*+[ \t]*+\r?\n")
_DUMP = late_compile(
    r"(?P<php>\s*+(?:Array\s*+\(|array\(\d++\)\s*+\{|(?:object\()?[\w\\]++(?: Object\s*+\(|\)#\d++)|string\(\d++\) \"))"
    r"|(?P<perl>\s*+\$VAR1 = )|(?P<ruby>\s*+#<[A-Z])"
)
_FIRST_TAG = late_compile(r"\s*+<(?![?!])([^\s<>/]{1,80})")
_ENCODED = late_compile(rf"&(?:lt|#60|#[xX]3[cC]);(?={AFTER_LESS_THAN})")
_REFERENCE_OR_TAG = late_compile(
    r"&(?:lt|gt|amp|quot|apos|nbsp|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});|<[^<>]*+>"
)
_ENCODED_END = late_compile(
    rf"&lt;(?:<[^<>]*+>)*+/(?:<[^<>]*+>)*+(?:\w{{1,20}}:)?(?:{'|'.join(ROOTS)})(?![\w.-])"
)
_GREATER = late_compile(r"(?:\s|<[^<>]*+>)*+(?:&gt;|>)")
_PROLOG = late_compile(r"\ufeff?(?:\s++|<\?[^<]*?\?>|<!--.*?-->|<![A-Za-z][^<>]*+>)*+", re.S)
_CDATA = late_compile(rf"<!\[CDATA\[\s*+(?=<{AFTER_LESS_THAN})")


def find(source: Source) -> Wrapping | None:
    """The text that a document stands in as it is, or None."""
    first = BEGINNING.search(source.text)
    if first is None:
        return None
    for attempt in (_fenced, _in_block, _in_heredoc, _dumped):
        found = attempt(source, first.start())
        if found is not None:
            return found
    return None


def _last(pattern: re.Pattern[str], text: str, end: int) -> re.Match[str] | None:
    """The last match of a pattern before an index."""
    found = None
    for match in pattern.finditer(text, 0, end):
        found = match
    return found


def _fenced(source: Source, start: int) -> Wrapping | None:
    text = source.text
    fence = None
    for match in _FENCE.finditer(text, 0, start):
        fence = None if fence is not None and match[1][0] == fence[1][0] else match
    if fence is None or text[fence.end() : start].strip():
        return None
    end = text.find(f"\n{fence[1]}", start)
    pieces = Pieces(source)
    pieces.copy(start, len(text) if end < 0 else end + 1)
    after = "" if end < 0 else text[end + 1 + len(fence[1]) :]
    exact = end >= 0 and not text[: fence.start()].strip() and not after.strip()
    note = "" if is_alone(text, start, end if end >= 0 else len(text)) else _SEVERAL
    return _wrapping(
        "a block of Markdown", fence.start(), fence.end() - 1, pieces, note, exact=exact
    )


def _wrapping(
    what: str, start: int, end: int, pieces: Pieces, note: str = "", *, exact: bool,
    kind: str = "document-in-text", title: str = _TITLE,
) -> Wrapping:  # fmt: skip
    choices = () if note else (Choice(title, pieces),)
    return Wrapping(kind, what, start, end, choices, exact, note)


def _in_block(source: Source, start: int) -> Wrapping | None:
    """A block scalar of YAML (YAML 1.2, 8.1): its lines are indented as the first one is."""
    text = source.text
    block = _last(_BLOCK, text, start)
    if block is None or text[block.end() : start].strip():
        return None
    line = max(text.rfind("\n", 0, start) + 1, block.end())
    width = start - line
    pieces, at = Pieces(source), line
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        if text[at:end].strip() and text[at : at + width].strip(" "):
            break
        pieces.copy(min(at + width, end) if text[at:end].strip() else at, end)
        at = end
    keys = text[: block.start()]
    exact = block[2] == "|" and (
        "http_interactions:" in keys[:200] or not (keys.strip("-\n ") or text[at:].strip())
    )
    note = "" if is_alone(text, start, at) else _SEVERAL
    end = block.end() - 1
    begin = block.start() + len(block[1])
    what = "YAML, with the document in a block of text"
    return _wrapping(what, begin, end, pieces, note, exact=exact, kind="document-in-yaml")


def _in_heredoc(source: Source, start: int) -> Wrapping | None:
    text = source.text
    opening = _last(_HEREDOC, text, start)
    if opening is None or text[opening.end() : start].strip():
        return None
    closing = re.compile(rf"(?m)^[ \t]*+{opening[3]}\b").search(text, start)
    end = closing.start() if closing else len(text)
    pieces = Pieces(source)
    pieces.copy(start, end)
    after = text[closing.end() :].strip(" \r\n\t;)") if closing else ""
    before = text[: opening.start()]
    exact = closing is not None and not after and "\n" not in before.strip()
    note = "" if is_alone(text, start, end) else _SEVERAL
    return _wrapping(
        "a here-document of a program", opening.start(), opening.end() - 1, pieces, note,
        exact=exact, kind="string-literal",
    )  # fmt: skip


def _dumped(source: Source, start: int) -> Wrapping | None:
    """A document in what a program prints of its variables."""
    text = source.text
    match = _DUMP.match(text)
    if match is None or match["perl"] or (end := end_of_document(text, start)) is None:
        return None
    if not is_alone(text, start, end):
        end = start
    pieces = Pieces(source)
    pieces.copy(start, end)
    language = "Ruby" if match["ruby"] else "PHP"
    begin = len(text) - len(text.lstrip())
    line = len(text[: text.find("\n", begin)].rstrip()) if "\n" in text[begin:] else len(text)
    note = "" if end > start else _SEVERAL
    return _wrapping(
        f"what {language} prints of a variable", begin, min(line, begin + 60), pieces, note,
        exact=False, kind="dumped-object",
    )  # fmt: skip


def find_in_markup(source: Source) -> Wrapping | None:
    """A document that is encoded as text in a page, or in another XML document; or None."""
    text = source.text
    if (match := _CDATA.search(text)) is not None:
        end = text.find("]]>", match.end())
        pieces = Pieces(source)
        pieces.copy(match.end(), len(text) if end < 0 else end)
        alone = not text[: match.start()].strip() and not text[end + 3 :].strip()
        around = _root_of(text)
        what = f"the text of `{around}`" if around else "a CDATA section"
        note = "" if is_alone(text, match.end(), max(end, match.end())) else _SEVERAL
        return _wrapping(what, match.start(), match.start() + 9, pieces, note, exact=end >= 0 and (alone or around is not None))  # fmt: skip
    match = _ENCODED.search(text)
    if match is None or not text.lstrip().startswith("<"):
        return None
    start = match.start()
    closing = -1
    for root in _ENCODED_END.finditer(text, start):
        closing = root.end()
    end = -1
    if closing >= 0:
        gone = _GREATER.match(text, closing)
        end = gone.end() if gone else -1
    if end < 0:
        return None
    pieces, at, highlighted = Pieces(source), start, False
    for part in _REFERENCE_OR_TAG.finditer(text, start, end):
        pieces.copy(at, part.start())
        at = part.end()
        if part[0][0] == "&":
            pieces.put(" " if part[0] == "&nbsp;" else resolve(part[0]), *part.span())
        else:
            highlighted = True  # `<span>` of a highlighter, `<br>` of a page
            if part[0][1:3].lower() == "br":
                pieces.put("\n", *part.span())
    pieces.copy(at, end)
    around = _root_of(text) or ""
    what = "an HTML page that shows it" if around.lower() in _PAGE else f"the text of `{around}`"
    encoded = len(_ENCODED.findall(text, 0, start)) + len(_ENCODED.findall(text, end))
    note = _SEVERAL if encoded else ""
    return _wrapping(
        what, start, match.end(), pieces, note, exact=not highlighted, title="Keep the document alone, decoded"
    )  # fmt: skip


_PAGE = frozenset(
    {
        "html",
        "head",
        "body",
        "pre",
        "div",
        "p",
        "code",
        "textarea",
        "table",
        "h1",
        "title",
        "center",
        "span",
    }
)


def _root_of(text: str) -> str | None:
    prolog = _PROLOG.match(text)
    match = _FIRST_TAG.match(text, prolog.end() if prolog else 0)
    return match[1] if match else None
