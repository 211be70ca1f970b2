"""Mutants of the sender that no test notices: `python -m bench.mutants`, or `make mutants`.

mutmut changes one thing of a module at a time (a number, a comparison, an argument) and runs the
tests that reach it; a mutant that passes them all is printed, as a diff.  Each module has its own
tests here, so that a mutant takes seconds; tests that start programs are left out.  The work is
done in a copy of the project, `.mutants`, one process at a time.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

WORK = Path(".mutants")

#: What the tests need, beside the package.
COPIED = ("ctct_migrate", "schemas", "samples", "tests", "docs", "bench", "README.md")

_SENDING = ("sending", "faults", "guarantees")

#: For each module the files below `tests/` that are run: of the sender by their names alone.
MODULES: dict[str, tuple[str, ...]] = {
    "sender/pacing": ("pacing", "guarantees"),
    "sender/finding": ("faults", "guarantees"),
    "sender/settling": _SENDING,
    "sender/calling": _SENDING,
    "sender/account": _SENDING,
    "sender/creating": _SENDING,
    "sender/delivering": _SENDING,
    "sender/replacing": _SENDING,
    "sender/singletons": _SENDING,
    "sender/references": ("references", "id_map", "sending"),
    "sender/resolving": ("references", "sending"),
    "sender/execution": _SENDING,
    "sender/sender": (*_SENDING, "secrets", "identity"),
    "sender/stopping": ("faults", "sending"),
    "sender/identity": ("identity",),
    "sender/plan": ("identity", "plan", "sending"),
    "sender/comparison": ("comparison", "sending"),
    "sender/id_map": ("id_map", "sending"),
    "sender/placing": ("placing", "sending"),
    "sender/progress_display": ("progress",),
    "sender/settings": ("sending",),
    "sender/ledger/documents": ("identity", "ledger"),
    "sender/ledger/digests": ("identity", "ledger"),
    "sender/ledger/migrations": ("identity", "ledger"),
    "sender/ledger/opening": ("ledger",),
    "sender/ledger/store": ("ledger", "identity", "sending"),
    "targets/client": ("../targets/test_targets_client.py",),
}

#: Too slow, or timed, to be run for every mutant.
LEFT_OUT = ("tests/sender/test_sender_pacing.py::test_the_servers_record_proves_the_rate",)

#: mutmut's exit codes of a mutant that survived, and of one that no test reached.
_SURVIVED, _UNREACHED = 0, 33


def test_files(module: str) -> list[str]:
    """The paths of a module's tests."""
    return [
        f"tests/sender/{name}" if "/" in name else f"tests/sender/test_sender_{name}.py"
        for name in MODULES[module]
    ]


def prepare(module: str) -> None:
    """Make the copy, with mutmut's settings for one module."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir()
    for name in COPIED:
        source = Path(name)
        if source.is_dir():
            shutil.copytree(
                source, WORK / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(source, WORK / name)
    lines = lambda values: "".join(f"\n    {value}" for value in values)  # noqa: E731
    left_out = [part for test in LEFT_OUT for part in ("--deselect", test)]
    (WORK / "setup.cfg").write_text(
        "[mutmut]\nsource_paths = ctct_migrate\n"
        f"only_mutate = ctct_migrate/{module}.py\n"
        f"also_copy = {lines(COPIED[1:])}\n"
        f"pytest_add_cli_args_test_selection = {lines(test_files(module))}\n"
        f"pytest_add_cli_args = {lines(['-p', 'no:cacheprovider', *left_out])}\n"
        # A mutant may wait for ever; one that only makes its tests slower is killed all the same.
        "timeout_multiplier = 4\ntimeout_constant = 10\n"
        "[tool:pytest]\npythonpath = tests\naddopts = -q\n"
        "markers =\n    browser: needs a Chromium\n",
        encoding="utf-8",
    )


def mutmut(*arguments: str, show: bool = False) -> str:
    """Run mutmut in the copy; what it printed."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("mutmut")), *arguments],
        cwd=WORK, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    if show:
        print(done.stdout, end="")
    return done.stdout


def verdicts(module: str) -> dict[str, int | None]:
    """The exit code of each mutant; None for one that was not run."""
    path = WORK / "mutants" / "ctct_migrate" / f"{module}.py.meta"
    if not path.exists():
        return {}
    found: dict[str, int | None] = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def examine(module: str, sample: int | None, seed: int) -> Counter[str]:
    """Run the mutants of a module, or a sample of them; print those that survived."""
    prepare(module)
    chosen = []
    if sample is not None:
        mutmut("run", "--max-children", "1", "none")  # writes the mutants, and runs none
        names = sorted(verdicts(module))
        chosen = random.Random(seed).sample(names, min(sample, len(names)))
    said = mutmut("run", "--max-children", "1", *chosen)
    found = verdicts(module)
    counts: Counter[str] = Counter()
    for name, code in sorted(found.items()):
        if code is None:
            counts["not run"] += 1
        elif code in (_SURVIVED, _UNREACHED):
            counts["survived" if code == _SURVIVED else "not reached"] += 1
            print(f"--- {name}" + ("" if code == _SURVIVED else " (no test reaches it)"))
            mutmut("show", name, show=True)
        else:
            counts["killed"] += 1
    if not found or counts["not run"] == len(found):
        print(said[-2000:])
    print(f"{module}: {len(found)} mutants, {dict(counts)}", flush=True)
    return counts


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "modules", nargs="*", metavar="MODULE",
        help="`pacing`, `ledger/store`, `targets/client` …; all of them, if none is given",
    )  # fmt: skip
    parser.add_argument("--sample", type=int, metavar="N", help="at most N mutants of each module")
    parser.add_argument("--seed", type=int, default=1, help="of the sample (1)")
    chosen = parser.parse_args()
    names = [each if each in MODULES else f"sender/{each}" for each in chosen.modules]
    if unknown := [name for name in names if name not in MODULES]:
        parser.error(f"{unknown[0]} is not one of {', '.join(MODULES)}")
    total: Counter[str] = Counter()
    for name in names or MODULES:
        total += examine(name, chosen.sample, chosen.seed)
    print(f"in all: {dict(total)}")
    return int(total["survived"] > 0)


if __name__ == "__main__":
    sys.exit(main())
