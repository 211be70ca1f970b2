"""The layout of the package: one place for each thing, and no circles."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

from ctct_migrate.resources import BY_SLUG, RESOURCES
from ctct_migrate.targets import TARGETS

PACKAGE = Path(__file__).parents[1] / "ctct_migrate"
MODULES = sorted(PACKAGE.rglob("*.py"))


@cache
def trees() -> dict[Path, ast.Module]:
    """All modules, parsed."""
    return {path: ast.parse(path.read_bytes()) for path in MODULES}


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


# -- imports ----------------------------------------------------------------------------------------


def _is_typing_only(node: ast.If) -> bool:
    return "TYPE_CHECKING" in ast.unparse(node.test)


def _imports_at_once(body: list[ast.stmt]) -> set[int]:
    """Line numbers of the imports that are made when the module is imported."""
    lines: set[int] = set()
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            lines.add(node.lineno)
        elif isinstance(node, ast.If) and not _is_typing_only(node):
            lines |= _imports_at_once(node.body) | _imports_at_once(node.orelse)
        elif isinstance(node, ast.Try):
            lines |= _imports_at_once(node.body)
    return lines


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph("ctct_migrate", cache_dir=None)
    at_once = {path: _imports_at_once(tree.body) for path, tree in trees().items()}
    needed: dict[str, set[str]] = defaultdict(set)
    for path in MODULES:
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        for other in graph.find_modules_directly_imported_by(module):
            details = graph.get_import_details(importer=module, imported=other)
            if other != module and any(each["line_number"] in at_once[path] for each in details):
                needed[module].add(other)
    assert len(needed) > 100
    try:
        TopologicalSorter(needed).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])))


def test_dataclasses_are_compiled_late() -> None:
    late = PACKAGE / "late_dataclass.py"
    at_once = [
        name_of(path)
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "dataclasses" and path != late
        if any(each.name in ("dataclass", "replace") for each in node.names)
    ]
    assert at_once == []


# -- names ------------------------------------------------------------------------------------------


def _is_one_of_many(path: Path) -> bool:
    """Whether every resource or every target may have a module of that name, by design."""
    parts = path.relative_to(PACKAGE).parts
    in_own_folder = parts[0] in ("resources", "targets") and len(parts) == 3
    return in_own_folder or path.stem in BY_SLUG or path.name == "__init__.py"


def test_no_two_modules_have_one_name() -> None:
    names = Counter(path.name for path in MODULES if not _is_one_of_many(path))
    assert [name for name, count in names.items() if count > 1] == []


def test_no_two_public_classes_have_one_name() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path, tree in trees().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(name_of(path))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


# -- lists ------------------------------------------------------------------------------------------

#: The folders whose modules speak of one resource or of one target, and the two lists themselves.
_OWN = ("resources/", "targets/v", "sandbox/v")


def _strings(node: ast.AST) -> set[str]:
    """The strings of a literal collection: its items, or its keys."""
    if isinstance(node, ast.Dict):
        items: list[ast.expr | None] = list(node.keys)
    elif isinstance(node, ast.List | ast.Tuple | ast.Set):
        items = list(node.elts)
    else:
        return set()
    return {each.value for each in items if isinstance(each, ast.Constant) and isinstance(each.value, str)}  # fmt: skip


def _lists_of(names: set[str]) -> list[str]:
    found = []
    for path, tree in trees().items():
        if name_of(path).startswith(_OWN):
            continue
        for node in ast.walk(tree):
            listed = _strings(node) & names
            if len(listed) > 1:
                line = getattr(node, "lineno", 0)
                found.append(f"{name_of(path)}:{line}: {', '.join(sorted(listed))}")
    return found


def test_resources_are_listed_in_one_place() -> None:
    assert _lists_of(set(RESOURCES) | set(BY_SLUG)) == []


def test_targets_are_listed_in_one_place() -> None:
    assert _lists_of(set(TARGETS) | {"v3"}) == []
