"""From a graph to a Job, for any engine but Puli's own.

A group is a task with its children below it; a task's commands are children that run in parallel. What a node waits
for are Instances before it. Only waiting for success can be said in a task tree: other states that would do are
reported, and a node that waits for nothing but a failure is refused.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Set, Tuple

from farmsubmit.author.elements import Command, Instance, Job, Task
from farmsubmit.compat.puliclient import watcher
from farmsubmit.compat.puliclient._callables import RUNNER as CALLABLE_RUNNER
from farmsubmit.compat.puliclient._errors import GraphError
from farmsubmit.compat.puliclient._parameters import CommandError
from farmsubmit.compat.puliclient._runners import DefaultCommandRunner, frame_lines
from farmsubmit.compat.puliclient.enums import NODE_DONE
from farmsubmit.engines.base import Dropped
from farmsubmit.engines.puli.document import RUNNER, STRATEGY
from farmsubmit.lang.substitution import literal, mapped
from farmsubmit.settings import load_settings

_WATCHER = str(Path(watcher.__file__).resolve())
#: Commands that a job may have; each frame of a command is one.
MOST_COMMANDS = 1_000_000
_NO_RETRY = "other engines try again by exit code only: the command runs once"
_DROPPED = {
    "requirements": ({}, "other engines have no such table: say it as a service in the settings"),
    "priority": (0, "only the job has a priority"),
    "validationExpression": ("0", "nothing looks at it"),
    "strategy": (STRATEGY, "engines have their own order"),
    "maxAttempt": (1, _NO_RETRY),
    "maxNbCores": (0, "a command takes the slots it is given"),
    "runnerPackages": ("", "packages are settled by the settings"),
    "watcherPackages": ("", "packages are settled by the settings"),
}
_DROPPED_BELOW = {
    "maxRN": (0, "only the whole job has a limit"),
    "dispatchKey": (0, "only the job has a priority"),
    "timer": (None, "only the whole job can be held back"),
}


class GraphJob(NamedTuple):
    """The job that a graph becomes, and what of the graph it cannot say."""

    job: Job
    dropped: Tuple[Dropped, ...]


def job_of(document: Dict[str, Any]) -> GraphJob:
    """Return the job for a graph's document, before dependencies of groups were copied to their tasks.

    Raises GraphError for a node that waits for nothing but a failure, for a callable of the script itself, and for more
    than a million commands; AuthorError and SubstitutionError for values that no command can have.
    """
    maker = _JobMaker(document)
    return GraphJob(maker.job(), tuple(maker.dropped))


class _JobMaker:
    def __init__(self, document: Dict[str, Any]) -> None:
        self.document = document
        self.nodes: List[Dict[str, Any]] = document["tasks"]
        self.dropped: List[Dropped] = []
        self.parents: Dict[int, int] = {}
        self._commands = 0

    def job(self) -> Job:
        root = self.nodes[0]
        job = Job(title=self.document["name"], **_settings(self.document, root))
        if self.document["poolName"] != "default":
            self._drop(
                f"Graph {self.document['name']!r}", "poolName", "other engines have no pools: say it as a service"
            )
        made = [Task(title=node["name"]) for node in self.nodes]
        self._place(made)
        for number, task in enumerate(made):
            self._tell_dropped(number)
            self._fill(number, task, made)
        if root["type"] == "TaskGroup" and root["name"] == self.document["name"]:
            for child in list(made[0].subtasks):
                child.parent = None
                job.addChild(child)
        else:
            job.addChild(made[0])
        return job

    def _place(self, made: List[Task]) -> None:
        """Note the first group of each node: it stands there, and elsewhere its Instances do."""
        for number, node in enumerate(self.nodes):
            for child in node.get("tasks", ()):
                self.parents.setdefault(child, number)

    def _fill(self, number: int, task: Task, made: List[Task]) -> None:
        """Give a task what it waits for, and then its children or commands."""
        node = self.nodes[number]
        waits = [Instance.of(made[other]) for other in self._waits_for(node)]
        below = self._below(number, made)
        is_alone = len(below) == 1 and node["type"] == "Task"
        if is_alone:
            for command in below[0].cmds:
                task.addCommand(command)
        inside = task
        if waits and below and not is_alone:
            task.serialsubtasks = True
            inside = Task(title=node["name"])
        for wait in waits:
            task.addChild(wait)
        if inside is not task:
            task.addChild(inside)
        for child in () if is_alone else below:
            inside.addChild(child)

    def _below(self, number: int, made: List[Task]) -> List[Any]:
        node = self.nodes[number]
        if node["type"] == "Task":
            return [self._task_of(number, command) for command in node["commands"]]
        children: List[Any] = []
        for child in node["tasks"]:
            stands_here = self.parents[child] == number
            children.append(made[child] if stands_here else Instance.of(made[child]))
        return children

    def _waits_for(self, node: Dict[str, Any]) -> List[int]:
        where = _where(node)
        found: Dict[int, None] = {}
        for other, accepted in node["dependencies"]:
            name = self.nodes[other]["name"]
            if NODE_DONE not in accepted:
                problem = f"{where} waits for {name!r} in states {accepted} and not for DONE"
                raise GraphError(problem, "only a Puli server and execute() can say that")
            if set(accepted) != {NODE_DONE}:
                self._drop(
                    where,
                    "dependencies",
                    f"it waits until {name!r} is done: other engines know no other state of {accepted}",
                )
            found[other] = None
        return list(found)

    def _task_of(self, number: int, command: Dict[str, Any]) -> Task:
        node = self.nodes[number]
        arguments = {**self._inherited(number, "arguments"), **command["arguments"]}
        task = Task(title=command["description"])
        for argv in self._lines(node, arguments):
            made = Command(argv=_with_environment(self._inherited(number, "environment"), argv), **_demands(node))
            if node["runner"] == RUNNER and arguments.get("timeout"):
                made.maxrunsecs = int(arguments["timeout"])
            task.addCommand(made)
        return task

    def _lines(self, node: Dict[str, Any], arguments: Dict[str, Any]) -> List[List[str]]:
        if node["runner"] != RUNNER:
            return [_watched(node, arguments)]
        try:
            DefaultCommandRunner().validate(arguments)
        except CommandError as error:
            raise GraphError(f"{_where(node)}: {error}", "the default runner wants cmd, start and end") from None
        self._commands += max(0, int(arguments["end"] or 0) - int(arguments["start"] or 0) + 1)
        if self._commands > MOST_COMMANDS:
            raise GraphError(f"the graph has more than {MOST_COMMANDS:,} commands", "run several frames in one line")
        # A blank in front keeps a line that starts with ~ from being taken for a home folder before the shell sees it.
        lines = [line if not line.startswith("~") else f" {line}" for line in frame_lines(arguments)]
        return [["/bin/sh", "-c", literal(line)] for line in lines]

    def _inherited(self, number: int, name: str) -> Dict[str, Any]:
        """Return arguments or environment as on a Puli server, where those of outer groups go over what is inside."""
        values: Dict[str, Any] = dict(self.nodes[number][name])
        while number in self.parents:
            number = self.parents[number]
            values.update(self.nodes[number][name])
        return values

    def _tell_dropped(self, number: int) -> None:
        node, where = self.nodes[number], _where(self.nodes[number])
        for name, (default, reason) in (_DROPPED if number == 0 else {**_DROPPED, **_DROPPED_BELOW}).items():
            if node.get(name, default) not in (default, None, -1):
                self._drop(where, name, reason)
        if number and set(node["tags"]) - set(self.nodes[0]["tags"]):
            self._drop(where, "tags", "only those of the root are kept, as the job's metadata")

    def _drop(self, where: str, option: str, reason: str) -> None:
        self.dropped.append(Dropped(where, option, reason))


def _where(node: Dict[str, Any]) -> str:
    return f"{node['type']} {node['name']!r}"


def _settings(document: Dict[str, Any], root: Dict[str, Any]) -> Dict[str, Any]:
    """Return the job's own options."""
    tags = root["tags"]
    found: Dict[str, Any] = {"comment": str(tags["comment"])} if tags.get("comment") else {}
    if tags.get("prod"):
        found["projects"] = [str(tags["prod"])]
    more = {"tags": tags, "meta": document["meta"]}
    if any(more.values()):
        found["metadata"] = json.dumps({name: value for name, value in more.items() if value}, sort_keys=True)
    limits = [limit for limit in (document["maxRN"], root["maxRN"]) if limit > 0]
    if limits:
        found["maxactive"] = min(limits)
    if root["dispatchKey"]:
        found["priority"] = root["dispatchKey"]
    if root["timer"]:
        found["after"] = _moment(root)
    if tags.get("paused") in (True, "true"):
        found["paused"] = True
    return found


def _moment(root: Dict[str, Any]) -> datetime:
    try:
        return datetime.fromtimestamp(root["timer"])
    except (ValueError, OverflowError, OSError):
        raise GraphError(f"{_where(root)}: timer {root['timer']!r} is no time", "give seconds since 1970") from None


def _demands(node: Dict[str, Any]) -> Dict[str, Any]:
    """Return what a command asks of its blade: licences as limit tags, memory and cores as its service."""
    found: Dict[str, Any] = {}
    licences = [name.strip() for name in node["lic"].split("&") if name.strip()]
    if licences:
        found["tags"] = licences
    asked = [f"@.mem >= {node['ramUse'] / 1024:.6g}"] if node["ramUse"] else []
    if node["minNbCores"] > 1:
        asked.append(f"@.nCPUs >= {node['minNbCores']}")
    if asked:
        found["service"] = " && ".join(asked)
    return found


def _watched(node: Dict[str, Any], arguments: Dict[str, Any]) -> List[str]:
    """Return the command that runs another runner on a blade; farmsubmit must be there too."""
    if node["runner"] == CALLABLE_RUNNER and arguments.get("moduleName") == "__main__":
        name = arguments.get("funcName") or arguments.get("methodName")
        raise GraphError(f"{name!r} stands in the script itself, which no render node imports", "put it into a module")
    paths = [] if "sysPath" in arguments else [str(path) for path in sys.path]
    words = [node["runner"], json.dumps(arguments), json.dumps(paths)]
    return [str(load_settings()["python"]), mapped(_WATCHER), *(literal(word) for word in words)]


def _with_environment(environment: Dict[str, Any], argv: List[str]) -> List[str]:
    if not environment:
        return argv
    wrong: Set[str] = {name for name in environment if "=" in name or not name or name.startswith("-")}
    if wrong:
        raise GraphError(f"{min(wrong)!r} is no name of an environment variable")
    return ["/usr/bin/env", *(literal(f"{name}={value}") for name, value in environment.items()), *argv]
