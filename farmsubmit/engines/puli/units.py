"""The tasks of a job as people read them, made of what the server has.

A job of ours reads as it was sent: tags say which nodes belong to which task, and their tids are those of the other
engines. A job of somebody else is numbered in the order of its tree, and each command of a task with several stands
below it. Neither changes while a job lives.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Collection, Dict, List, Optional, Sequence

from farmsubmit.engines.base import ACTIVE, BLOCKED, DONE, ERROR, READY, SKIPPED, TaskStatus
from farmsubmit.engines.puli import statuses, tags
from farmsubmit.engines.puli.tree import CommandView, JobView, TaskView

_LOST = "the server lost touch with its render node"


@dataclass
class Unit:
    """A task: the nodes that belong to it, and the commands that decide how it stands, and those of its cleanup.

    ``command`` is set where it is no node but one command of a task.
    """

    tid: int
    title: str
    parent: Optional[int]
    nodes: List[TaskView] = field(default_factory=list)
    commands: List[CommandView] = field(default_factory=list)
    cleanup: List[CommandView] = field(default_factory=list)
    command: Optional[CommandView] = None

    @property
    def leaves(self) -> List[TaskView]:
        """The nodes that have commands."""
        return [node for node in self.nodes if not node.is_group]


def units_of(job: JobView) -> List[Unit]:
    """Return the tasks of a job in script order; their tids are those that they were sent with, or count from 1."""
    found = _own(job) if job.is_ours else []
    return found or _foreign(job)


def after_of(job: JobView) -> List[TaskView]:
    """Return the nodes of a job of ours that run after its tree."""
    return [task for task in job.tasks if tags.WHEN in task.tags and tags.number_of(task.tags, tags.TASK) is None]


def _own(job: JobView) -> List[Unit]:
    units: Dict[int, Unit] = {}
    for task in job.tasks:
        tid = tags.number_of(task.tags, tags.TASK)
        if tid is None:
            continue
        unit = units.get(tid)
        if unit is None:
            unit = units[tid] = Unit(tid, task.name, tags.number_of(task.tags, tags.PARENT))
        unit.nodes.append(task)
        if tags.WHEN in task.tags:
            unit.cleanup += task.commands
        else:
            unit.commands += task.commands
    for unit in units.values():
        unit.title = _title(unit)
    return [units[tid] for tid in sorted(units)]


def _title(unit: Unit) -> str:
    """Return the title of a task: its group's, or that of its first command, before which a cleanup may stand."""
    named = [node for node in unit.nodes if node.is_group] or [n for n in unit.nodes if tags.WHEN not in n.tags]
    return (named or unit.nodes)[0].name


def _foreign(job: JobView) -> List[Unit]:
    tids: Dict[int, int] = {}
    units: List[Unit] = []
    # The root group is the job itself; a root that is a task is its only task.
    for task in job.tasks[1:] if job.root.is_group else job.tasks:
        tid = tids[task.node] = len(units) + 1
        parent = tids.get(task.parent) if task.parent is not None else None
        units.append(Unit(tid, task.name, parent, [task], list(task.commands)))
        if len(task.commands) > 1:
            units += [
                Unit(tid + number, command.title, tid, [task], [command], command=command)
                for number, command in enumerate(task.commands, 1)
            ]
    return units


def states_of(units: Sequence[Unit], skipped: Sequence[int] = (), held: Collection[int] = ()) -> Dict[int, str]:
    """Return the states of tasks by tid.

    ``skipped`` are the nodes that will never run, and need not; ``held`` those that are not ready, whatever the server
    says.
    """
    children: Dict[int, List[int]] = {}
    for unit in units:
        if unit.parent is not None:
            children.setdefault(unit.parent, []).append(unit.tid)
    states: Dict[int, str] = {}
    for unit in reversed(units):
        if unit.commands:
            is_skipped = all(node.node in skipped for node in unit.leaves)
            state = SKIPPED if is_skipped else _state([command.state for command in unit.commands])
            is_held = state == READY and all(node.node in held for node in unit.leaves if node.commands)
            states[unit.tid] = BLOCKED if is_held else state
        else:
            below = [states.get(tid, BLOCKED) for tid in children.get(unit.tid, ())]
            states[unit.tid] = DONE if all(state in (DONE, SKIPPED) for state in below) else BLOCKED
    return states


def _state(found: Sequence[str]) -> str:
    for state in (ACTIVE, ERROR):
        if state in found:
            return state
    if all(state == DONE for state in found):
        return DONE
    return READY if READY in found else BLOCKED


def status_of(unit: Unit, state: str) -> TaskStatus:
    """Return how a task stands."""
    commands = unit.commands
    started = [command.started for command in commands if command.started]
    stopped = [command.stopped for command in commands if command.stopped]
    is_over = state in (DONE, ERROR)
    progress = sum(command.progress for command in commands) // len(commands) if commands else 0
    return TaskStatus(
        tid=unit.tid,
        title=unit.title,
        state=state,
        parent=unit.parent,
        progress=100 if state in (DONE, SKIPPED) else progress,
        exit_code=0 if state == DONE and commands else None,
        blade=next((command.where for command in reversed(commands) if command.where), ""),
        started=min(started) if started else None,
        stopped=max(stopped) if is_over and stopped else None,
        reason=_reason(commands),
    )


def _reason(commands: Sequence[CommandView]) -> str:
    for command in commands:
        if command.is_cancelled:
            return "cancelled"
        if command.status == statuses.CMD_TIMEOUT:
            return _LOST
        if command.status == statuses.CMD_ERROR:
            said = f": {command.message}" if command.message else ""
            return f"it failed{', and the server will try it again' if command.again else ''}{said}"
    return ""
