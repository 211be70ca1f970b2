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

from ctct_migrate.reader.tree import ATOM, CTCT, XHTML

#: Namespaces that say nothing to a reader of HTML.
_LITTER = (XHTML, CTCT, ATOM)

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

#: What needs more than a look at its tag; names as documents spell them.
_SPECIAL = (
    etree.Comment,
    etree.ProcessingInstruction,
    *(
        "{*}" + spelt
        for name in f"{_RAW}|{_PRE}".split("|")
        for spelt in (name, name.upper(), name.capitalize())
    ),
)

_PREFIXED = re.compile(rf' xmlns:([\w.\-]+)="(?:{"|".join(map(re.escape, _LITTER))})"')

#: A declaration to take away, if it stands in a tag.
_DECLARATION = re.compile(rf' xmlns(?::[\w.\-]+)?="(?:{"|".join(map(re.escape, _LITTER))}|)"')
#: A tag that HTML reads otherwise than XML: the end tag of a void element, or an empty element
#: that is not void.
#: Without groups and flags, which would make it three times as slow; `_html_tag` sorts out the
#: spellings that it takes for others.
_ODD_TAG = re.compile(
    rf"<(?:/(?:{_VOID}|{_VOID.upper()})>|(?!/|(?:{_VOID}|{_VOID.upper()})[\s/])[^>]*/>)"
)
#: A part that is not looked into.
_OPAQUE = re.compile(
    rf"<(?:!--(?P<comment>.*?)-->|!\[CDATA\[(?P<cdata>.*?)\]\]>|\?(?P<pi>.*?)\?>"
    rf"|(?P<tag>(?P<name>(?i:{_RAW}))(?:\s[^<>]*)?)(?<!/)>(?P<body>.*?)</(?P=name)>)",
    re.DOTALL,
)
_SWALLOWING = re.compile(rf"(<(?i:{_PRE})(?:\s[^<>]*)?>)(?=\n)")
#: In a raw body: what the serializer escaped, and what it did not.
_ESCAPED = re.compile(r"(<!--.*?-->)|<!\[CDATA\[(.*?)\]\]>|&(lt|gt|amp|#13);", re.DOTALL)
_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "#13": "\r"}

#: Text that is itself markup: a tag, a doctype or a comment.
_MARKUP = re.compile(r"<(?:/?[A-Za-z]|!)")

_WRAPPED = re.compile(r"\s*<Text(?:\s[^<>]*)?>(.*)</Text\s*>\s*", re.DOTALL | re.IGNORECASE)
#: The next tag of a wrapper; a group for an end tag, which makes two wrappers of one.
_OTHER_WRAPPER = re.compile(r"<(/)?Text\b", re.IGNORECASE)
_EMPTY_WRAPPER = re.compile(r"\s*<Text(?:\s[^<>]*)?/>\s*", re.IGNORECASE)

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
    xml = xml[xml.index(">") + 1 : xml.rindex("</")]
    if next(element.iter(*_SPECIAL), None) is None and "<![CDATA[" not in xml:
        return _tags(xml)
    parts: list[str] = []
    at = 0
    for match in _OPAQUE.finditer(xml):
        parts += (_special_tags(xml[at : match.start()]), _opaque(match))
        at = match.end()
    return "".join((*parts, _special_tags(xml[at:])))


def _uses_litter(xml: str) -> bool:
    """Whether a name in serialized `xml` has a prefix that is bound to one of `_LITTER`."""
    return any(f"<{p}:" in xml or f" {p}:" in xml for p in set(_PREFIXED.findall(xml)))


def _plain(element: Any) -> Any:
    """A copy of `element` in which no name is in one of `_LITTER`."""
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
    """`{namespace}name` without the namespace, if that is one of `_LITTER`."""
    space, closed, local = name[1:].partition("}")
    return local if closed and space in _LITTER else name


def _tags(xml: str) -> str:
    """Tags and text as HTML; there is nothing opaque in `xml`."""
    if " xmlns" in xml:
        xml = _undeclared(xml)
    return _ODD_TAG.sub(_html_tag, xml)


def _undeclared(xml: str) -> str:
    """`xml` without the declarations of `_LITTER`.  Text that looks like one stays: since `>` is
    `&gt;` in serialized text, a declaration stands in a tag if the last bracket before it opens
    one."""
    parts: list[str] = []
    done = seen = 0
    inside = False
    for match in _DECLARATION.finditer(xml):
        start = match.start()
        opened, closed = xml.rfind("<", seen, start), xml.rfind(">", seen, start)
        if opened != closed:
            inside = opened > closed
        seen = match.end()
        if inside:
            parts.append(xml[done:start])
            done = seen
    return "".join((*parts, xml[done:]))


def _special_tags(xml: str) -> str:
    return _SWALLOWING.sub("\\1\n", _tags(xml))


def _html_tag(match: re.Match[str]) -> str:
    """For `<p class="x"/>`: `<p class="x"></p>`; nothing for a void element's end tag."""
    tag = match[0]
    if tag.startswith("</"):
        return ""
    inside = tag[1:-2]
    name = inside.split(None, 1)[0]
    return tag if vendor_tag(name) or name.lower() in _VOID_NAMES else f"<{inside}></{name}>"


def _opaque(match: re.Match[str]) -> str:
    """A comment, CDATA section, processing instruction or raw element, as HTML."""
    if (comment := match["comment"]) is not None:
        return f"<!-- {comment}-->" if comment.startswith((">", "->")) else match[0]
    if (cdata := match["cdata"]) is not None:
        return _escaped(cdata)
    if (instruction := match["pi"]) is not None:
        return f"<!--?{instruction.replace('--', '- -')}?-->"
    name = match["name"]
    body = _ESCAPED.sub(lambda m: m[1] or (_CHARACTERS[m[3]] if m[3] else m[2]), match["body"])
    if name.lower() in {"script", "style"}:
        body = re.sub(rf"</(?={name})", r"<\\/", body, flags=re.IGNORECASE)
    return f"{_tags('<' + match['tag'] + '>')}{body}</{name}>"
