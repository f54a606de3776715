"""What every change of a batch job looks at first: which tasks are meant, and what is refused."""

from __future__ import annotations

from typing import Collection, Dict, Iterable, List, Sequence, Set

from farmsubmit.engines.base import ACTIVE, DONE, ERROR, SKIPPED
from farmsubmit.engines.batch.states import BatchLook
from farmsubmit.errors import EngineError

#: States of a task that has ended.
ENDED = (DONE, ERROR, SKIPPED)


def refuse_unknown(look: BatchLook, tids: Iterable[int]) -> None:
    """Raise EngineError for a task that the job does not have."""
    last = len(look.tree["tasks"])
    for tid in tids:
        if not 1 <= tid <= last:
            raise EngineError(f"job {look.folder.jid} has no task {tid}", f"it has 1 to {last}")


def refuse_if_over(look: BatchLook, hint: str = "retry it") -> None:
    """Raise EngineError where nothing of the job waits or runs any more."""
    if not look.lives:
        raise EngineError(f"job {look.folder.jid} is over: it is {look.job_status().state}", hint)


def to_kill(look: BatchLook, tids: Sequence[int]) -> List[int]:
    """Return those of the tasks that run; raises EngineError where none does."""
    active = [tid for tid in tids if look.state_of(tid) == ACTIVE]
    if not active:
        named = ", ".join(f"task {tid} is {look.state_of(tid)}" for tid in tids[:10])
        raise EngineError(f"nothing to kill in job {look.folder.jid}: {named}")
    return active


def to_skip(look: BatchLook, tids: Iterable[int]) -> List[int]:
    """Return those of the tasks that have something to run; raises EngineError where none has."""
    sent = [tid for tid in tids if tid in look.tasks]
    if not sent:
        raise EngineError("a task without any command cannot be skipped", "skip its subtasks")
    return sent


def failed(look: BatchLook) -> Set[int]:
    """Return the tasks with something to run that are in error."""
    return {tid for tid, found in look.tasks.items() if found.state == ERROR}


def refuse_retry(look: BatchLook, tids: Sequence[int]) -> None:
    """Raise EngineError where there is nothing to run again, or a named task has not ended."""
    jid = look.folder.jid
    if not tids and not failed(look) and not look.is_killed:
        raise EngineError(f"no task of job {jid} is in error", "name the tasks to run again")
    for tid in tids:
        if look.state_of(tid) not in ENDED:
            raise EngineError(f"task {tid} of job {jid} is {look.state_of(tid)}", "only an ended task runs again")


def behind(look: BatchLook, tids: Collection[int]) -> Set[int]:
    """Return the tasks with something to run that wait for any of these, however many stand between."""
    waiters: Dict[int, List[int]] = {}
    for node, needed in look.layout.needs.items():
        for other in needed:
            waiters.setdefault(other, []).append(node)
    found: Set[int] = set()
    todo = list(tids)
    while todo:
        new = [node for node in waiters.get(todo.pop(), ()) if node not in found]
        found.update(new)
        todo += new
    return found & look.tasks.keys()


def and_behind(look: BatchLook, tids: Set[int]) -> Set[int]:
    """Return what runs again with these tasks: also those that wait for them, but for skipped ones."""
    return tids | {tid for tid in behind(look, tids) if look.tasks[tid].state != SKIPPED}
