"""How fast tracking feeds become Parquet tables, and in how much memory.

    python bench/tracking.py [--rows 500000] [--folder build/tracking]

Writes feeds of sends, opens and clicks of many sizes, from pages of 50 entries to one feed with a third of
all (seeded), converts the folder with `--shape record --format parquet`, and prints rows a second,
the ratio of processor time to lxml parsing the same bytes in one process, and the largest resident
set of any process.  The rows of the tables are counted.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = (sys.executable, "-m", "ctct_migrate")

_LXML = """
import os, sys
from lxml import etree
parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
for name in sorted(os.listdir(sys.argv[1])):
    etree.parse(os.path.join(sys.argv[1], name), parser)
"""

_URI = "http://api.constantcontact.com/ws/customers/maplebooks"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS = (
    ("SentEvent", "sends", ""),
    ("OpenEvent", "opens", ""),
    ("ClickEvent", "clicks", "        <LinkUrl>http://books.example/list?page={link}</LinkUrl>\n"),
)

_HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>{uri}/campaigns/{campaign}/events/{feed}</id>
  <title type="text">Events</title>
  <link href="" rel="self" />
  <author>
    <name>maplebooks</name>
  </author>
  <updated>2012-01-01T00:00:00.000Z</updated>
"""
_ENTRY = """  <entry>
    <id>{id}</id>
    <title type="text">Event</title>
    <updated>{time}</updated>
    <author>
      <name>Constant Contact</name>
    </author>
    <content type="application/vnd.ctct+xml">
      <{payload} xmlns="http://ws.constantcontact.com/ns/1.0/" id="{id}">
        <Contact id="{uri}/contacts/{contact}">
          <EmailAddress>reader{contact}@example.org</EmailAddress>
          <link xmlns="http://www.w3.org/2005/Atom" href="{uri}/contacts/{contact}" rel="self" />
        </Contact>
        <Campaign id="{uri}/campaigns/{campaign}">
          <link xmlns="http://www.w3.org/2005/Atom" href="{uri}/campaigns/{campaign}" rel="self" />
          <Name>Autumn list</Name>
        </Campaign>
        <EventTime>{time}</EventTime>
{more}      </{payload}>
    </content>
  </entry>
"""


def sizes(rows: int) -> Iterator[int]:
    """Entries of each feed: one with a third of all, then ever smaller ones, and pages of 50."""
    left, size = rows, max(rows // 3, 1)
    while left > 0:
        size = min(size, left)
        yield size
        left -= size
        if left < rows // 20:
            size = 50
        else:
            size = max(size * 2 // 3, 50)


def build(folder: Path, rows: int) -> None:
    """Writes the feeds; the same for the same number."""
    random_ = random.Random(1)
    folder.mkdir(parents=True)
    moment = datetime(2010, 1, 1, tzinfo=UTC)
    for number, size in enumerate(sizes(rows)):
        payload, feed, more = _KINDS[number % len(_KINDS)]
        campaign = 1_103_500_000_000 + number
        with (folder / f"{number:06}-{feed}.xml").open("w", encoding="utf-8") as stream:
            stream.write(_HEAD.format(uri=_URI, campaign=campaign, feed=feed))
            for _ in range(size):
                moment += timedelta(milliseconds=random_.randrange(1, 5_000))
                contact = random_.randrange(1, 200_000)
                milliseconds = (moment - _EPOCH) // timedelta(milliseconds=1)
                stream.write(_ENTRY.format(
                    id=f"{_URI}/campaigns/{campaign}/events/{feed}/{campaign},{contact},{milliseconds}",
                    time=f"{moment.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z",
                    payload=payload, uri=_URI, contact=contact, campaign=campaign,
                    more=more.format(link=contact % 40),
                ))  # fmt: skip
            stream.write("</feed>\n")


def cost(command: Sequence[str]) -> tuple[float, float, int]:
    """Seconds by the clock, seconds of processors, and bytes of the largest process of a command.
    Raises RuntimeError if it fails."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    if status:
        raise RuntimeError(f"{command} ended with {status}")
    memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return wall, usage.ru_utime + usage.ru_stime, memory


def rows_of(folder: Path) -> int:
    """The rows of all tables in a folder."""
    import pyarrow.parquet

    return sum(pyarrow.parquet.read_metadata(each).num_rows for each in folder.glob("*.parquet"))


def main() -> None:
    """Measures, and prints a table in Markdown."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--rows", type=int, default=500_000)
    options.add_argument("--folder", type=Path, default=Path("build/tracking"))
    given = options.parse_args()
    feeds, tables = given.folder / "feeds", given.folder / "tables"
    shutil.rmtree(given.folder, ignore_errors=True)
    build(feeds, given.rows)
    size = sum(each.stat().st_size for each in feeds.iterdir())
    lxml = cost((sys.executable, "-c", _LXML, str(feeds)))
    made = cost((
        *PROGRAM, "convert", "--shape", "record", "--format", "parquet", "-q", "-o", str(tables.absolute()),
        str(feeds.absolute()),
    ))  # fmt: skip
    assert rows_of(tables) == given.rows
    count = len(list(feeds.iterdir()))
    print(f"**{given.rows:,} rows in {count:,} feeds, {size / 1e6:,.0f} MB**\n")
    print("| | wall | processor | rows a second | largest process |")
    print("|---|---:|---:|---:|---:|")
    print(f"| lxml parsing alone, one process | {lxml[0]:.1f} s | {lxml[1]:.1f} s | | |")
    print(
        f"| to Parquet tables | {made[0]:.1f} s | {made[1]:.1f} s | {given.rows / made[0]:,.0f} "
        f"| {made[2] / 1e6:.0f} MB |"
    )
    print(f"\nProcessor time is {made[1] / lxml[1]:.1f} times that of lxml parsing the same bytes.")
    shutil.rmtree(feeds)


if __name__ == "__main__":
    main()
