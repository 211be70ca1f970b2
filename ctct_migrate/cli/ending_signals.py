"""SIGINT and SIGTERM while documents are sent: calls under way come to their end first."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ctct_migrate.cli.send_output import SendOutput

_ENDING = (signal.SIGINT, signal.SIGTERM)


class Signals:
    """SIGINT and SIGTERM: before anything is sent they end the program, afterwards they end the
    run in order, and a second one ends it at once.

    Plain handlers, not the event loop's: those would not be heard while documents are read.
    """

    def __init__(self, output: SendOutput):
        self._output = output
        self.are_held = False
        self.came = 0

    @contextmanager
    def stopping(self, stop: Callable[[str], None]) -> Iterator[None]:
        """While inside, signals call `stop`, in the event loop."""
        loop = asyncio.get_running_loop()

        def handle(number: int, frame: object) -> None:
            if not self.are_held or self.came:
                raise KeyboardInterrupt
            self.came = number
            self._output.say("finishing the calls under way; once more to end at once")
            loop.call_soon_threadsafe(stop, f"interrupted by {signal.Signals(number).name}")

        before = {number: signal.signal(number, handle) for number in _ENDING}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
