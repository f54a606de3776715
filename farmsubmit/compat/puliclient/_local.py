"""Running the commands of a graph on this machine, one after another, in the order that their dependencies allow.

States of nodes are worked out as the server does, from the most pressing state below. A dependency is met as
soon as its node reaches any of the states that will do, and stays met. A node without commands is done when what it
waits for is.
"""

from __future__ import annotations

from collections import Counter, deque
from heapq import heappop, heappush
from typing import Any, Callable, Deque, Dict, FrozenSet, List, NamedTuple, Tuple

from farmsubmit.compat.puliclient import enums
from farmsubmit.compat.puliclient.enums import (
    NODE_BLOCKED,
    NODE_CANCELED,
    NODE_DONE,
    NODE_ERROR,
    NODE_PAUSED,
    NODE_READY,
    NODE_RUNNING,
)

#: The state of a group, or of a task, is the first of these that something below it has.
OF_GROUPS = (NODE_PAUSED, NODE_ERROR, NODE_RUNNING, NODE_READY, NODE_BLOCKED, NODE_CANCELED, NODE_DONE)
OF_TASKS = (NODE_CANCELED, NODE_PAUSED, NODE_ERROR, NODE_RUNNING, NODE_READY, NODE_BLOCKED, NODE_DONE)
_STATES = {enums.CMD_DONE: NODE_DONE, enums.CMD_CANCELED: NODE_CANCELED}
#: What is given to the function that runs a command, and the state that it returns.
Execute = Callable[[Dict[str, Any]], int]


class Tally(NamedTuple):
    """How the commands of a graph ended; ``waiting`` are those whose dependencies were never met."""

    done: int
    error: int
    canceled: int
    waiting: int

    @property
    def state(self) -> int:
        """The state of the graph: CANCELED before ERROR before DONE."""
        if self.canceled:
            return NODE_CANCELED
        return NODE_ERROR if self.error else NODE_DONE

    def __str__(self) -> str:
        ended = f"{self.done} done, {self.error} failed, {self.canceled} canceled"
        return f"Commands: {ended}, {self.waiting} not started"


class _Place:
    """A node: how many commands or children are in each state, and how many dependencies are not met yet.

    ``held`` are the tasks below a group that wait for its dependencies.
    """

    def __init__(self, number: int, document: Dict[str, Any]) -> None:
        self.number = number
        self.document = document
        self.commands: List[Dict[str, Any]] = document.get("commands", [])
        self.below = len(self.commands) or len(document.get("tasks", ()))
        self.is_leaf = not document.get("tasks")
        self.pressing = OF_TASKS if document["type"] == "Task" else OF_GROUPS
        self.counts: Counter[int] = Counter({NODE_BLOCKED: self.below or 1})
        self.state = NODE_BLOCKED
        self.unmet = len(document["dependencies"])
        self.parents: List[_Place] = []
        self.held: List[_Place] = []

    def inherited(self, name: str) -> Dict[str, Any]:
        """Return the arguments or the environment; what outer groups say goes over what is inside, as on the farm."""
        values: Dict[str, Any] = dict(self.document[name])
        place = self
        while place.parents:
            place = place.parents[0]
            values.update(place.document[name])
        return values


class _Edge:
    """A dependency that is not met yet: who waits, and the states that will do."""

    def __init__(self, waiter: _Place, accepted: FrozenSet[int]) -> None:
        self.waiter, self.accepted = waiter, accepted
        self.is_met = False


class LocalRun:
    """Runs the nodes of a graph's document by calling ``execute`` for each command.

    The dependencies of groups need not have been copied to their tasks.
    """

    def __init__(self, documents: List[Dict[str, Any]], execute: Execute) -> None:
        self._execute = execute
        self._places = [_Place(number, document) for number, document in enumerate(documents)]
        self._edges: List[List[_Edge]] = [[] for _ in documents]
        self._reached: Deque[Tuple[_Place, int]] = deque()
        self._ready: List[int] = []
        self._ended: Counter[int] = Counter()
        self._last_id = 0
        for place in self._places:
            self._connect(place)

    def run(self) -> Tally:
        """Run what can be run, and tell how it ended; what ``execute`` raises comes through."""
        self._start()
        while self._ready:
            place = self._places[heappop(self._ready)]
            for command in place.commands:
                self._run_one(place, command)
        ended = self._ended
        waiting = sum(len(place.commands) for place in self._places) - sum(ended.values())
        return Tally(ended[NODE_DONE], ended[NODE_ERROR], ended[NODE_CANCELED], waiting)

    def _connect(self, place: _Place) -> None:
        for number in place.document.get("tasks", ()):
            self._places[number].parents.append(place)
        for number, accepted in place.document["dependencies"]:
            self._edges[number].append(_Edge(place, frozenset(accepted)))
        if place.unmet and not place.is_leaf:
            self._hold(place)

    def _hold(self, group: _Place) -> None:
        """Let all tasks below a group wait for what the group waits for."""
        look, seen = list(group.document["tasks"]), set(group.document["tasks"])
        for number in look:
            place = self._places[number]
            if place.is_leaf:
                place.unmet += 1
                group.held.append(place)
                continue
            more = [child for child in place.document["tasks"] if child not in seen]
            seen.update(more)
            look += more

    def _start(self) -> None:
        self._reached.extend((place, NODE_BLOCKED) for place in self._places)
        for place in self._places:
            if place.is_leaf and not place.unmet:
                self._release(place)
        self._tell()

    def _run_one(self, place: _Place, command: Dict[str, Any]) -> None:
        self._move(place, NODE_READY, NODE_RUNNING)
        self._tell()
        self._last_id += 1
        state = _STATES.get(self._attempt(self._described(place, command)), NODE_ERROR)
        self._ended[state] += 1
        self._move(place, NODE_RUNNING, state)
        self._tell()

    def _attempt(self, command: Dict[str, Any]) -> int:
        state = enums.CMD_ERROR
        for _ in range(max(1, command["maxAttempt"])):
            state = self._execute(command)
            if state not in (enums.CMD_ERROR, enums.CMD_TIMEOUT):
                break
        return state

    def _described(self, place: _Place, command: Dict[str, Any]) -> Dict[str, Any]:
        node = place.document
        own = ("runner", "runnerPackages", "watcherPackages", "validationExpression", "tags", "maxAttempt")
        return {
            **{name: node[name] for name in own},
            "execid": self._last_id,
            "taskid": place.number + 1,
            "task": node["name"],
            "description": command["description"],
            "arguments": {**place.inherited("arguments"), **command["arguments"]},
            "environment": place.inherited("environment"),
            "dependencies": node["dependencies"],
            "status": NODE_READY,
        }

    def _release(self, place: _Place) -> None:
        self._move(place, NODE_BLOCKED, NODE_READY, place.below or 1)
        if place.commands:
            heappush(self._ready, place.number)
        else:
            self._move(place, NODE_READY, NODE_DONE)

    def _move(self, place: _Place, old: int, new: int, count: int = 1) -> None:
        """Put commands of a node into another state, and let it and the groups above it follow."""
        moves = [(place, old, new, count)]
        while moves:
            place, old, new, count = moves.pop()
            place.counts[old] -= count
            place.counts[new] += count
            state = next(each for each in place.pressing if place.counts[each])
            if state != place.state:
                moves += [(parent, place.state, state, 1) for parent in place.parents]
                place.state = state
                self._reached.append((place, state))

    def _tell(self) -> None:
        """Tell those who wait which states were reached since the last time."""
        while self._reached:
            place, state = self._reached.popleft()
            for edge in self._edges[place.number]:
                if not edge.is_met and state in edge.accepted:
                    edge.is_met = True
                    self._meet(edge.waiter)

    def _meet(self, place: _Place) -> None:
        """Count down what a node waits for, and let it go when that is nothing more."""
        place.unmet -= 1
        if place.unmet:
            return
        if place.is_leaf:
            self._release(place)
        for held in place.held:
            self._meet(held)
