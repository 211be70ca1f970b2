"""The HTML of a v3 campaign, made of the content, style sheet and greeting of a v1 one.

v3 has no place for a style sheet or a greeting of their own: they are put into the page (reference,
mapping-v3, Content and Greeting).  What was changed is said in the accounting, and each change is
reported at its place by `html_rules`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from html import escape
from typing import Any

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.mapping.rows import Composed, Composition, ConversionOptions
from ctct_migrate.targets.v3.html_changes import (
    LONGEST_LINK,
    ChangeKind,
    HtmlChange,
    body_place,
    breakages,
    changed_html,
    fragment_changes,
    html_changes,
    style_place,
)
from ctct_migrate.targets.v3.personal_tags import greeting_word, translated, variables, words

#: Names of the parts, as the table of campaigns has them.
STYLE, SALUTATION, NAME, GENERAL = "style", "salutation", "name", "general"
REMINDER, REMINDED = "reminder", "reminded"

#: Bytes of a whole message that v3 sends at most (reference, v3-contract: 400 KB; the smaller
#: reading).
LARGEST = 400_000

#: The two names that a greeting can have (reference, mapping-v3, Greeting).
_NAMES = {
    "FirstName": ('[[FirstName OR "{word}"]]',),
    "LastName": ('[[LastName OR "{word}"]]',),
    "FirstAndLastName": ('[[FirstName OR "{word}"]]', "[[LastName]]"),
}

#: A style sheet in the element that it is for: the element goes.
_WRAPPED_STYLE = late_compile(
    r"\A\s*+<style\b[^<>]*+>(.*)</style\s*+>\s*+\Z", re.DOTALL | re.IGNORECASE
)

#: What becomes of a change, in a clause.
_SAID = {
    ChangeKind.TRACKING: "`{written}` became `{text}`",
    ChangeKind.TRACKING_AGAIN: "a further `{written}` is removed",
    ChangeKind.TRACKING_ADDED: "`{text}` is added before `</body>`",
    ChangeKind.GREETING: "`{written}` became `{text}`",
    ChangeKind.UNWRAPPED: "`{written}` is taken away, its content stays",
    ChangeKind.DECLARATION: "the declaration `{written}` is taken away",
    ChangeKind.VARIABLE: "`{written}` became `{text}`",
    ChangeKind.UNKNOWN_VARIABLE: "`{written}` stays as it is",
    ChangeKind.UNKNOWN_TAG: "`{written}` stays as it is",
}


def word_of(parts: Mapping[str, Any], chosen: str) -> str:
    """What stands for the name of somebody whose name is not known."""
    word = greeting_word(chosen, parts.get(SALUTATION, ""), parts.get(GENERAL, ""))
    return word.replace('"', "").replace("]", "").replace("[", "").strip() or word


def greeting_html(parts: Mapping[str, Any], word: str) -> str:
    """What stands in the place of `<Greeting/>`, as HTML."""
    names = _NAMES.get(str(parts.get(NAME, "")).strip())
    if names is None:
        return translated(escape(str(parts.get(GENERAL, "")).strip(), quote=False), word)
    salutation = translated(escape(str(parts.get(SALUTATION, "")).strip(), quote=False), word)
    tags = (each.format(word=escape(word, quote=False)) for each in names)
    return " ".join(filter(None, (salutation, *tags)))


def _composed(value: Any, parts: Mapping[str, Any], options: ConversionOptions) -> Composed:
    """The HTML of an activity of format_type 5."""
    if value is None:
        return Composed(None, unused=dict.fromkeys(parts, "there is no content to put it into"))
    html = str(value)
    word = word_of(parts, options.choices.greeting_word)
    greeting = greeting_html(parts, word)
    changes = list(html_changes(html, greeting, word))
    greeted = any(each.kind is ChangeKind.GREETING for each in changes)
    used, unused = _greeting_accounts(parts, greeted)
    changes += _insertions(html, parts, options, word, used, unused)
    changes.sort(key=lambda each: (each.start, each.end))
    made = changed_html(html, changes)
    return Composed(made, "; ".join(_words(changes)), used, unused, tuple(_refused(made)))


def _insertions(
    html: str,
    parts: Mapping[str, Any],
    options: ConversionOptions,
    word: str,
    used: dict[str, str],
    unused: dict[str, str],
) -> list[HtmlChange]:
    """The style sheet and, if it is wished, the permission reminder."""
    found = []
    if STYLE in parts:
        style = _WRAPPED_STYLE.sub(r"\1", str(parts[STYLE])).replace("</style", "<\\/style")
        at, in_head = style_place(html)
        text = f"<style>{style}</style>"
        if not in_head:
            text = f"<head>{text}</head>"
        found.append(HtmlChange(at, at, ChangeKind.STYLE, "", text))
        used[STYLE] = "it stands in a `<style>` in the head"
    if REMINDER in parts:
        wished = options.choices.permission_reminder == "paragraph"
        if wished and str(parts.get(REMINDED, "")).strip() == "YES":
            start, _ = body_place(html)
            reminder = str(parts[REMINDER])
            text = f"<p>{changed_html(reminder, fragment_changes(reminder, word))}</p>"
            found.append(HtmlChange(start, start, ChangeKind.REMINDER, "", text))
            used[REMINDER] = used[REMINDED] = "a paragraph at the start of the body says it"
    for name in (REMINDER, REMINDED):
        if name in parts and name not in used:
            unused[name] = "v3 has no permission reminder"
    return found


def _greeting_accounts(
    parts: Mapping[str, Any], greeted: bool
) -> tuple[dict[str, str], dict[str, str]]:
    """What became of the three parts of the greeting: used, and not."""
    there = [name for name in (SALUTATION, NAME, GENERAL) if name in parts]
    if not greeted:
        return {}, dict.fromkeys(there, "the content has no `<Greeting/>`")
    is_named = str(parts.get(NAME, "")).strip() in _NAMES
    used = {NAME: "it says which tags the greeting has"}
    used[SALUTATION if is_named else GENERAL] = "it stands in the place of `<Greeting/>`"
    unused = {
        SALUTATION: "GreetingName asks for no name",
        GENERAL: "in v3 a word replaces the name that is missing, and not the whole greeting",
    }
    return (
        {name: words for name, words in used.items() if name in there},
        {name: words for name, words in unused.items() if name in there and name not in used},
    )


def _words(changes: list[HtmlChange]) -> list[str]:
    """What was changed, in clauses; equal ones once, with their number."""
    counts = Counter(
        _SAID[each.kind].format(written=each.written, text=each.text)
        for each in changes
        if each.kind in _SAID
    )
    return [words if count == 1 else f"{words} ({count} times)" for words, count in counts.items()]


def _refused(html: str) -> list[str]:
    """What v3 would refuse or break on, in clauses."""
    found = []
    for each in breakages(html):
        if each.what == "link":
            length = each.end - each.start
            found.append(f"a link of {length:,} characters, of which v3 sends {LONGEST_LINK:,}")
        elif each.what == "tracking":
            found.append("more than one `[[trackingImage]]`")
        elif each.what == "outside":
            found.append("`[[trackingImage]]` outside `<body>`")
        else:
            found.append(f"`{each.what}`, which begins v3's own template language")
    size = len(html.encode("utf-8", "surrogatepass")) if len(html) > LARGEST // 4 else 0
    if size > LARGEST:
        found.append(f"{size:,} bytes, of which a message may have {LARGEST:,}")
    return list(dict.fromkeys(found))


def _updated(value: Any, parts: Mapping[str, Any], options: ConversionOptions) -> Composed:
    """The HTML of an activity that is there already: of v1's own custom code (format_type 1) as it
    is, since v3 still fills in its tags (not certain)."""
    if options.choices.format_type == PAGE_FORMAT:
        return _composed(value, parts, options)
    return Composed(value)


def _subject(value: Any, parts: Mapping[str, Any], options: ConversionOptions) -> Composed:
    """A subject, with v3's tags for v1's variables; the word is that of the greeting."""
    if value is None:
        return Composed(None)
    word = word_of(parts, options.choices.greeting_word)
    return Composed(translated(str(value), word), words(variables(str(value), word)))


#: The subject; what became of the greeting's parts says the page.
SUBJECT = Composition((), _subject, reads=(SALUTATION, GENERAL))

#: The format_type of custom code of today, and the other names of the choice.
PAGE_FORMAT = "5"

_PARTS = (STYLE, SALUTATION, NAME, GENERAL, REMINDED, REMINDER)

#: The page of a new activity.
PAGE = Composition(_PARTS, _composed, is_told=True)

#: The page of an activity that is there.
UPDATED_PAGE = Composition(_PARTS, _updated, is_told=True)
