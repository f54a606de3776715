"""Work beside the event loop: a pool of threads, and answers that arrive where the widgets live.

    handle = run(read_scene, path, done=self._show, failed=self._tell, owner=self)
    handle.cancel()                       # the answer is dropped, however late it comes

All callbacks run in the GUI thread. A function that takes long can be told to stop (``cancellable``) and can tell how
far it is (``progress``). ``shutdown`` joins all threads; work after it starts a new pool.

What is only to be done later, or now and then, needs no thread: ``once`` and ``every`` return timers for it.

The window comes first: work that asks whether to stop waits there while the window is painted or takes an answer
(``held``). Each call into Qt lets the interpreter go, and beside a busy thread a window has to wait for it a thousand
times before it is painted.

No thread frees objects of Qt: garbage is collected between events of the GUI thread as long as anything works, and a
function and its arguments are let go there.
"""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import Any, Callable, Iterator, List, Optional, Set, Tuple

from qtpy.compat import isalive
from qtpy.QtCore import QObject, QRunnable, Qt, QThreadPool, QTimer, Signal

from farmsubmit.errors import FarmsubmitError
from farmsubmit_ui.caretaker import Caretaker, making

Done = Callable[[Any], None]
Failed = Callable[[str], None]

_log = logging.getLogger("farmsubmit.ui")
# Half of them may wait for an engine that does not answer, and the dialog still reads and builds.
_THREADS = 8
# However long the window takes, work goes on after so many seconds.
_HELD = 0.1
_free = threading.Event()
_free.set()


class Handle:
    """A piece of work that was started; ``running`` until its answer has arrived or was dropped."""

    def __init__(self, done: Optional[Done], failed: Optional[Failed], owner: Optional[QObject]) -> None:
        self.running = True
        self._done = done
        self._failed = failed
        self._owner = owner
        self._is_dropped = False
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Drop the answer; nothing is called any more, and the function is told if it asks."""
        self._is_dropped = True
        self.stop()
        self._end()

    def stop(self) -> None:
        """Tell the function to stop, if it asks; an answer arrives all the same."""
        self._stop.set()

    def is_cancelled(self) -> bool:
        """Tell whether the answer is not wanted any more."""
        return self._stop.is_set()

    def ask(self) -> bool:
        """Tell the work whether to stop; it waits here while the window comes first."""
        making()
        if not self._stop.is_set():
            _free.wait(_HELD)
        return self._stop.is_set()

    def _answer(self, value: Any, error: str) -> None:
        """Hand the answer over, in the GUI thread."""
        done, failed = self._done, self._failed
        if not self._is_wanted():
            self._end()
            return
        self._end()
        if error and failed is not None:
            failed(error)
        if not error and done is not None:
            done(value)

    def _tell(self, callback: Callable[..., None], values: Any) -> None:
        if self.running and self._is_wanted():
            callback(*values)

    def _is_wanted(self) -> bool:
        return not self._is_dropped and (self._owner is None or bool(isalive(self._owner)))

    def _end(self) -> None:
        # Callbacks hold widgets; a handle that is kept must not keep them.
        self.running = False
        self._done = self._failed = self._owner = None


def run(
    function: Callable[..., Any],
    *args: Any,
    done: Optional[Done] = None,
    failed: Optional[Failed] = None,
    owner: Optional[QObject] = None,
    progress: Optional[Callable[..., None]] = None,
    cancellable: bool = False,
) -> Handle:
    """Call a function in a thread, and ``done`` with what it returns, or ``failed`` with a sentence that says why not.

    The answer is dropped once ``owner`` is gone or the handle is cancelled. With ``progress`` the function gets the
    argument ``report``, a callable whose values arrive there; with ``cancellable`` the argument ``cancelled``, a
    callable that tells whether to stop. Call it from the GUI thread.
    """
    handle = Handle(done, failed, owner)
    extra: dict[str, Any] = {}
    if progress is not None:
        told: Callable[..., None] = progress
        extra["report"] = lambda *values: _room.post(lambda: handle._tell(told, values))
    if cancellable:
        extra["cancelled"] = handle.ask
    _room.start(_Work(handle, lambda: function(*args, **extra), _name_of(function)))
    return handle


@contextmanager
def held() -> Iterator[None]:
    """Let the window come first: work waits where it asks whether to stop, but for 0.1 s each time at most."""
    _free.clear()
    try:
        yield
    finally:
        _free.set()


def once(owner: QObject, milliseconds: int, function: Callable[[], Any]) -> QTimer:
    """Return a timer that calls a function once, so long after it was started last; it is not started yet."""
    timer = every(owner, milliseconds, function)
    timer.setSingleShot(True)
    return timer


def every(owner: QObject, milliseconds: int, function: Callable[[], Any]) -> QTimer:
    """Return a timer that calls a function again and again; it is not started yet."""
    timer = QTimer(owner)
    timer.setInterval(milliseconds)
    timer.timeout.connect(function)
    return timer


def shutdown() -> None:
    """Drop what was not answered yet, and wait until no thread is left."""
    _room.close()


def calm() -> None:
    """Keep the collector away for the next moments, in which widgets of ours are freed."""
    _room.calm()


def active() -> int:
    """Return how many pieces of work run or wait, or have an answer under way."""
    return len(_room.works)


class Latest:
    """Work of which only the newest counts: one at a time, and what was asked meanwhile waits for its end.

    Whoever asks again drops the answer that is under way, whose function is told if it asks, and all that wait but the
    last.
    """

    def __init__(self, owner: QObject) -> None:
        self._owner = owner
        self._handle: Optional[Handle] = None
        self._waiting: Optional[Callable[[], None]] = None
        self._is_stale = False

    @property
    def running(self) -> bool:
        """Whether an answer is still wanted."""
        return self._waiting is not None or (self._handle is not None and not self._is_stale)

    def run(
        self, function: Callable[..., Any], *args: Any, done: Done, failed: Failed, cancellable: bool = False
    ) -> None:
        """Run a function as the newest one; see worker.run."""

        def start() -> None:
            self._is_stale = False
            self._handle = run(
                function,
                *args,
                done=lambda value: self._arrived(lambda: done(value)),
                failed=lambda text: self._arrived(lambda: failed(text)),
                owner=self._owner,
                cancellable=cancellable,
            )

        if self._handle is None:
            start()
        else:
            self._leave()
            self._waiting = start

    def cancel(self) -> None:
        """Drop the answer that is under way, and what waits."""
        self._waiting = None
        self._leave()

    def _leave(self) -> None:
        self._is_stale = True
        if self._handle is not None:
            self._handle.stop()

    def _arrived(self, tell: Callable[[], None]) -> None:
        self._handle = None
        start, self._waiting = self._waiting, None
        is_stale, self._is_stale = self._is_stale, False
        if start is not None:
            start()
        elif not is_stale:
            tell()


class _Work(QRunnable):
    """One call in a thread of the pool."""

    def __init__(self, handle: Handle, call: Callable[[], Any], name: str) -> None:
        super().__init__()
        self.handle = handle
        self._call: Optional[Callable[[], Any]] = call
        self._name = name

    def run(self) -> None:
        """Call, and send the answer home; runs in the thread."""
        value, error = (None, "") if self.handle.is_cancelled() else self._called()
        _room.post(lambda: _room.finish(self, value, error))

    def let_go(self) -> None:
        """Forget the function and its arguments, in the GUI thread: widgets may be among them.

        PySide's pool holds on to the work itself for good.
        """
        self._call = None

    def _called(self) -> Tuple[Any, str]:
        if self._call is None:
            return None, ""
        try:
            return self._call(), ""
        except FarmsubmitError as error:
            return None, str(error)
        except Exception as error:
            _log.exception("something went wrong in %s", self._name)
            return None, f"Something went wrong in {self._name}: {type(error).__name__}: {error}. The log says more."


def _name_of(function: Callable[..., Any]) -> str:
    return str(getattr(function, "__name__", type(function).__name__)).strip("_").replace("_", " ")


class _Courier(QObject):
    """Lives in the GUI thread and calls there what other threads post."""

    posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.posted.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def _call(self, function: Callable[[], None]) -> None:
        with held():
            function()


class _Room:
    """The pool, the courier, and the works under way, whose Python half must live until their answer has arrived."""

    def __init__(self) -> None:
        self.works: Set[_Work] = set()
        self._pool: Optional[QThreadPool] = None
        self._courier: Optional[_Courier] = None
        self._caretaker: Optional[Caretaker] = None

    def start(self, work: _Work) -> None:
        if self._pool is None:
            self._pool = QThreadPool()
            self._pool.setMaxThreadCount(_THREADS)
            self._courier = _Courier()
        self.works.add(work)
        self.calm()
        self._pool.start(work)

    def calm(self) -> None:
        if self._caretaker is None:
            self._caretaker = Caretaker(lambda: not self.works)
        self._caretaker.begin()

    def post(self, function: Callable[[], None]) -> None:
        courier = self._courier
        if courier is not None:
            courier.posted.emit(function)

    def finish(self, work: _Work, value: Any, error: str) -> None:
        self.works.discard(work)
        work.let_go()
        work.handle._answer(value, error)

    def close(self) -> None:
        works: List[_Work] = list(self.works)
        for work in works:
            work.handle.cancel()
        if self._pool is not None:
            self._pool.clear()
            self._pool.waitForDone()
        for work in works:
            work.let_go()
        self.works.clear()
        # The collector comes back when these are gone, lest it runs in the middle of their destructors.
        self._pool = self._courier = None
        if self._caretaker is not None:
            self._caretaker.end()


_room = _Room()
