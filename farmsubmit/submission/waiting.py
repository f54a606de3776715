"""Waiting for a job through the engine's interface alone."""

from __future__ import annotations

import time
from typing import AbstractSet, Callable, List

from farmsubmit.engines.base import DONE, ERROR, FINAL_STATES, Engine, JobStatus
from farmsubmit.errors import EngineError, EngineUnreachable, JobFailed, SpoolError

#: Seconds until an engine has to know a job that it took.
TAKEN_SECONDS = 30.0
# Seconds between two looks: a job of this machine is looked at often; a farm manager has others to answer too.
_POLL_SECONDS, _FAR_POLL_SECONDS = 0.2, 2.0
#: How often in a row an engine may not answer before the waiting ends.
_MOST_SILENT = 30
_MOST_TASKS, _LOG_LINES = 5, 12


def wait_until_taken(engine: Engine, jid: str) -> None:
    """Wait until an engine knows a job that it was sent; what an engine does not tell is not waited for.

    An engine of this machine, and one that waits by itself, has taken the job by then and answers at once. Raises
    SpoolError with the engine's own words where it does not know the job after half a minute, and EngineUnreachable.
    Source of ``block``: the author API document, "Spooling a Job": the submission is processed, the job has not run.
    """
    if not engine.capabilities.tasks:
        return
    end = time.monotonic() + TAKEN_SECONDS
    while True:
        try:
            engine.status(jid)
        except EngineError as error:
            if time.monotonic() < end:
                time.sleep(_pause(engine))
                continue
            if isinstance(error, EngineUnreachable):
                raise
            raise SpoolError(f"{engine.url} took job {jid} and does not know it: {error.problem}", error.hint) from None
        return


def wait_until_over(engine: Engine, jid: str) -> JobStatus:
    """Wait until a job has run, and return how it stands then; a paused one is waited for too.

    Raises JobFailed with the failed tasks and the end of the first one's log where it is not done at the end, and
    EngineError where the engine does not tell how jobs stand, or is silent for long.
    """
    status = wait_for_state(engine, jid, FINAL_STATES)
    if status.state != DONE:
        raise JobFailed(_diagnostics(engine, status))
    return status


def wait_for_state(
    engine: Engine, jid: str, states: AbstractSet[str], tell: Callable[[JobStatus, bool], None] = lambda *_: None
) -> JobStatus:
    """Wait until a job is in one of these states, and return how it stands then.

    ``tell`` is called at each look with how it stands and whether that is the last time. Raises EngineUnreachable where
    the engine is silent for long, and EngineError where it does not tell how jobs stand.
    """
    silent = 0
    while True:
        try:
            status = engine.status(jid)
        except EngineUnreachable:
            silent += 1
            if silent > _MOST_SILENT:
                raise
        else:
            silent = 0
            tell(status, status.state in states)
            if status.state in states:
                return status
        time.sleep(_pause(engine))


def _pause(engine: Engine) -> float:
    return _POLL_SECONDS if engine.capabilities.here else _FAR_POLL_SECONDS


def _diagnostics(engine: Engine, status: JobStatus) -> str:
    """Return why a job did not succeed, as far as the engine tells."""
    head = f"job {status.jid} of {engine.url} is {'in error' if status.state == ERROR else status.state}"
    try:
        failed = [task for task in engine.tasks(status.jid) if task.state == ERROR] if engine.capabilities.tasks else []
        names = [f"{task.title} ({task.reason or f'exit code {task.exit_code}'})" for task in failed[:_MOST_TASKS]]
        more = [f"and {len(failed) - _MOST_TASKS} more"] if len(failed) > _MOST_TASKS else []
        tail: List[str] = []
        if failed and engine.capabilities.logs:
            tail = engine.log(status.jid, failed[0].tid).splitlines()[-_LOG_LINES:]
    except EngineError as error:
        return f"{head}, and why it does not tell: {error}"
    text = f"{head}: failed: {', '.join([*names, *more])}" if names else head
    return "\n  ".join([text, *tail])
