"""The project's own files agree with each other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8")


def pins() -> dict[str, str]:
    """Version by name, of each line of the constraints."""
    lines = [line for line in CONSTRAINTS.splitlines() if not line.startswith("#")]
    found = [re.fullmatch(r"([\w.-]+)==([\w.+]+)", line) for line in lines]
    assert all(found), "constraints are names with versions, and nothing else"
    return {canonicalize_name(match[1]): match[2] for match in found if match}


def test_each_requirement_is_pinned_to_a_version_that_it_allows() -> None:
    extras = PROJECT["optional-dependencies"]
    wanted = [*PROJECT["dependencies"], *(text for extra in extras.values() for text in extra)]
    pinned = pins()
    for requirement in map(Requirement, wanted):
        if requirement.name == PROJECT["name"]:
            continue
        name = canonicalize_name(requirement.name)
        assert name in pinned, f"{name} is not in constraints.txt: freeze it anew"
        assert requirement.specifier.contains(pinned[name]), name


def test_each_requirement_has_a_minimum_version() -> None:
    extras = PROJECT["optional-dependencies"]
    wanted = [*PROJECT["dependencies"], *(text for extra in extras.values() for text in extra)]
    for requirement in map(Requirement, wanted):
        if requirement.name != PROJECT["name"]:
            assert [s.operator for s in requirement.specifier] == [">="], requirement.name


def test_the_page_about_installing_names_each_extra_that_users_need() -> None:
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `(\w+)` \|", page, re.M)
    ours = {"test", "dev", "docs", "browser", "mutants"}
    assert sorted(named) == sorted(set(PROJECT["optional-dependencies"]) - ours)


def test_no_page_stands_twice_in_the_navigation() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    _, _, navigation = text.partition("\nnav:\n")
    targets = re.findall(r"^ *- .*: (\S+)$", navigation, re.M)
    assert len(targets) > 30
    assert [each for each in targets if targets.count(each) > 1] == []
