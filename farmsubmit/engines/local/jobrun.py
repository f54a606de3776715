"""A job in the runner's memory: how its tasks stand, which are ready, and what each end sets free."""

from __future__ import annotations

import heapq
import json
import time
from typing import Dict, Iterable, List, Mapping, Optional, Set, Tuple

from farmsubmit.author.planning.plan import JobPlan, commands_from_json
from farmsubmit.engines.base import ACTIVE, BLOCKED, DONE, ERROR, READY, SKIPPED
from farmsubmit.engines.local import growth
from farmsubmit.engines.local.again import Again
from farmsubmit.engines.local.grafts import Grafts
from farmsubmit.engines.local.groups import end_leftover
from farmsubmit.engines.local.store import Journal, Store, storable
from farmsubmit.engines.local.unit import Step, Unit
from farmsubmit.engines.local.wiring import Wiring, nodes

_PASSED = frozenset({DONE, SKIPPED, growth.GONE})
_KEPT = frozenset({DONE, SKIPPED, ERROR, growth.GONE})

_JOB_STATE = "UPDATE job SET state = ? WHERE jid = ?"
_JOB_BEGUN = "UPDATE job SET state = 'active', started = coalesce(started, ?), stopped = NULL WHERE jid = ?"
_TASK_STATE = "UPDATE task SET state = ? WHERE jid = ? AND tid = ?"
_TASK_AGAIN = """UPDATE task SET state = ?, progress = 0, exit_code = NULL, started = NULL, stopped = NULL, reason = '',
    spent = 0 WHERE jid = ? AND tid = ?"""
_TASK_BEGUN = """UPDATE task SET state = 'active', progress = 0, exit_code = NULL, started = ?, stopped = NULL,
    reason = '' WHERE jid = ? AND tid = ?"""
_TASK_ENDED = """UPDATE task SET state = ?, exit_code = ?, stopped = ?, reason = ?, process = '',
    progress = CASE WHEN ? = 'done' THEN 100 ELSE progress END WHERE jid = ? AND tid = ?"""
_TASK_SPENT = "UPDATE task SET spent = 1 WHERE jid = ? AND tid = ?"
_HOST_DONE = "UPDATE task SET state = 'done', progress = 100, stopped = ? WHERE jid = ? AND tid = ?"


class JobRun:
    """A job that is not over.

    ``states`` are those of the tasks by tid. ``spent`` are hosts of grafts whose own commands are done, whether they
    still wait for their grafts or not. ``cid`` is the last one given, where that was looked up. ``waits`` are the jobs
    that it still waits for. ``ending`` is ``kill`` or ``delete`` where a user asked for it, and ``closing`` the state
    that it will have when its postscripts and cleanup are over.
    """

    def __init__(self, store: Store, journal: Journal, jid: int) -> None:
        self.jid = jid
        self.store, self.journal = store, journal
        row = store.run("SELECT * FROM job WHERE jid = ?", jid)[0]
        self.plan = JobPlan.from_settings_json(row["settings"])
        self.priority, self.paused = float(row["priority"]), bool(row["paused"])
        self.state, self.ending = str(row["state"]), str(row["ending"])
        self.closing = ""
        self.waits = self._not_done(self.plan.afterjids)
        self.units: Dict[int, Unit] = {}
        self.own: Optional[Unit] = None
        self._head: Optional[Unit] = None
        self._hosts: Dict[str, Tuple[str, ...]] = {}
        self.cid: Optional[int] = None
        self.states = [growth.GONE]
        self.spent: Set[int] = set()
        self._read_tasks()
        self.wiring = Wiring()
        self.wiring.add(nodes(json.loads(row["needs"]), 0, row["tasks"]))
        self.grafts = Grafts()
        growth.read_grafts(self)
        self.rebuild()

    def _read_tasks(self) -> None:
        """Take in how the tasks stand; what a runner left active is ready again, its processes ended."""
        states = self.states
        sql = "SELECT tid, state, process, spent FROM task WHERE jid = ? ORDER BY tid"
        for tid, state, process, spent in self.store.run(sql, self.jid):
            if tid > len(states):
                states += [growth.GONE] * (tid - len(states))
            states.append(state)
            if spent:
                self.spent.add(tid)
            if state == ACTIVE and process:
                end_leftover(process)

    def _not_done(self, jids: Iterable[int]) -> Set[int]:
        found = {jid: self.store.run("SELECT state FROM job WHERE jid = ?", jid) for jid in jids}
        return {jid for jid, rows in found.items() if rows and rows[0]["state"] != DONE}

    # --- what waits for what

    def rebuild(self) -> None:
        """Work out from the ended tasks which others are ready."""
        before = self.states
        self.states = [state if state in _KEPT or tid in self.units else BLOCKED for tid, state in enumerate(before)]
        self.wiring.restart()
        tasks = range(1, len(before))
        freed = [tid for tid in tasks if self.wiring.is_free(tid)]
        for tid in tasks:
            if self.states[tid] in _PASSED:
                freed += self.wiring.let_go(tid)
        self._ready = self._set_ready(freed)
        heapq.heapify(self._ready)
        self._left = sum(state not in _PASSED for state in self.states)
        for tid in tasks:
            if self.states[tid] != before[tid]:
                self.journal.note(_TASK_STATE, self.states[tid], self.jid, tid)

    def make_ready(self, tids: Iterable[int]) -> List[int]:
        """Take tasks that wait for nothing any more; return those that are ready now."""
        ready = self._set_ready(tids)
        for tid in ready:
            heapq.heappush(self._ready, tid)
        return ready

    def _set_ready(self, tids: Iterable[int]) -> List[int]:
        ready = [tid for tid in tids if self.states[tid] == BLOCKED and tid not in self.spent]
        for tid in ready:
            self.states[tid] = READY
        return ready

    def _pass(self, tid: int) -> None:
        """Let go what waited for a task that is done or skipped; hosts that waited for it alone are done with it."""
        passed = [tid]
        while passed:
            self._left -= 1
            freed = self.wiring.let_go(passed.pop())
            for host in self.spent.intersection(freed):
                if self.states[host] == BLOCKED:
                    self.states[host] = DONE
                    self.journal.note(_HOST_DONE, time.time(), self.jid, host)
                    passed.append(host)
            for ready in self.make_ready(freed):
                self.journal.note(_TASK_STATE, READY, self.jid, ready)

    def has(self, tid: int) -> bool:
        """Whether there is such a task."""
        return 0 < tid < len(self.states) and self.states[tid] != growth.GONE

    def has_passed(self, node: int) -> bool:
        """Whether a node is a task that nothing waits for any more."""
        return node > 0 and self.states[node] in _PASSED

    def waiters(self, node: int) -> List[int]:
        """Return the nodes that wait for one; a skipped task waits for nothing."""
        return [node for node in self.wiring.waiters(node) if node < 0 or self.states[node] != SKIPPED]

    def dependents(self, tids: Iterable[int]) -> Set[int]:
        """Return the tasks that wait for these, directly or through others."""
        found: Set[int] = set()
        look = list(tids)
        while look:
            for waiter in self.waiters(look.pop()):
                if waiter not in found:
                    found.add(waiter)
                    look.append(waiter)
        return {node for node in found if node > 0}

    def add_tasks(self, count: int) -> None:
        """Add tasks after the last; they are blocked."""
        self.states += [BLOCKED] * count
        self._left += count
        self._hosts = {}

    # --- what runs

    def held(self, now: float) -> bool:
        """Whether it must still wait for a time or for other jobs."""
        return bool(self.waits) or (self.plan.after is not None and now < self.plan.after)

    def timed(self, now: float) -> bool:
        """Whether it will start by itself at a time."""
        return not (self.paused or self.waits or self.ending or self.closing) and self.held(now)

    def runnable(self, now: float) -> bool:
        """Whether new tasks of it may start."""
        return not (self.paused or self.ending or self.closing or self.held(now))

    @property
    def full(self) -> bool:
        """Whether as many commands as it may have are active."""
        return 0 < self.plan.maxactive <= len(self.units)

    def head(self) -> Optional[Unit]:
        """Return the unit of the next ready task, which begin() will start; None where none is ready."""
        while self._ready:
            tid = self._ready[0]
            if self.states[tid] == READY:
                if self._head is None or self._head.tid != tid:
                    self._head = self._unit(tid)
                return self._head
            heapq.heappop(self._ready)
        return None

    def _unit(self, tid: int) -> Unit:
        text = self.store.run("SELECT commands FROM task WHERE jid = ? AND tid = ?", self.jid, tid)[0][0]
        return Unit.of_task(self, tid, *commands_from_json(text))

    def begin(self, unit: Unit) -> None:
        """Make the task of the head active."""
        heapq.heappop(self._ready)
        self._head = None
        self.units[unit.tid] = unit
        self.states[unit.tid] = ACTIVE
        self.journal.note(_TASK_BEGUN, time.time(), self.jid, unit.tid)
        self.be_active()

    def be_active(self) -> None:
        """Say that the job has begun."""
        if self.state != ACTIVE:
            self.state = ACTIVE
            self.journal.note(_JOB_BEGUN, time.time(), self.jid)

    def be(self, state: str) -> None:
        """Change the state of a job that has not begun."""
        if self.state != state:
            self.state = state
            self.journal.note(_JOB_STATE, state, self.jid)

    def settle(self, unit: Unit) -> None:
        """Take the end of a task's commands; its cleanup may still run. A second call changes nothing."""
        if unit.settled or not unit.tid:
            return
        unit.settled = True
        self._end(unit.tid, ERROR if unit.reason else DONE, unit.code, unit.reason)

    def forget(self, unit: Unit) -> None:
        """Take the end of a whole unit."""
        self.settle(unit)
        if unit.tid:
            del self.units[unit.tid]
        else:
            self.own = None

    def _end(self, tid: int, state: str, code: Optional[int], reason: str) -> None:
        if state == DONE and self.grafts.of(tid):
            self.spent.add(tid)
            self.journal.note(_TASK_SPENT, self.jid, tid)
            state = state if self.wiring.is_free(tid) else BLOCKED
        self.states[tid] = state
        values = (state, code, time.time(), storable(reason), state, self.jid, tid)
        self.journal.note(_TASK_ENDED, *values)
        if state in _PASSED:
            self._pass(tid)

    def skip(self, tids: Iterable[int]) -> None:
        """Let tasks count as done though they never ran or failed."""
        for tid in tids:
            if self.states[tid] not in _PASSED:
                self._end(tid, SKIPPED, None, "skipped")

    def retry(self, again: Again) -> None:
        """Let tasks run again, and whatever ended after them."""
        growth.shrink(self, again.removed)
        for tid in again.tasks:
            self.states[tid] = BLOCKED
            self.spent.discard(tid)
            self.journal.note(_TASK_AGAIN, BLOCKED, self.jid, tid)
        for tid in again.hosts:
            if self.states[tid] == DONE:
                self.states[tid] = BLOCKED
                self.journal.note(_TASK_STATE, BLOCKED, self.jid, tid)
        self.rebuild()

    def put_back(self) -> None:
        """Make active tasks ready again, for a runner that must go."""
        for unit in self.units.values():
            if not unit.settled:
                self.journal.note(_TASK_AGAIN, READY, self.jid, unit.tid)

    # --- how it ends

    @property
    def outcome(self) -> str:
        """The state that it ends in, once nothing more of the tree can run."""
        return ERROR if self._left else DONE

    def last_unit(self) -> Unit:
        """Return the unit of what runs after the tree: postscripts that fit, and cleanup unless the job is in error."""
        plan = self.plan
        numbered = [Step(number, command, True) for number, command in enumerate([*plan.postscript, *plan.cleanup], 1)]
        after, cleanup = numbered[: len(plan.postscript)], numbered[len(plan.postscript) :]
        steps = [step for step in after if step.command.when in ("always", self.closing)]
        if self.closing != ERROR:
            steps += cleanup
        self.own = Unit(self, 0, (), steps if self.closing in (DONE, ERROR) else cleanup)
        return self.own

    def hosts_by_id(self, host: str) -> Mapping[str, Tuple[str, ...]]:
        """Return the hosts of each id of the job: all of it runs here."""
        if not self._hosts:
            self._hosts = dict.fromkeys([*self.plan.ids, *self.grafts.ids()], (host,))
        return self._hosts
