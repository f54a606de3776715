"""The outbox of this user while a window is open: what waits is counted, and carried when its time has come.

There is one for all windows of a process, and it rests when the last of them is closed. Other processes may carry the
same letters: each is claimed before it is sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, List, NamedTuple, Optional, Sequence
from weakref import WeakSet

from qtpy.QtCore import QObject, Signal

from farmsubmit_ui import worker

if TYPE_CHECKING:
    from farmsubmit.outbox import Letter
    from farmsubmit.submission.outbox import Carried
    from farmsubmit_ui.session.letters import Waiting

_SECONDS = 30
# A window that opens is seen before a worker takes time from painting it.
_SOON_MS = 400
# The one of this process, as long as a window is open.
_shared: List[Outbox] = []


class _Round(NamedTuple):
    """What became of the letters that were carried, and what waits after that."""

    carried: List[Carried]
    waiting: List[Waiting]


class Outbox(QObject):
    """Knows what waits, and carries it in a worker, one round at a time.

    ``changed`` comes when something else waits or a round begins or ends, ``carried`` with each letter that was tried,
    ``told`` and ``failed`` with a sentence on letters that were taken out or could not be.
    """

    changed = Signal()
    carried = Signal(object)
    told = Signal(str)
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.waiting: List[Waiting] = []
        self._is_stale = False
        self._windows: Any = WeakSet()
        self._looks = worker.Latest(self)
        self._handle: Optional[worker.Handle] = None
        self._timer = worker.every(self, _SECONDS * 1000, self.carry_due)
        self._soon = worker.once(self, _SOON_MS, self.look)

    @property
    def is_busy(self) -> bool:
        """Whether letters are being carried or taken out."""
        return self._handle is not None and self._handle.running

    @property
    def is_awake(self) -> bool:
        """Whether there is a window for which letters are carried."""
        return bool(self._timer.isActive())

    def enter(self, window: QObject) -> None:
        """Work for a window from now on."""
        self._windows.add(window)
        self._timer.start()
        self._soon.start()

    def leave(self, window: QObject) -> None:
        """Work for a window no more; with the last one all rests, and a round stops before its next letter."""
        self._windows.discard(window)
        if not self._windows:
            self._rest()

    def look(self) -> None:
        """See what waits, after the round that is under way."""
        self._is_stale = self.is_busy
        if not self.is_busy:
            self._looks.run(lambda: _letters().look(), done=self._put, failed=self.failed.emit)

    def carry_due(self) -> None:
        """Carry what it is time for."""
        if self._windows:
            self._begin(lambda cancelled: _letters().carry_due(cancelled))
        else:
            self._rest()

    def send(self, chosen: Sequence[Letter], is_sure: bool = False) -> None:
        """Carry some letters now; ``is_sure`` says that a person has looked, and their engines have them not."""
        self._begin(lambda cancelled: _letters().carry_these(chosen, is_sure, cancelled))

    def take_out(self, chosen: Sequence[Letter]) -> None:
        """Take some letters out."""

        def done(sentence: str) -> None:
            self.told.emit(sentence)
            self.look()

        if not self.is_busy:
            letters = list(chosen)
            self._handle = worker.run(
                lambda: _letters().take_out(letters), done=done, failed=self._not_done, owner=self
            )
            self.changed.emit()

    def _begin(self, carrying: Callable[[Callable[[], bool]], List[Carried]]) -> None:
        def outbox_round(cancelled: Callable[[], bool]) -> _Round:
            return _Round(carrying(cancelled), _letters().look())

        if self.is_busy:
            return
        self._looks.cancel()
        self._handle = worker.run(outbox_round, done=self._take, failed=self._not_done, owner=self, cancellable=True)
        self.changed.emit()

    def _take(self, found: _Round) -> None:
        for each in found.carried:
            self.carried.emit(each)
        self._put(found.waiting)
        if self._is_stale:
            self.look()

    def _not_done(self, sentence: str) -> None:
        self.failed.emit(sentence)
        self.look()

    def _put(self, waiting: List[Waiting]) -> None:
        self.waiting = waiting
        self.changed.emit()

    def _rest(self) -> None:
        for timer in (self._timer, self._soon):
            timer.stop()
        self._looks.cancel()
        if self._handle is not None:
            self._handle.cancel()
        if self in _shared:
            _shared.remove(self)


def outbox_for(window: QObject) -> Outbox:
    """Return the outbox of this process, awake for a window until that leaves it."""
    if not _shared:
        _shared.append(Outbox())
    _shared[0].enter(window)
    return _shared[0]


def _letters() -> Any:
    """Return what looks at letters and carries them; the worker that first does imports it."""
    from farmsubmit_ui.session import letters

    return letters
