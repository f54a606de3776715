"""The engine ``local:``: a real queue on this one machine, in Tractor's order.

A job is written into a queue on disk, and a runner, one process per user, runs it: children first, siblings in
parallel on as many slots as the settings say. It goes on when whoever submitted has gone. It is no farm: nothing is
ever sent to another machine.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, List, Optional, Sequence

from farmsubmit.author.elements import Job
from farmsubmit.engines.base import (
    ACTIONS,
    ACTIVE,
    FINAL_STATES,
    PAUSED,
    READY,
    Capabilities,
    Engine,
    JobStatus,
    SpoolInfo,
    TaskStatus,
    Ticket,
    Translation,
    refuse_action,
)
from farmsubmit.engines.local.store import JOB_COLUMNS, Store, queue_folder
from farmsubmit.errors import EngineError, EngineUnreachable, SpoolError

__all__ = ["LocalEngine"]

_ANSWER_SECONDS = 30.0
_LOOK_AGAIN = 0.02
_JOBS = f"SELECT {JOB_COLUMNS} FROM job WHERE ending != 'delete' ORDER BY jid"  # noqa: S608  # constants
_TASKS = """SELECT tid, title, state, parent, progress, exit_code, started, stopped, reason FROM task
    WHERE jid = ? ORDER BY tid"""


class LocalEngine(Engine):
    """The queue of this user on this machine."""

    scheme = "local"
    capabilities = Capabilities(frozenset(ACTIONS), tasks=True, logs=True, progress=True, here=True)

    def __init__(self, location: str = "") -> None:
        super().__init__(location)
        if location:
            raise EngineError(f"local: takes nothing behind the colon, and {location!r} stands there", "write local:")

    def translate(self, job: Job) -> Translation:
        """Return the plan of a job; what one machine cannot express is counted per option.

        Raises RequiredValueError, AuthorError and JobTreeError as to_tcl does, and JobTreeError also for an Instance
        or ``refersto`` of something that is not in the job.
        """
        from farmsubmit.author.planning.planner import build_plan
        from farmsubmit.settings import load_settings

        return Translation(*build_plan(job, load_settings()["slots"]))

    def spool(self, translation: Translation, info: SpoolInfo, block: bool = False) -> Ticket:
        """Write a job into the queue and see that a runner is alive; ``block`` waits until that has taken the job.

        Raises SpoolError for a job that waits for an unknown one, or that no runner takes.
        """
        from dataclasses import replace

        from farmsubmit.engines.local.lock import ensure_runner

        plan = translation.payload
        plan = replace(plan, cwd=plan.cwd or info.spoolcwd)
        folder = queue_folder()
        with Store(folder) as store:
            _refuse_unknown(store, plan.afterjids)
            jid = store.add_job(plan, info, time.time())
            logs = folder / "logs" / str(jid)
            logs.mkdir(parents=True, exist_ok=True)
            ensure_runner(folder)
            if block and not _wait_for(store, "SELECT taken FROM job WHERE jid = ?", jid):
                raise SpoolError(f"job {jid} is in the queue, but no runner takes it", _see_log(folder))
        return Ticket(str(jid), self.url, str(logs), translation.dropped)

    def answer(self) -> str:
        """Return the version of the queue; raises EngineUnreachable for one that cannot be used."""
        from farmsubmit import __version__

        try:
            with Store(queue_folder()) as store:
                store.run("SELECT count(*) FROM job")
        except EngineError as error:
            raise EngineUnreachable(error.problem, error.hint) from None
        return f"the queue of farmsubmit {__version__}"

    def jobs(self) -> List[JobStatus]:
        """Return the jobs of the queue, the newest last."""
        with Store(queue_folder()) as store:
            counts = store.counts()
            rows = store.run(_JOBS)
        return [_job_status(row, counts.get(row["jid"], {})) for row in rows]

    def status(self, jid: str) -> JobStatus:
        """Return how a job stands, and see that somebody works on it if it is not over."""
        from farmsubmit.engines.local.lock import keep_running

        with Store(queue_folder()) as store:
            row = store.job(jid)
            status = _job_status(row, store.counts(row["jid"]).get(row["jid"], {}))
        if status.state in (READY, ACTIVE):
            keep_running(queue_folder())
        return status

    def tasks(self, jid: str) -> List[TaskStatus]:
        """Return how each task stands, in script order and grafted ones last; ``blade`` is this machine's name."""
        import socket

        with Store(queue_folder()) as store:
            rows = store.run(_TASKS, store.job(jid)["jid"])
        host = socket.gethostname()
        return [TaskStatus(**dict(row), blade=host if row["started"] else "") for row in rows]

    def commands(self, jid: str, tid: int) -> List[List[str]]:
        """Return the words of each command of a task, without its cleanup; variables of the job are put in."""
        from farmsubmit.author.planning.plan import commands_from_json

        with Store(queue_folder()) as store:
            number = store.job(jid)["jid"]
            _refuse_unknown_tasks(store, number, [tid])
            text = store.run("SELECT commands FROM task WHERE jid = ? AND tid = ?", number, tid)[0][0]
        return [command.argv for command in commands_from_json(text)[0]]

    def log(self, jid: str, tid: Optional[int] = None) -> str:
        """Return what the commands of a task wrote, or those of all tasks and then of the job itself.

        Each command has a first line with its time and words, and a last one with its exit code; both begin with ``#``.
        """
        from farmsubmit.engines.local.logs import read_logs

        with Store(queue_folder()) as store:
            number = store.job(jid)["jid"]
            _refuse_unknown_tasks(store, number, [] if tid is None else [tid])
            return read_logs(store.folder / "logs" / str(number), tid)

    def control(self, jid: str, action: str, tids: Sequence[int] = (), value: Optional[float] = None) -> None:
        """Do one of ACTIONS, and return when it has taken effect; what was killed has then ended.

        Raises EngineError with the runner's reason where it refuses.
        """
        from farmsubmit.engines.local.lock import ensure_runner

        refuse_action(action, tids, value)
        folder = queue_folder()
        with Store(folder) as store:
            number = store.job(jid)["jid"]
            _refuse_unknown_tasks(store, number, tids)
            request = store.add_request(number, action, tids, value)
            ensure_runner(folder)
            if not _wait_for(store, "SELECT answer IS NOT NULL FROM request WHERE id = ?", request):
                raise EngineError(f"the runner of the local queue did not {action} job {jid} yet", _see_log(folder))
            answer = store.take_answer(request)
        if answer:
            raise EngineError(answer)


def _wait_for(store: Store, question: str, number: int) -> bool:
    """Wait until a question to the queue is answered with yes; tell False where that takes too long."""
    end = time.monotonic() + _ANSWER_SECONDS
    while time.monotonic() < end:
        if store.run(question, number)[0][0]:
            return True
        time.sleep(_LOOK_AGAIN)
    return False


def _see_log(folder: Path) -> str:
    return f"see {folder / 'runner.log'}"


def _refuse_unknown(store: Store, jids: Sequence[int]) -> None:
    for jid in jids:
        try:
            store.job(str(jid))
        except EngineError as error:
            raise SpoolError(f"the job waits for another: {error.problem}", error.hint) from None


def _refuse_unknown_tasks(store: Store, jid: int, tids: Sequence[int]) -> None:
    last = store.run("SELECT max(tid) FROM task WHERE jid = ?", jid)[0][0]
    for tid in tids:
        if not 1 <= tid <= last or not store.run("SELECT 1 FROM task WHERE jid = ? AND tid = ?", jid, tid):
            raise EngineError(f"job {jid} has no task {tid}", f"it has 1 to {last}")


def _job_status(row: Any, counts: dict[str, int]) -> JobStatus:
    return JobStatus(
        jid=str(row["jid"]),
        title=row["title"],
        state=PAUSED if row["paused"] and row["state"] not in FINAL_STATES else row["state"],
        counts=counts,
        priority=row["priority"],
        owner=row["owner"],
        spooled=row["spooled"],
        started=row["started"],
        stopped=row["stopped"],
    )
