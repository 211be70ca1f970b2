"""Logging in by a browser and by a device's code, over real sockets."""

from __future__ import annotations

import logging
import socket
import threading
import traceback
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
from login_bench import CLIENT, PLAIN, LoginBench

from ctct_migrate.login.flows import by_browser, by_device
from ctct_migrate.login.log_ins import LoginError
from ctct_migrate.login.login_server import LoginServer
from ctct_migrate.login.redirects import Redirects, checked_redirect_uri, with_port
from ctct_migrate.sandbox import Fault, FaultKind

URI = "http://127.0.0.1:1/callback"


def free(uri: str = URI) -> str:
    return with_port(uri, 0)


def log_in(bench: LoginBench, browse, *, secret: str | None = None, seconds: float = 20, **more):
    with LoginServer(bench.oauth, CLIENT, secret) as server:
        return by_browser(
            server, more.get("uri") or free(), more.get("scopes", bench.oauth.asked), browse,
            seconds=seconds,
        )  # fmt: skip


def in_background(url: str) -> None:
    threading.Thread(target=httpx.get, args=(url,), kwargs={"follow_redirects": True, **PLAIN}).start()  # fmt: skip


def refusal(found: pytest.ExceptionInfo[LoginError]) -> tuple[str, str]:
    return found.value.rule.code, found.value.words


# By a browser


def test_a_browser_that_agrees_brings_tokens(bench: LoginBench):
    tokens = log_in(bench, bench.browse)
    assert tokens.access
    assert tokens.refresh
    assert tokens.lifetime == 86_400
    assert set(tokens.scopes) == set(bench.oauth.asked)
    query = parse_qs(urlsplit(bench.shown[0]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["state"][0]) >= 32
    assert query["scope"] == ["campaign_data contact_data account_read offline_access"]
    assert "%2B" not in bench.shown[0]


@pytest.mark.parametrize("uri", ["http://localhost:1/callback", "http://127.0.0.1:1", "http://[::1]:1/a/b"])  # fmt: skip
def test_redirect_uris_of_this_machine(bench: LoginBench, uri: str):
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        if "::1" in uri:
            pytest.skip("this machine has no IPv6")
    assert log_in(bench, bench.browse, uri=free(uri)).access


@pytest.mark.parametrize(
    "uri",
    ["https://localhost:8910/callback", "http://example.com/callback", "http://localhost:99999/",
     "http://localhost:0/x", "http://user@localhost:8910/", "http://localhost:8910/?a=b",
     "callback", "http://localhost:8910/a b", "http://192.168.1.5:8910/"],
)  # fmt: skip
def test_other_redirect_uris_are_one_clear_error(uri: str):
    with pytest.raises(ValueError, match=r"\w"):
        checked_redirect_uri(uri)


def test_an_answer_with_another_state_is_turned_away_and_waited_on(bench: LoginBench):
    statuses = []

    def browse(authorization, redirects: Redirects):
        forged = urlencode({"code": "stolen", "state": "another"})
        for address in (
            f"{authorization.redirect_uri}?{forged}",
            f"{authorization.redirect_uri}?code=x",
            authorization.redirect_uri,
            authorization.redirect_uri.replace("/callback", "/favicon.ico"),
        ):
            statuses.append(httpx.get(address, **PLAIN).status_code)
        in_background(authorization.url)

    assert log_in(bench, browse).access
    assert statuses == [400, 400, 400, 404]


def test_an_address_that_was_pasted(bench: LoginBench):
    def browse(authorization, redirects: Redirects):
        answer = httpx.get(authorization.url, **PLAIN)
        address = answer.headers["location"]
        assert not redirects.pasted("nonsense")
        assert not redirects.pasted(address.replace("state=", "state=x"))
        assert redirects.pasted(f"  {address}\n")

    assert log_in(bench, browse).access


@pytest.mark.parametrize("settings", [{"login_page": "refused"}])
def test_a_user_who_refuses(bench: LoginBench):
    with pytest.raises(LoginError) as found:
        log_in(bench, bench.browse)
    code, words = refusal(found)
    assert code == "CT664"
    assert words.startswith("access_denied")


@pytest.mark.parametrize("settings", [{"login_page": "page"}])
def test_a_page_on_which_the_user_agrees(bench: LoginBench):
    def browse(authorization, redirects: Redirects):
        page = httpx.get(authorization.url, **PLAIN)
        assert "Allow" in page.text
        answer = httpx.post(authorization.url, data={"agree": "yes"}, **PLAIN)
        in_background(answer.headers["location"])

    assert log_in(bench, browse).access


@pytest.mark.parametrize("settings", [{"redirect_uri": "http://localhost:8910/callback"}])
def test_a_redirect_uri_has_to_be_the_registered_one_to_the_letter(bench: LoginBench):
    said = []

    def browse(authorization, redirects: Redirects):
        said.append(httpx.get(authorization.url, **PLAIN))

    with pytest.raises(LoginError) as found:
        log_in(bench, browse, seconds=0.2)
    assert refusal(found)[0] == "CT666"
    assert said[0].status_code == 400
    assert "not registered" in said[0].text


def test_a_scope_that_does_not_exist(bench: LoginBench):
    with pytest.raises(LoginError) as found:
        log_in(bench, bench.browse, scopes=["campaign_data", "everything"])
    assert refusal(found)[1].startswith("invalid_scope")


@pytest.mark.parametrize("settings", [{"scopes": ["campaign_data"]}])
def test_fewer_scopes_than_asked_for(bench: LoginBench):
    tokens = log_in(bench, bench.browse)
    assert (tokens.scopes, tokens.refresh) == (("campaign_data",), "")


def test_nobody_comes_back(bench: LoginBench):
    with pytest.raises(LoginError) as found:
        log_in(bench, lambda *_: None, seconds=0.1)
    assert refusal(found)[0] == "CT666"


def test_a_port_that_is_in_use(bench: LoginBench):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        uri = with_port(URI, taken.getsockname()[1])
        with pytest.raises(LoginError) as found:
            log_in(bench, bench.browse, uri=uri)
    assert refusal(found)[0] == "CT668"
    assert uri in refusal(found)[1]


def test_an_application_with_a_secret_says_it_in_the_header(bench: LoginBench):
    tokens = log_in(bench, bench.browse, secret="a-secret-of-the-app")
    with LoginServer(bench.oauth, CLIENT, "a-secret-of-the-app") as server:
        assert server.renewed(tokens).access != tokens.access


def test_a_code_works_once(bench: LoginBench):
    seen = []

    def browse(authorization, redirects: Redirects):
        address = httpx.get(authorization.url, **PLAIN).headers["location"]
        seen.append((authorization, address))
        redirects.pasted(address)

    log_in(bench, browse)
    with LoginServer(bench.oauth, CLIENT) as server, pytest.raises(LoginError) as found:
        server.exchanged(*seen[0])
    assert refusal(found)[0] == "CT664"
    assert refusal(found)[1].startswith("invalid_grant")


@pytest.mark.parametrize("kind", [FaultKind.SERVER_ERROR, FaultKind.CLOSE_AFTER, FaultKind.HTML, FaultKind.EMPTY, FaultKind.TRUNCATED, FaultKind.TRUNCATED_TRANSFER, FaultKind.NONSENSE])  # fmt: skip
def test_a_login_server_that_fails(bench: LoginBench, kind: FaultKind):
    bench.box.inject(Fault(kind=kind, match="oauth2.*token"))
    with pytest.raises(LoginError) as found:
        log_in(bench, bench.browse)
    assert refusal(found)[0] == "CT661"


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (FaultKind.CLOSE_BEFORE, "the connection ended before the answer did"),
        (FaultKind.LATENCY, "no answer came in time"),
        (None, "no connection could be made"),
    ],
)
def test_what_is_between_is_said_in_plain_words(bench: LoginBench, how: FaultKind | None, words):
    tokens = log_in(bench, bench.browse)
    if how is None:
        bench.box.stop()
    else:
        bench.box.inject(Fault(kind=how, match="oauth2.*token", seconds=5))
    with (
        LoginServer(bench.oauth, CLIENT, timeout=0.3) as server,
        pytest.raises(LoginError) as found,
    ):
        server.renewed(tokens)
    assert refusal(found) == ("CT661", f"127.0.0.1: {words}")
    if how is FaultKind.LATENCY:
        bench.box.clear_faults()


# By a device's code


def by_code(bench: LoginBench, person=lambda code: None):
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        bench.box.pass_time(seconds)

    with LoginServer(bench.oauth, CLIENT) as server:
        return by_device(server, bench.oauth.asked, person, sleep=sleep), pauses


@pytest.mark.parametrize("settings", [{"login_page": "page"}])
def test_a_code_that_is_entered_on_the_page(bench: LoginBench):
    def person(code):
        page = httpx.get(code.complete, **PLAIN)
        assert code.user in page.text
        form = dict(parse_qsl(urlsplit(code.complete).query)) | {"agree": "yes"}
        assert httpx.post(code.url, data=form, **PLAIN).status_code == 200

    tokens, pauses = by_code(bench, person)
    assert tokens.refresh
    assert pauses == [1.0]


def test_a_code_is_waited_for_and_slow_down_is_heeded(bench: LoginBench):
    bench.steer(errors=["slow_down", "authorization_pending"])
    tokens, pauses = by_code(bench)
    assert tokens.access
    assert pauses[:3] == [1.0, 6.0, 6.0]


@pytest.mark.parametrize(
    ("error", "code"),
    [("expired_token", "CT666"), ("access_denied", "CT664"), ("invalid_grant", "CT666"),
     ("invalid_client", "CT665"), ("unauthorized_client", "CT665"), ("something_new", "CT664")],
)  # fmt: skip
def test_errors_while_a_code_is_waited_for(bench: LoginBench, error: str, code: str):
    bench.steer(errors=[error])
    with pytest.raises(LoginError) as found:
        by_code(bench)
    assert refusal(found)[0] == code


def test_a_login_server_that_fails_while_a_code_is_waited_for_is_asked_less_often(
    bench: LoginBench,
):
    bench.box.inject(Fault(kind=FaultKind.SERVER_ERROR, match="oauth2.*token", times=2))
    tokens, pauses = by_code(bench)
    assert tokens.access
    assert pauses[:3] == [1.0, 2.0, 4.0]


def test_a_device_that_gets_no_code(bench: LoginBench):
    bench.box.inject(Fault(kind=FaultKind.SERVER_ERROR, match="device", times=1))
    with pytest.raises(LoginError) as found:
        by_code(bench)
    assert refusal(found)[0] == "CT661"
    with LoginServer(bench.oauth, "") as server, pytest.raises(LoginError) as found:
        server.device_code(["campaign_data"])
    assert refusal(found)[0] == "CT665"


# Secrets


def test_secrets_are_in_no_log_error_or_traceback(bench: LoginBench, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    tokens = log_in(bench, bench.browse)
    secrets = [tokens.access, tokens.refresh]
    shown = [repr(tokens)]
    for kind in (FaultKind.SERVER_ERROR, FaultKind.CLOSE_AFTER, FaultKind.TRUNCATED, FaultKind.HTML):  # fmt: skip
        bench.box.inject(Fault(kind=kind, match="oauth2.*token", times=1))
    with LoginServer(bench.oauth, CLIENT, timeout=5) as server:
        shown.append(repr(server))
        for _ in range(5):
            with pytest.raises(LoginError) as found:
                server.renewed(tokens)
            assert found.value.__traceback__ is not None
            below = found.value.__traceback__.tb_next  # this test itself knows the secrets
            shown += traceback.StackSummary.extract(
                traceback.walk_tb(below), capture_locals=True
            ).format()
    assert any("_tokens" in text for text in shown)
    assert found.value.rule.code == "CT660"
    shown += [repr(record.__dict__) + record.getMessage() for record in caplog.records]
    assert len(caplog.records) > 10
    for text in (*shown, *capfd.readouterr()):
        for secret in secrets:
            assert secret not in text
