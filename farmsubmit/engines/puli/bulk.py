"""The same change to many jobs, in one request for each two hundred of them.

A request that names no job would change all jobs of the server, so none is ever sent without.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, NamedTuple, Sequence

from farmsubmit.engines.base import DONE, KILLED
from farmsubmit.engines.puli import statuses
from farmsubmit.engines.puli.client import Client, a_dict, counts
from farmsubmit.engines.puli.listing import job_statuses
from farmsubmit.errors import EngineError, NoSuchJob, did_you_mean

#: Jobs in one request: their ids stand in its address.
MOST_AT_ONCE = 200


class _Change(NamedTuple):
    """A change: its address, and what is in the query beside the jobs."""

    path: str
    query: Callable[[int], Dict[str, Any]]


#: What the server can do to many jobs; it can pause many, too, but not one that has groups, as all of ours.
CHANGES = {
    "resume": _Change("resume", lambda value: {}),
    "kill": _Change("edit/status", lambda value: {"update_status": statuses.CANCELED}),
    "priority": _Change("edit/prio", lambda value: {"value": value}),
}


def change_jobs(client: Client, jids: Sequence[str], action: str, value: float) -> None:
    """Do one of CHANGES to jobs; raises EngineError before anything is changed where one of them is not there."""
    if action not in CHANGES:
        hint = did_you_mean(action, CHANGES) or f"there are {', '.join(CHANGES)}"
        raise EngineError(f"{action!r} cannot be done to many jobs at once", hint)
    if isinstance(jids, str) or not jids:
        raise EngineError("no job is named", "give a list of their ids")
    wanted = [_number(client, jid) for jid in dict.fromkeys(jids)]
    heaps = [wanted[place : place + MOST_AT_ONCE] for place in range(0, len(wanted), MOST_AT_ONCE)]
    for heap in heaps:
        _refuse_senseless(client, heap, action)
    for heap in heaps:
        _change(client, heap, CHANGES[action], round(value))


def _number(client: Client, jid: str) -> int:
    if not (jid.isascii() and jid.isdigit() and len(jid) < 16):
        raise NoSuchJob(f"there is no job {jid!r} on {client.location.base}", "Puli's job ids are numbers")
    return int(jid)


def _refuse_senseless(client: Client, heap: Sequence[int], action: str) -> None:
    known = {status.jid: status for status in job_statuses(client, heap)}
    for number in heap:
        status = known.get(str(number))
        if status is None:
            raise NoSuchJob(f"there is no job {number} on {client.location.base}")
        if action == "kill" and status.state in (DONE, KILLED):
            raise EngineError(f"job {number} is over: it is {status.state}", "leave it out")


def _change(client: Client, heap: Sequence[int], change: _Change, value: int) -> None:
    answer = client.changed("PUT", change.path, {}, {**change.query(value), "constraint_id": list(heap)})
    done = counts(a_dict(answer, "what was changed").get("editedJobs"), "the jobs that were changed")
    left = sorted(set(heap) - set(done))
    if left:
        raise EngineError(f"the server did not change {len(left)} of the jobs, such as {left[0]}", "look at them again")
