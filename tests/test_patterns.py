"""No pattern of the package takes more than linear time, whatever text it meets.

All compiled patterns are gathered from the modules.  Each searches texts in which one thing is
repeated (what the pattern itself speaks of among them), at growing lengths; the growth of the time
is what is held, not the time: the least of several runs, on lengths at which a quadratic pattern
takes sixteen times as long for four times the text.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import signal
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from time import process_time
from typing import Any

import ctct_migrate
from ctct_migrate.late_pattern import LatePattern

PACKAGE = Path(ctct_migrate.__file__).parent

#: Modules that need an extra, or do something when they are imported.
LEFT_OUT = ("ctct_migrate.__main__", "ctct_migrate.sandbox.child")

#: Patterns that never meet a text from outside, and why.
KNOWN = {
    "ctct_migrate.mapping.content._ODD": "XML that lxml has just written: every section is closed",
    "ctct_migrate.mapping.content._ESCAPED": "the same",
    "ctct_migrate.reader.locating._MARKUP": "text that libxml2 has read: every section is closed",
    "ctct_migrate.reader.tags._ATTRIBUTE": "a start tag that has been matched as a whole",
    "ctct_migrate.v1.invalid._PLAIN[4]": "the first 2,000 characters of a message",
    "ctct_migrate.reader.locating.ASIDE": "the same",
}

#: What documents are full of.  Two at a time are repeated too: one to begin a match, one to go on.
WORDS = (
    "<", ">", "<!--", "-->", "<?", "?>", "<![CDATA[", "]]>", "<!DOCTYPE x [", "<a", "<a ", "</a>",
    "<Text>", "</Text>", "</Text", "<entry ", "<id>", " ", "\n", "\t", "a", "a ", " a", "a:", " a=", "\"", "'", "=",
    "/", "&", "&#", "&#x0", "&amp;", "&lt;", "0", "9", "12:", "1,", "-", "--", ".", "@", "(at)", " at ", "%",
    "http://a", "/lists/1", "/campaigns/1", "/ws/customers/a", "\\", "[", "]", "{", "}", "PHP ", "<br ", ",", ";",
    "ctct-migrate: ignore ", "2010-11-13", "T", "Z", "+", "\u00a0", "\u20ac", "\x80", "_", "|", "`",
)  # fmt: skip


def modules() -> Iterator[Any]:
    for found in pkgutil.walk_packages([str(PACKAGE)], "ctct_migrate."):
        if found.name in LEFT_OUT:
            continue
        try:
            yield importlib.import_module(found.name)
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("ctct_migrate"):
                raise


def patterns_in(value: Any, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, LatePattern):
        yield value.search.__self__
    elif isinstance(value, re.Pattern):
        yield value
    elif depth < 4 and isinstance(value, Mapping):
        for each in (*value.keys(), *value.values()):
            yield from patterns_in(each, depth + 1)
    elif depth < 4 and isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from patterns_in(each, depth + 1)
    elif isinstance(pattern := getattr(value, "__self__", None), re.Pattern):
        yield pattern  # a method of one


@cache
def gathered() -> dict[str, re.Pattern[Any]]:
    """Every pattern in a module's names or a class's, by where it stands."""
    found: dict[str, re.Pattern[Any]] = {}
    for module in modules():
        for name, value in vars(module).items():
            for number, pattern in enumerate(patterns_in(value)):
                found.setdefault(
                    f"{module.__name__}.{name}" + (f"[{number}]" if number else ""), pattern
                )
            if isinstance(value, type) and value.__module__ == module.__name__:
                for own, held in vars(value).items():
                    for pattern in patterns_in(held):
                        found[f"{module.__name__}.{name}.{own}"] = pattern
    unique: dict[tuple[Any, int], str] = {}
    for place, pattern in found.items():
        unique.setdefault((pattern.pattern, pattern.flags), place)
    return {place: found[place] for place in unique.values()}


@cache
def only_matched() -> set[str]:
    """The patterns that are used with `match` and `fullmatch` alone, at one place of a text."""
    uses: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        module = ".".join(("ctct_migrate", *path.relative_to(PACKAGE).with_suffix("").parts))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                uses.setdefault(f"{module}.{node.value.id}", set()).add(node.attr)
    return {place for place, names in uses.items() if names <= {"match", "fullmatch"}}


class _TooLong(BaseException):
    pass


def seconds(pattern: re.Pattern[Any], text: Any, limit: float, *, matched: bool = False) -> float:
    """Processor seconds of a search for all matches (or of two matches at the start, if it is only
    `matched`); `limit` if it takes longer."""

    def stop(*_: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    started = process_time()
    try:
        if matched:
            pattern.match(text)
            pattern.fullmatch(text)
        else:
            for _ in pattern.finditer(text):
                pass
    except _TooLong:
        return limit
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return process_time() - started


def own_words(pattern: re.Pattern[Any]) -> list[str]:
    """The literal texts in a pattern: what gets furthest in it."""
    source = (
        pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    )
    return list(
        dict.fromkeys(re.findall(r"[A-Za-z][\w-]{2,}|[^\w\s\\()\[\]?*+{}|^$.]{2,}", source))
    )[:12]


def texts(pattern: re.Pattern[Any]) -> Iterable[str]:
    own = own_words(pattern)
    for word in (*WORDS, *own):
        yield word
    for word in own:
        yield f"<{word} "
        yield f"{word} "


def repeated(pattern: re.Pattern[Any], word: str, size: int) -> Any:
    text = word * (size // len(word))
    return text.encode("utf-8") if isinstance(pattern.pattern, bytes) else text


#: Characters of the texts: a quadratic pattern takes some 0.05 s for the smallest.
SIZES = (750, 3_000, 12_000)


def growth(pattern: re.Pattern[Any], *, matched: bool) -> str:
    """On which text a pattern takes more than linear time, and how long; "" for none."""
    for word in texts(pattern):
        text = repeated(pattern, word, SIZES[2])
        if seconds(pattern, text, 0.5, matched=matched) < 0.02:
            continue  # a quadratic one takes several times as long
        for _ in range(3):  # the machine may be busy
            made = [repeated(pattern, word, size) for size in SIZES]
            taken = [seconds(pattern, text, 0.5, matched=matched) for text in made]
            if taken[2] < 8 * max(taken[1], 0.002):
                break
        else:
            return f"{pattern.pattern!r} on {word!r} repeated: {taken}"
    return ""


def test_every_pattern_is_linear() -> None:
    found = {
        place: growth(pattern, matched=place in only_matched())
        for place, pattern in gathered().items()
        if place not in KNOWN
    }
    assert {place: said for place, said in found.items() if said} == {}


def test_the_patterns_that_are_left_out_exist() -> None:
    assert set(KNOWN) <= set(gathered())
    assert len(gathered()) > 100


def test_the_test_finds_quadratic_patterns() -> None:
    for source, word in ((r"<!--.*?-->", "<!--"), (r"\s*x", " "), (r"\w+:", "a")):
        pattern = re.compile(source, re.S)
        taken = [seconds(pattern, repeated(pattern, word, size), 4) for size in SIZES]
        assert taken[2] > 0.02
        assert taken[2] > 8 * taken[1]


#: Functions that compile a pattern which is made of what stands in a document or a configuration, and
#: the one that compiles the modules' own.
MADE = {
    "late_pattern.py", "configuration.py", "reader/rawhtml.py", "mapping/codecs.py", "mapping/content.py", "mapping/validity.py",
    "v1/facts.py", "reader/scanner.py", "sender/placing.py", "sandbox/faults.py",
    "sandbox/routes.py", "reader/candidates.py", "reader/tags.py", "reader/wrappings/texts.py",
    "targets/replies.py", "targets/reply_bodies.py", "targets/client.py", "tomlplaces.py", "rules/reading/invisible.py", "resources/resource.py",
    "runs/resource_dates.py", "sender/id_map.py", "reader/lost_tags.py",
    "reader/wrappings/views.py", "rules/names/doubled_elements.py", "rules/fast/raw_payload.py", "rules/several_targets.py",
    "sandbox/v3/endpoints.py", "sender/bulk_settling.py", "targets/credentials.py", "sender/preparing.py", "rules/reading/not_readable.py", "rules/fast/garbled.py",
    "rules/fast/rare_bytes.py", "playground/offered_values.py",
}  # fmt: skip


def test_no_function_compiles_a_pattern_that_is_not_constant() -> None:
    """So that all others are found above, or at least are known when the program is written."""
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).as_posix() in MADE:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            for call in ast.walk(function):
                if (
                    isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Attribute)
                    and isinstance(call.func.value, ast.Name)
                    and call.func.value.id == "re"
                    and call.func.attr != "escape"
                    and call.args
                ):
                    where = f"{path.name}:{call.lineno}"
                    assert isinstance(call.args[0], ast.Constant | ast.Name), where
