"""Following a job at any engine: asked in the background again and again, later and later where nobody answers."""

from __future__ import annotations

import time
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from qtpy.QtCore import QObject, QTimer, Signal

from farmsubmit.author.elements import Job, Task
from farmsubmit.author.tree import walk
from farmsubmit.engines.base import ACTIVE, DONE, FINAL_STATES, SKIPPED, Capabilities, JobStatus, TaskStatus, Ticket
from farmsubmit.engines.registry import engine_for
from farmsubmit.errors import EngineError, FarmsubmitError
from farmsubmit_ui import worker

_FIRST, _LONGEST = 1.0, 30.0
#: A job that is over may still be tried again from elsewhere.
_OVER = 10.0
#: Looking takes at most so much of the time, however large the job is.
_SHARE = 5.0
_SILENT = 5.0
#: More of a log than this is not shown; its end is what matters.
MOST_LOG = 400_000
_FEWEST_DONE = 3


class Look(NamedTuple):
    """What an engine told at one look: what it cannot tell is None, and ``problem`` says why it told nothing."""

    status: Optional[JobStatus] = None
    tasks: Optional[List[TaskStatus]] = None
    tid: Optional[int] = None
    log: Optional[str] = None
    is_same_job: bool = False
    problem: str = ""
    seconds: float = 0.0
    capabilities: Capabilities = Capabilities()


class JobWatch(QObject):
    """Follows one job; ``changed`` comes after each look, ``aged`` each second, ``log_changed`` with another log.

    ``status``, ``tasks`` by tid, ``log`` of the task ``tid`` (once ``is_log_read``), ``capabilities``, and ``problem``:
    why there is no answer, empty where there is one. ``job`` is the job in memory, where its tasks are the engine's.
    """

    changed = Signal()
    aged = Signal()
    log_changed = Signal()
    refused = Signal(str)

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._handle: Optional[worker.Handle] = None
        self._acting: Optional[worker.Handle] = None
        self._orders: List[Tuple[Ticket, str, Tuple[int, ...], Optional[float]]] = []
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self.look)
        self._clock = worker.every(self, 1000, self._age)
        self.ticket: Optional[Ticket] = None
        self.job: Optional[Job] = None
        self.status: Optional[JobStatus] = None
        self.tasks: Dict[int, TaskStatus] = {}
        self.tid: Optional[int] = None
        self._forget(None)

    def start(self, ticket: Ticket, job: Optional[Job] = None) -> None:
        """Follow the job of a ticket from now on; ``job`` is what was sent, where it is in memory."""
        self.stop()
        self._forget(job)
        self.ticket = ticket
        self._clock.start()
        self.changed.emit()
        self.look()

    def stop(self) -> None:
        """Follow nothing any more; what is known stays."""
        self._next.stop()
        self._clock.stop()
        if self._handle is not None:
            self._handle.cancel()

    def select(self, tid: Optional[int]) -> None:
        """Read the log of another task, None for none."""
        if tid == self.tid:
            return
        self.tid = tid
        self.log = ""
        self.is_log_read = False
        self.log_changed.emit()
        self.look()

    def look(self) -> None:
        """Ask now; an answer that is under way is waited for."""
        if self.ticket is None or (self._handle is not None and self._handle.running):
            self._is_asked_again = True
            return
        self._is_asked_again = False
        self._asked = time.monotonic()
        known = self._sent if self.job is None else None
        self._handle = worker.run(
            look_at,
            *(self.ticket, self.tid, known),
            done=self._take,
            failed=lambda text: self._take(Look(problem=text)),
            owner=self,
        )

    def act(self, action: str, tids: Sequence[int] = (), value: Optional[float] = None) -> None:
        """Ask the engine for one of its actions on the job or some of its tasks; one is done after another."""
        if self.ticket is not None:
            self._orders.append((self.ticket, action, tuple(tids), value))
            self._carry_out()

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.status is not None and self.status.state in FINAL_STATES

    def age(self) -> Optional[float]:
        """Return how many seconds ago the engine answered, None where it never did."""
        return time.monotonic() - self._answered if self._answered else None

    def tids_in(self, *states: str) -> List[int]:
        """Return the tasks that are in one of some states."""
        return [tid for tid, task in self.tasks.items() if task.state in states]

    # --- private

    def _forget(self, job: Optional[Job]) -> None:
        """Forget all that an engine told; ``job`` is what was sent."""
        self.job = self.status = self.tid = None
        self.tasks = {}
        self.capabilities = Capabilities()
        self.log = self.problem = ""
        self.is_log_read = False
        self._sent = job
        self._wait = _FIRST
        self._asked = self._answered = 0.0
        self._is_asked_again = False

    def _take(self, look: Look) -> None:
        self.problem = look.problem
        if look.problem:
            self._wait = min(self._wait * 2, _LONGEST)
        else:
            self._take_answer(look)
            self._wait = max(_OVER if self.is_over else _FIRST, look.seconds * _SHARE)
        self._next.start(0 if self._is_asked_again else int(self._wait * 1000))
        self.changed.emit()

    def _take_answer(self, look: Look) -> None:
        self._answered = time.monotonic()
        self.capabilities = look.capabilities
        self.status = look.status
        self.tasks = {task.tid: task for task in look.tasks or ()}
        if look.is_same_job:
            self.job = self._sent
        if look.tid != self.tid or look.log is None:
            return
        is_news = look.log != self.log or not self.is_log_read
        self.log, self.is_log_read = look.log, True
        if is_news:
            self.log_changed.emit()

    def _carry_out(self) -> None:
        if self._orders and not (self._acting is not None and self._acting.running):
            order = self._orders.pop(0)
            self._acting = worker.run(_control, *order, done=self._acted, failed=self._not_acted, owner=self)

    def _acted(self, _: Any) -> None:
        self._carry_out()
        self.look()

    def _not_acted(self, sentence: str) -> None:
        self.refused.emit(sentence)
        self._acted(None)

    def _age(self) -> None:
        waited = time.monotonic() - self._asked
        if self._handle is not None and self._handle.running and waited > _SILENT:
            self.problem = self.tr("the engine has not answered for {0} s").format(int(waited))
        self.aged.emit()


def look_at(ticket: Ticket, tid: Optional[int], sent: Optional[Job] = None) -> Look:
    """Return how a job stands, as far as its engine tells; runs in a worker.

    ``tid`` is the task whose log is wanted. ``sent`` is compared with what the engine has. Raises nothing that an
    engine raises.
    """
    started = time.monotonic()
    try:
        engine = engine_for(ticket.engine)
    except EngineError as error:
        return Look(problem=str(error))
    can = engine.capabilities
    try:
        status = engine.status(ticket.jid)
        tasks = engine.tasks(ticket.jid) if can.tasks else None
        log = engine.log(ticket.jid, tid)[-MOST_LOG:] if can.logs and tid is not None else None
    except FarmsubmitError as error:
        return Look(problem=str(error), capabilities=can)
    is_same = sent is not None and tasks is not None and is_job_of(sent, tasks)
    return Look(status, tasks, tid, log, is_same, "", time.monotonic() - started, can)


def is_job_of(job: Job, tasks: Sequence[TaskStatus]) -> bool:
    """Tell whether the tasks of a job are those that an engine tells of, in script order and counted from 1."""
    told = iter(tasks)
    number = 0
    try:
        for element, _, is_out in walk(job):
            if is_out or not isinstance(element, Task):
                continue
            number += 1
            status = next(told, None)
            if status is None or status.tid != number or status.title != element.title:
                return False
    except FarmsubmitError:
        return False
    return next(told, None) is None


def time_left(tasks: Sequence[TaskStatus], now: float) -> Optional[float]:
    """Return the seconds that the rest takes if it goes on as it did, None as long as too few tasks have finished.

    Tasks that took no time, such as groups, say nothing. Reckoned with as many at a time as are active now.
    """
    took = sorted(
        task.stopped - task.started
        for task in tasks
        if task.state == DONE and task.started is not None and task.stopped is not None and task.stopped > task.started
    )
    active = [task for task in tasks if task.state == ACTIVE and task.started is not None]
    if len(took) < _FEWEST_DONE or not active:
        return None
    usual = took[len(took) // 2]
    waiting = sum(1 for task in tasks if task.state not in (DONE, SKIPPED, ACTIVE) and task.state not in FINAL_STATES)
    rest = sum(max(usual - (now - (task.started or now)), 0.0) for task in active)
    return float((rest + waiting * usual) / len(active))


def _control(ticket: Ticket, action: str, tids: Sequence[int], value: Optional[float]) -> Any:
    return engine_for(ticket.engine).control(ticket.jid, action, tids, value)
