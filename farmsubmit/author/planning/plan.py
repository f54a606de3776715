"""What the local engine runs: a job taken apart into tasks, their commands, and who waits for whom.

Tasks are numbered from 1 in script order; these numbers are the tids. Each has a list of what it needs before its
commands may start. Besides tasks there are gates, numbered on from the last task: a gate has needs and no
commands, and keeps a whole subtree of a serial parent waiting for the elder siblings.

A graft is what a command adds to its job while that runs; it is planned like a job, on the ground that it grows on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple


@dataclass
class CommandPlan:
    """A command to run.

    ``env`` None means that of the job. ``slots`` is as asked for; the runner caps it to the machine. ``minrunsecs``
    and ``maxrunsecs`` are seconds, 0 for no bound. ``when`` counts for postscripts only. ``expand``: its standard
    output is a job script.
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
    expand: bool = False

    def to_json(self) -> Dict[str, Any]:
        """Return what differs from the defaults."""
        return {name: value for name, value in vars(self).items() if value != _DEFAULTS.get(name)}


_DEFAULTS: Dict[str, Any] = {
    item.name: [] if item.name == "retryrc" else item.default for item in fields(CommandPlan) if item.name != "cid"
}


class TaskPlan(NamedTuple):
    """A task to run: ``parent`` is the tid of the task above it, None under the job itself.

    ``serial`` says whether its subtasks run one after another, for those that may be grafted later.
    """

    tid: int
    title: str
    parent: Optional[int]
    cmds: List[CommandPlan]
    cleanup: List[CommandPlan]
    serial: bool = False


@dataclass
class JobPlan:
    """A job to run.

    ``after`` is in seconds since the epoch, ``afterjids`` are ids of this engine, ``maxactive`` 0 is no limit.
    ``project`` is what TR_ENV_JOB_PROJECT says. ``ids`` are the ids of all tasks, with their tids, and those of
    commands, with 0. ``atleast`` is how many slots a command takes that says nothing, ``values`` are the variables of
    the job; both count for what is grafted. ``needs[n - 1]`` lists what task or gate ``n`` waits for.
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
    ids: Dict[str, int] = field(default_factory=dict)
    atleast: int = 1
    values: Dict[str, str] = field(default_factory=dict)
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
        if isinstance(own["ids"], list):
            # A queue of version 1 did not know whose they are.
            own["ids"] = dict.fromkeys(own["ids"], 0)
        return cls(**own)


@dataclass(frozen=True)
class Ground:
    """What a tree is planned on: the slots of this machine and, for a graft, what is there already.

    ``host`` is the task that a graft grows under, 0 for a job of its own. ``tid`` and ``cid`` are the last numbers
    given, ``ids`` the names that the tree may use besides its own, ``atleast`` and ``values`` those of the job.
    ``serial`` says that the subtasks of the host run one after another; then they wait for ``elders``.
    """

    slots: int
    host: int = 0
    tid: int = 0
    cid: int = 0
    ids: Mapping[str, int] = field(default_factory=dict)
    atleast: int = 1
    values: Mapping[str, str] = field(default_factory=dict)
    serial: bool = False
    elders: Sequence[int] = ()


class GraftPlan(NamedTuple):
    """A graft to put under its host: tasks, numbered from ``first`` on, and needs as in a JobPlan.

    ``tops`` are the nodes that the host must wait for, ``cid`` is the last one given, and ``told`` is what the log of
    the host should say of the graft.
    """

    host: int
    first: int
    tasks: List[TaskPlan]
    needs: List[List[int]]
    tops: List[int]
    ids: Dict[str, int]
    cid: int
    told: List[str]


def commands_json(task: TaskPlan) -> str:
    """Return the commands of a task for the queue on disk."""
    import json

    return json.dumps([[command.to_json() for command in commands] for commands in (task.cmds, task.cleanup)])


def commands_from_json(text: str) -> Tuple[List[CommandPlan], List[CommandPlan]]:
    """Return the commands and the cleanup commands of a task that commands_json wrote."""
    import json

    cmds, cleanup = json.loads(text)
    return [CommandPlan(**command) for command in cmds], [CommandPlan(**command) for command in cleanup]
