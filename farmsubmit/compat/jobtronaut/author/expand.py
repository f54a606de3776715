"""Tasks that a running command adds to its job. Source: jobtronaut's ``Task.__EXPAND__``, without its eval."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Mapping, Optional

from farmsubmit.compat.jobtronaut.author.job import Job, jobs_to_task
from farmsubmit.compat.jobtronaut.author.plugins import Plugins
from farmsubmit.errors import ArgumentError, PluginError, did_you_mean
from farmsubmit.tasks.overrides import TaskWithOverrides

_MOST_LEVELS = 100


def expand(root_task: Any, arguments_mapping: Mapping[str, Any], local: Optional[bool] = None) -> None:
    """Print TR_EXPAND_CHUNK for the tasks that a task requires, each with arguments of its own.

    ``root_task`` is a name or TaskWithOverrides; its list runs in parallel and its tuple in series. The mapping has for
    each task by name its arguments, or a list of them where the task is required several times. ``local`` as for Job.
    Raises PluginError where it requires nothing, ArgumentError where the mapping does not fit.
    """
    root = Plugins().task(_name(root_task))
    if isinstance(root_task, TaskWithOverrides):
        root = root_task.applied(root)
    if not root.required_tasks:
        raise PluginError(f"{root.__name__} requires no tasks, so there is nothing to expand")
    names = list(_names(root.required_tasks, 0))
    given = {name: _arguments(name, names.count(name), arguments_mapping) for name in names}
    job = Job(jobs_to_task(_jobs(root.required_tasks, given, local)))
    job.expand()


def _names(what: Any, level: int) -> Iterator[str]:
    if level > _MOST_LEVELS:
        raise PluginError(f"the required tasks are nested more than {_MOST_LEVELS} deep")
    if isinstance(what, (list, tuple)):
        for part in what:
            yield from _names(part, level + 1)
    else:
        yield _name(what)


def _name(what: Any) -> str:
    return what.basename if isinstance(what, TaskWithOverrides) else str(what)


def _arguments(name: str, count: int, mapping: Mapping[str, Any]) -> Iterator[Any]:
    """Return the arguments of a task for each time that it is required."""
    if name not in mapping:
        raise ArgumentError(f"there are no arguments for the task {name}", did_you_mean(name, mapping))
    given = mapping[name]
    if not isinstance(given, (list, tuple)):
        return iter([given] * count)
    if len(given) != count:
        hint = "give as many, or one mapping for all of them"
        raise ArgumentError(f"{name} is required {count} times and has arguments for {len(given)}", hint)
    return iter(given)


def _jobs(what: Any, given: Dict[str, Iterator[Any]], local: Optional[bool]) -> Any:
    if isinstance(what, (list, tuple)):
        parts: List[Any] = [_jobs(part, given, local) for part in what]
        return tuple(parts) if isinstance(what, tuple) else parts
    return Job(what, next(given[_name(what)]), local=local)
