"""Log-ins in files: whole or not at all, for their owner alone; and in a keyring, where one works."""

from __future__ import annotations

import json
import os
import stat
import sys
import threading
from dataclasses import replace
from pathlib import Path

import keyring as keyring_package
import keyring.backend
import pytest

from ctct_migrate.login import system_keyring
from ctct_migrate.login.account_identity import Identity, adopted
from ctct_migrate.login.log_in_store import LogInStore
from ctct_migrate.login.log_ins import LogIn, LoginError, Tokens
from ctct_migrate.login.which_log_in import chosen, credentials_for
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.credentials import Credentials, CredentialsError

ACCESS, REFRESH = "aaaa-access-token", "rrrr-refresh-token"
SERVER = "https://api.cc.email/v3/"
V3 = TARGETS["v3"]


def log_in(account: str = "a1", name: str = "Harbour Books", **more) -> LogIn:
    tokens = Tokens(ACCESS, REFRESH, 1_790_000_000.5, 86_400.0, ("campaign_data", "account_read"))
    given = {
        "server": SERVER,
        "client_id": "app",
        "account_email": f"{account}@example.com",
        **more,
    }
    return LogIn("v3", token_url="https://authz.example/token", tokens=tokens, account_id=account,
                 account_name=name, **given)  # fmt: skip


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_saved_is_read_again(tmp_path: Path):
    store = LogInStore(tmp_path / "a" / "logins")
    first, second = log_in(), log_in("b2", "Smithy", renewal_began=17.5)
    store.save(first)
    store.save(second)
    assert sorted(store.all(), key=lambda each: each.account_id) == [first, second]
    assert store.current(replace(first, tokens=second.tokens)) == first
    store.remove(first)
    assert store.all() == [second]


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_only_the_owner_can_read(tmp_path: Path):
    folder = tmp_path / "logins"
    folder.mkdir(mode=0o755)
    former = os.umask(0)
    try:
        store = LogInStore(folder)
        store.save(log_in())
    finally:
        os.umask(former)
    (path,) = folder.glob("*.json")
    assert (mode(folder), mode(path)) == (0o700, 0o600)
    path.chmod(0o644)
    assert store.all()
    assert mode(path) == 0o600


def test_it_shows_no_secret():
    given = log_in()
    for text in (repr(given), repr(given.tokens), given.title):
        assert ACCESS not in text
        assert REFRESH not in text


def test_a_failure_leaves_the_old_one_whole(tmp_path: Path, monkeypatch):
    store = LogInStore(tmp_path)
    store.save(log_in())

    def fail(*_):
        raise OSError(5, "Input/output error")

    for name in ("fsync", "replace"):
        with monkeypatch.context() as patched:
            patched.setattr(os, name, fail)
            with pytest.raises(LoginError) as found:
                store.save(log_in(name="Another"))
            assert found.value.rule.code == "CT667"
        assert store.all() == [log_in()]
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b'{"version": 2}', b'{"version": 1}', b"\xff\xfe", b"null", b"[" * 100_000],
)
def test_a_damaged_file_is_none_and_is_named(tmp_path: Path, damage: bytes):
    store = LogInStore(tmp_path)
    store.save(log_in())
    (tmp_path / "v3-0000.json").write_bytes(damage)
    assert store.all() == [log_in()]
    assert [path.name for path in store.damaged()] == ["v3-0000.json"]


@pytest.mark.parametrize(
    "change",
    [
        {"tokens": None},
        {"tokens": {"access": 1, "refresh": "", "obtained": 1, "lifetime": 1}},
        {"tokens": {"access": "a", "refresh": "", "obtained": "yesterday", "lifetime": 1}},
        {"server": ["https://elsewhere.example/"]},
        {"server": "https://elsewhere.example/"},
        {"more": 1},
    ],
)
def test_a_file_that_says_something_else_is_none(tmp_path: Path, change: dict):
    store = LogInStore(tmp_path)
    store.save(log_in())
    (path,) = tmp_path.glob("*.json")
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    assert store.all() == []


def test_a_lock_lets_one_in_at_a_time(tmp_path: Path):
    store, inside, most = LogInStore(tmp_path), [], []

    def work() -> None:
        with LogInStore(tmp_path).locked(log_in()):
            inside.append(1)
            most.append(len(inside))
            threading.Event().wait(0.02)
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 6
    assert store.all() == []


def test_new_names_do_not_undo_a_renewal_of_another_process(tmp_path: Path):
    store, read_before = LogInStore(tmp_path), log_in()
    renewed = read_before.with_tokens(replace(read_before.tokens, refresh="rrrr-the-next"))
    store.save(renewed)
    found = adopted(store, read_before, Identity("a1", "Harbour Books & Co", "a1@example.com"))
    assert store.all() == [found] == [replace(renewed, account_name="Harbour Books & Co")]


def test_an_account_that_says_its_name_later(tmp_path: Path):
    store, nameless = LogInStore(tmp_path), log_in("", "", account_email="")
    store.save(nameless)
    assert "not said its name" in nameless.title
    found = adopted(store, nameless, Identity("a1", "Harbour Books", "a1@example.com"))
    assert store.all() == [found]
    assert found.title == "Harbour Books (a1@example.com, a1)"
    assert adopted(store, found, Identity()) == found  # nobody says anything: nothing is lost


# The keyring


class Keyring:
    """A keyring in memory; `longest` is what it can keep."""

    priority = 5

    def __init__(self, longest: int = 10**6):
        self.kept: dict[tuple[str, str], str] = {}
        self.longest = longest

    def set_password(self, service: str, name: str, password: str) -> None:
        if len(password) > self.longest:
            raise RuntimeError("too long")
        self.kept[service, name] = password

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


@pytest.fixture
def keyring(monkeypatch) -> Keyring:
    found = Keyring()
    monkeypatch.setattr(system_keyring, "_backend", lambda: found)
    return found


def test_secrets_stand_in_the_keyring_and_nowhere_else(tmp_path: Path, keyring: Keyring):
    store, given = LogInStore(tmp_path), log_in(in_keyring=True)
    store.save(given)
    (path,) = tmp_path.glob("*.json")
    assert ACCESS not in path.read_text()
    assert REFRESH not in path.read_text()
    assert store.all() == [given]
    store.remove(given)
    assert keyring.kept == {}


def test_a_log_in_that_is_to_stay_in_a_file_stays_there(tmp_path: Path, keyring: Keyring):
    LogInStore(tmp_path).save(log_in())
    assert keyring.kept == {}
    assert LogInStore(tmp_path).all() == [log_in()]


def test_what_a_keyring_cannot_keep_stands_in_the_file(tmp_path: Path, keyring: Keyring):
    keyring.longest = 10
    store, given = LogInStore(tmp_path), log_in(in_keyring=True)
    store.save(given)
    assert store.all() == [given]


def test_a_keyring_that_is_locked_loses_no_new_tokens(tmp_path: Path, keyring: Keyring):
    store, given = LogInStore(tmp_path), log_in(in_keyring=True)
    store.save(given)
    keyring.longest = 0
    renewed = given.with_tokens(replace(given.tokens, access="new", refresh="newer"))
    store.save(renewed)
    assert store.all() == [renewed]


@pytest.mark.parametrize("priority", [-1, 0, 1])
def test_the_keyring_of_the_system_is_used_if_it_says_that_it_works(tmp_path: Path, priority: int):
    kept: dict[tuple[str, str], str] = {}

    class Backend(keyring_package.backend.KeyringBackend):
        def set_password(self, service, name, password):
            kept[service, name] = password

        def get_password(self, service, name):
            return kept.get((service, name))

        def delete_password(self, service, name):
            kept.pop((service, name))

    Backend.priority = priority
    former = keyring_package.get_keyring()
    keyring_package.set_keyring(Backend())
    try:
        store, given = LogInStore(tmp_path), log_in(in_keyring=True)
        store.save(given)
        assert store.all() == [given]
        assert [service for service, _ in kept] == (["ctct-migrate"] if priority > 0 else [])
        store.remove(given)
        assert (kept, store.all()) == ({}, [])
    finally:
        keyring_package.set_keyring(former)


def test_without_a_keyring(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert not system_keyring.works()
    assert system_keyring.get("x") is None
    assert not system_keyring.put("x", "y")
    system_keyring.forget("x")


# Which one is meant


def which(store: LogInStore, account: str = "", server: str = SERVER, **environment: str) -> str:
    return chosen(store, V3, server, account=account, environment=environment).account_id


def test_the_only_one_is_meant(tmp_path: Path):
    store = LogInStore(tmp_path)
    store.save(log_in())
    assert which(store) == "a1"
    assert which(store, "HARBOUR books") == "a1"
    assert which(store, CTCT_ACCOUNT="a1@example.com") == "a1"


def test_of_several_one_has_to_be_named(tmp_path: Path):
    store = LogInStore(tmp_path)
    for each in (log_in(), log_in("b2", "Smithy"), log_in("c3", "Third", client_id="other")):
        store.save(each)
    with pytest.raises(CredentialsError, match=r"several.*--account.*Harbour Books.*Smithy"):
        which(store)
    assert which(store, "b2") == "b2"
    assert which(store, CTCT_CLIENT_ID="other") == "c3"
    with pytest.raises(
        CredentialsError,
        match=r"there is no log-in for the account 'Nobody'; there are some for .*Smithy",
    ):
        which(store, "Nobody")


def test_a_log_in_is_used_for_its_own_server_alone(tmp_path: Path):
    store = LogInStore(tmp_path)
    store.save(log_in())
    with pytest.raises(CredentialsError) as found:
        which(store, server="http://127.0.0.1:9/v3/")
    assert "nobody is logged in" in str(found.value)
    assert SERVER in str(found.value)
    assert ACCESS not in str(found.value)


def test_what_the_environment_says_counts_first(tmp_path: Path):
    store = LogInStore(tmp_path)
    store.save(log_in())
    said = {"CTCT_ACCESS_TOKEN": "its-own-token", "CTCT_API_KEY": "nobody asks"}
    assert credentials_for(V3, SERVER, store=store, environment=said) == Credentials(None, "its-own-token")  # fmt: skip
    stored = credentials_for(V3, SERVER, store=store, environment={})
    assert stored.key_hash(b"x") == Credentials(None, "t", application="app").key_hash(b"x")
    named = credentials_for(V3, SERVER, account="a1", store=store, environment=said)
    assert named.key_hash(b"x") == stored.key_hash(b"x")


def test_a_target_without_log_ins_needs_the_environment(tmp_path: Path):
    v2 = TARGETS["v2"]
    said = {"CTCT_API_KEY": "the-key-of-v2", "CTCT_ACCESS_TOKEN": "its-own-token"}
    found = credentials_for(v2, v2.base_url, store=LogInStore(tmp_path), environment=said)
    assert found == Credentials("the-key-of-v2", "its-own-token")
    with pytest.raises(CredentialsError, match="CTCT_API_KEY"):
        credentials_for(v2, v2.base_url, environment={})


def test_a_secret_that_is_needed_and_missing(tmp_path: Path):
    store = LogInStore(tmp_path)
    store.save(log_in(has_secret=True))
    with pytest.raises(CredentialsError, match="CTCT_CLIENT_SECRET"):
        credentials_for(V3, SERVER, store=store, environment={})
    assert credentials_for(V3, SERVER, store=store, environment={"CTCT_CLIENT_SECRET": "s"})


def test_without_the_extra(monkeypatch):
    monkeypatch.setattr("ctct_migrate.login.which_log_in.find_spec", lambda name: None)
    with pytest.raises(CredentialsError, match=r"CTCT_ACCESS_TOKEN.*ctct-migrate\[login\]"):
        credentials_for(V3, SERVER, environment={})
    assert credentials_for(V3, SERVER, environment={"CTCT_ACCESS_TOKEN": "t-0123456"})
