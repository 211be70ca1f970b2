"""FormRequest: a form of v1's, taken apart into its parameters.

A form is recognized by what it says, whatever the file is called: `activityType=` among its
parameters, or two parameters that only such forms have.  It may begin with a byte order mark, with
blanks, and with the lines of the HTTP request that it was the body of; it may be a multipart form,
whose values are not encoded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.forms.decoded_text import DecodedText
from ctct_migrate.source import Source
from ctct_migrate.v1.form_parameters import ACTIVITY_TYPE, PARAMETERS


@dataclass(frozen=True, eq=False)
class Parameter:
    """One parameter of a form.

    name              as written, decoded
    name_start        where its name begins in the text of the source
    name_end          where its name ends
    decoded           its value
    """

    name: str
    name_start: int
    name_end: int
    decoded: DecodedText

    @property
    def value(self) -> str:
        """The decoded value."""
        return self.decoded.value

    @property
    def start(self) -> int:
        """Where its value begins in the text of the source."""
        return self.decoded.start

    @property
    def end(self) -> int:
        """Where its value ends."""
        return self.decoded.end


_BEGINNING = late_compile(r"[\ufeff\s]*+")
#: The first lines of a request, up to the blank line.
_HEAD = late_compile(
    r"(?:POST[ ]\S++[^\r\n]*+\r?\n)?(?:[A-Za-z][\w-]{1,60}:[ \t][^\r\n]*+\r?\n)*+\r?\n"
)
_NAME = late_compile(r"[A-Za-z][\w.-]{0,40}(?:\[\d{0,4}\]|%5[Bb]\d{0,4}%5[Dd])?")
#: The names of parameters in a text, with what stands before them.
_NAMES = late_compile(r"(?:(?<=&)|(?<![^\ufeff\s]))([A-Za-z][\w.-]{0,40})(?:\[\d{0,4}\])?=")
_BOUNDARY = late_compile(r"--([^\s<>]{1,70})\r?\n(?=Content-Disposition:[ \t]*form-data)", re.I)
_PART = late_compile(
    r"(?:Content-Disposition:[^\r\n]*?[ ;]name=\"?(?P<name>[^\"\r\n;]{1,60})\"?[^\r\n]*+\r?\n"
    r"|[A-Za-z][\w-]{1,60}:[^\r\n]*+\r?\n)++\r?\n",
    re.I,
)

#: How much of a text is searched for the names of parameters before it is taken for no form.
_SEARCHED = 20_000

_KNOWN = {name.lower(): name for name in PARAMETERS}


def letters(name: str) -> str:
    """A name in small letters, without separators, a number in brackets, and what is left of an
    `&` that was written as in HTML."""
    return re.sub(r"\Aamp;|[_.\-]|\[.*", "", name).lower()


class FormRequest:
    """A form, and where its parts stand in the text of `source`.

    start      where the form begins: after a byte order mark, blanks and the lines of a request
    multipart  whether it is a multipart form
    """

    def __init__(self, source: Source, start: int, *, head: int = -1, multipart: bool = False):
        self.source, self.start, self.multipart = source, start, multipart
        #: Where the lines of a request begin that stand before the form; -1 for none.
        self.head = head

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters, in order."""
        return tuple(self._parts() if self.multipart else self._pairs())

    def named(self, name: str) -> tuple[Parameter, ...]:
        """The parameters of that name, in whatever letter case."""
        return tuple(self._by_letters.get(name.lower(), ()))

    @cached_property
    def _by_letters(self) -> dict[str, list[Parameter]]:
        found: dict[str, list[Parameter]] = {}
        for each in self.parameters:
            found.setdefault(letters(each.name), []).append(each)
        return found

    def _pairs(self) -> Iterator[Parameter]:
        text = self.source.text
        last = len(text.rstrip())
        at = self.start
        while at < last:
            ampersand = text.find("&", at, last)
            end = last if ampersand < 0 else ampersand
            equals = text.find("=", at, end)
            name_end = end if equals < 0 else equals
            value = name_end if equals < 0 else equals + 1
            first = at + len(text[at:name_end]) - len(text[at:name_end].lstrip())
            if first < end:
                name = text[first:name_end].strip()
                if "%" in name or "+" in name:
                    name = DecodedText(text, first, name_end).value.strip()
                stop = end if ampersand < 0 else value + len(text[value:end].rstrip("\r\n"))
                yield Parameter(name, first, name_end, DecodedText(text, value, max(value, stop)))
            at = end + 1

    def _parts(self) -> Iterator[Parameter]:
        text = self.source.text
        boundary = _BOUNDARY.match(text, self.start)
        assert boundary is not None, "that is how it was recognized"
        mark = f"--{boundary[1]}"
        at = boundary.end()
        while (part := _PART.match(text, at)) is not None:
            stop = text.find(mark, part.end())
            end = len(text) if stop < 0 else stop
            value = end
            if text.endswith("\r\n", part.end(), value):
                value -= 2
            elif text.endswith("\n", part.end(), value):
                value -= 1
            if part["name"]:
                yield Parameter(
                    part["name"], part.start("name"), part.end("name"),
                    DecodedText(text, part.end(), value, encoded=False),
                )  # fmt: skip
            line = text.find("\n", end)
            if stop < 0 or line < 0 or text.startswith(f"{mark}--", stop):
                return
            at = line + 1


def recognize_form(source: Source) -> FormRequest | None:
    """The form that a source holds, or None."""
    text = source.text
    beginning = _BEGINNING.match(text)
    start = beginning.end() if beginning else 0
    head = -1
    if text.startswith("<", start):
        return None
    request = _HEAD.match(text, start) if text[start : start + 200].strip() else None
    if request is not None and request.end() > start + 2:
        head, start = start, request.end()
        start += len(text[start : start + 200]) - len(text[start : start + 200].lstrip())
    if _BOUNDARY.match(text, start):
        form = FormRequest(source, start, head=head, multipart=True)
        return form if _is_activity(each.name for each in form.parameters) else None
    first = _NAME.match(text, start)
    if first is None or not text.startswith("=", first.end()) or "<" in text[start : start + 200]:
        return None
    names = (match[1] for match in _NAMES.finditer(text, start, start + _SEARCHED))
    return FormRequest(source, start, head=head) if _is_activity(names) else None


def _is_activity(names: Iterator[str]) -> bool:
    """Whether names of parameters are those of v1's forms."""
    found = {_KNOWN[letters(name)] for name in names if letters(name) in _KNOWN}
    return ACTIVITY_TYPE in found or len(found) > 1
