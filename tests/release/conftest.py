"""The distributions, built once: as a release does it, and the wheel of the tree besides."""

from __future__ import annotations

from importlib.util import find_spec

import pytest
from clone import is_clone
from distributions_built import Distributions, build


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    for module in ("build", "hatchling", "hatch_fancy_pypi_readme"):
        if find_spec(module) is None:
            pytest.skip(f"{module} is not installed")
    if not is_clone():
        pytest.skip("this is not a clone that git can read")
    release, tree = tmp_path_factory.mktemp("release"), tmp_path_factory.mktemp("tree")
    build("-o", release)  # the sdist, and the wheel that is made from it
    build("--wheel", "-o", tree)
    (sdist,), (wheel,), (other,) = release.glob("*.gz"), release.glob("*.whl"), tree.glob("*.whl")
    return Distributions(sdist, wheel, other)
