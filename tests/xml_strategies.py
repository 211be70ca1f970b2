"""Strategies for well-formed text of any kind, without any format in mind."""

from __future__ import annotations

from hypothesis import strategies as st

_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"]), max_size=20)
_names = st.sampled_from(["a", "b", "c:d", "Name", "Émail", "x-1", "EmailContent"])


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "]]&gt;")


@st.composite
def _nodes(draw: st.DrawFn, depth: int = 0) -> str:
    kind = draw(st.sampled_from(["text", "cdata", "comment", "pi", "ref", "element", "element"]))
    if kind == "text":
        return _escape(draw(_texts)) + draw(st.sampled_from(["", "\r\n", "\r", "\n", "\t"]))
    if kind == "cdata":
        return f"<![CDATA[{draw(_texts).replace(']]>', '')}]]>"
    if kind == "comment":
        return f"<!--{draw(_texts).replace('-', '')}-->"
    if kind == "pi":
        return f"<?target {draw(_texts).replace('?>', '')}?>"
    if kind == "ref":
        return draw(
            st.sampled_from(["&lt;", "&#233;", "&#x1F600;", "&amp;amp;", "&quot;", "&apos;"])
        )
    name = draw(_names)
    value = _escape(draw(_texts)).replace('"', "&quot;")
    attribute = draw(st.sampled_from(["", f' k="{value}"', f" k = '{value.replace(chr(39), '')}'"]))
    children = "" if depth > 3 else "".join(draw(st.lists(_nodes(depth + 1), max_size=4)))
    if not children and draw(st.booleans()):
        return f"<{name}{attribute} />"
    return f"<{name}{attribute}>{children}</{name} >"


#: Whole documents, with every kind of markup in them.
well_formed = st.builds(
    lambda head, inner: f'{head}<r xmlns:c="urn:c">{"".join(inner)}</r>\n',
    st.sampled_from(["", "<?xml version='1.0'?>\n", "<!-- x -->"]),
    st.lists(_nodes(), max_size=5),
)
