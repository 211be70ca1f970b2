"""Documents that were copied as string literals: of JSON, YAML, C, Java, JavaScript, Python, Ruby,
PHP, Perl, SQL, Visual Basic, or as a field of CSV.

Two ways to write a quote inside quotes are told apart: after a backslash, and twice.  A literal may
be cut into several, with an operator or a statement between them.  Where a program puts a
variable between them, the document cannot be got.
"""

from __future__ import annotations

import json
import re

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.wrappings import escapes
from ctct_migrate.reader.wrappings.document_roots import (
    AFTER_LESS_THAN,
    end_of_document,
    is_alone,
    root_name,
)
from ctct_migrate.reader.wrappings.pieces import Pieces
from ctct_migrate.reader.wrappings.wrapping import Choice, Wrapping
from ctct_migrate.source import Source

_TITLE = "Take the document out of the literal"

#: A quote and the document's first tag.
_OPENING = late_compile(
    rf"""(?P<quote>\"{{3}}|'{{3}}|["'`])(?:\s|\\[nrt]|\\\n|\ufeff)*+"""
    rf"""(?:<|\\u003[cC]|\\x3[cC])(?={AFTER_LESS_THAN})"""
)
#: What stands between two literals that belong together.
_NEW_LINE = r"vb(?:CrLf|NewLine|Lf)\b|Environment\.NewLine|PHP_EOL|os\.linesep"
_GLUE = late_compile(rf"(?:[\s+.&,|_\\]|//[^\n]*+\n|{_NEW_LINE})*+[bBuUfFrR@$]{{0,2}}(?=[\"'`])")
_STATEMENT = late_compile(
    r"\)?+\s*+;?+\s*+(?:[$@\w.\[\]>:-]{1,80}+\s*+(?:\+=|\.=|&=|<<|\(|=)\s*+|(?:echo|print|puts)\s++)"
    r"[^\"'`\n<]{0,40}?(?=[\"'`])"
)
_EXPRESSION = late_compile(r"\s*+[+.&|,][^\"'`;<>]{1,200}?[+.&|,]\s*+(?=[\"'`])")
_NEW_LINES = late_compile(_NEW_LINE)

#: What may stand around a literal and be of no use without it.
_ASSIGNMENT = late_compile(
    r"\s*+(?:[\w.$@<>\[\]*&:-]{1,60}+\s*+){0,6}+(?::=|[:.+]?=>?)?+\s*+\(?+\s*+[bBuUfFrR@$]{0,2}"
)
_AFTERWARDS = late_compile(r"[\s;,)]*+")
_KEY = late_compile(r"""["']?([\w.$-]{1,60})["']?\s*+(?:=>|[:=])\s*+[bBuUrR@$]{0,2}\Z""")
_YAML_KEY = late_compile(r"(?:^|\n)[ \t-]*+[\w.-]++:[ \t]*+\Z")
_YAML_LINE = late_compile(r"(?:[ \t-]*+[\w.][\w.-]*+:(?:[ \t][^\n]*+)?|[ \t]*+[-#][^\n]*+|\s*+)")

_TOKEN = late_compile(r'\\.|"', re.S)


@dataclass(slots=True)
class _Literal:
    """A literal that was read: where its inside ends, where it ends with its quote, and how much
    of it is certain."""

    end: int
    after: int
    certain: bool = True
    has_values: bool = False


def find(source: Source) -> Wrapping | None:
    """The literal that a document was copied as, or None."""
    opening = _OPENING.search(source.text)
    if opening is None:
        return None
    if _is_escaped(source.text, opening.start()):
        return _outer(source, opening.start())
    quote = opening["quote"]
    inside = opening.start() + len(quote)
    before = source.text[: opening.start()]
    yaml = _is_yaml(before)
    pieces = Pieces(source)
    literal, kind = _read(pieces, quote, inside, raw=before[-1:] in ("r", "R"), yaml=yaml)
    end = _bare_end(source.text, opening.end() - 1, literal, pieces)
    if end is not None:  # the quotes inside are as they were
        pieces, kind = Pieces(source), "string-literal"
        pieces.copy(opening.end() - 1, end)
        closed = source.text.startswith(quote, end)
        literal = _Literal(end, end + len(quote) if closed else end)
    if root_name(pieces.data.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")) is None:
        return None
    return _wrapping(source, pieces, opening, literal, kind, yaml=yaml)


def _wrapping(
    source: Source,
    pieces: Pieces,
    opening: re.Match[str],
    literal: _Literal,
    kind: str,
    *,
    yaml: bool,
) -> Wrapping:
    text, start = source.text, opening.start()
    before, after = text[:start], text[literal.after :]
    what = _LITERALS[kind]
    exact = literal.certain and literal.after > literal.end
    size = _json_size(text)
    key = _KEY.search(before[-200:])
    if size is not None:
        exact = exact and size == 1
        if before.strip():
            kind = "document-in-json"
            what = (
                f"JSON, with the document in `{key[1]}`" if key else "JSON, with the document in it"
            )
        else:
            what = "a JSON string"
    elif yaml:
        kind, what = "document-in-yaml", f"YAML, with the document in `{key[1] if key else ''}`"
        exact = exact and (
            "http_interactions:" in before[:200] or not (before.count("\n") or after.strip())
        )
    elif not (_ASSIGNMENT.fullmatch(before) and _AFTERWARDS.fullmatch(after)):
        exact = False
    note = ""
    if literal.has_values:
        note = "the program puts values into it: run it, and save what it sends"
    elif not is_alone(text, start, literal.after):
        note = "there is more than one document in it: put each into a file of its own"
    choices = () if note else (Choice(_TITLE, pieces),)
    return Wrapping(kind, what, start, opening.end(), choices, exact, note)


_LITERALS = {
    "string-literal": "a string literal of a program",
    "doubled-quotes": "a string literal with its quotes doubled",
}


def _is_escaped(text: str, at: int) -> bool:
    """Whether an odd number of backslashes stands before `at`."""
    start = at
    while start and text[start - 1] == "\\":
        start -= 1
    return (at - start) % 2 == 1


def _outer(source: Source, at: int) -> Wrapping | None:
    """A literal within a literal: the outer one, which reads as something that is wrapped itself."""
    text = source.text
    quotes = [match.start() for match in _TOKEN.finditer(text) if match[0] == '"']
    for start, end in zip(quotes[::2], quotes[1::2], strict=False):
        if start < at < end:
            pieces = Pieces(source)
            certain = escapes.decode(pieces, start + 1, end)
            certain = certain and not text[:start].strip() and not text[end + 1 :].strip()
            choices = (Choice(_TITLE, pieces),)
            what = _LITERALS["string-literal"]
            return Wrapping("string-literal", what, start, start + 1, choices, certain)
    return None


def _read(pieces: Pieces, quote: str, at: int, *, raw: bool, yaml: bool) -> tuple[_Literal, str]:
    """Reads a literal, and those that belong to it, from after its opening quote; and its kind."""
    text = pieces.text
    doubled = _is_doubled(text, at, quote)
    kind = "doubled-quotes" if doubled and len(quote) == 1 else "string-literal"
    literal = _one(pieces, quote, at, doubled=doubled, raw=raw, yaml=yaml)
    while literal.after > literal.end and not yaml:
        glue = _GLUE.match(text, literal.after) or _STATEMENT.match(text, literal.after)
        if glue is None:
            glue = _EXPRESSION.match(text, literal.after)
            if glue is None:
                break
            literal.has_values = True
        if "," in glue[0] and _OPENING.match(text, glue.end()):
            break  # another document
        for match in _NEW_LINES.finditer(text, *glue.span()):
            pieces.put("\n", *match.span())
        following = text[glue.end()]
        doubled = doubled and following == quote
        more = _one(pieces, following, glue.end() + 1, doubled=doubled, raw=raw, yaml=False)
        literal = _Literal(
            more.end, more.after, literal.certain and more.certain, literal.has_values
        )
    return literal, kind


def _is_doubled(text: str, at: int, quote: str) -> bool:
    """Whether the first quote in a literal is written twice."""
    first = text.find(quote, at)
    if len(quote) > 1 or first < 0 or text[first - 1] == "\\":
        return False
    return text.startswith(quote, first + 1) and first > at


def _one(pieces: Pieces, quote: str, at: int, *, doubled: bool, raw: bool, yaml: bool) -> _Literal:
    text = pieces.text
    if doubled or (yaml and quote == "'"):
        return _doubled(pieces, quote, at, yaml=yaml)
    end = text.find(quote, at)
    while end >= 0 and not raw and _is_escaped(text, end):
        end = text.find(quote, end + 1)
    if end < 0:
        end = len(text.rstrip())
        after = end
    else:
        after = end + len(quote)
    if raw:
        pieces.copy(at, end)
        return _Literal(end, after)
    return _Literal(end, after, escapes.decode(pieces, at, end, yaml=yaml))


def _doubled(pieces: Pieces, quote: str, at: int, *, yaml: bool) -> _Literal:
    """A literal in which a quote is written twice."""
    text = pieces.text
    copy = escapes.fold_lines if yaml else Pieces.copy
    while True:
        end = text.find(quote, at)
        if end < 0:
            end = max(at, len(text.rstrip()))
            copy(pieces, at, end)
            return _Literal(end, end)
        copy(pieces, at, end)
        if not text.startswith(quote, end + 1):
            return _Literal(end, end + 1)
        pieces.put(quote, end, end + 2)
        at = end + 2


def _bare_end(text: str, start: int, literal: _Literal, pieces: Pieces) -> int | None:
    """Where the document ends, if its quotes are neither doubled nor escaped, so that what was read
    as a literal ends too early."""
    if not text.startswith("<", start) or literal.after == literal.end:
        return None
    read = pieces.data.decode("utf-8", "replace").lstrip()
    if end_of_document(read, 0) is not None:
        return None
    end = end_of_document(text, start)
    return end if end is not None and end > literal.after else None


def _is_yaml(before: str) -> bool:
    """Whether what stands before a literal is YAML, up to the key that it is the value of."""
    if not _YAML_KEY.search(before[-200:]) or "{" in before[:2]:
        return False
    return all(_YAML_LINE.fullmatch(line) for line in before.split("\n")[:20])


def _json_size(text: str) -> int | None:
    """How many properties or items stand beside each other in a JSON text, or in what it holds;
    None for what is not JSON."""
    if text.lstrip()[:1] not in ("{", "[", '"'):
        return None
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    most = 1
    while isinstance(value, dict | list):
        most = max(most, len(value))
        inner = value.values() if isinstance(value, dict) else value
        value = next((item for item in inner if isinstance(item, dict | list)), None)
    return most


# -- without the quotes around it -----------------------------------------------------------------

_ESCAPED_QUOTES = late_compile(r"""(?<!\\)\\++(?=["'])""")
_LINE_END_ESCAPED = late_compile(r"<[^<>]*+>(?:\\[nrt]|\s)*\\n(?:\\[nrt]|\s)*+<")
_RUNS = {'"': late_compile('"+'), "'": late_compile("'+")}

#: Characters at the beginning in which the habit shows.
_SHOWN = 1 << 14


def find_bare(source: Source) -> Wrapping | None:
    """The inside of a literal that was copied without the quotes around it, or None.  The text
    begins as a document does; the first quotes of their kind in it show the habit, or the end
    of its first tag."""
    text = source.text
    start = len(text) - len(text.lstrip("\ufeff \t\r\n"))
    for quote in "\"'":
        first = text.find(quote, start, start + _SHOWN)
        if first < 0:
            continue
        if text[first - 1] == "\\":
            escaped = sum(text[m.end()] == quote for m in _ESCAPED_QUOTES.finditer(text))
            plain = text.count(quote) - escaped
            if plain < escaped:
                return _unescaped(source, start, first - 1, certain=not plain)
        if text[first - 1 : first + 2] == f"={quote}{quote}" and text[first + 2 : first + 3] != " ":
            found = _written_twice(source, start, first, quote)
            if found is not None:
                return found
    if match := _LINE_END_ESCAPED.match(text, start):
        return _unescaped(source, start, start + match[0].index("\\"))
    return None


def _unescaped(source: Source, start: int, at: int, *, certain: bool = True) -> Wrapping:
    pieces = Pieces(source)
    certain = escapes.decode(pieces, start, len(source.text)) and certain
    choices = (Choice("Take the backslashes away", pieces),)
    what = _LITERALS["string-literal"]
    return Wrapping("string-literal", what, at, at + 2, choices, certain)


def _written_twice(source: Source, start: int, first: int, quote: str) -> Wrapping | None:
    text = source.text
    runs = list(_RUNS[quote].finditer(text, start))
    odd = sum(len(run[0]) % 2 for run in runs)  # somebody's mistake, or text
    if odd * 2 > len(runs) or len(runs) < 2:
        return None
    pieces, at = Pieces(source), start
    for run in runs:
        pieces.copy(at, run.start())
        pieces.put(quote * ((len(run[0]) + 1) // 2), *run.span())
        at = run.end()
    pieces.copy(at, len(text))
    choices = (Choice("Write each quote once", pieces),)
    what = _LITERALS["doubled-quotes"]
    return Wrapping("doubled-quotes", what, first, first + 2, choices, not odd)
