"""The built files of the page are those of its sources; no npm is needed to see that."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path

from ctct_migrate.playground.playground_app import FILES
from ctct_migrate.playground.sample_documents import SAMPLES

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "playground"
BUILT = ROOT / "ctct_migrate" / "playground" / "static"
RECORD = json.loads((BUILT / "build.json").read_text(encoding="utf-8"))
STALE = "the page is stale: cd playground && npm ci && npm run build"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_page_was_built_from_these_sources() -> None:
    sources = {
        path.relative_to(SOURCES).as_posix(): digest(path)
        for path in [*SOURCES.glob("*.json"), SOURCES / "build.mjs", *(SOURCES / "src").iterdir()]
    }
    assert RECORD["sources"] == sources, STALE


def test_nobody_changed_what_was_built() -> None:
    built = {path.name: digest(path) for path in BUILT.iterdir() if path.name != "build.json"}
    assert RECORD["built"] == built, STALE
    assert set(built) == {*FILES, "index.html"}


def test_the_lock_names_no_index() -> None:
    assert "http" not in (SOURCES / "package-lock.json").read_text(encoding="utf-8").replace(
        '"url": "https://', ""
    )


def test_the_page_fetches_nothing_from_elsewhere() -> None:
    for name in ("index.html", "playground.css"):
        text = (BUILT / name).read_text(encoding="utf-8")
        assert "http:" not in text
        assert "https:" not in text
        assert "url(" not in text


def test_the_samples_are_in_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    forced = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    wanted = {
        f"samples/{each.file}": f"ctct_migrate/playground/samples/{each.file}" for each in SAMPLES
    }
    assert {name: to for name, to in forced.items() if name.startswith("samples/")} == wanted
