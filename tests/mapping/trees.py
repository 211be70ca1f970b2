"""Trees to compare: what XML says and what an HTML parser makes of the HTML, as plain values."""

from __future__ import annotations

from typing import Any

import html5lib
from hypothesis import strategies as st
from lxml import etree

from ctct_migrate.reader.tree import CTCT, XHTML

Tree = tuple[str, dict[str, str], list[Any]]

#: Text that is hard on serializers, and nothing that XML does not allow.
CHARACTERS = st.sampled_from("aZ é€😀<>&\"'=/\n\t ]-;#\u00a0") | st.characters(
    codec="utf-8", exclude_categories=("C",)
)
TEXT = st.text(CHARACTERS, max_size=12)
#: What no comment, script or style may hold if XML and HTML are to have it alike.
PLAIN = st.text(st.sampled_from("ab {}:;<>&\"'\n="), max_size=20).filter(
    lambda text: "</" not in text and "<!" not in text
)

ATTRIBUTES = st.dictionaries(
    st.sampled_from(["class", "id", "title", "style", "href", "alt", "lang"]), TEXT, max_size=3
)
INLINE = ("span", "b", "i", "em", "font", "sup")
BLOCK = ("div", "blockquote", "center", "pre", "ul")


def _element(name: str, attributes: dict[str, str], *children: Any) -> Tree:
    return name, attributes, list(children)


@st.composite
def _tree(draw: Any, names: tuple[str, ...], inner: Any) -> Tree:
    return _element(draw(st.sampled_from(names)), draw(ATTRIBUTES), *draw(inner))


VOID = st.builds(_element, st.sampled_from(["br", "img", "input", "wbr"]), ATTRIBUTES)
RULE = st.builds(_element, st.just("hr"), ATTRIBUTES)
COMMENT = st.builds(lambda text: _element("!", {}, text), PLAIN.map(lambda t: f" {t} "))
RAW = st.builds(_element, st.sampled_from(["script", "style"]), ATTRIBUTES, PLAIN)
LEAF = TEXT | VOID | COMMENT | RAW
INLINES = st.recursive(
    LEAF, lambda inner: _tree(INLINE, st.lists(inner, max_size=3)) | LEAF, max_leaves=8
)
#: The body of a page: everything stands where an HTML parser leaves it.
BODY = st.recursive(
    st.lists(INLINES, max_size=4),
    lambda inner: st.lists(
        st.one_of(INLINES, RULE, _tree(BLOCK, inner), _tree(("p",), st.lists(INLINES, max_size=3))),
        max_size=4,
    ),
    max_leaves=10,
)


def page(body: list[Any]) -> Tree:
    """A whole page with this body."""
    title = _element("title", {}, "A < title & more")
    return _element(
        "html", {"lang": "en"}, _element("head", {}, title), _element("body", {}, *body)
    )


def xml_of(tree: Tree, style: str) -> etree._Element:
    """The tree as XML: in no namespace (`plain`), in XHTML's (`xhtml`), with a prefix
    (`prefixed`), or in the payload's (`payload`)."""
    space = {"plain": "", "xhtml": XHTML, "prefixed": XHTML, "payload": CTCT}[style]
    spaces = {
        "plain": None,
        "xhtml": {None: XHTML},
        "prefixed": {"h": XHTML},
        "payload": {None: CTCT},
    }
    return _xml(tree, f"{{{space}}}" if space else "", spaces[style])


def _xml(tree: Tree, space: str, nsmap: Any) -> etree._Element:
    name, attributes, children = tree
    element = etree.Element(space + name, attributes, nsmap=nsmap)
    for child in children:
        if isinstance(child, str):
            if len(element):
                element[-1].tail = (element[-1].tail or "") + child
            else:
                element.text = (element.text or "") + child
        elif child[0] == "!":
            element.append(etree.Comment(child[2][0]))
        else:
            element.append(_xml(child, space, nsmap))
    return element


def joined(tree: Tree) -> Tree:
    """The tree with neighbouring texts in one, and without empty ones."""
    name, attributes, children = tree
    found: list[Any] = []
    for child in children:
        if not isinstance(child, str):
            found.append(joined(child) if child[0] != "!" else child)
        elif found and isinstance(found[-1], str):
            found[-1] += child
        elif child:
            found.append(child)
    return name, dict(attributes), found


def html_tree(html: str) -> Tree:
    """What html5lib, a parser by the HTML Standard, makes of a page."""
    return joined(_read(html5lib.parse(html, namespaceHTMLElements=False)))


def _read(element: Any) -> Tree:
    if not isinstance(element.tag, str):
        return _element("!", {}, element.text or "")
    children: list[Any] = [element.text or ""]
    for child in element:
        children += [_read(child), child.tail or ""]
    attributes = {n: v for n, v in element.attrib.items() if not n.startswith("xmlns")}
    return element.tag, attributes, children
