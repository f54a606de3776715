"""Tasks, groups and commands, with the names of Puli's client. Source: its API reference and release 1.7."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Mapping, Optional, Sequence, Type, TypeVar, Union

from farmsubmit.compat.puliclient import jobs
from farmsubmit.compat.puliclient._callables import RUNNER as CALLABLE_RUNNER
from farmsubmit.compat.puliclient._callables import parse_callable
from farmsubmit.compat.puliclient._errors import GraphError, NotAddable
from farmsubmit.compat.puliclient.enums import NODE_DONE
from farmsubmit.engines.puli.document import RUNNER, STRATEGY

DECOMPOSER = "puliclient.jobs.DefaultTaskDecomposer"
_Group = TypeVar("_Group", bound="TaskGroup")


class HierarchicalDict(Dict[str, Any]):
    """A dictionary that asks its ``parent`` for what it has not; ``in``, ``get`` and ``items`` see its own only.

    Raises GraphError for values that are none.
    """

    def __init__(self, parent: Optional[HierarchicalDict], values: Optional[Mapping[str, Any]]) -> None:
        if not isinstance(values or {}, Mapping):
            raise GraphError(f"{values!r} is no dictionary", "give names and values")
        super().__init__(values or {})
        self.parent = parent

    def __missing__(self, name: str) -> Any:
        above = self.parent
        while above is not None:
            if name in above:
                return above[name]
            above = above.parent
        raise KeyError(name)


class _Node:
    """What tasks and groups share. ``dependencies`` has the states that will do, by the node that is waited for."""

    name: str
    arguments: HierarchicalDict
    environment: HierarchicalDict
    tags: Dict[str, Any]
    dependencies: Dict[Any, Any]

    def dependsOn(self, task: Union[Task, TaskGroup], statusList: Sequence[int] = (NODE_DONE,)) -> None:
        """Wait for another task or group to reach any of these states; raises GraphError for what is none."""
        if not isinstance(task, _Node):
            raise GraphError(f"{self!r} cannot depend on {task!r}", "give a Task or a TaskGroup")
        self.dependencies[task] = list(statusList)

    def updateTags(self, pTags: Mapping[str, Any]) -> None:
        """Add tags, or give them other values."""
        self.tags.update(pTags)

    def setEnv(self, pEnv: Mapping[str, Any]) -> None:
        """Put another environment in the place of the one there is."""
        self.environment = HierarchicalDict(self.environment.parent, pEnv)


class Command:
    """A command of a task: one process of the task's runner on one render node."""

    def __init__(
        self,
        description: str,
        task: Task,
        arguments: Optional[Mapping[str, Any]] = None,
        runnerPackages: Optional[str] = None,
        watcherPackages: Optional[str] = None,
    ) -> None:
        self.description = description
        self.task = task
        self.arguments = dict(arguments or {})
        self.runnerPackages = runnerPackages
        self.watcherPackages = watcherPackages


class Task(_Node):
    """A task: its ``decomposer`` makes its commands of ``arguments``, its ``runner`` runs them.

    ``runner`` and ``decomposer`` are dotted names of classes; ``decomposer=None`` leaves the commands to addCommand.
    ``ramUse`` is in megabytes, ``timer`` in seconds since the epoch, ``lic`` is ``a&b``; ``dispatchKey`` is the
    priority that counts. Packages default to those of REZ_USED_RESOLVE. Raises JobTypeImportError.
    """

    def __init__(
        self,
        name: str,
        arguments: Optional[Mapping[str, Any]],
        runner: str = RUNNER,
        decomposer: Optional[str] = DECOMPOSER,
        runnerPackages: Optional[str] = None,
        watcherPackages: Optional[str] = None,
        dependencies: Optional[Mapping[Any, Any]] = None,
        maxRN: int = 0,
        priority: int = 0,
        dispatchKey: int = 0,
        environment: Optional[Mapping[str, Any]] = None,
        validator: str = "0",
        minNbCores: int = 1,
        maxNbCores: int = 0,
        ramUse: int = 0,
        requirements: Optional[Mapping[str, Any]] = None,
        lic: str = "",
        tags: Optional[Mapping[str, Any]] = None,
        timer: Optional[float] = None,
        maxAttempt: int = 1,
    ) -> None:
        self.parent = None
        self.name = str(name)
        self.arguments = HierarchicalDict(None, arguments)
        self.environment = HierarchicalDict(None, environment)
        self.dependencies = dict(dependencies or {})
        self.runner = runner
        self.decomposerName = decomposer
        self.decomposer = decomposer
        self.canBeDecomposed = True
        self.maxRN, self.priority, self.dispatchKey = maxRN, priority, dispatchKey
        self.validator = validator
        self.minNbCores, self.maxNbCores, self.ramUse = minNbCores, maxNbCores, ramUse
        self.requirements = dict(requirements or {})
        self.lic = lic
        self.tags = dict(tags or {})
        self.timer = timer
        self.maxAttempt = maxAttempt
        resolved = os.environ.get("REZ_USED_RESOLVE", "")
        self.runnerPackages = runnerPackages or resolved
        # Each with a blank in front, as the server has always got them.
        contributed = [f" {word}" for word in resolved.split() if word.startswith("pulicontrib")]
        self.watcherPackages = watcherPackages or "".join(contributed)

    @property
    def decomposer(self) -> Any:
        """The class that makes the commands, or None; given by its name. Another one takes the commands away."""
        return self._decomposer

    @decomposer.setter
    def decomposer(self, name: Optional[str]) -> None:
        self._decomposer = jobs.loadTaskDecomposer(name) if name else None
        self.decomposed = False
        self.commands: List[Command] = []

    def addCommand(
        self,
        name: str,
        arguments: Mapping[str, Any],
        runnerPackages: Optional[str] = None,
        watcherPackages: Optional[str] = None,
    ) -> None:
        """Add a command; a decomposer adds its own behind it."""
        self.commands.append(Command(name, self, arguments, runnerPackages, watcherPackages))

    def decompose(self) -> Task:
        """Let the decomposer make the commands, once, and return the task itself."""
        if not self.decomposed:
            if self.decomposer is not None:
                self.decomposer(self)
            self.decomposed = True
        return self

    def __repr__(self) -> str:
        return f"Task({self.name!r})"


class TaskGroup(_Node):
    """A group of tasks and groups; ``expander`` is the dotted name of a class that fills it.

    Raises JobTypeImportError.
    """

    def __init__(
        self,
        name: str,
        expander: Optional[str] = None,
        arguments: Optional[Mapping[str, Any]] = None,
        tags: Optional[Mapping[str, Any]] = None,
        environment: Optional[Mapping[str, Any]] = None,
        timer: Optional[float] = None,
        priority: int = 0,
        dispatchKey: int = 0,
    ) -> None:
        self.name = str(name)
        self.expanderName = expander
        self.expander = expander
        self.arguments = HierarchicalDict(None, arguments)
        self.environment = HierarchicalDict(None, environment)
        self.requirements: Dict[str, Any] = {}
        self.dependencies = {}
        self.maxRN, self.priority, self.dispatchKey = 0, priority, dispatchKey
        self.strategy = STRATEGY
        self.tags = dict(tags or {})
        self.timer = timer

    @classmethod
    def createFromTask(cls: Type[_Group], task: Task) -> _Group:
        """Return a group with the name, arguments, dependencies, environment and requirements of a task."""
        group = cls(task.name)
        group.arguments, group.environment = task.arguments, task.environment
        group.dependencies, group.requirements = task.dependencies, task.requirements
        return group

    @property
    def expander(self) -> Any:
        """The class that fills the group, or None; given by its name. Another one empties the group."""
        return self._expander

    @expander.setter
    def expander(self, name: Optional[str]) -> None:
        self._expander = jobs.loadTaskExpander(name) if name else None
        self.expanded = False
        self.tasks: List[Task] = []
        self.taskGroups: List[TaskGroup] = []

    def addTask(self, task: Task) -> None:
        """Add a task; raises NotAddable, an AssertionError too, for anything else and for one that is in it."""
        if not isinstance(task, Task) or task in self.tasks:
            raise NotAddable(f"{self!r} cannot take {task!r}", "give a Task that is not in it yet")
        self.tasks.append(self._adopted(task))

    def addTaskGroup(self, taskGroup: TaskGroup) -> None:
        """Add a group; raises NotAddable as addTask does."""
        if not isinstance(taskGroup, TaskGroup) or taskGroup in self.taskGroups:
            raise NotAddable(f"{self!r} cannot take {taskGroup!r}", "give a TaskGroup that is not in it yet")
        self.taskGroups.append(self._adopted(taskGroup))

    def addNewTask(self, *args: Any, **kwargs: Any) -> Task:
        """Make a task, add it, and return it; the arguments are those of Task."""
        task = self._adopted(Task(*args, **kwargs))
        self.tasks.append(task)
        return task

    def addNewTaskGroup(self, *args: Any, **kwargs: Any) -> TaskGroup:
        """Make a group, add it, and return it; the arguments are those of TaskGroup."""
        group = self._adopted(TaskGroup(*args, **kwargs))
        self.taskGroups.append(group)
        return group

    def addNewCallable(
        self,
        targetCall: Any,
        name: str = "",
        runner: str = CALLABLE_RUNNER,
        user_args: Sequence[Any] = (),
        user_kwargs: Optional[Mapping[str, Any]] = None,
        **kwargs: Any,
    ) -> None:
        """Add a task that calls a function, or a method on a new object of its class; ``kwargs`` are those of Task.

        It travels by module and name, its arguments as JSON. Raises GraphError for what cannot travel so.
        """
        title, arguments = parse_callable(targetCall, name, user_args, user_kwargs or {})
        self.addNewTask(title, arguments=arguments, runner=runner, **kwargs)

    def expand(self, hierarchy: bool) -> TaskGroup:
        """Let the expander fill the group, once; with ``hierarchy`` also expand and decompose all that is below."""
        look, seen = [self], {id(self)}
        while look:
            group = look.pop()
            group._expand_itself()
            if not hierarchy:
                break
            for task in group.tasks:
                task.decompose()
            below = [child for child in group.taskGroups if id(child) not in seen]
            seen.update(map(id, below))
            look += reversed(below)
        return self

    def setEnv(self, pEnv: Mapping[str, Any]) -> None:
        """Put another environment in the place of the one there is, for what is in the group too."""
        super().setEnv(pEnv)
        for child in (*self.tasks, *self.taskGroups):
            child.environment.parent = self.environment

    def _expand_itself(self) -> None:
        if not self.expanded:
            if self.expander is not None:
                self.expander(self)
            self.expanded = True

    def _adopted(self, child: _AnyNode) -> _AnyNode:
        child.arguments.parent, child.environment.parent = self.arguments, self.environment
        return child

    def __repr__(self) -> str:
        return f"TaskNode({self.name!r})"


_AnyNode = TypeVar("_AnyNode", Task, TaskGroup)
