"""What is sent twice is sent once: a sample of every resource, to a sandbox of every target."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from conforming import CHOICES, PAIRS, RESOURCES, TARGETS, good_samples
from program import completed

from ctct_migrate import Payload, convert, read
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.sandbox import Sandbox, SandboxOptions
from ctct_migrate.sandbox.fitting import fitting


def sample(name: str, target: str) -> tuple[str, Payload]:
    """The text of a good sample that holds one resource, and what it converts to; one that has an
    id of its own, if there is such."""
    found = []
    for path in good_samples(name):
        document = read(path)
        conversion = convert(document, target=target, choices=CHOICES)
        if len(conversion) == 1:
            found.append((document.source.text, conversion[0]))
    return next((each for each in found if each[1].number), found[0])


def to_send(name: str, target: str) -> list[tuple[str, Payload]]:
    """A sample of a resource, after one of the resource that it lives in, whose id it gets."""
    text, payload = sample(name, target)
    owner = RESOURCES[name].owner
    if owner is None:
        return [(text, payload)]
    holder = BY_SLUG[owner.to].name
    before = to_send(holder, target)
    (number,) = payload.references[owner.to]
    named = before[-1][1].number
    assert named is not None
    text = text.replace(f"/{number}", f"/{named}")
    (payload,) = convert(read(text.encode()), target=target, choices=CHOICES)
    assert payload.references[owner.to] == (named,)
    return [*before, (text, payload)]


def send(box: Sandbox, target: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CTCT_API_KEY": box.api_key, "CTCT_ACCESS_TOKEN": box.access_token}
    return completed(
        "send", folder, "--base-url", box.base_url,
        "--ledger", folder.parent / "x.ledger", "--target", target, "--settle", "0", "--calls-per-second", "100",
        "--event-time-zone", str(CHOICES.event_time_zone), "--event-contact", str(CHOICES.event_contact),
        env=environment,
    )  # fmt: skip


#: What v1 only answered is sent from bodies alone, which `tests/sender` does.
SENT = [
    (name, target)
    for name, target in PAIRS
    if not RESOURCES[name].read_only
    and (delivery := TARGETS[target].delivery(RESOURCES[name].slug)) is not None
    and delivery.create
]


def calls_of(resource: str, target: str) -> int:
    """The calls that change something when a resource is created: one for each step."""
    delivery = TARGETS[target].delivery(resource)
    assert delivery is not None
    return sum(step.method != "GET" for step in delivery.create)


@pytest.mark.parametrize(("name", "target"), SENT)
def test_what_is_sent_twice_is_sent_once(name: str, target: str, tmp_path: Path) -> None:
    documents = to_send(name, target)
    folder = tmp_path / "documents"
    folder.mkdir()
    for number, (text, payload) in enumerate(documents):
        companion = BY_SLUG[payload.resource].companion
        if companion is not None:  # the file beside it is one of our own
            text = re.sub(rf"<{companion.sum}>[^<]*</{companion.sum}>", "", text)
            delivery = TARGETS[target].delivery(payload.resource)
            assert delivery is not None
            (folder / delivery.written_key(payload.body)).write_bytes(b"a file")
        (folder / f"{number}.xml").write_text(text, encoding="utf-8")
    options = fitting(
        SandboxOptions(target=target, calls_per_second=1000), [payload for _, payload in documents]
    )
    with Sandbox(options) as box:
        done = send(box, target, folder)
        assert done.returncode == 0, done.stderr
        changes = [call for call in box.calls() if call.method != "GET"]
        assert len(changes) == sum(calls_of(payload.resource, target) for _, payload in documents)
        state = box.state()
        again = send(box, target, folder)
        assert again.returncode == 0, again.stderr
        assert [call for call in box.calls() if call.method != "GET"] == changes
        assert box.state() == state
