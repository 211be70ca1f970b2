"""Completion in real shells: set up as docs/completion.md says, with a terminal, keys and the tabulator."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "completion.md").read_text(encoding="utf-8")
PROGRAMS = Path(sys.executable).parent
TAB = "\t"

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="there are no terminals of this kind on Windows"),
    pytest.mark.skipif(
        not (PROGRAMS / "ctct-migrate").exists(), reason="the program is not installed"
    ),
]


def set_up(shell: str) -> str:
    """What the page says to write for a shell."""
    (lines,) = re.findall(rf"^```{shell}\n(.*?)^```$", PAGE, re.M | re.S)
    return lines


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    return {
        **kept, "PATH": path, "HOME": str(home), "ZDOTDIR": str(home), "TERM": "dumb",
        "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "HISTFILE": "",
    }  # fmt: skip


class Terminal:
    """An interactive shell in a terminal."""

    def __init__(self, command: list[str], folder: Path, home: Path):
        import pty

        self._end, end = pty.openpty()
        self._shell = subprocess.Popen(
            command, cwd=folder, env=environment(home), stdin=end, stdout=end, stderr=end,
            start_new_session=True,
        )  # fmt: skip
        os.close(end)
        self.seen = ""

    def press(self, keys: str) -> None:
        os.write(self._end, keys.encode())

    def wait(self, pattern: str) -> None:
        """Reads on until the pattern is seen, and forgets what was before its end."""
        end = time.monotonic() + 60
        while not (match := re.search(pattern, self.seen)):
            left = end - time.monotonic()
            assert left > 0, f"{pattern} does not come after {self.seen[-2000:]!r}"
            if select.select([self._end], [], [], min(left, 1))[0]:
                try:
                    self.seen += os.read(self._end, 65536).decode("utf-8", "replace")
                except OSError:
                    pytest.fail(f"the shell ended: {self.seen[-2000:]!r}")
        self.seen = self.seen[match.end() :]

    def close(self) -> None:
        self._shell.kill()
        self._shell.wait()
        os.close(self._end)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    shutil.copy(ROOT / "samples" / "bad" / "schedule-lost-plus.xml", folder / "spring sale.xml")
    return folder


@pytest.fixture(params=["bash", "zsh"])
def terminal(request: pytest.FixtureRequest, folder: Path) -> Iterator[Terminal]:
    shell = request.param
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    home = folder.parent
    if shell == "bash":
        (home / "rc").write_text("PS1='ready> '\nbind 'set bell-style none'\n" + set_up("bash"))
        command = ["bash", "--noprofile", "--rcfile", str(home / "rc"), "-i"]
    else:
        rc = "PS1='ready> '\nunsetopt PROMPT_SP BEEP\nbindkey -e\n"
        (home / ".zshrc").write_text(rc + set_up("zsh").replace("compinit\n", "compinit -u\n"))
        command = ["zsh", "-o", "NO_GLOBAL_RCS", "-i"]
    started = Terminal(command, folder, home)
    try:
        started.wait("ready> ")
        yield started
    finally:
        started.close()


def test_commands_options_codes_and_paths_are_completed(terminal: Terminal) -> None:
    """One shell for all of it, since starting one and asking the program takes long.  What was
    completed is run, so that the words are right as the program reads them."""
    terminal.press("ctct-migrate lin" + TAB)
    terminal.wait("lin.*t ")
    terminal.press("--errors-o" + TAB)
    terminal.wait("--errors-o.*nly ")
    terminal.press("--format conci" + TAB)
    terminal.wait("conci.*se ")
    terminal.press("--select CT310,schedule-in-p" + TAB)
    terminal.wait("schedule-in-p.*ast")
    terminal.press(" --target v2,v" + TAB)
    terminal.wait("v2,v.*3")
    terminal.press(" --ignore CT613 spr" + TAB)
    terminal.wait(r"spr.*ing\\ sale\.xml")
    terminal.press("\necho status=$?\n")
    terminal.wait(r"status=0")  # nothing of what was selected is found, and every word was right


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish(folder: Path) -> None:
    """fish says itself what it would complete; the page's lines are run first, and a second fish
    finds what they wrote."""
    home = folder.parent

    def fish(*lines: str) -> list[str]:
        done = subprocess.run(
            ["fish", "-c", "\n".join(lines)], cwd=folder, env=environment(home),
            capture_output=True, encoding="utf-8", timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    fish(set_up("fish"))

    def completed(line: str) -> list[str]:
        return fish(f"complete -C '{line}'")

    assert completed("ctct-migrate explain greeting-na") == [
        "greeting-name\tCT310: A greeting name that the format does not have"
    ]
    assert completed("ctct-migrate expl") == [
        "explain\tExplain a code: what it means, and how to fix it."
    ]
    found = completed("ctct-migrate lint --select CT310,CT61")
    assert "CT310,CT610\tstatus-scheduled: A status of Scheduled, which schedules nothing" in found
    assert completed("ctct-migrate lint --target v2,") == ["v2,v3\tv3"]
    assert completed("ctct-migrate lint spr") == ["spring sale.xml"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_what_the_shell_can_parse(run, shell: str, tmp_path: Path) -> None:
    status, out, err = run("completion", shell)
    assert (status, err) == (0, "")
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = tmp_path / "script"
    script.write_text(out, encoding="utf-8")
    subprocess.run([shell, "-n", script], check=True)


def test_an_unknown_shell_is_an_error(run) -> None:
    status, out, err = run("completion", "csh")
    assert (status, out) == (2, "")
    assert "bash" in err
