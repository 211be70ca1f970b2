"""What is asked of a log-in server: an address for the browser, tokens for a code, new tokens for a
refresh token, a code to be entered elsewhere.

The protocol is oauthlib's; this module sends what that prepares, by httpx, and says what went wrong
in the catalogue's words.  It asks once and repeats nothing.  No secret gets into an error: exceptions
are looked at and left behind, and what a server repeats is taken out of its words.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx

from ctct_migrate.diagnostics import Rule
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.login.log_ins import LoginError, Tokens
from ctct_migrate.login.login_answers import (
    NO_TOKEN,
    LoginAnswer,
    ending,
    failed,
    looked_at,
    object_in,
    refused,
    seconds_of,
    words_of,
)
from ctct_migrate.targets import login_rules
from ctct_migrate.targets.authorization import OAuth
from ctct_migrate.targets.client import (
    BaseUrlError,
    checked_base_url,
    proxy_for,
    tls_context,
)
from ctct_migrate.targets.credentials import is_header_value
from ctct_migrate.targets.replies import Break, Reaction

#: Seconds for an answer of the log-in server.
_TIMEOUT = 30.0

#: The largest answer that is looked at, in bytes; tokens take a few thousand.
_LARGEST = 2**20

#: Characters of a code verifier (RFC 7636, 4.1: 43 to 128).
_VERIFIER = 64

#: Seconds between two questions whether a device's code was entered, unless the server says
#: otherwise, and how much longer after each `slow_down` (RFC 8628, 3.2 and 3.5).
_INTERVAL, _SLOWER = 5.0, 5.0


@dataclass(frozen=True, slots=True, repr=False)
class Authorization:
    """A request for authorization that a browser is sent with.

    url           where to
    redirect_uri  where the browser comes back to
    state         by which the answer is known to be to this request
    verifier      the secret of PKCE (RFC 7636)
    """

    url: str
    redirect_uri: str
    state: str
    verifier: str

    def is_answered_by(self, query: str) -> bool:
        """Whether the query of an address that a browser came back to belongs to this request."""
        return parse_qs(query).get("state") == [self.state]


@dataclass(slots=True, repr=False)
class DeviceCode:
    """A code that a person enters somewhere else.

    code      by which the server is asked whether that was done
    user      what the person enters
    url       where
    complete  the same with the code in it, or empty
    until     when it ends, in seconds of `time.monotonic`
    interval  seconds between two questions
    """

    code: str
    user: str
    url: str
    complete: str
    until: float
    interval: float


class LoginServer:
    """The log-in server of one target, for one application.

    oauth      where it is; raises LoginError for an address that no secret may be sent to
    client_id  the application
    secret     its secret; None for one that has none
    clock      the time, in seconds since 1970
    """

    def __init__(
        self, oauth: OAuth, client_id: str, secret: str | None = None,
        *, timeout: float = _TIMEOUT, clock: Callable[[], float] = time.time,
    ):  # fmt: skip
        for url in (oauth.authorize, oauth.token, oauth.device):
            try:
                checked_base_url(url)
            except BaseUrlError as error:
                raise LoginError(login_rules.LOGIN_REFUSED, str(error)) from None
        self._oauth, self.client_id, self._secret, self._clock = oauth, client_id, secret, clock
        self._timeout = timeout
        self._client = httpx.Client(
            transport=httpx.HTTPTransport(
                verify=tls_context(oauth.token), trust_env=False, proxy=proxy_for(oauth.token)
            ),
            timeout=httpx.Timeout(timeout, connect=min(timeout, 15.0)),
            follow_redirects=False,
            trust_env=False,
            headers={"Accept": "application/json", "User-Agent": "ctct-migrate"},
        )

    def __repr__(self) -> str:
        return f"LoginServer({self._oauth.token!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    # By a browser

    def authorization(self, redirect_uri: str, scopes: Sequence[str]) -> Authorization:
        """A new request for authorization, with PKCE (RFC 7636)."""
        from oauthlib.common import generate_token

        client = self._protocol()
        state = generate_token(32)
        verifier = client.create_code_verifier(_VERIFIER)
        challenge = client.create_code_challenge(verifier, "S256")
        url = client.prepare_request_uri(
            _as_https(self._oauth.authorize), redirect_uri=redirect_uri, scope=list(scopes),
            state=state, code_challenge=challenge, code_challenge_method="S256",
        )  # fmt: skip
        return Authorization(
            _with_scheme_of(self._oauth.authorize, url), redirect_uri, state, verifier
        )

    def exchanged(self, authorization: Authorization, came_back_to: str) -> Tokens:
        """The tokens for the code in the address that the browser came back to.  Raises
        LoginError."""
        query = urlsplit(came_back_to).query
        answer, failure = looked_at(
            lambda: self._protocol().parse_request_uri_response(
                f"https://localhost/?{query}", state=authorization.state
            )
        )
        if failure is not None:
            error, description = failure
            if error == "mismatching_state":
                description = "the answer belongs to another log-in"
            raise LoginError(login_rules.LOGIN_REFUSED, words_of(error, description))
        form = _Form(
            self._protocol().prepare_request_body(
                code=answer["code"], redirect_uri=authorization.redirect_uri,
                code_verifier=authorization.verifier, include_client_id=self._secret is None,
            ),
            (answer["code"], authorization.verifier),
        )  # fmt: skip
        return self._tokens(form, login_rules.LOGIN_REFUSED)

    # By a code that is entered elsewhere

    def device_code(self, scopes: Sequence[str]) -> DeviceCode:
        """A code for a person to enter.  Raises LoginError."""
        body = {"client_id": self.client_id, "scope": " ".join(scopes)}
        response = self._post(self._oauth.device, _Form(str(httpx.QueryParams(body))))
        value = object_in(response)
        if value is not None and "error" in value:
            raise refused(str(value["error"]), value.get("error_description"), ())
        if response.status != 200 or value is None:
            raise failed(f"it answered {response.status}")
        texts = [value.get(name) for name in ("device_code", "user_code", "verification_uri")]
        if not all(isinstance(text, str) and text.isprintable() and text for text in texts):
            raise failed("its answer holds no code")
        code, user, url = map(str, texts)
        complete = value.get("verification_uri_complete")
        return DeviceCode(
            code, user, url, complete if isinstance(complete, str) and complete.isprintable() else "",
            time.monotonic() + seconds_of(value.get("expires_in"), 900.0),
            max(1.0, seconds_of(value.get("interval"), _INTERVAL)),
        )  # fmt: skip

    def entered(self, code: DeviceCode) -> Tokens | None:
        """The tokens, once the code was entered and agreed to; None as long as it was not.  After
        `slow_down` the code's interval is longer.  Raises LoginError."""
        from oauthlib.oauth2 import DeviceClient

        client = DeviceClient(self.client_id)
        form = _Form(client.prepare_request_body(code.code, include_client_id=True), (code.code,))
        try:
            return self._tokens(form, login_rules.LOGIN_TIMED_OUT)
        except _Unfinished as unfinished:
            if unfinished.slower:
                code.interval += _SLOWER
            return None

    # Tokens

    def renewed(self, tokens: Tokens) -> Tokens:
        """New tokens for a refresh token, which may not work again afterwards.  Raises
        LoginError."""
        form = _Form(
            self._protocol().prepare_refresh_body(
                refresh_token=tokens.refresh,
                **({"client_id": self.client_id} if self._secret is None else {}),
            ),
            (tokens.refresh, tokens.access),
        )
        found = self._tokens(form, login_rules.LOGIN_ENDED)
        return Tokens(
            found.access, found.refresh or tokens.refresh, found.obtained, found.lifetime,
            found.scopes or tokens.scopes,
        )  # fmt: skip

    def _protocol(self) -> Any:
        from oauthlib.oauth2 import WebApplicationClient

        return WebApplicationClient(self.client_id)

    def _tokens(self, form: _Form, lost: Rule) -> Tokens:
        """The tokens that the token endpoint answers to a form; `lost` is what `invalid_grant`
        means."""
        now = self._clock()  # before it is asked: the token's life cannot have begun earlier
        answer = self._post(self._oauth.token, form)
        if answer.status >= 500 or answer.status == 429:
            raise failed(f"it answered {answer.status}")
        found, error, description = self._read(answer, now)
        if found is not None:
            return found
        if error in ("authorization_pending", "slow_down") and lost.code == _DEVICE:
            raise _Unfinished(slower=error == "slow_down")
        if error == NO_TOKEN:
            raise failed(f"it answered {answer.status}, and no tokens")
        raise refused(error, description, (*form.secrets, self._secret or ""), lost)

    def _read(self, answer: LoginAnswer, now: float) -> tuple[Tokens | None, str, str | None]:
        """The tokens in an answer, or the error in it with its description.  What holds secrets in
        the open is left behind here: nothing is raised."""
        value, failure = looked_at(
            lambda: self._protocol().parse_request_body_response(answer.text)
        )
        if failure is not None:
            return None, *failure
        texts = (value["access_token"], value.get("refresh_token") or "")
        kind = value.get("token_type") or "Bearer"
        is_right = all(
            isinstance(each, str) and (not each or is_header_value(each)) for each in texts
        )
        if answer.status != 200 or str(kind).lower() != "bearer" or not is_right or not texts[0]:
            return None, NO_TOKEN, None
        lifetime = value.get("expires_in")
        tokens = Tokens(
            *texts, now,
            None if lifetime is None else seconds_of(lifetime, 0.0),
            tuple(str(each) for each in value.get("scope") or ()),
        )  # fmt: skip
        return tokens, "", None

    def _post(self, url: str, form: _Form) -> LoginAnswer:
        """The answer to a form.  Raises LoginError where there is none, or an endless one."""
        auth = None if self._secret is None else httpx.BasicAuth(self.client_id, self._secret)
        request = self._client.build_request(
            "POST", url, content=form.body,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
        answer: LoginAnswer | None = None
        how = Break.LOST
        try:
            answer = self._answer(request, auth)
        except (httpx.HTTPError, ValueError) as error:
            # Left behind: raised onward, it would carry the request, whose body holds secrets.
            how = ending(error)
        if answer is None:
            reaction = Reaction.STOP if how is Break.CERTIFICATE else Reaction.AGAIN
            raise failed(f"{urlsplit(url).hostname}: {how}", reaction)
        return answer

    def _answer(self, request: httpx.Request, auth: httpx.Auth | None) -> LoginAnswer:
        parts, size, until = [], 0, time.monotonic() + 2 * self._timeout
        with closing(self._client.send(request, auth=auth, stream=True)) as response:
            for part in response.iter_bytes():
                parts.append(part)
                size += len(part)
                if size > _LARGEST or time.monotonic() > until:
                    raise httpx.RemoteProtocolError("the answer has no end")
            return LoginAnswer(response.status_code, b"".join(parts))


#: The code of what `invalid_grant` means while a device's code is waited for.
_DEVICE = login_rules.LOGIN_TIMED_OUT.code


class _Unfinished(Exception):
    """The person has not entered the code yet."""

    def __init__(self, *, slower: bool):
        super().__init__()
        self.slower = slower


@dataclass(frozen=True, slots=True, repr=False)
class _Form:
    """What is sent, and the secrets in it; it shows neither."""

    body: str
    secrets: tuple[str, ...] = ()


def _as_https(url: str) -> str:
    """The address as one of https: oauthlib takes no other, and plain http leads to this machine
    alone (`checked_base_url`)."""
    return url.replace("http://", "https://", 1) if url.startswith("http://") else url


def _with_scheme_of(model: str, url: str) -> str:
    return url.replace("https://", "http://", 1) if model.startswith("http://") else url
