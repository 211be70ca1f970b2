"""`lint` from end to end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cli_documents import BAD, GOOD, SUMMARY

PROGRAM = [sys.executable, "-m", "ctct_migrate"]


def codes(outcome) -> list[str]:
    return [found["code"] for found in json.loads(outcome.out)]


class TestStatus:
    def test_silence_and_0_when_all_is_well(self, run, folder):
        assert run("lint", "good.xml") == (0, "", "")

    def test_1_when_there_are_errors(self, run, folder):
        status, out, err = run("lint", "good.xml", "bad.xml")
        assert (status, err) == (1, "")
        assert "error[CT310]: " in out
        assert "  --> bad.xml:26:21\n" in out
        assert out.endswith("\n2 documents: 2 errors; 1 can be fixed with ctct-migrate fix\n")

    def test_0_when_there_are_warnings(self, run, folder):
        Path("warning.xml").write_text(GOOD.replace(">Draft<", ">Scheduled<"))
        outcome = run("lint", "warning.xml", "--format", "json")
        assert outcome.status == 0
        assert codes(outcome) == ["CT610"]

    def test_exit_zero(self, run, folder):
        assert run("lint", "bad.xml", "--exit-zero").status == 0
        assert run("lint", "bad.xml", "missing.xml", "--exit-zero").status == 2

    @pytest.mark.parametrize(
        ("level", "warning", "info"), [("error", 0, 0), ("warning", 1, 0), ("info", 1, 1)]
    )
    def test_fail_on(self, run, folder, level, warning, info):
        Path("warning.xml").write_text(GOOD.replace(">Draft<", ">Scheduled<"))
        Path("info.toml").write_text('[severity]\nCT610 = "info"\n')
        assert run("lint", "--fail-on", level, "good.xml").status == 0
        assert run("lint", "--fail-on", level, "bad.xml").status == 1
        assert run("lint", "--fail-on", level, "warning.xml").status == warning
        assert (
            run("lint", "--fail-on", level, "--config", "info.toml", "warning.xml").status == info
        )
        assert run("lint", "--fail-on", level, "--ignore", "ALL", "bad.xml").status == 0

    def test_fail_on_and_what_contradicts_it(self, run, folder):
        for others in (["--exit-zero"], ["--errors-only"]):
            status, out, err = run("lint", "--fail-on", "info", *others, "good.xml")
            assert (status, out) == (2, "")
            assert others[0] in err

    def test_2_when_something_cannot_be_read_and_the_rest_is_done(self, run, folder):
        Path("empty").mkdir()
        status, out, err = run("lint", "missing.xml", "empty", "bad.xml", "--format", "concise")
        assert status == 2
        assert [line[:22] for line in out.splitlines()] == [
            "bad.xml:23:22: CT311 e",
            "bad.xml:26:21: CT310 e",
        ]
        missing, empty = err.splitlines()
        assert missing.startswith("ctct-migrate: missing.xml: ")
        assert empty.startswith("ctct-migrate: empty: ")

    @pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read anything")
    def test_2_when_a_file_may_not_be_read(self, run, folder):
        Path("good.xml").chmod(0)
        status, _, err = run("lint", "good.xml", "bad.xml")
        assert status == 2
        assert err.count("\n") == 1

    @pytest.mark.parametrize(
        "arguments",
        [
            ["lint"],
            ["lint", "--format", "xml", "good.xml"],
            ["lint", "--shape", "creat", "good.xml"],
            ["lint", "--select", "CT31O", "good.xml"],
            ["lint", "--time-zone", "Europe/Berln", "good.xml"],
            ["lint", "--statistics", "--format", "sarif", "good.xml"],
            ["lint", "--write-baseline", "good.xml"],
            ["lint", "--config", "a", "--no-config", "good.xml"],
            ["lint", "--watch", "-"],
            ["lnt", "good.xml"],
            ["--nonsense"],
        ],
    )
    def test_2_for_bad_arguments_without_a_traceback(self, run, folder, arguments):
        status, out, err = run(*arguments)
        assert status == 2
        assert out == ""
        assert "Traceback" not in err

    def test_commands_have_a_did_you_mean(self, run):
        assert "Did you mean 'lint'?" in run("lnt").err


class TestInputs:
    def test_folders_and_standard_input(self, run, folder):
        outcome = run("lint", ".", "-", "--format", "json", stdin=BAD.encode())
        paths = [found["path"] for found in json.loads(outcome.out)]
        assert paths == ["./bad.xml", "./bad.xml", "-", "-"]

    def test_archives(self, run, folder):
        with zipfile.ZipFile("all.zip", "w") as archive:
            archive.writestr("deep/bad.xml", BAD)
        outcome = run("lint", "all.zip", "--format", "concise")
        assert outcome.out.startswith("all.zip!/deep/bad.xml:23:22: CT311")

    @pytest.mark.parametrize(
        "data",
        [b"", b"\0" * 100, BAD.encode()[:700], b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"{}"],
    )
    def test_bad_documents_are_diagnosed(self, run, folder, data):
        Path("odd.xml").write_bytes(data)
        status, out, err = run("lint", "odd.xml", "good.xml")
        assert (status, err) == (1, "")
        assert "error[CT" in out


@pytest.mark.parametrize("format", ["text", "sarif", "jsonl"])
def test_the_output_is_the_same_for_any_number_of_processes(run, folder, format):
    for number in range(120):
        Path(f"{number}.xml").write_text(BAD if number % 7 == 0 else GOOD)
    one, two = (run("lint", ".", "--format", format, "--jobs", jobs) for jobs in ("1", "2"))
    assert one == two
    assert one.status == 1


def test_a_mistake_in_a_configuration_is_told_from_any_process(run, folder):
    Path("deep").mkdir()
    for number in range(120):
        Path(f"deep/{number}.xml").write_text(GOOD)
    Path("deep/ctct-migrate.toml").write_text("selct = []")
    outcome = run("lint", ".", "--jobs", "2", "--ignore", "CT3")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.endswith("there is no setting `selct`; did you mean `select`?\n")


class TestFormats:
    def test_json(self, run, folder):
        outcome = run("lint", "bad.xml", "--format", "json")
        assert codes(outcome) == ["CT311", "CT310"]
        assert run("lint", "good.xml", "--format", "json").out == "[]\n"

    @pytest.mark.parametrize("format", ["jsonl", "sarif", "github", "junit", "concise", "text"])
    def test_each_names_the_code(self, run, folder, format):
        outcome = run("lint", "bad.xml", "--format", format)
        assert outcome.status == 1
        assert "CT310" in outcome.out

    def test_statistics(self, run, folder):
        Path("again.xml").write_text(BAD.replace("<ViewAsWebpage>no", "<ViewAsWebpage>NO"))
        status, out, _ = run("lint", ".", "--statistics")
        assert status == 1
        assert out == (
            "2  CT310 greeting-name: error\n"
            "1  CT311 yes-no: error, 1 can be fixed\n"
            "\n"
            "3 documents: 3 errors; 1 can be fixed with ctct-migrate fix\n"
        )
        outcome = run("lint", ".", "--statistics", "--format", "json")
        assert [(row["code"], row["count"]) for row in json.loads(outcome.out)] == [
            ("CT310", 2),
            ("CT311", 1),
        ]


class TestOutputFile:
    def test_is_written_instead_of_standard_output(self, run, folder):
        outcome = run("lint", "bad.xml", "--format", "json", "-o", "out.json")
        assert outcome == (1, "", "")
        assert len(json.loads(Path("out.json").read_text())) == 2

    def test_that_cannot_be_written_is_one_error_and_nothing_is_lost(self, run, folder):
        for target in ("no/such/folder.sarif", "."):
            status, out, err = run("lint", "bad.xml", "--format", "sarif", "-o", target)
            assert (status, out) == (2, "")
            assert err.startswith(f"ctct-migrate: {target}: ")
            assert err.count("\n") == 1

    def test_keeps_what_was_there_when_the_run_fails(self, run, folder):
        Path("out.json").write_text("old")
        Path("ctct-migrate.toml").write_text("selct = []")
        assert run("lint", "bad.xml", "-o", "out.json").status == 2
        assert Path("out.json").read_text() == "old"
        assert sorted(path.name for path in folder.iterdir()) == [
            "bad.xml", "ctct-migrate.toml", "good.xml", "out.json",
        ]  # fmt: skip

    def test_may_be_a_device(self, run, folder):
        assert run("lint", "bad.xml", "-o", os.devnull).status == 1


class TestColours:
    def test_are_for_terminals(self, run, folder):
        assert "\x1b" not in run("lint", "bad.xml").out
        assert "\x1b[1;31m" in run("lint", "bad.xml", "--color", "always").out

    def test_of_the_environment(self, run, folder, monkeypatch):
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert "\x1b[1;31m" in run("lint", "bad.xml").out
        assert "\x1b" not in run("lint", "bad.xml", "--color", "never").out
        monkeypatch.setenv("NO_COLOR", "1")
        assert "\x1b" not in run("lint", "bad.xml").out

    @pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
    def test_and_links_on_a_terminal(self, folder):
        import pty

        pid, terminal = pty.fork()
        if pid == 0:  # pragma: no cover - the child
            environment = {**os.environ, "TERM": "xterm-kitty", "COLUMNS": "70"}
            os.execve(sys.executable, [*PROGRAM, "lint", "bad.xml"], environment)
        chunks = []
        try:
            while chunk := os.read(terminal, 65536):
                chunks.append(chunk)
        except OSError:  # the other end is closed
            pass
        os.waitpid(pid, 0)
        out = b"".join(chunks).decode()
        assert "\x1b[1;31merror[" in out
        assert "\x1b]8;;" in out
        assert "#CT310\x1b\\" in out


class TestConfiguration:
    def test_is_found_upwards_from_the_file(self, run, folder):
        deep = folder / "a" / "b"
        deep.mkdir(parents=True)
        (deep / "bad.xml").write_text(BAD)
        (folder / "a" / "ctct-migrate.toml").write_text('ignore = ["CT310"]')
        assert codes(run("lint", "a/b/bad.xml", "--format", "json")) == ["CT311"]
        assert codes(run("lint", "bad.xml", "--format", "json")) == ["CT311", "CT310"]
        assert codes(run("lint", "a", "--format", "json", "--no-config")) == ["CT311", "CT310"]

    def test_of_a_project(self, run, folder):
        Path("pyproject.toml").write_text(
            '[tool.ctct-migrate]\n[tool.ctct-migrate.severity]\nCT3 = "warning"\n'
        )
        outcome = run("lint", "bad.xml", "--format", "json")
        assert outcome.status == 0
        assert {found["severity"] for found in json.loads(outcome.out)} == {"warning"}

    def test_own_file_goes_before_the_project_s(self, run, folder):
        Path("pyproject.toml").write_text('[tool.ctct-migrate]\nignore = ["CT310"]\n')
        Path("ctct-migrate.toml").write_text('ignore = ["CT311"]\n')
        assert codes(run("lint", "bad.xml", "--format", "json")) == ["CT310"]

    def test_a_project_without_our_table_is_passed_over(self, run, folder):
        (folder / "pyproject.toml").write_text('[tool.ctct-migrate]\nignore = ["CT310"]\n')
        deep = folder / "deep"
        deep.mkdir()
        (deep / "pyproject.toml").write_text("[project]\nname = 'x'\n")
        (deep / "bad.xml").write_text(BAD)
        assert codes(run("lint", "deep/bad.xml", "--format", "json")) == ["CT311"]

    def test_per_file_ignores(self, run, folder):
        Path("ctct-migrate.toml").write_text('[per-file-ignores]\n"old/**" = ["ALL"]')
        Path("old").mkdir()
        Path("old/bad.xml").write_text(BAD)
        outcome = run("lint", ".", "--format", "json")
        assert {found["path"] for found in json.loads(outcome.out)} == {"./bad.xml"}

    def test_named(self, run, folder):
        Path("other.toml").write_text('select = ["greeting-name"]')
        outcome = run("lint", "bad.xml", "--format", "json", "--config", "other.toml")
        assert codes(outcome) == ["CT310"]
        assert run("lint", "bad.xml", "--config", "missing.toml").err == (
            "ctct-migrate: missing.toml: there is no such file\n"
        )

    def test_options_select_and_ignore(self, run, folder):
        assert codes(run("lint", "bad.xml", "--format=json", "--select", "CT310")) == ["CT310"]
        assert codes(run("lint", "bad.xml", "--format=json", "--ignore", "CT310,yes-no")) == []
        outcome = run("lint", "bad.xml", "--format=json", "--select=CT3", "--ignore=CT310")
        assert codes(outcome) == ["CT311"]

    def test_shape(self, run, folder):
        Path("summary.xml").write_text(SUMMARY)
        severities = {}
        for shape in ("create", "record"):
            Path("ctct-migrate.toml").write_text(f'shape = "{shape}"')
            configured = run("lint", "summary.xml", "--format", "json")
            asked_for = run(
                "lint", "summary.xml", "--format", "json", "--no-config", "--shape", shape
            )
            assert configured == asked_for
            found = {each["code"]: each["severity"] for each in json.loads(configured.out)}
            severities[shape] = found.get("CT415")
        assert severities == {"create": "error", "record": None}

    def test_time_zone(self, run, folder):
        Path("schedule.xml").write_text(
            '<Schedule xmlns="http://ws.constantcontact.com/ns/1.0/" id="http://api.constantcontact.com'
            '/ws/customers/joesflowers/campaigns/1100546096289/schedules/1">'
            "<ScheduledTime>2090-03-27T08:04:15.089</ScheduledTime></Schedule>"
        )
        assert "CT602" in codes(run("lint", "schedule.xml", "--format", "json"))
        zoned = run("lint", "schedule.xml", "--format", "json", "--time-zone", "Europe/Berlin")
        assert "CT602" not in codes(zoned)

    def test_mistakes_in_it_are_one_line(self, run, folder):
        Path("ctct-migrate.toml").write_text("select = [\n'CT3'\nx")
        status, out, err = run("lint", "bad.xml")
        assert (status, out) == (2, "")
        assert err.startswith(f"ctct-migrate: {folder}/ctct-migrate.toml: line 3, column 1: ")
        assert err.count("\n") == 1


class TestBaseline:
    def test_records_first_and_reports_what_is_new_later(self, run, folder):
        status, out, err = run("lint", "bad.xml", "--baseline", "known.json", "--write-baseline")
        assert (status, out, err) == (0, "", "known.json: 2 diagnostics recorded\n")
        assert run("lint", "bad.xml", "--baseline", "known.json") == (0, "", "")
        Path("bad.xml").write_text(
            "\n\n" + BAD.replace("<Status>Draft<", "<Status>Nonsense<").lstrip()
        )
        outcome = run("lint", "bad.xml", "--baseline", "known.json", "--format", "json")
        assert outcome.status == 1
        assert "CT312" in codes(outcome)
        assert "CT310" not in codes(outcome)

    def test_does_not_depend_on_where_the_program_is_called(self, run, folder, monkeypatch):
        run("lint", "bad.xml", "--baseline", "known.json", "--write-baseline")
        (folder / "elsewhere").mkdir()
        monkeypatch.chdir(folder / "elsewhere")
        assert run("lint", "../bad.xml", "--baseline", "../known.json").out == ""
        assert run("lint", folder / "bad.xml", "--baseline", folder / "known.json").out == ""

    def test_is_recorded_anew(self, run, folder):
        run("lint", "good.xml", "--baseline", "known.json", "--write-baseline")
        assert run("lint", "bad.xml", "--baseline", "known.json").status == 1
        run("lint", "bad.xml", "--baseline", "known.json", "--write-baseline")
        assert run("lint", "bad.xml", "--baseline", "known.json").status == 0

    def test_that_does_not_exist_is_an_error(self, run, folder):
        status, out, err = run("lint", "bad.xml", "--baseline", "knwon.json")
        assert (status, out) == (2, "")
        assert err == (
            "ctct-migrate: knwon.json: there is no such baseline; --write-baseline records one\n"
        )
        assert not Path("knwon.json").exists()

    def test_reports_what_is_no_longer_found(self, run, folder):
        for name in ("gone.xml", "other.xml"):
            Path(name).write_text(BAD)
        run("lint", ".", "--baseline", "known.json", "--write-baseline")
        Path("bad.xml").write_text(GOOD)
        Path("gone.xml").unlink()
        status, out, err = run("lint", "bad.xml", "--baseline", "known.json")
        assert (status, out) == (0, "")  # other.xml was not asked about
        assert err == (
            "known.json: 4 diagnostics no longer found, in bad.xml and 1 other document; "
            "--write-baseline records anew\n"
        )
        run("lint", ".", "--baseline", "known.json", "--write-baseline")
        assert run("lint", ".", "--baseline", "known.json").err == ""

    @pytest.mark.parametrize(
        "text", ["rubbish", '{"format": "ctct-migrate baseline", "version": 9}']
    )
    def test_of_rubbish_is_one_error_and_nothing_is_lost(self, run, folder, text):
        Path("known.json").write_text(text)
        status, out, err = run("lint", "bad.xml", "--baseline", "known.json")
        assert (status, out) == (2, "")
        assert err.startswith("ctct-migrate: known.json: this ")
        assert Path("known.json").read_text() == text


class TestWatch:
    def test_lints_again_on_change(self, folder):
        pytest.importorskip("watchfiles")
        program = subprocess.Popen(
            [*PROGRAM, "lint", "good.xml", "--watch", "--format", "concise"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        try:
            assert "no errors; waiting" in program.stderr.readline()
            Path("new.xml~").write_text(BAD)
            Path("new.xml~").replace("good.xml")  # as editors do
            assert "good.xml:23:22: CT311" in program.stdout.readline()
            assert "errors found; waiting" in program.stderr.readline()
            program.send_signal(signal.SIGINT)
            assert program.wait(10) == 1
            assert program.stderr.read() == ""
        finally:
            program.kill()
            program.communicate()

    def test_says_what_is_missing(self, run, folder, monkeypatch):
        monkeypatch.setitem(sys.modules, "watchfiles", None)
        assert run("lint", "good.xml", "--watch").err == (
            'ctct-migrate: --watch needs watchfiles: pip install "ctct-migrate[watch]"\n'
        )


class TestManners:
    def lint(self, *arguments, **settings):
        return subprocess.run(
            [*PROGRAM, "lint", *arguments], capture_output=True, check=False, timeout=60, **settings
        )

    def test_a_pipe_that_closes_is_no_error(self, folder):
        for number in range(300):
            Path(f"{number}.xml").write_text(BAD)
        program = subprocess.Popen(
            [*PROGRAM, "lint", ".", "--format", "text"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        program.stdout.read(100)
        program.stdout.close()
        assert program.stderr.read() == b""
        assert program.wait(30) == 141
        program.stderr.close()

    @pytest.mark.skipif(os.name != "posix", reason="there is no sh")
    def test_what_fix_does_not_write_is_to_be_unpacked(self, run, folder):
        import gzip
        import zipfile

        with zipfile.ZipFile("a.zip", "w") as archive:
            archive.writestr("bad.xml", BAD)
        Path("bad.xml.gz").write_bytes(gzip.compress(BAD.encode()))
        last = "can be fixed with ctct-migrate fix"
        for paths, reported in (
            (["bad.xml"], f"1 document: 2 errors; 1 {last}"),
            (["a.zip"], f"1 document: 2 errors; 1 {last}, once it is unpacked"),
            (["bad.xml.gz"], f"1 document: 2 errors; 1 {last}, once it is unpacked"),
            (
                ["a.zip", "bad.xml"],
                f"2 documents: 4 errors; 2 {last}, 1 of them once it is unpacked",
            ),
            (["a.zip", "bad.xml.gz"], f"2 documents: 4 errors; 2 {last}, once they are unpacked"),
        ):
            assert run("lint", *paths).out.splitlines()[-1] == reported

    def test_closed_streams(self, folder):
        for closed, status, said in ((">&-", 2, 1), ("2>&-", 1, 0), (">&- 2>&-", 2, 0)):
            command = f'"{sys.executable}" -m ctct_migrate lint bad.xml {closed}'
            done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
            assert done.returncode == status
            assert done.stderr.count(b"\n") == said

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
    def test_a_full_disk_is_one_error(self, folder):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*PROGRAM, "lint", "bad.xml"], stdout=full, stderr=subprocess.PIPE, check=False
            )
        assert done.returncode == 2
        assert done.stderr.count(b"\n") == 1

    def test_an_interrupt_ends_it_quietly(self, folder):
        program = subprocess.Popen(
            [*PROGRAM, "lint", "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        program.stdin.write(b" " * 1_000_000)  # ends when it reads: a pipe holds less
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=60)
        assert program.returncode == 130
        assert out == b""
        assert err.strip() == b""

    @pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
    def test_no_encoding_of_the_output_breaks_it(self, folder, encoding):
        Path("bad.xml").write_text(BAD.replace("cmp_grt_name", "漢字\U0001f30d"))
        done = self.lint("bad.xml", env={**os.environ, "PYTHONIOENCODING": encoding})
        assert done.returncode == 1
        assert done.stderr == b""
        assert b"CT310" in done.stdout

    def test_a_hostile_file_cannot_write_to_the_terminal(self, folder):
        Path("bad.xml").write_text(BAD.replace("cmp_grt_name", "a\x1b]0;owned\x07\x9b2J"))
        done = self.lint("bad.xml", "--color", "always")
        assert b"\x1b]" not in done.stdout
        assert b"\x07" not in done.stdout
        assert "\x9b".encode() not in done.stdout


#: What `lint` may not load: each is slow to import, or is for other commands.
HEAVY = {
    "asyncio", "difflib", "html5lib", "httpx", "importlib.metadata", "jinja2", "multiprocessing",
    "rapidfuzz", "rich", "ssl", "starlette", "tempfile", "tomllib", "uvicorn", "watchfiles",
    "xmlschema",
}  # fmt: skip


#: What some mistakes need, and few documents have.
NOT_FOR_MOST = {
    "hashlib", "html.entities", "textwrap", "traceback",
    "ctct_migrate.targets.account_facts", "ctct_migrate.targets.bulk_activity", "ctct_migrate.targets.v3.rights",
}  # fmt: skip

#: What a document without mistakes does not need besides: what makes diagnostics, finds places,
#: draws, makes payloads, or opens archives.
NOT_FOR_CLEAN = {
    "pebble", "zipfile",
    "ctct_migrate.inputs.archives", "ctct_migrate.inputs.feeds",
    "ctct_migrate.mapping.drops", "ctct_migrate.mapping.emptying",
    "ctct_migrate.mapping.payloads", "ctct_migrate.mapping.trace",
    "ctct_migrate.reader.nesting", "ctct_migrate.reader.scanner", "ctct_migrate.output.drawing",
    "ctct_migrate.resources.campaign.rules", "ctct_migrate.rules.context", "ctct_migrate.rules.envelope.envelope",
    "ctct_migrate.rules.registry", "ctct_migrate.rules.required.missing", "ctct_migrate.rules.reading.suppression",
    "ctct_migrate.targets.replies", "ctct_migrate.v1.lexicon",
}  # fmt: skip


@pytest.mark.parametrize("document", ["good.xml", "bad.xml"])
def test_lint_loads_nothing_heavy(folder, document):
    script = (
        "import sys, ctct_migrate.cli\n"
        "try: ctct_migrate.cli.main(sys.argv[1:])\n"
        "except SystemExit: print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "lint", document],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = set(done.stderr.split())
    assert "ctct_migrate.cli.lint" in loaded
    heavy = HEAVY | NOT_FOR_CLEAN if document == "good.xml" else HEAVY - {"rapidfuzz"}
    assert loaded & (heavy | NOT_FOR_MOST) == set()


@pytest.mark.parametrize("mention", ['"ctct-migrate>=0.1"', '["ctct-migrate"]'])
def test_a_project_that_only_mentions_the_program_is_not_parsed(folder, mention):
    (folder / "pyproject.toml").write_text(f"[project]\ndependencies = {mention}\n[tool.ruff]\n")
    script = (
        "import sys, ctct_migrate.cli\n"
        "try: ctct_migrate.cli.main(sys.argv[1:])\n"
        "except SystemExit: print('tomllib' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "lint", "good.xml"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"


class TestHelp:
    def test_lists_every_command_by_section(self, run):
        status, out, _ = run("--help")
        assert status == 0
        for word in ("Check and convert:", "lint", "sandbox", "explain"):
            assert word in out
        assert run("-h").out == out

    def test_of_lint(self, run):
        assert "--baseline FILE" in run("lint", "--help").out

    def test_version(self, run):
        from importlib.metadata import version

        assert run("--version").out == f"ctct-migrate {version('ctct-migrate')}\n"

    def test_commands_are_not_loaded_for_it(self):
        script = "import sys, ctct_migrate.cli as c\ntry: c.main(['--help'])\nexcept SystemExit: print('ctct_migrate.cli.lint' in sys.modules)"
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        )
        assert done.stdout.endswith("False\n")


class TestLess:
    """What keeps a long output short."""

    def many(self, number: int) -> None:
        for at in range(number):
            Path(f"{at}.xml").write_text(BAD)

    def test_many_documents_are_grouped_unless_a_format_is_named(self, run, folder):
        self.many(40)
        grouped = run("lint", ".")
        assert grouped.status == 1
        assert grouped.out.startswith("error[CT310] greeting-name: 41 in 41 documents\n")
        assert len(grouped.out.splitlines()) < 15
        assert run("lint", ".", "--format", "text").out.count("error[CT310]: ") == 41

    def test_errors_only(self, run, folder):
        Path("warning.xml").write_text(BAD.replace(">Draft<", ">Scheduled<"))
        assert "CT610" in run("lint", "warning.xml").out
        outcome = run("lint", "warning.xml", "--errors-only")
        assert outcome.status == 1
        assert "CT610" not in outcome.out
        assert "1 document: 2 errors;" in outcome.out

    def test_error_limit(self, run, folder):
        self.many(5)
        outcome = run("lint", ".", "--error-limit", "3")
        assert outcome.status == 1
        assert outcome.out.count("error[") == 3
        assert "9 more diagnostics not listed (--error-limit)\n" in outcome.out
        assert "7 documents: 12 errors" in outcome.out

    def test_error_limit_of_a_form_for_programs(self, run, folder):
        status, out, err = run("lint", "bad.xml", "--error-limit", "1", "--format", "json")
        assert (status, len(json.loads(out))) == (1, 1)
        assert err == "ctct-migrate: 1 more diagnostic not listed (--error-limit)\n"

    def test_a_limit_of_0_lists_nothing(self, run, folder):
        outcome = run("lint", "bad.xml", "--error-limit", "0")
        assert outcome.status == 1
        assert "error[" not in outcome.out

    def test_summary(self, run, folder):
        assert run("lint", ".", "--summary").out == (
            "2 documents: 2 errors; 1 can be fixed with ctct-migrate fix\n"
        )
        assert run("lint", "good.xml", "--summary").out == "1 document: nothing to report\n"
        counted = json.loads(run("lint", ".", "--summary", "--format", "json").out)
        assert (counted["errors"], counted["fixable"]) == (2, 1)

    @pytest.mark.parametrize(
        "arguments",
        [["--summary", "--format", "sarif"], ["--statistics", "--error-limit", "3"]],
    )
    def test_what_does_not_go_together(self, run, folder, arguments):
        assert run("lint", "bad.xml", *arguments).status == 2

    @pytest.mark.parametrize("format", ["grouped", "gitlab", "rdjson", "checkstyle"])
    def test_the_other_formats_come_from_the_command_line_too(self, run, folder, format):
        outcome = run("lint", ".", "--format", format)
        assert outcome.status == 1
        assert "CT310" in outcome.out


class TestPlacesInAConfiguration:
    @pytest.mark.parametrize(
        ("text", "where"),
        [
            ("ignore = [\n  'CT3',\n  'CT31O',\n]", "line 3, column 3: ignore: there is no rule"),
            (
                "\nselct = []",
                "line 2, column 1: there is no setting `selct`; did you mean `select`?",
            ),
            ("[severity]\nCT3 = 'fatal'", "line 2, column 1: severity: CT3: there is no `fatal`"),
            ("severity = {CT3='info', x='info'}", "line 1, column 25: severity: there is no rule"),
            ("[per-file-ignores]\n'a*' = ['CT1']\n'b*' = 3", "line 3, column 1: per-file-ignores"),
            ("time-zone = 'Europe/Berln'", "line 1, column 1: time-zone: there is no time zone"),
            ("select = [", "line 1, column 11 (its end): this is not TOML"),
        ],
    )
    def test_are_named(self, run, folder, text, where):
        Path("ctct-migrate.toml").write_text(text)
        status, out, err = run("lint", "bad.xml")
        assert (status, out) == (2, "")
        assert err.startswith(f"ctct-migrate: {folder}/ctct-migrate.toml: {where}")
        assert err.count("\n") == 1

    def test_of_a_project(self, run, folder):
        Path("pyproject.toml").write_text(
            "[project]\nname = 'ignore'\n[tool.ctct-migrate]\nignore = ['x']"
        )
        assert "[tool.ctct-migrate]: line 4, column 11: ignore: there is no rule `x`" in (
            run("lint", "bad.xml").err
        )


class TestSelectors:
    @pytest.mark.parametrize("family", ["CT3", "CT3xx", "ct3XX", "ALL"])
    def test_families(self, run, folder, family):
        assert run("lint", "bad.xml", "--ignore", family) == (0, "", "")
        Path("own.xml").write_text(
            BAD.replace("<entry", f"<!-- ctct-migrate: ignore-file {family} -->\n<entry")
        )
        found = codes(run("lint", "own.xml", "--format", "json"))
        assert not [code for code in found if code.startswith(("CT3", "CT09"))]

    def test_a_family_that_ignores_nothing_is_told(self, run, folder):
        Path("own.xml").write_text(
            GOOD.replace("<entry", "<!-- ctct-migrate: ignore CT6xx -->\n<entry")
        )
        assert codes(run("lint", "own.xml", "--format", "json")) == ["CT090"]

    @pytest.mark.parametrize(
        ("selector", "near"),
        [
            ("CT31O", "`CT310`"),
            ("greting-name", "`greeting-name`"),
            ("greeting", "`greeting-name`"),
        ],
    )
    def test_unknown_ones_get_suggestions(self, run, folder, selector, near):
        assert f"did you mean {near}" in run("lint", "bad.xml", "--select", selector).err
        Path("own.xml").write_text(
            GOOD.replace("<entry", f"<!-- ctct-migrate: ignore {selector} -->\n<entry")
        )
        assert f"Write {near}" in run("lint", "own.xml").out

    def test_without_a_near_one_the_list_is_named(self, run, folder):
        assert "`ctct-migrate rules` lists them" in run("lint", "bad.xml", "--select", "qqq").err
