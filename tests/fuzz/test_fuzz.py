"""The fuzz target finds what is broken, and what it found once stays fixed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from ctct_migrate import Diagnostic  # noqa: E402
from ctct_migrate.rules import registry  # noqa: E402
from ctct_migrate.rules.context import Context  # noqa: E402
from fuzz.inputs import PIECES, samples, tokens  # noqa: E402
from fuzz.laws import LAWS, Broken, hold  # noqa: E402

#: What broke a law once.
REGRESSIONS = sorted((Path(__file__).parent / "data").glob("*.xml"))


@pytest.mark.parametrize("path", REGRESSIONS, ids=lambda path: path.stem)
def test_what_was_found_stays_mended(path: Path) -> None:
    hold(path.read_bytes())


def _campaign() -> bytes:
    """A sample that has a subject."""
    return next(data for data in samples() if b"<Subject>" in data)


@pytest.mark.parametrize("piece", PIECES[::3], ids=lambda piece: repr(piece[:20]))
def test_each_piece_in_a_sample(piece: bytes) -> None:
    data = _campaign()
    at = data.index(b"<Subject>") + len(b"<Subject>")
    hold(data[:at] + piece + data[at:])


def test_tokens_are_the_whole_document() -> None:
    for data in samples():
        assert b"".join(tokens(data)) == data


def test_a_rule_that_raises_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(context: Context) -> Iterator[Diagnostic]:
        raise LookupError("odd")
        yield

    family = ModuleType("brittle")
    vars(family)["check"] = check
    monkeypatch.setattr(registry, "ENTRY_FAMILIES", (*registry.ENTRY_FAMILIES, family))
    with pytest.raises(Broken, match=r"survival: .*LookupError"):
        hold(_campaign().replace(b"<Subject>", b"<Subjekt>").replace(b"</Subject>", b"</Subjekt>"))


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fuzz", "--seconds", "1", "--folder", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "documents tried" in done.stdout
    assert set(LAWS) >= {"survival", "paths", "agreement", "places", "drawing", "fixing"}
