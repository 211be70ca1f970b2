"""Suspects: what both schemas let pass and what is a mistake all the same.

Asked on the fast path, of bytes and of texts alone; the families ask the same questions before
they word what they find, so that the two cannot differ.  Nothing is imported here that makes
diagnostics.

* A document in one encoding that declares another: each byte has a meaning in ISO-8859-1 and in
  windows-1252, so no parser notices.
* Characters of windows-1252 by their numbers there (`&#146;`), which in XML are control characters.
* A state with a country that it is not in.
* Values that a program did not fill in (`{{ subject }}`, `HASH(0x…)`).
* Texts that were encoded once too often (`Salt &amp;amp; pepper`), broken into lines, or hold the
  word that a program prints for nothing (`garbled` knows those that were read in a wrong encoding).
"""

from __future__ import annotations

from functools import cache, lru_cache

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.program_joins import JOINS
from ctct_migrate.rules.fast.rare_bytes import WordSearch, is_around
from ctct_migrate.source import Source
from ctct_migrate.targets.v2.states_and_countries import US, country_code, state_code
from ctct_migrate.v1 import TypeKind, vocabulary

# -- bytes --------------------------------------------------------------------------------------

#: Encodings of one byte for a character, of which the first knows fewest characters: what is
#: declared by mistake, by their Python names.
_SINGLE_BYTE = frozenset({"ascii", "iso8859-1", "iso8859-15", "cp1252"})

_ASCII = bytes(range(128))

#: Control characters of ISO-8859-1; in windows-1252, quotes, dashes and the euro sign.
_CONTROLS = late_compile(rb"[\x80-\x9f]")

#: A character beyond ASCII in UTF-8: its first byte, and one that goes on.
_SEQUENCE = late_compile(rb"[\xc2-\xf4][\x80-\xbf]")

#: The same control characters in UTF-8, and as references.
_UTF8_CONTROL = late_compile(rb"\xc2[\x80-\x9f]")
_REFERENCE = rb"\#(?<=&\#)(?:0*1(?:2[89]|[345][0-9])|[xX]0*[89][0-9A-Fa-f]);"

#: What no value is without that a program did not fill in (`reader.wrappings`: `templates`,
#: `dumps`; .NET's date that was never set, wherever it stands), in an encoding in which ASCII stands
#: for itself.
_LEFTOVERS = (
    b"{{", b"{%", b"${", b"#{", b"<%", b"&lt;%", b"<?php", b"<?=", b">{", b">%", b">$", b">#",
    b">[[", b"(0x", b"[object ", b" at 0x", b"#&lt;", b"[#document", b"System.", b"Resource id #",
    b"0001-01-01T", *(join.encode() for join in JOINS),
)  # fmt: skip

#: The same and the references, each looked for by a byte that hardly any text has.
_SUSPECTS = WordSearch(b"{$+%[#?(S", _LEFTOVERS, {b"#": _REFERENCE})

#: A control character, or a reference to one, in text.
CONTROL = late_compile(r"&#(?:0*(1(?:2[89]|[345][0-9]))|[xX]0*([89][0-9A-Fa-f]));|[\x80-\x9f]")


@lru_cache(maxsize=1)  # several families ask it of one document
def has_suspect_bytes(source: Source) -> bool:
    """Whether the bytes of a document have to be looked at."""
    encoding, data = source.decoding.encoding, source.data
    if source.left_over:
        return True
    if encoding in _SINGLE_BYTE:
        if not data.isascii() and (
            real_encoding(source) is not None
            or (encoding == "iso8859-1" and _CONTROLS.search(_beyond_ascii(data)) is not None)
        ):
            return True
    else:
        if encoding != "utf-8":
            data = source.text.encode("utf-8", "replace")
        if b"\xc2" in data and _UTF8_CONTROL.search(data):
            return True
    return _SUSPECTS.is_any_in(data)


def _beyond_ascii(data: bytes) -> bytes:
    """The bytes of `data` that are not ASCII: few, and found faster than by a pattern."""
    return data.translate(None, _ASCII)


def real_encoding(source: Source) -> str | None:
    """The encoding that a document is in, `UTF-8` or `windows-1252`, where it declares another one
    in which its bytes have a meaning too, but hardly the one that was meant; else None.

    Bytes beyond ASCII that make a whole document of UTF-8 are UTF-8: letters in another encoding
    do not come in such sequences.  Bytes that ISO-8859-1 has for control characters are
    windows-1252's, as every browser takes them.
    """
    encoding, data = source.decoding.encoding, source.data
    if encoding not in _SINGLE_BYTE or source.decoding.bom:
        return None
    beyond = _beyond_ascii(data)
    if _SEQUENCE.search(beyond):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return "UTF-8"
    if encoding == "iso8859-1" and _CONTROLS.search(beyond):
        try:
            data.decode("cp1252")
        except UnicodeDecodeError:
            return None
        return "windows-1252"
    return None


def meant_by(number: int) -> str | None:
    """The character that windows-1252 has at `number` (128 to 159), or None where it has none."""
    try:
        return bytes([number]).decode("cp1252")
    except UnicodeDecodeError:
        return None


# -- texts --------------------------------------------------------------------------------------


def country_of_state(state: str, country: str) -> str | None:
    """The country, `US` or `CA`, that the state or province `state` is in, where `country` is the
    other one of the two; else None.  Both are codes or names.

    >>> country_of_state("ON", "us"), country_of_state("ON", "ca"), country_of_state("ON", "gb")
    ('CA', None, None)
    """
    code, given = state_code(state.strip()), country_code(country.strip())
    home = _homes().get(code or "")
    if home is None or given is None:
        return None
    given = "US" if given in US else given
    return home if given in ("US", "CA") and given != home else None


def is_state_abroad(state: str, country: str) -> bool:
    """Whether a state of the US or a province of Canada stands with another country than these.

    >>> is_state_abroad("MA", "gb"), is_state_abroad("MA", "ca"), is_state_abroad("Kent", "gb")
    (True, False, False)
    """
    given = country_code(country.strip())
    if given is None or given in US or given == "CA":
        return False
    return (state_code(state.strip()) or "") in _homes()


@cache
def _homes() -> dict[str, str]:
    """The country of each state and province, by its code (as the XSD has it)."""
    known = vocabulary()
    return {code: country for country in ("US", "CA") for code in known.states(country)}


#: A reference, or an ampersand, that an XML parser has left in a text.
REFERENCE_LEFT = late_compile(
    r"&(?:(?:amp|lt|gt|quot|apos|nbsp)|#(?:[0-9]{2,6}|[xX][0-9A-Fa-f]{2,6}));"
)


#: A reference in HTML whose ampersand was encoded once more: a reader of the e-mail sees the
#: reference, not its letter.  Group: the ampersand.
REFERENCE_TWICE = late_compile(
    r"(&amp;)(?:#[0-9]{2,6}|#[xX][0-9A-Fa-f]{2,5}|nbsp|amp|lt|gt|quot|copy|reg|[a-zA-Z]{2,6}(?:acute|grave|circ|uml|cedil|tilde|ring|slash|caron)|[lr][sd]quo|[nm]dash|hellip|euro);"
)

#: The namespace of `xsi:nil` and `xsi:type` (XML Schema 1.0, 2.6).
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"

#: Encodings in which ASCII stands for itself, whatever comes before.
ASCII_BYTES = frozenset({"utf-8", "ascii", "iso8859-1", "cp1252"})

#: A reference to a letter or sign of `INSTANCE`: what a program writes for characters that need no
#: reference.
_SPELT_OUT = late_compile(
    rb"#(?<=&#)(?:0*(?:4[5-9]|5[0-8]|6[5-9]|[78][0-9]|90|9[7-9]|1[01][0-9]|12[0-2])"
    rb"|[xX]0*(?:2[dDeEfF]|3[0-9aA]|[4-7][0-9A-Fa-f]));"
)


def may_name_instance(source: Source) -> bool:
    """Whether a document may have attributes in the namespace `INSTANCE`; surely not, if the name of
    the namespace is not in it, nor spelt out in references."""
    if source.decoding.encoding not in ASCII_BYTES:
        return True
    data = source.data
    return INSTANCE.encode() in data or (b"&#" in data and is_around(b"#", _SPELT_OUT, data))


_HALF = (
    r"(?:[xX]0*+[dD][89a-fA-F][0-9a-fA-F]{2}"
    r"|0*+5(?:5(?:29[6-9]|[3-9][0-9]{2})|6[0-9]{3}|7(?:[0-2][0-9]{2}|3(?:[0-3][0-9]|4[0-3]))));"
)
#: A reference to one half of a surrogate pair, which stands for no character (U+D800 to U+DFFF).
SURROGATE_REFERENCE = late_compile(f"&#{_HALF}")
_SURROGATE_AFTER = late_compile(f"#(?<=&#){_HALF}")


def holds_surrogate_reference(text: str) -> bool:
    """Whether `SURROGATE_REFERENCE` is anywhere in a text, which may be long."""
    return is_around("#", _SURROGATE_AFTER, text)


@cache
def plain_texts(resource: str) -> frozenset[str]:
    """The children of a payload that hold text for people, and no markup."""
    known = vocabulary()
    facts = (known.element(resource, name) for name in known.children(resource))
    return frozenset(
        fact.name
        for fact in facts
        if fact is not None and fact.type_kind is TypeKind.TEXT and not fact.read_only
    ) - {"StyleSheet"}


@cache
def contents(resource: str) -> frozenset[str]:
    """The children of a payload that hold text or markup of any kind: the content of an e-mail."""
    known = vocabulary()
    facts = (known.element(resource, name) for name in known.children(resource))
    return frozenset(fact.name for fact in facts if fact is not None and fact.open)


#: What begins a CDATA section; in a text it is a section that was put into another.
SECTION_AS_TEXT = "<![CDATA["


# -- texts of one line, and texts that are none --------------------------------------------------

#: A line break in a value.
LINES = late_compile(r"\r\n|[\n\r\x85\u2028\u2029]")

#: What is the head of an e-mail, or a name that is looked for in a list.
_ONE_LINE = frozenset({
    "Name", "ShortName", "Subject", "FromName", "FirstName", "MiddleName", "LastName",
    "GreetingSalutation", "GreetingString",
})  # fmt: skip

#: What programs print where there is no value.
_NOTHING = frozenset({
    "undefined", "null", "NULL", "(null)", "NaN", "nil", "<null>", "[null]", "<nil>", "DBNull",
})  # fmt: skip
#: The same; but people write it too where nothing has to be said.
_NONE = "None"

#: All words of which some stand for nothing.
MAY_STAND_FOR_NOTHING = _NOTHING | {_NONE}


@cache
def one_line_texts(resource: str) -> frozenset[str]:
    """The children of a payload that hold a text of one line."""
    return plain_texts(resource) & _ONE_LINE


def stands_for_nothing(name: str, text: str) -> bool:
    """Whether the text of the child `name` is the word that a program prints for nothing.

    >>> stands_for_nothing("Subject", "NaN"), stands_for_nothing("OrganizationAddress2", "None")
    (True, False)
    """
    text = text.strip()
    return text in _NOTHING or (text == _NONE and name in _ONE_LINE and name[:8] != "Greeting")


# -- postal codes ---------------------------------------------------------------------------------

#: A ZIP code, with or without its four further digits (which may follow without a hyphen).
_ZIP = late_compile(r"[0-9]{5}(?:[- ]?[0-9]{4})?")
#: One that was a number in a spreadsheet.
_ZIP_AS_NUMBER = late_compile(r"([0-9]{3,5})(?:\.0{1,2})?")
#: One of nine digits whose zeros in front were lost.
_LONG_ZIP = late_compile(r"([0-9]{3,4})-([0-9]{4})|([0-9]{7,8})(?:\.0{1,2})?")


def is_postal_code_in_doubt(code: str, country: str) -> bool:
    """Whether a postal code is made of digits, in the US, and is none; of no country, neither.

    >>> is_postal_code_in_doubt("2451", "us"), is_postal_code_in_doubt("2451", "dk")
    (True, False)
    """
    code = code.strip()
    if not code[:1].isdigit() or _ZIP.fullmatch(code) is not None:
        return False
    return country_code(country.strip()) in US


def meant_postal_code(code: str) -> str | None:
    """The ZIP code that digits were before they became a number, or None.

    >>> meant_postal_code("2451.0"), meant_postal_code("2451-1234"), meant_postal_code("12")
    ('02451', '02451-1234', None)
    """
    short, long = _ZIP_AS_NUMBER.fullmatch(code), _LONG_ZIP.fullmatch(code)
    if short is not None:
        return short[1].zfill(5)
    if long is not None:
        digits = (long[3] or long[1] + long[2]).zfill(9)
        return f"{digits[:5]}-{digits[5:]}"
    return None
