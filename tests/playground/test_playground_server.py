"""The server of the page: for this machine and its own page alone, and it keeps nothing."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playground_process import COMMAND, RunningPlayground, running

from ctct_migrate.playground import DEFAULT_PORT, MAX_DOCUMENT
from ctct_migrate.playground.playground_app import LARGEST_CALL
from ctct_migrate.playground.question import Question, QuestionError
from ctct_migrate.playground.sample_documents import SAMPLES

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="interrupts are sent otherwise there"
)

SECRET = "s3cret-in-a-document"
DOCUMENT = (
    f'<Campaign xmlns="http://ws.constantcontact.com/ns/1.0/"><Name>{SECRET}</Name></Campaign>'
)


@pytest.fixture(scope="module")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlayground]:
    folder = tmp_path_factory.mktemp("playground")
    with running(folder, "--port", "0") as found:
        yield found
        before = {each for each in folder.rglob("*") if each.is_file()}
        assert before == set()
        assert found.close() == 0
        assert SECRET not in found.printed
        assert found.printed.count("\n") == 1  # where it is, and how it ends


@pytest.fixture(scope="module")
def client(playground: RunningPlayground) -> Iterator[httpx.Client]:
    origin = playground.address.rstrip("/")
    with httpx.Client(
        base_url=playground.address, headers={"Origin": origin}, trust_env=False, timeout=60
    ) as found:
        yield found


def test_it_answers_a_question(client: httpx.Client) -> None:
    answer = client.post("api/inspect", json={"text": DOCUMENT})
    assert answer.status_code == 200
    assert answer.json()["counts"]["error"]
    fixed = client.post("api/fix", json={"text": DOCUMENT})
    assert fixed.json()["text"] == DOCUMENT
    opened = client.post("api/open", content=DOCUMENT.encode("utf-16"))
    assert opened.json()["text"] == DOCUMENT


def test_it_says_what_is_wrong_with_a_question(client: httpx.Client) -> None:
    answer = client.post("api/inspect", json={"text": DOCUMENT, "time_zone": "Mars/Phobos"})
    assert answer.status_code == 422
    assert answer.json()["field"] == "time_zone"
    assert "Mars/Phobos" in answer.json()["error"]


def test_a_document_that_is_too_large_gets_a_sentence(client: httpx.Client) -> None:
    answer = client.post("api/open", content=b"x" * (MAX_DOCUMENT + 1))
    assert answer.status_code == 413
    assert "10 MB" in answer.json()["error"]
    assert client.post("api/inspect", json={"text": "x" * (MAX_DOCUMENT + 1)}).status_code == 422


def test_a_document_of_control_characters_is_as_large_as_it_is() -> None:
    """Each takes six bytes in the JSON of a question."""
    for character in ("\x01", "\x0b", '"'):
        question = json.dumps({"text": character * MAX_DOCUMENT, "targets": ["v2", "v3"]})
        assert len(question) <= LARGEST_CALL
        assert len(Question.of(question.encode()).text) == MAX_DOCUMENT


@pytest.mark.parametrize(
    "fix", [[], "CT310", 3, {}, {"code": "CT310", "start": "?", "end": 3, "title": ""}]
)
def test_a_fix_that_is_none_gets_a_sentence(fix: object) -> None:
    with pytest.raises(QuestionError, match="has code, start, end and title"):
        Question.of(json.dumps({"text": DOCUMENT, "fix": fix}).encode())


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1:1", "127.0.0.1", "localhost.evil.example:{port}"])  # fmt: skip
def test_another_name_is_refused(
    client: httpx.Client, playground: RunningPlayground, host: str
) -> None:
    """A name that was made to lead to this machine (DNS rebinding)."""
    named = {"Host": host.format(port=playground.port)}
    for path in ("", "static/playground.js", "api/start"):
        answer = client.get(path, headers=named)
        assert answer.status_code == 421
        assert "<script" not in answer.text
    assert client.post("api/inspect", json={"text": ""}, headers=named).status_code == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1", ""])  # fmt: skip
def test_another_page_is_refused(
    client: httpx.Client, playground: RunningPlayground, origin: str
) -> None:
    for path in ("api/inspect", "api/fix", "api/open"):
        answer = client.post(
            path, content=b"{}", headers={"Origin": origin.format(port=playground.port)}
        )
        assert answer.status_code == 403


def test_it_listens_on_loopback_alone(playground: RunningPlayground) -> None:
    with (
        socket.socket() as other
    ):  # another address of this machine, as a server for all would have
        other.settimeout(5)
        assert other.connect_ex(("127.0.0.2", playground.port)) != 0


def test_its_policy_lets_no_text_become_a_script(client: httpx.Client) -> None:
    answer = client.get("")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert len(nonce) > 20
    assert f'nonce="{nonce}"' in answer.text
    assert "style=" not in answer.text
    assert client.get("").headers["Content-Security-Policy"] != policy
    for path in ("", "api/start", "static/playground.js", "api/rules/CT310"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_whatever_is_answered_has_the_same_guard(client: httpx.Client, playground: RunningPlayground) -> None:  # fmt: skip
    for method, path in (
        ("GET", "none"),
        ("PUT", "api/fix"),
        ("OPTIONS", "api/inspect"),
        ("POST", ""),
    ):
        answer = client.request(method, path)
        assert answer.status_code in (404, 405)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in answer.headers
        named = {"Host": f"evil.example:{playground.port}"}
        assert client.request(method, path, headers=named).status_code == 421


@pytest.mark.parametrize("path", ["static/none.js", "static/..%2Fquestion.py", "static/build.json", "api/samples/none", "api/rules/CT000", "none"])  # fmt: skip
def test_what_is_not_there(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_samples_are_offered(client: httpx.Client) -> None:
    start = client.get("api/start").json()
    assert [each["name"] for each in start["samples"]] == [each.name for each in SAMPLES]
    for each in SAMPLES:
        found = client.get(f"api/samples/{each.name}").json()
        assert found["text"].strip()
        assert "expect:" not in found["text"]


def test_a_rule_is_explained(client: httpx.Client) -> None:
    rule = client.get("api/rules/CT310").json()
    titles = [each["title"] for each in rule["sections"]]
    assert titles[:4] == ["Why", "Allowed", "Wrong", "Right"]


def test_what_may_stand_where_is_known(client: httpx.Client) -> None:
    words = client.get("api/schema").json()
    elements = {each["name"]: each for each in words["elements"]}
    assert "OrganizationState" in elements["Campaign"]["children"]
    assert "FirstName" in elements["GreetingName"]["values"]


def workers_of(playground: RunningPlayground) -> set[str]:
    """The ids of the processes that a playground has started."""
    number = playground.process.pid
    found = Path(f"/proc/{number}/task/{number}/children")
    if not found.exists():
        pytest.skip("this system does not list the children of a process")
    return set(found.read_text().split())


def test_a_question_that_nobody_waits_for_is_given_up(client: httpx.Client, playground: RunningPlayground) -> None:  # fmt: skip
    entry = (Path(__file__).parents[2] / "samples/bad/campaign-001.xml").read_text(encoding="utf-8")
    entry = entry[entry.index("<entry") :]
    large = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry * 900}</feed>'
    client.post("api/inspect", json={"text": DOCUMENT})
    before = workers_of(playground)
    for _ in before:
        with pytest.raises(httpx.ReadTimeout):
            client.post("api/inspect", json={"text": large}, timeout=httpx.Timeout(60, read=0.7))
    assert client.post("api/inspect", json={"text": DOCUMENT}).status_code == 200
    assert workers_of(playground) != before


# -- starting ---------------------------------------------------------------------------------------


def test_a_port_in_use_is_said_and_another_one_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        try:
            taken.bind(("127.0.0.1", DEFAULT_PORT))
            taken.listen()
        except OSError:
            pass  # somebody else has it: that will do
        with running(tmp_path) as playground:
            assert playground.port != DEFAULT_PORT
            assert httpx.get(playground.address, trust_env=False).status_code == 200
            playground.close()
            assert f"Port {DEFAULT_PORT} is in use" in playground.printed


def test_the_port_is_free_again_at_once(tmp_path: Path) -> None:
    with running(tmp_path, "--port", "0") as playground:
        port = str(playground.port)
        with httpx.Client(trust_env=False) as client:
            assert client.get(playground.address).status_code == 200
            assert playground.close() == 0
    with running(tmp_path, "--port", port) as playground:
        assert playground.port == int(port)


def test_a_port_that_was_asked_for_and_is_in_use_is_an_error(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run([*COMMAND, "--port", port], capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert port in done.stderr
    assert "--port 0" in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "starlette.py").write_text("raise ModuleNotFoundError(name='starlette')\n")
    done = subprocess.run(
        COMMAND, capture_output=True, text=True, timeout=60, check=False,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 2
    assert "pip install 'ctct-migrate[web]'" in done.stderr


@pytest.mark.parametrize("browser", ["/bin/false", ""])
def test_no_browser_leaves_the_address(tmp_path: Path, browser: str) -> None:
    arguments = [each for each in COMMAND if each != "--no-browser"]
    process = subprocess.Popen(
        [*arguments, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={"BROWSER": browser, "PATH": str(tmp_path)},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith("http://127.0.0.1:")
    assert "Ctrl-C" in process.stderr.readline()
    assert "open the address" in process.stderr.readline()
    process.terminate()
    assert process.wait(30) == 0
    process.stdout.close()
    process.stderr.close()


def living_in(group: int) -> list[str]:
    """The ids of the processes of a group that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, number = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(number) == group and state != "Z":
            found.append(stat.parent.name)
    return found


@pytest.mark.skipif(not Path("/proc/1/stat").exists(), reason="there is no /proc")
@pytest.mark.parametrize("at_work", [False, True])
def test_ctrl_c_ends_it_in_silence_and_leaves_no_process(tmp_path: Path, at_work: bool) -> None:
    """At a terminal an interrupt goes to every process, also to those that are just being started."""
    process = subprocess.Popen(
        [*COMMAND, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, cwd=tmp_path,
    )  # fmt: skip
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    if at_work:
        entry = "<entry xmlns='http://www.w3.org/2005/Atom'><content><Campaign/></content></entry>"
        large = f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry * 9000}</feed>"
        with httpx.Client(headers={"Origin": address.rstrip("/")}, trust_env=False) as client:
            with pytest.raises(httpx.ReadTimeout):
                client.post(f"{address}api/inspect", json={"text": large}, timeout=httpx.Timeout(30, read=2))  # fmt: skip
            os.killpg(process.pid, signal.SIGINT)
    else:
        httpx.get(address, trust_env=False)
        os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (0, "")
    assert errors.count("\n") == 1
    deadline = 100
    while living := living_in(process.pid):
        deadline -= 1
        assert deadline, living
        time.sleep(0.1)
