"""How much longer than its parsing does a clean document take, in one process?

    python bench/conversion.py [--runs 25]

Makes campaigns of 12 to 16 KB, whose HTML is encoded, in CDATA, or child elements, and a page of 50
contacts, and times, by turns, `etree.fromstring` alone and the whole way of a document without mistakes: read, checked by
both schemas and the rules, and converted (`rules.verdict.look`).  Prints microseconds and ratios,
of the smallest and of the median times.  For encoded content it is to be about 1.6.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from html import escape
from pathlib import Path
from statistics import median
from time import perf_counter

from lxml import etree

from ctct_migrate import read
from ctct_migrate.mapping.rows import ConversionOptions
from ctct_migrate.rules.fast.fast_path import look

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "good" / "campaign-001.xml"

#: One row of a newsletter, as editors wrote them; the content is many of them.
ROW = (
    '<tr><td align="left" style="color:#333;font-family:Arial">'
    '<p>Dear reader, spring is here: <a href="http://example.com/news?id=%d">see more</a></p>'
    "</td></tr>\n"
)
SIZE = 9_000
HTML = f"<html><body><table>{''.join(ROW % at for at in range(SIZE // len(ROW)))}</table></body></html>"

FORMS = {"encoded": escape(HTML, quote=False), "CDATA": f"<![CDATA[{HTML}]]>", "elements": HTML}

#: Calls that are timed together.
BATCH = 40


def documents() -> dict[str, bytes]:
    """The sample with each form of content."""
    sample = SAMPLE.read_text(encoding="utf-8")
    pattern = re.compile(r"(<EmailContent>).*(</EmailContent>)", re.S)
    return {
        form: pattern.sub(lambda match, inner=inner: match[1] + inner + match[2], sample).encode()
        for form, inner in FORMS.items()
    }


#: A page of contacts, as v1's server wrote them.
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>http://api.constantcontact.com/ws/customers/maplebooks/contacts</id>
  <title type="text">Contacts for Customer: maplebooks</title>
  <link href="contacts" />
  <link href="contacts" rel="self" />
  <author>
    <name>maplebooks</name>
  </author>
  <updated>2011-03-08T14:05:33.400Z</updated>
"""
PAGE = 50
CONTACT = SAMPLE.with_name("contact-create.xml")


def page() -> bytes:
    """A feed page of contacts that may be created."""
    text = CONTACT.read_text(encoding="utf-8")
    entry = text[text.index("<entry") :].replace(' xmlns="http://www.w3.org/2005/Atom"', "", 1)
    address = re.search(r"<EmailAddress>([^<]+)", entry)
    assert address is not None
    entries = (entry.replace(address[1], f"reader{n}@example.org") for n in range(PAGE))
    return (FEED + "".join(entries) + "</feed>\n").encode()


def taken(call: Callable[[], object]) -> float:
    """Microseconds of one call."""
    started = perf_counter()
    for _ in range(BATCH):
        call()
    return (perf_counter() - started) / BATCH * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=25)
    runs = parser.parse_args().runs
    options = ConversionOptions()
    for form, data in (*documents().items(), ("contacts", page())):
        if look(read(data), options, options.shape) is None:
            raise SystemExit(f"{form}: the document is not clean, so that nothing can be said")
        pairs = [
            (
                taken(lambda data=data: etree.fromstring(data)),
                taken(lambda data=data: look(read(data), options, options.shape)),
            )
            for _ in range(runs)
        ]
        parse, whole = ([pair[at] for pair in pairs] for at in (0, 1))
        print(
            f"{form:9} {len(data):6} bytes  parse {min(parse):6.1f} µs  whole {min(whole):6.1f} µs  "
            f"ratio of minima {min(whole) / min(parse):.2f}, "
            f"median of pairs {median(b / a for a, b in pairs):.2f}"
        )


if __name__ == "__main__":
    main()
