"""What an interpreter that is shared with Qt needs while threads work beside the event loop.

Garbage is collected between events of the GUI thread only. By itself Python collects in whichever thread happens to
make the next object, and objects of Qt that are freed there are destroyed in the wrong thread, which crashes now and
then; and it may collect in the middle of a destructor of Qt's, whose locks the next destructor waits for without end.

And threads hand the interpreter over at once: each call into Qt lets it go, and a window that is painted beside a busy
thread asks for it back some thousand times. With Python's usual turns of 5 ms it would wait that long again and again.

Inside a DCC both belong to the host. They are changed while our threads work, and only then; what the host had comes
back as soon as they have ended.
"""

from __future__ import annotations

import gc
import sys
import threading
from typing import Callable

from qtpy.QtCore import QObject, QPoint, QTimer
from qtpy.QtGui import QCursor

#: All threads of ours outside the pool have names that begin so.
THREADS = "farmsubmit"
_TICK_MS = 200
_TURN = 0.00001
#: So many times the usual number of new objects are not looked through but taken for old ones at once: somebody makes a
#: large job, of which nothing is garbage yet.
_MANY = 15
#: Where there is so much more than after the last look, in blocks of memory, all is looked through once nobody has
#: moved the mouse for so many ticks: it stops the window for as long as it takes.
_DUE, _ALONE = 200_000, 50
#: A thread whose answer has arrived may not quite have ended. A host gets its own back after so many quiet ticks even
#: where much is new: in a DCC somebody moves the mouse all day.
_ENDED, _LONG = 2, 100


_making = threading.Event()


def making() -> None:
    """Say that a thread makes a large job, or looks through one: what is new is taken for old ones at the next tick."""
    _making.set()


class Caretaker(QObject):
    """Looks after the interpreter from ``begin`` on until ``is_idle`` says that no thread works any more.

    ``is_ours`` says that it is shared with no host, and so is looked after until ``end``.
    """

    def __init__(self, is_idle: Callable[[], bool], is_ours: bool = False) -> None:
        super().__init__()
        self._is_idle = is_idle
        self._is_ours = is_ours
        self._is_on = self._collects = False
        self._turn = 0.0
        self._quiet = self._alone = self._known = 0
        self._mouse = QPoint()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    def begin(self) -> None:
        """Take over before a thread starts; call it in the GUI thread."""
        self._quiet = 0
        if self._is_on:
            return
        self._is_on = True
        self._known = sys.getallocatedblocks()
        _making.clear()
        self._collects = gc.isenabled()
        gc.disable()
        self._turn = sys.getswitchinterval()
        sys.setswitchinterval(min(self._turn, _TURN))
        self._timer.start()

    def end(self) -> None:
        """Give back what the host had."""
        if not self._is_on:
            return
        self._is_on = False
        self._timer.stop()
        sys.setswitchinterval(self._turn)
        if self._collects:
            gc.enable()

    def _tick(self) -> None:
        self._quiet = self._quiet + 1 if self._is_idle() and not _threads_left() else 0
        mouse, self._mouse = self._mouse, QCursor.pos()
        self._alone = self._alone + 1 if self._quiet and mouse == self._mouse else 0
        if gc.isenabled():
            # Somebody has switched it on meanwhile, and so wants it.
            self._collects = True
            gc.disable()
        if self._collects:
            self._collect_young()
            self._collect_old()
        if not self._is_ours and self._quiet >= (_LONG if self._is_due else _ENDED):
            self.end()

    def _collect_young(self) -> None:
        """Collect what Python would have collected by itself since the last time."""
        young, middle, *_ = gc.get_count()
        first, second, *_ = gc.get_threshold()
        # The count falls with each object that is freed, new or old, and so says little of a large job. To list the
        # objects would be worse: a tuple that is just growing in a thread must have no other holder.
        is_large = _making.is_set() or young > first * _MANY
        _making.clear()
        if is_large and not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()
        elif first and young > first:
            gc.collect(1 if middle > second else 0)

    @property
    def _is_due(self) -> bool:
        return self._collects and sys.getallocatedblocks() - self._known > max(_DUE, self._known // 4)

    def _collect_old(self) -> None:
        """Collect everything where much is new, such as a job that took the place of another, and nobody is there."""
        if self._alone >= _ALONE and self._is_due:
            gc.collect()
            self._known = sys.getallocatedblocks()


def _threads_left() -> bool:
    """Tell whether a thread still runs that some work has started and not waited for."""
    return any(thread.name.startswith(THREADS) for thread in threading.enumerate())
