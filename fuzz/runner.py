"""`python -m fuzz`: tries the laws for a while, with a fixed seed, in several processes.

What breaks a law is made as small as hypothesis can, printed, and written into `fuzz/found/`.
Exit status 1 if anything was found.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Flaky

from fuzz.inputs import documents
from fuzz.laws import hold

FOUND = Path(__file__).resolve().parent / "found"

#: Documents between two looks at the clock, and seconds in which a find is made smaller.
_ROUND, _SHRINKING = 40, 30.0


class _Hunt:
    """One process's work."""

    def __init__(self, number: int, seconds: float, folder: Path):
        self._seed, self._folder = number, folder
        self._end = time.monotonic() + seconds
        self._known: set[str] = set()
        self._last: tuple[bytes, Exception] | None = None
        self._stop = self._end
        self.tried = 0

    def run(self) -> int:
        """How many different things were found."""
        turn = 0
        while time.monotonic() < self._end:
            self._turn(self._seed * 1_000_003 + turn)
            turn += 1
        return len(self._known)

    def _turn(self, number: int) -> None:
        self._last, self._stop = None, self._end
        try:
            self._test(number)()
        except Flaky:
            pass
        except Exception:
            if self._last is None:
                raise
        if self._last is not None:
            self._keep(*self._last)

    def _test(self, number: int) -> Callable[[], None]:
        @seed(number)
        @settings(
            max_examples=_ROUND, database=None, deadline=None, report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
        )  # fmt: skip
        @given(documents)
        def test(data: bytes) -> None:
            if time.monotonic() > self._stop:
                return
            self.tried += 1
            try:
                hold(data)
            except Exception as error:
                if self._last is None:
                    self._stop = time.monotonic() + _SHRINKING
                if _mark(error) in self._known:
                    return
                if self._last is None or _mark(error) == _mark(self._last[1]):
                    self._last = data, error
                    raise

        return test

    def _keep(self, data: bytes, error: Exception) -> None:
        self._known.add(_mark(error))
        self._folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(data).hexdigest()[:12]
        (self._folder / f"{name}.xml").write_bytes(data)
        print(f"\n{self._folder / name}.xml ({len(data)} bytes): {_mark(error)}", flush=True)
        print(f"{type(error).__name__}: {str(error)[:600]}", flush=True)
        print(f"{data[:600]!r}", flush=True)


def _mark(error: Exception) -> str:
    """What tells one find from another: what was raised, and where."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    caller = traceback.extract_tb(error.__traceback__)[-2:][0]
    law = str(error).partition(":")[0] if isinstance(error, AssertionError) else ""
    return (
        f"{type(error).__name__} {law} {Path(frame.filename).name}:{frame.lineno} {caller.lineno}"
    )


def _hunt(number: int, seconds: float, folder: Path) -> tuple[int, int]:
    hunt = _Hunt(number, seconds, folder)
    found = hunt.run()
    return hunt.tried, found


def main() -> int:
    """Runs it; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=FOUND)
    wanted = parser.parse_args()
    work = [(wanted.seed + n, wanted.seconds, wanted.folder) for n in range(wanted.processes)]
    if len(work) == 1:
        done = [_hunt(*work[0])]
    else:
        with multiprocessing.get_context("spawn").Pool(len(work)) as pool:
            done = pool.starmap(_hunt, work)
    tried, found = (sum(each) for each in zip(*done, strict=True))
    print(f"{tried:,} documents tried; {found} that break a law")
    return int(bool(found))
