"""The raw tree that plug-ins describe, and the least number of tasks that says the same."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional, Tuple

from farmsubmit.author.elements import Command, Job, Parent, Task
from farmsubmit.pace import Cancelled, in_steps, never, taken


class Node:
    """A task to be: a command, or what runs before or beside others.

    ``named`` is False for the lists and tuples between plug-ins, which have no title of their own. ``tree`` is a
    finished job that the node stands for, instead of a command. ``id`` is a name by which others wait for it, and
    ``again`` the id of the node that this one only waits for.
    """

    __slots__ = ("again", "chaser", "children", "command", "dropped", "id", "named", "serial", "title", "tree")

    def __init__(self, title: str = "", named: bool = False) -> None:
        self.title = title
        self.named = named
        self.serial = False
        self.children: List[Node] = []
        self.command: Optional[Command] = None
        self.tree: Optional[Job] = None
        self.chaser = ""
        self.dropped = False
        self.id = ""
        self.again = ""

    def new_child(self, title: str = "", named: bool = False) -> Node:
        """Add a node below this one and return it."""
        child = Node(title, named)
        self.children.append(child)
        return child

    @property
    def is_group(self) -> bool:
        """Whether it is there only for the nodes below it."""
        return self.command is None and self.tree is None and not self.again

    @property
    def is_nothing(self) -> bool:
        """Whether it runs nothing, itself or below."""
        return self.dropped or (self.is_group and not self.children)

    def become(self, other: Node) -> None:
        """Take the place of another node, under all that hold this one; an id that others wait for stays."""
        own = self.id
        for name in Node.__slots__:
            setattr(self, name, getattr(other, name))
        self.id = own or other.id


def compact(made: Iterable[Node]) -> None:
    """Take out every node that only stands between others; ``made`` are all nodes, each before those below it.

    What runs before what does not change: a group with one child, a parallel group in a parallel one and a serial
    group in a serial one say nothing, and the last command of an unnamed serial group can hold the others below it.
    """
    nodes = list(made)
    for node in reversed(nodes):
        node.children = [child for child in node.children if not child.is_nothing]
        if len(node.children) == 1:
            _take_only_child(node)
        else:
            _splice(node)
    if nodes:
        _lower(nodes[0])


def _take_only_child(node: Node) -> None:
    child = node.children[0]
    if node.id and child.id:
        return
    if not child.is_group:
        if node.is_group:
            node.become(child)
        return
    node.children, node.serial, node.id = child.children, child.serial, node.id or child.id
    if not node.named and node.is_group:
        node.title, node.named = child.title, child.named


def _splice(node: Node) -> None:
    """Put the children of unnamed groups in their places, and lower what cannot be spliced."""
    spliced: List[Node] = []
    for child in node.children:
        if child.is_group and not child.named and not child.id and child.serial == node.serial:
            spliced += child.children
            continue
        _lower(child)
        spliced.append(child)
    node.children = spliced


def _lower(node: Node) -> None:
    """Let the last command of an unnamed serial group take the others below it."""
    if node.named or not node.serial or not node.is_group or len(node.children) < 2:
        return
    *before, last = node.children
    if last.command is None or last.children or (node.id and last.id):
        return
    last.children, last.serial = before, len(before) > 1
    if len(before) == 1 and before[0].is_group:
        _take_only_child(last)
    node.become(last)


def add_to(job: Job, root: Node, cancelled: Cancelled = never) -> None:
    """Add the tree to a job, an unnamed root being the job itself, and take it apart.

    Raises Stopped once ``cancelled`` is true.
    """
    if root.is_group and not root.named:
        job.serialsubtasks = root.serial or None
        _add(job, root.children, cancelled)
        return
    _add(job, [root], cancelled)


def _add(job: Job, nodes: List[Node], cancelled: Cancelled) -> None:
    left: List[Tuple[Parent, Node]] = [(job, node) for node in reversed(nodes)]
    # What was added is freed one by one: a large tree at once would hold up all threads.
    nodes.clear()
    known: Dict[str, Task] = {}
    for parent, node in in_steps(taken(left), cancelled):
        if node.again:
            # What runs nothing was taken out, and need not be waited for.
            if node.again in known:
                parent.addChild(known[node.again])
            continue
        if node.tree is not None:
            _add_tree(parent, node.title, node.tree)
            continue
        task = parent.newTask(title=node.title or ("serial" if node.serial else "parallel"))
        if node.id:
            known[node.id] = task
        if node.serial:
            task.serialsubtasks = True
        if node.chaser:
            task.chaser = node.chaser
        if node.command is not None:
            task.addCommand(node.command)
        left += [(task, child) for child in reversed(node.children)]
        node.children.clear()


def _add_tree(parent: Parent, title: str, tree: Job) -> None:
    """Add the tree of a job: its one task, or a task over all that stands in it."""
    own = vars(tree)
    tops: List[Any] = list(own.get("subtasks", ()))
    if len(tops) != 1 or own.get("cleanup") or not isinstance(tops[0], Task):
        parent = parent.newTask(title=title, serialsubtasks=own.get("serialsubtasks"))
        for command in own.get("cleanup", ()):
            parent.addCleanup(command)
    for top in tops:
        if isinstance(top, Task):
            top.parent = None
        parent.addChild(top)
