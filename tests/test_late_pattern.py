"""Patterns that are compiled late do what compiled ones do."""

from __future__ import annotations

import ast
import copy
import pickle
import re
from pathlib import Path

import pytest

from ctct_migrate.late_pattern import LatePattern, late_compile

PACKAGE = Path(__file__).parents[1] / "ctct_migrate"

PATTERNS = [
    (r"(?P<year>\d{4})-(\d\d)", 0, "on 2010-11-13"),
    (r"a .* b", re.VERBOSE | re.IGNORECASE, "xAxxB"),
    (rb"[\x80-\x9f]", 0, b"a\x93b"),
]


@pytest.mark.parametrize(("pattern", "flags", "text"), PATTERNS)
def test_it_has_what_a_compiled_pattern_has(pattern, flags, text):
    late, compiled = late_compile(pattern, flags), re.compile(pattern, flags)
    for name in ("pattern", "flags", "groups", "groupindex"):
        assert getattr(late, name) == getattr(compiled, name)
    for name in ("search", "match", "fullmatch"):
        assert repr(getattr(late, name)(text)) == repr(getattr(compiled, name)(text))
    assert late.findall(text) == compiled.findall(text)
    assert late.sub(text[:1], text) == compiled.sub(text[:1], text)


def test_it_is_compiled_when_it_is_first_used():
    late = late_compile("(")  # is no pattern
    with pytest.raises(re.error, match="missing \\)"):
        late.search("")


def test_a_method_is_looked_up_once():
    late = late_compile("a")
    assert late.search is late.search


@pytest.mark.parametrize(("pattern", "flags", "text"), PATTERNS)
def test_it_is_copied_and_pickled(pattern, flags, text):
    late = late_compile(pattern, flags)
    assert late.search(text)
    for twin in (copy.copy(late), copy.deepcopy(late), pickle.loads(pickle.dumps(late))):
        assert isinstance(twin, LatePattern)
        assert (twin.pattern, twin.flags) == (late.pattern, late.flags)
        assert twin.search(text)[0] == late.search(text)[0]


def _compiled_at_once(node: ast.AST) -> list[int]:
    """Lines of a module on which patterns are compiled when it is imported."""
    found = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.Call) and ast.unparse(child.func) == "re.compile":
            found.append(child.lineno)
        found += _compiled_at_once(child)
    return found


def test_no_module_compiles_a_pattern_when_it_is_imported():
    found = {
        path.relative_to(PACKAGE).as_posix(): lines
        for path in PACKAGE.rglob("*.py")
        if path.name != "late_pattern.py"
        and (lines := _compiled_at_once(ast.parse(path.read_bytes())))
    }
    assert found == {}
