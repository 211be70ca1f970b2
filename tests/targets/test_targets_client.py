"""The client over real sockets, against servers that do what they are reported, however odd."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import logging
import pickle
import ssl
import traceback
import warnings
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
import trustme

from ctct_migrate.targets.client import (
    BASE_URL,
    BaseUrlError,
    Client,
    checked_base_url,
)
from ctct_migrate.targets.credentials import Credentials, CredentialsError
from ctct_migrate.targets.replies import Call, CallOutcome, Expected, Reaction

KEY, TOKEN = "key+0123/secret", "token-4567-secret"
CREATE = Call("POST", "emailmarketing/campaigns", Expected(names=("id", "name")), is_fixed=True)
CREATED = b'{"id": "1", "name": "x"}'

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def credentials() -> Credentials:
    return Credentials(KEY, TOKEN)


@asynccontextmanager
async def serving(handler: Handler, context: ssl.SSLContext | None = None):
    """The port of a server on which each connection is `handler`'s."""
    under_way = set()

    async def handled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way.add(asyncio.current_task())
        try:
            await handler(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handled, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in under_way:
            task.cancel()


async def request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0"
    )
    return head + await reader.readexactly(int(length.split(b":")[1]))


def answer(status: str, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def saying(*answers: bytes, seen: list[bytes] | None = None) -> Handler:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for each in answers:
            got = await request(reader)
            if seen is not None:
                seen.append(got)
            writer.write(each)
            await writer.drain()

    return handler


async def call_once(handler: Handler, *, timeout: float = 5.0) -> CallOutcome:
    async with (
        serving(handler) as port,
        Client(f"http://127.0.0.1:{port}/v2", credentials(), timeout=timeout) as client,
    ):
        return await client.call(CREATE, body={"name": "x"})


def test_a_call_carries_key_token_and_json():
    seen: list[bytes] = []
    found = asyncio.run(call_once(saying(answer("201 Created", CREATED), seen=seen)))
    assert found.value == {"id": "1", "name": "x"}
    head, _, body = seen[0].partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    assert first == "POST /v2/emailmarketing/campaigns?api_key=key%2B0123%2Fsecret HTTP/1.1"
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["content-type"] == headers["accept"] == "application/json"
    assert body == b'{"name":"x"}'


# What became of a call


async def close_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)


async def close_in_the_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    writer.write(b"HTTP/1.1 201 Crea")


async def close_in_the_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    writer.write(answer("201 Created", CREATED)[:-5])


async def talk_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    writer.write(b"220 ready for mail\r\n\r\n")


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    await asyncio.sleep(60)


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


async def go_on_forever(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    writer.write(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"100000\r\n" + b" " * 2**20 + b"\r\n")
        await writer.drain()


@pytest.mark.parametrize(
    ("handler", "code"),
    [
        (close_at_once, "CT936"),
        (close_in_the_head, "CT936"),
        (close_in_the_body, "CT936"),
        (talk_nonsense, "CT936"),
        (go_on_forever, "CT936"),
        (say_nothing, "CT937"),
        (drip, "CT937"),
        (saying(answer("201 Created", b"")), "CT932"),
        (saying(answer("201 Created", b'{"id": "1", ')), "CT933"),
        (saying(answer("200 OK", b"<html>Log in to the network</html>")), "CT931"),
        (saying(answer("200 OK", b"\xff\xfe\x00")), "CT934"),
    ],
)
def test_what_was_sent_and_not_answered_is_in_doubt(handler, code):
    # Short where time is what runs out, long where something else is to be noticed before.
    timeout = 0.3 if code == "CT937" else 20
    found = asyncio.run(call_once(handler, timeout=timeout))
    assert [failure.rule.code for failure in found.failures] == [code]
    assert found.reaction is Reaction.ASK


def test_what_was_not_sent_is_not_in_doubt():
    async def refused() -> CallOutcome:
        async with serving(say_nothing) as port:
            pass
        async with Client(f"http://127.0.0.1:{port}/v2", credentials()) as client:
            return await client.call(CREATE, body={})

    found = asyncio.run(refused())
    assert [failure.rule.code for failure in found.failures] == ["CT935"]
    assert found.reaction is Reaction.AGAIN


def test_a_call_is_never_repeated():
    seen: list[bytes] = []

    async def lost(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await request(reader))

    asyncio.run(call_once(lost))
    assert len(seen) == 1


def test_a_lost_connection_leaves_the_others_alone():
    async def both() -> list[CallOutcome]:
        handlers = iter([saying(answer("201 Created", CREATED)), close_at_once])

        async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await next(handlers)(reader, writer)

        async with (
            serving(handler) as port,
            Client(f"http://127.0.0.1:{port}/", credentials()) as client,
        ):
            return [await client.call(CREATE, body={}) for _ in range(2)]

    done, lost = asyncio.run(both())
    assert done.value
    assert lost.reaction is Reaction.ASK


def test_sent_is_told_when_the_request_is_written():
    async def times() -> tuple[list[str], CallOutcome]:
        reported: list[str] = []

        async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await request(reader)
            await asyncio.sleep(0.2)
            reported.append("answered")
            writer.write(answer("201 Created", CREATED))

        async with (
            serving(slow) as port,
            Client(f"http://127.0.0.1:{port}/", credentials()) as client,
        ):
            found = await client.call(CREATE, body={}, on_sent=lambda: reported.append("sent"))
        return reported, found

    assert asyncio.run(times())[0] == ["sent", "answered"]


# Where a call may go


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_no_redirect_is_followed(status):
    async def redirected() -> tuple[CallOutcome, list[bytes]]:
        elsewhere: list[bytes] = []
        async with serving(saying(answer("201 Created", CREATED), seen=elsewhere)) as other:
            location = f"Location: http://localhost:{other}/v2/emailmarketing/campaigns?x=1"
            async with (
                serving(saying(answer(status, b"", location))) as port,
                Client(f"http://127.0.0.1:{port}/v2", credentials()) as client,
            ):
                return await client.call(CREATE, body={}), elsewhere

    found, elsewhere = asyncio.run(redirected())
    assert found.failures[0].rule.code == "CT926"
    assert found.reaction is Reaction.STOP
    assert not elsewhere


@pytest.mark.parametrize(
    "url",
    [
        "http://api.constantcontact.com/v2/",
        "http://127.0.0.1.example.com/",
        "http://localhost.example.com/",
        "http://10.0.0.1/",
        "ftp://127.0.0.1/",
        "https://user:password@api.constantcontact.com/",
        "https://api.constantcontact.com/v2/?x=1",
        "https://api.constantcontact.com/v2/#x",
        "https://",
        "https://[::1",
        "https://x:99999/",
        "api.constantcontact.com/v2",
        "",
    ],
)
def test_a_base_url_that_no_token_may_be_sent_to(url):
    with pytest.raises(BaseUrlError) as caught:
        checked_base_url(url)
    assert "password" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "url", [BASE_URL, "http://localhost:8000", "http://127.9.9.9/v2", "http://[::1]:80/v2/"]
)
def test_a_base_url_that_a_token_may_be_sent_to(url):
    assert checked_base_url(url) == url.rstrip("/") + "/"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/v2/emailmarketing/campaigns?next=a%2Bb&limit=5", ("emailmarketing/campaigns", {"next": "a+b", "limit": "5"})),
        ("http://127.0.0.1:99/v2/lists", ("lists", {})),
        ("lists?api_key=x", ("lists", {})),
        ("https://elsewhere.example/v2/lists", None),
        ("//elsewhere.example/v2/lists", None),
        ("http://127.0.0.1:98/v2/lists", None),
        ("http://127.0.0.1:99@elsewhere.example/v2/", None),
        ("/v3/lists", None),
        ("/v2/../v3/lists", None),
    ],
)  # fmt: skip
def test_a_next_page_stays_below_the_base_url(link, expected):
    assert Client("http://127.0.0.1:99/v2", credentials()).next_page(link) == expected


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def tls(authority, host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context


async def call_tls(authority, host: str) -> tuple[CallOutcome, list[bytes]]:
    seen: list[bytes] = []
    handler = saying(answer("201 Created", CREATED), seen=seen)
    async with (
        serving(handler, tls(authority, host)) as port,
        Client(f"https://127.0.0.1:{port}/v2", credentials()) as client,
    ):
        return await client.call(CREATE, body={}), seen


def test_a_certificate_of_nobody_is_refused_before_anything_is_sent(authority):
    found, seen = asyncio.run(call_tls(authority, "127.0.0.1"))
    assert [failure.rule.code for failure in found.failures] == ["CT938"]
    assert found.reaction is Reaction.STOP
    assert not seen


def test_a_certificate_of_another_host_is_refused(authority, tmp_path, monkeypatch):
    trust(authority, tmp_path, monkeypatch)
    found, seen = asyncio.run(call_tls(authority, "api.example.com"))
    assert [failure.rule.code for failure in found.failures] == ["CT938"]
    assert not seen


def test_a_certificate_that_the_environment_trusts_is_taken(authority, tmp_path, monkeypatch):
    trust(authority, tmp_path, monkeypatch)
    found, _ = asyncio.run(call_tls(authority, "127.0.0.1"))
    assert found.value


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_an_old_tls_is_refused_even_where_this_machine_would_take_it(
    authority, tmp_path, monkeypatch, version
):
    """OpenSSL can be set, for a whole machine, to take TLS 1.0; the client takes 1.2 and better
    all the same, and nothing is sent."""
    trust(authority, tmp_path, monkeypatch)
    lax_client = _lax(ssl.create_default_context(cafile=str(tmp_path / "ca.pem")))
    monkeypatch.setattr(httpx, "create_ssl_context", lambda: lax_client)
    server = _lax(tls(authority, "127.0.0.1"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        server.maximum_version = version
    seen: list[bytes] = []

    async def run() -> CallOutcome:
        handler = saying(answer("201 Created", CREATED), seen=seen)
        async with (
            serving(handler, server) as port,
            Client(f"https://127.0.0.1:{port}/v2", credentials()) as client,
        ):
            return await client.call(CREATE, body={})

    found = asyncio.run(run())
    # The two would come together, were it not for the client.
    assert _handshake(server, _lax(ssl.create_default_context(cafile=tmp_path / "ca.pem")))
    assert [failure.rule.code for failure in found.failures] == ["CT935"]
    assert not seen


def _lax(context: ssl.SSLContext) -> ssl.SSLContext:
    """The context of a machine on which OpenSSL takes what is long out of date."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def _handshake(server: ssl.SSLContext, client: ssl.SSLContext) -> bool:
    """Whether the two come to a connection, in memory."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname="127.0.0.1"),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    done = [False, False]
    for _ in range(10):
        for index, end in enumerate(ends):
            with contextlib.suppress(ssl.SSLWantReadError):
                end.do_handshake()
                done[index] = True
    return all(done)


def trust(authority, tmp_path, monkeypatch) -> None:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))


def test_a_proxy_of_the_environment_sees_neither_key_nor_token(authority, tmp_path, monkeypatch):
    trust(authority, tmp_path, monkeypatch)

    async def through() -> tuple[CallOutcome, bytes]:
        inside: list[bytes] = []
        carried = bytearray()
        handler = saying(answer("201 Created", CREATED), seen=inside)
        async with serving(handler, tls(authority, "api.example.com")) as port:

            async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                carried.extend(await reader.readuntil(b"\r\n\r\n"))
                writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)

                async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
                    while data := await source.read(65536):
                        carried.extend(data)
                        sink.write(data)
                    sink.close()

                await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))

            async with serving(proxy) as proxy_port:
                monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy_port}")
                monkeypatch.setenv("NO_PROXY", "")
                async with Client("https://api.example.com/v2/", credentials()) as client:
                    found = await client.call(CREATE, body={})
        assert TOKEN.encode() in inside[0]
        return found, bytes(carried)

    found, carried = asyncio.run(through())
    assert found.value
    assert carried.startswith(b"CONNECT api.example.com:443 ")
    assert b"secret" not in carried


def test_plain_http_to_this_machine_goes_through_no_proxy(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert asyncio.run(call_once(saying(answer("201 Created", CREATED)))).value


# Key and token are shown to nobody


def test_credentials_show_themselves_to_nobody():
    ours = credentials()
    for text in (repr(ours), str(ours), f"{ours!r}", f"{ours}"):
        assert "secret" not in text
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            take(ours)
    assert not hasattr(ours, "__dict__")
    assert KEY not in ours.key_hash(b"salt")
    assert ours.key_hash(b"salt") != ours.key_hash(b"pepper")
    assert ours == credentials() != Credentials(KEY, "other")


def test_credentials_come_from_the_environment():
    assert Credentials.from_environment(
        {"CTCT_API_KEY": f" {KEY}\n", "CTCT_ACCESS_TOKEN": TOKEN}
    ) == Credentials(KEY, TOKEN)
    with pytest.raises(CredentialsError, match="CTCT_ACCESS_TOKEN must be set"):
        Credentials.from_environment({"CTCT_API_KEY": KEY, "CTCT_ACCESS_TOKEN": " "})
    with pytest.raises(CredentialsError) as caught:
        Credentials("a\nsecret: b", TOKEN)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "handler",
    [
        saying(answer("201 Created", CREATED)),
        close_at_once,
        talk_nonsense,
        saying(answer("302 Found", b"", f"Location: https://x.example/?api_key={KEY}")),
        saying(answer("403 Forbidden", f"The key {KEY} (key%2B0123%2Fsecret) is bad".encode())),
        saying(answer("401 No", f'[{{"error_key": "x", "error_message": "{TOKEN}"}}]'.encode())),
    ],
)
def test_no_log_no_answer_and_no_traceback_shows_them(handler, caplog):
    caplog.set_level(logging.DEBUG)
    found = asyncio.run(call_once(handler))
    assert caplog.records
    shown = [repr(found), *(record.getMessage() for record in caplog.records)]
    shown += [repr(record.args) for record in caplog.records]
    assert not [text for text in shown if "secret" in text]


def test_no_traceback_shows_them_with_all_its_variables():
    async def cancelled() -> None:
        async with (
            serving(say_nothing) as port,
            Client(f"http://127.0.0.1:{port}/v2", credentials()) as client,
        ):
            task = asyncio.create_task(client.call(CREATE, body={}))
            await asyncio.sleep(0.2)
            task.cancel()
            await task

    with pytest.raises(asyncio.CancelledError) as caught:
        asyncio.run(cancelled())
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    text = "".join(shown.format())
    assert "in call" in text
    assert "secret" not in text
    assert "secret" not in repr(Client("http://127.0.0.1/", credentials()))


def test_short_credentials_of_a_rehearsal_do_not_garble_answers():
    redacted = Credentials("k", "t").redacted
    assert redacted('{"status": "SENT", "link": "x?api_key=k&a=t"}') == (
        '{"status": "SENT", "link": "x?api_key=…&a=…"}'
    )
