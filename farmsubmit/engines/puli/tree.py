"""A job as the server tells it: its node, the tree of nodes below it, and their commands.

The tree comes from the server's job query: the tree of tasks, which would say it all at once, cannot be had before the
server's first round with a job. Nothing is believed before it is checked: numbers may be negative, texts endless.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from farmsubmit.engines.base import ACTIVE, BLOCKED, DONE, ERROR, READY
from farmsubmit.engines.puli import statuses, tags
from farmsubmit.engines.puli.client import (
    Client,
    NotFoundOnServer,
    a_dict,
    count,
    dicts,
    moment,
    real,
    text,
    wrong,
)
from farmsubmit.errors import EngineError, NoSuchJob

#: The node that all jobs stand under.
JOBS = 1
_STATES = {
    statuses.CMD_BLOCKED: BLOCKED,
    statuses.CMD_READY: READY,
    statuses.CMD_ASSIGNED: ACTIVE,
    statuses.CMD_RUNNING: ACTIVE,
    statuses.CMD_FINISHING: ACTIVE,
    statuses.CMD_DONE: DONE,
    statuses.CMD_TIMEOUT: ERROR,
    statuses.CMD_ERROR: ERROR,
}


class CommandView(NamedTuple):
    """A command: ``where`` is its render node as ``host:port``; ``again`` says that the server will retry it."""

    cid: int
    task: int
    title: str
    status: int
    progress: int
    message: str
    where: str
    started: Optional[float]
    stopped: Optional[float]
    cmd: str
    again: bool

    @property
    def state(self) -> str:
        """Its state as that of a task; what was cancelled before it began counts as blocked."""
        if self.status == statuses.CMD_CANCELED:
            return ERROR if self.started else BLOCKED
        return READY if self.again else _STATES[self.status]

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody cancelled it."""
        return self.status == statuses.CMD_CANCELED


@dataclass
class TaskView:
    """A task or group, by its node; ``parent`` is the node above it. ``commands`` are in their order."""

    node: int
    name: str
    parent: Optional[int]
    is_group: bool
    tags: Mapping[str, Any]
    commands: List[CommandView] = field(default_factory=list)


class JobView(NamedTuple):
    """A job: its id, and all of its tasks in the order of the tree, the root first.

    ``task`` is the id of its root among tasks, which are counted apart from nodes.
    """

    jid: str
    task: int
    name: str
    user: str
    status: int
    priority: float
    created: float
    tasks: List[TaskView]

    @property
    def root(self) -> TaskView:
        """The root of the tree: a group, or the only task."""
        return self.tasks[0]

    @property
    def is_ours(self) -> bool:
        """Whether it was sent by us, so that its nodes say which tasks they belong to."""
        return tags.KEY in self.root.tags

    @property
    def commands(self) -> List[CommandView]:
        """All commands, in the order of the tree."""
        return [command for task in self.tasks for command in task.commands]


def read_job(client: Client, jid: str) -> JobView:
    """Return a job as it stands now; raises EngineError for one that is not there, or that the server makes up."""
    node = read_node(client, jid)
    if node.get("parent") != JOBS:
        raise EngineError(f"{jid} is a part of a job, no job itself", "farmsubmit jobs lists the jobs")
    root = count(node, "taskGroup") if node.get("taskGroup") is not None else count(node, "task")
    found = client.ask("query/job", {"recursive": True, "id": [int(jid)]})
    items = dicts(a_dict(found, "a job").get("items"), "a job")
    if len(items) != 1 or items[0].get("id") != int(jid):
        raise wrong(f"job {jid}")
    commands = a_dict(client.get(f"tasks/{root}/commands"), "commands").get("commands")
    return JobView(
        jid=jid,
        task=root,
        name=text(node, "name"),
        user=text(node, "user"),
        status=count(node, "status"),
        priority=real(node, "dispatchKey"),
        created=real(node, "creationTime"),
        tasks=_tasks(items[0], _by_task(dicts(commands, "commands"))),
    )


def read_node(client: Client, jid: str) -> Dict[str, Any]:
    """Return a node; raises NoSuchJob for one that is not there."""
    if not (jid.isascii() and jid.isdigit() and len(jid) < 16):
        raise NoSuchJob(f"there is no job {jid!r} on {client.location.base}", "Puli's job ids are numbers")
    try:
        return a_dict(client.get(f"nodes/{jid}"), "a node")
    except NotFoundOnServer:
        raise NoSuchJob(f"there is no job {jid} on {client.location.base}") from None


def _by_task(commands: Sequence[Dict[str, Any]]) -> Dict[int, List[Dict[str, Any]]]:
    found: Dict[int, List[Dict[str, Any]]] = {}
    for item in sorted(commands, key=lambda each: count(each, "id")):
        found.setdefault(count(item, "task"), []).append(item)
    return found


def _tasks(root: Dict[str, Any], commands: Mapping[int, Sequence[Dict[str, Any]]]) -> List[TaskView]:
    """Return the nodes of a tree in its order."""
    found: List[TaskView] = []
    seen: Set[int] = set()
    look: List[Tuple[Dict[str, Any], Optional[int]]] = [(root, None)]
    while look:
        item, parent = look.pop()
        view = _task(item, parent, commands)
        if view.node in seen:
            raise wrong("a tree")
        seen.add(view.node)
        found.append(view)
        look += [(child, view.node) for child in reversed(dicts(item.get("children", []), "the children of a node"))]
    return found


def _task(item: Dict[str, Any], parent: Optional[int], commands: Mapping[int, Sequence[Dict[str, Any]]]) -> TaskView:
    task = item.get("task")
    own = item.get("tags")
    view = TaskView(count(item, "id"), text(item, "name"), parent, task is None, own if isinstance(own, dict) else {})
    if task is not None:
        task = a_dict(task, "a task")
        number = count(task, "id")
        view.commands += [_command(each, number, task.get("maxAttempt")) for each in commands.get(number, ())]
    return view


def _command(item: Dict[str, Any], owner: int, most: Any) -> CommandView:
    status = count(item, "status")
    if status > statuses.CMD_CANCELED:
        raise wrong("a state that there is")
    arguments = item.get("arguments")
    tries = item.get("attempt")
    again = status == statuses.CMD_ERROR and isinstance(tries, int) and isinstance(most, int) and tries < most
    return CommandView(
        cid=count(item, "id"),
        task=owner,
        title=text(item, "description"),
        status=status,
        progress=max(0, min(100, round(real(item, "completion") * 100))),
        message=text(item, "message"),
        where=text(item, "renderNode"),
        started=moment(item, "startTime"),
        stopped=moment(item, "endTime"),
        cmd=_cmd(arguments),
        again=again,
    )


def _cmd(arguments: Any) -> str:
    value = arguments.get("cmd") if isinstance(arguments, dict) else None
    return value if isinstance(value, str) else ""
