"""Mutators: each makes one mistake of one kind, at each place of a document where it can be made.

A mutant is the mistaken text with the characters that the mistake is about: a diagnostic hits it
if the diagnostic's span touches them.  For something that was taken away, they are the element
that it was taken from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """`text` with the mistake; `start`..`end`, characters of `text`, is what it is about."""

    mutator: str
    text: str
    start: int
    end: int


_Edit = tuple[int, int, str]
_LEAF = re.compile(r"<(?P<name>[A-Z]\w+)>(?P<value>[^<>]+)</(?P=name)>")
_CHILD = re.compile(
    r"(?m)^ *(?P<all><(?P<name>[A-Z]\w+)(?P<attributes>[^<>]*)>(?P<value>[^<>]*)</(?P=name)>)"
)
_ENVELOPE_LEAF = re.compile(r"<(?P<name>id|updated|name)>(?P<value>[^<>]+)</(?P=name)>")
_MUTATORS: dict[str, Callable[[str], Iterator[tuple[list[_Edit], int, int]]]] = {}


def mutator(name: str) -> Callable[[Callable[[str], Iterator[tuple[list[_Edit], int, int]]]], None]:
    """Enters a mutator: it yields edits of the text, and the span of the text *before* the edits
    that the mistake is about."""

    def enter(function: Callable[[str], Iterator[tuple[list[_Edit], int, int]]]) -> None:
        _MUTATORS[name] = function

    return enter


def mutants(text: str) -> Iterator[Mutant]:
    """All mutants of a document; its leading comment is left alone."""
    head = text.find("-->") + 3 if "<!-- shows" in text[:200] else 0
    for name, function in _MUTATORS.items():
        for edits, start, end in function(text):
            if start < head and name not in (
                "bad-declaration",
                "late-declaration",
                "text-before",
                "doctype",
            ):
                continue
            yield _made(name, text, edits, start, end)


def mutator_names() -> tuple[str, ...]:
    """The names of all mutators."""
    return tuple(_MUTATORS)


def _made(name: str, text: str, edits: list[_Edit], start: int, end: int) -> Mutant:
    parts, at = [], 0
    new_start, new_end = start, end
    for a, b, put in sorted(edits):
        parts += [text[at:a], put]
        at = b
        change = len(put) - (b - a)
        if b <= start and a < start:
            new_start += change
        if b <= end:
            new_end += change
        elif a < end:
            new_end = a + len(put) + new_end - end
    parts.append(text[at:])
    mutated = "".join(parts)
    return Mutant(name, mutated, new_start, min(len(mutated), max(new_start, new_end)))


def _payload_leaves(text: str) -> Iterator[re.Match[str]]:
    """Leaves outside HTML, in which names are nobody's business."""
    html = [match.span(1) for match in re.finditer(r"(?s)<EmailContent>(.*?)</EmailContent>", text)]
    html += [match.span() for match in re.finditer(r"(?s)<!\[CDATA\[.*?\]\]>", text)]
    for match in _LEAF.finditer(text):
        if not any(start <= match.start() < end for start, end in html):
            yield match


def _whole(match: re.Match[str]) -> tuple[int, int]:
    return match.start(), match.end()


def _each_value(names: str, value: str) -> Callable[[str], Iterator[tuple[list[_Edit], int, int]]]:
    pattern = re.compile(rf"<(?P<name>{names})>(?P<value>[^<>]*)</(?P=name)>")

    def function(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
        for match in pattern.finditer(text):
            if match["value"].strip() and match["value"] != value:
                yield [(*match.span("value"), value)], *match.span("value")

    return function


_FLAGS = "ViewAsWebpage|PermissionReminder|IncludeForwardEmail|IncludeSubscribeLink"

#: name of the mutator -> names of elements, the wrong value
_VALUES = {
    "flag-mixed-case": (_FLAGS, "Yes"),
    "flag-true": (_FLAGS, "true"),
    "flag-bogus": (_FLAGS, "perhaps"),
    "greeting-underscores": ("GreetingName", "first_name"),
    "greeting-case": ("GreetingName", "firstname"),
    "greeting-bogus": ("GreetingName", "cmp_grt_name"),
    "state-name": ("OrganizationState", "Massachusetts"),
    "state-bogus": ("OrganizationState", "ZZ"),
    "country-name": ("OrganizationCountry", "Narnia"),
    "country-bogus": ("OrganizationCountry", "zq"),
    "format-case": ("EmailContentFormat", "html"),
    "format-bogus": ("EmailContentFormat", "PLAIN"),
    "status-bogus": ("Status", "Sleeping"),
    "type-bogus": ("CampaignType", "HOMEMADE"),
    "counter-bogus": ("Sent|Opens|Bounces|Forwards|OptOuts|SpamReports", "many"),
    "counter-negative": ("Sent|Opens|Bounces|Forwards|OptOuts|SpamReports", "-1"),
    "address-bogus": ("EmailAddress", "joe.example.com"),
    "schedule-lost-plus": ("ScheduledTime", "2030-11-13T20:03:35 01:00"),
    "schedule-no-zone": ("ScheduledTime", "2030-11-13T20:03:35"),
    "schedule-slashes": ("ScheduledTime", "11/13/2030"),
    "schedule-impossible": ("ScheduledTime", "2030-02-30T20:03:35Z"),
    "name-empty": ("Name|Subject|FromName", ""),
    "name-too-long": ("Name", "x" * 81),
    "subject-too-long": ("Subject", "x" * 201),
    "id-number": ("id", "2"),
    "id-empty": ("id", ""),
    "updated-words": ("updated", "yesterday"),
    "updated-empty": ("updated", ""),
    "author-name-empty": ("name", ""),
}
for _name, (_elements, _value) in _VALUES.items():
    mutator(_name)(_each_value(_elements, _value))


@mutator("drop-end-tag")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in _payload_leaves(text):
        yield [(match.end("value"), match.end(), "")], *_whole(match)


@mutator("drop-slash")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in _payload_leaves(text):
        at = match.end("value") + 1
        yield [(at, at + 1, "")], *_whole(match)


@mutator("drop-end-tag-less-than")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in _payload_leaves(text):
        at = match.end("value")
        yield [(at, at + 1, "")], *_whole(match)


@mutator("drop-start-tag-less-than")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in _payload_leaves(text):
        yield [(match.start(), match.start() + 1, "")], *_whole(match)


@mutator("drop-start-tag-greater-than")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in _payload_leaves(text):
        at = match.end("name")
        yield [(at, at + 1, "")], *_whole(match)


@mutator("misspell-start-tag")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in _payload_leaves(text):
        name = match["name"]
        yield [(*match.span("name"), name[:-2] + name[-1] + name[-2] + "q")], *_whole(match)


@mutator("misspell-end-tag")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in _payload_leaves(text):
        at = match.end("value") + 2
        yield [(at, at + len(match["name"]), match["name"][:-1])], *_whole(match)


def _renamed(text: str, new: Callable[[str], str]) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in _payload_leaves(text):
        name = new(match["name"])
        if name == match["name"]:
            continue
        at = match.end("value") + 2
        edits = [(*match.span("name"), name), (at, at + len(match["name"]), name)]
        yield edits, *_whole(match)


@mutator("lower-case")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    yield from _renamed(text, str.lower)


@mutator("upper-case")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    yield from _renamed(text, str.upper)


@mutator("underscores")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    yield from _renamed(text, lambda name: re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name))


@mutator("letter-lost")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    yield from _renamed(text, lambda name: name[:2] + name[3:] if len(name) > 5 else name)


@mutator("repeat")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in _CHILD.finditer(text):
        if match["name"] not in ("Text", "Value", "Clicks", "CopyRight"):
            yield [(match.end(), match.end(), match["all"])], *match.span("all")


@mutator("unknown-element")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in _CHILD.finditer(text):
        if match["name"] in ("Name", "Subject", "FromName"):
            yield (
                [(match.end(), match.end(), "<FavouriteColour>blue</FavouriteColour>")],
                match.end(),
                match.end(),
            )


@mutator("missing-required")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    body = re.search(r"(?s)<(Campaign)[\s>].*</\1>", text)
    for match in _CHILD.finditer(text):
        if match["name"] in ("Name", "Subject", "FromName", "EmailContentFormat") and body:
            yield [(*match.span("all"), "")], *body.span()


@mutator("missing-envelope-part")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    entry = re.search(r"(?s)<entry.*</entry>", text)
    for name in ("id", "title", "updated", "author"):
        for match in re.finditer(rf"(?s)(?<=\n)  <{name}[ >].*?</{name}>", text):
            if entry:
                own = match.start() > entry.start()  # else it is the feed's
                yield [(*match.span(), "")], *(entry.span() if own else (0, len(text)))


@mutator("content-type-wrong")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in re.finditer(r'<content type="([^"]*)"', text):
        yield [(*match.span(1), "application/xml")], *match.span()


@mutator("content-type-missing")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in re.finditer(r'<content( type="[^"]*")', text):
        yield [(*match.span(1), "")], *match.span()


def _namespaces(text: str, new: Callable[[str], str]) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in re.finditer(r'<(?:entry|feed|Campaign|Schedule) xmlns="([^"]*)"', text):
        yield [(*match.span(1), new(match[1]))], *match.span()


@mutator("namespace-misspelt")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    yield from _namespaces(
        text, lambda uri: uri.replace("w3", "w4").replace("constant", "konstant")
    )


@mutator("namespace-padded")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    yield from _namespaces(text, lambda uri: uri + " ")


@mutator("namespace-empty")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    yield from _namespaces(text, lambda uri: "")


@mutator("namespace-missing")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in re.finditer(r'<(?:entry|feed|Campaign|Schedule)( xmlns="[^"]*")', text):
        yield [(*match.span(1), "")], *match.span()


def _inside_values(text: str, put: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in _payload_leaves(text):
        if match["name"] in (
            "Name",
            "Subject",
            "FromName",
            "OrganizationName",
            "GreetingString",
            "Text",
        ):
            at = match.start("value") + 1
            yield [(at, at, put)], at, at


for _name, _put in {
    "nbsp": "&nbsp;",
    "ampersand": " & ",
    "less-than": " < ",
    "control-character": "\x0b",
    "section-end": "]]>",
    "unknown-entity": "&foo;",
    "null-reference": "&#0;",
    "stray-end-tag": "</b>",
}.items():
    mutator(_name)(lambda text, put=_put: _inside_values(text, put))  # type: ignore[misc]


@mutator("nested-markup")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in _payload_leaves(text):
        if match["name"] in ("Name", "Subject", "FromName", "OrganizationName"):
            yield [(match.end("value"), match.end("value"), "<b>x</b>")], *_whole(match)


@mutator("raw-br")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in re.finditer(r"(?s)<EmailContent>(.*?)</EmailContent>", text):
        if "<![CDATA[" not in match[1] and "&lt;html" not in match[1]:
            at = match[1].find("</body>")
            if at >= 0:
                at += match.start(1)
                yield [(at, at, "<br>")], *match.span()


@mutator("half-html")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in re.finditer(r"(?s)<EmailContent>(.*?)</EmailContent>", text):
        found = match[1].find("&lt;/html&gt;")
        if found >= 0:
            at = match.start(1) + found
            yield [(at, at + len("&lt;/html&gt;"), "")], *match.span()


@mutator("text-unwrapped")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in re.finditer(r"<EmailTextContent><Text>([^<>]*)</Text></EmailTextContent>", text):
        yield [(*match.span(), f"<EmailTextContent>{match[1]}</EmailTextContent>")], *match.span()


@mutator("unquoted-attribute")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in re.finditer(r'rel="(\w+)"', text):
        yield [(*match.span(), f"rel={match[1]}")], *match.span()


@mutator("repeated-attribute")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in re.finditer(r'rel="\w+"', text):
        yield [(match.end(), match.end(), ' rel="edit"')], match.start(), match.end()


@mutator("attribute-without-value")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in re.finditer(r'rel="\w+"', text):
        yield [(match.end(), match.end(), " hidden")], match.start(), match.end()


@mutator("unknown-attribute")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in _payload_leaves(text):
        if match["name"] in ("Name", "Subject", "ScheduledTime", "GreetingName"):
            yield [(match.end("name"), match.end("name"), ' colour="blue"')], *_whole(match)


@mutator("stray-text")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in _CHILD.finditer(text):
        if match["name"] in ("Name", "Subject", "OrganizationCity", "ScheduledTime"):
            yield [(match.end(), match.end(), "stray")], match.end(), match.end()


@mutator("text-after")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    yield [(len(text), len(text), "That was all.")], len(text), len(text)


@mutator("second-root")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    yield [(len(text), len(text), "<entry/>")], len(text), len(text)


@mutator("truncated")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in list(_CHILD.finditer(text))[2:6]:
        yield [(match.start("value"), len(text), "")], match.start(), match.start("value")


@mutator("late-declaration")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    if text.startswith("<?xml"):
        yield [(0, 0, "\n")], 0, text.index("?>") + 2


@mutator("bad-declaration")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    if text.startswith('<?xml version="1.0"'):
        yield [(14, 19, "1.0")], 0, text.index("?>")


@mutator("doctype")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    if text.startswith("<?xml"):
        at = text.index("?>") + 2
        yield [(at, at, "\n<!DOCTYPE entry>")], at, at


@mutator("comment-hyphens")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in list(_CHILD.finditer(text))[:3]:
        yield [(match.end(), match.end(), "<!-- a -- b -->")], match.end(), match.end()


@mutator("misplaced")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in _CHILD.finditer(text):
        at = text.rfind("<content ", 0, match.start())
        if match["name"] in ("Subject", "FromName", "GreetingName") and at >= 0:
            yield [(*match.span("all"), ""), (at, at, match["all"])], at, at


@mutator("payload-misspelt")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for name in ("Campaign", "Schedule"):
        opening = re.search(rf"<({name})[ >]", text)
        closing = re.search(rf"</({name})>", text)
        if opening and closing:
            wrong = name.lower()
            yield [(*opening.span(1), wrong), (*closing.span(1), wrong)], *opening.span()


@mutator("list-id-bogus")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in re.finditer(r'<ContactList id="([^"]*)"', text):
        yield [(*match.span(1), "eleven")], *match.span()


@mutator("undeclared-prefix")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in list(_payload_leaves(text))[:3]:
        at = match.end("value") + 2
        edits = [(match.start("name"), match.start("name"), "v1:"), (at, at, "v1:")]
        yield edits, *_whole(match)


@mutator("schedule-other-campaign")
def _(text: str) -> Iterator[tuple[list[_Edit], int, int]]:
    for match in re.finditer(r'<Schedule [^<>]*id="[^"]*/campaigns/(\d+)/schedules/1"', text):
        if "<entry" not in text:
            continue  # there is nothing that it could contradict
        yield [(*match.span(1), "9999999999999")], *match.span()
