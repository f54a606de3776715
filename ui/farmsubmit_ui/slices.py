"""Long work on the event loop, a few milliseconds at a time."""

from __future__ import annotations

import time
from typing import Any, Callable, Iterator, Optional

from qtpy.QtCore import QObject

from farmsubmit.errors import FarmsubmitError
from farmsubmit_ui import worker

#: Seconds that a slice takes; a click then still feels immediate.
_SLICE = 0.004
#: Seconds for the beginning, before anything is shown: what is done by then never shows as unfinished.
_AT_ONCE = 0.006


class Slices(QObject):
    """Runs a generator between events until it ends, and hands on what it yielded last.

    The job is used by this thread only, so that nobody can change it while it is read.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._steps: Optional[Iterator[Any]] = None
        self._done: Optional[Callable[[Any], None]] = None
        self._failed: Optional[Callable[[str], None]] = None
        self._last: Any = None
        self._timer = worker.every(self, 0, self._turn)

    @property
    def running(self) -> bool:
        """Whether there is something left to do."""
        return self._steps is not None

    def start(
        self, steps: Iterator[Any], done: Callable[[Any], None], failed: Optional[Callable[[str], None]] = None
    ) -> None:
        """Begin with a generator, in place of the one that runs; a short one is done on return.

        ``failed`` gets the sentence of a FarmsubmitError.
        """
        self.stop()
        self._steps, self._done, self._failed = steps, done, failed
        self._run(_AT_ONCE)
        if self._steps is steps:
            self._timer.start()

    def stop(self) -> None:
        """Leave it undone."""
        self._timer.stop()
        self._steps = self._done = self._failed = self._last = None

    def finish(self) -> None:
        """Do the rest now, however long it takes."""
        if self._steps is not None:
            self._run(float("inf"))

    def _turn(self) -> None:
        self._run(_SLICE)

    def _run(self, seconds: float) -> None:
        try:
            with worker.held():
                self._step_until(time.perf_counter() + seconds)
        except StopIteration:
            done, last = self._done, self._last
            self.stop()
            if done is not None:
                done(last)
        except FarmsubmitError as error:
            failed = self._failed
            self.stop()
            if failed is not None:
                failed(str(error))

    def _step_until(self, end: float) -> None:
        steps = self._steps
        while steps is not None and self._steps is steps:
            self._last = next(steps)
            if time.perf_counter() > end:
                return
