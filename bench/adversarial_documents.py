"""Documents made to take long: one thing repeated, in one place of a document.

`repeated(what, where, size)` gives the document; `WHAT` and `WHERE` name the things and the places.
What is repeated is a beginning or an end of each kind of markup, reference, directive, date and
address, or a pair of them; the places are all those in which a document can hold text.
"""

from __future__ import annotations

from collections.abc import Mapping

from ctct_migrate.reader.tree import ATOM, CTCT

#: What is repeated.
WHAT: Mapping[str, str] = {
    # Beginnings and ends of markup.
    "less-than": "<",
    "greater-than": ">",
    "less-than-space": "< ",
    "less-than-line": "<\n",
    "name-begun": "<a",
    "name-begun-space": "<a ",
    "name-begun-line": "<a\n",
    "start": "<b>",
    "end": "</b>",
    "end-begun": "</",
    "end-name-begun": "</b",
    "end-spaced": "</b >",
    "empty": "<b/>",
    "empty-spaced": "<b />",
    "pair": "<b></b>",
    "crossed": "<b><i></b></i>",
    "crossed-many": "<b><i>",
    "void": "<br>",
    "different-starts": "<b{n}>",
    "different-ends": "</b{n}>",
    "backslash-end": "<\\b>",
    "script-begun": "<script>",
    "script": "<script>a</script>",
    "script-raw": "<script>a<b&&c</script>",
    "style-begun": "<style>",
    "textarea-begun": "<textarea>",
    "html": "<html><body>",
    "text-start": "<Text>",
    "text-end": "</Text>",
    "text-both": "<Text></Text>",
    # Sections.
    "comment-begun": "<!--",
    "comment-ended": "-->",
    "comment": "<!-- a -->",
    "comment-hyphens": "<!-- a -- b -->",
    "comment-wrong": "<!-- --- ",
    "hyphens": "--",
    "instruction-begun": "<?",
    "instruction-ended": "?>",
    "instruction": "<?a b?>",
    "declaration-begun": "<?xml ",
    "declaration": '<?xml version="1.0"?>',
    "declaration-encoding": "<?xml encoding",
    "cdata-begun": "<![CDATA[",
    "cdata-ended": "]]>",
    "cdata": "<![CDATA[a]]>",
    "cdata-nested": "<![CDATA[ <![CDATA[ ]]>",
    "brackets": "]]",
    "doctype-begun": "<!DOCTYPE",
    "doctype-subset": "<!DOCTYPE x [",
    "doctype-quoted": '<!DOCTYPE x "',
    "doctype": "<!DOCTYPE html>",
    "entity": '<!ENTITY a "b">',
    "directive": "<!-- ctct-migrate: ignore CT101 -->",
    "directive-begun": "ctct-migrate: ignore ",
    "directive-codes": "CT101, ",
    "php": "<?php echo $a; ?>",
    "erb": "<%= a %>",
    "erb-begun": "<%",
    "template": "{{ a }}",
    "template-begun": "{{",
    "variable": "$a.b ",
    "dollars": "$",
    "conflict": "\n<<<<<<< a\n=======\n>>>>>>> b\n",
    # References.
    "ampersand": "&",
    "ampersand-space": "& ",
    "amp": "&amp;",
    "amp-twice": "&amp;amp;",
    "amp-thrice": "&amp;amp;amp;",
    "lt": "&lt;",
    "lt-cut": "&lt",
    "lt-twice": "&amp;lt;",
    "encoded-start": "&lt;b&gt;",
    "encoded-start-begun": "&lt;b",
    "encoded-end": "&lt;/b&gt;",
    "encoded-comment-begun": "&lt;!--",
    "encoded-text": "&lt;Text&gt;",
    "encoded-text-both": "&lt;Text&gt;&lt;/Text&gt;",
    "encoded-script": "&lt;script&gt;",
    "nbsp": "&nbsp;",
    "undefined": "&abc;",
    "numeric": "&#160;",
    "numeric-begun": "&#",
    "numeric-hex-begun": "&#x",
    "numeric-zeros": "&#000000",
    "numeric-forbidden": "&#0;",
    "numeric-surrogates": "&#55357;&#56832;",
    "surrogate-high": "&#xD83D;",
    # Attributes.
    "attribute": ' a="b"',
    "attribute-each": ' a{n}="b"',
    "attribute-unquoted": " a=b",
    "attribute-unquoted-each": " a{n}=b",
    "attribute-curly": " a=\u201cb\u201d",
    "attribute-open": ' a="',
    "attribute-open-single": " a='",
    "attribute-bare": " a",
    "attribute-equals": " a=",
    "attribute-less-than": ' a="<"',
    "attribute-touching": 'a="b"',
    "attribute-prefixed": ' p:a="b"',
    "declared": ' xmlns:p{n}="u"',
    "declared-all": ' xmlns="u"',
    "quotes": '"',
    "apostrophes": "'",
    "quotes-both": "\"'",
    "quotes-curly": "\u201c",
    "equals": "=",
    "slashes": "/",
    "backslashes": "\\",
    "backslash-quotes": '\\"',
    "backslash-line": "\\n",
    "doubled-quotes": '""',
    "colons": ":",
    "name-colon": "a:",
    # Characters.
    "letters": "a",
    "digits": "9",
    "zeros": "0",
    "blank": " ",
    "blank-word": " a",
    "word-blanks": "a    ",
    "tab": "\t",
    "line": "\n",
    "line-return": "\r\n",
    "return": "\r",
    "line-blank": "\n ",
    "nbsp-character": "\u00a0",
    "zero-width": "\u200b",
    "bom": "\ufeff",
    "control": "\x01",
    "nul": "\x00",
    "c1": "\x9b",
    "noncharacter": "\uffff",
    "astral": "\U0001f4da",
    "accented": "\u00e9",
    "mojibake": "\u00c3\u00a9",
    "mojibake-quote": "\u00e2\u20ac\u2122",
    "combining": "e\u0301",
    "percent": "%20",
    "percent-bare": "%",
    "dots": ".",
    "commas": ",",
    "comma-words": "a, b, ",
    "semicolons": ";",
    "hyphen-word": "a-",
    "plus": "+",
    "underscores": "_",
    # Values.
    "date": "2010-11-13T20:03:35.000Z ",
    "date-begun": "2010-11-13T",
    "date-spelled": "Mon, 13 Nov 2010 20:03:35 GMT ",
    "date-slashed": "11/13/2010 ",
    "month": "january ",
    "time": "20:03:35 ",
    "time-half": "8:03 pm ",
    "digits-colon": "20:",
    "fraction": ".000",
    "address": "a@b.com ",
    "address-begun": "a@",
    "address-dots": "a.b@c.",
    "address-angle": "<a@b.com>",
    "uri": "http://a.b/c ",
    "uri-begun": "http://",
    "uri-campaign": "/campaigns/1",
    "uri-list": "/lists/1",
    "uri-schedule": "/campaigns/1/schedules/1",
    "uri-query": "?a=b&amp;",
    "uri-link": "<a href='http://a.b?c=d&e=f'>g</a>",
    "yes": "YES ",
    "json": '{"a": ',
    "json-list": "[",
    "yaml": "- a: b\n",
    "base64": "PGVudHJ5",
    "form": "a=%3Centry&",
    "header": "A: b\r\n",
    "print-r": "Array ( [a] => ",
    "perl": "HASH(0x1) ",
    "line-number": "1: ",
    # Elements of the format.
    "entry": "<entry></entry>",
    "entry-begun": "<entry>",
    "entry-empty": "<entry/>",
    "entry-attribute-open": '<entry a="',
    "feed-begun": "<feed>",
    "feed-attributes": "<feed a='b' ",
    "feed-prefixed": "<a:feed ",
    "content": "<content/>",
    "content-begun": "<content>",
    "content-spaced": "<content  ",
    "content-comment": "<content><!-- --> ",
    "campaign": "<Campaign/>",
    "campaign-begun": "<Campaign>",
    "campaign-whole": '<entry><content><Campaign xmlns="' + CTCT + '"/></content></entry>',
    "schedule": "<Schedule/>",
    "link": '<link href="/a/b" rel="edit"/>',
    "link-empty": "<link/>",
    "id": "<id>a</id>",
    "author": "<author><name>a</name></author>",
    "author-begun": "<author>",
    "updated": "<updated>2010-11-13T20:03:35.000Z</updated>",
    "name": "<Name>a</Name>",
    "name-start": "<Name>",
    "name-start-text": "<Name>a",
    "name-slash-lost": "<Name>a<Name>",
    "name-slash-late": "<Name>a<Name/>",
    "name-end": "</Name>",
    "name-end-lost": "Name>a</Name>",
    "name-without-end": "<Namea</Name>",
    "name-wrong-case": "<name>a</name>",
    "name-misspelt": "<Nmae>a</Nmae>",
    "name-spaced": "< Name>a</Name>",
    "unknown": "<Abc>a</Abc>",
    "unknown-each": "<Abc{n}>a</Abc{n}>",
    "unknown-nested": "<Abc><Def>",
    "date-element": "<Date>a</Date>",
    "email-content": "<EmailContent>a</EmailContent>",
    "email-content-begun": "<EmailContent>",
    "email-content-raw": "<EmailContent><br>&nbsp;</EmailContent>",
    "lists": "<ContactLists></ContactLists>",
    "list": "<ContactList/>",
    "list-bad": "<ContactList>a</ContactList>",
    "list-bad-id": '<ContactList id="a"><link href="b"/></ContactList>',
    "list-same": '<ContactList id="http://a/lists/1"/>',
    "list-each": '<ContactList id="http://a/lists/{n}"/>',
    "text-element-prefixed": "<p:b>a</p:b>",
    "prefixed-each": "<p{n}:b/>",
    "default-namespace": '<b xmlns="u{n}">',
    "table": "<table><tr><td>",
    "list-items": "<ul><li>",
    "attribute-html": "<p a=b>",
    "attribute-html-bare": "<p a>",
    "upper": "<P></p>",
}

_ENTRY = """<entry xmlns="{atom}"{entry}>
<id>http://api.constantcontact.com/ws/customers/joe/campaigns/1{id}</id>
<title type="text">a{title}</title>
<updated>2010-11-13T20:03:35.000Z{updated}</updated>
<author><name>Constant Contact{author}</name></author>{beside}
<content type="application/vnd.ctct+xml{type}">
<Campaign xmlns="{ctct}{namespace}" id="http://api.constantcontact.com/ws/customers/joe/campaigns/1{number}"{attributes}>
<Name>{name}</Name>
<Status>{status}</Status>
<Date>{date}</Date>
<Subject>{subject}</Subject>
<FromName>a</FromName>
<ViewAsWebpage>{yes}</ViewAsWebpage>
<PermissionReminder>YES</PermissionReminder>
<PermissionReminderText>{reminder}</PermissionReminderText>
<OrganizationName>a</OrganizationName><OrganizationAddress1>a</OrganizationAddress1>
<OrganizationCity>a</OrganizationCity><OrganizationState>{state}</OrganizationState>
<OrganizationCountry>us</OrganizationCountry><OrganizationPostalCode>02451</OrganizationPostalCode>
<EmailContentFormat>{format}</EmailContentFormat>
<EmailContent>{content}</EmailContent>
<EmailTextContent>{text}</EmailTextContent>
<StyleSheet>{sheet}</StyleSheet>
<ContactLists>{lists}<ContactList id="http://api.constantcontact.com/ws/customers/joe/lists/1{list}"/></ContactLists>
<FromEmail><Email id="http://api.constantcontact.com/ws/customers/joe/settings/emailaddresses/2"/><EmailAddress>a@b.com{address}</EmailAddress></FromEmail>
<ReplyToEmail><Email id="http://api.constantcontact.com/ws/customers/joe/settings/emailaddresses/2"/><EmailAddress>a@b.com</EmailAddress></ReplyToEmail>
{field}
</Campaign>
</content>
</entry>
"""

_FILLED = {
    "name": "a", "status": "Draft", "date": "2010-11-13T20:03:35.000Z", "subject": "a",
    "yes": "NO", "reminder": "a", "state": "MA", "format": "HTML",
    "content": "&lt;html&gt;&lt;body&gt;a&lt;/body&gt;&lt;/html&gt;",
    "text": "&lt;Text&gt;a&lt;/Text&gt;", "sheet": "",
}  # fmt: skip


class _Fields(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _entry(**fields: str) -> str:
    return _ENTRY.format_map(_Fields({"atom": ATOM, "ctct": CTCT, **_FILLED, **fields}))


def _schedule(time: str) -> str:
    return (
        f'<entry xmlns="{ATOM}"><id>http://api.constantcontact.com/ws/customers/joe/campaigns/1/'
        '<title type="text">a</title><updated>2010-11-13T20:03:35.000Z</updated><author><name>a'
        '</name></author><content type="application/vnd.ctct+xml">'
        f'<Schedule xmlns="{CTCT}" id="http://api.constantcontact.com/ws/customers/joe/campaigns/1'
        f'/schedules/1"><ScheduledTime>{time}</ScheduledTime></Schedule></content></entry>'
    ).replace("campaigns/1/<", "campaigns/1/schedules/1</id><")


_MARK = "\0here\0"

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

#: Where: documents with a mark in the place.
WHERE: Mapping[str, str] = {
    "alone": _MARK,
    "behind-declaration": _DECLARATION + _MARK,
    "in-declaration": f'<?xml version="1.0" {_MARK}?>\n' + _entry(),
    "before-root": _DECLARATION + _MARK + _entry(),
    "behind-root": _DECLARATION + _entry() + _MARK,
    "in-root-tag": _entry(entry=" " + _MARK),
    "in-root-tag-cut": f"<entry {_MARK}",
    "in-root-attribute": _entry(entry=f' a="{_MARK}"'),
    "in-entry": _entry(beside=_MARK),
    "in-entry-cut": f'<entry xmlns="{ATOM}">{_MARK}',
    "in-id": _entry(id=_MARK),
    "in-title": _entry(title=_MARK),
    "in-updated": _entry(updated=_MARK),
    "in-author": _entry(author=_MARK),
    "in-content-type": _entry(type=_MARK),
    "in-payload-namespace": _entry(namespace=_MARK),
    "in-payload-id": _entry(number=_MARK),
    "in-payload-tag": _entry(attributes=" " + _MARK),
    "in-payload": _entry(field=_MARK),
    "in-name": _entry(name=_MARK),
    "in-status": _entry(status=_MARK),
    "in-date": _entry(date=_MARK),
    "in-subject": _entry(subject=_MARK),
    "in-yes-no": _entry(yes=_MARK),
    "in-state": _entry(state=_MARK),
    "in-reminder": _entry(reminder=_MARK),
    "in-format": _entry(format=_MARK),
    "in-html": _entry(content=_MARK),
    "in-html-encoded": _entry(content=f"&lt;html&gt;&lt;body&gt;{_MARK}&lt;/body&gt;&lt;/html&gt;"),
    "in-html-raw": _entry(content=f"<html><body>{_MARK}</body></html>"),
    "in-html-cdata": _entry(content=f"<![CDATA[<html><body>{_MARK}</body></html>]]>"),
    "in-html-comment": _entry(content=f"<!-- {_MARK} -->"),
    "in-html-encoded-comment": _entry(content=f"&lt;!-- {_MARK} --&gt;&lt;p&gt;a&lt;/p&gt;"),
    "in-html-attribute": _entry(content=f"<p a='{_MARK}'>a</p>"),
    "in-text": _entry(text=_MARK),
    "in-text-encoded": _entry(text=f"&lt;Text&gt;{_MARK}&lt;/Text&gt;"),
    "in-text-raw": _entry(text=f"<Text>{_MARK}</Text>"),
    "in-text-cdata": _entry(text=f"<![CDATA[<Text>{_MARK}</Text>]]>"),
    "in-style-sheet": _entry(sheet=_MARK),
    "in-lists": _entry(lists=_MARK),
    "in-list-id": _entry(list=_MARK),
    "in-address": _entry(address=_MARK),
    "in-link": _entry(beside=f'<link rel="edit" href="{_MARK}"/>'),
    "in-comment": _entry(beside=f"<!-- {_MARK} -->"),
    "in-directive": _entry(beside=f"<!-- ctct-migrate: ignore {_MARK} -->"),
    "in-instruction": _entry(beside=f"<?a {_MARK}?>"),
    "in-scheduled-time": _schedule(_MARK),
    "in-feed": f'<feed xmlns="{ATOM}">{_MARK}{_entry()}</feed>',
    "in-feed-cut": f'<feed xmlns="{ATOM}">{_MARK}',
    "in-feed-tag": f'<feed xmlns="{ATOM}" {_MARK}>{_entry()}</feed>',
    "in-entry-of-feed": f'<feed xmlns="{ATOM}">{_entry(beside=_MARK)}{_entry()}</feed>',
    "in-wrong-root": f"<abc>{_MARK}</abc>",
    "in-json": '{"a": "' + _MARK + '"}',
}


def repeated(what: str, where: str, size: int) -> bytes:
    """The document in which `what` (a key of `WHAT`) is repeated in the place `where` (a key of
    `WHERE`) until that part is `size` bytes long, in UTF-8."""
    text = WHAT[what]
    if "{n}" in text:
        parts, length, n = [], 0, 0
        while length < size:
            parts.append(text.replace("{n}", str(n)))
            length += len(parts[-1])
            n += 1
        inner = "".join(parts)
    else:
        inner = text * max(1, size // len(text.encode()))
    return WHERE[where].replace(_MARK, inner).encode("utf-8", "surrogatepass")
