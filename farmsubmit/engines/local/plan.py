"""What the local engine runs: a job taken apart into tasks, their commands, and who waits for whom.

Tasks are numbered from 1 in script order; these numbers are the tids. Each has a list of what it needs before its
commands may start. Besides tasks there are gates, numbered on from the last task: a gate has needs and no
commands, and keeps a whole subtree of a serial parent waiting for the elder siblings.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Dict, List, NamedTuple, Optional, Tuple


@dataclass
class CommandPlan:
    """A command to run.

    ``env`` None means that of the job. ``slots`` is as asked for; the runner caps it to the machine. ``minrunsecs``
    and ``maxrunsecs`` are seconds, 0 for no bound. ``when`` counts for postscripts only.
    """

    cid: int
    argv: List[str]
    msg: Optional[str] = None
    env: Optional[Dict[str, str]] = None
    slots: int = 1
    retryrc: List[int] = field(default_factory=list)
    minrunsecs: int = 0
    maxrunsecs: int = 0
    when: str = "always"

    def to_json(self) -> Dict[str, Any]:
        """Return what differs from the defaults."""
        return {name: value for name, value in vars(self).items() if value != _DEFAULTS.get(name)}


_DEFAULTS: Dict[str, Any] = {
    item.name: [] if item.name == "retryrc" else item.default for item in fields(CommandPlan) if item.name != "cid"
}


class TaskPlan(NamedTuple):
    """A task to run: ``parent`` is the tid of the task above it, None under the job itself."""

    tid: int
    title: str
    parent: Optional[int]
    cmds: List[CommandPlan]
    cleanup: List[CommandPlan]


@dataclass
class JobPlan:
    """A job to run.

    ``after`` is in seconds since the epoch, ``afterjids`` are ids of this engine, ``maxactive`` 0 is no limit.
    ``project`` is what TR_ENV_JOB_PROJECT says. ``ids`` are the ids of all tasks and commands, for ``%idref``.
    ``needs[n - 1]`` lists what task or gate ``n`` waits for.
    """

    title: str = ""
    priority: float = 0.0
    paused: bool = False
    cwd: str = ""
    after: Optional[float] = None
    afterjids: List[int] = field(default_factory=list)
    maxactive: int = 0
    project: str = "default"
    env: Dict[str, str] = field(default_factory=dict)
    dirmaps: List[Tuple[str, str, str]] = field(default_factory=list)
    ids: List[str] = field(default_factory=list)
    postscript: List[CommandPlan] = field(default_factory=list)
    cleanup: List[CommandPlan] = field(default_factory=list)
    tasks: List[TaskPlan] = field(default_factory=list)
    needs: List[List[int]] = field(default_factory=list)

    def settings_json(self) -> str:
        """Return all but the tasks and their needs, for the queue on disk."""
        import json

        own = {name: value for name, value in vars(self).items() if name not in ("tasks", "needs")}
        own["postscript"] = [command.to_json() for command in self.postscript]
        own["cleanup"] = [command.to_json() for command in self.cleanup]
        return json.dumps(own)

    @classmethod
    def from_settings_json(cls, text: str) -> JobPlan:
        """Return the plan that settings_json wrote, without tasks and needs."""
        import json

        own = json.loads(text)
        own["postscript"] = [CommandPlan(**command) for command in own["postscript"]]
        own["cleanup"] = [CommandPlan(**command) for command in own["cleanup"]]
        return cls(**own)


def commands_json(task: TaskPlan) -> str:
    """Return the commands of a task for the queue on disk."""
    import json

    return json.dumps([[command.to_json() for command in commands] for commands in (task.cmds, task.cleanup)])


def commands_from_json(text: str) -> Tuple[List[CommandPlan], List[CommandPlan]]:
    """Return the commands and the cleanup commands of a task that commands_json wrote."""
    import json

    cmds, cleanup = json.loads(text)
    return [CommandPlan(**command) for command in cmds], [CommandPlan(**command) for command in cleanup]
