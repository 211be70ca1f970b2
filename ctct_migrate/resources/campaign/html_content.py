"""CT501 to CT504: what stands in EmailContent and EmailTextContent.

Looks at contents that are there; that one is missing is a matter of `required`, that its markup
breaks the XML one of `wellformed`.  What a whole HTML document is stands in the v2 JSON Schema.
Of what XSD and JSON Schema let pass, `plain` refuses what has no wrapper and what is encoded twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.payload import Shape
from ctct_migrate.reader.locating import ASIDE
from ctct_migrate.resources.campaign import encoded_content
from ctct_migrate.rules.content.content_places import ElementContent, decode_once, decoded_once
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.edits import EditText, is_empty, rename
from ctct_migrate.rules.phrases import clip, listing, plural, quoted
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.v2.target import V2

_CONTENT = "reference, v1-atom, EmailContent and EmailTextContent"

NOT_WHOLE = Rule(
    "CT501", "not-whole-html", Severity.ERROR,
    summary="EmailContent is not a whole HTML document",
    why="Both servers want a document with `html` and, in it, `body`, both opened and closed. v2 answers a fragment with `json.regex.mismatch.email_content`.",
    bad="<EmailContent>Test Email</EmailContent>",
    good="<EmailContent>&lt;html&gt;&lt;body&gt;Test Email&lt;/body&gt;&lt;/html&gt;</EmailContent>",
    how="Write `<html><body>` before it and `</body></html>` after it, encoded like the rest.",
    fact=f"{_CONTENT}; reference, v2-contract, Campaign: email_content",
)  # fmt: skip
TEXT_WRAPPER = Rule(
    "CT502", "text-wrapper", Severity.ERROR,
    summary="EmailTextContent without its Text wrapper",
    why="The text version stands in `<Text>…</Text>`, encoded or as an element. v1 refused it bare.",
    bad="<EmailTextContent>Hello</EmailTextContent>",
    good="<EmailTextContent>&lt;Text&gt;Hello&lt;/Text&gt;</EmailTextContent>",
    how="Write `<Text>` before all of it and `</Text>` after it, with nothing outside.",
    fact=_CONTENT,
)  # fmt: skip
TWICE = Rule(
    "CT503", "doubly-encoded", Severity.ERROR,
    summary="Content that is encoded twice",
    why="It was escaped by hand and then again by an XML library. Decoded once it is still no markup: readers of the e-mail would see the tags as text.",
    bad="<EmailContent>&amp;lt;html&amp;gt;&amp;lt;body&amp;gt;Hi&amp;lt;/body&amp;gt;&amp;lt;/html&amp;gt;</EmailContent>",
    good="<EmailContent>&lt;html&gt;&lt;body&gt;Hi&lt;/body&gt;&lt;/html&gt;</EmailContent>",
    how="Encode the content once: give it to the XML library as it is.",
    fact=_CONTENT,
)  # fmt: skip

RULES = (NOT_WHOLE, TEXT_WRAPPER, TWICE, *encoded_content.RULES)

#: Characters of a content's beginning that are pointed at, at most.
_BEGINNING = 40

#: The tags that make a document whole; as in the schema's pattern, but for `<` in attributes,
#: which would make it slow on hostile text.  The schema decides, this only tells tags apart.
_TAG = late_compile(r"<(/?)(html|body)(?:\s[^<>]*+)?>", re.I)
_SPACED_END = late_compile(r"</(?:html|body)(\s++)>", re.I)
_HEAD_END = late_compile(r"</head\s*+>", re.I)
_DOCTYPE = late_compile(r"\s*+<!DOCTYPE[^<>]*+>\s*+", re.I)

_FIRST_TAG = late_compile(r"<[^<>]*+>")

#: EmailTextContent as it should be, and with a wrapper in the wrong letter case.
_WRAPPED = late_compile(r"\s*+<Text(?:/|\s[^<>]*+)?(?:(?<=/)>|>.*</Text\s*+>)\s*+", re.S)
_OPENED = late_compile(r"\s*+<(Text)(?:\s[^<>]*+)?>", re.I)
_CLOSED = late_compile(r"</(Text)\s*+>\s*+\Z", re.I)
_EMPTY = late_compile(r"\s*+<Text(?:/|\s[^<>]*+)?(?:(?<=/)>|>\s*+</Text\s*+>)\s*+", re.I)


def check(context: Context) -> Iterator[Diagnostic]:
    """What is wrong with the contents of an entry's campaign."""
    if context.resource != "Campaign":
        return
    html = None if _is_written_whole(context) else _content(context, "EmailContent")
    if html is not None:
        yield from _check_html(context, html)
    text = _content(context, "EmailTextContent")
    if text is not None:
        yield from _check_text(context, text)
    yield from encoded_content.check(context)


def _is_written_whole(context: Context) -> bool:
    """Whether EmailContent stands there as elements, whose tags as they are written make a whole
    document; sooner than by reading them."""
    element = context.field("EmailContent")
    if element is None or not element.has_elements or context.document.root is None:
        return False
    written = context.source.text[element.open_end : element.close_start]
    return is_whole(ASIDE.sub("", written) if "<!" in written or "<?" in written else written)


def _content(context: Context, name: str) -> ElementContent | None:
    """The content of the payload's child `name`; None where it is missing, empty, or reported to break
    the XML."""
    element = context.field(name)
    if element is None or is_empty(element) or not element.closed:
        return None
    reported = any(
        problem.kind == "raw-html" and problem.element is element
        for problem in context.document.problems
    )
    return None if reported else ElementContent(context.source.text, element)


def says_nothing(context: Context, name: str) -> bool:
    """Whether the payload's child `name`, which is there, holds no text: nothing at all, or a
    wrapper with nothing in it."""
    element = context.field(name)
    if element is None or is_empty(element):
        return True
    if name != "EmailTextContent":
        return False
    return _EMPTY.fullmatch(ElementContent(context.source.text, element).value) is not None


def is_whole(html: str) -> bool:
    """Whether `html` is a whole HTML document, as the v2 JSON Schema has it."""
    return V2.contract.fits_pattern("campaign", "/email_content", html)


# -- EmailContent -------------------------------------------------------------------------------


def _check_html(context: Context, content: ElementContent) -> Iterator[Diagnostic]:
    value = content.value
    if is_whole(value):
        return
    if not content.has_markup and is_whole(decoded_once(value)):
        yield _twice(context, content)
        return
    if not content.has_markup and is_whole(_closed_up(value)):
        yield _spaced(context, content)
        return
    yield context.report.at(
        NOT_WHOLE, *_beginning(content), f"{_subject(content)} is not a whole HTML document: {_lack(value)}",
        label="expected `<html>` and, in it, `<body>`, both closed at the end", help=(NOT_WHOLE.how,),
        element=context.path(content.element), fixes=_completion(context, content),
    )  # fmt: skip


def _closed_up(value: str) -> str:
    return _SPACED_END.sub(lambda match: match[0].replace(match[1], ""), value)


def _spaced(context: Context, content: ElementContent) -> Diagnostic:
    """`</body >` is right in HTML; v2 looks for `</body>`, letter for letter."""
    found = list(_SPACED_END.finditer(content.value))
    first, last = found[0], found[-1]
    edits = [(content.place(m.start(1)), content.place(m.end(1)), "") for m in found]
    right = last[0].replace(last[1], "")
    more = [f"{plural(len(found) - 1, 'more end tag')} like this"] if len(found) > 1 else []
    return context.report.at(
        NOT_WHOLE, *content.span(first.start(), first.end()), f"{quoted(first[0])} has white space before its `>`",
        label=f"expected `{first[0].replace(first[1], '')}`",
        help=(f"{TARGETS[context.target].title} looks for `{right}`, and takes nothing else for it", *more),
        element=context.path(content.element), fixes=context.report.fix("Close it up", *edits),
    )  # fmt: skip


def _subject(content: ElementContent) -> str:
    """What the message speaks of: the text itself where it is short."""
    text = content.value.strip()
    short = len(text) <= _BEGINNING and not content.has_markup
    return quoted(text) if short else f"`{content.element.name}`"


def _beginning(content: ElementContent) -> tuple[int, int]:
    """Where the first tag of a content stands, or its first words."""
    value = content.value
    start = len(value) - len(value.lstrip())
    line = value[start : start + _BEGINNING].split("\n")[0].rstrip()
    tag = _FIRST_TAG.match(line)
    return content.span(start, start + (tag.end() if tag else len(line)))


@dataclass(frozen=True, slots=True)
class _Tags:
    """Which of the four tags a content has, in the places where they count: the first start tags
    and the last end tags."""

    html: re.Match[str] | None
    body: re.Match[str] | None
    body_end: re.Match[str] | None
    html_end: re.Match[str] | None


def _tags(value: str) -> _Tags:
    first: dict[str, re.Match[str]] = {}
    last: dict[str, re.Match[str]] = {}
    for match in _TAG.finditer(value):
        if match[1]:
            last[match[2].lower()] = match
        else:
            first.setdefault(match[2].lower(), match)
    return _Tags(first.get("html"), first.get("body"), last.get("body"), last.get("html"))


def _lack(value: str) -> str:
    """What of a whole document is missing."""
    tags = _tags(value)
    lacking = []
    for name, start, end in (
        ("html", tags.html, tags.html_end),
        ("body", tags.body, tags.body_end),
    ):
        if start is None:
            lacking.append(f"`<{name}>`")
        elif end is None:
            lacking.append(f"`</{name}>`")
    if not lacking:
        return "its `<html>` and `<body>` do not stand in one another"
    return f"{listing(lacking)} {'is' if len(lacking) == 1 else 'are'} missing"


def _completion(context: Context, content: ElementContent) -> tuple[Fix, ...]:
    """A guess: the tags that are missing, around what is there."""
    added = _additions(content.value)
    if not is_whole(_with(content.value, added)):
        return ()
    edits: list[EditText]
    if content.has_markup:
        # Tags of elements, which have to be put around all of it, whatever stands inside.
        if len(added) != 2 or _tags(content.value).html is not None:
            return ()
        element = content.element
        (_, opening), (_, closing) = added
        edits = [
            (element.open_end, element.open_end, opening),
            (element.close_start, element.close_start, closing),
        ]
    else:
        end = len(content.value.rstrip())
        edits = [content.insert(at, tags, behind=at == end) for at, tags in added]
    title = "Write " + " and ".join(f"`{tags}`" for _, tags in added)
    return context.report.fix(title, *edits, safety=Safety.UNSAFE)


def _additions(value: str) -> list[tuple[int, str]]:
    """What to put in to make a whole document of `value`, and where."""
    tags = _tags(value)
    doctype = _DOCTYPE.match(value)
    start = doctype.end() if doctype else len(value) - len(value.lstrip())
    end = len(value.rstrip())
    head = _HEAD_END.search(value)
    inside = head.end() if head else tags.html.end() if tags.html else start
    before_end = tags.html_end.start() if tags.html_end else end
    wanted = [
        (tags.html, start, "<html>"),
        (tags.body, inside, "<body>"),
        (tags.body_end, before_end, "</body>"),
        (tags.html_end, end, "</html>"),
    ]
    added: list[tuple[int, str]] = []
    for found, at, tag in wanted:
        if found is not None:
            continue
        if added and added[-1][0] == at and (added[-1][1][1] == "/") == (tag[1] == "/"):
            added[-1] = at, added[-1][1] + tag
        else:
            added.append((at, tag))
    return sorted(added, key=lambda each: each[0])


def _with(value: str, added: list[tuple[int, str]]) -> str:
    for at, tags in reversed(added):
        value = value[:at] + tags + value[at:]
    return value


# -- EmailTextContent ---------------------------------------------------------------------------


def _check_text(context: Context, content: ElementContent) -> Iterator[Diagnostic]:
    value = content.value
    if _WRAPPED.fullmatch(value) or _EMPTY.fullmatch(value):
        if not _WRAPPED.fullmatch(value):
            yield _wrong_case(context, content)
        return
    if not content.has_markup and _WRAPPED.fullmatch(decoded_once(value)):
        yield _twice(context, content)
        return
    opened, closed = _OPENED.match(value), _CLOSED.search(value)
    if opened and closed:
        yield _wrong_case(context, content)
    elif opened and not content.has_markup and "</text" not in value.lower():
        end = len(value.rstrip())
        yield _wrapper(
            context, content, "the `<Text>` of the text version is never closed", "expected `</Text>` at its end",
            content.span(opened.start(1) - 1, opened.end()), content.insert(end, "</Text>", behind=True),
        )  # fmt: skip
    elif opened or closed:
        yield _wrapper(
            context, content, "part of the text version stands outside `<Text>`",
            "expected `<Text>` around all of it", _beginning(content),
        )  # fmt: skip
    else:
        yield _unwrapped(context, content)


def _wrapper(
    context: Context, content: ElementContent, message: str, label: str, span: tuple[int, int],
    *edits: EditText, title: str = "Close it",
) -> Diagnostic:  # fmt: skip
    """CT502.  A record is made from what is there, with a wrapper or without."""
    record = context.shape is Shape.RECORD
    return context.report.at(
        TEXT_WRAPPER, *span, message, label=label, help=(TEXT_WRAPPER.how,), element=context.path(content.element),
        fixes=context.report.fix(title, *edits) if edits else (),
        severity=Severity.WARNING if record else None,
    )  # fmt: skip


def _unwrapped(context: Context, content: ElementContent) -> Diagnostic:
    """The text stands there bare: a real element around it fits every form."""
    element = content.element
    qname = f"{element.prefix}:Text" if element.prefix else "Text"
    around = (
        (element.open_end, element.open_end, f"<{qname}>"),
        (element.close_start, element.close_start, f"</{qname}>"),
    )
    return _wrapper(
        context, content, f"{quoted(clip(content.value, _BEGINNING))} stands in `EmailTextContent` without `<Text>`",
        "expected `<Text>` around it", _beginning(content), *around, title="Put it into `<Text>`",
    )  # fmt: skip


def _wrong_case(context: Context, content: ElementContent) -> Diagnostic:
    """`<text>…</text>`: the server was case-sensitive about names."""
    value = content.value
    inner = content.element.elements
    if inner:
        wrapper = inner[0]
        span, edits = (wrapper.name_start, wrapper.name_end), rename(context, wrapper, "Text")
        written = wrapper.name
    else:
        found = [m for m in (_OPENED.match(value), _CLOSED.search(value)) if m is not None]
        if not found:  # `<text/>`
            at = value.lower().index("<text") + 1
            places = [(at, at + 4)]
        else:
            places = [match.span(1) for match in found]
        span = content.span(*places[0])
        edits = tuple((*content.span(*place), "Text") for place in places)
        written = value[slice(*places[0])]
    return _wrapper(
        context, content, f"the text version stands in `<{written}>`", "expected `<Text>`", span, *edits,
        title="Write `Text`",
    )  # fmt: skip


# -- both ---------------------------------------------------------------------------------------


def _twice(context: Context, content: ElementContent) -> Diagnostic:
    value = content.value
    start, end = len(value) - len(value.lstrip()), len(value.rstrip())
    line = value.find("\n", start, end)
    start, end = content.span(start, end if line < 0 else line)
    text = context.source.text[start:end]
    return context.report.at(
        TWICE, start, end, f"{quoted(clip(text, _BEGINNING))} is encoded twice", label="expected it encoded once",
        help=(TWICE.how,), element=context.path(content.element), fixes=_decoding(context, content),
    )  # fmt: skip


def _decoding(context: Context, content: ElementContent) -> tuple[Fix, ...]:
    """Certain: what is decoded once more is what the element has to hold."""
    edits = decode_once(content)
    return context.report.fix("Decode it once", *edits) if edits else ()
