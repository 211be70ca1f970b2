"""Content, to the byte: what stands in EmailContent and its like, as v2 takes it.

Encoded text and CDATA come out as the decoded text, character by character.  Real child elements
come out as HTML that an HTML parser (HTML Living Standard, 13.2) reads as the tree that the XML
had, without the namespaces that XML needed:

* `xmlns` of XHTML, of the payload and of Atom go, and so do prefixes bound to them; any other
  declaration (`xmlns:cctd`, Office's `xmlns:v`) stays, and so does `xml:lang`.
* Elements that HTML knows as void stay `<br/>`; other empty elements get an end tag.
* The vendor's own empty tags stay as they are: `<Greeting/>`, `<OpenTracking/>`.  They are for the
  vendor's server, which puts text in their place before any browser sees the page; the reference
  wants them to survive to the byte.  They are told from HTML by their spelling (`vendor_tag`).
* Bodies of script and style are raw; the line end that HTML would swallow after `<pre>` is
  doubled; processing instructions become the comments that an HTML parser makes of them.

What XML allows and HTML has no way to write is changed as little as can be: `</script` inside a
script becomes `<\\/script`, a void element's content follows it, a comment that starts with `>`
gets a space.  lxml's serializer does the work; Python touches only what differs.  Nothing here
knows v2's names.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from lxml import etree

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.tree import ATOM, CTCT, XHTML

#: Namespaces that say nothing to a reader of HTML.
LITTER = (XHTML, CTCT, ATOM)

#: HTML Living Standard, 13.1.2, void elements, with the obsolete ones that its parser treats so.
_VOID = (
    "area|base|basefont|bgsound|br|col|embed|frame|hr|img|input|keygen|link|meta|param|source"
    "|track|wbr"
)
_VOID_NAMES = frozenset(_VOID.split("|"))
#: Elements whose body an HTML parser does not look for markup in (13.2.6.2, 13.2.6.4.7).
_RAW = "script|style|xmp|iframe|noembed|noframes"
#: Elements after whose start tag an HTML parser swallows a line end (13.2.6.4.7).
_PRE = "pre|textarea|listing"


def _one_of(names: str) -> str:
    """A pattern for one of `names` (an alternation), as documents spell them; grouped by their
    first letters, since a regular expression tries alternatives one by one."""
    by_letter: dict[str, list[str]] = {}
    for name in names.split("|"):
        by_letter.setdefault(name[0], []).append(name[1:])
    return "|".join(f"{letter}(?:{'|'.join(rests)})" for letter, rests in by_letter.items())


def _spelt(names: str) -> str:
    """`names` in small letters, in capitals, and with one capital."""
    each = names.split("|")
    return "|".join([*each, *map(str.upper, each), *map(str.capitalize, each)])


_PREFIXED = late_compile(rf' xmlns:([\w.\-]+)="(?:{"|".join(map(re.escape, LITTER))})"')

#: A declaration to take away; in a tag, since the serializer escapes quotes in values.
_DECLARATION = late_compile(rf' xmlns(?::[\w.\-]+)?="(?:{"|".join(map(re.escape, LITTER))}|)"')
#: All that HTML reads otherwise than XML.  One pass finds it; what can be told from the first
#: letters comes first.  In serialized XML, `>` ends a tag wherever it is not part of an opaque one.
_ODD = late_compile(
    rf"""<(?:
    /(?:{_one_of(f"{_VOID}|{_VOID.upper()}")})>             # the end tag of a void element
    |!--.*?-->|!\[CDATA\[.*?\]\]>|\?.*?\?>                  # what has no markup in it
    |(?P<name>{_one_of(_spelt(_RAW))})(?P<rest>(?:\s[^<>]*)?(?<!/)>)(?P<body>.*?)</(?P=name)>
    |(?:{_one_of(_spelt(_PRE))})(?:\s[^<>]*)?(?<!/)>\n     # a line end that would be swallowed
    |[^/>\s]++(?:[ ]xmlns[^>]*+>|[^>]*+(?<=/)>)            # declarations; an empty element
    )""",
    re.DOTALL | re.VERBOSE,
)
#: In a raw body: what the serializer escaped, and what it did not.
_ESCAPED = late_compile(r"(<!--.*?-->)|<!\[CDATA\[(.*?)\]\]>|&(lt|gt|amp|#13);", re.DOTALL)
_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "#13": "\r"}

#: Text that is itself markup: a tag, a doctype or a comment.
_MARKUP = late_compile(r"<(?:/?[A-Za-z]|!)")

_WRAPPED = late_compile(r"\s*+<Text(?:\s[^<>]*+)?>(.*)</Text\s*+>\s*+", re.DOTALL | re.IGNORECASE)
#: The next tag of a wrapper; a group for an end tag, which makes two wrappers of one.
_OTHER_WRAPPER = late_compile(r"<(/)?Text\b", re.IGNORECASE)
_EMPTY_WRAPPER = late_compile(r"\s*+<Text(?:/|\s[^<>]*+)(?<=/)>\s*+", re.IGNORECASE)

#: Names that HTML has, as an alternation.
_HTML = (
    "a|abbr|address|article|aside|b|bdi|bdo|big|blink|blockquote|body|button|caption|center"
    "|cite|code|data|dd|del|details|dfn|dialog|dir|div|dl|dt|em|fieldset|figcaption|figure"
    "|font|footer|form|frameset|h1|h2|h3|h4|h5|h6|head|header|html|i|iframe|ins|kbd|label"
    "|legend|li|main|map|mark|marquee|menu|nav|nobr|noframes|noscript|object|ol|optgroup"
    "|option|output|p|picture|pre|q|rp|rt|ruby|s|samp|script|section|select|small|span|strike"
    "|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|time"
    "|title|tr|tt|u|ul|var|video|audio|canvas"
)
_HTML_NAMES = frozenset(f"{_HTML}|{_VOID}".split("|"))


def vendor_tag(name: str) -> bool:
    """Whether `name` is spelt like the vendor's own tags: capitals and small letters, and no name
    of HTML's.

    >>> vendor_tag("OpenTracking"), vendor_tag("td"), vendor_tag("Td"), vendor_tag("TD")
    (True, False, False, False)
    """
    return name[:1].isupper() and not name.isupper() and name.lower() not in _HTML_NAMES


def decoded(element: Any) -> str:
    """The text of an lxml element without child elements: references and CDATA resolved, runs
    joined across comments and processing instructions."""
    if not len(element):
        return element.text or ""
    return (element.text or "") + "".join([node.tail or "" for node in element])


def markup(element: Any) -> str:
    """What stands in an lxml element: its decoded text, or its child elements as HTML."""
    if not len(element):
        return element.text or ""
    if next(element.iterchildren("*"), None) is None:
        return decoded(element)
    if any(_MARKUP.search(run) for run in _runs(element)):
        return _mixed(element)
    return _inner(element)


def text_content(element: Any) -> str:
    """What stands in EmailTextContent, without its `Text` wrapper, be that a child element or
    encoded."""
    wrapper = next(element.iterchildren("*"), None) if len(element) else None
    if wrapper is None:
        return unwrapped(decoded(element))
    alone = next(wrapper.itersiblings("*"), None) is None and not "".join(_runs(element)).strip()
    if alone and wrapper.tag.rpartition("}")[2].lower() == "text":
        return markup(wrapper)
    return markup(element)


def unwrapped(text: str) -> str:
    """`text` without the `<Text>` that it stands in, if it does; white space around the wrapper
    goes, white space inside it stays.

    >>> unwrapped(" <Text> Hello </Text>\\n")
    ' Hello '
    """
    if match := _WRAPPED.fullmatch(text):
        other = _OTHER_WRAPPER.search(match[1])
        return text if other and other[1] else match[1]
    return "" if _EMPTY_WRAPPER.fullmatch(text) else text


def _runs(element: Any) -> list[str]:
    """The runs of text directly in `element`."""
    return [element.text or "", *(node.tail or "" for node in element)]


def _mixed(element: Any) -> str:
    """Child elements beside text that is markup itself, as where a doctype, which XML does not
    allow inside a document, stands encoded before a real `html` element: such text is taken as it
    is, like any encoded content."""
    parts: list[str] = []
    for run, node in zip(_runs(element), [*element, None], strict=True):
        parts.append(run if _MARKUP.search(run) else _escaped(run))
        if node is not None:
            shell = etree.Element(element.tag, nsmap=element.nsmap)
            shell.append(deepcopy(node))
            shell[0].tail = None
            parts.append(_inner(shell))
    return "".join(parts)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _inner(element: Any) -> str:
    """The nodes in `element` as HTML."""
    xml = etree.tostring(element, encoding="unicode", with_tail=False)
    if " xmlns:" in xml and _uses_litter(xml):
        element = _plain(element)
        xml = etree.tostring(element, encoding="unicode", with_tail=False)
    # Declarations from further up stand in the element's own tag alone, which goes here.
    return _ODD.sub(_as_html, xml[xml.index(">") + 1 : xml.rindex("</")])


def _uses_litter(xml: str) -> bool:
    """Whether a name in serialized `xml` has a prefix that is bound to one of `LITTER`."""
    return any(f"<{p}:" in xml or f" {p}:" in xml for p in set(_PREFIXED.findall(xml)))


def _plain(element: Any) -> Any:
    """A copy of `element` in which no name is in one of `LITTER`."""
    copy = deepcopy(element)
    copy.tail = None
    for node in copy.iter("*"):
        node.tag = _plain_name(node.tag)
        for name, value in node.attrib.items():
            if _plain_name(name) != name:
                del node.attrib[name]
                node.set(_plain_name(name), value)
    return copy


def _plain_name(name: str) -> str:
    """`{namespace}name` without the namespace, if that is one of `LITTER`."""
    space, closed, local = name[1:].partition("}")
    return local if closed and space in LITTER else name


def _as_html(match: re.Match[str]) -> str:
    """What HTML has for something odd."""
    if (body := match["body"]) is not None:
        return _raw(match["name"], match["rest"], body)
    odd = match[0]
    if odd[1] == "/":
        return ""
    return _opaque(odd) if odd[1] in "!?" else _start_tag(odd)


def _start_tag(tag: str) -> str:
    """For `<p class="x"/>`: `<p class="x"></p>`; a tag without the declarations of `LITTER`; with
    one line end after it, a tag with two."""
    if " xmlns" in tag:
        tag = _DECLARATION.sub("", tag)
    if tag[-1] == "\n":
        return tag + "\n"
    if tag[-2] != "/":
        return tag
    inside = tag[1:-2]
    name = inside.split(None, 1)[0]
    return tag if vendor_tag(name) or name.lower() in _VOID_NAMES else f"<{inside}></{name}>"


def _opaque(section: str) -> str:
    """A comment, CDATA section or processing instruction, as HTML."""
    if section.startswith("<!--"):
        comment = section[len("<!--") :]
        return f"<!-- {comment}" if comment.startswith((">", "->")) else section
    if section.startswith("<!"):
        return _escaped(section[len("<![CDATA[") : -len("]]>")])
    return f"<!--?{section[len('<?') : -len('?>')].replace('--', '- -')}?-->"


def _raw(name: str, rest: str, body: str) -> str:
    """An element whose body an HTML parser does not look into; `rest` is that of its start tag."""
    if "&" in body or "<" in body:
        body = _ESCAPED.sub(lambda m: m[1] or (_CHARACTERS[m[3]] if m[3] else m[2]), body)
        if name.lower() in {"script", "style"}:
            body = re.sub(rf"</(?={name})", r"<\\/", body, flags=re.IGNORECASE)
    return f"{_start_tag(f'<{name}{rest}')}{body}</{name}>"
