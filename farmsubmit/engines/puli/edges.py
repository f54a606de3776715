"""Who waits for whom in Puli: from the needs of tasks to dependencies of nodes, as few as will do.

A task with commands is over when the last of them is; one without when its group is. So a gate before a large group
is one dependency for each task behind it, not one for each pair.
"""

from __future__ import annotations

from typing import Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from farmsubmit.author.planning.needs import ordered, shortened
from farmsubmit.engines.puli.document import MOST_DEPENDENCIES, GroupNode, Node, TaskNode
from farmsubmit.engines.puli.statuses import CANCELED, DONE, ERROR
from farmsubmit.errors import JobTreeError

#: What a node waits for: a node, and the states of it any of which will do.
End = Tuple[Node, Tuple[int, ...]]
OVER = (DONE, ERROR, CANCELED)


class Placed(NamedTuple):
    """The nodes of a task: those of its commands and cleanup, in order, and its group, if it has one.

    ``body`` is what the cleanup waits for, ``last`` the last tid below the task. ``whole`` says that the group is done
    when all below it is: it holds a command, and no cleanup that may fail.
    """

    tid: int
    cmds: List[TaskNode]
    cleanup: List[TaskNode]
    body: Optional[Node]
    group: Optional[GroupNode]
    last: int
    whole: bool


def connect(placed: Sequence[Placed], needs: Sequence[List[int]]) -> None:
    """Give the nodes of tasks 1, 2, … their dependencies; ``needs`` are those of tasks and then gates.

    Raises JobTreeError where there would be more than five million.
    """
    short = shortened(needs)
    ends: Dict[int, Tuple[End, ...]] = {}
    owners = {id(node): each.tid for each in placed for node in _nodes(each)}
    count = 0
    for number in ordered(short, range(1, len(needs) + 1)):
        before = _unique(end for other in short.get(number, ()) for end in ends[other])
        if number > len(placed):
            ends[number] = before
            continue
        task = placed[number - 1]
        count += _chain(task, before)
        if count > MOST_DEPENDENCIES:
            problem = f"the tasks of this job wait for each other in more than {MOST_DEPENDENCIES:,} ways"
            raise JobTreeError(problem, "put fewer Instances into serial groups, or make several jobs")
        ends[number] = _ends(task, before, owners)


def _nodes(task: Placed) -> List[Node]:
    own: List[Node] = [*task.cmds, *task.cleanup]
    return [*own, task.group] if task.group is not None else own


def _chain(task: Placed, before: Tuple[End, ...]) -> int:
    """Let the commands of a task wait for what is before them and for each other; return how often."""
    following = before
    for node in task.cmds:
        node.dependencies += [(other, list(accepted)) for other, accepted in following]
        following = ((node, (DONE,)),)
    if task.body is not None:
        following = ((task.body, OVER),)
    for node in task.cleanup:
        node.dependencies += [(other, list(accepted)) for other, accepted in following]
        following = ((node, OVER),)
    return len(before) + len(task.cmds) + len(task.cleanup)


def _ends(task: Placed, before: Tuple[End, ...], owners: Mapping[int, int]) -> Tuple[End, ...]:
    after: Tuple[End, ...] = ((task.cleanup[-1], OVER),) if task.cleanup else ()
    if task.cmds:
        return ((task.cmds[-1], (DONE,)), *after)
    if task.group is None or not task.whole:
        return (*before, *after)
    outside = [end for end in before if not task.tid <= owners[id(end[0])] <= task.last]
    return ((task.group, (DONE,)), *outside)


def _unique(found: Iterable[End]) -> Tuple[End, ...]:
    return tuple({(id(node), accepted): (node, accepted) for node, accepted in found}.values())
