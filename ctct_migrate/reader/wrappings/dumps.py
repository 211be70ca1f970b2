"""What programs print of objects in memory, where a document, or a value, was meant.

There is nothing in it that a document could be made of.
"""

from __future__ import annotations

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.wrappings.wrapping import Wrapping
from ctct_migrate.source import Source

#: What is printed, and what prints it.
_OBJECTS = (
    (r"(?:[A-Za-z_][\w:]{0,80}=)?(?:HASH|ARRAY|CODE|SCALAR|REF|GLOB)\(0x[0-9a-fA-F]+\)", "Perl prints of a reference"),
    (r"\[object [A-Z]?\w{0,40}\]", "JavaScript prints of an object"),
    (r"<(?:[\w.]{1,80} )?(?:\{[^{}<>]{1,200}\})?[\w.]{1,80}(?: object)? at 0x[0-9a-fA-F]+>", "Python prints of an object"),
    (r"#<[A-Z][\w:]{0,80}(?::?0x[0-9a-fA-F]+)?[^<>]{0,500}>", "Ruby prints of an object"),
    (r"(?:[a-z]\w{0,40}\.){1,8}[A-Z][\w$]{0,80}(?:;?@[0-9a-f]{2,16})", "Java prints of an object"),
    (r"\[#document: null\]", "Java prints of an object"),
    (r"System\.(?:[A-Z]\w{0,40}\.){0,4}[A-Z]\w{0,40}(?:\[\]|`\d\[[\w.,]{1,100}\])?", ".NET prints of an object"),
    (r"Resource id #\d+", "PHP prints of a resource"),
)  # fmt: skip

#: One object and nothing else.
OBJECT = late_compile("|".join(f"({pattern})" for pattern, _ in _OBJECTS))

#: How a dump of a structure begins: of PHP's `print_r`, `var_dump` and `var_export`, of Perl's
#: Data::Dumper.
_STRUCTURE = late_compile(
    r"(?:Array\s*+\(\s|array\(\d++\) \{|array \(\s|object\([\w\\]{1,80}\)#\d|[\w\\]{1,80} Object\s*+\(|\w+::__set_state\()|(\$VAR1 = )"
)


def printed_by(value: str) -> str | None:
    """`Perl prints of a reference`: what a value is, if it is an object in memory; else None."""
    match = OBJECT.fullmatch(value)
    return _OBJECTS[(match.lastindex or 1) - 1][1] if match else None


def value_printed_by(value: str) -> str | None:
    """As `printed_by`, of a value: what may be an address of e-mail is taken for one."""
    return None if "@" in value else printed_by(value)


def find(source: Source) -> Wrapping | None:
    """An object or a structure in place of a document, or None."""
    text = source.text
    start = len(text) - len(text.lstrip())
    what = printed_by(text.strip()) if len(text) - start < 5000 else None
    match = _STRUCTURE.match(text, start)
    if what is None and match is not None:
        what = f"{'Perl' if match[1] else 'PHP'} prints of a variable"
    if what is None:
        return None
    line = text.find("\n", start)
    end = len(text) if line < 0 else line
    note = "the document is not in it"
    return Wrapping("dumped-object", f"what {what}", start, min(end, start + 60), note=note)
