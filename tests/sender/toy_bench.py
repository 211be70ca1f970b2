"""Toys on the server of the made-up target: documents, a sandbox and a ledger.

Imported by modules that run inside a copy of the package which knows the toys
(`test_sender_toys`)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ctct_migrate import convert, read
from ctct_migrate.payload import Payload, Shape
from ctct_migrate.sandbox import Sandbox, SandboxOptions
from ctct_migrate.sender import Credentials, Ledger, Sender, SendReport, Settings, Submission

QUICK = Settings(
    target="paperboy", calls_per_second=1000, calls_per_day=100_000, settle=0.0, timeout=5.0
)

_ACCOUNT = "http://api.constantcontact.com/ws/customers/joe"


def bare_document(name: str, uri: str, children: str) -> str:
    """A bare document; `uri` stands below the account, or is empty for none."""
    own = f"{_ACCOUNT}/{uri}" if uri else "data:,"
    return f'<{name} xmlns="http://ws.constantcontact.com/ns/1.0/" id="{own}">{children}</{name}>'


def payload(path: str, name: str, uri: str, children: str, shape: Shape = Shape.CREATE) -> Payload:
    """What such a document becomes."""
    text = bare_document(name, uri, children)
    (made,) = convert(read(text.encode()), shape, target="paperboy")
    return replace(made, source=path)


def coupon(path: str, title: str, number: str) -> Payload:
    return payload(path, "Coupon", f"coupons/{number}", f"<Title>{title}</Title>")


def stamp(path: str, label: str, coupon: str, number: str = "7", **more: Any) -> Payload:
    uri = f"coupons/{coupon}/stamps/{number}"
    return payload(path, "Stamp", uri, f"<Label>{label}</Label>", **more)


def reader(path: str, address: str, first: str = "Ann", by: str = "Shop", **more: Any) -> Payload:
    children = f"<Address>{address}</Address><FirstName>{first}</FirstName><By>{by}</By>"
    return payload(path, "Reader", more.pop("uri", ""), children, **more)


def poster_xml(
    name: str = "Window",
    slogan: str = "Bread",
    wall: str = "North",
    prize: str = "",
    opens: str = "",
    call: str = "",
) -> str:
    """What stands in a Poster."""
    more = "".join(
        f"<{tag}>{text}</{tag}>" for tag, text in (("Opens", opens), ("Call", call)) if text
    )
    named = f'<Prize id="{_ACCOUNT}/coupons/{prize}"/>' if prize else ""
    return f"<Name>{name}</Name><Slogan>{slogan}</Slogan><Wall>{wall}</Wall>{more}{named}"


def poster(path: str, uri: str = "", shape: Shape = Shape.CREATE, **said: str) -> Payload:
    return payload(path, "Poster", uri, poster_xml(**said), shape)


def lamp(path: str, label: str, poster: str, number: str = "7") -> Payload:
    uri = f"posters/{poster}/lamps/{number}"
    return payload(path, "Lamp", uri, f"<Label>{label}</Label>")


@dataclass
class ToyBench:
    """A sandbox and a ledger."""

    box: Sandbox
    ledger: Path

    def send(self, *payloads: Payload, **settings: Any) -> SendReport:
        """Send payloads in a run of their own."""

        async def run() -> SendReport:
            credentials = Credentials(self.box.api_key, self.box.access_token)
            sender = Sender(
                self.box.base_url,
                credentials,
                ledger=self.ledger,
                settings=replace(QUICK, **settings),
            )
            async with sender:
                return await sender.send_all(Submission(each) for each in payloads)

        return asyncio.run(run())

    def calls(self) -> list[str]:
        """The calls that were made: `POST bag/readers?by=SHOP 201`."""
        base = urlsplit(self.box.base_url).path.rstrip("/") + "/"
        return [
            f"{c.method} {c.path.removeprefix(base)}{f'?{c.query}' if c.query else ''} {c.status}"
            for c in self.box.calls()
        ]

    def changes(self) -> list[str]:
        """The calls that change something."""
        return [call for call in self.calls() if not call.startswith("GET")]

    def held(self, plural: str) -> Any:
        """What the sandbox has of a kind."""
        return self.box.state()[plural]

    def requests(self) -> dict[str, Any]:
        """The ledger's requests, by path."""
        with Ledger.copy(self.ledger) as ledger:
            return {each.document.path: each for each in ledger.requests()}


@contextmanager
def toy_bench(folder: Path) -> Iterator[ToyBench]:
    """A bench with files in a folder."""
    options = SandboxOptions(target="paperboy", calls_per_second=1000, calls_per_day=1_000_000)
    with Sandbox(options) as box:
        yield ToyBench(box, folder / "toy.ledger")


def states(report: SendReport) -> list[str]:
    return [result.state.value for result in report.results]


def codes(report: SendReport) -> list[list[str]]:
    return [[each.code for each in result.diagnostics] for result in report.results]
