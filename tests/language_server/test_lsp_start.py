"""How the server is started, and how it is not."""

from __future__ import annotations

import subprocess
import sys

import pytest

import ctct_migrate.language_server


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )


def test_lint_needs_no_extra_and_lsp_says_what_to_install() -> None:
    done = python(
        "import sys, ctct_migrate, ctct_migrate.cli.lint\n"
        "ctct_migrate.lint(ctct_migrate.read(b'<Campaign/>'))\n"
        "print([each for each in sys.modules if each.startswith(('pygls', 'lsprotocol'))])\n"
        "sys.modules['pygls'] = None\n"
        "ctct_migrate.cli.main(['lsp'])"
    )
    assert done.stdout == "[]\n"
    assert done.returncode == 2
    assert done.stderr == 'ctct-migrate: lsp needs pygls: pip install "ctct-migrate[lsp]"\n'


def test_another_import_that_fails_is_no_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = ("language_server.lsp_server", "language_server.lsp_requests")
    for name in [each for each in sys.modules if each.endswith(modules)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ctct_migrate.language_server.hovering", None)
    with pytest.raises(ImportError, match="hovering"):
        ctct_migrate.language_server.load_server()


def test_in_a_terminal_it_says_where_the_set_up_is_described() -> None:
    done = python(
        "import importlib.metadata, io, sys\n"
        "from email.message import Message\n"
        "declared = Message()\n"
        "declared['Project-URL'] = 'Repository, https://code.example/'\n"
        "declared['Project-URL'] = 'Documentation, https://docs.example/ctct'\n"
        "importlib.metadata.metadata = lambda _: declared\n"
        "sys.stdin = io.StringIO()\n"
        "sys.stdin.isatty = lambda: True\n"
        "import ctct_migrate.cli\n"
        "ctct_migrate.cli.main(['lsp'])"
    )
    assert done.returncode == 2
    assert done.stderr.endswith("; how to set yours up: https://docs.example/ctct/editors/\n")
    assert done.stderr.count("\n") == 1


def test_a_client_that_goes_away_ends_the_server() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ctct_migrate", "lsp"],
        input=b"", capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"Traceback" not in done.stderr
