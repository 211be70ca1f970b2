"""What all tests share: the profiles of Hypothesis, and an environment without credentials."""

from __future__ import annotations

import gc
import importlib.util
import os
import signal
import sys

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture import providers

# A shell that starts the tests in the background has SIGINT ignored, and so would all programs that
# the tests start, some of which are to be interrupted.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

#: What is about processes, limits and terminals as POSIX systems have them.
collect_ignore = (
    []
    if os.name == "posix"
    else [
        "cli/test_cli_convert.py",
        "cli/test_cli_convert_many.py",
        "sender/test_sender_commands.py",
        "sender/test_sender_ledger.py",
        "sender/test_sender_progress.py",
    ]
)
# What a test starts finds the package compiled, as an installed one is.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# httpx asks for this package at each call, and looks through all folders anew where it is missing.
if importlib.util.find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]

_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)

#: `ci` is what runs unless HYPOTHESIS_PROFILE says otherwise: the same examples each time, and
#: what fails is not made smaller, which can take minutes; `random` does that.
settings.register_profile(
    "ci", max_examples=20, derandomize=True, deadline=None, database=None,
    phases=(Phase.explicit, Phase.generate), suppress_health_check=_SLOW,
)  # fmt: skip
settings.register_profile("random", max_examples=200, deadline=None, suppress_health_check=_SLOW)
settings.register_profile("long", max_examples=5000, deadline=None, suppress_health_check=_SLOW)
_PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "ci")
settings.load_profile(_PROFILE)

# Hypothesis also draws texts and numbers that it finds in the modules loaded so far.  Which those are
# depends on what a process has run before, so the examples would not be the same each time.
if _PROFILE == "ci":
    providers.is_local_module_file = lambda path: False

#: What changes how the program behaves, and may be set where the tests run.
_STEERING = ("CTCT_API_KEY", "CTCT_ACCESS_TOKEN", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE")


def pytest_collection_finish() -> None:
    """What has been collected stays until the end: the collector of garbage need not look at it
    again and again, which takes a tenth of the time of the tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the credentials of whoever runs it, nor their taste in colours."""
    for name in _STEERING:
        monkeypatch.delenv(name, raising=False)
