"""What a release holds: all that the program needs, nothing else, and the same by each way of building."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email import message_from_bytes
from importlib.util import find_spec
from pathlib import Path

import pytest
from action_steps import run_step
from clone import is_clone
from distributions_built import ROOT, Distributions

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]


def tracked(*paths: str) -> set[str]:
    """The files of the repository below some paths, without what is ignored."""
    if not is_clone():
        pytest.skip("this is not a clone that git can read")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *paths]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, encoding="utf-8")
    return {path for path in listed.stdout.split("\0") if path and (ROOT / path).exists()}


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_the_wheel_holds_the_package_and_what_it_reads_and_nothing_else(
    distributions: Distributions,
) -> None:
    forced = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    wanted = tracked("ctct_migrate")
    for source, place in forced.items():
        wanted |= {place + path.removeprefix(source) for path in tracked(source)}
    found = {name for name in contents(distributions.wheel) if ".dist-info/" not in name}
    assert found == wanted
    assert {"ctct_migrate/py.typed", "ctct_migrate/schemas/v1/campaign.xsd"} < found


def test_what_is_no_python_is_in_the_wheel_unchanged(distributions: Distributions) -> None:
    held = contents(distributions.wheel)
    others = [path for path in tracked("ctct_migrate") if not path.endswith(".py")]
    assert others
    assert [path for path in others if held[path] != (ROOT / path).read_bytes()] == []


def test_the_sdist_makes_the_wheel_of_the_tree(distributions: Distributions) -> None:
    assert contents(distributions.wheel) == contents(distributions.wheel_of_tree)


def test_the_sdist_holds_what_a_packager_tests_with_and_nothing_of_this_machine(
    distributions: Distributions,
) -> None:
    with tarfile.open(distributions.sdist) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    wanted = tracked("ctct_migrate", "schemas", "samples", "tests", "docs", "bench", "fuzz")
    assert wanted - names == set()
    assert {"pyproject.toml", "Makefile", "constraints.txt", "CHANGELOG.md", "LICENSE"} < names
    made = {"PKG-INFO"}
    assert names - tracked() - made == set()


@pytest.mark.skipif(find_spec("twine") is None, reason="twine is not installed")
def test_twine_finds_nothing(distributions: Distributions) -> None:
    command = [sys.executable, "-m", "twine", "--no-color", "check", "--strict"]
    done = subprocess.run(
        [*command, distributions.sdist, distributions.wheel], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASSED") == 2


def test_the_metadata_is_that_of_the_project(distributions: Distributions) -> None:
    held = contents(distributions.wheel)
    (path,) = (name for name in held if name.endswith(".dist-info/METADATA"))
    metadata = message_from_bytes(held[path])
    assert metadata["Version"] == PROJECT["version"]
    assert metadata["License-Expression"] == "MIT"
    assert metadata.get_all("Project-URL") == [f"{n}, {u}" for n, u in PROJECT["urls"].items()]
    assert set(metadata.get_all("Provides-Extra") or ()) == set(PROJECT["optional-dependencies"])
    assert (
        b"ctct-migrate = ctct_migrate.cli:main"
        in held[path.replace("METADATA", "entry_points.txt")]
    )


def test_the_readme_that_an_index_shows_has_no_links_into_a_folder(
    distributions: Distributions,
) -> None:
    held = contents(distributions.wheel)
    (path,) = (name for name in held if name.endswith(".dist-info/METADATA"))
    payload = message_from_bytes(held[path]).get_payload(decode=True)
    assert isinstance(payload, bytes)
    links = re.findall(r"\]\(([^)\s]+)\)", payload.decode())
    assert len(links) > 5
    assert [link for link in links if not link.startswith("https://")] == []
    release = f"/ctct-migrate/v{PROJECT['version']}/", f"/ctct-migrate/blob/v{PROJECT['version']}/"
    ours = [link for link in links if "/ctct-migrate/" in link]
    files = [re.split("|".join(release), link)[1].partition("#")[0] for link in ours]
    assert [file for file in files if not (ROOT / file).exists()] == []


def test_the_wheel_works_by_itself(distributions: Distributions, tmp_path: Path) -> None:
    """Unpacked elsewhere, before the tree in the search path; its schemas and pages are its own."""
    place = tmp_path / "unpacked"
    with zipfile.ZipFile(distributions.wheel) as opened:
        opened.extractall(place)

    def ctct_migrate(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ctct_migrate", *arguments],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(place), "NO_COLOR": "1"},
            capture_output=True, encoding="utf-8", timeout=120,
        )  # fmt: skip

    where = subprocess.run(
        [sys.executable, "-c", "import ctct_migrate; print(ctct_migrate.__file__)"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(place)},
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert where.stdout.startswith(str(place))
    assert ctct_migrate("--version").stdout == f"ctct-migrate {PROJECT['version']}\n"
    linted = ctct_migrate("lint", "--format", "concise", str(ROOT / "samples/bad/campaign-001.xml"))
    assert linted.returncode == 1, linted.stderr
    assert "CT310" in linted.stdout
    good = str(ROOT / "samples/good/campaign-002.xml")
    for target in ("v2", "v3"):
        converted = ctct_migrate("convert", "--target", target, good)
        assert converted.returncode == 0, converted.stderr
        assert converted.stdout.startswith("{")
    written = ctct_migrate("schema", "xsd")
    assert (tmp_path / "xsd" / "campaign.xsd").exists(), written.stderr


@pytest.mark.skipif(
    shutil.which("bash") is None or os.name != "posix", reason="there is no bash as Linux has it"
)
def test_the_action_installs_it_in_an_environment_of_its_own(
    distributions: Distributions, tmp_path: Path
) -> None:
    """pip installs the package alone; what it needs is taken from where the tests run, since to
    fetch that takes long, and the hooks for pre-commit do it."""
    programs = tmp_path / "path"
    programs.mkdir()
    (programs / "python").symlink_to(sys.executable)
    libraries = os.pathsep.join(path for path in sys.path if path.endswith("site-packages"))
    known = {
        "github.action_path": str(distributions.wheel),
        "runner.temp": str(tmp_path / "run ner"),
    }
    environment = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1", "PIP_NO_COMPILE": "1", "PYTHONPATH": libraries,
    }  # fmt: skip
    done = run_step("Install ctct-migrate", known, tmp_path, **environment)
    assert done.status == 0, done.out
    assert re.search(r"^ctct-migrate \d", done.out, re.M)
    installed = Path(done.outputs["programs"])
    assert installed == tmp_path / "run ner" / "ctct-migrate" / "bin"
    assert (installed / "ctct-migrate").exists()


def test_the_version_is_written_once() -> None:
    """In pyproject.toml alone; where another file has to name a release, it names this one."""
    version = PROJECT["version"]
    stale = []
    for name in sorted(tracked("docs", "README.md", "CITATION.cff", "action.yml", ".github")):
        text = (ROOT / name).read_text(encoding="utf-8")
        named = re.findall(r"(?:ctct-migrate(?:\[[\w,]+\])?(?:==|@v)|rev: v)(\d[\w.]*\w)", text)
        stale += [(name, each) for each in named if each != version]
    assert stale == []
    assert "version" not in (ROOT / "CITATION.cff").read_text(encoding="utf-8").replace(
        "cff-version", ""
    )
    package = "".join(
        (ROOT / path).read_text(encoding="utf-8")
        for path in tracked("ctct_migrate")
        if path.endswith("__init__.py")
    )
    assert f'"{version}"' not in package


def test_the_extension_for_vs_code_is_of_the_same_release() -> None:
    folder = ROOT / "editors" / "vscode"
    for name in ("package.json", "package-lock.json"):
        assert (
            json.loads((folder / name).read_text(encoding="utf-8"))["version"] == PROJECT["version"]
        )


def test_every_address_of_the_project_is_that_of_pyproject() -> None:
    """The repository and the site are named in many files; one edit of pyproject.toml shows them all."""
    urls = PROJECT["urls"]
    repository, site = urls["Repository"], urls["Documentation"]
    owner_and_name = repository.removeprefix("https://github.com/")
    assert urls["Issues"] == f"{repository}/issues"
    raw = f"https://raw.githubusercontent.com/{owner_and_name}/"
    wrong = []
    files = tracked(
        "docs",
        "README.md",
        "CITATION.cff",
        "action.yml",
        ".github",
        "mkdocs.yml",
        "editors",
        "pyproject.toml",
    )
    for name in sorted(files):
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for address in re.findall(
            r"https://[\w.-]*github[\w./-]*|uses: [\w.-]+/ctct-migrate", text
        ):
            if "ctct-migrate" in address and not address.startswith(
                (repository, site.rstrip("/"), raw, f"uses: {owner_and_name}")
            ):
                wrong.append((name, address))
    assert wrong == []
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"repository-code: {repository}\n" in citation
    assert f"url: {site}\n" in citation


def test_the_change_log_has_a_place_for_this_version() -> None:
    """What is released next stands under Unreleased, or under its version."""
    log = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[(.+?)\]", log, re.M)
    assert headings[0] in ("Unreleased", PROJECT["version"])
    assert len(headings) == len(set(headings))
