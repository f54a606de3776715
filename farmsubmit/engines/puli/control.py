"""What users ask of a job: pause, go on, cancel, run failed tasks again, take them for done, priority, archive.

The server takes all of it at once and does it later: how a job stands changes with its next round.
"""

from __future__ import annotations

import time
from typing import Any, Callable, Dict, List, Sequence

from farmsubmit.engines.base import ACTIVE, BLOCKED, DONE, ERROR, READY, SKIPPED
from farmsubmit.engines.puli import statuses
from farmsubmit.engines.puli.client import Client
from farmsubmit.engines.puli.standing import Look
from farmsubmit.engines.puli.tree import CommandView
from farmsubmit.engines.puli.units import Unit
from farmsubmit.errors import EngineError

#: How long a cancelled job may take until the server lets it be archived; a round takes 3 s where nobody changed it.
ARCHIVE_SECONDS = 30.0
_LOOK_AGAIN = 0.05
_FAILED = ("7", "6", "8")
_OVER = (statuses.DONE, statuses.CANCELED)


class Control:
    """One change of a job."""

    def __init__(self, client: Client, jid: str) -> None:
        self.client, self.jid = client, jid
        self.look = Look(client, jid)

    def do(self, action: str, tids: Sequence[int], value: float) -> None:
        """Do one of ACTIONS; raises EngineError where it makes no sense now."""
        units = [self._unit(tid) for tid in tids]
        if action == "priority":
            self._put(int(self.jid), "dispatchKey", {"dispatchKey": round(value)})
        elif units:
            self._do_to(action, units)
        else:
            self._do_to_job(action)

    def restart(self, tids: Sequence[int]) -> None:
        """Run a job, or some of its tasks, from the beginning, also what was done."""
        again = {"status": statuses.READY, "cascade": False}
        units = [self._unit(tid) for tid in tids]
        if any(command.state == ACTIVE for command in _commands(units) or self.look.job.commands):
            raise EngineError(f"job {self.jid} still runs", "kill it first: what runs is not begun again")
        for node in _nodes(units) or [int(self.jid)]:
            self._put(node, "status", again)

    # --- the whole job

    def _do_to_job(self, action: str) -> None:
        actions: Dict[str, Callable[[], None]] = {
            "pause": lambda: self._pause([int(self.jid)], True),
            "resume": lambda: self._pause([int(self.jid)], False),
            "kill": self._kill,
            "retry": self._retry,
            "skip": self._skip_nothing,
            "delete": self._delete,
        }
        actions[action]()

    def _pause(self, nodes: Sequence[int], is_paused: bool) -> None:
        if self.look.state not in (BLOCKED, READY, ACTIVE, "paused"):
            raise EngineError(f"job {self.jid} is over: it is {self.look.state}", "retry it")
        for node in nodes:
            self._put(node, "paused", {"paused": is_paused})

    def _kill(self) -> None:
        if self.look.state in (DONE, "killed"):
            raise EngineError(f"job {self.jid} is over: it is {self.look.state}")
        self._put(int(self.jid), "status", {"status": statuses.CANCELED})

    def _retry(self) -> None:
        if not any(command.status in statuses.CMD_FAILED for command in self.look.job.commands):
            raise EngineError(f"no task of job {self.jid} is in error", "name the tasks to run again")
        self._retry_node(int(self.jid))

    def _skip_nothing(self) -> None:
        raise EngineError("skip needs tasks to skip", "name them")

    def _delete(self) -> None:
        """Archive the job: the server does so only with what is done or cancelled, and else says nothing."""
        if self.look.job.status not in _OVER or self.look.lives:
            self._put(int(self.jid), "status", {"status": statuses.CANCELED})
            self._wait_until_over()
        said = self.client.change("POST", "tasks/delete", {"taskids": str(self.look.job.task)})
        if not said.startswith("1 "):
            raise EngineError(f"the server did not archive job {self.jid}: {said[:100]}", "try again in a while")

    def _wait_until_over(self) -> None:
        end = time.monotonic() + ARCHIVE_SECONDS
        is_released = False
        while True:
            self.look = Look(self.client, self.jid)
            if self.look.job.status in _OVER and not self.look.lives:
                return
            if self.look.job.status == statuses.PAUSED and not self.look.lives and not is_released:
                # What was paused and is done reads paused for ever.
                self._put(int(self.jid), "paused", {"paused": False})
                is_released = True
            if time.monotonic() > end:
                problem = f"job {self.jid} is cancelled, but not over after {ARCHIVE_SECONDS:.0f} s"
                raise EngineError(problem, "delete it again in a while")
            time.sleep(_LOOK_AGAIN)

    # --- some tasks

    def _unit(self, tid: int) -> Unit:
        found = next((unit for unit in self.look.units if unit.tid == tid), None)
        if found is None:
            last = self.look.units[-1].tid if self.look.units else 0
            raise EngineError(f"job {self.jid} has no task {tid}", f"it has 1 to {last}" if last else "it has none")
        return found

    def _do_to(self, action: str, units: Sequence[Unit]) -> None:
        if action in ("pause", "resume"):
            self._pause(_nodes(units), action == "pause")
            return
        for unit in units:
            self._refuse_senseless(action, unit)
        for unit in units:
            {"kill": self._kill_unit, "retry": self._retry_unit, "skip": self._skip_unit}[action](unit)

    def _refuse_senseless(self, action: str, unit: Unit) -> None:
        state = self.look.states[unit.tid]
        if action == "kill" and state in (DONE, SKIPPED):
            raise EngineError(f"nothing to kill in job {self.jid}: task {unit.tid} is {state}")
        is_cancelled = any(command.is_cancelled for command in unit.commands)
        if action == "retry" and state not in (DONE, ERROR) and not is_cancelled:
            raise EngineError(f"task {unit.tid} of job {self.jid} is {state}", "only an ended task runs again")
        if action == "skip" and any(command.state == ACTIVE for command in unit.commands):
            raise EngineError(f"task {unit.tid} of job {self.jid} still runs", "kill it first")

    def _kill_unit(self, unit: Unit) -> None:
        if unit.command is not None:
            self._set_command(unit.command, statuses.CMD_CANCELED)
            return
        for node in _nodes([unit]):
            self._put(node, "status", {"status": statuses.CANCELED})

    def _retry_unit(self, unit: Unit) -> None:
        if unit.command is not None:
            self._set_command(unit.command, statuses.CMD_READY)
            return
        has_failed = any(command.status in statuses.CMD_FAILED for command in unit.commands)
        for node in unit.leaves:
            if not has_failed:
                self._put(node.node, "status", {"status": statuses.READY, "cascade": False})
            elif any(command.status in statuses.CMD_FAILED for command in node.commands):
                self._retry_node(node.node)

    def _skip_unit(self, unit: Unit) -> None:
        for command in unit.commands:
            if command.is_cancelled:
                # The server takes a cancelled command for over, and does not change it.
                self._set_command(command, statuses.CMD_READY)
            if command.status != statuses.CMD_DONE:
                self._set_command(command, statuses.CMD_DONE)

    # --- requests

    def _put(self, node: int, what: str, body: Dict[str, Any]) -> None:
        self.client.change("PUT", f"nodes/{node}/{what}", body)

    def _retry_node(self, node: int) -> None:
        self.client.change("PUT", f"nodes/{node}/status", {"status": statuses.READY}, {"cmdStatus": list(_FAILED)})

    def _set_command(self, command: CommandView, status: int) -> None:
        self.client.change("PUT", f"commands/{command.cid}", {"status": status})


def _nodes(units: Sequence[Unit]) -> List[int]:
    """Return the nodes of tasks: the group of one that has one, for all else stands below it."""
    found: List[int] = []
    for unit in units:
        groups = [node.node for node in unit.nodes if node.is_group]
        found += groups or [node.node for node in unit.nodes]
    return found


def _commands(units: Sequence[Unit]) -> List[CommandView]:
    return [command for unit in units for command in unit.commands]
