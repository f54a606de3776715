"""The runner: takes jobs and requests from the queue on disk and runs them until nothing is left to do."""

from __future__ import annotations

import os
import shutil
import socket
import time
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Optional, Set

from farmsubmit import files
from farmsubmit.engines.base import BLOCKED, DONE, KILLED, READY
from farmsubmit.engines.local.control import carry_out
from farmsubmit.engines.local.filters import Filters
from farmsubmit.engines.local.jobrun import JobRun
from farmsubmit.engines.local.launch import Blade
from farmsubmit.engines.local.lock import RunnerLock
from farmsubmit.engines.local.machine import Machine
from farmsubmit.engines.local.process import Running
from farmsubmit.engines.local.store import Journal, Store, queue_folder
from farmsubmit.settings import load_settings

TICK = 0.1
# How long nothing new starts after a status filter said no.
ASK_AGAIN = 5.0
PID_FILE = "runner.pid"
_OPEN_JOBS = "SELECT jid FROM job WHERE state NOT IN ('done', 'error', 'killed') OR ending != ''"
_ENDED = "UPDATE job SET state = ?, stopped = ?, ending = '' WHERE jid = ?"
_ENDING = "UPDATE job SET ending = ? WHERE jid = ?"
_REOPENED = "UPDATE job SET state = ?, stopped = NULL, ending = '' WHERE jid = ?"


def run_until_idle(folder: Optional[Path] = None) -> bool:
    """Run the queue in this process until nothing is left to do; tell False where another runner does it already.

    Jobs that are paused, wait for a job that is not done, or are in error do not count as something to do; one that
    waits for a time does. Raises EngineError for a queue that cannot be used, SettingsError for wrong settings.
    """
    folder = folder or queue_folder()
    settings = load_settings()
    lock = RunnerLock(folder)
    while lock.acquire(timeout=1.0):
        try:
            files.write_atomic(folder / PID_FILE, f"{os.getpid()}\n", private=True)
            with Store(folder, durable=False) as store:
                Runner(store, settings["slots"], settings["zone"]).run()
        finally:
            (folder / PID_FILE).unlink(missing_ok=True)
            lock.release()
        with Store(folder, durable=False) as store:
            if not store.has_news():
                return True
    return False


class _Stop(NamedTuple):
    """Commands that were told to end, and what to do when they have."""

    commands: Set[Running]
    then: Callable[[], None]


class Runner:
    """Runs what the queue holds on so many slots."""

    def __init__(self, store: Store, slots: int, zone: str) -> None:
        self.store = store
        self.journal = Journal(store)
        blade = Blade(socket.gethostname(), zone, store.folder / "logs")
        self.machine = Machine(slots, blade, self.journal, Filters(store.folder))
        self.jobs: Dict[int, JobRun] = {}
        self._seen_version = -1
        self._last_request = 0
        self._stops: List[_Stop] = []
        self._touched: Set[int] = set()
        self._ask_at = 0.0
        self._refused = False

    def run(self) -> None:
        """Run until nothing is left to do. On any exception all commands are ended and their tasks made ready again."""
        try:
            # Answers that nobody fetched; who asked a moment ago may be about to.
            self.journal.note("DELETE FROM request WHERE answer IS NOT NULL AND asked < ?", time.time() - 3600)
            for row in self.store.run(_OPEN_JOBS):
                self._take(row["jid"])
            while self._turn():
                self.machine.wait(TICK)
        except BaseException:
            self._abandon()
            raise

    def _turn(self) -> bool:
        """Do all that can be done now; tell whether to wait for more."""
        self._look()
        self._gather()
        self._start_tasks()
        # What ended at once may have set other tasks and jobs free.
        while self._touched or self.machine.over:
            self._gather()
            self._start_tasks()
        self.journal.flush()
        now = time.time()
        waits = self._refused or any(job.timed(now) for job in self.jobs.values())
        return self.machine.busy or bool(self._stops) or waits

    # --- news

    def _look(self) -> None:
        """Take new jobs and carry out requests, where another process wrote any since the last look."""
        version = self.store.run("PRAGMA data_version")[0][0]
        if version == self._seen_version:
            return
        self._seen_version = version
        for row in self.store.run("SELECT jid FROM job WHERE taken = 0"):
            self._take(row["jid"])
        # A kill is answered only when it has taken effect: it must not be carried out again until then.
        asked = "SELECT * FROM request WHERE answer IS NULL AND id > ? ORDER BY id"
        for row in self.store.run(asked, self._last_request):
            # A request may need to see in the queue what was decided just before.
            self.journal.flush()
            self._last_request = row["id"]
            carry_out(self, row)

    def _take(self, jid: int) -> None:
        if jid in self.jobs:
            return
        job = JobRun(self.store, self.journal, jid)
        self.journal.note("UPDATE job SET taken = 1 WHERE jid = ?", jid)
        self._admit(job)
        if job.ending:
            self.end_job(job, job.ending)
        elif job.held(time.time()):
            job.be(BLOCKED)

    def _admit(self, job: JobRun) -> None:
        jobs = [*self.jobs.values(), job]
        self.jobs = {each.jid: each for each in sorted(jobs, key=_turn_order)}
        self.touch(job)

    def reorder(self) -> None:
        """Sort the jobs again, after one got another priority."""
        self.jobs = {job.jid: job for job in sorted(self.jobs.values(), key=_turn_order)}

    def reopen(self, job: JobRun) -> None:
        """Take a job that was over back into the queue."""
        job.state = READY
        self.journal.note(_REOPENED, READY, job.jid)
        self._admit(job)

    def touch(self, job: JobRun) -> None:
        """Look at the end of this turn whether a job is over."""
        self._touched.add(job.jid)

    # --- tasks

    def _start_tasks(self) -> None:
        """Start tasks while slots last: jobs by priority, their tasks in script order.

        A task that wants more slots than are free keeps the others waiting, or it would never get them.
        """
        self._refused = False
        if not self.machine.start_queued():
            return
        now = time.time()
        for job in self.jobs.values():
            if job.runnable(now) and not self._start_tasks_of(job):
                return

    def _start_tasks_of(self, job: JobRun) -> bool:
        """Start what a job may; tell whether slots are left for another."""
        if job.state == BLOCKED:
            job.be(READY)
        while not job.full:
            unit = job.head()
            if unit is None:
                self._touch_if_still(job)
                break
            if self.machine.needed(unit) > self.machine.free or not self._admitted():
                return False
            job.begin(unit)
            self.machine.add(unit)
            if not self.machine.start_queued():
                return False
            self._gather_units()
        return True

    def _admitted(self) -> bool:
        """Tell whether a new task may start now, going by the status filters; after a no they are not asked at once."""
        if time.monotonic() >= self._ask_at:
            if self.machine.admits():
                return True
            self._ask_at = time.monotonic() + ASK_AGAIN
        self._refused = True
        return False

    def _touch_if_still(self, job: JobRun) -> None:
        """See to the end of a job of which nothing runs; one that was held until now may have nothing to run."""
        if not (job.units or job.own):
            self.touch(job)

    def _gather_units(self) -> None:
        while self.machine.over:
            unit = self.machine.over.pop()
            unit.job.forget(unit)
            self.touch(unit.job)

    def _gather(self) -> None:
        """Take what has ended: units, stopped commands, jobs."""
        for stop in [stop for stop in self._stops if not self.machine.is_running(stop.commands)]:
            self._stops.remove(stop)
            stop.then()
        while self._touched or self.machine.over:
            self._gather_units()
            job = self.jobs.get(self._touched.pop())
            if job is not None:
                self._close(job)

    # --- ends

    def stop_then(self, commands: Set[Running], then: Callable[[], None]) -> None:
        """Call ``then`` when these commands have ended."""
        self._stops.append(_Stop(commands, then))

    def end_job(self, job: JobRun, ending: str, then: Callable[[], None] = lambda: None) -> None:
        """Kill or delete a job: end its commands, call ``then``, and run the cleanup that is due."""
        job.ending = ending
        if job.closing != KILLED:
            job.closing = ""
        self.journal.note(_ENDING, ending, job.jid)
        units = [*job.units.values(), *([job.own] if job.own else [])]

        def stopped() -> None:
            job.state = KILLED
            self.journal.note("UPDATE job SET state = ?, stopped = ? WHERE jid = ?", KILLED, time.time(), job.jid)
            self.touch(job)
            then()

        self.stop_then(self.machine.stop(units, "killed"), stopped)

    def _close(self, job: JobRun) -> None:
        """Bring a job to its end, one step: nothing of it may run any more, then its last commands, then its state."""
        if job.units or job.own or (job.ending and job.state != KILLED):
            return
        if job.closing:
            self._over(job)
        elif job.ending:
            self._begin_end(job, KILLED)
        elif job.runnable(time.time()) and job.head() is None:
            self._begin_end(job, job.outcome)

    def _begin_end(self, job: JobRun, state: str) -> None:
        job.closing = state
        unit = job.last_unit()
        if unit.step is not None and state != KILLED:
            job.be_active()
        self.machine.add(unit)
        self.machine.start_queued()

    def _over(self, job: JobRun) -> None:
        del self.jobs[job.jid]
        if job.ending == "delete":
            self.delete(job.jid)
            return
        self.journal.note(_ENDED, job.closing, time.time(), job.jid)
        if job.closing == DONE:
            for other in self.jobs.values():
                other.waits.discard(job.jid)
                self.touch(other)

    def delete(self, jid: int) -> None:
        """Remove a job that is over, with its logs."""
        self.journal.note("DELETE FROM task WHERE jid = ?", jid)
        self.journal.note("DELETE FROM graft WHERE jid = ?", jid)
        self.journal.note("DELETE FROM job WHERE jid = ?", jid)
        shutil.rmtree(self.store.folder / "logs" / str(jid), ignore_errors=True)

    def _abandon(self) -> None:
        """End all commands and make their tasks ready for the next runner."""
        self.machine.end_all()
        for job in self.jobs.values():
            job.put_back()
        self.journal.flush()


def _turn_order(job: JobRun) -> tuple[float, int]:
    return -job.priority, job.jid
