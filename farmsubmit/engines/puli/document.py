"""A graph of groups and tasks, and the document that Puli's client sends for it.

The document is one flat list; a node's position in it is its number everywhere else. A node is numbered when it is
first met: the nodes that it depends on before its children, tasks before groups. A group's own dependencies are
copied to every task below it, because the server looks at those of tasks only. Source: Puli's client 1.7.

Before a document is made, what the server would accept and then choke on is refused: nodes that wait for each other,
dependencies on nodes outside the graph, and text that is not ASCII.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple, Union

from farmsubmit.engines.puli import statuses
from farmsubmit.engines.puli.plaintext import refuse_other_than_ascii
from farmsubmit.errors import JobTreeError

RUNNER = "puliclient.jobs.DefaultCommandRunner"
STRATEGY = "octopus.dispatcher.strategies.FifoStrategy"
#: Dependencies that a document may have, with the copied ones.
MOST_DEPENDENCIES = 5_000_000
_BEFORE_START = frozenset({statuses.BLOCKED, statuses.READY, statuses.PAUSED})

#: What a node depends on: a node, and the states of it any of which will do.
Dependency = Tuple["Node", List[int]]


class GraphCycleError(JobTreeError):
    """Nodes that wait for each other; ``nodes`` are those of the circle, the first and the last the same."""

    def __init__(self, nodes: List[Node]) -> None:
        self.nodes = nodes
        names = [node.name for node in nodes]
        if len(names) > 12:
            names = [*names[:6], "…", *names[-5:]]
        super().__init__("these nodes wait for each other: " + " → ".join(names), "a node cannot run before itself")


@dataclass(eq=False)
class CommandNode:
    """A command of a task: one process of the task's runner on one render node."""

    description: str
    arguments: Dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class TaskNode:
    """A task: commands that run at the same time on as many render nodes as there are. ``lic`` is ``a&b``.

    ``ram_use`` is in megabytes, ``timer`` in seconds since the epoch; ``dispatch_key`` is the priority that counts.
    """

    name: str
    commands: List[CommandNode] = field(default_factory=list)
    arguments: Dict[str, Any] = field(default_factory=dict)
    runner: str = RUNNER
    environment: Dict[str, str] = field(default_factory=dict)
    dependencies: List[Dependency] = field(default_factory=list)
    max_rn: int = 0
    priority: int = 0
    dispatch_key: int = 0
    validator: str = "0"
    requirements: Dict[str, Any] = field(default_factory=dict)
    min_nb_cores: int = 1
    max_nb_cores: int = 0
    ram_use: int = 0
    lic: str = ""
    tags: Dict[str, Any] = field(default_factory=dict)
    timer: Optional[float] = None
    max_attempt: int = 1
    runner_packages: str = ""
    watcher_packages: str = ""


@dataclass(eq=False)
class GroupNode:
    """A group of tasks and groups; its environment and arguments win over those below it."""

    name: str
    tasks: List[TaskNode] = field(default_factory=list)
    groups: List[GroupNode] = field(default_factory=list)
    arguments: Dict[str, Any] = field(default_factory=dict)
    environment: Dict[str, str] = field(default_factory=dict)
    dependencies: List[Dependency] = field(default_factory=list)
    requirements: Dict[str, Any] = field(default_factory=dict)
    max_rn: int = 0
    priority: int = 0
    dispatch_key: int = 0
    strategy: str = STRATEGY
    tags: Dict[str, Any] = field(default_factory=dict)
    timer: Optional[float] = None


Node = Union[TaskNode, GroupNode]


def graph_document(
    root: Node, name: str, user: str, pool: str = "default", max_rn: int = -1, meta: Optional[Dict[str, Any]] = None
) -> Dict[str, Any]:
    """Return the document that is sent for a graph; ``max_rn`` -1 is no limit, and the server ignores it.

    Raises GraphCycleError, JobTreeError for a node outside the graph or more than five million dependencies, and
    SpoolError for text that is not ASCII or a value that JSON has not.
    """
    document = plain_document(root, name, user, pool, max_rn, meta)
    _copy_dependencies(document["tasks"])
    refuse_other_than_ascii(document)
    return document


def plain_document(
    root: Node, name: str, user: str, pool: str = "default", max_rn: int = -1, meta: Optional[Dict[str, Any]] = None
) -> Dict[str, Any]:
    """Return the document before dependencies of groups are copied to their tasks, as Puli's ``save`` writes it.

    Text is not looked at. Raises GraphCycleError, and JobTreeError for a node outside the graph.
    """
    order = numbered(root)
    _refuse_outsiders(root, order)
    refuse_cycles(root)
    numbers = {id(node): number for number, node in enumerate(order)}
    return {
        "name": name,
        "meta": {} if meta is None else meta,
        "root": 0,
        "tasks": [_node_document(node, numbers) for node in order],
        "user": user,
        "poolName": pool,
        "maxRN": max_rn,
    }


def numbered(root: Node) -> List[Node]:
    """Return the nodes of a graph in the order of their numbers."""
    seen: Set[int] = set()
    order: List[Node] = []
    stack: List[Iterator[Node]] = [iter([root])]
    while stack:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
        elif id(node) not in seen:
            seen.add(id(node))
            order.append(node)
            stack.append(iter([*(other for other, _ in node.dependencies), *children(node)]))
    return order


def children(node: Node) -> List[Node]:
    """Return the children of a node as the document lists them."""
    return [*node.tasks, *node.groups] if isinstance(node, GroupNode) else []


def refuse_cycles(root: Node) -> None:
    """Raise GraphCycleError for nodes below this one that wait for each other.

    A node starts after its parent may and after what it depends on; a group ends after its children.
    """
    parents = _parents(root)
    done: Set[_Moment] = set()
    path: List[Tuple[Node, bool]] = []
    on_path: Set[_Moment] = set()
    stack: List[Iterator[Tuple[Node, bool]]] = [iter([(root, True)])]
    while stack:
        moment = next(stack[-1], None)
        if moment is None:
            stack.pop()
            if path:
                last = path.pop()
                on_path.discard(_key(last))
                done.add(_key(last))
        elif _key(moment) in on_path:
            raise GraphCycleError(_loop(path, moment))
        elif _key(moment) not in done:
            path.append(moment)
            on_path.add(_key(moment))
            stack.append(_waits_for(*moment, parents))


# The start (False) or the end (True) of a node, by the node's identity.
_Moment = Tuple[int, bool]


def _key(moment: Tuple[Node, bool]) -> _Moment:
    return id(moment[0]), moment[1]


def _waits_for(node: Node, ended: bool, parents: Dict[int, List[Node]]) -> Iterator[Tuple[Node, bool]]:
    if ended:
        yield node, False
        for child in children(node):
            yield child, True
        return
    for parent in parents.get(id(node), ()):
        yield parent, False
    for other, accepted in node.dependencies:
        if not _BEFORE_START.intersection(accepted):
            yield other, statuses.RUNNING not in accepted


def _loop(path: List[Tuple[Node, bool]], again: Tuple[Node, bool]) -> List[Node]:
    first = next(place for place, moment in enumerate(path) if _key(moment) == _key(again))
    loop: List[Node] = []
    for node, _ in [*path[first:], again]:
        if not loop or loop[-1] is not node:
            loop.append(node)
    return loop if len(loop) > 1 else [*loop, *loop]


def _parents(root: Node) -> Dict[int, List[Node]]:
    parents: Dict[int, List[Node]] = {id(root): []}
    look = [root]
    for node in look:
        for child in children(node):
            if id(child) not in parents:
                parents[id(child)] = []
                look.append(child)
            parents[id(child)].append(node)
    return parents


def _refuse_outsiders(root: Node, order: List[Node]) -> None:
    inside = _parents(root)
    for node in order:
        for other, _ in node.dependencies:
            if id(other) not in inside:
                problem = f"{node.name!r} depends on {other.name!r}, which is not in the graph"
                raise JobTreeError(problem, "add it to the graph, or take the dependency away")


def _copy_dependencies(documents: List[Dict[str, Any]]) -> None:
    """Copy the dependencies of each group to every task below it, however deep."""
    count = 0
    for group in documents:
        if group["type"] != "TaskGroup" or not group["dependencies"]:
            continue
        look = list(reversed(group["tasks"]))
        while look:
            node = documents[look.pop()]
            if node["type"] == "TaskGroup":
                look += reversed(node["tasks"])
                continue
            count += len(group["dependencies"])
            if count > MOST_DEPENDENCIES:
                problem = f"the tasks of this graph depend on each other in more than {MOST_DEPENDENCIES:,} ways"
                raise JobTreeError(problem, "put fewer dependencies on groups, or make several graphs")
            node["dependencies"] += [[number, list(accepted)] for number, accepted in group["dependencies"]]


def _node_document(node: Node, numbers: Dict[int, int]) -> Dict[str, Any]:
    dependencies = [[numbers[id(other)], list(accepted)] for other, accepted in node.dependencies]
    if isinstance(node, TaskNode):
        return _task_document(node, dependencies)
    return {
        "type": "TaskGroup",
        "name": node.name,
        "arguments": dict(node.arguments),
        "environment": dict(node.environment),
        "dependencies": dependencies,
        "requirements": dict(node.requirements),
        "maxRN": node.max_rn,
        "priority": node.priority,
        "dispatchKey": node.dispatch_key,
        "strategy": node.strategy,
        "tasks": [numbers[id(child)] for child in children(node)],
        "tags": mirrored(node.tags),
        "timer": node.timer,
    }


def _task_document(task: TaskNode, dependencies: List[List[Any]]) -> Dict[str, Any]:
    return {
        "name": task.name,
        "type": "Task",
        "runner": task.runner,
        "arguments": dict(task.arguments),
        "environment": dict(task.environment),
        "dependencies": dependencies,
        "maxRN": task.max_rn,
        "priority": task.priority,
        "dispatchKey": task.dispatch_key,
        "validationExpression": task.validator,
        "requirements": dict(task.requirements),
        "minNbCores": task.min_nb_cores,
        "maxNbCores": task.max_nb_cores,
        "ramUse": task.ram_use,
        "commands": [_command_document(command, task) for command in task.commands],
        "lic": task.lic,
        "licence": task.lic,
        "tags": mirrored(task.tags),
        "timer": task.timer,
        "maxAttempt": task.max_attempt,
        "runnerPackages": task.runner_packages,
        "watcherPackages": task.watcher_packages,
    }


def _command_document(command: CommandNode, task: TaskNode) -> Dict[str, Any]:
    arguments = dict(command.arguments)
    return {"description": command.description, "type": "command", "task": task.name, "arguments": arguments}


def mirrored(tags: Dict[str, Any]) -> Dict[str, Any]:
    """Return tags in which ``plan`` and ``shot`` say the same where only one of them is there."""
    found = dict(tags)
    for one, other in (("plan", "shot"), ("shot", "plan")):
        if one in found and other not in found:
            found[other] = found[one]
    return found
