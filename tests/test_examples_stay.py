"""The examples of Hypothesis are the same in each ordinary run, whatever a process has loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent
#: Prints what some examples of a document are, made under the profile of ordinary runs.
DRAWN = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
import conftest
from hypothesis import given
from strategies import documents
drawn = hashlib.sha256()
@given(documents("ContactList"))
def draw(document):
    drawn.update(document)
draw()
print(drawn.hexdigest())
"""


def _drawn(before: str, seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "HYPOTHESIS_PROFILE": "ci"}
    command = [sys.executable, "-c", before + DRAWN, str(TESTS)]
    return subprocess.run(
        command, env=environment, check=True, text=True, capture_output=True
    ).stdout


def test_examples_do_not_depend_on_what_is_loaded_or_on_hashes() -> None:
    assert _drawn("", "1") == _drawn("import ctct_migrate.cli, ctct_migrate.report\n", "77")
