"""The jobs of a server, in one request where one will do."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence

from farmsubmit.engines import base
from farmsubmit.engines.base import FINAL_STATES, JobStatus
from farmsubmit.engines.puli import statuses
from farmsubmit.engines.puli.client import Client, a_dict, count, dicts, moment, real, text
from farmsubmit.engines.puli.standing import Look
from farmsubmit.errors import EngineError, EngineUnreachable

#: Jobs that are looked at one by one, because their state alone says too little.
MOST_LOOKS = 50
_ATTRIBUTES = (
    "id",
    "user",
    "name",
    "status",
    "dispatchKey",
    "creationTime",
    "startTime",
    "endTime",
    "commandCount",
    "readyCommandCount",
    "doneCommandCount",
)
_STATES = {
    statuses.BLOCKED: base.BLOCKED,
    statuses.READY: base.READY,
    statuses.RUNNING: base.ACTIVE,
    statuses.DONE: base.DONE,
    statuses.ERROR: base.ERROR,
    statuses.CANCELED: base.KILLED,
    statuses.PAUSED: base.PAUSED,
}


def job_statuses(client: Client, numbers: Sequence[int] = ()) -> List[JobStatus]:
    """Return the jobs of the server, or those of these numbers, the newest last; commands are counted, not tasks."""
    wanted = {"constraint_id": list(numbers)} if numbers else {}
    answer = a_dict(client.get("query", {"attr": list(_ATTRIBUTES), **wanted}), "jobs")
    items = sorted(dicts(answer.get("items"), "jobs"), key=lambda item: count(item, "id"))
    looks = [item for item in items if _says_too_little(item)][-MOST_LOOKS:]
    looked = {count(item, "id"): _looked(client, item) for item in looks}
    return [looked.get(count(item, "id")) or _status(item) for item in items]


def _says_too_little(item: Mapping[str, Any]) -> bool:
    """Whether a job is blocked, maybe for good, or paused though it is over, or has no command that could tell."""
    status = count(item, "status")
    if status == statuses.PAUSED:
        return not count(item, "readyCommandCount")
    return status == statuses.BLOCKED or (status == statuses.DONE and not count(item, "commandCount"))


def _looked(client: Client, item: Dict[str, Any]) -> JobStatus:
    try:
        return Look(client, str(count(item, "id"))).status()
    except EngineUnreachable:
        raise
    except EngineError:
        # It was archived in between, or is one that the server cannot tell whole.
        return _status(item)


def _status(item: Mapping[str, Any]) -> JobStatus:
    number = count(item, "commandCount")
    done, ready = (min(count(item, name), number) for name in ("doneCommandCount", "readyCommandCount"))
    state = _state(item, number, done)
    rest = max(0, number - done - ready)
    counts = {base.DONE: done, base.READY: ready}
    counts[_rest_state(state)] = counts.get(_rest_state(state), 0) + rest
    return JobStatus(
        jid=str(count(item, "id")),
        title=text(item, "name"),
        state=state,
        counts={name: amount for name, amount in counts.items() if amount},
        priority=real(item, "dispatchKey"),
        owner=text(item, "user"),
        spooled=real(item, "creationTime"),
        started=moment(item, "startTime"),
        stopped=moment(item, "endTime") if state in FINAL_STATES else None,
    )


def _state(item: Mapping[str, Any], number: int, done: int) -> str:
    status = count(item, "status")
    if status == statuses.DONE and (done < number or not number):
        # The server has not looked at it yet, and gives every new job as done.
        return base.READY
    if status == statuses.ERROR and count(item, "readyCommandCount"):
        return base.ACTIVE
    return _STATES.get(status, base.BLOCKED)


def _rest_state(state: str) -> str:
    """Return where commands are counted that are neither done nor ready."""
    return state if state in (base.ACTIVE, base.ERROR) else base.BLOCKED
