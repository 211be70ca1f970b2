"""What v3 says of campaigns: the same on the fast path and on the slow one."""

from __future__ import annotations

from pathlib import Path

import pytest
from example_documents import CAMPAIGN

from ctct_migrate import Choices, read
from ctct_migrate.mapping.rows import NO_CHOICES, ConversionOptions
from ctct_migrate.payload import Shape
from ctct_migrate.rules.fast import fast_path
from ctct_migrate.rules.linting import inspect

ROOT = Path(__file__).parents[2]
SAMPLES = [
    path
    for path in sorted((ROOT / "samples").rglob("*.xml"))
    if b"<Campaign" in path.read_bytes() or b":Campaign" in path.read_bytes()
]


def agreed(data: bytes, shape: Shape | None, choices: Choices = NO_CHOICES) -> bool:
    """Whether the fast path had something to say; it must be what the slow one says."""
    options = ConversionOptions(shape or Shape.CREATE, None, "v3", choices)
    quick = fast_path.look(read(data), options, shape)
    if quick is None:
        return False
    remarks = quick.remarks()
    slow = inspect(read(data), shape, None, "v3", choices)
    key = lambda each: (each.span, each.code, each.message)  # noqa: E731
    assert not any(each.stops_conversion for each in slow)
    if remarks is None:
        return False
    assert sorted(remarks, key=key) == sorted(slow, key=key)
    return True


@pytest.mark.parametrize("shape", [None, Shape.UPDATE, Shape.RECORD])
def test_every_sample_gets_the_same_from_both(shape: Shape | None) -> None:
    done = [agreed(path.read_bytes(), shape) for path in SAMPLES]
    assert sum(done) > len(done) // 4 or shape is Shape.UPDATE


PAGES = {
    "references": "&lt;html&gt;&lt;body&gt;&lt;OpenTracking/&gt;a &amp;amp; b&lt;Greeting/&gt;&lt;/body&gt;&lt;/html&gt;",
    "CDATA": "<![CDATA[<html><body><OpenTracking/>a &amp; b<Greeting/></body></html>]]>",
    "elements": "<html xmlns=''><body><OpenTracking/><p>a &amp; b<Greeting/></p></body></html>",
    "twice": "<![CDATA[<html><body><Greeting/> and <Greeting/><OpenTracking/><OpenTracking/></body></html>]]>",
    "nothing": "<![CDATA[<html><body>hello</body></html>]]>",
    "lines": "<![CDATA[<html>\r\n<body>\r\n$SUBSCRIBER.EMAIL\r\n<CopyRight>x</CopyRight></body></html>]]>",
    "its own name": "<![CDATA[<html><body><EmailContent>x</EmailContent></body></html>]]>",
    "beyond ASCII": "<![CDATA[<html><body>Äpfel 🍏 <Greeting/></body></html>]]>",
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("word", ["", "friend"])
def test_contents_of_all_forms_get_the_same_from_both(page: str, word: str) -> None:
    start = CAMPAIGN.index("<EmailContent>") + len("<EmailContent>")
    text = CAMPAIGN[:start] + page + CAMPAIGN[CAMPAIGN.index("</EmailContent>") :]
    agreed(text.encode(), None, Choices(greeting_word=word))
