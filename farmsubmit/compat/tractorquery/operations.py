"""What can be done to jobs and tasks, each through ``Engine.control``.

The public pages describe these operations in words; the names of the functions are those that users of the API write,
and were not checked against a page. What is meant is a row, a list of rows, or a search clause.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple

from farmsubmit.compat.tractorquery.errors import TractorQueryError
from farmsubmit.compat.tractorquery.gathering import Walk
from farmsubmit.engines.base import ERROR, Engine


class Operation(NamedTuple):
    """An operation: what it takes (``jobs`` or ``tasks``), the action of engines, and what it does in words."""

    takes: str
    action: str
    help: str
    #: Whether the tasks in error of each job are named to the engine.
    of_errors: bool = False


OPERATIONS: Dict[str, Operation] = {
    "pause": Operation("jobs", "pause", "start no more tasks of jobs"),
    "unpause": Operation("jobs", "resume", "go on with paused jobs"),
    "interrupt": Operation("jobs", "kill", "stop jobs and what they run"),
    "delete": Operation("jobs", "delete", "take jobs away"),
    "retryerrors": Operation("jobs", "retry", "run the failed tasks of jobs again", True),
    "skiperrors": Operation("jobs", "skip", "take the failed tasks of jobs for done", True),
    "chpri": Operation("jobs", "priority", "give jobs another priority"),
    "retry": Operation("tasks", "retry", "run tasks again"),
    "skip": Operation("tasks", "skip", "take tasks for done"),
    "kill": Operation("tasks", "kill", "stop tasks"),
}

#: Described in public documents, and nothing that the engines' interface has; with what helps instead.
IMPOSSIBLE: Dict[str, str] = {
    "cattr": "send the job again with other commands",
    "chcrews": "send the job again with other crews",
    "delay": "pause the job, or send it again with another time",
    "delist": "ask the engine's administrator",
    "eject": "kill the tasks, then retry them",
    "nimby": "ask the engine's administrator",
    "restart": "retry the tasks, or send the job again with farmsubmit resubmit",
    "undelete": "send the job again with farmsubmit resubmit",
    "unnimby": "ask the engine's administrator",
}


def operate(engine: Engine, name: str, what: Any, value: Optional[float] = None) -> None:
    """Do an operation to all that is meant, one job after the other; raises what the engine raises at the first."""
    operation = OPERATIONS[name]
    for jid, named in _meant(engine, operation, what).items():
        tids = _in_error(engine, jid) if operation.of_errors else named
        if tids or not operation.of_errors:
            engine.control(jid, operation.action, tids, value)


def _in_error(engine: Engine, jid: str) -> List[int]:
    return [task.tid for task in engine.tasks(jid) if task.state == ERROR]


def _meant(engine: Engine, operation: Operation, what: Any) -> Dict[str, List[int]]:
    """Return the tasks that are meant by job, in their order; none where jobs are meant."""
    found: Dict[str, List[int]] = {}
    for jid, tid in _ids(engine, operation, what):
        tids = found.setdefault(jid, [])
        if tid is not None and tid not in tids:
            tids.append(tid)
    return found


def _ids(engine: Engine, operation: Operation, what: Any) -> Iterable[Tuple[str, Optional[int]]]:
    if isinstance(what, str):
        if not what.strip():
            raise TractorQueryError("an empty search would mean everything", "name what is meant, such as jid = 12")
        what = list(Walk(engine, operation.takes, what).rows())
    rows = [what] if isinstance(what, Mapping) else what
    if not isinstance(rows, (list, tuple)):
        raise TractorQueryError(f"{what!r} names no {operation.takes}", "give a row, a list of rows, or a search")
    return [_id(row, operation) for row in rows]


def _id(row: Any, operation: Operation) -> Tuple[str, Optional[int]]:
    needed = ("jid", "tid") if operation.takes == "tasks" else ("jid",)
    if not isinstance(row, Mapping) or any(row.get(name) in (None, "") for name in needed):
        raise TractorQueryError(f"a row needs {' and '.join(needed)}, and {row!r} has not", "ask for those columns")
    if operation.takes == "jobs":
        return str(row["jid"]), None
    try:
        return str(row["jid"]), int(row["tid"])
    except (TypeError, ValueError):
        raise TractorQueryError(f"tid = {row['tid']!r} is no number of a task") from None
