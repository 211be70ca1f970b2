"""The log-in server of the sandbox: authorize, token, device, and a page for a device's code, at the
paths that the real one has; and `/_login`, by which tests steer it.

| call | does |
|---|---|
| GET `/_login` | how many tokens are alive, user codes, calls as `[endpoint, what, status]` |
| POST `/_login` `{"errors": ["invalid_grant"]}` | the next calls for tokens get these errors |
| POST `/_login` `{"end": "access"}` | all access tokens end (`refresh`: all refresh tokens) |
| POST `/_login` `{"enter": "BCDF-GHJK"}` | somebody enters a device's code (`deny`: refuses it) |

Faults strike these calls too, those that name them: `--fault close-after,match=oauth2.*token` loses
the answer after the refresh token was used up.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import html
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.sandbox.answers import Answer, html_answer, json_answer, no_content
from ctct_migrate.sandbox.faulty_answers import Transmission, distorted
from ctct_migrate.sandbox.options import is_loopback
from ctct_migrate.sandbox.v3.login_grants import DEVICE_SECONDS, Grants
from ctct_migrate.sandbox.v3.v3_settings import SCOPES, V3Settings
from ctct_migrate.sandbox.wire import Connections, deliver
from ctct_migrate.targets.v3.oauth import OAUTH

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from ctct_migrate.sandbox.service import Service

#: Seconds between two questions of a device, and how much sooner one may come all the same.
_INTERVAL, _EARLY = 1, 0.2

_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"

_PAGE = """\
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Log in to the sandbox</title></head>
<body><h1>Log in to the sandbox</h1><p>{words}</p><form method="post">{fields}
<button name="agree" value="yes">Allow</button> <button name="agree" value="no">Deny</button></form>
</body></html>
"""

_ENTRY = '<label>Code <input name="user_code" value="{code}"></label>'

_AFTER = "<!doctype html><html lang='en'><title>Log in</title><body><p>{words}</p></body></html>"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One call of the log-in server."""

    query: Mapping[str, str]
    form: Mapping[str, str]
    client: str
    has_secret: bool
    origin: str
    method: str
    settings: V3Settings
    now: float
    grants: Grants


_Handler = Callable[[_Asked], Answer]


class _Refused(Exception):
    """An error of the protocol (RFC 6749, 5.2)."""

    def __init__(self, error: str, description: str, status: int = 400):
        super().__init__(error)
        self.answer = json_answer(status, {"error": error, "error_description": description})


def login_routes(service: Service, connections: Connections) -> list[BaseRoute]:
    """The routes of the log-in server of a sandbox."""
    table: tuple[tuple[str, tuple[str, ...], _Handler], ...] = (
        (urlsplit(OAUTH.authorize).path, ("GET", "POST"), _authorize),
        (urlsplit(OAUTH.token).path, ("POST",), _token),
        (urlsplit(OAUTH.device).path, ("POST",), _device),
        ("/activate", ("GET", "POST"), _activate),
        ("/_login", ("GET", "POST"), _steer),
    )
    return [
        Route(path, _Endpoint(service, connections, handler), methods=list(methods))
        for path, methods, handler in table
    ]


class _Endpoint:
    """ASGI: one endpoint, with the faults that strike it."""

    def __init__(self, service: Service, connections: Connections, handler: _Handler):
        self._service, self._connections, self._handler = service, connections, handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service = self._service
        request = Request(scope, receive)
        body = await request.body()
        strike = service.plan.strike(scope["method"], scope["path"], only_named=True)
        await asyncio.sleep(strike.wait_before)
        answer = self._answer(request, body, kept=strike.fault is None or strike.fault.stores)
        delivery = (
            Transmission(answer) if strike.fault is None
            else distorted(strike.fault, answer, service.server)
        )  # fmt: skip
        await asyncio.sleep(strike.wait_after)
        await deliver(delivery, scope, receive, send, self._connections)

    def _answer(self, request: Request, body: bytes, *, kept: bool) -> Answer:
        service = self._service
        now = service.clock.now().timestamp()
        with service.store.trial() as trial:
            grants = Grants(service.store, now)
            try:
                asked = _asked(request, body, V3Settings.of(service.options.settings), now, grants)
                answer = self._handler(asked)
            except _Refused as refused:
                answer = refused.answer
            except ValueError as error:
                answer = json_answer(400, {"error": str(error)})
            name = request.url.path.rpartition("/")[2]
            if name != "_login":
                form = dict(parse_qsl(body.decode("utf-8", "replace")))
                grants.note(name, form.get("grant_type", request.method), answer.status)
            grants.save()
            trial.keep = kept
        return answer.with_headers(Cache_Control="no-store")


def _asked(
    request: Request, body: bytes, settings: V3Settings, now: float, grants: Grants
) -> _Asked:
    text = body.decode("utf-8", "replace")
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent == "application/json":
        value = json.loads(text)
        form = {"json": json.dumps(value)} if isinstance(value, dict) else {}
    else:
        form = dict(parse_qsl(text, keep_blank_values=True))
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    client, has_secret = form.get("client_id", ""), False
    if scheme.lower() == "basic":
        try:
            client, _, secret = base64.b64decode(given).decode().partition(":")
            has_secret = bool(secret)
        except ValueError:
            raise _Refused("invalid_client", "The header is not Basic.", 401) from None
    return _Asked(
        dict(request.query_params), form, client, has_secret,
        f"{request.url.scheme}://{request.url.netloc}", request.method, settings, now, grants,
    )  # fmt: skip


def _authorize(asked: _Asked) -> Answer:
    """GET and POST of the page on which the account's owner agrees."""
    query, settings = asked.query, asked.settings
    uri = query.get("redirect_uri", "")
    registered = uri == settings.redirect_uri if settings.redirect_uri else _is_ours(uri)
    if not query.get("client_id") or not registered:
        words = html.escape(f"The redirect URI {uri!r} is not registered for this application.")
        return html_answer(400, _AFTER.format(words=words))
    scopes = query.get("scope", "").split()
    error = ""
    if query.get("response_type") != "code":
        error = "unsupported_response_type"
    elif not query.get("state"):
        error = "invalid_request"
    elif not scopes or not set(scopes) <= set(SCOPES):
        error = "invalid_scope"
    elif query.get("code_challenge") and query.get("code_challenge_method") != "S256":
        error = "invalid_request"
    elif settings.login_page == "refused" or asked.form.get("agree") == "no":
        error = "access_denied"
    if error:
        said = {"error": error, "error_description": f"The sandbox says {error}."}
        return _back(uri, {**said, "state": query.get("state", "")})
    if settings.login_page == "page" and asked.form.get("agree") != "yes":
        words = f"{html.escape(query['client_id'])} wants: {html.escape(' '.join(scopes))}"
        return html_answer(200, _PAGE.format(words=words, fields=""))
    code = asked.grants.code(
        query["client_id"], uri, query.get("code_challenge", ""), _granted(scopes, settings)
    )
    return _back(uri, {"code": code, "state": query["state"]})


def _token(asked: _Asked) -> Answer:
    """POST of the token endpoint."""
    error = asked.grants.next_error()
    if error is not None:
        raise _Refused(error, f"The sandbox was told to answer {error}.")
    if not asked.client:
        raise _Refused("invalid_client", "No client id was given.", 401)
    grant = asked.form.get("grant_type", "")
    found = _GRANTS.get(grant)
    if found is None:
        raise _Refused("unsupported_grant_type", f"There is no grant {grant!r}.")
    return json_answer(200, found(asked))


def _by_code(asked: _Asked) -> dict[str, Any]:
    form = asked.form
    found = asked.grants.taken_code(form.get("code", ""))
    if found is None or found["client"] != asked.client:
        raise _Refused("invalid_grant", "The code has been used, has ended or was never given.")
    if found["redirect_uri"] != form.get("redirect_uri"):
        raise _Refused("invalid_grant", "The redirect URI is another one.")
    if found["challenge"]:
        verifier = form.get("code_verifier", "")
        digest = hashlib.sha256(verifier.encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != found["challenge"]:
            raise _Refused("invalid_grant", "PKCE verification failed.")
    elif not asked.has_secret:
        raise _Refused("invalid_client", "A code without PKCE needs the client secret.", 401)
    return asked.grants.tokens(asked.client, found["scopes"], asked.settings.token_seconds)


def _by_refresh(asked: _Asked) -> dict[str, Any]:
    token = asked.form.get("refresh_token", "")
    rotates = asked.settings.refresh_tokens == "rotating"
    found = asked.grants.used_refresh(token, rotates=rotates)
    if found is None or found["client"] != asked.client:
        raise _Refused("invalid_grant", "The refresh token is invalid or expired.")
    return asked.grants.tokens(
        asked.client, found["scopes"], asked.settings.token_seconds,
        refresh=None if rotates else token,
    )  # fmt: skip


def _by_device(asked: _Asked) -> dict[str, Any]:
    code = asked.form.get("device_code", "")
    found = asked.grants.polled(code)
    if found is None or found["client"] != asked.client:
        raise _Refused("expired_token", "The device code has ended.")
    if found["polls"] and asked.now - found["polled"] < _INTERVAL - _EARLY:
        raise _Refused("slow_down", "The questions come too fast.")
    page = asked.settings.login_page
    if found["state"] == "denied" or page == "refused":
        raise _Refused("access_denied", "The user has refused.")
    # The first question comes before anybody can have entered anything.
    if found["state"] != "agreed" and (page == "page" or found["polls"] == 0):
        raise _Refused("authorization_pending", "The user has not entered the code yet.")
    asked.grants.finish_device(code)
    return asked.grants.tokens(asked.client, found["scopes"], asked.settings.token_seconds)


_GRANTS: Mapping[str, Callable[[_Asked], dict[str, Any]]] = {
    "authorization_code": _by_code,
    "refresh_token": _by_refresh,
    _DEVICE_GRANT: _by_device,
}


def _device(asked: _Asked) -> Answer:
    """POST of a device that wants a code."""
    scopes = asked.form.get("scope", "").split()
    if not asked.client:
        raise _Refused("invalid_client", "No client id was given.", 401)
    if not scopes or not set(scopes) <= set(SCOPES):
        raise _Refused("invalid_scope", "One of the scopes does not exist.")
    code, user = asked.grants.device(asked.client, _granted(scopes, asked.settings))
    page = f"{asked.origin}/activate"
    return json_answer(
        200,
        {
            "device_code": code, "user_code": user, "verification_uri": page,
            "verification_uri_complete": f"{page}?user_code={user}",
            "expires_in": DEVICE_SECONDS, "interval": _INTERVAL,
        },
    )  # fmt: skip


def _activate(asked: _Asked) -> Answer:
    """The page on which a person enters the code of a device."""
    code = asked.form.get("user_code", asked.query.get("user_code", ""))
    if asked.method == "GET":
        fields = _ENTRY.format(code=html.escape(code))
        return html_answer(200, _PAGE.format(words="Enter the device's code.", fields=fields))
    if not asked.grants.entered(code, agreed=asked.form.get("agree") == "yes"):
        return html_answer(404, _AFTER.format(words="There is no such code."))
    return html_answer(200, _AFTER.format(words="The device goes on by itself."))


def _steer(asked: _Asked) -> Answer:
    """`/_login`."""
    if asked.method == "GET":
        return json_answer(200, asked.grants.to_json())
    value = json.loads(asked.form.get("json", "{}"))
    errors, ends = value.get("errors", []), value.get("end")
    if not isinstance(errors, list) or not all(isinstance(each, str) for each in errors):
        raise ValueError("errors is an array of the protocol's errors")
    if ends not in (None, "access", "refresh"):
        raise ValueError("end is access or refresh")
    asked.grants.arm(errors)
    if ends is not None:
        asked.grants.end(ends)
    for name, agreed in (("enter", True), ("deny", False)):
        if name in value and not asked.grants.entered(str(value[name]), agreed=agreed):
            raise ValueError(f"there is no code {value[name]}")
    return no_content()


def _granted(scopes: list[str], settings: V3Settings) -> list[str]:
    """Of the scopes that were asked for, those that the server is set to give."""
    return [scope for scope in scopes if scope in settings.scopes]


def _is_ours(uri: str) -> bool:
    parts = urlsplit(uri)
    return parts.scheme == "http" and is_loopback(parts.hostname or "")


def _back(uri: str, parameters: Mapping[str, str]) -> Answer:
    return Answer(302, headers={"Location": f"{uri}?{urlencode(parameters)}"})
