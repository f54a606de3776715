"""What users ask of jobs and tasks, carried out by the runner, which alone knows how they stand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable

from farmsubmit.engines.base import ACTIVE, DONE, ERROR, FINAL_STATES, KILLED, SKIPPED
from farmsubmit.engines.local.again import what_runs_again
from farmsubmit.engines.local.jobrun import JobRun
from farmsubmit.errors import EngineError, NoSuchJob

if TYPE_CHECKING:
    from farmsubmit.engines.local.runner import Runner

_RETRIED = frozenset({DONE, ERROR, SKIPPED})


def carry_out(runner: Runner, row: Any) -> None:
    """Carry out one request; its answer, empty or the reason why not, is written when it has taken effect."""
    request = _Request(runner, row)
    try:
        request.carry_out()
    except EngineError as error:
        request.answer(str(error))


class _Request:
    def __init__(self, runner: Runner, row: Any) -> None:
        self.runner = runner
        self.id, self.jid, self.action, self.value = row["id"], row["jid"], row["action"], row["value"]
        self.tids = [int(tid) for tid in row["tids"].split(",") if tid]

    def answer(self, text: str = "") -> None:
        self.runner.journal.note("UPDATE request SET answer = ? WHERE id = ?", text, self.id)

    def carry_out(self) -> None:
        job = self.runner.jobs.get(self.jid)
        if job is None:
            if not self.runner.store.run("SELECT 1 FROM job WHERE jid = ?", self.jid):
                raise NoSuchJob(f"there is no job {self.jid} here")
            job = JobRun(self.runner.store, self.runner.journal, self.jid)
        for tid in self.tids:
            if not job.has(tid):
                raise EngineError(f"job {self.jid} has no task {tid} any more")
        actions: Dict[str, Callable[[JobRun], None]] = {
            "pause": partial(self._pause, paused=True),
            "resume": partial(self._pause, paused=False),
            "retry": self._retry,
            "skip": self._skip,
            "kill": self._kill_tasks if self.tids else self._kill,
            "delete": self._delete,
            "priority": self._priority,
        }
        actions[self.action](job)

    def _in_queue(self, job: JobRun) -> bool:
        return job.jid in self.runner.jobs

    def _refuse_if_over(self, job: JobRun, hint: str = "") -> None:
        if job.ending or job.state in FINAL_STATES:
            raise EngineError(f"job {job.jid} is over: it is {KILLED if job.ending else job.state}", hint)

    def _refuse_while_ending(self, job: JobRun) -> None:
        if job.closing or job.ending:
            raise EngineError(f"job {job.jid} is running its last commands", "try again when they are over")

    def _pause(self, job: JobRun, paused: bool) -> None:
        self._refuse_if_over(job, "retry it")
        job.paused = paused
        self.runner.journal.note("UPDATE job SET paused = ? WHERE jid = ?", paused, job.jid)
        self.runner.touch(job)
        self.answer()

    def _priority(self, job: JobRun) -> None:
        job.priority = float(self.value)
        self.runner.journal.note("UPDATE job SET priority = ? WHERE jid = ?", self.value, job.jid)
        self.runner.reorder()
        self.answer()

    def _retry(self, job: JobRun) -> None:
        self._refuse_while_ending(job)
        tids = self.tids or [tid for tid, state in enumerate(job.states) if state == ERROR]
        if not tids and job.state != KILLED:
            raise EngineError(f"no task of job {job.jid} is in error", "name the tasks to run again")
        for tid in self.tids:
            if job.states[tid] not in _RETRIED and tid not in job.spent:
                raise EngineError(f"task {tid} of job {job.jid} is {job.states[tid]}", "only an ended task runs again")
        again = what_runs_again(job, tids)
        self._refuse_active(job, again.touched)
        job.retry(again)
        self._go_on(job)

    def _refuse_active(self, job: JobRun, tids: Iterable[int]) -> None:
        for tid in job.units:
            if tid in tids:
                problem = f"task {tid} of job {job.jid} still runs"
                raise EngineError(problem, "kill it first, or wait until its cleanup is over")

    def _skip(self, job: JobRun) -> None:
        self._refuse_while_ending(job)
        if job.state == KILLED:
            raise EngineError(f"job {job.jid} was killed", "retry it first")
        if not self.tids:
            raise EngineError("skip needs tasks to skip", "name them")
        self._refuse_active(job, self.tids)
        job.skip(self.tids)
        self._go_on(job)

    def _go_on(self, job: JobRun) -> None:
        """Let a job run whose tasks have changed, also one that was over."""
        if self._in_queue(job):
            self.runner.touch(job)
        else:
            self.runner.reopen(job)
        self.answer()

    def _kill(self, job: JobRun) -> None:
        if not self._in_queue(job) and job.state in (DONE, KILLED):
            self._refuse_if_over(job)
        self._admitted(job)
        self.runner.end_job(job, job.ending or "kill", self.answer)

    def _kill_tasks(self, job: JobRun) -> None:
        units = [job.units[tid] for tid in self.tids if tid in job.units and job.states[tid] == ACTIVE]
        if not units:
            named = ", ".join(f"task {tid} is {job.states[tid]}" for tid in self.tids[:10])
            raise EngineError(f"nothing to kill in job {job.jid}: {named}")
        self.runner.stop_then(self.runner.machine.stop(units, "killed"), self.answer)

    def _delete(self, job: JobRun) -> None:
        for other in self.runner.jobs.values():
            if job.jid in other.waits:
                raise EngineError(f"job {other.jid} waits for job {job.jid} to be done", "delete that one first")
        if self._in_queue(job) or job.state == ERROR:
            self._admitted(job)
            self.runner.end_job(job, "delete", self.answer)
        else:
            self.runner.delete(job.jid)
            self.answer()

    def _admitted(self, job: JobRun) -> None:
        if not self._in_queue(job):
            self.runner.reopen(job)
