"""Calls of a target's API over HTTP.  With `login.login_server` and `login.login_answers`, the only one that imports httpx.

It makes one call at a time and says what became of it, above all whether a byte went out
(`Break.UNREACHABLE`: no; `Break.LOST`: yes).  It never repeats a call, never follows a redirect,
and counts nothing: how often and how fast calls are made is the sender's business.

The API key of v2 has to stand in each URL's query (reference, v2-contract, Transport), and URLs end
up in logs and tracebacks.  So key and token are put in beneath httpx's client, by `_Signing`: no
request, response, log record or exception that this package ever sees holds them.  Should a
server repeat them in its answer, they are taken out of it, and out of httpcore's debugging logs.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import ssl
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from ctct_migrate.targets.access_token import token_scopes
from ctct_migrate.targets.credentials import AccessToken, Credentials, TokenError
from ctct_migrate.targets.file_form import FileForm
from ctct_migrate.targets.replies import AnswerRow, Break, Call, CallOutcome, Reply, broken, read

#: Where v2 is (reference, v2-contract, Transport).
BASE_URL = "https://api.constantcontact.com/v2/"

#: The largest answer that is read, in bytes; the largest campaign takes some 6 MB as JSON.
_LARGEST = 32 * 2**20

#: Seconds an idle connection is kept: less than servers keep one (5 s is common), so that a call
#: is rarely put on a connection that the server is just closing.
_KEEP = 3.0


#: Loggers that tell what is in answers.
_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy")


#: The name under which a request carries its token, which shows itself to nobody, to `_Signing`.
_TOKEN = "ctct_migrate.token"

#: HTTP status of a call whose token is wrong or has ended.
_UNAUTHORIZED = 401


class BaseUrlError(ValueError):
    """The base URL is not one that a token may be sent to; the message is one line for users."""


def checked_base_url(url: str) -> str:
    """`url` with a slash at its end.  Raises BaseUrlError unless it is https, or http to a
    loopback host: over plain http anybody on the way could read the token."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise BaseUrlError(f"{url!r} is not a URL") from None
    if parts.scheme not in ("http", "https") or not host:
        raise BaseUrlError(f"{url!r} is not a base URL: expected {BASE_URL}, or one like it")
    if parts.username is not None or parts.query or parts.fragment:
        raise BaseUrlError("the base URL has a user name, a query or a fragment, which it must not")
    if parts.scheme == "http" and not is_loopback_host(host):
        raise BaseUrlError(
            f"http://{host} would carry the access token in the open: https is needed"
            " (plain http is taken for this machine alone)"
        )
    return url if url.endswith("/") else url + "/"


def is_loopback_host(host: str) -> bool:
    """Whether a host is this machine, and no other."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class Client:
    """Makes calls to one base URL with one pair of credentials.

    An async context manager.  `timeout` is in seconds: for connecting at most 15 of them, for
    each wait for bytes, and twice as many for a call as a whole.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        timeout: float = 60.0,
        connections: int = 32,
        answers: Sequence[AnswerRow] = (),
    ):
        """`answers` says what the target's own answers mean (`Target.answers`).  Raises BaseUrlError for a base URL that no token may be sent to."""
        self.base_url = checked_base_url(base_url)
        self._credentials = credentials
        self._whole = 2 * timeout
        self._answers = answers
        limits = httpx.Limits(
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=_KEEP,
        )
        self._client = httpx.AsyncClient(
            transport=_Signing(_transport(self.base_url, limits), credentials),
            timeout=httpx.Timeout(timeout, connect=min(timeout, 15.0)),
            follow_redirects=False,
            trust_env=False,
            headers={"Accept": "application/json", "Accept-Encoding": "identity",
                     "User-Agent": "ctct-migrate"},
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"Client({self.base_url!r})"

    async def scopes(self) -> frozenset[str] | None:
        """The scopes that the access token was granted, as it says itself or the log-in server did;
        None where nobody says."""
        try:
            said = token_scopes((await self._credentials.token()).value)
        except TokenError:
            return None  # the next call says so
        return self._credentials.granted if said is None else said

    async def ready(self) -> None:
        """Have a token that lasts, renewed if need be.  Where there is none, the next call says
        so."""
        with suppress(TokenError):
            await self._credentials.token()

    async def __aenter__(self) -> Client:
        for name in _LOGGERS:
            logging.getLogger(name).addFilter(self._redact)
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self._client.__aexit__(kind, error, traceback)
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(self._redact)

    def _redact(self, record: logging.LogRecord) -> bool:
        """A filter of log records: all pass, without key and token."""
        record.msg, record.args = self._credentials.redacted(record.getMessage()), ()
        return True

    async def call(
        self,
        call: Call,
        *,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        on_sent: Callable[[], None] = lambda: None,
    ) -> CallOutcome:
        """Make `call`, once, and say what became of it; does not raise for anything that a server
        or a network can do.  `body` is a JSON value, a `FileForm` or None.  `on_sent` is called when
        the request has been written, which on a new connection is some time after the start."""
        wire = _Wire(on_sent)
        request = self._client.build_request(
            call.method, self.base_url + call.path, params=dict(query or {}),
            extensions={"trace": wire}, **_written(body),
        )  # fmt: skip
        try:
            token = await self._credentials.token()
        except TokenError as error:
            return CallOutcome(failures=(error.failure,))
        request.extensions[_TOKEN] = token
        # Exceptions are looked at and left behind: raised onward, they would carry frames whose
        # variables hold the signed request.
        how: Break | None = None
        words, is_cancelled = "", False
        try:
            async with asyncio.timeout(self._whole):
                reply = await self._reply(request)
        except (httpx.TimeoutException, TimeoutError):
            how = Break.NO_ANSWER if wire.began else Break.UNREACHABLE
        except asyncio.CancelledError:
            is_cancelled = True
        except Exception as error:  # whatever it is, it says nothing about what the server did
            how = Break.LOST if wire.began else unmade(error)
            words = self._credentials.redacted(str(error) or type(error).__name__)
        if is_cancelled:
            raise asyncio.CancelledError
        if how is not None:
            return broken(call, how, words)
        if reply.status == _UNAUTHORIZED:
            failure = await self._credentials.refused(token)
            if failure is not None:
                return CallOutcome(failures=(failure,))
        else:
            self._credentials.accepted(token)
        return read(call, reply, self._answers)

    async def _reply(self, request: httpx.Request) -> Reply:
        response = await self._client.send(request, stream=True)
        try:
            parts, size = [], 0
            async for part in response.aiter_bytes():
                parts.append(part)
                size += len(part)
                if size > _LARGEST:
                    raise httpx.RemoteProtocolError("the answer has no end")
        finally:
            await response.aclose()
        redacted = self._credentials.redacted
        headers = {name.lower(): redacted(value) for name, value in response.headers.items()}
        body = redacted(b"".join(parts).decode("utf-8", "surrogateescape"))
        return Reply(response.status_code, headers, body.encode("utf-8", "surrogateescape"))

    def next_page(self, link: str) -> tuple[str, dict[str, str]] | None:
        """Path and query of a `next_link` (reference, v2-contract, Endpoints), which may be
        relative to the host or to the base URL; None when it leads out of the base URL, where the
        token must not go."""
        target = urljoin(self.base_url, link)
        if not target.startswith(self.base_url):
            return None
        parts = urlsplit(target[len(self.base_url) :])
        query = {k: v for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != "api_key"}
        return parts.path, query


def _written(body: Any) -> dict[str, Any]:
    """What httpx is given to write a body: nothing, JSON, or a form of several parts."""
    if body is None:
        return {}
    if isinstance(body, FileForm):
        return {"data": body.fields, "files": {body.part: (body.name, body.data, body.media)}}
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return {"content": content, "headers": {"Content-Type": "application/json"}}


class _Wire:
    """What httpcore tells about the bytes of one request, by its `trace` extension."""

    def __init__(self, on_sent: Callable[[], None]):
        self.began = False
        self._on_sent = on_sent

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        # `http11.send_request_headers.started`; a tunnel's CONNECT reports as `http_proxy.…` or
        # through its own request, which has no trace.
        if event.endswith(".send_request_headers.started"):
            self.began = True
        elif event.endswith(".send_request_body.complete"):
            self._on_sent()


class _Signing(httpx.AsyncBaseTransport):
    """Puts key and token into a copy of each request, which nobody else sees."""

    def __init__(self, inner: httpx.AsyncBaseTransport, credentials: Credentials):
        self._inner = inner
        self._credentials = credentials

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        extensions = dict(request.extensions)
        token: AccessToken = extensions.pop(_TOKEN)
        return await self._inner.handle_async_request(
            httpx.Request(
                request.method,
                request.url.copy_merge_params(self._credentials.key_parameter),
                headers=[
                    *request.headers.raw,
                    (b"Authorization", b"Bearer " + token.value.encode()),
                ],
                stream=request.stream,
                extensions=extensions,
            )
        )

    async def aclose(self) -> None:
        await self._inner.aclose()


def _transport(base_url: str, limits: httpx.Limits) -> httpx.AsyncHTTPTransport:
    """The connections: certificates verified, TLS 1.2 or better, through the environment's proxy
    for https (which tunnels, and sees neither key nor token), through none for plain http."""
    return httpx.AsyncHTTPTransport(
        verify=tls_context(base_url),
        limits=limits,
        retries=0,
        trust_env=False,
        proxy=proxy_for(base_url),
    )


def tls_context(url: str) -> ssl.SSLContext:
    """Certificates verified, TLS 1.2 or better.  A server that is reached by plain http needs none:
    no authorities are loaded, which takes long, and nobody would be trusted."""
    is_plain = urlsplit(url).scheme == "http"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if is_plain else httpx.create_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def proxy_for(base_url: str) -> str | None:
    """The environment's proxy for a server, which tunnels; None for plain http, for this machine,
    and where there is none."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if parts.scheme != "https" or is_loopback_host(host) or urllib.request.proxy_bypass(host):
        return None
    proxies = urllib.request.getproxies()
    return proxies.get("https") or proxies.get("all")


def unmade(error: BaseException) -> Break:
    """Why no connection was made: a certificate, or anything else."""
    refused = any(isinstance(e, ssl.SSLCertVerificationError) for e in _chain(error))
    return Break.CERTIFICATE if refused else Break.UNREACHABLE


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
