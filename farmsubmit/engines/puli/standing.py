"""How a job stands, worked out from its commands rather than from what its node says.

A node's own state is late: a job that was just sent reads DONE until the server's next round, and ERROR as soon as
one task has failed, while others still run. A dependency that can never be fulfilled leaves its node blocked for
ever; where that is an "if it fails" and nothing failed, the job is done all the same.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from farmsubmit.engines import base
from farmsubmit.engines.base import FINAL_STATES, JobStatus, TaskStatus
from farmsubmit.engines.puli import statuses
from farmsubmit.engines.puli.client import Client, a_dict, count, counts, dicts, wrong
from farmsubmit.engines.puli.tree import JobView, TaskView, read_job, read_node
from farmsubmit.engines.puli.units import after_of, states_of, status_of, units_of

#: Groups that are asked what the nodes in them wait for.
MOST_ASKED = 200
#: What nodes wait for: other nodes, each with the states of it that will do.
Waits = Dict[int, List[Tuple[int, Sequence[int]]]]


class Rest(NamedTuple):
    """What becomes of a job in which nothing runs: whether anything is about to, and the nodes that never will."""

    is_due: bool = False
    skipped: Sequence[int] = ()


class Look:
    """One look at a job: ``job`` as the server has it, ``units`` its tasks, ``states`` how they stand, by tid."""

    def __init__(self, client: Client, jid: str) -> None:
        self.job = read_job(client, jid)
        self.units = units_of(self.job)
        self.lives = any(command.state in (base.ACTIVE, base.READY) for command in self.job.commands)
        self._rest = Rest() if self.lives else self._at_rest(client)
        self.states = states_of(self.units, self._rest.skipped, self._held(client))

    @property
    def state(self) -> str:
        """The state of the job."""
        if self.lives or self._rest.is_due:
            return self._living_state()
        if all(state in (base.DONE, base.SKIPPED) for state in self.states.values()) and not self._failed_after():
            return base.DONE
        if any(command.is_cancelled for command in self.job.commands):
            return base.KILLED
        return base.ERROR if self._has_error() else base.BLOCKED

    def status(self) -> JobStatus:
        """Return how the job stands; tasks are counted."""
        state = self.state
        started = [command.started for command in self.job.commands if command.started]
        stopped = [command.stopped for command in self.job.commands if command.stopped]
        return JobStatus(
            jid=self.job.jid,
            title=self.job.name,
            state=state,
            counts=dict(Counter(self.states.values())),
            priority=self.job.priority,
            owner=self.job.user,
            spooled=self.job.created,
            started=min(started) if started else None,
            stopped=max(stopped) if stopped and state in FINAL_STATES else None,
        )

    def tasks(self) -> List[TaskStatus]:
        """Return how each task stands, in script order."""
        return [status_of(unit, self.states[unit.tid]) for unit in self.units]

    def _living_state(self) -> str:
        if self.job.status == statuses.PAUSED:
            return base.PAUSED
        has_begun = any(command.started or command.state == base.ACTIVE for command in self.job.commands)
        return base.ACTIVE if has_begun or self._rest.is_due else base.READY

    def _has_error(self) -> bool:
        return any(command.state == base.ERROR for command in self.job.commands)

    def _failed_after(self) -> bool:
        return any(command.state == base.ERROR for task in after_of(self.job) for command in task.commands)

    def _held(self, client: Client) -> Set[int]:
        """Return the nodes that the server gives as ready, for it has not had a round with the job, and that wait."""
        ready = [task for task in self.job.tasks if _has(task, statuses.CMD_READY)]
        if self.job.status != statuses.DONE or not ready:
            return set()
        now = node_statuses(self.job)
        waits = _dependencies(client, self.job, ready)
        return {node for node, found in waits.items() if any(now.get(other) not in each for other, each in found)}

    def _at_rest(self, client: Client) -> Rest:
        blocked = [task for task in self.job.tasks if _has(task, statuses.CMD_BLOCKED)]
        return _rest(_dependencies(client, self.job, blocked), node_statuses(self.job)) if blocked else Rest()


def _has(task: TaskView, status: int) -> bool:
    return any(command.status == status for command in task.commands)


def _rest(waits: Waits, now: Mapping[int, int]) -> Rest:
    """Tell what blocked nodes wait for: nothing more than the server's next round, or something that never comes."""
    if any(all(now.get(node) in accepted for node, accepted in found) for found in waits.values()):
        return Rest(is_due=True)
    skipped: Set[int] = set()
    before = -1
    while before != len(skipped):
        before = len(skipped)
        for waiting, found in waits.items():
            if any(_never_comes(node, accepted, now, skipped) for node, accepted in found):
                skipped.add(waiting)
    return Rest(skipped=sorted(skipped))


def _never_comes(node: int, accepted: Sequence[int], now: Mapping[int, int], skipped: Set[int]) -> bool:
    """Whether a node is done or skipped, while something else was to become of it."""
    return node in skipped or (now.get(node) == statuses.DONE and statuses.DONE not in accepted)


def _dependencies(client: Client, job: JobView, tasks: Sequence[TaskView]) -> Waits:
    """Return what tasks wait for, asked for a whole group at once; nothing where there are too many groups."""
    parents = dict.fromkeys(task.parent for task in tasks if task.parent is not None)
    if len(parents) > MOST_ASKED:
        return {}
    found: List[Dict[str, Any]] = [] if parents else [read_node(client, job.jid)]
    for parent in parents:
        answer = a_dict(client.get(f"nodes/{parent}/children/"), "the children of a node")
        found += dicts(answer.get("children"), "the children of a node")
    wanted = {task.node for task in tasks}
    return {count(node, "id"): _pairs(node) for node in found if node.get("id") in wanted}


def _pairs(node: Mapping[str, Any]) -> List[Tuple[int, Sequence[int]]]:
    what = "the dependencies of a node"
    pairs = node.get("dependencies")
    if not isinstance(pairs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise wrong(what)
    return [(counts([other], what)[0], counts(accepted, what)) for other, accepted in pairs]


def node_statuses(job: JobView) -> Dict[int, int]:
    """Return the states of a job's nodes as the server will give them in its next round."""
    found: Dict[int, int] = {}
    below: Dict[Optional[int], Set[int]] = {}
    for task in reversed(job.tasks):
        if task.is_group:
            status = _first(_OF_GROUPS, below.get(task.node, set()))
        else:
            status = _OF_COMMANDS[_first(tuple(_OF_COMMANDS), {each.status for each in task.commands})]
        found[task.node] = status
        below.setdefault(task.parent, set()).add(status)
    return found


_OF_GROUPS = (
    statuses.PAUSED,
    statuses.ERROR,
    statuses.RUNNING,
    statuses.READY,
    statuses.BLOCKED,
    statuses.CANCELED,
    statuses.DONE,
)
# The state of a node by that of its commands; the first that any command has counts.
_OF_COMMANDS = {
    statuses.CMD_CANCELED: statuses.CANCELED,
    statuses.CMD_ERROR: statuses.ERROR,
    statuses.CMD_TIMEOUT: statuses.ERROR,
    statuses.CMD_RUNNING: statuses.RUNNING,
    statuses.CMD_ASSIGNED: statuses.READY,
    statuses.CMD_FINISHING: statuses.RUNNING,
    statuses.CMD_READY: statuses.READY,
    statuses.CMD_BLOCKED: statuses.BLOCKED,
    statuses.CMD_DONE: statuses.DONE,
}


def _first(order: Sequence[int], found: Set[int]) -> int:
    return next((status for status in order if status in found), order[-1])
