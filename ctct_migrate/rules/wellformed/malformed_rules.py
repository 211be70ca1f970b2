"""The catalogue of CT1: what makes a document malformed.  `wellformed` words them.

Each is an error: v1 answered a malformed document with 400 and nothing more.
"""

from __future__ import annotations

from ctct_migrate.diagnostics import Rule, Severity
from ctct_migrate.rules.phrases import GOOD_ENTRY

_WHY = "A document that is not well-formed is refused whole: v1 answered 400 and did not say where."
_COMMONEST = "reference, v1-atom, EmailContent and EmailTextContent: the commonest failures"
_HTML = "&lt;html&gt;&lt;body&gt;Hi&lt;/body&gt;&lt;/html&gt;"


def _rule(
    number: int, name: str, summary: str, bad: str, good: str, how: str, fact: str, why: str = _WHY
) -> Rule:
    return Rule(f"CT{number}", name, Severity.ERROR, summary, why, bad, good, how, fact)


UNDEFINED_ENTITY = _rule(
    101, "undefined-entity", "An entity that XML does not know",
    "<Subject>Spring&nbsp;sale</Subject>", "<Subject>Spring&#160;sale</Subject>",
    "Write the character itself or its numeric reference. XML knows five entities by name, HTML 252 more.",
    f"XML 1.0, 4.6; {_COMMONEST}",
)  # fmt: skip
BARE_AMPERSAND = _rule(
    102, "bare-ampersand", "An ampersand that begins no reference",
    "<Subject>Salt & pepper</Subject>", "<Subject>Salt &amp; pepper</Subject>",
    "Write `&amp;`. In the query of a link as well: `?a=1&amp;b=2`.",
    f"XML 1.0, 2.4; {_COMMONEST}",
)  # fmt: skip
LESS_THAN = _rule(
    103, "unescaped-less-than", "A less-than sign that begins no tag",
    "<Subject>Everything < 10 dollars</Subject>", "<Subject>Everything &lt; 10 dollars</Subject>",
    "Write `&lt;`.", "XML 1.0, 2.4",
)  # fmt: skip
UNCLOSED = _rule(
    104, "unclosed-element", "An element that is never closed",
    "<Subject>Spring sale", "<Subject>Spring sale</Subject>",
    "Add its end tag.", "XML 1.0, 3: every start tag has an end tag",
)  # fmt: skip
CROSSED = _rule(
    105, "crossed-tags", "An end tag that does not fit the element that is open",
    "<Subject>Spring sale</subject>", "<Subject>Spring sale</Subject>",
    "Close elements in the reverse order of their opening, by the same name in the same letter case.",
    "XML 1.0, 3: element type match",
)  # fmt: skip
STRAY = _rule(
    106, "stray-end-tag", "An end tag without a start tag",
    "<Subject>Spring sale</Subject></Topic>", "<Subject>Spring sale</Subject>",
    "Delete it, or add the start tag that it lacks.", "XML 1.0, 3",
)  # fmt: skip
UNQUOTED = _rule(
    107, "unquoted-attribute", "An attribute's value without quotes",
    "<title type=text>Spring sale</title>", '<title type="text">Spring sale</title>',
    "Put the value into double quotes. HTML allows values without, XML does not.", "XML 1.0, 2.3: AttValue",
)  # fmt: skip
DUPLICATE = _rule(
    108, "duplicate-attribute", "An attribute that stands twice in one tag",
    '<title type="text" type="text">Spring sale</title>', '<title type="text">Spring sale</title>',
    "Keep one of the two.", "XML 1.0, 3.1: unique attributes",
)  # fmt: skip
OUTSIDE = _rule(
    109, "text-outside-root", "Text before or after the document",
    GOOD_ENTRY + "That was all.", GOOD_ENTRY,
    "Delete it. Headers of an HTTP message and a program's own output are the commonest.",
    "XML 1.0, 2.1",
)  # fmt: skip
SECOND_ROOT = _rule(
    110, "second-root", "Two documents in one file",
    GOOD_ENTRY + '<entry xmlns="http://www.w3.org/2005/Atom"/>', GOOD_ENTRY,
    "Put each entry in a file of its own, or all of them in one `feed`.", "XML 1.0, 2.1",
)  # fmt: skip
BAD_CHARACTER = _rule(
    111, "bad-character", "A character that XML does not allow",
    "<Subject>Spring\x0bsale</Subject>", "<Subject>Spring sale</Subject>",
    "Delete it. Control characters come from copying out of word processors and from cut network streams.",
    "XML 1.0, 2.2: Char",
)  # fmt: skip
DECLARATION = _rule(
    112, "xml-declaration", "A malformed XML declaration",
    "<?xml version=1.0?>\n" + GOOD_ENTRY.split("?>\n", 1)[1], GOOD_ENTRY,
    'Write `<?xml version="1.0" encoding="UTF-8"?>`.', "XML 1.0, 2.8: XMLDecl",
)  # fmt: skip
LATE_DECLARATION = _rule(
    113, "late-xml-declaration", "An XML declaration that is not at the start",
    "\n" + GOOD_ENTRY, GOOD_ENTRY,
    "Make the declaration the very first thing in the file: no line end, no space before it.", "XML 1.0, 2.8: prolog",
)  # fmt: skip
RAW_HTML = _rule(
    114, "raw-html", "HTML put unencoded into the content, where it breaks the XML",
    "<EmailContent><html><body>Hi<br>there&nbsp;</body></html></EmailContent>",
    f"<EmailContent>{_HTML}</EmailContent>",
    "Encode the HTML as text (`&lt;` for `<`, `&amp;` for `&`) before putting it into the XML, or wrap it in a CDATA section. XML libraries do it when the HTML is set as text.",
    _COMMONEST,
    why="The commonest failure of all. HTML need not be XML: `<br>` is never closed, `&nbsp;` is not defined, a link's query has bare ampersands. One of them makes the whole document malformed.",
)  # fmt: skip
TRUNCATED = _rule(
    115, "truncated", "The document ends before it is complete",
    GOOD_ENTRY[: GOOD_ENTRY.index("</ScheduledTime>")], GOOD_ENTRY,
    "Fetch or write the document again: its end is missing.", "XML 1.0, 2.1",
    why="A write or a transfer was cut off. What is missing cannot be guessed, so nothing is said of it.",
)  # fmt: skip
UNDECLARED = _rule(
    116, "undeclared-prefix", "A namespace prefix that is not declared",
    GOOD_ENTRY.replace("<title", "<atom:title").replace("</title>", "</atom:title>"), GOOD_ENTRY,
    'Declare it on the root, as in `xmlns:atom="http://www.w3.org/2005/Atom"`, or leave the prefix out.',
    "Namespaces in XML 1.0, 5",
)  # fmt: skip
COMMENT = _rule(
    117, "bad-comment", "Two hyphens inside a comment",
    "<!-- old -- new -->\n<Subject>Spring sale</Subject>", "<!-- old, new -->\n<Subject>Spring sale</Subject>",
    "Put a space between the hyphens.", "XML 1.0, 2.5",
)  # fmt: skip
MALFORMED = _rule(
    118, "malformed-tag", "A tag that cannot be read",
    '<title type="text" hidden>Spring sale</title>', '<title type="text">Spring sale</title>',
    "Write a tag as `<name>`, `</name>` or `<name/>`, without a space after `<`, and each attribute as `name=\"value\"`, with a space before it.",
    "XML 1.0, 3.1; 2.6: processing instructions",
    "A parser stops at the first tag that it cannot read, and v1 answered 400 without saying where. One code stands for all that a tag can have wrong with its signs: a `<`, `>`, `/`, `=` or quote that is missing, too much, or in the place of another; a space where none may be, or none where one has to be; an attribute without a value; words that are no attribute; an end tag with more than a name; a `<?` without a name.",
)  # fmt: skip
UNTERMINATED = _rule(
    119, "unterminated-section", "A comment or CDATA section that never ends",
    "<EmailContent><![CDATA[<html><body>Hi</body></html></EmailContent>",
    "<EmailContent><![CDATA[<html><body>Hi</body></html>]]></EmailContent>",
    "Add its end: `-->` for a comment, `]]>` for a CDATA section.", "XML 1.0, 2.5 and 2.7",
)  # fmt: skip
SECTION_END = _rule(
    120, "stray-section-end", "`]]>` in a text that is not a CDATA section",
    "<Subject>Sale ]]> now</Subject>", "<Subject>Sale ]]&gt; now</Subject>",
    "Write `]]&gt;`, or delete it if a CDATA section was meant to end here.", "XML 1.0, 2.4",
)  # fmt: skip
DOUBLED = _rule(
    122, "doubled-part", "A part of the document that stands twice in a row",
    "<FromName>The shop with all the little things on the old market place</FromName> with all the little things on the old market place</FromName>",
    "<FromName>The shop with all the little things on the old market place</FromName>",
    "Delete the copy.", "XML 1.0, 3: every start tag has an end tag",
    why="A program wrote the same buffer twice. The copy begins in the middle of something, which makes the whole document malformed.",
)  # fmt: skip
NOT_WELL_FORMED = _rule(
    199, "not-well-formed", "XML that is malformed in a way not named elsewhere",
    GOOD_ENTRY.replace("<entry ", '<entry xmlns:xml="urn:x" '), GOOD_ENTRY,
    "Look at the place shown. The words beside it are the XML parser's own.", "XML 1.0",
)  # fmt: skip

RULES = (
    UNDEFINED_ENTITY, BARE_AMPERSAND, LESS_THAN, UNCLOSED, CROSSED, STRAY, UNQUOTED, DUPLICATE,
    OUTSIDE, SECOND_ROOT, BAD_CHARACTER, DECLARATION, LATE_DECLARATION, RAW_HTML, TRUNCATED,
    UNDECLARED, COMMENT, MALFORMED, UNTERMINATED, SECTION_END, DOUBLED, NOT_WELL_FORMED,
)  # fmt: skip
