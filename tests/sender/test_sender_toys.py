"""What deliveries can declare beyond what v2's do, tried with toys.

The tests themselves run inside a copy of the package which knows the toys, over real sockets, with
a ledger on the disk: `toy_keys` about keys, owners and the request, `toy_steps`
about creations of several steps, `toy_kill` about runs that are killed at each of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sampling import EXHAUSTIVE
from toy_package import build, run


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the package that has the toys."""
    return build(tmp_path_factory.mktemp("toys"))


#: Steps of a toy, and runs that are killed, take long: `make exhaustive` and `make kill` have them; v3's
#: campaigns are created in several steps, and ended at each of them, in any run.
MODULES = ["toy_keys"]
if EXHAUSTIVE or os.environ.get("CTCT_KILL"):
    MODULES += ["toy_steps", "toy_kill"]


@pytest.mark.parametrize("module", MODULES)
def test_toys(package: Path, module: str) -> None:
    status, out, err = run(
        package, "-q", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", package,
        "--no-header", Path(__file__).with_name(f"{module}.py"), module="pytest",
    )  # fmt: skip
    assert status == 0, out[-4000:] + err[-1000:]
