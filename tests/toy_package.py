"""A copy of the package that knows the toys: the files of `tests/toys`, and a line in each of the
two lists."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOYS = Path(__file__).parent / "toys"
DOCUMENTS = TOYS / "documents"

#: The toys, in the order of the list of resources.
NAMES = ("coupon", "badge", "reader", "stamp", "poster", "lamp")


def added(file: Path, before: str, import_line: str, name: str) -> None:
    """Adds a name to the tuple of one of the two lists, before the text `before`."""
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1
    text = text.replace(before, f"{name}, {before}")
    first = text.index("\nfrom ctct_migrate")
    file.write_text(f"{text[:first]}\n{import_line}{text[first:]}", encoding="utf-8")


def build(folder: Path) -> Path:
    """Makes the copy in a folder, and returns that."""
    leave = shutil.ignore_patterns("__pycache__", "schemas")
    shutil.copytree(ROOT / "ctct_migrate", folder / "ctct_migrate", ignore=leave)
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    for part in ("ctct_migrate", "schemas"):
        for toy in filter(Path.is_file, (TOYS / part).rglob("*")):
            place = folder / toy.relative_to(TOYS)
            if toy.suffix == ".pyc":
                continue
            assert not place.exists(), "a toy replaces nothing"
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(toy, place)
    lists = folder / "ctct_migrate"
    for name in NAMES:
        line = f"from ctct_migrate.resources.{name} import {name.upper()}"
        added(lists / "resources" / "__init__.py", " CONTACT_LIST,\n", line, name.upper())
    added(
        lists / "targets" / "__init__.py", "V2, V3)})",
        "from ctct_migrate.targets.paperboy.target import PAPERBOY", "PAPERBOY",
    )  # fmt: skip
    return folder


def run(
    package: Path, *words: str | Path, at: Path | None = None, module: str = "ctct_migrate"
) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a command of the copy."""
    environment = {**os.environ, "PYTHONPATH": str(package)}
    command = [sys.executable, "-m", module, *map(str, words)]
    done = subprocess.run(
        command, env=environment, cwd=at or package, capture_output=True, text=True, timeout=240
    )
    return done.returncode, done.stdout, done.stderr
