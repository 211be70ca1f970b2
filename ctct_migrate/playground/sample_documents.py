"""Documents to try: a few of the repository's samples, which stand in the package once it is built.

pyproject.toml puts the files of `SAMPLES` into the wheel; a test holds the two lists together.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from ctct_migrate.api.conversion import convert
from ctct_migrate.api.reading import read
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.mapping.rows import DEFAULT_TARGET
from ctct_migrate.payload import Shape
from ctct_migrate.source import Source

_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class SampleDocument:
    """A document to try.

    name   what the page asks for it by
    title  what users read
    file   path below `samples/`
    shape  what its bodies are for
    as_body  whether its body for the first target is offered, and not the document itself
    """

    name: str
    title: str
    file: str
    shape: Shape = Shape.CREATE
    as_body: bool = False


SAMPLES = (
    SampleDocument("campaign", "Campaign with three mistakes", "bad/campaign-001.xml"),
    SampleDocument("raw-html", "Campaign with HTML put in as it is", "bad/raw-html-nbsp.xml"),
    SampleDocument("campaign-right", "Campaign without mistakes", "good/campaign-001.xml"),
    SampleDocument("contact", "Contact in the words of v2", "bad/contact-words-of-v2.xml"),
    SampleDocument("contact-detail", "Contact with all its parts", "good/contact-detail.xml"),
    SampleDocument("schedule", "Schedule of a campaign", "good/schedule-000.xml"),
    SampleDocument("feed", "Feed of three campaigns", "good/feed-of-three.xml"),
    SampleDocument(
        "contacts-page",
        "Page of an archive (shape record)",
        "archive/contacts-page.xml",
        Shape.RECORD,
    ),
    SampleDocument("form", "Form that adds contacts in bulk", "forms/add.form"),
    SampleDocument(
        "v2-body", "JSON body of v2, to become v3", "good/campaign-001.xml", as_body=True
    ),
)

#: The comment in which a sample says what it shows.
_COMMENT = late_compile(r"\A(\s*(?:<\?xml[^>]*\?>\s*)?)<!--\s*shows:.*?-->\s*", re.S)


def sample_directory() -> Path:
    """The directory that holds the files of `SAMPLES`: inside the package in a wheel, at the root of
    the repository in a checkout."""
    inside = _PACKAGE / "samples"
    return inside if inside.is_dir() else _PACKAGE.parents[1] / "samples"


@cache
def sample(name: str) -> dict[str, Any] | None:
    """The `text` and the `shape` of a sample; None where there is none of that name."""
    found = next((each for each in SAMPLES if each.name == name), None)
    if found is None:
        return None
    source = Source(found.file, (sample_directory() / found.file).read_bytes())
    text = _COMMENT.sub(r"\1", source.text)
    if found.as_body:
        (payload,) = convert(read(source), found.shape, target=DEFAULT_TARGET)
        text = json.dumps(payload.body, indent=2, ensure_ascii=False) + "\n"
    return {"text": text, "shape": found.shape.value}
