"""Graphs, with the names of Puli's client. Source: its API reference and release 1.7."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from farmsubmit.compat.puliclient import enums
from farmsubmit.compat.puliclient._callables import RUNNER as CALLABLE_RUNNER
from farmsubmit.compat.puliclient._elements import Task, TaskGroup
from farmsubmit.compat.puliclient._errors import (
    ConnectionError,
    DependencyCycleError,
    GraphError,
    GraphExecError,
    GraphExecInterrupt,
)
from farmsubmit.compat.puliclient._nodes import checked_number, checked_statuses, plain_nodes
from farmsubmit.engines.puli.document import GraphCycleError, graph_document, plain_document

if TYPE_CHECKING:
    from farmsubmit.compat.puliclient._tojob import GraphJob

Element = Union[Task, TaskGroup]


class Graph:
    """A graph of tasks and groups: made, then sent with submit() or run here with execute().

    ``root`` is a Task or a TaskGroup (default: a group of the graph's name), ``user`` defaults to the process owner,
    ``maxRN`` is the most render nodes at a time, -1 for no limit; ``tags`` are those of the root. Raises GraphError.
    """

    def __init__(
        self,
        name: str,
        root: Optional[Element] = None,
        user: Optional[str] = None,
        poolName: str = "default",
        maxRN: int = -1,
        tags: Optional[Mapping[str, Any]] = None,
    ) -> None:
        self.name = str(name)
        self.root: Any = TaskGroup(self.name) if root is None else root
        if not isinstance(self.root, (Task, TaskGroup)):
            raise GraphError(f"the root of graph {self.name!r} is {root!r}", "give a Task or a TaskGroup")
        self.root.updateTags(tags or {})
        self.poolName = poolName
        self.maxRN = maxRN
        self.meta: Dict[str, Any] = {}
        self.user = _user() if user is None else user

    def add(self, pElem: Any) -> Any:
        """Add a task or a group to the root, and return it; raises GraphError where the root is a task."""
        if not isinstance(pElem, (Task, TaskGroup)):
            raise GraphError(f"{pElem!r} cannot be added", "give a Task or a TaskGroup")
        if isinstance(pElem, Task):
            self._group().addTask(pElem)
        else:
            self._group().addTaskGroup(pElem)
        return pElem

    def addList(self, pElemList: Sequence[Element]) -> None:
        """Add tasks and groups to the root; raises GraphError."""
        if not isinstance(pElemList, (list, tuple)):
            raise GraphError(f"{pElemList!r} is no list of nodes")
        for element in pElemList:
            self.add(element)

    def addNewTask(self, *args: Any, **kwargs: Any) -> Task:
        """Make a task, add it to the root, and return it; the arguments are those of Task. Raises GraphError."""
        return self._group().addNewTask(*args, **kwargs)

    def addNewTaskGroup(self, *args: Any, **kwargs: Any) -> TaskGroup:
        """Make a group, add it to the root, and return it; the arguments are those of TaskGroup. Raises GraphError."""
        return self._group().addNewTaskGroup(*args, **kwargs)

    def addNewCallable(
        self,
        targetCall: Any,
        name: str = "",
        runner: str = CALLABLE_RUNNER,
        user_args: Sequence[Any] = (),
        user_kwargs: Optional[Mapping[str, Any]] = None,
        **kwargs: Any,
    ) -> None:
        """Add a task that calls a function or a method, see TaskGroup.addNewCallable. Raises GraphError."""
        self._group().addNewCallable(targetCall, name, runner, user_args, user_kwargs, **kwargs)

    def addEdges(self, pEdgeList: Sequence[Sequence[Any]]) -> bool:
        """Let nodes wait for others: ``[(source, destination), (source, destination, [ERROR]), …]``; returns True.

        The destination waits until the source is in any of the states (default: DONE). Raises ConnectionError, and
        makes none of the edges then.
        """
        edges = [self._edge(number, edge) for number, edge in enumerate(pEdgeList)]
        for source, destination, statuses in edges:
            destination.dependencies[source] = statuses
        return True

    def addChain(self, pEdgeChain: Sequence[Element], pEndStatusList: Sequence[int] = (enums.NODE_DONE,)) -> bool:
        """Let each node of a list wait for the one before it, until that is in any of the states; returns True.

        Raises ConnectionError.
        """
        if not isinstance(pEdgeChain, (list, tuple)):
            raise ConnectionError(f"{pEdgeChain!r} is no chain", "give a list of tasks and groups")
        statuses = checked_statuses(pEndStatusList, "the chain")
        pairs = list(zip(pEdgeChain, pEdgeChain[1:]))
        return self.addEdges([(source, destination, list(statuses)) for source, destination in pairs])

    def prepareGraphRepresentation(self) -> Dict[str, Any]:
        """Expand and decompose the graph, and return the document for the server.

        Dependencies of groups are copied to the tasks below them. Raises GraphError, ConnectionError,
        DependencyCycleError, JobTreeError for a node outside the graph, and GraphSubmissionError for what the server
        would choke on, such as text that is not ASCII.
        """
        return self._document(graph_document)

    def submit(self, host: Optional[str] = None, port: Optional[int] = None) -> Tuple[str, str]:
        """Send the graph, and return ``("http://host:port/nodes/ID", "Graph created.\\nCreated nodes: …")``.

        ``host`` defaults to PULIHOST or ``puliserver``, ``port`` to PULIPORT or 8004. An engine that the settings name
        counts over both; where it is none of Puli's, the graph goes there as a job, and what that cannot say is told
        on standard error. Raises GraphSubmissionError and what prepareGraphRepresentation does.
        """
        from farmsubmit.compat.puliclient import _sending

        where = _sending.target(host, port)
        if where.engine:
            return self._spool(where.engine)
        document = self.prepareGraphRepresentation()
        _refuse_own_callables(document)
        return _sending.send(document, where)

    def save(self, filePath: str) -> None:
        """Write the prepared graph into a JSON file, for loadAndSubmit; raises as prepareGraphRepresentation does."""
        document = self.prepareGraphRepresentation()
        _refuse_own_callables(document)
        Path(filePath).write_text(json.dumps(document), encoding="ascii")

    @staticmethod
    def loadAndSubmit(filePath: str, host: Optional[str] = None, port: Optional[int] = None) -> Tuple[str, str]:
        """Send a graph that save() wrote, as submit() does.

        Raises GraphError for a file that is none, and where the settings name an engine that is none of Puli's.
        """
        from farmsubmit.compat.puliclient import _sending

        where = _sending.target(host, port)
        if where.engine:
            raise GraphError(f"a saved graph is for a Puli server, not for {where.engine}", "submit() the graph itself")
        return _sending.send(_loaded(filePath), where)

    def execute(self) -> int:
        """Run the graph here, one command after another, and return DONE, ERROR or CANCELED.

        Each command starts when the dependencies of its task are met, whatever states they ask for; one whose
        dependencies cannot be met any more is left out. Ctrl-C cancels. Raises as prepareGraphRepresentation does,
        but for text: here it may be any.
        """
        from farmsubmit.compat.puliclient._local import LocalRun

        # What a server would choke on, such as text that is not ASCII, does no harm here.
        document = self._document(plain_document)
        try:
            tally = LocalRun(document["tasks"], self.execNode).run()
        except GraphExecInterrupt:
            return enums.NODE_CANCELED
        sys.stdout.write(f"{tally}\n")
        return tally.state

    def execNode(self, pCommand: Mapping[str, Any]) -> int:
        """Run one command, and return its state as of commands, such as CMD_DONE (5).

        ``pCommand`` has ``runner``, ``arguments`` and ``environment`` at least. Raises GraphExecInterrupt for Ctrl-C,
        and GraphExecError for a command without a runner.
        """
        from farmsubmit.compat.puliclient._running import run_command

        runner = pCommand.get("runner")
        if not runner:
            raise GraphExecError(f"the command {pCommand.get('description')!r} has no runner")
        own = {"PULI_USER": self.user, "PULI_TASK_NAME": pCommand.get("task", "")}
        own.update(PULI_TASK_ID=str(pCommand.get("taskid", "")), PULI_COMMAND_ID=str(pCommand.get("execid", "")))
        packages = str(pCommand.get("runnerPackages") or "")
        try:
            return run_command(
                str(runner),
                pCommand.get("arguments") or {},
                {**own, **(pCommand.get("environment") or {})},
                packages,
                str(pCommand.get("description", "")),
            )
        except KeyboardInterrupt:
            raise GraphExecInterrupt("the user stopped the execution") from None

    def toJob(self) -> GraphJob:
        """Return the graph as a Job for other engines, with what such a job cannot say; farmsubmit's own addition.

        Raises as prepareGraphRepresentation does, and GraphError for a node that waits for nothing but a failure.
        """
        from farmsubmit.compat.puliclient._tojob import job_of

        return job_of(self._document(plain_document))

    def _spool(self, engine: str) -> Tuple[str, str]:
        import farmsubmit

        made = self.toJob()
        for dropped in made.dropped:
            sys.stderr.write(f"{dropped.where}: {dropped.option}: {dropped.reason}\n")
        jid = farmsubmit.spool(made.job, owner=self.user)
        return f"{engine.rstrip('/')}/nodes/{jid}", f"Graph created.\nCreated nodes: {jid}"

    def _document(self, make: Any) -> Dict[str, Any]:
        self.root = self.root.expand(True) if isinstance(self.root, TaskGroup) else self.root.decompose()
        try:
            document: Dict[str, Any] = make(
                plain_nodes(self.root),
                self.name,
                self.user,
                self.poolName,
                checked_number(self, "maxRN"),
                dict(self.meta),
            )
        except GraphCycleError as error:
            raise DependencyCycleError(error.problem, error.hint) from None
        return document

    def _group(self) -> TaskGroup:
        if not isinstance(self.root, TaskGroup):
            raise GraphError(f"the root of graph {self.name!r} is a task, which holds no others", "give it a TaskGroup")
        return self.root

    @staticmethod
    def _edge(number: int, edge: Sequence[Any]) -> Tuple[Any, Any, List[int]]:
        where = f"edge {number}"
        if not isinstance(edge, (list, tuple)) or len(edge) not in (2, 3):
            hint = "write (source, destination) or (source, destination, [states])"
            raise ConnectionError(f"{where}: {edge!r} is no edge", hint)
        source, destination = edge[:2]
        for node in (source, destination):
            if not isinstance(node, (Task, TaskGroup)):
                raise ConnectionError(f"{where}: {node!r} is neither a Task nor a TaskGroup")
        if len(edge) == 2:
            return source, destination, [enums.NODE_DONE]
        if not isinstance(edge[2], list):
            raise ConnectionError(f"{where}: {edge[2]!r} is no list of states", "write it like [puliclient.DONE]")
        return source, destination, checked_statuses(edge[2], where)

    def __repr__(self) -> str:
        return json.dumps(self._document(plain_document), indent=4)


def _user() -> str:
    import getpass

    return getpass.getuser()


def _refuse_own_callables(document: Dict[str, Any]) -> None:
    for node in document["tasks"]:
        if node.get("runner") == CALLABLE_RUNNER and node["arguments"].get("moduleName") == "__main__":
            problem = f"task {node['name']!r} calls what stands in the script itself, which no render node imports"
            raise GraphError(problem, "put it into a module")


def _loaded(path: str) -> Dict[str, Any]:
    from farmsubmit.engines.puli.plaintext import refuse_other_than_ascii

    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        refuse_other_than_ascii(document)
    except (OSError, UnicodeDecodeError) as error:
        raise GraphError(f"the saved graph {path} cannot be read: {error}") from None
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise GraphError(f"{path} is no saved graph: {type(error).__name__}: {error}", "write it with save()") from None
    return document  # type: ignore[no-any-return]
