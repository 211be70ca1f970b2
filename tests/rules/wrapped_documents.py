"""A document in everything that it may be copied out of."""

from __future__ import annotations

import base64
import difflib
import html
import json
import quopri
import textwrap
import urllib.parse
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wrapped:
    """`text` holds a document, and is reported by `codes`; `safe` says whether the safe fixes get it
    out whole, `layout` whether line ends and indentation come out as they went in."""

    name: str
    text: str
    codes: tuple[str, ...]
    safe: bool = True
    layout: bool = True


def wrapped(document: str) -> list[Wrapped]:
    escaped = document.replace("\\", "\\\\")
    lines = document.splitlines(keepends=True)
    string = json.dumps(document)
    doubled = '"' + document.replace('"', '""') + '"'
    single = "'" + document.replace("\\", "\\\\").replace("'", "\\'") + "'"
    encoded = base64.b64encode(document.encode()).decode()
    percent = urllib.parse.quote(document, safe="")
    request = "POST /ws/customers/joe/campaigns HTTP/1.1\r\nHost: api.example.com\r\n"
    parts = '--x\r\nContent-Disposition: form-data; name="xml"\r\n\r\n' + document + "\r\n--x--\r\n"
    half = len(document) // 2
    chunks = "".join(f"{len(p.encode()):x}\r\n{p}\r\n" for p in (document[:half], document[half:]))
    recording = "http_interactions:\n- request:\n    body:\n      string: "
    difference = difflib.unified_diff([], lines, "/dev/null", "b/a.xml")
    php = "".join(f"$xml .= {json.dumps(line)};\n" for line in lines)
    literal, twice, in_json, in_yaml = ("CT016",), ("CT017",), ("CT018",), ("CT019",)
    message, form, coded, dump, prefix, text = (
        ("CT020",), ("CT021",), ("CT022",), ("CT023",), ("CT026",), ("CT027",)
    )  # fmt: skip
    return [
        Wrapped("json string", string, literal),
        Wrapped("json string with < escaped", string.replace("<", "\\u003c"), literal),
        Wrapped("the inside of a json string", string[1:-1], literal),
        Wrapped("json property", json.dumps({"body": document}), in_json),
        Wrapped("json array", json.dumps([document]), in_json),
        Wrapped("json with more", json.dumps({"id": 1, "body": document}), in_json, False),
        Wrapped("json in json", json.dumps(json.dumps({"b": document})), ("CT016", "CT018"), False),
        Wrapped("log line", "12:30 INFO sent " + json.dumps({"body": document}), literal, False),
        Wrapped("java", "String x = " + " +\n  ".join(map(json.dumps, lines)) + ";", literal),
        Wrapped("c", "const char *x =\n" + "\n".join(map(json.dumps, lines)) + ";\n", literal),
        Wrapped("php", f"$xml = {single};\n", literal),
        Wrapped("php, appended", f"$xml = '';\n{php}", literal, False),
        Wrapped("php here-document", f"$xml = <<<EOT\n{document}EOT;\n", literal),
        Wrapped("shell here-document", f"cat > a.xml <<'XML'\n{document}XML\n", literal),
        Wrapped("python", f'xml = """{escaped}"""\n', literal),
        Wrapped("python repr", repr(document), literal),
        Wrapped("python bytes", repr(document.encode()), literal),
        Wrapped("quotes after backslashes", escaped.replace('"', '\\"'), literal),
        Wrapped("line ends of a program", document.replace("\n", "\\n"), literal),
        Wrapped("quotes around it", f'"{document}"', literal, False),
        Wrapped("quotes doubled", document.replace('"', '""'), twice),
        Wrapped("quotes doubled, in quotes", doubled, twice),
        Wrapped(
            "visual basic",
            "x = " + " & vbCrLf & _\n ".join(
                '"' + line.rstrip("\n").replace('"', '""') + '"' for line in lines
            ),
            twice,
        ),
        Wrapped("csv", f"1,{doubled},2011-01-01\n", twice, False),
        Wrapped("sql", "INSERT INTO t VALUES (1, '" + document.replace("'", "''") + "');", twice, False),
        Wrapped("cassette", f"{recording}{string}\n  recorded_at: x\n", in_yaml),
        Wrapped("yaml block", "body: |\n" + textwrap.indent(document, "    "), in_yaml),
        Wrapped(
            "yaml, folded",
            "body: '" + document.replace("'", "''").replace("\n", "\n\n    ") + "'",
            in_yaml,
            layout=False,
        ),
        Wrapped("http request", f"{request}\r\n{document}", message),
        Wrapped("http answer", f"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n{document}", message),
        Wrapped("headers alone", f"Content-Type: application/atom+xml\n\n{document}", message),
        Wrapped("chunks", f"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n{chunks}0\r\n\r\n", message),
        Wrapped(
            "curl -v",
            "*   Trying 192.0.2.1...\n> POST /ws HTTP/1.1\n> Host: x\n> \n< HTTP/1.1 200 OK\n< \n"
            + document + "* Connection #0 to host left intact\n",
            message,
        ),
        Wrapped("multipart", parts, message),
        Wrapped("multipart request", f"{request}\r\n{parts}", ("CT020", "CT020")),
        Wrapped("request with json", f"{request}\r\n{json.dumps({'b': document})}", ("CT020", "CT018")),
        Wrapped("form", urllib.parse.urlencode({"xml": document}), form),
        Wrapped("form with more", urllib.parse.urlencode({"a": "b", "xml": document}), form, False),
        Wrapped("percent signs", percent, form),
        Wrapped("percent signs twice", urllib.parse.quote(percent, safe=""), form),
        Wrapped("base64", encoded, coded),
        Wrapped("base64 in lines", base64.encodebytes(document.encode()).decode(), coded),
        Wrapped("data uri", f"data:application/xml;base64,{encoded}", coded),
        Wrapped("base64 in json", json.dumps({"body": encoded, "isBase64Encoded": True}), coded, False),
        Wrapped("hexadecimal", document.encode().hex(), coded),
        Wrapped("quoted-printable", quopri.encodestring(document.encode()).decode(), coded),
        Wrapped("print_r", f"Array\n(\n    [xml] => {document}\n)\n", dump, False),
        Wrapped("var_dump", f'string({len(document)}) "{document}"\n', dump, False),
        Wrapped("Data::Dumper", f"$VAR1 = {{\n  'xml' => {single}\n}};\n", literal, False),
        Wrapped("mail", "".join(f"> {line}" for line in lines), prefix),
        Wrapped("mail of a mail", "Joe wrote:\n" + "".join(f">> {line}" for line in lines), prefix, False),
        Wrapped("listing", "".join(f"{n:4}  {line}" for n, line in enumerate(lines, 1)), prefix),
        Wrapped("cat -n", "".join(f"{n:6}\t{line}" for n, line in enumerate(lines, 1)), prefix),
        Wrapped("grep -n", "".join(f"{n}:{line}" for n, line in enumerate(lines, 7)), prefix),
        Wrapped("difference", "".join(difference), prefix),
        Wrapped("lines added", "".join(f"+{line}" for line in lines), prefix),
        Wrapped("comment", "".join(f"// {line}" for line in lines), prefix),
        Wrapped("markdown", f"```xml\n{document}```\n", text),
        Wrapped("mail in markdown", f"Hello,\n\n```\n{document}```\n\nthanks\n", text, False),
        Wrapped("page", f"<html><body><pre>{html.escape(document)}</pre></body></html>", text),
        Wrapped("page's own tags", f"<pre>{html.escape(document).replace('id&gt;', '<b>id</b>&gt;')}</pre>", text, False),
        Wrapped("xml string", f'<string xmlns="urn:x">{html.escape(document, quote=False)}</string>', text),
        Wrapped(
            "text area", "<textarea>" + document.replace("&", "&amp;").replace("<", "&lt;") + "</textarea>", text
        ),
        Wrapped("cdata", f"<![CDATA[{document}]]>", text),
        Wrapped("soap", f"<s:Envelope><s:Body><x><![CDATA[{document}]]></x></s:Body></s:Envelope>", text),
    ]  # fmt: skip
