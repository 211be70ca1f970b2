"""For each code of reading, well-formedness, the envelope and names: a document that has it, with
the guilty text, and a near miss that has not.

Where something is missing, the guilty text is empty and `>` stands for what is just before it.
"""

from __future__ import annotations

import pytest
from example_documents import CAMPAIGN, SCHEDULE, document_of

from ctct_migrate import Diagnostic, lint, read

#: code, what to replace in CAMPAIGN, by what; the guilty text; and a replacement that is not a mistake
CASES = [
    ("CT101", "Spring sale</Subject>", "Spring&nbsp;sale</Subject>", "&nbsp;", "Spring&#160;sale</Subject>"),
    ("CT101", "Spring sale</Subject>", "5 &euro;</Subject>", "&euro;", "5 €</Subject>"),
    ("CT101", "Spring sale</Subject>", "&brand; sale</Subject>", "&brand;", "&amp;brand; sale</Subject>"),
    ("CT102", "Spring sale</Subject>", "Salt & pepper</Subject>", "&", "Salt &amp; pepper</Subject>"),
    ("CT102", 'rel="edit"', 'rel="edit" title="a&b"', "&", 'rel="edit" title="a&amp;b"'),
    ("CT103", "Spring sale</Subject>", "Price < 10</Subject>", "<", "Price &lt; 10</Subject>"),
    ("CT103", "Spring sale</Subject>", "I <3 you</Subject>", "<", "I > 3</Subject>"),
    ("CT104", "Spring sale</Subject>", "Spring sale", "<Subject>", "Spring sale</Subject >"),
    ("CT104", "Spring sale</Subject>", "Spring sale<Subject>", "<Subject>", "<![CDATA[<Subject>]]></Subject>"),
    ("CT104", "    </Campaign>\n", "", "<Campaign xmlns=", "    </Campaign>"),
    ("CT105", "</Subject>", "</subject>", "</subject>", "</Subject>"),
    ("CT105", "<Subject>", "<Subjekt>", "Subjekt", "<Subject>"),
    ("CT106", "</Subject>", "</Subject></Topic>", "</Topic>", "</Subject><!-- </Topic> -->"),
    ("CT107", 'rel="edit"', "rel=edit", "edit", "rel='edit'"),
    ("CT107", 'rel="edit"', 'rel="edit', 'rel="edit', 'rel = "edit"'),
    ("CT108", 'rel="edit"', 'rel="edit" rel="self"', 'rel="self"', 'rel="edit" title="self"'),
    ("CT109", "</entry>\n", "</entry>\nThat was all.", "That was all.", "</entry>\n<!-- That was all. -->"),
    ("CT110", "</entry>\n", "</entry><feed/>", "feed", "</entry><?feed?>"),
    ("CT111", "Spring sale</Subject>", "Spring\x0bsale</Subject>", "\x0b", "Spring\tsale</Subject>"),
    ("CT111", "Spring sale</Subject>", "Spring&#8;sale</Subject>", "&#8;", "Spring&#9;sale</Subject>"),
    ("CT112", '<?xml version="1.0" encoding="UTF-8"?>', '<?xml version="1.0" encoding=UTF-8?>', '<?xml version="1.0" encoding=UTF-8?>', "<?xml version='1.0' encoding='UTF-8'?>"),
    ("CT113", '<?xml version="1.0" encoding="UTF-8"?>', ' <?xml version="1.0" encoding="UTF-8"?>', '<?xml version="1.0" encoding="UTF-8"?>', '<?xml version="1.0" encoding="UTF-8"?> '),
    ("CT114", "&lt;html&gt;&lt;body&gt;&lt;p&gt;Hello&lt;/p&gt;&lt;/body&gt;&lt;/html&gt;", "<html><body>a<br>b</body></html>", "<br>", "<html><body>a<br/>b</body></html>"),
    ("CT101", "&lt;html&gt;&lt;body&gt;&lt;p&gt;Hello&lt;/p&gt;&lt;/body&gt;&lt;/html&gt;", "<html><body>a&nbsp;b</body></html>", "&nbsp;", "<html><body>a&#160;b</body></html>"),
    ("CT115", "      <Status>Draft</Status>\n" + CAMPAIGN.split("      <Status>Draft</Status>\n")[1], "", "", "      <Status>Draft</Status>\n" + CAMPAIGN.split("      <Status>Draft</Status>\n")[1]),
    ("CT116", "<Subject>Spring sale</Subject>", "<v1:Subject>Spring sale</v1:Subject>", "v1", '<v1:Subject xmlns:v1="http://ws.constantcontact.com/ns/1.0/">Spring sale</v1:Subject>'),
    ("CT117", "<Subject>", "<!-- a -- b --><Subject>", "--", "<!-- a - b --><Subject>"),
    ("CT118", 'rel="edit"', 'rel="edit" hidden', "hidden", 'rel="edit" title="hidden"'),
    ("CT118", "<Subject>Spring", "<Subject Spring", "<Subject", "<Subject >Spring"),
    ("CT119", "<Subject>", "<!-- <Subject>", "<!--", "<!-- --><Subject>"),
    ("CT120", "Spring sale</Subject>", "Spring ]]> sale</Subject>", "]]>", "Spring ]]&gt; sale</Subject>"),
    ("CT201", "http://www.w3.org/2005/Atom", "http://www.w3.org/2005/atom", "http://www.w3.org/2005/atom", "http://www.w3.org/2005/Atom"),
    ("CT201", ' xmlns="http://www.w3.org/2005/Atom"', "", "entry", ' xmlns="http://www.w3.org/2005/Atom"'),
    ("CT202", ' xmlns="http://ws.constantcontact.com/ns/1.0/"', "", "Campaign", ' xmlns="http://ws.constantcontact.com/ns/1.0/" '),
    ("CT203", "  <id>http://api.constantcontact.com/ws/customers/joe/campaigns/1100546096289</id>\n", "", "", "  <id>data:,none</id>\n"),
    ("CT204", "<id>http://api.constantcontact.com/ws/customers/joe/campaigns/1100546096289</id>", "<id>2</id>", "2", "<id>data:,</id>"),
    ("CT205", "  <updated>2010-09-28T05:22:42.000Z</updated>\n", "", "", "  <updated>2010-09-28T05:22:42+01:00</updated>\n"),
    ("CT206", "<updated>2010-09-28T05:22:42.000Z", "<updated>28/09/2010", "28/09/2010", "<updated>2010-09-28T05:22:42Z"),
    ("CT207", '  <title type="text">Spring sale</title>\n', "", "", "  <title/>\n"),
    ("CT208", "  <author><name>Constant Contact</name></author>\n", "", "", "  <author><name>Joe</name></author>\n"),
    ("CT209", "<author><name>Constant Contact</name></author>", "<author/>", "", "<author><name>Joe</name></author>"),
    ("CT209", "<author><name>Constant Contact</name></author>", "<author>Joe</author>", "Joe", "<author><name>Joe</name><email>a@b.c</email></author>"),
    ("CT211", "application/vnd.ctct+xml", "application/xml", "application/xml", "application/vnd.ctct+xml"),
    ("CT211", ' type="application/vnd.ctct+xml"', "", "content", " type='application/vnd.ctct+xml'"),
    ("CT215", ' href="/ws/customers/joe/campaigns/1100546096289"', "", "link", " href='/ws/customers/joe/campaigns/1100546096289'"),
    ("CT301", "<Subject>Spring sale</Subject>", "<Subject>Spring sale</Subject><Colour/>", "Colour", "<Subject>Spring sale</Subject><!-- <Colour/> -->"),
    ("CT302", "<Subject>Spring sale</Subject>", "<subject>Spring sale</subject>", "subject", "<Subject >Spring sale</Subject>"),
    ("CT302", "<EmailAddress>joe@example.com</EmailAddress></FromEmail>", "<emailaddress>joe@example.com</emailaddress></FromEmail>", "emailaddress", "<EmailAddress>joe@example.com</EmailAddress></FromEmail>"),
    ("CT303", "<Subject>Spring sale</Subject>", "<Subject>Spring sale</Subject><Subject>x</Subject>", "Subject", "<Subject>Spring sale</Subject><!-- <Subject>x</Subject> -->"),
    ("CT304", "<author><name>Constant Contact</name></author>", "<name>Constant Contact</name>", "name", "<author><name>Constant Contact</name></author>"),
    ("CT305", "<Subject>", '<Subject lang="en">', "lang", '<Subject >'),
    ("CT306", "<Subject>", "stray <Subject>", "stray", "<!-- stray --> <Subject>"),
    ("CT307", "Spring sale</Subject>", "Spring <b>sale</b></Subject>", "b", "Spring &lt;b>sale&lt;/b></Subject>"),
    ("CT090", "<Subject>", "<!-- ctct-migrate: ignore CT310 --><Subject>", "CT310", "<!-- ctct: ignore CT310 --><Subject>"),
    ("CT091", "<Subject>", "<!-- ctct-migrate: ignore CT31O --><Subject>", "CT31O", "<!-- ignore CT31O --><Subject>"),
]  # fmt: skip

#: Documents of another kind: code, bytes, guilty text
OTHERS = [
    ("CT001", b"", ""),
    ("CT001", b" \n\t", ""),
    ("CT002", b"\x89PNG\r\n\x1a\n", ""),
    ("CT003", b'{"name": "Spring"}', '{"name": "Spring"}'),
    ("CT004", b"<!DOCTYPE html>\n<html><body>403</body></html>", "<!DOCTYPE html>"),
    ("CT004", b"<html><body>Error</body></html>", "<html><body>Error</body></html>"),
    ("CT005", b'<service xmlns="http://www.w3.org/2007/app"/>', "service"),
    ("CT006", b"<!DOCTYPE entry>\n<entry/>", "<!DOCTYPE entry>"),
    ("CT011", b"<rss/>", "rss"),
    ("CT013", b"Error 400: bad request", "Error 400: bad request"),
    ("CT008", SCHEDULE.replace("UTF-8", "latin-99").encode(), "latin-99"),
    ("CT009", SCHEDULE.replace("UTF-8", "utf-16").encode(), "utf-16"),
]


def _guilty(data: bytes, diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    return data[span.start.offset : span.end.offset].decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("code", "old", "new", "guilty", "miss"),
    CASES,
    ids=[f"{c[0]}-{i}" for i, c in enumerate(CASES)],
)
def test_the_guilty_text(code: str, old: str, new: str, guilty: str, miss: str) -> None:
    assert old in CAMPAIGN
    data = CAMPAIGN.replace(old, new, 1).encode()
    found = lint(read(data))
    assert [each.code for each in found] == [code]
    text = _guilty(data, found[0])
    assert text == guilty if guilty != "<Campaign xmlns=" else text.startswith("<Campaign")
    near = CAMPAIGN.replace(old, miss, 1).encode()
    assert code not in [each.code for each in lint(read(near))]


@pytest.mark.parametrize(("code", "data", "guilty"), OTHERS)
def test_documents_of_another_kind(code: str, data: bytes, guilty: str) -> None:
    found = lint(read(data))
    assert [each.code for each in found] == [code]
    assert _guilty(data, found[0]) == guilty


#: What is missing is shown where it belongs: code, fragment, the text just before the place
PLACES = [
    ("CT203", "<!-- no id -->", "</content>"),
    ("CT205", "<!-- no updated -->", "</content>"),
    ("CT207", "<!-- no title -->", "</content>"),
    ("CT210", "<!-- no content -->", "</author>"),
    ("CT401", "<!-- no Name -->", "</ContactLists>"),
    ("CT402", "<!-- no Subject -->", "</ContactLists>"),
]


@pytest.mark.parametrize(("code", "fragment", "before"), PLACES)
def test_the_place_of_what_is_missing(code: str, fragment: str, before: str) -> None:
    data = document_of(fragment)
    (found,) = lint(read(data))
    assert found.code == code
    assert found.span.start == found.span.end
    assert data[: found.span.start.offset].decode().endswith(before)


def test_a_missing_author_is_shown_before_the_content() -> None:
    data = document_of("<!-- no author -->")
    (found,) = lint(read(data))
    assert data[found.span.start.offset :].startswith(b"<content ")
