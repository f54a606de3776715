"""From tasks and groups to the plain nodes that the document for the server is made of."""

from __future__ import annotations

from typing import Any, Dict, List, Union

from farmsubmit.compat.puliclient._elements import Task, TaskGroup
from farmsubmit.compat.puliclient._errors import ConnectionError, GraphError
from farmsubmit.engines.puli.document import CommandNode, Dependency, GroupNode, Node, TaskNode

Element = Union[Task, TaskGroup]


def plain_nodes(root: Element) -> Node:
    """Return the plain nodes of a graph; raises GraphError and ConnectionError for what cannot stand in one.

    A node that is only depended on gets its plain node too; the document refuses it by its name.
    """
    made: Dict[int, Node] = {id(root): _plain(root)}
    found: List[Element] = [root]
    for element in found:
        for other in _neighbours(element):
            if id(other) not in made:
                made[id(other)] = _plain(other)
                found.append(other)
    for element in found:
        _join(element, made)
    return made[id(root)]


def checked_statuses(statuses: Any, where: str) -> List[int]:
    """Return a list of states of nodes; raises ConnectionError for anything else."""
    if not isinstance(statuses, (list, tuple)):
        raise ConnectionError(f"{where}: {statuses!r} is no list of states", "write it like [puliclient.DONE]")
    if not statuses or not all(isinstance(status, int) and 0 <= status <= 6 for status in statuses):
        raise ConnectionError(f"{where}: {list(statuses)!r} are no states of nodes", "they are 0 to 6; DONE is 3")
    return [int(status) for status in statuses]


def checked_number(element: Any, name: str) -> Any:
    """Return an attribute that is a number, or text that is a whole one; raises GraphError for anything else."""
    value = getattr(element, name)
    if isinstance(value, (int, float)):
        return value
    try:
        return int(value)
    except (ValueError, TypeError):
        where = f"{type(element).__name__} {element.name!r}"
        raise GraphError(f"{where}: {name} is {value!r}", "a whole number is wanted") from None


def _neighbours(element: Element) -> List[Element]:
    near: List[Any] = [*element.dependencies]
    if isinstance(element, TaskGroup):
        near += [*element.tasks, *element.taskGroups]
    wrong = [other for other in near if not isinstance(other, (Task, TaskGroup))]
    if wrong:
        raise GraphError(f"{element!r} has {wrong[0]!r}, which is neither a Task nor a TaskGroup")
    return near


def _join(element: Element, made: Dict[int, Node]) -> None:
    node = made[id(element)]
    node.dependencies = _dependencies(element, made)
    if isinstance(element, TaskGroup) and isinstance(node, GroupNode):
        node.tasks = [made[id(task)] for task in element.tasks]  # type: ignore[misc]
        node.groups = [made[id(group)] for group in element.taskGroups]  # type: ignore[misc]


def _dependencies(element: Element, made: Dict[int, Node]) -> List[Dependency]:
    where = f"dependency of {element!r}"
    return [(made[id(other)], checked_statuses(wanted, where)) for other, wanted in element.dependencies.items()]


def _plain(element: Element) -> Node:
    return _plain_task(element) if isinstance(element, Task) else _plain_group(element)


def _plain_group(group: TaskGroup) -> GroupNode:
    return GroupNode(
        name=group.name,
        arguments=dict(group.arguments),
        environment=dict(group.environment),
        requirements=group.requirements,
        max_rn=checked_number(group, "maxRN"),
        priority=checked_number(group, "priority"),
        dispatch_key=checked_number(group, "dispatchKey"),
        strategy=group.strategy,
        tags=group.tags,
        timer=None if group.timer is None else checked_number(group, "timer"),
    )


def _plain_task(task: Task) -> TaskNode:
    return TaskNode(
        name=task.name,
        commands=[CommandNode(command.description, command.arguments) for command in task.commands],
        arguments=dict(task.arguments),
        runner=task.runner,
        environment=dict(task.environment),
        max_rn=checked_number(task, "maxRN"),
        priority=checked_number(task, "priority"),
        dispatch_key=checked_number(task, "dispatchKey"),
        validator=task.validator,
        requirements=task.requirements,
        min_nb_cores=checked_number(task, "minNbCores"),
        max_nb_cores=checked_number(task, "maxNbCores"),
        ram_use=checked_number(task, "ramUse"),
        lic=task.lic,
        tags=task.tags,
        timer=None if task.timer is None else checked_number(task, "timer"),
        max_attempt=checked_number(task, "maxAttempt"),
        runner_packages=task.runnerPackages,
        watcher_packages=task.watcherPackages,
    )
