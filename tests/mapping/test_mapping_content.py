from __future__ import annotations

from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from trees import BODY, TEXT, html_tree, joined, page, xml_of

from ctct_migrate.mapping.content import markup, text_content, unwrapped, vendor_tag
from ctct_migrate.reader.document import parser
from ctct_migrate.reader.tree import CTCT


def element(inside: str, name: str = "EmailContent") -> Any:
    """An element of the payload, as the reader parses it."""
    xml = f'<{name} xmlns="{CTCT}">{inside}</{name}>'
    return etree.fromstring(xml, parser())


# -- encoded --------------------------------------------------------------------------------------

ENCODED = [
    ("&lt;html&gt;&lt;body&gt;Hi&lt;/body&gt;&lt;/html&gt;", "<html><body>Hi</body></html>"),
    ("<![CDATA[<html><body>a & b</body></html>]]>", "<html><body>a & b</body></html>"),
    ("<![CDATA[<html>]]>&lt;body&gt;<![CDATA[]]><![CDATA[</body>]]>\n", "<html><body></body>\n"),
    ("&lt;p&gt;<!-- a note in the XML --> x<?pi y?>z", "<p> xz"),
    ("  \t&lt;!DOCTYPE html&gt;\r\n&lt;html/&gt;  ", "  \t<!DOCTYPE html>\n<html/>  "),
    ("&lt;!-- first --&gt;&lt;html xmlns:cctd=&quot;x&quot;&gt;", '<!-- first --><html xmlns:cctd="x">'),
    ("&lt;Greeting/&gt;&lt;OpenTracking /&gt;&lt;CopyRight&gt;", "<Greeting/><OpenTracking /><CopyRight>"),
    ("&lt;SimpleURLProperty name='a' href=\"b\"/&gt;", "<SimpleURLProperty name='a' href=\"b\"/>"),
    ("a&#10;b&#13;c&#9;d&#xA0;e", "a\nb\rc\td\xa0e"),
    ("&amp;lt;html&amp;gt; &amp;nbsp;", "&lt;html&gt; &nbsp;"),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "expected"), ENCODED)
def test_encoded_content_comes_out_character_by_character(inside: str, expected: str) -> None:
    assert markup(element(inside)) == expected


@given(st.lists(st.tuples(TEXT, st.booleans())))
def test_any_mixture_of_runs_comes_out_as_the_text(runs: list[tuple[str, bool]]) -> None:
    def written(text: str, cdata: bool) -> str:
        if cdata and "]]>" not in text:
            return f"<![CDATA[{text}]]>"
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    inside = "".join(written(*run) for run in runs)
    assert markup(element(inside)) == "".join(text for text, _ in runs)


# -- child elements -------------------------------------------------------------------------------

CHILDREN = [
    # Void elements, and empty ones that are not.
    ("<html><br/><hr class='x'/><p/><td></td><a name='x'/></html>",
     '<html><br/><hr class="x"/><p></p><td></td><a name="x"></a></html>'),
    ("<P/><BR/><BR></BR><TD/>", "<P></P><BR/><BR/><TD></TD>"),
    ("<br>text</br><img>x</img>", "<br>text<img>x"),
    # The vendor's own tags.
    ("<html><Greeting/><OpenTracking/><CopyRight>c</CopyRight><CustomBlock name='n' title='t'/>"
     "<SimpleURLProperty a='b'/><ConfirmOptin><a>x</a></ConfirmOptin></html>",
     '<html><Greeting/><OpenTracking/><CopyRight>c</CopyRight><CustomBlock name="n" title="t"/>'
     '<SimpleURLProperty a="b"/><ConfirmOptin><a>x</a></ConfirmOptin></html>'),
    # Namespaces: those that XML needed go, others stay.
    ('<html xmlns="" lang="en" xml:lang="en"><p/></html>', '<html lang="en" xml:lang="en"><p></p></html>'),
    ('<html xmlns="http://www.w3.org/1999/xhtml" xmlns:cctd="http://www.constantcontact.com/cctd"><body/></html>',
     '<html xmlns:cctd="http://www.constantcontact.com/cctd"><body></body></html>'),
    ('<h:html xmlns:h="http://www.w3.org/1999/xhtml" h:lang="en"><h:br/><h:p>a</h:p></h:html>',
     '<html lang="en"><br/><p>a</p></html>'),
    ('<svg xmlns="http://www.w3.org/2000/svg"><path d="M0"/></svg>',
     '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0"></path></svg>'),
    ('<v:rect xmlns:v="urn:schemas-microsoft-com:vml" v:x="1"/>',
     '<v:rect xmlns:v="urn:schemas-microsoft-com:vml" v:x="1"></v:rect>'),
    ('<pre>&lt;p xmlns="http://www.w3.org/1999/xhtml"/&gt;</pre>',
     '<pre>&lt;p xmlns="http://www.w3.org/1999/xhtml"/&gt;</pre>'),
    ('<!-- <p xmlns="http://www.w3.org/1999/xhtml"/> --><b/>',
     '<!-- <p xmlns="http://www.w3.org/1999/xhtml"/> --><b></b>'),
    # Text, attributes, white space.
    ("<p>a &amp; b &lt; c &#160;\u00e9</p>", "<p>a &amp; b &lt; c \u00a0\u00e9</p>"),
    ("<p title='\"&lt;&gt;&amp;&#10;&#9;'/>", '<p title="&quot;&lt;&gt;&amp;&#10;&#9;"></p>'),
    ("<b>a</b> <i>b</i>\n", "<b>a</b> <i>b</i>\n"),
    ("<pre>\n\n x </pre><textarea>\na</textarea><pre>a\n</pre>",
     "<pre>\n\n\n x </pre><textarea>\n\na</textarea><pre>a\n</pre>"),
    ('<p xml:space="preserve"> x </p>', '<p xml:space="preserve"> x </p>'),
    # Bodies that an HTML parser does not look into.
    ("<script>if (a &lt; b &amp;&amp; c) x();</script>", "<script>if (a < b && c) x();</script>"),
    ("<script><![CDATA[a < b]]></script>", "<script>a < b</script>"),
    ("<script>'&lt;/script>'</script><script/>", r"<script>'<\/script>'</script><script></script>"),
    ("<style><!-- p > a {} --></style>", "<style><!-- p > a {} --></style>"),
    ("<STYLE>a > b</STYLE>", "<STYLE>a > b</STYLE>"),
    ("<p>x<![CDATA[<b> & c]]></p>", "<p>x&lt;b&gt; &amp; c</p>"),
    # What is odd in two ways.
    ('<pre class="x"/>\n<pre class="x">\na</pre>', '<pre class="x"></pre>\n<pre class="x">\n\na</pre>'),
    ('<style xmlns="" media="all">a &gt; b &amp; c</style>', '<style media="all">a > b & c</style>'),
    ('<br xmlns="">x</br><p xmlns="http://www.w3.org/1999/xhtml"/>', "<br>x<p></p>"),
    ("<noframes><p/> &lt;br&gt;</noframes>", "<noframes><p/> <br></noframes>"),
    ("<styled/><prefix>\n</prefix><colgroup><col/></colgroup>",
     "<styled></styled><prefix>\n</prefix><colgroup><col/></colgroup>"),
    # Comments and processing instructions.
    ("<!-- a --><p/><!-->b--><!--->c-->", "<!-- a --><p></p><!-- >b--><!-- ->c-->"),
    ("<p><?php echo 1 > 0 ?></p>", "<p><!--?php echo 1 > 0 ?--></p>"),
    # A doctype and the like have to be encoded; they are markup beside the elements.
    ("&lt;!DOCTYPE html&gt;\n<html><p/></html>", "<!DOCTYPE html>\n<html><p></p></html>"),
    ("&lt;html&gt;<b>x</b>&lt;/html&gt;", "<html><b>x</b></html>"),
    ("Tom &amp; <b>Joe</b> &lt; all", "Tom &amp; <b>Joe</b> &lt; all"),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "expected"), CHILDREN)
def test_child_elements_come_out_as_html(inside: str, expected: str) -> None:
    assert markup(element(inside)) == expected


@pytest.mark.parametrize("style", ["plain", "xhtml", "prefixed", "payload"])
@given(body=BODY)
def test_an_html_parser_sees_the_tree_that_the_xml_had(style: str, body: list[Any]) -> None:
    tree = page(body)
    host = etree.Element(f"{{{CTCT}}}EmailContent", nsmap={None: CTCT})
    host.append(xml_of(tree, style))
    parsed = etree.fromstring(etree.tostring(host), parser())
    html = markup(parsed)
    assert html_tree(html) == joined(tree)
    assert "xmlns" not in html or "xmlns" in str(tree)


@given(BODY)
def test_the_document_is_left_as_it_was(body: list[Any]) -> None:
    host = etree.Element(f"{{{CTCT}}}EmailContent", nsmap={None: CTCT})
    host.append(xml_of(page(body), "prefixed"))
    before = etree.tostring(host)
    markup(host)
    assert etree.tostring(host) == before


def test_declarations_of_the_envelope_do_not_get_into_the_content() -> None:
    entry = etree.fromstring(
        f'<a:entry xmlns:a="http://www.w3.org/2005/Atom" xmlns:c="{CTCT}" xmlns:z="urn:z">'
        "<c:EmailContent><html><c:p/></html></c:EmailContent></a:entry>"
    )
    assert markup(entry[0]) == "<html><p></p></html>"


def test_which_names_are_the_vendors() -> None:
    ours = [
        "Greeting",
        "OpenTracking",
        "CopyRight",
        "ConfirmOptin",
        "CustomBlock",
        "SimpleURLProperty",
    ]
    assert all(map(vendor_tag, ours))
    assert not any(map(vendor_tag, ["p", "P", "TD", "Td", "Script", "o:p", "h1", "H1", "Br"]))


def test_hostile_content_takes_no_time() -> None:
    """Nothing here takes time that grows faster than the content."""
    text = ' xmlns=""' * 100_000
    quoted = text.replace('"', "&quot;")
    start = process_time()
    assert markup(element(f"<pre>{text}</pre>")) == f"<pre>{text}</pre>"
    markup(element(f"<p>{'<br/>' * 100_000}</p>"))
    markup(element(f'<p title="{quoted}"/>'))
    markup(element("<!-- xmlns -->" * 50_000 + "<b/>"))
    unwrapped("<Text>" + "</Text" * 100_000)
    unwrapped("<Text>" + " " * 900_000)
    assert process_time() - start < 5


# -- text -----------------------------------------------------------------------------------------

TEXTS = [
    ("<Text>Hello</Text>", "Hello"),
    ('\n <Text xmlns="">Hello\n there </Text>\n', "Hello\n there "),
    ("&lt;Text&gt;Hello&lt;/Text&gt;", "Hello"),
    ("\n&lt;Text&gt; Tom &amp;amp; Joe &lt;/Text&gt;\n", " Tom &amp; Joe "),
    ("<![CDATA[<Text>a < b</Text>]]>", "a < b"),
    ("&lt;text&gt;Hello&lt;/text&gt;", "Hello"),
    ("Hello", "Hello"),
    ("<Text/>", ""),
    ("&lt;Text/&gt;", ""),
    ("<Text>Tom &amp; Joe &lt;all&gt;</Text>", "Tom & Joe <all>"),
    ("<Text>Dear <Greeting/>, Tom &amp; Joe</Text>", "Dear <Greeting/>, Tom &amp; Joe"),
    ("Hello <b>you</b>", "Hello <b>you</b>"),
    ("<Text>a</Text><Text>b</Text>", "<Text>a</Text><Text>b</Text>"),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "expected"), TEXTS)
def test_text_comes_out_without_its_wrapper(inside: str, expected: str) -> None:
    assert unwrapped(text_content(element(inside, "EmailTextContent"))) == expected


@given(TEXT)
def test_unwrapping_takes_one_wrapper_and_nothing_else(text: str) -> None:
    if "<" not in text:
        assert unwrapped(text) == text
    assert unwrapped(f"<Text>{text}</Text>") == text
    assert unwrapped(f"\n<Text>{text}</Text>\n") == text
