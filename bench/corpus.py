"""A corpus of v1 campaigns for measuring: seeded, so that everybody measures the same bytes.

    python bench/corpus.py FOLDER [--count 20000] [--seed 1] [--form tree|zip|tar.gz|feed]

Documents are 2 to 60 KB long, half of them longer than 14 KB; the content is HTML encoded as
text, in CDATA, or as real child elements in no namespace, in XHTML's, and in the payload's.  One
document in ten has a mistake of the kinds that users make.  Document n is the same for every
count.
"""

from __future__ import annotations

import argparse
import io
import math
import random
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

#: Bytes: of half of the documents at least the median; spread by a logarithmic normal curve.
_SMALLEST, _MEDIAN, _LARGEST = 2_400, 14_000, 59_000
_SPREAD = 0.75

#: Below this many bytes a campaign has only what it must have.
_LEAN = 5_000
_OPTIONAL = re.compile(
    "<(Last|Sent|Opens|Clicks|Bounces|Forwards|OptOuts|Spam|Reply|Urls|Archive|ContactLists|View|"
    "Permission|Include|Forward|Subscribe|OrganizationAddress[23]|OrganizationInternational)"
)

_WORDS = """
    spring summer autumn winter sale news friends garden flowers community workshop concert dear
    thank you for being with us this season we have prepared something special come and see our
    new collection in the store downtown every saturday from nine until noon members save twenty
    percent on all orders placed before the end of the month please forward this message to a
    friend who might enjoy it as much as you do volunteers are welcome at the annual fair where
    music food and good company are free of charge register online or call the office
""".split()  # noqa: SIM905

_STATES = ("MA", "TX", "CA", "NY", "WA", "IL", "FL", "OH", "GA", "CO")
_GREETINGS = ("FirstName", "LastName", "FirstAndLastName", "None")

ATOM = "http://www.w3.org/2005/Atom"
CTCT = "http://ws.constantcontact.com/ns/1.0/"
BASE = "http://api.constantcontact.com/ws/customers/joesflowers"


def document(number: int, seed: int = 1) -> bytes:
    """Document `number` of the corpus (0-based)."""
    return _Campaign(random.Random(seed * 1_000_003 + number), number).document()


def entries(count: int, seed: int = 1) -> Iterator[bytes]:
    """The same documents as entries of a feed, without an XML declaration."""
    for number in range(count):
        yield document(number, seed).split(b"\n", 1)[1]


class _Campaign:
    def __init__(self, chance: random.Random, number: int):
        self.chance, self.number = chance, number
        size = math.exp(chance.gauss(math.log(_MEDIAN), _SPREAD))
        self.size = int(min(max(size, _SMALLEST), _LARGEST))
        self.form = chance.choice(("encoded", "encoded", "cdata", "none", "xhtml", "payload"))
        self.wrong = chance.random() < 0.1
        self.date = (
            f"{chance.randint(2003, 2014)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
            f"T{chance.randint(6, 20):02}:{chance.randint(0, 59):02}:{chance.randint(0, 59):02}.105Z"
        )
        self.id = f"{BASE}/campaigns/{1100000000000 + number}"

    def words(self, least: int, most: int) -> str:
        return " ".join(self.chance.choices(_WORDS, k=self.chance.randint(least, most)))

    def document(self) -> bytes:
        fields = self.fields()
        if self.size < _LEAN:
            fields = [field for field in fields if not _OPTIONAL.match(field)]
        self.chance.shuffle(fields)  # v1's libraries wrote them in the order of a hash
        inner = "".join(f"      {field}\n" for field in fields)
        content = self.content(self.size - len(inner) - 1_000)
        text = self.document_of(inner + content)
        return (self.mistaken(text) if self.wrong else text).encode()

    def document_of(self, inner: str) -> str:
        title = escape(self.words(2, 6).capitalize())
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<entry xmlns="{ATOM}">
  <link href="/ws/customers/joesflowers/campaigns/{1100000000000 + self.number}" rel="edit"/>
  <id>{self.id}</id>
  <title type="text">{title}</title>
  <updated>{self.date}</updated>
  <author><name>Constant Contact</name></author>
  <content type="application/vnd.ctct+xml">
    <Campaign xmlns="{CTCT}" id="{self.id}">
{inner}    </Campaign>
  </content>
</entry>
"""

    def fields(self) -> list[str]:
        chance = self.chance
        email = (
            f'<Email id="{BASE}/settings/emailaddresses/1"><link xmlns="{ATOM}" '
            'href="/ws/customers/joesflowers/settings/emailaddresses/1" rel="self"/></Email>'
            "<EmailAddress>joe@example.com</EmailAddress>"
        )
        lists = "".join(
            f'<ContactList id="{BASE}/lists/{n}"><link xmlns="{ATOM}" '
            f'href="/ws/customers/joesflowers/lists/{n}" rel="self"/></ContactList>'
            for n in chance.sample(range(1, 40), chance.randint(1, 3))
        )
        urls = "".join(
            f'<Url id="{self.id}/urls/{n}"><Value>http://www.example.com/{"-".join(self.words(1, 3).split())}'
            f"?a={n}&amp;b=2</Value><Clicks>{chance.randint(0, 99)}</Clicks></Url>"
            for n in range(chance.randint(0, 6))
        )
        fields = [
            f"<Name>{escape(self.words(2, 5).capitalize())} {self.number}</Name>",
            "<Status>Sent</Status>",
            f"<Date>{self.date}</Date>",
            f"<LastEditDate>{self.date}</LastEditDate>",
            f"<LastRunDate>{self.date}</LastRunDate>",
            *(
                f"<{name}>{chance.randint(0, 5000)}</{name}>"
                for name in (
                    "Sent",
                    "Opens",
                    "Clicks",
                    "Bounces",
                    "Forwards",
                    "OptOuts",
                    "SpamReports",
                )
            ),
            "<CampaignType>CUSTOM</CampaignType>",
            f"<Subject>{escape(self.words(3, 9).capitalize())}</Subject>",
            "<FromName>Joe&#8217;s Flowers &amp; More</FromName>",
            f"<FromEmail>{email}</FromEmail>",
            f"<ReplyToEmail>{email}</ReplyToEmail>",
            "<ViewAsWebpage>YES</ViewAsWebpage>",
            "<ViewAsWebpageLinkText>Click here</ViewAsWebpageLinkText>",
            "<ViewAsWebpageText>Having trouble viewing this email?</ViewAsWebpageText>",
            "<PermissionReminder>YES</PermissionReminder>",
            "<PermissionReminderText>You signed up at our store. &lt;ConfirmOptin&gt;&lt;a "
            'style="color:#0000ff;"&gt;Please confirm&lt;/a&gt;&lt;/ConfirmOptin&gt; that.'
            "</PermissionReminderText>",
            "<GreetingSalutation>Dear</GreetingSalutation>",
            f"<GreetingName>{chance.choice(_GREETINGS)}</GreetingName>",
            "<GreetingString>Greetings!</GreetingString>",
            "<OrganizationName>Joe&#8217;s Flowers</OrganizationName>",
            f"<OrganizationAddress1>{chance.randint(1, 999)} Main Street</OrganizationAddress1>",
            "<OrganizationAddress2></OrganizationAddress2>",
            "<OrganizationAddress3></OrganizationAddress3>",
            "<OrganizationCity>Waltham</OrganizationCity>",
            f"<OrganizationState>{chance.choice(_STATES)}</OrganizationState>",
            "<OrganizationInternationalState></OrganizationInternationalState>",
            "<OrganizationCountry>us</OrganizationCountry>",
            f"<OrganizationPostalCode>{chance.randint(10000, 99999)}</OrganizationPostalCode>",
            "<IncludeForwardEmail>YES</IncludeForwardEmail>",
            "<ForwardEmailLinkText>Forward email</ForwardEmailLinkText>",
            "<IncludeSubscribeLink>YES</IncludeSubscribeLink>",
            "<SubscribeLinkText>Join our list</SubscribeLinkText>",
            "<ArchiveStatus>Published</ArchiveStatus>",
            f"<ArchiveURL>http://archive.example.com/{self.number}.html</ArchiveURL>",
            f"<ContactLists>{lists}</ContactLists>",
        ]
        if urls:
            fields.append(f"<Urls>{urls}</Urls>")
        return fields

    def html(self, room: int) -> str:
        """A whole HTML document, well-formed as XML, of about `room` characters."""
        parts = [
            "<html><head><title>News</title><style>.t { font-family: Verdana; }</style></head>"
            '<body topmargin="0" leftmargin="0"><OpenTracking/><Greeting/>'
            '<table width="600" cellspacing="0" cellpadding="5">'
        ]
        size = len(parts[0]) + 60
        while size < room:
            row = (
                f'<tr><td class="t" style="color:#{self.chance.randint(0, 0xFFFFFF):06x}">'
                f"<p>{self.words(12, 60)}</p>"
                f'<a href="http://www.example.com/{self.chance.randint(1, 9999)}?a=1&amp;b=2">'
                f"{self.words(1, 4)}</a></td></tr>\n"
            )
            parts.append(row)
            size += len(row)
        parts.append("</table><CopyRight>2010 Joe</CopyRight></body></html>")
        return "".join(parts)

    def content(self, room: int) -> str:
        text = f"<Text>{escape(self.words(10, 40))}</Text>"
        if self.form == "encoded":
            # What encoding adds is not content: `<` takes four characters.
            html = escape(self.html(int(room * 0.86)), quote=False)
        elif self.form == "cdata":
            html = f"<![CDATA[{self.html(room)}]]>"
        else:
            html = self.html(room)
            space = {"none": ' xmlns=""', "xhtml": ' xmlns="http://www.w3.org/1999/xhtml"'}
            html = html.replace("<html>", f"<html{space.get(self.form, '')}>", 1)
        fields = [
            "<EmailContentFormat>HTML</EmailContentFormat>",
            f"<EmailContent>{html}</EmailContent>",
            f"<EmailTextContent>{escape(text)}</EmailTextContent>",
        ]
        return "".join(f"      {field}\n" for field in fields)

    def mistaken(self, text: str) -> str:
        """The document with one of the mistakes that users make."""
        mistakes = (
            (">FirstName<", ">cmp_grt_name<"),
            ("GreetingName>", "Greetingname>"),
            ("<OrganizationState>", "<OrganizationState>X"),
            ("<Subject>", "<Subject>" + "long " * 45),
            (".105Z</updated>", " 01:00</updated>"),
            ("<author><name>Constant Contact</name></author>", "<author/>"),
            ("<ViewAsWebpage>YES", "<ViewAsWebpage>Yes please"),
            ("?a=1&amp;", "?a=1&"),
            ("</title>\n", "</title>&nbsp;\n"),
            ("FromName>", "FromNam>"),
            (f' xmlns="{CTCT}"', ""),
            ("Joe&#8217;s Flowers</OrganizationName>", "</OrganizationName>"),
            ("&lt;Text&gt;", ""),
            ("<EmailContentFormat>HTML", "<EmailContentFormat>TEXT"),
            ("</p>", ""),
            ("joe@example.com", "joe at example.com"),
            ("    </Campaign>", "    </Campain>"),
        )
        fitting = [pair for pair in mistakes if pair[0] in text]
        old, new = self.chance.choice(fitting)
        # A misspelt name is misspelt in both its tags; anything else goes wrong once.
        return text.replace(old, new, -1 if old[0].isalpha() and old[-1] == ">" else 1)


def build(folder: Path, count: int, seed: int = 1, form: str = "tree") -> Path:
    """Writes the corpus and gives its path: a tree of folders of 1,000 files each, an archive of
    the same, or one feed."""
    folder.mkdir(parents=True, exist_ok=True)
    if form == "tree":
        for number in range(count):
            path = folder / _name(number)
            if number % 1000 == 0:
                path.parent.mkdir(exist_ok=True)
            path.write_bytes(document(number, seed))
        return folder
    target = folder / f"corpus-{count}.{'xml' if form == 'feed' else form}"
    if form == "feed":
        _write_feed(target, count, seed)
    elif form == "zip":
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(count):
                archive.writestr(_name(number), document(number, seed))
    else:
        with tarfile.open(target, "w:gz", compresslevel=4) as archive:
            for number in range(count):
                data = document(number, seed)
                member = tarfile.TarInfo(_name(number))
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
                archive.members.clear()
    return target


def _name(number: int) -> str:
    return f"{number // 1000:04}/{number:07}.xml"


def _write_feed(target: Path, count: int, seed: int) -> None:
    with target.open("wb") as stream:
        stream.write(
            f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="{ATOM}">
  <id>{BASE}/campaigns</id>
  <title type="text">Campaigns for customer: joesflowers</title>
  <author><name>joesflowers</name></author>
  <updated>2014-01-01T00:00:00.000Z</updated>
""".encode()
        )
        for entry in entries(count, seed):
            stream.write(entry)
        stream.write(b"</feed>\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--form", choices=("tree", "zip", "tar.gz", "feed"), default="tree")
    options = parser.parse_args()
    sys.stdout.write(f"{build(options.folder, options.count, options.seed, options.form)}\n")


if __name__ == "__main__":
    main()
