"""How long do many contacts take to become bulk requests, and how much memory?

    python -m bench.bulk [--count 200000] [--jobs 1]

Makes feed pages of 50 contacts, as v1 answered them, in a temporary folder, and runs `ctct-migrate
convert --bulk addcontacts` over them.  Prints the processor time as a ratio to that of parsing the
same bytes with lxml, and the largest memory of the process that gathers, for the count and for a
tenth of it: the two should be near each other, since rows wait on the disk.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time

from lxml import etree

USER = "http://api.constantcontact.com/ws/customers/millstone"
PAGE = 50

ENTRY = """\
  <entry>
    <link href="/ws/customers/millstone/contacts/{n}" rel="edit"></link>
    <id>{user}/contacts/{n}</id>
    <title type="text">Contact: c{n}@example.org</title>
    <updated>2011-04-05T06:07:08.000Z</updated>
    <author><name>Constant Contact</name></author>
    <content type="application/vnd.ctct+xml">
      <Contact xmlns="http://ws.constantcontact.com/ns/1.0/" id="{user}/contacts/{n}">
        <Status>Active</Status>
        <EmailAddress>c{n}@example.org</EmailAddress>
        <EmailType>HTML</EmailType>
        <FirstName>First{n}</FirstName>
        <MiddleName></MiddleName>
        <LastName>Last{n}</LastName>
        <CompanyName>Company &amp; Sons {n}</CompanyName>
        <Addr1>{n} Mill Lane</Addr1>
        <City>Troy</City>
        <StateCode>NY</StateCode>
        <CountryCode>us</CountryCode>
        <PostalCode>12180</PostalCode>
        <CustomField1>value {n}</CustomField1>
        <OptInSource>ACTION_BY_CUSTOMER</OptInSource>
        <ContactLists>
          <ContactList id="{user}/lists/{list}"></ContactList>
          <ContactList id="{user}/lists/9"></ContactList>
        </ContactLists>
        <InsertTime>2010-11-13T20:03:35.000Z</InsertTime>
      </Contact>
    </content>
  </entry>
"""


def pages(folder: Path, count: int) -> int:
    """Writes the pages; gives the number of their bytes."""
    size = 0
    for first in range(0, count, PAGE):
        entries = "".join(
            ENTRY.format(n=n, user=USER, list=1 + n % 5) for n in range(first, first + PAGE)
        )
        text = (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
            f'  <id>{USER}/contacts</id><title type="text"/>'
            f"<updated>2011-04-05T06:07:08.000Z</updated><author><name>millstone</name></author>\n"
            f"{entries}</feed>\n"
        )
        path = folder / f"{first // 20_000:03}" / f"page-{first:07}.xml"
        path.parent.mkdir(exist_ok=True)
        size += path.write_text(text)
    return size


def parsing(folder: Path) -> float:
    """Seconds of a processor that lxml takes to parse all pages."""
    data = [path.read_bytes() for path in sorted(folder.rglob("*.xml"))[:200]]
    started = process_time()
    for each in data:
        etree.fromstring(each)
    whole = sum(1 for _ in folder.rglob("*.xml"))
    return (process_time() - started) * whole / len(data)


def converting(folder: Path, output: Path, jobs: int) -> tuple[float, float]:
    """Seconds of a processor, of all processes together, and megabytes of the largest one."""
    command = [
        sys.executable, "-m", "ctct_migrate", "convert", "--bulk", "addcontacts", "-q",
        "-o", str(output), "--jobs", str(jobs), str(folder),
    ]  # fmt: skip
    before = os.times()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    after = os.times()
    if status:
        raise SystemExit(f"convert ended with {os.waitstatus_to_exitcode(status)}")
    spent = (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )
    return spent, usage.ru_maxrss / 1024


def measured(count: int, jobs: int) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        source = Path(temporary) / "pages"
        source.mkdir()
        size = pages(source, count)
        parsed = parsing(source)
        spent, memory = converting(source, Path(temporary) / "out", jobs)
        bodies = len(list((Path(temporary) / "out").glob("*[0-9].json")))
        print(
            f"{count:>9,} contacts, {size / 1e6:6.1f} MB: {bodies} requests, {spent:6.1f} s of a processor, "
            f"{spent / parsed:.1f} times lxml ({parsed:.1f} s), {memory:,.0f} MB at most"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    for count in (options.count // 10, options.count):
        measured(count, options.jobs)


if __name__ == "__main__":
    main()
